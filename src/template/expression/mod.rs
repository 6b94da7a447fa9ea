//! Perl expressions in a template: `{= s/\.gz$// =}`.
//!
//! Most of them are short: they change `$_` with a pattern or two. Those are parsed and evaluated here, for which no
//! perl is needed, nor the time to ask it. All others are for one perl process to evaluate. That is also asked where an
//! expression is understood but its result for some value might not be perl's to the last byte.
//!
//! Values are bytes, as in perl without `use utf8`. Where the expressions stand and what becomes of their values is for
//! the template to know.

mod arithmetic;
mod ast;
mod class;
mod evaluate;
mod format;
mod functions;
mod interpolate;
mod lexer;
mod operators;
mod parser;
mod pattern;
mod perl;
mod quotes;
mod refuse;
mod terms;
mod translate;
mod transliterate;
mod value;

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use thiserror::Error;

use crate::error::Error;
use perl::Trouble;

/// No value made here may be longer. In tests it is as little as they reach in no time.
const LARGEST: usize = if cfg!(test) { 1 << 20 } else { 64 << 20 };

/// Longer texts and patterns are left to perl.
const LONGEST: usize = 16 * 1024;

/// A parsed expression.
#[derive(Clone, Debug)]
pub(super) struct Expression(Arc<Parsed>);

#[derive(Debug)]
struct Parsed {
    text: Vec<u8>,
    /// Unless it takes perl to understand it.
    program: Option<ast::Program>,
}

/// What an expression may ask about the job.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts<'a> {
    /// The job's number.
    pub(super) seq: u64,
    /// The slot it is to run in.
    pub(super) slot: usize,
    /// The number of all jobs, where it is known.
    pub(super) total: Option<u64>,
    /// All values of the job; `$arg[1]` is the first.
    pub(super) arguments: &'a [&'a [u8]],
}

/// What came of an expression.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Evaluated {
    /// `$_` afterwards.
    pub(super) value: Vec<u8>,
    /// Whether the value is shell text (`uq()`).
    pub(super) unquoted: bool,
    /// Whether the job is to be left out (`skip()`).
    pub(super) skip: bool,
}

/// An expression that has no value for a job.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{expression}: {why}")]
pub(super) struct Failure {
    expression: String,
    why: String,
}

/// The expression is not one of those that are understood here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Unsupported;

/// Why an evaluation stopped.
#[derive(Debug)]
enum Stop {
    /// Perl has to be asked, which may know better.
    Inexact,
    Failed(String),
}

impl Expression {
    /// Parses the text between `{=` and `=}`.
    ///
    /// # Errors
    /// When it is no perl, when it is about what is inside GNU parallel, or when it takes a perl that is not there.
    pub(super) fn parse(text: &[u8]) -> Result<Self, Error> {
        let text = text.trim_ascii().to_vec();
        let program = parser::parse(&text).ok();
        if program.is_none() {
            let usage = |why: &str| Error::Usage(format!("{}: {why}", shown(&text)));
            if let Some(why) = refuse::internals(&text) {
                return Err(usage(&why));
            }
            perl::compile(&text).map_err(|trouble| usage(&described(&text, trouble)))?;
        }
        Ok(Self(Arc::new(Parsed { text, program })))
    }

    /// Whether evaluating has to be told the number of all jobs.
    pub(super) fn needs_total(&self) -> bool {
        memchr::memmem::find(&self.0.text, b"total_jobs").is_some()
    }

    /// Whether evaluating may ask for the other values of the job.
    pub(super) fn minds_arguments(&self) -> bool {
        memchr::memmem::find(&self.0.text, b"arg").is_some()
    }

    /// Evaluates for one value of a job.
    ///
    /// # Errors
    /// When the expression dies, or perl is needed for this value and cannot be asked.
    pub(super) fn evaluate(&self, value: &[u8], facts: &Facts<'_>) -> Result<Evaluated, Failure> {
        if let Some(program) = &self.0.program {
            match evaluate::evaluate(program, value, facts) {
                Ok((evaluated, _)) => return Ok(evaluated),
                Err(Stop::Failed(why)) => return Err(self.failure(why)),
                Err(Stop::Inexact) => {}
            }
        }
        self.ask_perl(value, facts).map(|(evaluated, _)| evaluated)
    }

    /// Evaluates as a condition: whether the value of the last statement is true.
    ///
    /// # Errors
    /// As for [`evaluate`](Self::evaluate).
    pub(super) fn is_true(&self, value: &[u8], facts: &Facts<'_>) -> Result<(bool, Evaluated), Failure> {
        if let Some(program) = &self.0.program {
            match evaluate::evaluate(program, value, facts) {
                Ok((evaluated, Some(last))) => return Ok((last.is_true(), evaluated)),
                Err(Stop::Failed(why)) => return Err(self.failure(why)),
                Ok((_, None)) | Err(Stop::Inexact) => {}
            }
        }
        self.ask_perl(value, facts).map(|(evaluated, is_true)| (is_true, evaluated))
    }

    fn ask_perl(&self, value: &[u8], facts: &Facts<'_>) -> Result<(Evaluated, bool), Failure> {
        let text = &self.0.text;
        perl::evaluate(text, value, facts).map_err(|trouble| self.failure(described(text, trouble)))
    }

    fn failure(&self, why: String) -> Failure {
        Failure { expression: shown(&self.0.text), why }
    }
}

/// The expression as it is written in a template.
fn shown(text: &[u8]) -> String {
    format!("{{= {} =}}", String::from_utf8_lossy(text))
}

fn described(text: &[u8], trouble: Trouble) -> String {
    match trouble {
        Trouble::Missing => refuse::without_perl(text),
        Trouble::NotStarted(cause) => format!("this takes perl, which cannot be started: {cause}"),
        Trouble::Syntax(message) => format!("perl does not understand this: {message}"),
        Trouble::Died(message) => format!("perl says: {message}"),
        Trouble::Ended(cause) => {
            format!("perl ended while it evaluated this ({cause}); it is started anew for the next")
        }
    }
}
