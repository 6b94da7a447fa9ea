//! Backslash escapes in the text of `--tagstring`.

use super::Segment;

/// Puts characters in the place of their escapes, in text only; what values bring is not looked at.
pub(super) fn replace_escapes(segments: &mut [Segment]) {
    for segment in segments {
        match segment {
            Segment::Text(text) => *text = unescaped(text),
            Segment::Repeated(word) => replace_escapes(word),
            Segment::Value(..) | Segment::Quoted(..) => {}
        }
    }
}

/// As GNU parallel reads it: a backslash takes a letter, one digit or three octal digits, and stays before all others,
/// another backslash included.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        let escape = if byte == b'\\' { escape(after) } else { None };
        let (byte, length) = escape.unwrap_or((byte, 0));
        result.push(byte);
        rest = &after[length..];
    }
    result
}

/// The character of the escape after a backslash, and the length of that.
fn escape(after: &[u8]) -> Option<(u8, usize)> {
    let octal = |digits: &[u8]| {
        let number = std::str::from_utf8(digits).ok().and_then(|digits| u8::from_str_radix(digits, 8).ok());
        number.map(|number| (number, digits.len()))
    };
    match *after.first()? {
        b't' => Some((b'\t', 1)),
        b'n' => Some((b'\n', 1)),
        b'r' => Some((b'\r', 1)),
        b'0'..=b'7' => after.get(..3).and_then(octal).or_else(|| octal(&after[..1])),
        digit @ b'8'..=b'9' => Some((digit, 1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_stand_for_characters() {
        let cases: [(&str, &[u8]); 8] = [
            (r"a\tb\n\r", b"a\tb\n\r"),
            (r"\033[1m\0\7", b"\x1b[1m\0\x07"),
            (r"\1\12\123\1234\8", b"\x01\x012SS48"),
            (r"a\\tb", b"a\\\tb"),
            (r"\e\a\x41\q", br"\e\a\x41\q"),
            (r"\400", b"\x0400"),
            ("x\\", b"x\\"),
            (r"\\", br"\\"),
        ];
        for (text, expected) in cases {
            assert_eq!(unescaped(text.as_bytes()), expected, "{text}");
        }
    }
}
