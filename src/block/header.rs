//! The begin of data that every job gets (`--header`).

use std::ffi::{OsStr, OsString};
use std::iter;

use regex::bytes::Regex;

use super::csv::Csv;
use super::scan::Scan;
use crate::error::Error;
use crate::pattern;

/// What `--header` asks for when data is cut into blocks.
#[derive(Clone, Debug)]
pub enum Header {
    /// So many lines.
    Lines(usize),
    /// So many records of CSV with this between fields.
    Records(usize, Vec<u8>),
    /// What this matches at the begin, if it does.
    Matching(Regex),
}

impl Default for Header {
    /// None.
    fn default() -> Self {
        Self::Lines(0)
    }
}

impl Header {
    /// Reads `:`, a number of lines, or a regular expression.
    ///
    /// # Errors
    /// When it is none of these.
    pub fn parse(text: &OsStr) -> Result<Self, Error> {
        let text = if text == ":" { OsStr::new("1") } else { text };
        match text.to_str().map(str::parse) {
            Some(Ok(lines)) => return Ok(Self::Lines(lines)),
            _ if text.is_empty() => {
                return Err(Error::Usage(
                    "--header is empty; use : for one line, a number of lines, or a regular expression".into(),
                ));
            }
            _ => {}
        }
        pattern::regex("--header", text)?;
        let mut anchored = OsString::from(r"\A(?:");
        anchored.push(text);
        anchored.push(")");
        pattern::regex("--header", &anchored).map(Self::Matching)
    }

    /// For CSV with this between fields, or else a comma: lines are records, which may go on over several.
    #[must_use]
    pub fn of_csv(self, separator: &[u8]) -> Self {
        match self {
            Self::Lines(lines) if separator.is_empty() => Self::Records(lines, b",".to_vec()),
            Self::Lines(lines) => Self::Records(lines, separator.to_vec()),
            other => other,
        }
    }

    /// The length of the header at the begin of `data`; `None` is to come again with more, or when it has ended.
    pub fn length(&self, data: &[u8], ended: bool) -> Option<usize> {
        match self {
            Self::Lines(lines) => {
                let ends = memchr::memchr_iter(b'\n', data).map(|line_end| line_end + 1);
                end_of_lines(ends, *lines, ended)
            }
            Self::Records(records, separator) => {
                let csv = Csv { separator: separator.clone() };
                let mut scan = Scan::default();
                end_of_lines(iter::from_fn(|| csv.next(data, &mut scan)), *records, ended)
            }
            Self::Matching(regex) => {
                let end = regex.find(data).map_or(0, |found| found.end());
                (ended || end < data.len()).then_some(end)
            }
        }
    }

    /// How much data there should be before it is worth asking.
    pub(super) fn wanted(&self, length: usize) -> usize {
        match self {
            Self::Lines(_) | Self::Records(..) => length + 1,
            Self::Matching(_) => length.saturating_mul(2).max(ENOUGH),
        }
    }
}

/// The end of so many lines with these ends. When there are no more to come, those that are there do; what has no end
/// is data.
fn end_of_lines(ends: impl Iterator<Item = usize>, lines: usize, ended: bool) -> Option<usize> {
    let (count, end) = ends.take(lines).fold((0, 0), |(count, _), end| (count + 1, end));
    (count == lines || ended).then_some(end)
}

/// What is looked through for a header that is a regular expression, at first.
const ENOUGH: usize = 1 << 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_lines_or_what_matches_at_the_begin() {
        let cases = [
            (":", "h\na\n", 2),
            (":", "h", 0),
            ("2", "h\na\nb\n", 4),
            ("9", "h\na\nb", 4),
            ("0", "h\n", 0),
            (r"(#.*\n)*", "#a\n#b\nc\n#d\n", 6),
            (r"(#.*\n)*", "c\n#d\n", 0),
            ("c", "#a\nc", 0),
            ("#|a", "a#", 1),
            (".*?;", "h;a;b", 2),
        ];
        for (header, data, length) in cases {
            let header = Header::parse(OsStr::new(header)).expect("a header");
            assert_eq!(header.length(data.as_bytes(), true), Some(length), "{header:?} of {data:?}");
        }
    }

    #[test]
    fn the_header_of_csv_may_have_several_lines() {
        let header = |text: &str| Header::parse(OsStr::new(text)).expect("a header").of_csv(b"");
        let data = b"\"a\nb\",c\n1,2\n3,4\n";
        let lengths = ["0", ":", "2", r".*\n"].map(|text| header(text).length(data, true));
        assert_eq!(lengths, [Some(0), Some(8), Some(12), Some(3)]);
        assert_eq!(header(":").length(&data[..4], false), None);
    }

    #[test]
    fn a_header_that_may_go_on_is_waited_for() {
        let length =
            |header: &str, data: &[u8]| Header::parse(OsStr::new(header)).expect("a header").length(data, false);
        assert_eq!([length(":", b"h"), length(":", b"h\n"), length(":", b"h\na")], [None, Some(2), Some(2)]);
        assert_eq!([length("#*", b"##"), length("#*", b"##a"), length("#*", b"a")], [None, Some(2), Some(0)]);
    }

    #[test]
    fn what_is_no_header_is_named() {
        let error = |header: &str| Header::parse(OsStr::new(header)).expect_err("no header").to_string();
        assert!(error("").starts_with("--header is empty"));
        assert!(error("(").starts_with("--header (: unclosed"));
    }
}
