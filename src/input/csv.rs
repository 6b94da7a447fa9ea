//! Comma-separated values (RFC 4180): records that may go on over several lines, and their fields.
//!
//! The lines come from the same cutter as without `--csv`, so `-0` and `-d` mean the same. They are read strictly,
//! and empty ones are records, as in GNU parallel; that is why this is not left to a library that forgives quotes
//! in odd places and skips empty lines.

use super::source::Source;
use crate::error::Error;
use crate::job::{Value, Values};

/// Where in a record the reader stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    FieldStart,
    Bare,
    Quoted,
    /// After a quote within quotes: the end of the field, or the first of two.
    Closed,
}

/// What a record is made of.
enum Piece<'a> {
    Text(&'a [u8]),
    NextField,
}

/// A quote where none may be.
struct StrayQuote;

impl State {
    /// Reads on, and tells what was read.
    fn read(&mut self, text: &[u8], separator: &[u8], mut tell: impl FnMut(Piece<'_>)) -> Result<(), StrayQuote> {
        let mut rest = text;
        while !rest.is_empty() {
            let plain = match self {
                Self::Quoted => memchr::memchr(b'"', rest).unwrap_or(rest.len()),
                _ => memchr::memchr2(b'"', separator[0], rest).unwrap_or(rest.len()),
            };
            if plain > 0 {
                match self {
                    Self::Closed => return Err(StrayQuote),
                    Self::FieldStart => *self = Self::Bare,
                    _ => {}
                }
                tell(Piece::Text(&rest[..plain]));
                rest = &rest[plain..];
                continue;
            }
            let mut length = 1;
            match (*self, rest[0]) {
                (Self::Quoted, _) => *self = Self::Closed,
                (Self::Closed, b'"') => {
                    *self = Self::Quoted;
                    tell(Piece::Text(b"\""));
                }
                (Self::FieldStart, b'"') => *self = Self::Quoted,
                (Self::Bare, b'"') => return Err(StrayQuote),
                _ if rest.starts_with(separator) => {
                    *self = Self::FieldStart;
                    length = separator.len();
                    tell(Piece::NextField);
                }
                (Self::Closed, _) => return Err(StrayQuote),
                _ => {
                    *self = Self::Bare;
                    tell(Piece::Text(&rest[..1]));
                }
            }
            rest = &rest[length..];
        }
        Ok(())
    }
}

/// The fields of a record that [`Whole`] has passed.
pub(super) fn fields(record: &[u8], separator: &[u8]) -> Values {
    let mut values = Values::new();
    let mut field = Value::new();
    let _ = State::default().read(record, separator, |piece| match piece {
        Piece::Text(text) => field.extend_from_slice(text),
        Piece::NextField => {
            values.push(&field);
            field.clear();
        }
    });
    values.push(&field);
    values
}

/// Whole records: lines, with those that a quoted line end makes part of them.
pub(super) struct Whole {
    pub(super) lines: Source,
    /// What is being read, for messages.
    pub(super) name: String,
    pub(super) separator: Vec<u8>,
    /// What was between the lines.
    pub(super) delimiter: Vec<u8>,
    /// The record read last, counted from 1.
    pub(super) number: usize,
}

impl Whole {
    fn complaint(&self, what: &'static str) -> Error {
        Error::BadRecord { name: self.name.clone(), number: self.number, what }
    }

    /// The rest of the record that begins with `line`.
    fn read(&mut self, mut line: Value) -> Result<Value, Error> {
        let mut record = Value::new();
        let mut state = State::default();
        loop {
            // The line ends of RFC 4180 are CR and LF.
            let has_return = self.delimiter == b"\n" && line.last() == Some(&b'\r');
            let text = &line[..line.len() - usize::from(has_return)];
            state.read(text, &self.separator, |_| ()).map_err(|StrayQuote| {
                self.complaint("a quote within a field; quote the whole field and double the quotes in it")
            })?;
            record.extend_from_slice(text);
            if state != State::Quoted {
                return Ok(record);
            }
            record.extend_from_slice(if has_return { b"\r" } else { b"" });
            record.extend_from_slice(&self.delimiter);
            line = match self.lines.next() {
                Some(line) => line?,
                None => return Err(self.complaint("a quoted field does not end; add the missing quote")),
            };
        }
    }
}

impl Iterator for Whole {
    type Item = Result<Value, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = self.lines.next()?;
        self.number += 1;
        Some(line.and_then(|line| self.read(line)))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read};

    use proptest::prelude::*;

    use super::super::record::{Delimiter, Records};
    use super::*;

    /// A stream that gives its bytes in pieces of these sizes.
    struct Chunks(Vec<u8>, Vec<usize>);

    impl Read for Chunks {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let size = self.1.pop().unwrap_or(3).clamp(1, buffer.len()).min(self.0.len());
            buffer[..size].copy_from_slice(&self.0[..size]);
            self.0.drain(..size);
            Ok(size)
        }
    }

    fn read(text: &[u8], separator: &str, chunks: Vec<usize>) -> Result<Vec<Vec<Vec<u8>>>, String> {
        let lines = Records::new(Chunks(text.to_vec(), chunks), "test".into(), Delimiter::from(*b"\n"));
        let (lines, separator) = (Box::new(lines) as Source, separator.as_bytes().to_vec());
        let whole =
            Whole { lines, name: "f".into(), separator: separator.clone(), delimiter: b"\n".to_vec(), number: 0 };
        let rows = whole.map(|record| record.map(|record| fields(&record, &separator)));
        rows.map(|row| row.map(|row| row.iter().map(<[u8]>::to_vec).collect()).map_err(|error| error.to_string()))
            .collect()
    }

    fn text(text: &str, separator: &str) -> Result<String, String> {
        let rows = read(text.as_bytes(), separator, Vec::new())?;
        Ok(rows.iter().map(|row| String::from_utf8(row.join(&b'|')).expect("utf-8") + "/").collect())
    }

    #[test]
    fn records_are_those_of_rfc_4180() {
        let cases = [
            ("a,b\nc,d", ",", "a|b/c|d/"),
            ("a,b\r\n\"c\"\r\n", ",", "a|b/c/"),
            ("\"a,\"\"\",\"b\nc\"\n,\n\n", ",", "a,\"|b\nc/|//"),
            ("\"a\r\nb\",c\r\n", ",", "a\r\nb|c/"),
            (" a , b \n", ",", " a | b /"),
            ("a;b,c", ";", "a|b,c/"),
            ("a:b::c:", "::", "a:b|c:/"),
        ];
        for (input, separator, expected) in cases {
            assert_eq!(text(input, separator).as_deref(), Ok(expected), "{input:?}");
        }
    }

    #[test]
    fn a_malformed_record_is_named() {
        let cases = [("a\nb\"c", "f, record 2: a quote within"), ("\"a\"b", "record 1"), (" \"a\"", "record 1")];
        for (input, expected) in cases {
            assert!(text(input, ",").is_err_and(|error| error.contains(expected)), "{input:?}");
        }
        assert!(
            text("a\n\"b\nc\n", ",").is_err_and(|error| error.contains("f, record 2: a quoted field does not end"))
        );
    }

    proptest! {
        #[test]
        fn what_another_wrote_is_read_back(
            rows in prop::collection::vec(prop::collection::vec("[a, \"\r\n\t;é]{0,6}", 1..5), 0..8),
            chunks in prop::collection::vec(1_usize..9, 0..40),
        ) {
            let mut writer = ::csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).expect("a record");
            }
            let written = writer.into_inner().expect("bytes");
            let expected: Vec<Vec<Vec<u8>>> =
                rows.iter().map(|row| row.iter().map(|field| field.as_bytes().to_vec()).collect()).collect();
            prop_assert_eq!(read(&written, ",", chunks), Ok(expected));
        }
    }
}
