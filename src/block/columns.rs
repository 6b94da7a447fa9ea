//! The columns of a line that a key may go by.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use memchr::memmem;
use regex::bytes::Regex;

use crate::error::Error;
use crate::escape::unescape;
use crate::pattern;

/// How a line is cut into columns.
#[derive(Clone, Debug)]
pub struct Columns(Cut);

#[derive(Clone, Debug)]
enum Cut {
    /// At what this matches.
    Match(Regex),
    /// At this byte.
    Byte(u8),
    /// At this text outside quotes, as in CSV.
    Csv(Vec<u8>),
}

impl Columns {
    /// Cuts at the expression of `--colsep`, or else at tabs; for CSV at that text, or else at commas.
    ///
    /// # Errors
    /// When it is no expression.
    pub fn new(colsep: Option<&OsStr>, csv: bool) -> Result<Self, Error> {
        if csv {
            let separator = colsep.map(|text| unescape(text.as_bytes())).filter(|text| !text.is_empty());
            return Ok(Self(Cut::Csv(separator.unwrap_or_else(|| b",".to_vec()))));
        }
        let text = colsep.unwrap_or(OsStr::new(r"\t"));
        match text.as_bytes() {
            br"\t" => Ok(Self(Cut::Byte(b'\t'))),
            // What has no meaning of its own in an expression need not be searched as one.
            [byte] if !byte.is_ascii_punctuation() || b",;:/-_@#%=<>~!&'\"`".contains(byte) => {
                Ok(Self(Cut::Byte(*byte)))
            }
            _ => pattern::regex("--colsep", text).map(|regex| Self(Cut::Match(regex))),
        }
    }

    /// The line without what ends it.
    pub(super) fn without_end<'a>(&self, line: &'a [u8]) -> &'a [u8] {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        match &self.0 {
            Cut::Match(_) | Cut::Byte(_) => line,
            Cut::Csv(_) => line.strip_suffix(b"\r").unwrap_or(line),
        }
    }

    /// A column, counted from 1; there is nothing in one that the line does not have.
    pub(super) fn get<'a>(&self, line: &'a [u8], column: usize) -> Cow<'a, [u8]> {
        match &self.0 {
            Cut::Match(separator) => separator.split(line).nth(column - 1).unwrap_or_default().into(),
            Cut::Byte(separator) => pieces(line, *separator).nth(column - 1).unwrap_or_default().into(),
            Cut::Csv(separator) => Fields { rest: Some(line), separator }.nth(column - 1).unwrap_or_default(),
        }
    }

    /// All of them.
    pub(super) fn all<'a>(&self, line: &'a [u8]) -> Vec<Cow<'a, [u8]>> {
        let line = self.without_end(line);
        match &self.0 {
            Cut::Match(separator) => separator.split(line).map(Cow::Borrowed).collect(),
            Cut::Byte(separator) => pieces(line, *separator).map(Cow::Borrowed).collect(),
            Cut::Csv(separator) => Fields { rest: Some(line), separator }.collect(),
        }
    }
}

/// The columns between separators of one byte.
fn pieces(line: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let ends = memchr::memchr_iter(separator, line).chain([line.len()]);
    let mut start = 0;
    ends.map(move |end| {
        let piece = &line[start..end];
        start = end + 1;
        piece
    })
}

/// The fields of a record of CSV. What is not well formed is taken as it comes.
struct Fields<'a, 'b> {
    rest: Option<&'a [u8]>,
    separator: &'b [u8],
}

impl<'a> Iterator for Fields<'a, '_> {
    type Item = Cow<'a, [u8]>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut rest = self.rest?;
        let mut quoted = Vec::new();
        let is_quoted = rest.first() == Some(&b'"');
        // Each piece ends with a quote; if another follows at once, the two are one that belongs to the text.
        while let Some(piece) = rest.strip_prefix(b"\"") {
            let end = memchr::memchr(b'"', piece).unwrap_or(piece.len());
            quoted.extend_from_slice(&piece[..end]);
            rest = piece.get(end + 1..).unwrap_or_default();
            if rest.first() == Some(&b'"') {
                quoted.push(b'"');
            }
        }
        let end = memmem::find(rest, self.separator);
        self.rest = end.map(|end| &rest[end + self.separator.len()..]);
        let bare = &rest[..end.unwrap_or(rest.len())];
        if !is_quoted {
            return Some(Cow::Borrowed(bare));
        }
        quoted.extend_from_slice(bare);
        Some(Cow::Owned(quoted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_cut_at_an_expression_or_as_csv() {
        let cases: [(Option<&str>, bool, &str, &[&str]); 9] = [
            (None, false, "a\tb c\t\n", &["a", "b c", ""]),
            (Some(" +"), false, "a  b", &["a", "b"]),
            (Some(","), false, "\"a,b\"\r\n", &["\"a", "b\"\r"]),
            (None, true, "a,\"b,c\",\r\n", &["a", "b,c", ""]),
            (None, true, "\"\"\"a\"\"\",\"\"\n", &["\"a\"", ""]),
            (Some(";"), true, "a,b;\"c\nd\"\n", &["a,b", "c\nd"]),
            (Some(r"\t"), true, "a\tb\n", &["a", "b"]),
            (None, true, "\"a", &["a"]),
            (None, true, "\"a\"b,c", &["ab", "c"]),
        ];
        for (colsep, csv, line, expected) in cases {
            let columns = Columns::new(colsep.map(OsStr::new), csv).expect("columns");
            let line = line.as_bytes();
            let all: Vec<_> = columns.all(line).iter().map(|column| column.escape_ascii().to_string()).collect();
            let expected: Vec<_> = expected.iter().map(|column| column.as_bytes().escape_ascii().to_string()).collect();
            assert_eq!(all, expected, "{}", line.escape_ascii());
            let line = columns.without_end(line);
            for (index, column) in expected.iter().enumerate() {
                assert_eq!(columns.get(line, index + 1).escape_ascii().to_string(), *column);
            }
            assert!(columns.get(line, expected.len() + 1).is_empty());
        }
    }
}
