//! `sprintf`.

use super::Stop;
use super::value::{Scalar, exponent_text, general, within_bounds};

/// What is between `%` and the letter.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
struct Directive {
    left: bool,
    plus: bool,
    space: bool,
    zero: bool,
    alternative: bool,
    width: usize,
    precision: Option<usize>,
}

/// Writes values into a format; what is not plainly C's is left to perl.
pub(super) fn format(format: &[u8], values: &[Scalar]) -> Result<Vec<u8>, Stop> {
    let mut values = values.iter();
    let mut result = Vec::new();
    let mut rest = format;
    while let Some(percent) = memchr::memchr(b'%', rest) {
        result.extend_from_slice(&rest[..percent]);
        rest = &rest[percent + 1..];
        if let Some(after) = rest.strip_prefix(b"%") {
            result.push(b'%');
            rest = after;
            continue;
        }
        let mut next = || values.next().cloned().unwrap_or(Scalar::Undefined);
        let (directive, letter) = directive(&mut rest, &mut next)?;
        result.extend(directive.write(letter, &next())?);
        within_bounds(result.len())?;
    }
    result.extend_from_slice(rest);
    Ok(result)
}

fn directive(rest: &mut &[u8], next: &mut impl FnMut() -> Scalar) -> Result<(Directive, u8), Stop> {
    let mut directive = Directive::default();
    let mut at = 0;
    loop {
        match rest.get(at) {
            Some(b'-') => directive.left = true,
            Some(b'+') => directive.plus = true,
            Some(b' ') => directive.space = true,
            Some(b'0') => directive.zero = true,
            Some(b'#') => directive.alternative = true,
            _ => break,
        }
        at += 1;
    }
    let mut number = |at: &mut usize| -> Result<usize, Stop> {
        if rest.get(*at) == Some(&b'*') {
            *at += 1;
            // Negative ones mean something else.
            return usize::try_from(next().integer()?).map_err(|_| Stop::Inexact);
        }
        let digits = rest[*at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let text = std::str::from_utf8(&rest[*at..*at + digits]).map_err(|_| Stop::Inexact)?;
        *at += digits;
        if text.is_empty() { Ok(0) } else { text.parse().map_err(|_| Stop::Inexact) }
    };
    directive.width = number(&mut at)?;
    if rest.get(at) == Some(&b'.') {
        at += 1;
        directive.precision = Some(number(&mut at)?);
    }
    within_bounds(directive.width)?;
    // More digits than that are never meant, and a formatter has its own limit.
    if directive.precision.is_some_and(|precision| precision > 10_000) {
        return Err(Stop::Inexact);
    }
    let letter = *rest.get(at).ok_or(Stop::Inexact)?;
    *rest = &rest[at + 1..];
    Ok((directive, letter))
}

impl Directive {
    fn write(self, letter: u8, value: &Scalar) -> Result<Vec<u8>, Stop> {
        match letter {
            b's' => {
                let text = value.text()?;
                let cut = self.precision.map_or(text.len(), |precision| precision.min(text.len()));
                Ok(self.padded(b"", &text[..cut], self.zero))
            }
            b'c' => {
                let byte = u8::try_from(value.integer()?).map_err(|_| Stop::Inexact)?;
                if self.precision.is_some() { Err(Stop::Inexact) } else { Ok(self.padded(b"", &[byte], self.zero)) }
            }
            b'd' | b'i' => {
                let number = value.integer()?;
                let sign = self.sign(number < 0);
                Ok(self.whole(sign, &number.unsigned_abs().to_string()))
            }
            b'u' | b'o' | b'x' | b'X' | b'b' | b'B' => {
                let number = value.integer()?.cast_unsigned();
                let (prefix, digits) = match letter {
                    b'u' => ("", number.to_string()),
                    b'o' => ("", format!("{number:o}")),
                    b'x' => ("0x", format!("{number:x}")),
                    b'X' => ("0X", format!("{number:X}")),
                    b'b' => ("0b", format!("{number:b}")),
                    _ => ("0B", format!("{number:b}")),
                };
                if self.alternative && letter == b'o' {
                    return Err(Stop::Inexact);
                }
                Ok(self.whole(if self.alternative && number != 0 { prefix } else { "" }, &digits))
            }
            b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => {
                let number = value.float()?;
                if !number.is_finite() || (number == 0.0 && number.is_sign_negative()) || self.alternative {
                    return Err(Stop::Inexact);
                }
                let precision = self.precision.unwrap_or(6);
                let absolute = number.abs();
                let mut digits = match letter {
                    b'f' | b'F' => format!("{absolute:.precision$}"),
                    b'g' | b'G' => general(absolute, precision),
                    _ => {
                        let text = format!("{absolute:.precision$e}");
                        let (mantissa, exponent) = text.split_once('e').ok_or(Stop::Inexact)?;
                        format!("{mantissa}{}", exponent_text(exponent.parse().map_err(|_| Stop::Inexact)?))
                    }
                };
                if letter.is_ascii_uppercase() {
                    digits.make_ascii_uppercase();
                }
                Ok(self.padded(self.sign(number < 0.0).as_bytes(), digits.as_bytes(), self.zero))
            }
            _ => Err(Stop::Inexact),
        }
    }

    fn sign(self, negative: bool) -> &'static str {
        match (negative, self.plus, self.space) {
            (true, ..) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            _ => "",
        }
    }

    fn whole(self, prefix: &str, digits: &str) -> Vec<u8> {
        let precision = self.precision.unwrap_or(1);
        let digits = if digits == "0" && precision == 0 { "" } else { digits };
        let digits = format!("{digits:0>precision$}");
        self.padded(prefix.as_bytes(), digits.as_bytes(), self.zero && self.precision.is_none())
    }

    fn padded(self, prefix: &[u8], text: &[u8], zeroes: bool) -> Vec<u8> {
        let missing = self.width.saturating_sub(prefix.len() + text.len());
        let filled = |byte: u8| vec![byte; missing];
        match (self.left, zeroes) {
            (true, _) => [prefix, text, &filled(b' ')].concat(),
            (false, true) => [prefix, &filled(b'0'), text].concat(),
            (false, false) => [&filled(b' '), prefix, text].concat(),
        }
    }
}
