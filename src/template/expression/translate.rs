//! Writes a perl pattern for the `regex` crate.
//!
//! Nothing is passed through: the pattern is read as perl reads it and written anew, so what is not understood here is
//! not matched wrongly but left to perl (look-around, references, possessive and recursive parts, and the like).

use std::fmt::Write as _;

use super::Unsupported;
use super::class::{self, is_word};

/// Flags after a pattern.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Flags {
    pub(super) ignore_case: bool,
    pub(super) lines: bool,
    pub(super) dot_is_any: bool,
    pub(super) blanks: bool,
}

impl Flags {
    /// Sets the flag with this letter, if it is one.
    pub(super) fn set(&mut self, letter: u8, value: bool) -> bool {
        match letter {
            b'i' => self.ignore_case = value,
            b'm' => self.lines = value,
            b's' => self.dot_is_any = value,
            b'x' => self.blanks = value,
            _ => return false,
        }
        true
    }
}

/// A pattern for the `regex` crate.
#[derive(Debug, Default)]
pub(super) struct Translated {
    /// With [`END`] where the end of the text, or of its last line, is meant.
    pattern: String,
    /// Whether there is a `$` for the end of the text.
    pub(super) minds_end: bool,
    /// Whether there is a `^` for the start of any line.
    pub(super) minds_line_starts: bool,
    /// Whether a match of nothing can come before a longer one in the same place.
    pub(super) may_prefer_nothing: bool,
}

const END: &str = "\0";

impl Translated {
    /// For texts that do not end in a newline.
    pub(super) fn plain(&self) -> String {
        self.pattern.replace(END, "\\z")
    }

    /// For texts whose only newline is at their end.
    pub(super) fn line(&self) -> String {
        self.pattern.replace(END, "(?m:$)")
    }
}

/// How deep groups may be nested.
const DEPTH: usize = 40;
/// How often something may be repeated by number.
const REPEATS: u32 = 1000;

pub(super) fn translate(source: &[u8], flags: Flags) -> Result<Translated, Unsupported> {
    if source.is_empty() {
        // To perl that is the pattern that matched last.
        return Err(Unsupported);
    }
    let mut translator = Translator { source, at: 0, depth: 0, result: Translated::default() };
    translator.alternatives(flags)?;
    if translator.at < source.len() { Err(Unsupported) } else { Ok(translator.result) }
}

struct Translator<'a> {
    source: &'a [u8],
    at: usize,
    depth: usize,
    result: Translated,
}

/// What can be repeated, and how.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Atom {
    /// Matches a place and not a byte.
    Place,
    Byte,
    Group {
        may_be_empty: bool,
    },
    /// Nothing at all: a comment or flags.
    Nothing,
}

impl Translator<'_> {
    fn peek(&self) -> Option<u8> {
        self.source.get(self.at).copied()
    }

    fn next(&mut self) -> Result<u8, Unsupported> {
        let byte = self.peek().ok_or(Unsupported)?;
        self.at += 1;
        Ok(byte)
    }

    fn takes(&mut self, text: &[u8]) -> bool {
        let found = self.source[self.at..].starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Goes past what `x` makes meaningless.
    fn blanks(&mut self, flags: Flags) {
        if !flags.blanks {
            return;
        }
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r' | 0x0c | 0x0b) => self.at += 1,
                Some(b'#') => {
                    let rest = &self.source[self.at..];
                    self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                }
                _ => break,
            }
        }
    }

    /// Up to the end of the group; tells whether it can match nothing. Flags set within hold to its end.
    fn alternatives(&mut self, mut flags: Flags) -> Result<bool, Unsupported> {
        let mut any_empty = false;
        let mut all_empty = true;
        loop {
            self.blanks(flags);
            match self.peek() {
                None | Some(b')') => return Ok(any_empty || all_empty),
                Some(b'|') => {
                    self.at += 1;
                    self.result.pattern.push('|');
                    self.result.may_prefer_nothing = true;
                    any_empty |= all_empty;
                    all_empty = true;
                }
                Some(_) => {
                    let start = self.result.pattern.len();
                    let atom = self.atom(&mut flags)?;
                    self.blanks(flags);
                    all_empty &= self.repeated(atom, start)?;
                }
            }
        }
    }

    /// Reads what may follow an atom, which is written from `start`; tells whether all of it can match nothing.
    fn repeated(&mut self, atom: Atom, start: usize) -> Result<bool, Unsupported> {
        let Some((least, most)) = self.counts()? else {
            return Ok(!matches!(atom, Atom::Byte | Atom::Group { may_be_empty: false }));
        };
        let may_be_empty = match atom {
            Atom::Byte => false,
            // What the last round of something empty captures is told differently.
            Atom::Group { may_be_empty } if !may_be_empty || most == Some(1) => may_be_empty,
            _ => return Err(Unsupported),
        };
        let inside = self.result.pattern.split_off(start);
        let most = most.map_or(String::new(), |most| most.to_string());
        let _ = write!(self.result.pattern, "{inside}{{{least},{most}}}");
        if self.takes(b"?") {
            self.result.pattern.push('?');
            self.result.may_prefer_nothing = true;
        }
        // `a+*` and `a++` are other things, or nothing.
        if matches!(self.peek(), Some(b'*' | b'+' | b'?' | b'{')) {
            return Err(Unsupported);
        }
        Ok(may_be_empty || least == 0)
    }

    fn counts(&mut self) -> Result<Option<(u32, Option<u32>)>, Unsupported> {
        let counts = match self.peek() {
            Some(b'*') => (0, None),
            Some(b'+') => (1, None),
            Some(b'?') => (0, Some(1)),
            Some(b'{') => {
                self.at += 1;
                let least = self.count()?;
                let most = if self.takes(b",") {
                    if self.peek() == Some(b'}') { None } else { Some(self.count()?) }
                } else {
                    Some(least)
                };
                if self.peek() != Some(b'}') || most.is_some_and(|most| most < least) {
                    return Err(Unsupported);
                }
                (least, most)
            }
            _ => return Ok(None),
        };
        self.at += 1;
        Ok(Some(counts))
    }

    fn count(&mut self) -> Result<u32, Unsupported> {
        let digits = self.source[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let text = std::str::from_utf8(&self.source[self.at..self.at + digits]).map_err(|_| Unsupported)?;
        if digits > 1 && text.starts_with('0') {
            return Err(Unsupported);
        }
        self.at += digits;
        text.parse().ok().filter(|count| *count <= REPEATS).ok_or(Unsupported)
    }

    fn atom(&mut self, flags: &mut Flags) -> Result<Atom, Unsupported> {
        match self.next()? {
            b'(' => return self.group(flags),
            b'[' => {
                let set = class::bracketed(self.source, &mut self.at, flags.ignore_case)?;
                self.set(&set)?;
            }
            b'.' if flags.dot_is_any => self.result.pattern.push_str("[\\x00-\\xff]"),
            b'.' => self.result.pattern.push_str("[^\\n]"),
            b'^' if flags.lines => {
                self.result.minds_line_starts = true;
                return Ok(self.place("(?m:^)"));
            }
            b'^' => return Ok(self.place("\\A")),
            b'$' if flags.lines => return Ok(self.place("(?m:$)")),
            b'$' => return Ok(self.end()),
            b'\\' => return self.escape(*flags),
            b'*' | b'+' | b'?' | b'{' => return Err(Unsupported),
            byte => self.literal(byte, *flags),
        }
        Ok(Atom::Byte)
    }

    fn place(&mut self, text: &str) -> Atom {
        self.result.pattern.push_str(text);
        Atom::Place
    }

    fn end(&mut self) -> Atom {
        self.result.minds_end = true;
        self.place(END)
    }

    fn literal(&mut self, byte: u8, flags: Flags) {
        let text = &mut self.result.pattern;
        let _ = if flags.ignore_case && byte.is_ascii_alphabetic() {
            write!(text, "[{}{}]", byte.to_ascii_lowercase() as char, byte.to_ascii_uppercase() as char)
        } else if byte.is_ascii_alphanumeric() {
            write!(text, "{}", byte as char)
        } else {
            write!(text, "\\x{byte:02x}")
        };
    }

    fn set(&mut self, set: &class::Set) -> Result<(), Unsupported> {
        let text = &mut self.result.pattern;
        let mut ranges = set.ranges().peekable();
        // A class that nothing is in cannot be written.
        ranges.peek().ok_or(Unsupported)?;
        text.push('[');
        for (first, last) in ranges {
            let _ = write!(text, "\\x{first:02x}-\\x{last:02x}");
        }
        text.push(']');
        Ok(())
    }

    fn escape(&mut self, flags: Flags) -> Result<Atom, Unsupported> {
        let byte = self.next()?;
        match byte {
            b'A' => return Ok(self.place("\\A")),
            b'z' => return Ok(self.place("\\z")),
            b'Z' => return Ok(self.end()),
            b'b' | b'B' if self.peek() != Some(b'{') => {
                return Ok(self.place(if byte == b'b' { "\\b" } else { "\\B" }));
            }
            b'N' if self.peek() != Some(b'{') => self.result.pattern.push_str("[^\\n]"),
            _ => {
                if let Some(set) = class::named(byte) {
                    self.set(&set)?;
                } else {
                    let byte = class::escaped_byte(byte, self.source, &mut self.at)?;
                    self.literal(byte, flags);
                }
            }
        }
        Ok(Atom::Byte)
    }

    fn group(&mut self, outer: &mut Flags) -> Result<Atom, Unsupported> {
        self.depth += 1;
        if self.depth > DEPTH || self.peek() == Some(b'*') {
            return Err(Unsupported);
        }
        let mut flags = *outer;
        if !self.takes(b"?") {
            self.result.pattern.push('(');
        } else if self.takes(b"#") {
            while self.next()? != b')' {}
            self.depth -= 1;
            // Whether a comment may stand before `*` is nothing to build on.
            return if matches!(self.peek(), Some(b'*' | b'+' | b'?' | b'{')) {
                Err(Unsupported)
            } else {
                Ok(Atom::Nothing)
            };
        } else if self.takes(b"P<") || self.takes(b"<") || self.takes(b"'") {
            let end = if self.source[self.at - 1] == b'<' { b'>' } else { b'\'' };
            let length = self.source[self.at..].iter().take_while(|byte| is_word(**byte)).count();
            if length == 0 || self.source[self.at].is_ascii_digit() {
                return Err(Unsupported);
            }
            self.at += length;
            if self.next()? != end {
                return Err(Unsupported);
            }
            self.result.pattern.push('(');
        } else {
            let mut value = true;
            loop {
                match self.next()? {
                    b'-' if value => value = false,
                    b':' => break,
                    b')' => {
                        *outer = flags;
                        self.depth -= 1;
                        return Ok(Atom::Nothing);
                    }
                    letter if letter == b'x' && self.peek() == Some(b'x') => return Err(Unsupported),
                    letter if flags.set(letter, value) => {}
                    _ => return Err(Unsupported),
                }
            }
            self.result.pattern.push_str("(?:");
        }
        let may_be_empty = self.alternatives(flags)?;
        if self.next()? != b')' {
            return Err(Unsupported);
        }
        self.result.pattern.push(')');
        self.depth -= 1;
        Ok(Atom::Group { may_be_empty })
    }
}
