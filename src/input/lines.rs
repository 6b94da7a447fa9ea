//! Lines: those that go on in the next, as with `-L` one that ends with a blank does; those of other systems.

use super::source::Source;
use crate::error::{Error, say};
use crate::job::Value;

/// Records, each with those that it goes on in.
pub(super) struct Continued {
    records: Source,
    /// What broke the records off within a line, which comes first.
    broken: Option<Error>,
}

impl Continued {
    pub(super) fn new(records: Source) -> Self {
        Self { records, broken: None }
    }
}

impl Iterator for Continued {
    type Item = Result<Value, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.broken.take() {
            return Some(Err(error));
        }
        let mut line = match self.records.next()? {
            Ok(line) => line,
            Err(error) => return Some(Err(error)),
        };
        while matches!(line.last(), Some(b' ' | b'\t')) {
            match self.records.next() {
                Some(Ok(more)) => line.extend(more),
                Some(Err(error)) => {
                    self.broken = Some(error);
                    break;
                }
                None => break,
            }
        }
        Some(Ok(line))
    }
}

/// Lines, of which the user is told if they come from a system that ends them with CR LF: the CR belongs to the value,
/// as with every tool that knows lines by LF alone, but is seldom wanted and never seen.
pub(super) fn noticing_carriage_returns(records: Source, name: String) -> Source {
    let mut unseen = Some(name);
    Box::new(records.inspect(move |record| {
        if let Some(name) = unseen.take()
            && record.as_ref().is_ok_and(|line| line.ends_with(b"\r"))
        {
            say(format!("{name}: the lines end with CR LF, and each value keeps its CR; to drop it, use -d '\\r\\n'"));
        }
    }))
}
