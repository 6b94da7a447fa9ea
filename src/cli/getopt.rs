//! Options as getopt reads them, for any table of options.
//!
//! They end at the first word that is none, or at `--`. Short ones may share a word, of which the first that takes a
//! value takes the rest. Which options there are, how they may be spelled and what they mean is for others to know.

use std::ffi::{OsStr, OsString};
use std::iter;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::vec;

use super::mistakes;
use crate::error::Error;

/// The options of a program.
pub(super) trait Table {
    /// One of them.
    type Option: Copy;

    /// What the program is called in messages.
    const PROGRAM: &'static str;

    /// The option that `typed` is a spelling of, or else the beginning of one, without the dashes.
    fn long(&self, typed: &[u8]) -> Result<Self::Option, Error>;

    fn short(&self, letter: char) -> Result<Self::Option, Error>;

    /// Whether the option takes a value, if it was written with this letter or as a long one, and this word is next.
    fn takes(&self, option: Self::Option, letter: Option<char>, next: Option<&OsStr>) -> Takes;

    /// Its long name in full, with the dashes.
    fn name(&self, option: Self::Option) -> String;
}

/// Whether an option takes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    Nothing,
    /// One that is attached, or none.
    Attached,
    /// One that is attached, or the next word.
    Value,
}

/// An option of a command line.
#[derive(Debug)]
pub(super) struct Given<O> {
    pub(super) option: O,
    /// As it was written, an abbreviation in full.
    pub(super) name: String,
    pub(super) takes: Takes,
    pub(super) value: Option<OsString>,
}

/// The options, and the words from the first that is none, without the `--` before it.
#[expect(clippy::type_complexity, reason = "two lists, which their names tell apart where they are used")]
pub(super) fn read<T: Table>(words: Vec<OsString>, table: &T) -> Result<(Vec<Given<T::Option>>, Vec<OsString>), Error> {
    let mut options = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        match word.as_bytes() {
            b"--" => return Ok((options, words.collect())),
            [b'-', b'-', long @ ..] => options.push(read_long(long, &mut words, table)?),
            [b'-', shorts @ ..] if !shorts.is_empty() => {
                let mut shorts = shorts;
                while let [letter, attached @ ..] = shorts {
                    let given = read_short((*letter).into(), attached, &mut words, table)?;
                    shorts = if given.takes == Takes::Nothing { attached } else { b"" };
                    options.push(given);
                }
            }
            _ => return Ok((options, iter::once(word).chain(words).collect())),
        }
    }
    Ok((options, Vec::new()))
}

/// `--name`, `--name=value` or `--name value`.
fn read_long<T: Table>(long: &[u8], next: &mut vec::IntoIter<OsString>, table: &T) -> Result<Given<T::Option>, Error> {
    let mut parts = long.splitn(2, |byte| *byte == b'=');
    let option = table.long(parts.next().unwrap_or_default())?;
    let attached = parts.next();
    let name = table.name(option);
    let takes = table.takes(option, None, next.as_slice().first().map(OsString::as_os_str));
    if attached.is_some() && takes == Takes::Nothing {
        return Err(mistakes::takes_no_value(&name));
    }
    given::<T>(option, name, takes, attached, next)
}

/// A letter, with what follows it in its word.
fn read_short<T: Table>(
    letter: char,
    attached: &[u8],
    next: &mut vec::IntoIter<OsString>,
    table: &T,
) -> Result<Given<T::Option>, Error> {
    let option = table.short(letter)?;
    let takes = table.takes(option, Some(letter), next.as_slice().first().map(OsString::as_os_str));
    let attached = Some(attached).filter(|attached| takes != Takes::Nothing && !attached.is_empty());
    given::<T>(option, format!("-{letter}"), takes, attached, next)
}

fn given<T: Table>(
    option: T::Option,
    name: String,
    takes: Takes,
    attached: Option<&[u8]>,
    next: &mut vec::IntoIter<OsString>,
) -> Result<Given<T::Option>, Error> {
    let mut value = attached.map(|value| OsString::from_vec(value.to_vec()));
    if value.is_none() && takes == Takes::Value {
        value = Some(next.next().ok_or_else(|| mistakes::needs_value(&name, T::PROGRAM))?);
    }
    Ok(Given { option, name, takes, value })
}
