//! From a record to its values: columns and white space.

use std::iter;
use std::str::FromStr;

use regex::bytes::Regex;

use super::csv;
use crate::job::{Value, Values};

/// Which sides of an argument lose their white space (`--trim`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trim {
    left: bool,
    right: bool,
}

impl Trim {
    pub(super) const BOTH: Self = Self { left: true, right: true };

    fn apply(self, mut value: &[u8]) -> &[u8] {
        if self.left {
            value = value.trim_ascii_start();
        }
        if self.right {
            value = value.trim_ascii_end();
        }
        value
    }
}

impl FromStr for Trim {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "n" => Ok(Self::default()),
            "l" => Ok(Self { left: true, right: false }),
            "r" => Ok(Self { left: false, right: true }),
            "lr" | "rl" => Ok(Self::BOTH),
            _ => Err("use n, l, r, lr or rl".into()),
        }
    }
}

/// Splits a record into values.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    pub(super) cut: Cut,
    trim: Trim,
}

/// Where a record is cut.
#[derive(Clone, Debug)]
pub(super) enum Cut {
    /// Nowhere.
    Whole,
    /// At matches of this.
    At(Regex),
    /// At this separator outside quotes, as in CSV.
    Csv(Vec<u8>),
}

impl Columns {
    /// With `trim` that sides are chosen for; columns that a pattern cuts lose both unless told otherwise.
    pub(super) fn new(cut: Cut, trim: Trim) -> Self {
        Self { cut, trim }
    }

    /// Whether the carriage return of a line that ends with CR LF would be part of a value.
    pub(super) fn keep_carriage_returns(&self) -> bool {
        !matches!(self.cut, Cut::Csv(_)) && !self.trim.right
    }

    /// At least one value.
    pub(super) fn split(&self, record: Value) -> Values {
        match &self.cut {
            Cut::Whole => Values::from(match self.trim {
                Trim { left: false, right: false } => record,
                trim => trim.apply(&record).to_vec(),
            }),
            Cut::At(separator) => split(separator, &record).map(|column| self.trim.apply(column)).collect(),
            Cut::Csv(separator) => csv::fields(&record, separator).iter().map(|field| self.trim.apply(field)).collect(),
        }
    }
}

/// Splits as Perl does: a match without length cuts between two bytes but not off the start, and the groups of the
/// separator are columns, too.
fn split<'a>(separator: &'a Regex, record: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    let groups = separator.captures_len() - 1;
    let mut column = 0;
    let cuts = separator.find_iter(record).filter(|cut| cut.end() > 0);
    let cuts = cuts.map(Some).chain([None]);
    cuts.flat_map(move |cut| {
        let (end, next) = cut.map_or((record.len(), record.len()), |cut| (cut.start(), cut.end()));
        let before = &record[column..end];
        column = next;
        let kept = cut.filter(|_| groups > 0).and_then(|cut| separator.captures_at(record, cut.start()));
        let kept = kept.into_iter().flat_map(move |captures| {
            (1..=groups).map(move |group| captures.get(group).map_or(&b""[..], |group| group.as_bytes()))
        });
        iter::once(before).chain(kept)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(separator: &str, trim: Trim, record: &str) -> Vec<String> {
        let columns = Columns::new(Cut::At(Regex::new(separator).expect("regex")), trim);
        columns.split(Value::from(record)).iter().map(|column| String::from_utf8_lossy(column).into_owned()).collect()
    }

    #[test]
    fn columns_lose_white_space_on_the_sides_that_are_chosen() {
        assert_eq!(columns(",", Trim::BOTH, " a , b,"), ["a", "b", ""]);
        assert_eq!(columns(",", Trim::default(), " a , b,"), [" a ", " b", ""]);
    }

    #[test]
    fn records_are_split_as_perl_does_it() {
        let cases: [(&str, &str, &[&str]); 10] = [
            (",", ",a,,", &["", "a", "", ""]),
            (",", "", &[""]),
            ("", "abc", &["a", "b", "c", ""]),
            ("x*", "axbcx", &["a", "b", "c", ""]),
            ("x*", "xa", &["", "a", ""]),
            ("(,)", "a,b", &["a", ",", "b"]),
            ("(x)|(y)", "axbyc", &["a", "x", "", "b", "", "y", "c"]),
            (r"\s+", " a  b ", &["", "a", "b", ""]),
            ("[[:space:]]+", "a\t b", &["a", "b"]),
            (r"\t", "a\tb c\t\td", &["a", "b c", "", "d"]),
        ];
        for (separator, record, expected) in cases {
            assert_eq!(columns(separator, Trim::default(), record), expected, "{record:?} at {separator}");
        }
    }
}
