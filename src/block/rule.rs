//! What a record is, from the options that say it.

use std::ffi::{OsStr, OsString};
use std::iter;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use memchr::memmem::Finder;
use regex::bytes::{NoExpand, Regex};

use super::border::{BORDER, Border, Pattern, Place};
use super::csv::Csv;
use super::scan::Scan;
use crate::error::Error;
use crate::escape::unescape;
use crate::pattern;

/// What the options of other rooms say of records.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// So many of what is cut are one record (`-L`); `None` and 0 are one.
    pub lines: Option<usize>,
    /// So many records are a block (`-N`), however large; `None` and 0 are as many as fit.
    pub records: Option<usize>,
    /// Records are CSV with this text between fields (`--csv`); empty is a comma.
    pub csv: Option<Vec<u8>>,
}

/// What is asked for.
pub(super) struct Wanted<'a> {
    pub(super) start: Option<&'a OsStr>,
    pub(super) end: Option<&'a OsStr>,
    pub(super) is_regex: bool,
    pub(super) removes_separators: bool,
}

/// Where records end, how many of them belong together, and whether what separates them is kept.
#[derive(Clone, Debug)]
pub struct Rule {
    pub(super) border: Border,
    /// So many of what the border ends are one record; never 0.
    pub(super) lines: usize,
    /// So many records are a block; never 0.
    pub(super) records: Option<usize>,
    removal: Removal,
}

/// What is left out of the data.
#[derive(Clone, Debug)]
enum Removal {
    Nothing,
    /// This text, wherever it stands.
    Text(Box<Finder<'static>>),
    /// What this matches.
    Matches(Regex),
    /// The line ends that are borders.
    LineEnds,
}

impl Default for Rule {
    /// A record is a line.
    fn default() -> Self {
        Self { border: Border::text(b"\n", b""), lines: 1, records: None, removal: Removal::Nothing }
    }
}

impl Rule {
    pub(super) fn new(wanted: &Wanted<'_>, counts: Counts) -> Result<Self, Error> {
        let border = match counts.csv {
            Some(_) if wanted.start.is_some() || wanted.end.is_some() => {
                return Err(Error::Usage("--csv says where records end; leave --recstart and --recend out".into()));
            }
            Some(separator) if separator.is_empty() => Border::Csv(Csv { separator: b",".to_vec() }),
            Some(separator) => Border::Csv(Csv { separator }),
            None => wanted.border()?,
        };
        let removal = match &border {
            _ if !wanted.removes_separators => Removal::Nothing,
            Border::Csv(_) => Removal::LineEnds,
            Border::Anywhere => Removal::Nothing,
            Border::Text(_) if wanted.end().is_empty() || wanted.start().is_empty() => {
                let text = unescape([wanted.end(), wanted.start()].map(OsStr::as_bytes).concat().as_slice());
                Removal::Text(Box::new(Finder::new(&text).into_owned()))
            }
            Border::Text(_) | Border::Match(_) => Removal::Matches(wanted.removal()?),
        };
        let lines = counts.lines.unwrap_or(1).max(1);
        Ok(Self { border, lines, records: counts.records.filter(|records| *records > 0), removal })
    }

    /// Whether the last border in a piece of data can be found by looking at its end alone: with [`last_border`], on
    /// more and more of the end until it gives one. Not when records are counted or quotes have to be followed, nor
    /// with regular expressions, the matches of which depend on each other.
    ///
    /// [`last_border`]: Self::last_border
    pub fn is_local(&self) -> bool {
        self.counts_nothing() && matches!(self.border, Border::Anywhere | Border::Text(_))
    }

    /// Whether records do not depend on how many came before them.
    pub(super) fn counts_nothing(&self) -> bool {
        self.records.is_none() && self.lines == 1
    }

    /// The last border in `data`, a border at its very end included and one at its begin left out. For a local rule
    /// `data` may be the end of something larger; for others it has to begin where a record does.
    pub fn last_border(&self, data: &[u8]) -> Option<usize> {
        match &self.border {
            Border::Anywhere if self.lines == 1 => Some(data.len()).filter(|length| *length > 0),
            Border::Text(separator) if self.lines == 1 => separator.last(data, data.len()),
            _ => self.borders(data, true).last(),
        }
    }

    /// How many bytes after a border have to be there for it to be seen: the length of what starts a record. For a
    /// block of at most so many bytes, look at the end of so many more.
    pub fn ahead(&self) -> usize {
        self.border.ahead()
    }

    /// The borders in data that begins with a record.
    pub(super) fn borders<'a>(&'a self, data: &'a [u8], ended: bool) -> impl Iterator<Item = usize> + 'a {
        let mut scan = Scan::default();
        let borders = iter::from_fn(move || self.border.next(data, &mut scan, ended));
        borders.skip(self.lines - 1).step_by(self.lines)
    }

    /// The records of a block; the last need not have an end.
    pub fn records<'a>(&'a self, block: &'a [u8]) -> impl Iterator<Item = &'a [u8]> + 'a {
        let mut start = 0;
        let ends = self.borders(block, true).filter(|border| *border < block.len()).chain([block.len()]);
        ends.map(move |end| {
            let record = &block[start..end];
            start = end;
            record
        })
    }

    /// Whether the data that a job gets is not what was read, so that it has to go through [`stripped`].
    ///
    /// [`stripped`]: Self::stripped
    pub fn strips(&self) -> bool {
        !matches!(self.removal, Removal::Nothing)
    }

    /// A block without what separates its records (`--remove-rec-sep`). It may have nothing left, and is no job then.
    pub fn stripped(&self, block: Vec<u8>) -> Vec<u8> {
        match &self.removal {
            Removal::Nothing => block,
            Removal::Text(finder) => {
                let mut stripped = Vec::with_capacity(block.len());
                let mut start = 0;
                for found in finder.find_iter(&block) {
                    stripped.extend_from_slice(&block[start..found]);
                    start = found + finder.needle().len();
                }
                stripped.extend_from_slice(&block[start..]);
                stripped
            }
            Removal::Matches(regex) => regex.replace_all(&block, NoExpand(b"")).into_owned(),
            Removal::LineEnds => {
                let without_end = |record: &'_ [u8]| record.strip_suffix(b"\n").unwrap_or(record).to_vec();
                self.records(&block).map(without_end).collect::<Vec<_>>().concat()
            }
        }
    }
}

impl Wanted<'_> {
    /// What ends a record, if anything was asked for.
    fn end(&self) -> &OsStr {
        match (self.end, self.start) {
            (Some(end), _) => end,
            (None, Some(_)) => OsStr::new(""),
            (None, None) => OsStr::new(r"\n"),
        }
    }

    fn start(&self) -> &OsStr {
        self.start.unwrap_or_default()
    }

    fn border(&self) -> Result<Border, Error> {
        if !self.is_regex {
            return Ok(Border::text(&unescape(self.end().as_bytes()), &unescape(self.start().as_bytes())));
        }
        let (pattern, place) = match (self.end().as_bytes(), self.start().as_bytes()) {
            ([], []) => return Ok(Border::Anywhere),
            (end, []) => (joined(&[b"(?:", end, b")"]), Place::End),
            ([], start) => (joined(&[b"(?:", start, b")"]), Place::Start),
            (end, start) => (joined(&[b"(?:", end, b")(?P<", BORDER.as_bytes(), b">)(?:", start, b")"]), Place::Inside),
        };
        // Each by itself first, for a message that quotes it.
        pattern::regex("--recend", self.end())?;
        pattern::regex("--recstart", self.start())?;
        Ok(Border::Match(Pattern { regex: by_lines(&pattern)?, place }))
    }

    /// What is removed: the separators, and what would be one if something were before the block or behind it.
    fn removal(&self) -> Result<Regex, Error> {
        let literal = |text: &OsStr| {
            let bytes = unescape(text.as_bytes()).into_iter().map(|byte| format!(r"\x{byte:02x}"));
            format!("(?-u:{})", bytes.collect::<String>()).into_bytes()
        };
        let [end, start] = [self.end(), self.start()].map(|text| match text.as_bytes() {
            [] => Vec::new(),
            bytes if self.is_regex => bytes.to_vec(),
            _ => literal(text),
        });
        by_lines(&match (&end[..], &start[..]) {
            (end, []) => joined(&[b"(?:", end, b")"]),
            ([], start) => joined(&[b"(?:", start, b")"]),
            (end, start) => joined(&[b"(?:", end, b")(?:", start, br")|\A(?:", start, b")|(?:", end, br")\z"]),
        })
    }
}

fn joined(pieces: &[&[u8]]) -> OsString {
    OsString::from_vec([&[&b"(?m)"[..]], pieces].concat().concat())
}

/// With `^` and `$` at the ends of lines, as the data is many.
fn by_lines(pattern: &OsStr) -> Result<Regex, Error> {
    pattern::regex("--recend and --recstart", pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(end: Option<&str>, start: Option<&str>, is_regex: bool) -> Rule {
        let (end, start) = (end.map(OsStr::new), start.map(OsStr::new));
        let wanted = Wanted { start, end, is_regex, removes_separators: true };
        Rule::new(&wanted, Counts::default()).expect("a rule")
    }

    /// The records, and what is left of all of them when separators are removed.
    fn cut(rule: &Rule, text: &str) -> (Vec<String>, String) {
        let records = rule.records(text.as_bytes()).map(|record| String::from_utf8(record.to_vec()).expect("utf-8"));
        (records.collect(), String::from_utf8(rule.stripped(text.into())).expect("utf-8"))
    }

    #[test]
    fn records_end_and_start_where_the_texts_say() {
        type Case =
            (Option<&'static str>, Option<&'static str>, bool, &'static str, &'static [&'static str], &'static str);
        let cases: [Case; 18] = [
            (None, None, false, "a\n\nb", &["a\n", "\n", "b"], "ab"),
            (Some(";"), None, false, "a;b;c;", &["a;", "b;", "c;"], "abc"),
            (Some(r"\x3b"), None, false, "a;b", &["a;", "b"], "ab"),
            (Some(";;"), None, false, "a;;;b;;c", &["a;;", ";b;;", "c"], "a;bc"),
            (Some(""), None, false, "abc", &["a", "b", "c"], "abc"),
            (None, Some(">"), false, "x>a>>b", &["x", ">a", ">", ">b"], "xab"),
            (None, Some(""), false, "ab", &["a", "b"], "ab"),
            (Some("\n"), Some(">"), false, ">a>\n>b\n", &[">a>\n", ">b\n"], "a>b"),
            (Some("."), None, false, "a.b", &["a.", "b"], "ab"),
            (Some("[0-9]+"), None, true, "a1b22c333", &["a1", "b22", "c333"], "abc"),
            (Some("[0-9]"), None, true, "a1b22c", &["a1", "b2", "2", "c"], "abc"),
            (None, Some("[0-9]+"), true, "a1b22c333", &["a", "1b", "22c", "333"], "abc"),
            (Some("([0-9])+"), Some("(>)"), true, "1>a2>b3c>d4", &["1", ">a2", ">b3c>d4"], "ab3c>d"),
            (None, Some("^>"), true, ">a>\n>b", &[">a>\n", ">b"], "a>\nb"),
            (Some(r"\n\n+"), None, true, "a\n\n\nb\n\nc", &["a\n\n\n", "b\n\n", "c"], "abc"),
            (Some("x*"), None, true, "axxb", &["axx", "b"], "ab"),
            (Some(""), None, true, "ab", &["a", "b"], "ab"),
            (None, None, true, "a\nb", &["a\n", "b"], "ab"),
        ];
        for (end, start, is_regex, text, records, stripped) in cases {
            let records = records.iter().map(|record| (*record).to_owned()).collect();
            assert_eq!(
                cut(&rule(end, start, is_regex), text),
                (records, stripped.to_owned()),
                "{end:?} {start:?} {text:?}"
            );
        }
    }

    #[test]
    fn the_end_of_data_is_enough_for_a_local_rule() {
        let lines = Rule::default();
        assert!(lines.is_local());
        assert_eq!(lines.last_border(b"half\nwhole\nhal"), Some(11));
        assert_eq!(lines.last_border(b"half\n"), Some(5));
        assert_eq!(lines.last_border(b"half"), None);
        let start = rule(None, Some(">"), false);
        assert_eq!((start.last_border(b">a>b"), start.last_border(b">a"), start.ahead()), (Some(2), None, 1));
        assert_eq!(rule(Some(""), None, false).last_border(b"ab"), Some(2));
        assert!(!rule(Some("x"), None, true).is_local());
        assert!(!Rule { lines: 2, ..lines.clone() }.is_local());
        assert!(!Rule { records: Some(1), ..lines.clone() }.is_local());
    }

    #[test]
    fn a_wrong_expression_is_quoted_with_its_option() {
        let error = |end: Option<&str>, start: Option<&str>| {
            let wanted = Wanted {
                start: start.map(OsStr::new),
                end: end.map(OsStr::new),
                is_regex: true,
                removes_separators: false,
            };
            Rule::new(&wanted, Counts::default()).expect_err("no rule").to_string()
        };
        assert!(error(Some("("), None).starts_with("--recend (: unclosed group"));
        assert!(error(Some("a"), Some("b(?=c)")).starts_with("--recstart b(?=c): look-around"));
    }

    #[test]
    fn line_ends_of_csv_are_removed_outside_quotes() {
        let wanted = Wanted { start: None, end: None, is_regex: false, removes_separators: true };
        let rule = Rule::new(&wanted, Counts { csv: Some(Vec::new()), ..Counts::default() }).expect("a rule");
        assert_eq!(rule.stripped(b"a,\"b\nc\"\nd\n".to_vec()), b"a,\"b\nc\"d");
    }
}
