//! What ends a record: text, what a regular expression matches, a line end of CSV, or nothing at all.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use memchr::memmem::{Finder, FinderRev};

use super::escape::unescape;
use crate::error::Error;

/// What the options of other rooms say of records.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// So many of what is cut are one record (`-L`); `None` and 0 are one.
    pub lines: Option<usize>,
    /// So many records are a block (`-N`); `None` and 0 are as many as fit.
    pub records: Option<usize>,
    /// Records are CSV with this between fields.
    pub csv: Option<Vec<u8>>,
}

/// What is asked for.
pub(super) struct Wanted<'a> {
    pub(super) start: Option<&'a OsStr>,
    pub(super) end: Option<&'a OsStr>,
    pub(super) is_regex: bool,
    pub(super) removes_separators: bool,
    pub(super) counts: Counts,
}

/// Where records end, and how many of them belong together.
#[derive(Clone, Debug)]
pub struct Rule {
    pub(super) border: Border,
    /// So many of them are one record (`-L`); never 0.
    pub(super) lines: usize,
    /// So many records are a block (`-N`), however large.
    pub(super) records: Option<usize>,
    /// The text between records is left out.
    pub(super) removes_separators: bool,
}

/// A place between two records.
#[derive(Clone, Debug)]
pub(super) enum Border {
    /// Between any two bytes.
    Anywhere,
    /// In this text.
    Text(Separator),
}

/// The text that ends a record and the one that starts the next.
#[derive(Clone, Debug)]
pub(super) struct Separator {
    finder: Finder<'static>,
    reverse: FinderRev<'static>,
    /// How much of it is the end of a record.
    end: usize,
}

impl Separator {
    /// `None` if both are empty.
    pub(super) fn new(end: &[u8], start: &[u8]) -> Option<Self> {
        let both = [end, start].concat();
        (!both.is_empty()).then(|| Self {
            finder: Finder::new(&both).into_owned(),
            reverse: FinderRev::new(&both).into_owned(),
            end: end.len(),
        })
    }

    pub(super) fn start(&self) -> usize {
        self.length() - self.end
    }

    pub(super) fn length(&self) -> usize {
        self.finder.needle().len()
    }

    /// The last border in `data` that is at most `limit`, the begin aside.
    pub(super) fn last(&self, data: &[u8], limit: usize) -> Option<usize> {
        let window = &data[..data.len().min(limit.saturating_add(self.start()))];
        self.reverse.rfind(window).map(|found| found + self.end).filter(|border| *border > 0)
    }

    /// The first border in `data` after `after`.
    pub(super) fn first(&self, data: &[u8], after: usize) -> Option<usize> {
        let from = (after + 1).saturating_sub(self.end);
        self.finder.find(data.get(from..)?).map(|found| from + found + self.end)
    }
}

impl Default for Rule {
    /// A record is a line.
    fn default() -> Self {
        let border = Separator::new(b"\n", b"").map_or(Border::Anywhere, Border::Text);
        Self { border, lines: 1, records: None, removes_separators: false }
    }
}

impl Rule {
    pub(super) fn new(wanted: Wanted<'_>) -> Result<Self, Error> {
        let start = unescape(wanted.start.unwrap_or_default().as_bytes());
        let end = match (wanted.end, wanted.start) {
            (Some(end), _) => unescape(end.as_bytes()),
            (None, Some(_)) => Vec::new(),
            (None, None) => b"\n".to_vec(),
        };
        Ok(Self {
            border: Separator::new(&end, &start).map_or(Border::Anywhere, Border::Text),
            lines: wanted.counts.lines.unwrap_or(1).max(1),
            records: wanted.counts.records.filter(|records| *records > 0),
            removes_separators: wanted.removes_separators,
        })
    }

    /// Whether the last border in a piece of data can be found by looking at its end alone: with [`last_border`], on
    /// more and more of the end until it gives one.
    ///
    /// [`last_border`]: Self::last_border
    pub fn is_local(&self) -> bool {
        self.records.is_none() && self.lines == 1
    }

    /// The last border in `data`, which is the end of some larger piece: everything before it is whole records. For a
    /// rule that is local. A border at the very end of `data` counts.
    pub fn last_border(&self, data: &[u8]) -> Option<usize> {
        match &self.border {
            Border::Anywhere => Some(data.len()).filter(|length| *length > 0),
            Border::Text(separator) => separator.last(data, data.len()),
        }
    }
}
