//! Options as getopt reads them: they end at the first word that is none, and long ones may be abbreviated.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use super::table::{NONE, Option as Known, SPELLINGS, Spelling, Value};
use crate::error::Error;

/// An option of a command line.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) option: Known,
    /// As it was written, an abbreviation in full.
    pub(super) name: String,
    pub(super) value: Option<OsString>,
}

/// The options, and the words from the first that is none.
pub(super) fn read(words: Vec<OsString>) -> Result<(Vec<Given>, Vec<OsString>), Error> {
    let mut options = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        match word.as_bytes() {
            b"--" => return Ok((options, words.collect())),
            [b'-', b'-', long @ ..] => options.push(read_long(long, || words.next())?),
            [b'-', shorts @ ..] if !shorts.is_empty() => {
                let mut shorts = shorts;
                while let [short, attached @ ..] = shorts {
                    let spelling = find_short(char::from(*short))?;
                    let name = format!("-{}", spelling.short);
                    let attached = Some(attached).filter(|attached| !attached.is_empty());
                    let is_flag = spelling.value == Value::None;
                    shorts = if is_flag { attached.unwrap_or_default() } else { b"" };
                    let attached = attached.filter(|_| !is_flag);
                    options.push(given(spelling, name, attached, || words.next())?);
                }
            }
            _ => return Ok((options, std::iter::once(word).chain(words).collect())),
        }
    }
    Ok((options, Vec::new()))
}

fn read_long(long: &[u8], next: impl FnOnce() -> Option<OsString>) -> Result<Given, Error> {
    let mut parts = long.splitn(2, |byte| *byte == b'=');
    let spelling = find_long(parts.next().unwrap_or_default())?;
    let attached = parts.next();
    let name = format!("--{}", spelling.long);
    if attached.is_some() && spelling.value == Value::None {
        return Err(Error::Usage(format!("{name} takes no value; leave out the = and what follows it")));
    }
    given(spelling, name, attached, next)
}

fn given(
    spelling: &Spelling,
    name: String,
    attached: Option<&[u8]>,
    next: impl FnOnce() -> Option<OsString>,
) -> Result<Given, Error> {
    let attached = attached.map(|value| OsString::from_vec(value.to_vec()));
    let value = match spelling.value {
        Value::None => None,
        Value::Attached(_) => attached,
        Value::Needed(_) => match attached.or_else(next) {
            Some(value) => Some(value),
            None => return Err(Error::Usage(format!("{name} needs a value; see xargs --help"))),
        },
    };
    Ok(Given { option: spelling.option, name, value })
}

fn find_short(short: char) -> Result<&'static Spelling, Error> {
    let found = SPELLINGS.iter().find(|spelling| spelling.short == short && short != NONE);
    found.ok_or_else(|| Error::Usage(format!("unknown option -{short}; xargs --help lists them all")))
}

fn find_long(typed: &[u8]) -> Result<&'static Spelling, Error> {
    let all = || SPELLINGS.iter().filter(|spelling| !spelling.long.is_empty());
    if let Some(whole) = all().find(|spelling| spelling.long.as_bytes() == typed) {
        return Ok(whole);
    }
    let begun: Vec<_> = all().filter(|spelling| spelling.long.as_bytes().starts_with(typed)).collect();
    let name = format!("--{}", OsStr::from_bytes(typed).display());
    match begun[..] {
        [one] => Ok(one),
        [] => Err(Error::Usage(format!("unknown option {name}; xargs --help lists them all"))),
        [ref rest @ .., last] => {
            let rest: Vec<_> = rest.iter().map(|spelling| format!("--{}", spelling.long)).collect();
            let text = format!("{name} is the beginning of {} and --{}; write more of it", rest.join(", "), last.long);
            Err(Error::Usage(text))
        }
    }
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
