//! What a line is grouped or spread by: a column of it, or the whole, perhaps changed by a perl expression.
//!
//! The expression itself is the business of others: it comes as a closure that gives the new value.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use super::columns::Columns;
use crate::error::Error;

/// A key as it was given to `--shard`, `--bin` or `--group-by`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySpec {
    option: &'static str,
    text: OsString,
}

/// A key with its column found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The column, counted from 1; `None` is the whole line.
    pub column: Option<usize>,
    /// The perl expression that changes the value.
    pub expression: Option<OsString>,
}

impl KeySpec {
    /// The key given to `option`.
    pub fn new(option: &'static str, text: impl Into<OsString>) -> Self {
        Self { option, text: text.into() }
    }

    /// Whether it begins with a column's name, so that the data has to begin with a line of these, even without
    /// `--header`.
    pub fn names_a_column(&self) -> bool {
        let (word, _) = divided(self.text.as_bytes());
        !word.is_empty() && word.iter().all(|byte| is_of_word(*byte)) && !word.iter().all(u8::is_ascii_digit)
    }

    /// Finds the column. `header` is the line with the names of the columns, if there is one.
    ///
    /// A number is a column, and so is a word of letters, digits and `_`, which must be the name of one. Names with
    /// other characters are known only from the header; anything else is an expression.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn find(&self, header: Option<&[u8]>, columns: &Columns) -> Result<Key, Error> {
        let text = self.text.as_bytes();
        let expression = |text: &[u8]| (!text.trim_ascii().is_empty()).then(|| OsString::from_vec(text.to_vec()));
        let (word, rest) = divided(text);
        if !word.is_empty() && word.iter().all(u8::is_ascii_digit) {
            let column = std::str::from_utf8(word).ok().and_then(|word| word.parse().ok()).filter(|column| *column > 0);
            let column = column.ok_or_else(|| self.error("there is no such column; they are counted from 1"))?;
            return Ok(Key { column: Some(column), expression: expression(rest) });
        }
        let names = header.map(|header| columns.all(header)).unwrap_or_default();
        // The longest, as a name may have blanks in it.
        let ends = (0..=text.len()).rev().filter(|end| text.get(*end).is_none_or(u8::is_ascii_whitespace));
        let known = ends.filter(|end| *end > 0).find_map(|end| {
            let column = names.iter().position(|name| **name == text[..end])?;
            Some(Key { column: Some(column + 1), expression: expression(&text[end..]) })
        });
        match known {
            Some(key) => Ok(key),
            None if self.names_a_column() => {
                let names: Vec<_> = names.iter().map(|name| name.escape_ascii().to_string()).collect();
                let there = if names.is_empty() { "no header".into() } else { names.join(", ") };
                Err(self
                    .error(&format!("there is no such column, but {there}; write a name, a number or an expression")))
            }
            None => Ok(Key { column: None, expression: expression(text) }),
        }
    }

    fn error(&self, what: &str) -> Error {
        Error::Usage(format!("{} {}: {what}", self.option, self.text.display()))
    }
}

/// The word at the begin, and what comes after it.
fn divided(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len()))
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Gives the value of an expression for a value.
pub type Evaluate = Box<dyn FnMut(&[u8]) -> Result<Vec<u8>, Error> + Send>;

/// Gives the keys of lines.
pub struct Keys {
    column: Option<usize>,
    columns: Columns,
    evaluate: Option<Evaluate>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("column", &self.column).field("columns", &self.columns).finish_non_exhaustive()
    }
}

impl Keys {
    /// With `evaluate` for the expression of the key, if it has one.
    pub fn new(key: &Key, columns: Columns, evaluate: Option<Evaluate>) -> Self {
        Self { column: key.column, columns, evaluate }
    }

    /// The key of a line, whose end is no part of it.
    ///
    /// # Errors
    /// When the expression cannot be evaluated.
    pub fn of<'a>(&mut self, line: &'a [u8]) -> Result<Cow<'a, [u8]>, Error> {
        let line = self.columns.without_end(line);
        let value = self.column.map_or(Cow::Borrowed(line), |column| self.columns.get(line, column));
        match &mut self.evaluate {
            Some(evaluate) => evaluate(&value).map(Cow::Owned),
            None => Ok(value),
        }
    }
}

impl KeySpec {
    /// The text as it was given.
    pub fn text(&self) -> &OsStr {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, header: Option<&str>) -> Result<(Option<usize>, Option<String>), String> {
        let columns = Columns::new(None, false).expect("columns");
        let key = KeySpec::new("--shard", text).find(header.map(str::as_bytes), &columns);
        let key = key.map_err(|error| error.to_string())?;
        Ok((key.column, key.expression.map(|expression| expression.into_string().expect("utf-8"))))
    }

    #[test]
    fn a_key_is_a_column_or_an_expression_or_both() {
        let header = Some("Address\tmy-col\tUser ID\t1st\tUser\tlc\n");
        let cases = [
            ("3", Some(3), None),
            ("3 $_%=100", Some(3), Some(" $_%=100")),
            ("Address", Some(1), None),
            (r"Address s/\D//g", Some(1), Some(r" s/\D//g")),
            ("my-col", Some(2), None),
            ("my-col lc", Some(2), Some(" lc")),
            ("User ID", Some(3), None),
            ("User ID lc", Some(3), Some(" lc")),
            ("User lc", Some(5), Some(" lc")),
            ("1st", Some(4), None),
            ("lc", Some(6), None),
            ("lc($_)", None, Some("lc($_)")),
            (" Address", None, Some(" Address")),
            ("1,2", None, Some("1,2")),
            ("-1", None, Some("-1")),
            ("1 ", Some(1), None),
            ("", None, None),
        ];
        for (text, column, expression) in cases {
            assert_eq!(found(text, header), Ok((column, expression.map(str::to_owned))), "{text:?}");
        }
        assert_eq!(found("my-col", None), Ok((None, Some("my-col".into()))));
    }

    #[test]
    fn a_column_that_is_not_there_is_named() {
        let error = |text, header| found(text, header).expect_err("no column");
        let expected = "--shard nosuch: there is no such column, but a, b; write a name, a number or an expression";
        assert_eq!(error("nosuch", Some("a\tb\n")), expected);
        assert!(error("nosuch", None).contains("but no header"));
        assert!(error("0", None).contains("counted from 1"));
        assert!(error("99999999999999999999999", None).contains("no such column"));
    }

    #[test]
    fn only_names_need_a_header() {
        let names = |text: &str| KeySpec::new("--bin", text).names_a_column();
        assert!(["Address", "Address lc", "1st", "_x"].iter().all(|text| names(text)));
        assert!(["1", "1 lc", "lc($_)", "$_", "", " Address", "my-col"].iter().all(|text| !names(text)));
    }

    #[test]
    fn the_key_of_a_line_goes_through_the_expression() {
        let key = Key { column: Some(2), expression: None };
        let columns = Columns::new(Some(OsStr::new(" +")), false).expect("columns");
        let mut keys = Keys::new(&key, columns.clone(), None);
        assert_eq!(keys.of(b"a  b c\n").expect("a key"), &b"b"[..]);
        assert_eq!(keys.of(b"a  b\n").expect("a key"), keys.of(b"x b").expect("a key"));
        let shout = |value: &[u8]| Ok(value.to_ascii_uppercase());
        let mut keys = Keys::new(&key, columns, Some(Box::new(shout)));
        assert_eq!(keys.of(b"a b").expect("a key"), &b"B"[..]);
    }
}
