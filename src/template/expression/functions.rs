//! The functions of perl, and those that GNU parallel adds, that have no effect but their value.

use super::arithmetic::{finite, from_count};
use super::ast::Term;
use super::class::is_word;
use super::value::{Number, Scalar, truncated, within_bounds};
use super::{Facts, Stop, format};
use crate::template::quote::quoted;

/// A function that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Upper,
    Lower,
    UpperFirst,
    LowerFirst,
    Length,
    QuoteMeta,
    Absolute,
    Whole,
    Root,
    Logarithm,
    Exponential,
    Sine,
    Cosine,
    Ordinal,
    Character,
    Hexadecimal,
    Octal,
    Defined,
    Chomp,
    Chop,
    Scalar,
    Substring,
    Index,
    LastIndex,
    Format,
    Join,
    Reverse,
    ShellQuote,
    PerlQuote,
    Seq,
    Slot,
    Total,
    Unquote,
    Skip,
}

/// What a function takes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Operands {
    None,
    One { or_topic: bool },
    Many { least: usize, most: usize },
}

impl Function {
    pub(super) fn named(name: &[u8]) -> Option<(Self, Operands)> {
        const TOPIC: Operands = Operands::One { or_topic: true };
        const ONE: Operands = Operands::One { or_topic: false };
        let many = |least, most| Operands::Many { least, most };
        Some(match name {
            b"uc" => (Self::Upper, TOPIC),
            b"lc" => (Self::Lower, TOPIC),
            b"ucfirst" => (Self::UpperFirst, TOPIC),
            b"lcfirst" => (Self::LowerFirst, TOPIC),
            b"length" => (Self::Length, TOPIC),
            b"quotemeta" => (Self::QuoteMeta, TOPIC),
            b"abs" => (Self::Absolute, TOPIC),
            b"int" => (Self::Whole, TOPIC),
            b"sqrt" => (Self::Root, TOPIC),
            b"log" => (Self::Logarithm, TOPIC),
            b"exp" => (Self::Exponential, TOPIC),
            b"sin" => (Self::Sine, TOPIC),
            b"cos" => (Self::Cosine, TOPIC),
            b"ord" => (Self::Ordinal, TOPIC),
            b"chr" => (Self::Character, TOPIC),
            b"hex" => (Self::Hexadecimal, TOPIC),
            b"oct" => (Self::Octal, TOPIC),
            b"defined" => (Self::Defined, TOPIC),
            b"chomp" => (Self::Chomp, TOPIC),
            b"chop" => (Self::Chop, TOPIC),
            b"scalar" => (Self::Scalar, ONE),
            b"substr" => (Self::Substring, many(2, 4)),
            b"index" => (Self::Index, many(2, 3)),
            b"rindex" => (Self::LastIndex, many(2, 3)),
            b"sprintf" => (Self::Format, many(1, usize::MAX)),
            b"join" => (Self::Join, many(2, usize::MAX)),
            b"reverse" => (Self::Reverse, many(1, usize::MAX)),
            b"Q" => (Self::ShellQuote, ONE),
            b"pQ" => (Self::PerlQuote, ONE),
            b"seq" => (Self::Seq, Operands::None),
            b"slot" => (Self::Slot, Operands::None),
            b"total_jobs" => (Self::Total, Operands::None),
            b"uq" => (Self::Unquote, Operands::None),
            b"skip" => (Self::Skip, Operands::None),
            _ => return None,
        })
    }

    /// From which operand on there is a list.
    pub(super) fn takes_list_from(self) -> usize {
        match self {
            Self::Reverse => 0,
            Self::Join | Self::Format => 1,
            _ => usize::MAX,
        }
    }

    /// Whether these operands are of the right kind.
    pub(super) fn accepts(self, operands: &[Term]) -> bool {
        match self {
            Self::Defined => matches!(operands, [Term::Variable(_) | Term::Capture(_) | Term::Argument(_)]),
            Self::Chomp | Self::Chop => matches!(operands, [Term::Variable(_)]),
            Self::Substring if operands.len() == 4 => matches!(operands[0], Term::Variable(_)),
            _ => true,
        }
    }

    /// Whether a call changes anything.
    pub(super) fn has_effect(self, operands: usize) -> bool {
        matches!(self, Self::Chomp | Self::Chop) || (self == Self::Substring && operands == 4)
    }

    /// What a call comes to.
    pub(super) fn value(self, operands: &[Scalar], facts: &Facts<'_>) -> Result<Scalar, Stop> {
        let none = Scalar::Undefined;
        let first = operands.first().unwrap_or(&none);
        let text = |text: Vec<u8>| Ok(Scalar::Text(text));
        match self {
            Self::Upper => text(first.text()?.to_ascii_uppercase()),
            Self::Lower => text(first.text()?.to_ascii_lowercase()),
            Self::UpperFirst | Self::LowerFirst => {
                let mut value = first.text()?.into_owned();
                if let Some(letter) = value.first_mut() {
                    let upper = self == Self::UpperFirst;
                    *letter = if upper { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() };
                }
                text(value)
            }
            Self::Length if !first.is_defined() => Ok(Scalar::Undefined),
            Self::Length => from_count(first.text()?.len()),
            Self::QuoteMeta => {
                let value = first.text()?;
                text(value.iter().flat_map(|&byte| [b'\\', byte].into_iter().skip(is_word(byte).into())).collect())
            }
            Self::Absolute => match first.number()? {
                Number::Integer(number) => number.checked_abs().map(Scalar::Integer).ok_or(Stop::Inexact),
                Number::Float(number) => Ok(Scalar::Float(number.abs())),
            },
            Self::Whole => match first.number()? {
                Number::Integer(number) => Ok(Scalar::Integer(number)),
                Number::Float(number) => truncated(number).map(Scalar::Integer),
            },
            Self::Root => finite(first.float()?.sqrt()),
            Self::Logarithm => finite(first.float()?.ln()),
            Self::Exponential => finite(first.float()?.exp()),
            Self::Sine => finite(first.float()?.sin()),
            Self::Cosine => finite(first.float()?.cos()),
            Self::Ordinal => Ok(Scalar::Integer(first.text()?.first().copied().unwrap_or(0).into())),
            Self::Character => u8::try_from(first.integer()?).map_or(Err(Stop::Inexact), |byte| text(vec![byte])),
            Self::Hexadecimal => digits(strip(&first.text()?, b'x'), 16),
            Self::Octal => octal(&first.text()?),
            Self::Defined => Ok(Scalar::truth(first.is_defined())),
            Self::Substring => {
                let (start, end) = substring(first.text()?.len(), &operands[1..])?.unwrap_or((1, 0));
                if start > end {
                    return Ok(Scalar::Undefined);
                }
                text(first.text()?[start..end].to_vec())
            }
            Self::Index | Self::LastIndex => find(self == Self::LastIndex, operands),
            Self::Format => format::format(&first.text()?, &operands[1..]).map(Scalar::Text),
            Self::Join => {
                let between = first.text()?;
                let mut result = Vec::new();
                for (index, operand) in operands[1..].iter().enumerate() {
                    if index > 0 {
                        result.extend_from_slice(&between);
                    }
                    result.extend_from_slice(&operand.text()?);
                    within_bounds(result.len())?;
                }
                text(result)
            }
            Self::Reverse => {
                let mut result = Vec::new();
                for operand in operands {
                    result.extend_from_slice(&operand.text()?);
                }
                result.reverse();
                text(result)
            }
            Self::ShellQuote => text(quoted(&first.text()?, crate::job::Dialect::Bourne)),
            Self::PerlQuote => {
                let value = first.text()?;
                let is_plain = |byte: u8| !b"\"$@\\".contains(&byte);
                text(value.iter().flat_map(|&byte| [b'\\', byte].into_iter().skip(is_plain(byte).into())).collect())
            }
            Self::Seq => i64::try_from(facts.seq).map(Scalar::Integer).map_err(|_| Stop::Inexact),
            Self::Slot => from_count(facts.slot),
            Self::Total => i64::try_from(facts.total.unwrap_or(0)).map(Scalar::Integer).map_err(|_| Stop::Inexact),
            Self::Scalar => Ok(first.clone()),
            // The evaluation has done what there is to do.
            Self::Unquote | Self::Skip => Ok(Scalar::Integer(1)),
            Self::Chomp | Self::Chop => Err(Stop::Inexact),
        }
    }
}

/// Which part of a text of that length `substr` means with these operands after the text.
pub(super) fn substring(length: usize, operands: &[Scalar]) -> Result<Option<(usize, usize)>, Stop> {
    let bounded = |number: i64| number.clamp(i64::MIN / 4, i64::MAX / 4);
    let length = i64::try_from(length).map_err(|_| Stop::Inexact)?;
    let mut start = bounded(operands[0].integer()?);
    if start < 0 {
        start += length;
    }
    if start > length {
        return Ok(None);
    }
    let mut end = match operands.get(1) {
        None => length,
        Some(count) => match bounded(count.integer()?) {
            count if count < 0 => length + count,
            count => start + count,
        },
    };
    if end < 0 {
        if start < 0 {
            return Ok(None);
        }
        end = 0;
    }
    let start = start.max(0);
    let end = end.max(start).min(length);
    let position = |number: i64| usize::try_from(number).map_err(|_| Stop::Inexact);
    Ok(Some((position(start)?, position(end)?)))
}

fn find(last: bool, operands: &[Scalar]) -> Result<Scalar, Stop> {
    let (text, part) = (operands[0].text()?, operands[1].text()?);
    let position = match operands.get(2) {
        None if last => text.len(),
        None => 0,
        Some(position) => match usize::try_from(position.integer()?) {
            Ok(position) => position.min(text.len()),
            Err(_) if last => return Err(Stop::Inexact),
            Err(_) => 0,
        },
    };
    let found = if last {
        let end = (position + part.len()).min(text.len());
        memchr::memmem::rfind(&text[..end], &part)
    } else {
        memchr::memmem::find(&text[position..], &part).map(|found| found + position)
    };
    found.map_or(Ok(-1), |found| i64::try_from(found).map_err(|_| Stop::Inexact)).map(Scalar::Integer)
}

/// The text without `0` and that letter before it.
fn strip(text: &[u8], letter: u8) -> &[u8] {
    let rest = text.strip_prefix(b"0").unwrap_or(text);
    match rest.first() {
        Some(first) if first.to_ascii_lowercase() == letter => &rest[1..],
        _ => text,
    }
}

/// A number of nothing but digits: what perl makes of others is not for us to know.
fn digits(text: &[u8], radix: u32) -> Result<Scalar, Stop> {
    if text.is_empty() {
        return Ok(Scalar::Integer(0));
    }
    if !text.iter().all(|byte| char::from(*byte).is_digit(radix)) {
        return Err(Stop::Inexact);
    }
    let text = std::str::from_utf8(text).map_err(|_| Stop::Inexact)?;
    i64::from_str_radix(text, radix).map(Scalar::Integer).map_err(|_| Stop::Inexact)
}

fn octal(text: &[u8]) -> Result<Scalar, Stop> {
    let text = text.trim_ascii_start();
    for (letter, radix) in [(b'x', 16), (b'b', 2), (b'o', 8)] {
        let rest = strip(text, letter);
        if rest.len() < text.len() {
            return digits(rest, radix);
        }
    }
    digits(text, 8)
}
