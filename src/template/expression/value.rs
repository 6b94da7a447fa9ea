//! Perl's scalars: text and numbers that turn into each other.
//!
//! Only what comes out the same as in perl to the last digit is done here. Where that is not certain (integers past
//! 64 bits, infinities, long fractions) the answer is [`Stop::Inexact`], and perl itself is asked.

use std::borrow::Cow;

use super::class::is_space;
use super::{LARGEST, Stop};

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Scalar {
    Undefined,
    Text(Vec<u8>),
    Integer(i64),
    Float(f64),
}

/// A value as arithmetic sees it. A fraction that is whole is an integer, as it is in perl.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Integer(i64),
    Float(f64),
}

/// From here on it depends on where a whole number came from whether perl writes it out.
pub(super) const EXACT: u64 = 1_000_000_000_000_000;

/// Up to here every whole number has a floating one of its own.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// Refuses text that is too long to be meant.
pub(super) fn within_bounds(length: usize) -> Result<(), Stop> {
    if length <= LARGEST {
        return Ok(());
    }
    Err(Stop::Failed(format!("a value would be longer than {} MiB", LARGEST >> 20)))
}

impl Scalar {
    pub(super) fn truth(value: bool) -> Self {
        if value { Self::Integer(1) } else { Self::Text(Vec::new()) }
    }

    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Undefined => false,
            Self::Text(text) => !matches!(text.as_slice(), b"" | b"0"),
            Self::Integer(number) => *number != 0,
            Self::Float(number) => *number != 0.0,
        }
    }

    pub(super) fn is_defined(&self) -> bool {
        !matches!(self, Self::Undefined)
    }

    pub(super) fn text(&self) -> Result<Cow<'_, [u8]>, Stop> {
        Ok(match self {
            Self::Undefined => Cow::Borrowed(b""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Integer(number) => Cow::Owned(number.to_string().into_bytes()),
            Self::Float(number) => Cow::Owned(float_text(*number)?.into_bytes()),
        })
    }

    pub(super) fn number(&self) -> Result<Number, Stop> {
        match self {
            Self::Undefined => Ok(Number::Integer(0)),
            Self::Text(text) => Ok(leading_number(text)?.0.whole()),
            Self::Integer(number) => Ok(Number::Integer(*number)),
            Self::Float(number) => Ok(Number::Float(*number).whole()),
        }
    }

    /// The number without its fraction.
    pub(super) fn integer(&self) -> Result<i64, Stop> {
        match self.number()? {
            Number::Integer(number) => Ok(number),
            Number::Float(number) => truncated(number),
        }
    }

    pub(super) fn float(&self) -> Result<f64, Stop> {
        self.number()?.float()
    }

    /// Whether the whole of it is a number without oddities.
    pub(super) fn looks_like_number(&self) -> Result<bool, Stop> {
        match self {
            Self::Undefined => Ok(false),
            Self::Text(text) => Ok(!text.is_empty() && leading_number(text)?.1 == text.len()),
            _ => Ok(true),
        }
    }
}

impl From<Number> for Scalar {
    fn from(number: Number) -> Self {
        match number {
            Number::Integer(number) => Self::Integer(number),
            Number::Float(number) => Self::Float(number),
        }
    }
}

impl Number {
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
    fn whole(self) -> Self {
        match self {
            Self::Float(number) if number.fract() == 0.0 && number.abs() < WHOLE => Self::Integer(number as i64),
            _ => self,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "integers that would lose digits are refused")]
    pub(super) fn float(self) -> Result<f64, Stop> {
        match self {
            Self::Integer(number) if (number as f64).abs() < WHOLE => Ok(number as f64),
            Self::Integer(_) => Err(Stop::Inexact),
            Self::Float(number) => Ok(number),
        }
    }
}

/// A floating number without its fraction.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
pub(super) fn truncated(number: f64) -> Result<i64, Stop> {
    if number.abs() < WHOLE { Ok(number.trunc() as i64) } else { Err(Stop::Inexact) }
}

/// As C's `%.15g` writes it.
fn float_text(number: f64) -> Result<String, Stop> {
    if !number.is_finite() || (number == 0.0 && number.is_sign_negative()) {
        return Err(Stop::Inexact);
    }
    // Whether perl writes out a large whole number depends on what else was done with it.
    if number.fract() == 0.0 && number.abs() >= 1e15 {
        return Err(Stop::Inexact);
    }
    Ok(general(number, 15))
}

/// As C's `%g` writes it, with so many digits.
pub(super) fn general(number: f64, digits: usize) -> String {
    let digits = digits.max(1);
    let scientific = format!("{number:.*e}", digits - 1);
    let (mantissa, exponent) = scientific.split_once('e').expect("an exponent");
    let exponent: i64 = exponent.parse().expect("a number");
    let trimmed = |text: &str| {
        let cut = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text };
        cut.to_owned()
    };
    match usize::try_from(digits.cast_signed() as i64 - 1 - exponent) {
        Ok(decimals) if exponent >= -4 => trimmed(&format!("{number:.decimals$}")),
        _ => format!("{}{}", trimmed(mantissa), exponent_text(exponent)),
    }
}

/// An exponent as C writes it, with at least two digits.
pub(super) fn exponent_text(exponent: i64) -> String {
    format!("e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

/// The number at the start of a text, after white space, and where it ends; 0 without one.
pub(super) fn leading_number(text: &[u8]) -> Result<(Number, usize), Stop> {
    let count_digits = |from: usize| text[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let start = text.iter().take_while(|byte| is_space(**byte)).count();
    let signed = usize::from(matches!(text.get(start), Some(b'+' | b'-')));
    let whole = start + signed;
    if matches!(text.get(whole), Some(b'i' | b'I' | b'n' | b'N')) {
        // Infinity and "not a number" have many spellings.
        return Err(Stop::Inexact);
    }
    let mut end = whole + count_digits(whole);
    let mut digits = end - whole;
    let mut is_float = false;
    if text.get(end) == Some(&b'.') {
        let decimals = count_digits(end + 1);
        if digits + decimals > 0 {
            is_float = true;
            digits += decimals;
            end += 1 + decimals;
        }
    }
    if digits == 0 {
        return Ok((Number::Integer(0), 0));
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        let exponent = count_digits(end + 1 + sign);
        if exponent > 0 {
            is_float = true;
            end += 1 + sign + exponent;
        }
    }
    let literal = std::str::from_utf8(&text[start..end]).map_err(|_| Stop::Inexact)?;
    if is_float {
        // Perl reads few digits and small exponents as exactly as anyone; about others there is no telling.
        let number: f64 = literal.parse().map_err(|_| Stop::Inexact)?;
        let is_plain = digits <= 15 && (number == 0.0 || (1e-20..1e20).contains(&number.abs()));
        if !is_plain || (number == 0.0 && literal.starts_with('-')) {
            return Err(Stop::Inexact);
        }
        return Ok((Number::Float(number), end));
    }
    match literal.parse() {
        // There is a zero below zero, which shows in places.
        Ok(0) if literal.starts_with('-') => Err(Stop::Inexact),
        // A long number with something behind it is read as a fraction.
        Ok(_) if digits > 15 && end < text.len() => Err(Stop::Inexact),
        Ok(number) => Ok((Number::Integer(number), end)),
        Err(_) => Err(Stop::Inexact),
    }
}

/// Whether `++` comes to the same for the text and for the number that it is.
pub(super) fn counts_as_number(text: &[u8]) -> bool {
    let has_letters = text.iter().any(u8::is_ascii_alphabetic);
    let has_zeroes = text.len() > 1 && text.starts_with(b"0");
    !has_letters && !has_zeroes
}

/// `++` on text: numbers are added to, and letters and digits count on as in `az`, `ba` and `Zz`, `AAa`.
pub(super) fn incremented(text: &[u8]) -> Result<Scalar, Stop> {
    let letters = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let digits = text[letters..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    if text.is_empty() || letters + digits < text.len() {
        let scalar = Scalar::Text(text.to_vec());
        return match scalar.number()? {
            Number::Integer(number) if number.unsigned_abs() < EXACT => Ok(Scalar::Integer(number + 1)),
            Number::Integer(_) => Err(Stop::Inexact),
            Number::Float(number) => Ok(Scalar::Float(number + 1.0)),
        };
    }
    let mut result = text.to_vec();
    for index in (0..result.len()).rev() {
        let (next, carries) = match result[index] {
            b'9' => (b'0', true),
            b'z' => (b'a', true),
            b'Z' => (b'A', true),
            byte => (byte + 1, false),
        };
        result[index] = next;
        if !carries {
            return Ok(Scalar::Text(result));
        }
    }
    // All were carried.
    let first = if result[0] == b'0' { b'1' } else { result[0] };
    result.insert(0, first);
    Ok(Scalar::Text(result))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_written_with_fifteen_digits() {
        let cases = [
            (0.1 + 0.2, "0.3"),
            (1.0 / 3.0, "0.333333333333333"),
            (1e14, "100000000000000"),
            (1.5e-7, "1.5e-07"),
            (0.0001, "0.0001"),
            (-2.5, "-2.5"),
            (1.0e20 / 3.0, "3.33333333333333e+19"),
        ];
        for (number, text) in cases {
            let written = if number > 1e15 { general(number, 15) } else { float_text(number).expect("exact") };
            assert_eq!(written, text);
        }
    }

    #[test]
    fn text_counts_on() {
        for (text, next) in
            [("az", "ba"), ("Zz", "AAa"), ("a9", "b0"), ("zz", "aaa"), ("99", "100"), ("007", "008"), ("x-1", "1")]
        {
            let counted = incremented(text.as_bytes()).expect("exact");
            assert_eq!(counted.text().expect("exact"), next.as_bytes(), "{text}");
        }
    }
}
