//! The value of `-d`: one byte, or an escape of C for one.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::error::Error;
use crate::escape::control;

pub(super) fn parse(text: &OsStr) -> Result<u8, Error> {
    let byte = match *text.as_bytes() {
        [byte] => Some(byte),
        [b'\\', b'x', ref digits @ ..] => number(digits, 16),
        [b'\\', ref digits @ ..] if digits.first().is_some_and(u8::is_ascii_digit) => number(digits, 8),
        [b'\\', b'\\'] => Some(b'\\'),
        [b'\\', letter] => control(letter),
        _ => None,
    };
    byte.ok_or_else(|| {
        let text = text.display();
        Error::Usage(format!("-d {text}: use one byte, or one of \\n, \\t, \\0 and the like, \\x2c or \\054"))
    })
}

fn number(digits: &[u8], base: u32) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok()?;
    let all = digits.chars().all(|digit| digit.is_digit(base));
    u8::from_str_radix(digits, base).ok().filter(|_| all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_byte_or_its_escape() {
        let cases =
            [(",", 44), ("\\", 92), ("\\\\", 92), ("\\n", 10), ("\\0", 0), ("\\x41", 65), ("\\101", 65), ("\\r", 13)];
        for (text, expected) in cases {
            assert_eq!(parse(OsStr::new(text)).ok(), Some(expected), "{text}");
        }
        for text in ["", "ab", "\\q", "\\400", "\\x1ff", "\\xg", "é", "\\x", "\\x+1"] {
            assert!(parse(OsStr::new(text)).is_err(), "{text}");
        }
    }
}
