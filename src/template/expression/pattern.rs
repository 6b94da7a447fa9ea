//! Patterns of `m//` and `s///` that the `regex` crate can match.
//!
//! How a pattern is written for that crate is for [`translate`] to say; here is what else differs from perl, which
//! shows with some texts only: what `$` and `^` are around a last newline, and where a match of nothing may follow.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use regex::bytes::{Captures, Regex, RegexBuilder};

use super::ast::Term;
use super::translate::{Flags, Translated, translate};
use super::{LONGEST, Stop, Unsupported};

/// A pattern as it stands in an expression.
#[derive(Debug)]
pub(super) enum Pattern {
    Fixed(Arc<Matcher>),
    /// With values in it, so that there may be another one each time. The last one is kept.
    Varied {
        text: Term,
        flags: Flags,
        last: Mutex<Option<(Vec<u8>, Arc<Matcher>)>>,
    },
}

/// A pattern that can be matched.
#[derive(Debug)]
pub(super) struct Matcher {
    translated: Translated,
    /// For texts that do not end in a newline.
    plain: Regex,
    /// For texts that hold just one newline, at the end.
    line: OnceLock<Option<Regex>>,
}

impl Matcher {
    pub(super) fn new(source: &[u8], flags: Flags) -> Result<Self, Unsupported> {
        let translated = translate(source, flags)?;
        let plain = build(&translated.plain()).ok_or(Unsupported)?;
        Ok(Self { translated, plain, line: OnceLock::new() })
    }

    /// The regex that means in `text` what the pattern means to perl.
    fn regex_for(&self, text: &[u8]) -> Result<&Regex, Stop> {
        if !text.ends_with(b"\n") {
            return Ok(&self.plain);
        }
        if self.translated.minds_line_starts {
            return Err(Stop::Inexact);
        }
        if !self.translated.minds_end {
            return Ok(&self.plain);
        }
        if memchr::memchr(b'\n', text) != Some(text.len() - 1) {
            return Err(Stop::Inexact);
        }
        self.line.get_or_init(|| build(&self.translated.line())).as_ref().ok_or(Stop::Inexact)
    }

    /// The first match.
    pub(super) fn captures<'t>(&self, text: &'t [u8]) -> Result<Option<Captures<'t>>, Stop> {
        Ok(self.regex_for(text)?.captures(text))
    }

    /// Calls `found` with every match, as `s///g` finds them.
    pub(super) fn each<'t>(
        &self,
        text: &'t [u8],
        mut found: impl FnMut(Captures<'t>) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let regex = self.regex_for(text)?;
        let mut at = 0;
        let mut empty_at = None;
        while at <= text.len() {
            let Some(mut captures) = regex.captures_at(text, at) else { break };
            let range = captures.get(0).expect("the match").range();
            if range.is_empty() && empty_at == Some(range.end) {
                // Perl would look for a longer match in the same place. There is none unless nothing was preferred.
                if self.translated.may_prefer_nothing {
                    return Err(Stop::Inexact);
                }
                if at == text.len() {
                    break;
                }
                let Some(next) = regex.captures_at(text, at + 1) else { break };
                captures = next;
            }
            let range = captures.get(0).expect("the match").range();
            empty_at = range.is_empty().then_some(range.end);
            at = range.end;
            found(captures)?;
        }
        Ok(())
    }
}

impl Pattern {
    /// A pattern with values in it.
    pub(super) fn varied(text: Term, flags: Flags) -> Self {
        Self::Varied { text, flags, last: Mutex::new(None) }
    }

    /// What to match with; `value` says what a term comes to.
    pub(super) fn matcher(&self, value: impl FnOnce(&Term) -> Result<Vec<u8>, Stop>) -> Result<Arc<Matcher>, Stop> {
        let (text, flags, last) = match self {
            Self::Fixed(matcher) => return Ok(matcher.clone()),
            Self::Varied { text, flags, last } => (text, flags, last),
        };
        let source = value(text)?;
        if source.len() > LONGEST {
            return Err(Stop::Inexact);
        }
        let lock = || last.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().as_ref().filter(|(known, _)| *known == source).map(|(_, matcher)| matcher.clone());
        if let Some(matcher) = known {
            return Ok(matcher);
        }
        let matcher = Arc::new(Matcher::new(&source, *flags).map_err(|Unsupported| Stop::Inexact)?);
        *lock() = Some((source, matcher.clone()));
        Ok(matcher)
    }
}

fn build(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).unicode(false).build().ok()
}
