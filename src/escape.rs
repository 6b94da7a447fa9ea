//! The escapes of C in the text of options.

/// `\n`, `\t`, `\0`, `\054`, `\x2c` and the like; any other character after a backslash is itself.
pub fn unescape(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        let (byte, length) = match (first, tail.first()) {
            (b'\\', Some(b'x')) => number(&tail[1..], 16, 2).map_or((b'x', 2), |(byte, digits)| (byte, 2 + digits)),
            (b'\\', Some(b'0'..=b'7')) => number(tail, 8, 3).map_or((tail[0], 2), |(byte, digits)| (byte, 1 + digits)),
            (b'\\', Some(letter)) => (control(*letter).unwrap_or(*letter), 2),
            _ => (*first, 1),
        };
        bytes.push(byte);
        rest = &rest[length..];
    }
    bytes
}

/// The value of the digits at the begin, and how many they are; a byte holds the lower bits of one that is too large.
fn number(text: &[u8], base: u32, most: usize) -> Option<(u8, usize)> {
    let digits = text.iter().take(most).map_while(|digit| char::from(*digit).to_digit(base));
    let digits: Vec<u32> = digits.collect();
    let value = digits.iter().fold(0, |value, digit| value * base + digit);
    (!digits.is_empty()).then(|| (value.to_le_bytes()[0], digits.len()))
}

/// The control character that a backslash and this letter mean in C.
pub fn control(letter: u8) -> Option<u8> {
    let letters = b"abtnvfr".iter().position(|known| *known == letter)?;
    u8::try_from(letters).ok().map(|index| 7 + index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_those_of_c() {
        let cases: [(&[u8], &[u8]); 8] = [
            (br"\n\t\r\0", b"\n\t\r\0"),
            (br"\054\x2c\x0A", b",,\n"),
            (br"\0541\x2c1", b",1,1"),
            (br"\\n", b"\\n"),
            (br"a\", b"a\\"),
            (br"\x", b"x"),
            (br"\q\;", b"q;"),
            (b"\xff\\8", b"\xff8"),
        ];
        for (text, expected) in cases {
            assert_eq!(unescape(text), expected, "{}", text.escape_ascii());
        }
    }
}
