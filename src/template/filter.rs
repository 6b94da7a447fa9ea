//! The condition of `--filter`, by which jobs are left out.

use std::ops::Range;

use super::expression::Expression;
use super::parse::{Part, split};
use super::render::Rendering;
use super::replacement::{Replacement, Replacements};
use super::{Setting, Unrendered};
use crate::error::Error;
use crate::job::{Job, Slot, Value};

/// An expression in which replacement strings stand for values.
///
/// They are arguments of the expression, `$arg[-1]` and so on from its end, so that no value is ever code.
#[derive(Debug)]
pub struct Filter {
    expression: Expression,
    replacements: Vec<Replacement>,
    slot_width: usize,
}

impl Filter {
    /// Parses the text of the option.
    ///
    /// # Errors
    /// When it is no expression.
    pub fn parse(text: &[u8], setting: Setting<'_>) -> Result<Self, Error> {
        let replacements = Replacements::new(setting.options, setting.names)?;
        let parts = split(text, &replacements)?;
        let count = parts.iter().filter(|part| matches!(part, Part::Value(_))).count();
        let mut source = Vec::new();
        let mut found = Vec::new();
        for part in parts {
            match part {
                Part::Text(text) => source.extend_from_slice(text),
                Part::Value(replacement) => {
                    let variable = format!("$arg[-{}]", count - found.len());
                    let is_in_single_quotes = is_in_single_quotes(&source);
                    found.push(replacement);
                    source.extend(if is_in_single_quotes { format!("'.{variable}.'") } else { variable }.bytes());
                }
            }
        }
        let expression = Expression::parse(&source)?;
        Ok(Self { expression, replacements: found, slot_width: setting.slots.to_string().len() })
    }

    /// Whether the number of all jobs has to be known.
    pub fn needs_total(&self) -> bool {
        self.expression.needs_total() || self.replacements.iter().any(Replacement::needs_total)
    }

    /// Whether the job is to be run.
    ///
    /// # Errors
    /// When the expression has no value for it.
    pub fn keeps(&self, job: &Job, slot: Slot, total: Option<u64>) -> Result<bool, Unrendered> {
        let rendering = Rendering::new(self.slot_width, job, slot, total);
        let mut rendered = Value::new();
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for replacement in &self.replacements {
            let start = rendered.len();
            rendering.each(replacement, None, &mut |value, _| {
                if rendered.len() > start {
                    rendered.push(b' ');
                }
                rendered.extend_from_slice(value);
                Ok(())
            })?;
            ranges.push(start..rendered.len());
        }
        let arguments: Vec<&[u8]> = job.values.iter().chain(ranges.into_iter().map(|range| &rendered[range])).collect();
        let first = job.values.get(0).unwrap_or_default();
        let (is_true, evaluated) = self
            .expression
            .is_true(first, &rendering.facts(&arguments))
            .map_err(|failure| Unrendered::Failed(failure.to_string()))?;
        Ok(is_true && !evaluated.skip)
    }
}

/// Whether code that begins with this text goes on within single quotes.
fn is_in_single_quotes(source: &[u8]) -> bool {
    let mut quote = None;
    let mut bytes = source.iter();
    while let Some(&byte) = bytes.next() {
        match (byte, quote) {
            (b'\\', _) => drop(bytes.next()),
            (b'\'' | b'"', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    quote == Some(b'\'')
}
