//! The places between records: in a text, in what a regular expression matches, at line ends of CSV, or anywhere.

use memchr::memmem::{Finder, FinderRev};
use memchr::{memchr, memchr_iter};
use regex::bytes::Regex;

use super::csv::Csv;
use super::scan::Scan;

/// The name of the group in a pattern that stands for its border.
pub(super) const BORDER: &str = "forkful_border";

/// How far beyond a border a regular expression may have to look to be sure of it.
const AHEAD: usize = 4096;

/// How many bytes are looked at at once where borders are only counted.
const PIECE: usize = 1024;

/// So many borders are worth being counted: in vain if a piece has more than are wanted.
const FEW: usize = 64;

/// A place between two records.
#[derive(Clone, Debug)]
pub(super) enum Border {
    /// Between any two bytes.
    Anywhere,
    /// In this text.
    Text(Box<Separator>),
    /// In what this matches.
    Match(Pattern),
    /// After line ends outside quotes.
    Csv(Csv),
}

impl Border {
    /// Where a record ends with `end` and the next starts with `start`.
    pub(super) fn text(end: &[u8], start: &[u8]) -> Self {
        if end.is_empty() && start.is_empty() {
            return Self::Anywhere;
        }
        Self::Text(Box::new(Separator::new(end, start)))
    }

    /// The next border in `data`, the end of it included; never its begin. Without one, the search has gone as far as
    /// it can.
    pub(super) fn next(&self, data: &[u8], scan: &mut Scan, ended: bool) -> Option<usize> {
        match self {
            Self::Anywhere => {
                let next = scan.position + 1;
                (next <= data.len()).then(|| scan.position = next)?;
                Some(next)
            }
            Self::Text(separator) => separator.next(data, scan),
            Self::Match(pattern) => pattern.next(data, scan, ended),
            Self::Csv(csv) => csv.next(data, scan),
        }
    }

    /// Goes over at most so many borders, if they can be counted faster than found, and tells over how many.
    pub(super) fn skip(&self, data: &[u8], scan: &mut Scan, most: usize) -> usize {
        match self {
            Self::Text(separator) => separator.skip(data, scan, most),
            Self::Anywhere | Self::Match(_) | Self::Csv(_) => 0,
        }
    }

    /// How much after a border has to be there for it to be seen.
    pub(super) fn ahead(&self) -> usize {
        match self {
            Self::Anywhere | Self::Csv(_) => 0,
            Self::Text(separator) => separator.start(),
            Self::Match(_) => AHEAD,
        }
    }
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
    fn new(end: &[u8], start: &[u8]) -> Self {
        let both = [end, start].concat();
        let (finder, reverse) = (Finder::new(&both).into_owned(), FinderRev::new(&both).into_owned());
        Self { finder, reverse, end: end.len() }
    }

    /// The length of what starts a record.
    pub(super) fn start(&self) -> usize {
        self.length() - self.end
    }

    /// The length of what ends a record.
    pub(super) fn end(&self) -> usize {
        self.end
    }

    pub(super) fn length(&self) -> usize {
        self.finder.needle().len()
    }

    /// The last border in `data` that is at most `limit`; never the begin.
    pub(super) fn last(&self, data: &[u8], limit: usize) -> Option<usize> {
        let window = &data[..data.len().min(limit.saturating_add(self.start()))];
        self.reverse.rfind(window).map(|found| found + self.end).filter(|border| *border > 0)
    }

    /// Counts piece by piece, as long as all borders of a piece are among the most.
    fn skip(&self, data: &[u8], scan: &mut Scan, most: usize) -> usize {
        let ([byte], 1, FEW..) = (self.finder.needle(), self.end, most) else { return 0 };
        let mut skipped = 0;
        for piece in data[scan.position..].chunks(PIECE) {
            let count = memchr_iter(*byte, piece).count();
            if skipped + count > most {
                break;
            }
            skipped += count;
            scan.position += piece.len();
        }
        skipped
    }

    fn next(&self, data: &[u8], scan: &mut Scan) -> Option<usize> {
        if let ([byte], 1) = (self.finder.needle(), self.end) {
            let found = memchr(*byte, data.get(scan.position..)?);
            scan.position = found.map_or(data.len(), |found| scan.position + found + 1);
            return found.map(|_| scan.position);
        }
        while let Some(found) = data.get(scan.position..).and_then(|rest| self.finder.find(rest)) {
            let found = scan.position + found;
            scan.position = found + self.length();
            if found + self.end > 0 {
                return Some(found + self.end);
            }
        }
        scan.position = scan.position.max((data.len() + 1).saturating_sub(self.length()));
        None
    }
}

/// What ends a record, and what starts the next, as a regular expression.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub(super) regex: Regex,
    pub(super) place: Place,
}

/// Where in a match the border is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The match ends a record.
    End,
    /// The match starts one.
    Start,
    /// The match does both, and the border is at the group [`BORDER`].
    Inside,
}

impl Pattern {
    fn next(&self, data: &[u8], scan: &mut Scan, ended: bool) -> Option<usize> {
        while scan.position <= data.len() {
            let found = self.regex.find_at(data, scan.position)?;
            // What touches the end of the data may go on behind it.
            if found.end() == data.len() && !ended {
                return None;
            }
            let before = scan.position;
            let border = match self.place {
                Place::End => found.end(),
                Place::Start => found.start(),
                Place::Inside => self.regex.captures_at(data, before)?.name(BORDER)?.start(),
            };
            // A match of no length would be found again and again.
            scan.position = found.end() + usize::from(found.is_empty());
            if border > scan.border {
                scan.border = border;
                return Some(border);
            }
        }
        None
    }
}
