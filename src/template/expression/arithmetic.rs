//! Operators on values.

use std::cmp::Ordering;

use super::Stop;
use super::ast::Binary;
use super::value::{EXACT, Number, Scalar, within_bounds};

pub(super) fn operate(binary: Binary, left: Scalar, right: &Scalar) -> Result<Scalar, Stop> {
    match binary {
        Binary::Concatenate => {
            let mut text = match left {
                Scalar::Text(text) => text,
                other => other.text()?.into_owned(),
            };
            let right = right.text()?;
            within_bounds(text.len() + right.len())?;
            text.extend_from_slice(&right);
            Ok(Scalar::Text(text))
        }
        Binary::Repeat => {
            let text = left.text()?;
            let times = usize::try_from(right.integer()?).unwrap_or(0);
            within_bounds(text.len().saturating_mul(times))?;
            // Nothing is nothing however often, which must not take long.
            Ok(Scalar::Text(if text.is_empty() { Vec::new() } else { text.repeat(times) }))
        }
        Binary::TextEqual
        | Binary::TextUnequal
        | Binary::TextLess
        | Binary::TextMore
        | Binary::TextAtMost
        | Binary::TextAtLeast
        | Binary::TextOrder => Ok(compared(binary, left.text()?.cmp(&right.text()?))),
        Binary::NumberEqual
        | Binary::NumberUnequal
        | Binary::NumberLess
        | Binary::NumberMore
        | Binary::NumberAtMost
        | Binary::NumberAtLeast
        | Binary::NumberOrder => {
            let order = match (left.number()?, right.number()?) {
                (Number::Integer(left), Number::Integer(right)) => left.cmp(&right),
                (left, right) => left.float()?.partial_cmp(&right.float()?).ok_or(Stop::Inexact)?,
            };
            Ok(compared(binary, order))
        }
        _ => calculated(binary, left.number()?, right.number()?),
    }
}

fn compared(binary: Binary, order: Ordering) -> Scalar {
    Scalar::truth(match binary {
        Binary::NumberOrder | Binary::TextOrder => return Scalar::Integer(order as i64),
        Binary::NumberEqual | Binary::TextEqual => order.is_eq(),
        Binary::NumberUnequal | Binary::TextUnequal => order.is_ne(),
        Binary::NumberLess | Binary::TextLess => order.is_lt(),
        Binary::NumberMore | Binary::TextMore => order.is_gt(),
        Binary::NumberAtMost | Binary::TextAtMost => order.is_le(),
        _ => order.is_ge(),
    })
}

fn calculated(binary: Binary, left: Number, right: Number) -> Result<Scalar, Stop> {
    if let (Number::Integer(left), Number::Integer(right)) = (left, right) {
        let result = match binary {
            Binary::Add => left.checked_add(right),
            Binary::Subtract => left.checked_sub(right),
            Binary::Multiply => left.checked_mul(right),
            Binary::Divide if left.unsigned_abs() >= EXACT || right.unsigned_abs() >= EXACT || right == 0 => None,
            Binary::Divide => return finite(Number::Integer(left).float()? / Number::Integer(right).float()?),
            Binary::Remainder => return remainder(left, right),
            _ => match u32::try_from(right) {
                Ok(exponent) => left.checked_pow(exponent),
                Err(_) if right < 0 && left != 0 => return power(Number::Integer(left), Number::Integer(right)),
                Err(_) => None,
            },
        };
        return result.filter(|result| result.unsigned_abs() < EXACT).map(Scalar::Integer).ok_or(Stop::Inexact);
    }
    let (first, second) = (left.float()?, right.float()?);
    match binary {
        Binary::Add => finite(first + second),
        Binary::Subtract => finite(first - second),
        Binary::Multiply => finite(first * second),
        Binary::Divide if second != 0.0 => finite(first / second),
        Binary::Remainder => remainder(Scalar::from(left).integer()?, Scalar::from(right).integer()?),
        Binary::Power => power(left, right),
        _ => Err(Stop::Inexact),
    }
}

fn power(base: Number, exponent: Number) -> Result<Scalar, Stop> {
    finite(base.float()?.powf(exponent.float()?))
}

/// Has the sign of its right side.
fn remainder(left: i64, right: i64) -> Result<Scalar, Stop> {
    let remainder = left.checked_rem(right).ok_or(Stop::Inexact)?;
    let other_sign = remainder != 0 && (remainder < 0) != (right < 0);
    Ok(Scalar::Integer(if other_sign { remainder + right } else { remainder }))
}

pub(super) fn negate(value: &Scalar) -> Result<Scalar, Stop> {
    // `-` before other text gives text.
    if value.is_defined() && !value.looks_like_number()? {
        return Err(Stop::Inexact);
    }
    match value.number()? {
        Number::Integer(number) => number.checked_neg().map(Scalar::Integer).ok_or(Stop::Inexact),
        Number::Float(number) => finite(-number),
    }
}

pub(super) fn finite(number: f64) -> Result<Scalar, Stop> {
    if number.is_finite() { Ok(Scalar::Float(number)) } else { Err(Stop::Inexact) }
}

pub(super) fn from_count(count: usize) -> Result<Scalar, Stop> {
    i64::try_from(count).map(Scalar::Integer).map_err(|_| Stop::Inexact)
}
