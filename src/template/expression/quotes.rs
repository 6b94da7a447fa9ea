//! Reads text between delimiters and what comes of it: strings, patterns, `s///` and `tr///`.

use std::sync::Arc;

use super::Unsupported;
use super::ast::{Substitute, Term};
use super::interpolate::Kind;
use super::lexer::Delimited;
use super::parser::Parser;
use super::pattern::{Matcher, Pattern};
use super::translate::Flags;
use super::transliterate::Table;
use super::value::Scalar;

impl Parser<'_> {
    /// What follows `=~`.
    pub(super) fn bound(&mut self, target: Term, negated: bool) -> Result<Term, Unsupported> {
        self.lexer.blanks();
        let term = match self.lexer.word() {
            b"" if self.lexer.peek() == Some(b'/') => self.pattern(target)?,
            word @ (b"m" | b"s" | b"tr" | b"y") => {
                self.lexer.advance(word.len());
                self.quote_like(word, target)?
            }
            _ => return Err(Unsupported),
        };
        let copies = match &term {
            Term::Substitute(substitute) => substitute.copies,
            Term::Transliterate { table, .. } => table.copies,
            _ => false,
        };
        match negated {
            true if copies => Err(Unsupported),
            true => Ok(Term::Not(Box::new(term))),
            false => Ok(term),
        }
    }

    /// `m`, `s`, `tr`, `y`, `q` or `qq`, of which the name has been read.
    pub(super) fn quote_like(&mut self, name: &[u8], target: Term) -> Result<Term, Unsupported> {
        // Only after a blank does `#` begin a comment.
        let had_blanks = self.lexer.peek() != Some(b'#') && self.lexer.blanks();
        let rest = self.lexer.rest();
        // `s => 1` is text, and `y = 1` and `y,` are doubtful.
        if had_blanks && rest.starts_with(b"=") || rest.starts_with(b"=>") || rest.starts_with(b",") && name == b"y" {
            return Err(Unsupported);
        }
        match name {
            b"q" => Ok(Term::Constant(Scalar::Text(unescaped(&self.lexer.delimited()?.text)))),
            b"qq" => {
                let text = self.lexer.delimited()?;
                if b"'$@\\".contains(&text.open) {
                    return Err(Unsupported);
                }
                self.interpolated(&text.text, Kind::Text)
            }
            b"m" => self.pattern(target),
            b"s" => self.substitute(target),
            _ => self.transliterate(target),
        }
    }

    pub(super) fn pattern(&mut self, target: Term) -> Result<Term, Unsupported> {
        let source = self.lexer.delimited()?;
        if source.open == b'?' {
            return Err(Unsupported);
        }
        let mut flags = Flags::default();
        for &letter in self.lexer.flags(b"imsxao")? {
            flags.set(letter, true);
        }
        let pattern = Box::new(self.compiled(&source, flags)?);
        Ok(Term::Match { target: Box::new(target), pattern })
    }

    fn substitute(&mut self, target: Term) -> Result<Term, Unsupported> {
        let source = self.lexer.delimited()?;
        let text = self.lexer.second(source.open)?;
        let letters = self.lexer.flags(b"imsxaoger")?;
        let has = |letter| letters.contains(&letter);
        let mut flags = Flags::default();
        for &letter in letters {
            flags.set(letter, true);
        }
        let copies = has(b'r');
        if b"'$@\\".contains(&text.open) || !(copies || target.is_place()) || has_twice(letters) {
            return Err(Unsupported);
        }
        let pattern = self.compiled(&source, flags)?;
        let replacement = if has(b'e') {
            // What this text is depends on what is escaped in it.
            if text.has_escaped_delimiter {
                return Err(Unsupported);
            }
            self.within(&text.text)?
        } else {
            self.interpolated(&text.text, Kind::Replacement)?
        };
        // Changes within would show in the text that is just being changed, and in `$1`.
        if replacement.has_effect() {
            return Err(Unsupported);
        }
        Ok(Term::Substitute(Box::new(Substitute { target, pattern, replacement, global: has(b'g'), copies })))
    }

    fn compiled(&mut self, source: &Delimited, flags: Flags) -> Result<Pattern, Unsupported> {
        // Where a backslash would make the delimiter mean something else, it is not clear whether it is still there.
        let is_harmless = b"/:,!%~\";".contains(&source.open);
        if b"'$@\\".contains(&source.open) || (source.has_escaped_delimiter && !is_harmless) {
            return Err(Unsupported);
        }
        match self.interpolated(&source.text, Kind::Pattern)? {
            Term::Constant(Scalar::Text(text)) => Ok(Pattern::Fixed(Arc::new(Matcher::new(&text, flags)?))),
            // In comments perl replaces no variables.
            _ if source.text.contains(&b'#')
                && (flags.blanks || memchr::memmem::find(&source.text, b"(?#").is_some()) =>
            {
                Err(Unsupported)
            }
            text => Ok(Pattern::varied(text, flags)),
        }
    }

    fn transliterate(&mut self, target: Term) -> Result<Term, Unsupported> {
        let from = self.lexer.delimited()?;
        let to = self.lexer.second(from.open)?;
        let flags = self.lexer.flags(b"cdsr")?;
        let escaped = from.has_escaped_delimiter || to.has_escaped_delimiter;
        if b"'\\".contains(&from.open) || to.open == b'\'' || (escaped && matches!(from.open, b'-' | b'\\')) {
            return Err(Unsupported);
        }
        let table = Box::new(Table::parse(&from.text, &to.text, flags)?);
        if table.changes() && !target.is_place() || has_twice(flags) {
            return Err(Unsupported);
        }
        Ok(Term::Transliterate { target: Box::new(target), table })
    }
}

fn has_twice(letters: &[u8]) -> bool {
    letters.iter().enumerate().any(|(index, letter)| letters[..index].contains(letter))
}

/// Text between single quotes: of backslashes only the one before another means something.
pub(super) fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        result.push(byte);
        if byte == b'\\' && bytes.peek() == Some(&b'\\') {
            bytes.next();
        }
    }
    result
}
