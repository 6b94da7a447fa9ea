//! The options of xargs as getopt finds them, and their numbers.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use super::table::{NONE, SPELLINGS, Spelling, Value};
use crate::cli::getopt::{self, Table, Takes};
use crate::cli::mistakes;
use crate::error::Error;

/// An option of a command line.
pub(super) type Given = getopt::Given<&'static Spelling>;

/// The options of xargs.
pub(super) struct Xargs;

impl Table for Xargs {
    type Option = &'static Spelling;

    const PROGRAM: &'static str = "xargs";

    fn long(&self, typed: &[u8]) -> Result<&'static Spelling, Error> {
        let all = || SPELLINGS.iter().filter(|spelling| !spelling.long.is_empty());
        if let Some(whole) = all().find(|spelling| spelling.long.as_bytes() == typed) {
            return Ok(whole);
        }
        let begun: Vec<_> = all().filter(|spelling| spelling.long.as_bytes().starts_with(typed)).collect();
        let name = format!("--{}", OsStr::from_bytes(typed).display());
        match begun[..] {
            [one] => Ok(one),
            [] => Err(unknown(&name)),
            _ => Err(mistakes::ambiguous(&name, begun.iter().map(|spelling| spelling.long))),
        }
    }

    fn short(&self, letter: char) -> Result<&'static Spelling, Error> {
        let found = SPELLINGS.iter().find(|spelling| spelling.short == letter && letter != NONE);
        found.ok_or_else(|| unknown(&format!("-{letter}")))
    }

    fn takes(&self, option: &'static Spelling, _: Option<char>, _: Option<&OsStr>) -> Takes {
        match option.value {
            Value::None => Takes::Nothing,
            Value::Attached(_) => Takes::Attached,
            Value::Needed(_) => Takes::Value,
        }
    }

    fn name(&self, option: &'static Spelling) -> String {
        format!("--{}", option.long)
    }
}

fn unknown(name: &str) -> Error {
    Error::Usage(format!("unknown option {name}; xargs --help lists them all"))
}

impl Given {
    /// The value as a whole number of at least `least`; 1 if there is none.
    pub(super) fn number(&self, least: usize) -> Result<usize, Error> {
        let Some(value) = &self.value else { return Ok(1) };
        let bad = |what: &str| Err(Error::Usage(format!("{} {}: {what}", self.name, value.display())));
        let digits = value.as_bytes().trim_ascii_start();
        match std::str::from_utf8(digits).unwrap_or_default().parse::<i64>() {
            Ok(number) => match usize::try_from(number).ok().filter(|number| *number >= least) {
                Some(_) if number > i64::from(i32::MAX) => bad("must be at most 2147483647"),
                Some(number) => Ok(number),
                None => bad(&format!("must be at least {least}")),
            },
            Err(_) => bad("not a number; write it in digits"),
        }
    }
}
