//! The command line template: parsed once, rendered for each job.
//!
//! The words of the command are joined by spaces to a line for a shell, in which replacement strings stand for
//! values. Each value is written so that a shell reads it back as that value, in the place where it stands; only a
//! replacement string that *is* the command (the line begins with it) is shell text. Whether a shell is needed at all
//! is decided elsewhere, from the rendered line.

mod edit;
mod groups;
mod options;
mod packed;
mod path;
mod place;
mod quote;
mod render;
mod replacement;

pub use options::TemplateOptions;
pub use packed::Measure;
pub use quote::{quote, quoted};

use std::cell::Cell;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

use edit::Edit;
use place::ShellText;
use quote::Position;
use render::Rendering;
use replacement::{Replacement, Replacements};

use crate::error::Error;
use crate::job::{CommandLine, Job, Slot, Value, Values};

/// A parsed template.
#[derive(Debug)]
pub struct Template {
    segments: Vec<Segment>,
    /// The width of the largest slot number, for `{0%}`.
    slot_width: usize,
}

/// A part of a template.
#[derive(Debug)]
enum Segment {
    Text(Vec<u8>),
    Value(Replacement, Position),
    /// A word that is repeated for each value.
    Repeated(Vec<Segment>),
}

/// Why a job has no command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unrendered {
    /// The template leaves the job out (`{uniq}`), which would have had this one.
    LeftOut(CommandLine),
    /// A value stands where it cannot be written without a shell interpreting it.
    Unsafe,
    /// A value holds a NUL byte, which no argument can.
    Nul,
    /// This value does not match the expression of `--match`.
    Unmatched(Value),
}

/// What a template is parsed with, beside the command.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// The template options.
    pub options: &'a TemplateOptions,
    /// Column names of the input; the first is that of `{1}`.
    pub names: &'a Values,
    /// Whether the word around a replacement string is repeated for each value (`-N`).
    pub repeat_words: bool,
    /// The number of slots.
    pub slots: usize,
}

impl Template {
    /// Parses the words of a command. Without words the values are the command; without a replacement string the
    /// values are appended.
    ///
    /// # Errors
    /// When a word holds a Perl expression.
    pub fn command(words: &[OsString], setting: Setting<'_>) -> Result<Self, Error> {
        words.iter().try_for_each(|word| refuse_expressions(word.as_bytes()))?;
        let replacements = Replacements::new(setting.options, setting.names)?;
        let mut parser = Parser { replacements, shell: ShellText::new(), segments: Vec::new(), found: false };
        for (index, word) in words.iter().enumerate() {
            if index > 0 {
                parser.literal(b" ");
            }
            parser.word(word.as_bytes(), setting.options.quote);
        }
        if !parser.found {
            if !words.is_empty() {
                parser.literal(b" ");
            }
            parser.value(Replacement::Values { position: None, edit: Edit::Whole });
        }
        let mut segments = parser.segments;
        if let (Some(Segment::Value(_, position)), false) = (segments.first_mut(), setting.options.quote) {
            *position = Position::VERBATIM;
        }
        if setting.repeat_words {
            segments = repeat_words(segments);
        }
        Ok(Self { segments, slot_width: setting.slots.to_string().len() })
    }

    /// All values of a job, with a space between each two, as no shell will see them.
    pub fn values() -> Self {
        let all = Replacement::Values { position: None, edit: Edit::Whole };
        Self { segments: vec![Segment::Value(all, Position::VERBATIM)], slot_width: 0 }
    }

    /// Parses text that no shell will see, such as the prefix of `--tagstring`.
    ///
    /// # Errors
    /// When it holds a Perl expression.
    pub fn text(text: &[u8], setting: Setting<'_>) -> Result<Self, Error> {
        refuse_expressions(text)?;
        let replacements = Replacements::new(setting.options, setting.names)?;
        let segments = split(text, &replacements).map(|part| match part {
            Part::Text(text) => Segment::Text(text.to_vec()),
            Part::Value(replacement) => Segment::Value(replacement, Position::VERBATIM),
        });
        Ok(Self { segments: segments.collect(), slot_width: setting.slots.to_string().len() })
    }

    /// Whether it holds a replacement string.
    pub fn has_values(&self) -> bool {
        self.segments.iter().any(|segment| !matches!(segment, Segment::Text(_)))
    }

    /// Whether rendering has to be told the number of all jobs.
    pub fn needs_total(&self) -> bool {
        fn needs(segments: &[Segment]) -> bool {
            segments.iter().any(|segment| match segment {
                Segment::Text(_) => false,
                Segment::Value(replacement, _) => replacement.needs_total(),
                Segment::Repeated(word) => needs(word),
            })
        }
        needs(&self.segments)
    }

    /// The line for one job. `total` is the number of all jobs, where it is known.
    ///
    /// # Errors
    /// When the job is to be left out, or a value cannot be written where it stands.
    pub fn render(&self, job: &Job, slot: Slot, total: Option<u64>) -> Result<CommandLine, Unrendered> {
        if job.values.contain_byte(0) {
            return Err(Unrendered::Nul);
        }
        let left_out = Cell::new(false);
        let rendering = Rendering { template: self, seq: job.seq.0, slot, total, left_out: &left_out };
        let mut line = CommandLine::new();
        rendering.segments(&self.segments, &job.values, None, &mut line)?;
        if left_out.get() { Err(Unrendered::LeftOut(line)) } else { Ok(line) }
    }
}

/// `{= … =}` is code to be run, not text to be passed on.
fn refuse_expressions(text: &[u8]) -> Result<(), Error> {
    let Some(start) = memchr::memmem::find(text, b"{=") else { return Ok(()) };
    let Some(length) = memchr::memmem::find(&text[start..], b"=}") else { return Ok(()) };
    let expression = String::from_utf8_lossy(&text[start..start + length + 2]).into_owned();
    Err(Error::Usage(format!("{expression}: expressions are not built yet; see --plus for what can be done without")))
}

/// A stretch of text, or a replacement string in it.
enum Part<'a> {
    Text(&'a [u8]),
    Value(Replacement),
}

/// Cuts text at its replacement strings.
fn split<'a>(text: &'a [u8], replacements: &Replacements) -> impl Iterator<Item = Part<'a>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((replacement, length)) = replacements.at_start(rest) {
            rest = &rest[length..];
            return Some(Part::Value(replacement));
        }
        let next = (1..rest.len()).find(|&index| replacements.at_start(&rest[index..]).is_some());
        let (text, tail) = rest.split_at(next.unwrap_or(rest.len()));
        rest = tail;
        Some(Part::Text(text))
    })
}

struct Parser {
    replacements: Replacements,
    shell: ShellText,
    segments: Vec<Segment>,
    /// Whether there was a replacement string.
    found: bool,
}

impl Parser {
    fn word(&mut self, word: &[u8], quote: bool) {
        if quote && word.is_empty() {
            self.literal(b"''");
        }
        let parts: Vec<Part<'_>> = split(word, &self.replacements).collect();
        for part in parts {
            match part {
                Part::Text(text) if quote => self.literal(&quoted(text)),
                Part::Text(text) => self.literal(text),
                Part::Value(replacement) => self.value(replacement),
            }
        }
    }

    fn literal(&mut self, text: &[u8]) {
        self.shell.text(text);
        match self.segments.last_mut() {
            Some(Segment::Text(before)) => before.extend_from_slice(text),
            _ => self.segments.push(Segment::Text(text.to_vec())),
        }
    }

    fn value(&mut self, replacement: Replacement) {
        self.found = true;
        self.segments.push(Segment::Value(replacement, self.shell.value()));
    }
}

/// Turns each word, up to the next white space, that holds a replacement string for all values into a repeated one.
fn repeat_words(segments: Vec<Segment>) -> Vec<Segment> {
    let mut result = Vec::new();
    let mut word = Vec::new();
    let end_word = |word: &mut Vec<Segment>, result: &mut Vec<Segment>| {
        let repeats = |segment: &Segment| matches!(segment, Segment::Value(replacement, _) if replacement.is_each());
        if word.iter().any(repeats) {
            result.push(Segment::Repeated(std::mem::take(word)));
        } else {
            result.append(word);
        }
    };
    for segment in segments {
        let Segment::Text(text) = segment else {
            word.push(segment);
            continue;
        };
        for piece in text.chunk_by(|one, other| one.is_ascii_whitespace() == other.is_ascii_whitespace()) {
            if piece[0].is_ascii_whitespace() {
                end_word(&mut word, &mut result);
                result.push(Segment::Text(piece.to_vec()));
            } else {
                word.push(Segment::Text(piece.to_vec()));
            }
        }
    }
    end_word(&mut word, &mut result);
    result
}
