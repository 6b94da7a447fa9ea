//! Lines that go on in the next: with `-L` one that ends with a blank does.

use super::source::Source;
use crate::error::Error;
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
