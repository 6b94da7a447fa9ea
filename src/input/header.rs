//! The header of a source: records that name its columns instead of being run.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::{Anchored, Input, nfa, util::syntax};

use super::source::Source;
use crate::error::Error;
use crate::job::Value;

/// What `--header` asks for.
pub(super) enum Header {
    /// So many records at the start of each source. GNU parallel takes one, however many are asked for.
    Records(usize),
    /// The records at the start of each source that this matches, each with a newline at its end.
    Matching(Box<DFA>),
    /// None; the name of each file stands for its first column.
    FileNames,
}

impl Header {
    pub(super) fn parse(text: &OsStr) -> Result<Self, Error> {
        let text = text.to_str().ok_or_else(|| bad(text, "it is not UTF-8"))?;
        match text {
            ":" => return Ok(Self::Records(1)),
            "" => return Err(bad(OsStr::new(text), "it is empty")),
            _ => {}
        }
        match text.parse() {
            Ok(0) => Ok(Self::FileNames),
            Ok(count) => Ok(Self::Records(count)),
            Err(_) => DFA::builder()
                .syntax(syntax::Config::new().unicode(false).utf8(false))
                .thompson(nfa::thompson::Config::new().utf8(false))
                .build(text)
                .map(|automaton| Self::Matching(Box::new(automaton)))
                .map_err(|error| bad(OsStr::new(text), &error.to_string())),
        }
    }

    /// Takes the header off a source. What was read too far is put back.
    pub(super) fn take_from(&self, mut records: Source) -> Result<(Vec<Value>, Source), Error> {
        match self {
            Self::FileNames => Ok((Vec::new(), records)),
            Self::Records(count) => Ok((records.by_ref().take(*count).collect::<Result<_, _>>()?, records)),
            Self::Matching(automaton) => matching(automaton, records),
        }
    }
}

fn bad(text: &OsStr, cause: &str) -> Error {
    let name = text.as_bytes().escape_ascii();
    Error::Usage(format!("--header {name}: {cause}; use : for one line, a number of lines, 0, or a regular expression"))
}

fn matching(automaton: &DFA, mut records: Source) -> Result<(Vec<Value>, Source), Error> {
    let mut search = Search::new(automaton)?;
    let mut read: Vec<Value> = Vec::new();
    while !search.is_over() {
        let Some(record) = records.next().transpose()? else { break };
        search.read(&record)?;
        search.read(b"\n")?;
        read.push(record);
    }
    let end = search.end()?;
    let mut position = 0;
    let covered = read.iter().take_while(|record| {
        let begins_inside = position < end;
        position += record.len() + 1;
        begins_inside
    });
    let rest = read.split_off(covered.count());
    Ok((read, Box::new(rest.into_iter().map(Ok).chain(records))))
}

/// A match that begins with the first byte, followed byte by byte, so that no more is read than can belong to it.
struct Search<'a> {
    automaton: &'a DFA,
    cache: Cache,
    state: LazyStateID,
    position: usize,
    /// The end of the match so far; 0 is none.
    matched: usize,
}

impl<'a> Search<'a> {
    fn new(automaton: &'a DFA) -> Result<Self, Error> {
        let mut cache = automaton.create_cache();
        let start = Input::new(b"").anchored(Anchored::Yes);
        let state = automaton.start_state_forward(&mut cache, &start).map_err(|_| given_up())?;
        Ok(Self { automaton, cache, state, position: 0, matched: 0 })
    }

    fn is_over(&self) -> bool {
        self.state.is_dead() || self.state.is_quit()
    }

    fn read(&mut self, bytes: &[u8]) -> Result<(), Error> {
        for &byte in bytes {
            if self.is_over() {
                break;
            }
            self.state = self.automaton.next_state(&mut self.cache, self.state, byte).map_err(|_| given_up())?;
            // The automaton tells a match one byte after its end.
            if self.state.is_match() {
                self.matched = self.position;
            }
            self.position += 1;
        }
        Ok(())
    }

    /// The end of the match.
    fn end(mut self) -> Result<usize, Error> {
        if !self.is_over() {
            let state = self.automaton.next_eoi_state(&mut self.cache, self.state).map_err(|_| given_up())?;
            if state.is_match() {
                self.matched = self.position;
            }
        }
        Ok(self.matched)
    }
}

fn given_up() -> Error {
    Error::Usage("--header: the regular expression is too large; use : or a number of lines".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The header of these records, and the others.
    fn taken(header: &str, records: &[&'static str]) -> (String, String) {
        let records: Vec<_> = records.iter().map(|record| Ok(Value::from(*record))).collect();
        let header = Header::parse(OsStr::new(header)).expect("a header");
        let (taken, rest) = header.take_from(Box::new(records.into_iter())).expect("records");
        let rest: Vec<Value> = rest.map(|record| record.expect("a record")).collect();
        let join = |records: &[Value]| String::from_utf8(records.join(&b'/')).expect("utf-8");
        (join(&taken), join(&rest))
    }

    #[test]
    fn a_header_is_a_number_of_records_or_what_matches() {
        let cases = [
            (":", "#a", "#b/c/d"),
            ("2", "#a/#b", "c/d"),
            ("9", "#a/#b/c/d", ""),
            ("0", "", "#a/#b/c/d"),
            (r".*\n", "#a", "#b/c/d"),
            (r".*\n.*\n", "#a/#b", "c/d"),
            (r"(#.*\n)*", "#a/#b", "c/d"),
            (r"(#.*\n){3}", "", "#a/#b/c/d"),
            ("#", "#a", "#b/c/d"),
            ("c", "", "#a/#b/c/d"),
            (r"[^d]*d", "#a/#b/c/d", ""),
        ];
        for (header, expected, rest) in cases {
            assert_eq!(taken(header, &["#a", "#b", "c", "d"]), (expected.into(), rest.into()), "{header}");
        }
    }

    #[test]
    fn no_more_is_read_than_can_be_header() {
        // Whatever follows would be an error.
        let beyond = || Err(Error::Usage("a record too many was read".into()));
        for (header, records) in [(":", 1), ("2", 2), (r"a\n", 2), ("x", 1), (r"(a\n){2}x", 3)] {
            let source = (0..records).map(|_| Ok(Value::from("a"))).chain(std::iter::once_with(beyond));
            assert!(
                Header::parse(OsStr::new(header)).expect("a header").take_from(Box::new(source)).is_ok(),
                "{header}"
            );
        }
    }

    #[test]
    fn what_is_no_header_is_named() {
        for text in ["", "(", "(?=a)"] {
            let error = Header::parse(OsStr::new(text)).err().expect("no header").to_string();
            assert!(error.starts_with(&format!("--header {text}: ")), "{error}");
        }
    }
}
