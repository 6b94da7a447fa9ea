//! What a job executes: a line for a shell, or words that no shell sees.

use std::sync::Arc;

use crate::job::{CommandLine, Job, Slot, Values};
use crate::template::{Filter, Template, Unrendered, Words};

/// How the command of a job is made from its values.
pub enum Recipe {
    /// A command line.
    Line {
        /// The line.
        template: Arc<Template>,
        /// Conditions, all of which a job has to meet to be run.
        filters: Vec<Filter>,
        /// The same as words, for a line that never needs a shell.
        words: Option<Words>,
    },
    /// Words that are executed as they are.
    Words(Words),
}

/// What was made for one job.
pub(super) struct Rendered {
    /// The command line; where words are executed instead, only made if somebody looks at it.
    pub(super) line: CommandLine,
    /// The words, if they are to be executed instead.
    pub(super) words: Option<Values>,
}

impl Recipe {
    /// Whether the number of all jobs has to be known.
    pub(super) fn needs_total(&self) -> bool {
        match self {
            Self::Line { template, filters, .. } => template.needs_total() || filters.iter().any(Filter::needs_total),
            Self::Words(_) => false,
        }
    }

    /// Whether a job may be executed in parts, each with some of its values.
    pub fn is_divisible(&self) -> bool {
        match self {
            // What a filter says of all values it may not say of some.
            Self::Line { template, filters, .. } => template.is_divisible() && filters.is_empty(),
            Self::Words(_) => true,
        }
    }

    /// The command line of a job, as the job log has it. `Err` with [`Unrendered::LeftOut`] for one that is not to be
    /// run.
    ///
    /// # Errors
    /// When there is none.
    pub fn line(&self, job: &Job, slot: Slot, total: Option<u64>) -> Result<CommandLine, Unrendered> {
        self.render(job, slot, total, true).map(|rendered| rendered.line)
    }

    /// Makes the command of a job. `is_shown` tells whether somebody looks at its line.
    pub(super) fn render(
        &self,
        job: &Job,
        slot: Slot,
        total: Option<u64>,
        is_shown: bool,
    ) -> Result<Rendered, Unrendered> {
        match self {
            Self::Line { filters, words: Some(words), .. } if !is_shown && filters.is_empty() => {
                if job.values.contain_byte(0) {
                    return Err(Unrendered::Nul);
                }
                Ok(Rendered { line: CommandLine::new(), words: Some(words.render(&job.values)) })
            }
            Self::Line { template, filters, .. } => {
                let line = template.render(job, slot, total)?;
                for filter in filters {
                    if !filter.keeps(job, slot, total)? {
                        return Err(Unrendered::LeftOut(line));
                    }
                }
                Ok(Rendered { line, words: None })
            }
            Self::Words(words) => {
                let words = words.render(&job.values);
                let line = if is_shown { Words::show(&words) } else { CommandLine::new() };
                Ok(Rendered { line, words: Some(words) })
            }
        }
    }

    /// The same command with its values as parameters of the shell, if that is possible.
    pub(super) fn with_parameters(&self, job: &Job, slot: Slot, total: Option<u64>) -> Option<(CommandLine, Values)> {
        match self {
            Self::Line { template, .. } => template.render_with_parameters(job, slot, total),
            Self::Words(_) => None,
        }
    }
}
