//! From a record to its values: columns and white space.

use std::str::FromStr;

use regex::bytes::Regex;

use crate::error::Error;
use crate::job::{Value, Values};

/// Which sides of an argument lose their white space (`--trim`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trim {
    left: bool,
    right: bool,
}

impl Trim {
    const BOTH: Self = Self { left: true, right: true };

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
    separator: Option<Regex>,
    trim: Trim,
}

impl Columns {
    pub(super) fn new(separator: Option<&str>, trim: Option<Trim>) -> Result<Self, Error> {
        let explain = |error| {
            Error::Usage(format!("--colsep: {error}; Perl's look-around and back-references are not available"))
        };
        let separator = separator.map(Regex::new).transpose().map_err(explain)?;
        let default = if separator.is_some() { Trim::BOTH } else { Trim::default() };
        Ok(Self { separator, trim: trim.unwrap_or(default) })
    }

    /// At least one value.
    pub(super) fn split(&self, record: Value) -> Values {
        let Some(separator) = &self.separator else {
            return Values::from(if self.trim == Trim::default() { record } else { self.trim.apply(&record).to_vec() });
        };
        separator.split(&record).map(|column| self.trim.apply(column)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_lose_their_white_space_unless_told_otherwise() {
        let split = |trim| {
            let columns = Columns::new(Some(","), trim).expect("regex");
            columns.split(Value::from(" a , b,"))
        };
        assert_eq!(split(None), ["a", "b", ""].into_iter().collect());
        assert_eq!(split(Some(Trim::default())), [" a ", " b", ""].into_iter().collect());
    }
}
