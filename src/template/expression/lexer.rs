//! Reads the small pieces of perl: blanks, names, numbers, and text between delimiters.
//!
//! What a `/` or an `x` is depends on what came before, so there is no list of tokens: the parser asks for what it
//! expects.

use super::Unsupported;
use super::class::is_word;

/// Where the parser is in the text.
#[derive(Clone, Debug)]
pub(super) struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
}

/// Text between delimiters.
#[derive(Clone, Debug)]
pub(super) struct Delimited {
    pub(super) text: Vec<u8>,
    pub(super) open: u8,
    /// Whether the delimiter occurs in it behind a backslash, which is gone from `text`.
    pub(super) has_escaped_delimiter: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0 }
    }

    /// What is left to read.
    pub(super) fn rest(&self) -> &'a [u8] {
        &self.text[self.at..]
    }

    /// The next byte.
    pub(super) fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    pub(super) fn advance(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.text.len());
    }

    /// Goes past white space and comments; tells whether there was any.
    pub(super) fn blanks(&mut self) -> bool {
        let before = self.at;
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | 0x0c => self.advance(1),
                b'#' => {
                    let line = memchr::memchr(b'\n', self.rest()).unwrap_or(self.rest().len());
                    self.advance(line);
                }
                _ => break,
            }
        }
        self.at > before
    }

    /// Goes past blanks and, if it comes next, past `symbol`.
    pub(super) fn takes(&mut self, symbol: &[u8]) -> bool {
        self.blanks();
        let found = self.rest().starts_with(symbol);
        if found {
            self.advance(symbol.len());
        }
        found
    }

    /// Goes past blanks and, if it comes next as a word of its own, past `word`.
    pub(super) fn takes_word(&mut self, word: &[u8]) -> bool {
        self.blanks();
        let found = self.word() == word;
        if found {
            self.advance(word.len());
        }
        found
    }

    /// The name that comes next, or nothing.
    pub(super) fn word(&self) -> &'a [u8] {
        let rest = self.rest();
        if rest.first().is_none_or(u8::is_ascii_digit) {
            return b"";
        }
        let length = rest.iter().take_while(|byte| is_word(**byte)).count();
        &rest[..length]
    }

    /// Text up to the delimiter that belongs to the one that comes next; brackets may be nested.
    pub(super) fn delimited(&mut self) -> Result<Delimited, Unsupported> {
        let open = self.peek().ok_or(Unsupported)?;
        if is_word(open) || open.is_ascii_whitespace() || !open.is_ascii() {
            return Err(Unsupported);
        }
        self.advance(1);
        self.until(open)
    }

    /// The second text of `s` and `tr`, which may have delimiters of its own if the first has brackets.
    pub(super) fn second(&mut self, first: u8) -> Result<Delimited, Unsupported> {
        if closing(first) == first {
            return self.until(first);
        }
        self.blanks();
        self.delimited()
    }

    /// Text up to the delimiter that belongs to `open`, which has been read.
    pub(super) fn until(&mut self, open: u8) -> Result<Delimited, Unsupported> {
        let close = closing(open);
        let mut result = Delimited { text: Vec::new(), open, has_escaped_delimiter: false };
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            self.advance(1);
            match byte {
                b'\\' if open != b'\\' => {
                    let next = self.peek().ok_or(Unsupported)?;
                    self.advance(1);
                    if next == open || next == close {
                        result.has_escaped_delimiter = true;
                        result.text.push(next);
                    } else {
                        result.text.extend_from_slice(&[byte, next]);
                    }
                    continue;
                }
                _ if byte == close && depth == 0 => return Ok(result),
                _ if byte == close => depth -= 1,
                _ if byte == open => depth += 1,
                _ => {}
            }
            result.text.push(byte);
        }
        Err(Unsupported)
    }

    /// Letters after a pattern, each of them one of `allowed`.
    pub(super) fn flags(&mut self, allowed: &[u8]) -> Result<&'a [u8], Unsupported> {
        let flags = self.word();
        if !flags.iter().all(|flag| allowed.contains(flag)) {
            return Err(Unsupported);
        }
        self.advance(flags.len());
        // `s/a/b/1` is no perl.
        if self.peek().is_some_and(|byte| byte.is_ascii_digit()) { Err(Unsupported) } else { Ok(flags) }
    }
}

/// The delimiter that ends what `open` began.
fn closing(open: u8) -> u8 {
    match open {
        b'(' => b')',
        b'[' => b']',
        b'{' => b'}',
        b'<' => b'>',
        other => other,
    }
}
