//! Text that XML takes, and that comes through `quick_junit` whole.
//!
//! Colours and the like mean nothing in a report and are left out; other control characters are shown by their numbers.
//! `quick_junit` would leave out more: tabs, carriage returns, and all that stands behind an escape sequence without an
//! end. So a tab and a carriage return go through it as characters that no XML may hold, and are put back behind it.

use std::io::{self, Write};

const TAB: char = '\u{fffe}';
const RETURN: char = '\u{ffff}';

/// The text as it is given to `quick_junit`.
pub(super) fn legal(text: &str) -> String {
    let mut legal = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if let Some(behind) = without_sequence(rest) {
            rest = behind;
            continue;
        }
        rest = &rest[letter.len_utf8()..];
        match letter {
            '\t' => legal.push(TAB),
            '\r' => legal.push(RETURN),
            '\n' => legal.push('\n'),
            '\0'..='\x1f' | '\x7f' => legal.extend(format!("\\x{:02x}", u32::from(letter)).chars()),
            '\u{80}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => legal.extend(letter.escape_unicode()),
            _ => legal.push(letter),
        }
    }
    legal
}

/// What follows a control sequence (ESC, `[`, parameters, a letter).
fn without_sequence(text: &str) -> Option<&str> {
    let parameters = text.strip_prefix("\x1b[")?;
    let last = parameters.trim_start_matches(|letter: char| matches!(letter, ' '..='?'));
    last.strip_prefix(|letter: char| matches!(letter, '@'..='~'))
}

/// Writes what comes from `quick_junit`, with tabs and carriage returns, as references that no parser takes for spaces
/// or newlines.
pub(super) struct Restored<'a> {
    out: &'a mut dyn Write,
    /// What may be the beginning of a character.
    held: Vec<u8>,
}

impl<'a> Restored<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self { out, held: Vec::new() }
    }

    /// Nothing more comes.
    pub(super) fn finish(self) -> io::Result<()> {
        self.out.write_all(&self.held)
    }
}

impl Write for Restored<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        let mut rest = self.held.as_slice();
        // Both characters have three bytes, of which this is the first.
        while let Some(at) = memchr::memchr(0xef, rest) {
            let Some(letter) = rest.get(at..at + 3) else { break };
            self.out.write_all(&rest[..at])?;
            self.out.write_all(match letter {
                b"\xef\xbf\xbe" => b"&#9;",
                b"\xef\xbf\xbf" => b"&#13;",
                letter => letter,
            })?;
            rest = &rest[at + 3..];
        }
        let whole = memchr::memchr(0xef, rest).unwrap_or(rest.len());
        self.out.write_all(&rest[..whole])?;
        self.held = rest[whole..].to_vec();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use quick_junit::XmlString;

    use super::*;

    #[test]
    fn nothing_that_means_something_is_left_out() {
        let cases = [
            ("a\tb\r\nc", "a&#9;b&#13;\nc"),
            ("\x1b[1;31mred\x1b[m \x1b[K", "red "),
            ("\x1b]0;title\nlost?\x1bX \x1b[31", "\\x1b]0;title\nlost?\\x1bX \\x1b[31"),
            ("\0\x01\x08\x7f", "\\x00\\x01\\x08\\x7f"),
            ("\u{9b}31m\u{85}\u{fffe}\u{ffff}\u{fffd}\u{ff5e}", "\\u{9b}31m\\u{85}\\u{fffe}\\u{ffff}\u{fffd}\u{ff5e}"),
        ];
        for (text, expected) in cases {
            let through = XmlString::new(legal(text)).into_string();
            for size in [1, 2, 100] {
                let mut written = Vec::new();
                let mut restored = Restored::new(&mut written);
                through.as_bytes().chunks(size).for_each(|chunk| restored.write_all(chunk).expect("memory"));
                restored.finish().expect("memory");
                assert_eq!(String::from_utf8(written).expect("text"), expected, "{text:?}");
            }
        }
    }
}
