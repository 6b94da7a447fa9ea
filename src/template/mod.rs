//! The command line template: parsed once, rendered for each job.
//!
//! The words of the command are joined by spaces to a line for a shell, in which replacement strings stand for
//! values. Each value is written so that a shell reads it back as that value, in the place where it stands; only a
//! replacement string that *is* the command (the line begins with it) is shell text. Whether a shell is needed at all
//! is decided elsewhere, from the rendered line.

mod define;
mod display;
mod edit;
mod escape;
mod expression;
mod filter;
#[doc(hidden)]
pub mod fuzzing;
mod groups;
mod numbers;
mod options;
mod packed;
mod parse;
mod path;
mod place;
mod quote;
mod render;
mod replacement;
mod words;

pub use filter::Filter;
pub use numbers::RunNumber;
pub use options::TemplateOptions;
pub use packed::Measure;
pub use quote::{quote, quoted};
pub use words::Words;

use std::ffi::OsString;

use thiserror::Error;

use quote::Position;
use render::Rendering;
use replacement::Replacement;

use crate::error;
use crate::job::{CommandLine, Dialect, Job, Slot, Values};

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
    /// A word of `-q`, which is quoted when its values are in.
    Quoted(Vec<Segment>, Dialect),
}

/// Why a job has no command line. Displays as what to tell the user.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unrendered {
    /// The template leaves the job out (`{uniq}`), which would have had this one.
    #[error("left out")]
    LeftOut(CommandLine),
    /// A value stands where it cannot be written without a shell interpreting it.
    #[error(
        "a value stands where the shell would interpret it (after $ or \\, in arithmetic, …); give it a word of its own"
    )]
    Unsafe,
    /// A value holds a NUL byte, which no argument can.
    #[error("an argument holds a NUL byte, which no command can be given; use -0 to split the input at NUL")]
    Nul,
    /// An expression has no value, for this reason.
    #[error("{0}")]
    Failed(String),
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
    /// What the shell of the jobs speaks.
    pub dialect: Dialect,
}

impl Template {
    /// Parses the words of a command. Without words the values are the command; without a replacement string the
    /// values are appended.
    ///
    /// # Errors
    /// When an expression or a definition of `--rpl` is no good.
    pub fn command(words: &[OsString], setting: Setting<'_>) -> Result<Self, error::Error> {
        Ok(Self::of_command(parse::command(words, setting)?, setting))
    }

    /// The same without appending anything: the jobs have no values.
    ///
    /// # Errors
    /// As [`Template::command`].
    pub fn fixed_command(words: &[OsString], setting: Setting<'_>) -> Result<Self, error::Error> {
        Ok(Self::of_command(parse::fixed_command(words, setting)?, setting))
    }

    fn of_command(mut segments: Vec<Segment>, setting: Setting<'_>) -> Self {
        if let (Some(Segment::Value(_, position)), false) = (segments.first_mut(), setting.options.quote) {
            *position = Position::VERBATIM;
        }
        if setting.repeat_words {
            segments = parse::repeat_words(segments, Some(setting.dialect));
        }
        Self { segments, slot_width: setting.slots.to_string().len() }
    }

    /// All values of a job, with a space between each two, as no shell will see them.
    pub fn values() -> Self {
        let all = Replacement::all_values();
        Self { segments: vec![Segment::Value(all, Position::VERBATIM)], slot_width: 0 }
    }

    /// Parses text that no shell will see, such as the prefix of `--tagstring`.
    ///
    /// # Errors
    /// When an expression or a definition of `--rpl` is no good.
    pub fn text(text: &[u8], setting: Setting<'_>) -> Result<Self, error::Error> {
        let mut segments = parse::text(text, setting)?;
        if setting.repeat_words {
            segments = parse::repeat_words(segments, None);
        }
        Ok(Self { segments, slot_width: setting.slots.to_string().len() })
    }

    /// Parses the prefix of `--tagstring`: text in which `\t`, `\n`, `\r` and octal numbers stand for what they do in
    /// C.
    ///
    /// # Errors
    /// As [`Template::text`].
    pub fn tag(text: &[u8], setting: Setting<'_>) -> Result<Self, error::Error> {
        let mut template = Self::text(text, setting)?;
        escape::replace_escapes(&mut template.segments);
        Ok(template)
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
                Segment::Repeated(word) | Segment::Quoted(word, _) => needs(word),
            })
        }
        needs(&self.segments)
    }

    /// Whether a job with some of the values and a job with the others do what one with all of them does.
    pub fn is_divisible(&self) -> bool {
        fn minds_places(segments: &[Segment]) -> bool {
            segments.iter().any(|segment| match segment {
                Segment::Text(_) => false,
                Segment::Value(replacement, _) => replacement.minds_places(),
                Segment::Repeated(word) | Segment::Quoted(word, _) => minds_places(word),
            })
        }
        !minds_places(&self.segments)
    }

    /// The line for one job. `total` is the number of all jobs, where it is known.
    ///
    /// # Errors
    /// When the job is to be left out, or a value cannot be written where it stands.
    pub fn render(&self, job: &Job, slot: Slot, total: Option<u64>) -> Result<CommandLine, Unrendered> {
        if job.values.contain_byte(0) {
            return Err(Unrendered::Nul);
        }
        let rendering = Rendering::new(self.slot_width, (job.seq, &job.values), slot, total);
        let mut line = CommandLine::new();
        rendering.segments(&self.segments, None, &mut line)?;
        if rendering.is_left_out() { Err(Unrendered::LeftOut(line)) } else { Ok(line) }
    }
}
