//! Reads text in which variables and escapes are replaced: `"…"`, the second part of `s///`, and patterns.

use super::Unsupported;
use super::ast::Term;
use super::class::{escaped_byte, is_word};
use super::functions::Function;
use super::parser::Parser;
use super::value::Scalar;

/// What the text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// Where `\1` is `$1`.
    Replacement,
    /// Where escapes are left as they are.
    Pattern,
}

/// Text that is being put together.
#[derive(Default)]
struct Pieces {
    done: Vec<Term>,
    text: Vec<u8>,
}

impl Pieces {
    fn term(&mut self, term: Term) {
        if !self.text.is_empty() {
            self.done.push(Term::Constant(Scalar::Text(std::mem::take(&mut self.text))));
        }
        self.done.push(term);
    }

    fn finish(mut self) -> Term {
        if self.done.is_empty() {
            return Term::Constant(Scalar::Text(self.text));
        }
        if !self.text.is_empty() {
            self.done.push(Term::Constant(Scalar::Text(self.text)));
        }
        Term::Text(self.done)
    }
}

impl Parser<'_> {
    /// The text with its values as a term.
    pub(super) fn interpolated(&mut self, text: &[u8], kind: Kind) -> Result<Term, Unsupported> {
        let mut reader = Reader { parser: self, text, at: 0, kind };
        let term = reader.up_to_end(None)?;
        if reader.at < text.len() { Err(Unsupported) } else { Ok(term) }
    }
}

struct Reader<'p, 'a, 't> {
    parser: &'p mut Parser<'a>,
    text: &'t [u8],
    at: usize,
    kind: Kind,
}

impl Reader<'_, '_, '_> {
    fn rest(&self) -> &[u8] {
        &self.text[self.at..]
    }

    /// Reads to the end of the text, or to the `\E` that ends what `inside` began.
    fn up_to_end(&mut self, inside: Option<Function>) -> Result<Term, Unsupported> {
        let mut pieces = Pieces::default();
        while let Some(&byte) = self.text.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => {
                    let letter = *self.text.get(self.at).ok_or(Unsupported)?;
                    self.at += 1;
                    match letter {
                        b'E' if inside.is_some() => return Ok(pieces.finish()),
                        b'Q' | b'U' | b'L' | b'u' | b'l' if inside.is_none() => {
                            let term = self.changed(letter)?;
                            pieces.term(term);
                        }
                        b'E' | b'Q' | b'U' | b'L' | b'u' | b'l' => return Err(Unsupported),
                        _ if self.kind == Kind::Pattern => {
                            // A quoted backslash is quoted twice or not, as the case may be.
                            if inside.is_some() {
                                return Err(Unsupported);
                            }
                            pieces.text.extend_from_slice(&[byte, letter]);
                        }
                        b'1'..=b'9' if self.kind == Kind::Replacement => {
                            if self.rest().first().is_some_and(|next| next.is_ascii_digit() || b"[{-".contains(next)) {
                                return Err(Unsupported);
                            }
                            pieces.term(capture(&char::from(letter).to_string())?);
                        }
                        b'1'..=b'3' if self.kind == Kind::Text => {
                            let digits = self.text.get(self.at - 1..self.at + 2).ok_or(Unsupported)?;
                            let text = std::str::from_utf8(digits).map_err(|_| Unsupported)?;
                            pieces.text.push(u8::from_str_radix(text, 8).map_err(|_| Unsupported)?);
                            self.at += 2;
                        }
                        b'1'..=b'9' => return Err(Unsupported),
                        b'b' => pieces.text.push(0x08),
                        _ => pieces.text.push(escaped_byte(letter, self.text, &mut self.at)?),
                    }
                }
                b'$' => match self.value()? {
                    Some(term) => pieces.term(term),
                    None => pieces.text.push(byte),
                },
                b'@' => {
                    if self.rest().starts_with(b"arg") && self.kind != Kind::Pattern {
                        self.at += b"arg".len();
                        let next = self.rest().first();
                        if next.is_some_and(|next| is_word(*next) || b"[{:'".contains(next)) {
                            return Err(Unsupported);
                        }
                        pieces.term(Term::Arguments);
                    } else if self.rest().first().is_none_or(|next| is_word(*next) || b"${:+-'".contains(next)) {
                        return Err(Unsupported);
                    } else {
                        pieces.text.push(byte);
                    }
                }
                _ => pieces.text.push(byte),
            }
        }
        Ok(pieces.finish())
    }

    /// What follows `\Q`, `\U` and the like.
    fn changed(&mut self, letter: u8) -> Result<Term, Unsupported> {
        if self.kind == Kind::Pattern && letter != b'Q' {
            return Err(Unsupported);
        }
        let first = match letter {
            b'u' => Function::UpperFirst,
            b'l' => Function::LowerFirst,
            _ => {
                let function = match letter {
                    b'Q' => Function::QuoteMeta,
                    b'U' => Function::Upper,
                    _ => Function::Lower,
                };
                let inside = self.up_to_end(Some(function))?;
                return Ok(Term::Call(function, vec![inside]));
            }
        };
        let term = if self.rest().starts_with(b"\\L") || self.rest().starts_with(b"\\U") {
            self.at += 2;
            let upper = self.text[self.at - 1] == b'U';
            let function = if upper { Function::Upper } else { Function::Lower };
            let inside = self.up_to_end(Some(function))?;
            Term::Call(function, vec![inside])
        } else {
            match self.rest().first() {
                Some(b'$') => {
                    self.at += 1;
                    self.value()?.ok_or(Unsupported)?
                }
                Some(byte) if byte.is_ascii_alphanumeric() => {
                    let text = vec![*byte];
                    self.at += 1;
                    Term::Constant(Scalar::Text(text))
                }
                _ => return Err(Unsupported),
            }
        };
        Ok(Term::Call(first, vec![term]))
    }

    /// The variable after `$`, or `None` where it is the end of a line in a pattern.
    fn value(&mut self) -> Result<Option<Term>, Unsupported> {
        let next = self.rest().first().copied();
        if self.kind == Kind::Pattern && matches!(next, None | Some(b'(' | b')' | b'|' | b' ' | b'\r' | b'\n' | b'\t'))
        {
            return Ok(None);
        }
        let braces = next == Some(b'{');
        if braces {
            self.at += 1;
        }
        let length = self.rest().iter().take_while(|byte| is_word(**byte)).count();
        let name = self.rest()[..length].to_vec();
        let term = match name.first() {
            None if !braces && self.rest().starts_with(b"&") => {
                self.at += 1;
                Term::Capture(0)
            }
            None if !braces && self.rest().starts_with(b"#arg") => {
                self.at += b"#arg".len();
                if self.rest().first().is_some_and(|next| is_word(*next) || b"{[:'".contains(next)) {
                    return Err(Unsupported);
                }
                Term::LastArgument
            }
            None => return Err(Unsupported),
            Some(b'0'..=b'9') => {
                let digits = name.iter().take_while(|byte| byte.is_ascii_digit()).count();
                // `$1st` is `$1` and `st`.
                self.at += if braces { length } else { digits };
                if braces && digits < length {
                    return Err(Unsupported);
                }
                capture(std::str::from_utf8(&name[..digits]).map_err(|_| Unsupported)?)?
            }
            Some(_) => {
                self.at += length;
                if name == b"arg" && !braces { self.argument()? } else { self.parser.named_variable(&name)? }
            }
        };
        if braces {
            if self.rest().first() != Some(&b'}') {
                return Err(Unsupported);
            }
            self.at += 1;
        }
        let rest = self.rest();
        let is_word = name.first().is_some_and(|byte| !byte.is_ascii_digit());
        let goes_on = rest.starts_with(b"[")
            || rest.starts_with(b"{")
            || rest.starts_with(b"->[")
            || rest.starts_with(b"->{")
            || rest.starts_with(b"->@")
            || rest.starts_with(b"->$")
            || (is_word && !braces && (rest.starts_with(b"::") || rest.starts_with(b"'")));
        if goes_on { Err(Unsupported) } else { Ok(Some(term)) }
    }

    /// `[1]` after `$arg`.
    fn argument(&mut self) -> Result<Term, Unsupported> {
        let rest = self.rest();
        let end = memchr::memchr(b']', rest).ok_or(Unsupported)?;
        let index = rest.get(1..end).filter(|_| rest[0] == b'[').ok_or(Unsupported)?;
        let index = std::str::from_utf8(index).map_err(|_| Unsupported)?;
        let is_plain = index.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit());
        let is_octal = index.len() > 1 && index.trim_start_matches('-').starts_with('0');
        // In a pattern perl guesses whether that is a class of bytes; of one digit it is certain that it is not.
        let is_guessed = self.kind == Kind::Pattern && index.len() > 1;
        if !is_plain || is_octal || is_guessed {
            return Err(Unsupported);
        }
        let index: i64 = index.parse().map_err(|_| Unsupported)?;
        self.at += end + 1;
        Ok(Term::Argument(Box::new(Term::Constant(Scalar::Integer(index)))))
    }
}

/// `$1` and the like; `$0` and `$01` are others.
pub(super) fn capture(number: &str) -> Result<Term, Unsupported> {
    match number.parse() {
        Ok(index) if !number.starts_with('0') && index < 100 => Ok(Term::Capture(index)),
        _ => Err(Unsupported),
    }
}
