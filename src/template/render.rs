//! Rendering a template for one job.

use std::borrow::Cow;
use std::cell::Cell;

use super::quote::Position;
use super::replacement::Replacement;
use super::{Segment, Template, Unrendered};
use crate::job::{CommandLine, Slot, Values};

/// One job's view of a template.
pub(super) struct Rendering<'a> {
    pub(super) template: &'a Template,
    pub(super) seq: u64,
    pub(super) slot: Slot,
    pub(super) total: Option<u64>,
    /// Set by a replacement string that leaves the job out.
    pub(super) left_out: &'a Cell<bool>,
}

impl Rendering<'_> {
    /// Renders with all `values`, or with the one that a repeated word is rendered for now.
    pub(super) fn segments(
        &self,
        segments: &[Segment],
        values: &Values,
        one: Option<&[u8]>,
        line: &mut CommandLine,
    ) -> Result<(), Unrendered> {
        for segment in segments {
            match segment {
                Segment::Text(text) => line.extend_from_slice(text),
                Segment::Value(replacement, position) => self.value(replacement, position, values, one, line)?,
                Segment::Repeated(word) => {
                    for (index, value) in values.iter().enumerate() {
                        if index > 0 {
                            line.push(b' ');
                        }
                        self.segments(word, values, Some(value), line)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn value(
        &self,
        replacement: &Replacement,
        position: &Position,
        values: &Values,
        one: Option<&[u8]>,
        line: &mut CommandLine,
    ) -> Result<(), Unrendered> {
        let mut write = |value: &[u8]| position.write(value, line).map_err(|()| Unrendered::Unsafe);
        let padded = |number: u64, width: usize| format!("{number:0width$}");
        match replacement {
            Replacement::Values { position: Some(position), edit } => match at(values, *position) {
                Some(value) => write(&edit.apply(value)),
                None => Ok(()),
            },
            Replacement::Group { position, pattern, group } => match at(values, *position) {
                Some(value) => match pattern.captures(value) {
                    Some(captures) => write(captures.get(*group).map_or(b"", |group| group.as_bytes())),
                    None => Err(Unrendered::Unmatched(value.to_vec())),
                },
                None => Ok(()),
            },
            Replacement::Values { position: None, edit } => match one {
                Some(value) => write(&edit.apply(value)),
                None => join(values.iter().map(|value| edit.apply(value)), position, line),
            },
            Replacement::Unique | Replacement::Increasing => {
                let ordered = values.iter().is_sorted_by(|one, other| one < other);
                let repeated =
                    (1..).zip(values.iter()).any(|(after, value)| values.iter().skip(after).any(|it| it == value));
                let kept = if matches!(replacement, Replacement::Unique) { !repeated } else { ordered };
                self.left_out.set(self.left_out.get() || !kept);
                join(values.iter().map(Cow::from), position, line)
            }
            Replacement::Seq { padded: false } => write(self.seq.to_string().as_bytes()),
            Replacement::Seq { padded: true } => {
                write(padded(self.seq, self.total.unwrap_or(0).to_string().len()).as_bytes())
            }
            Replacement::Slot { padded: false } => write(self.slot.to_string().as_bytes()),
            Replacement::Slot { padded: true } => {
                write(padded(self.slot.0 as u64, self.template.slot_width).as_bytes())
            }
            Replacement::Total => write(self.total.unwrap_or(0).to_string().as_bytes()),
            Replacement::Variable(name) => {
                line.extend_from_slice(format!("${{{name}}}").as_bytes());
                Ok(())
            }
        }
    }
}

/// The value at a position, counted from 1, or from the last with -1.
fn at(values: &Values, position: isize) -> Option<&[u8]> {
    let index = if position > 0 { position - 1 } else { values.len().cast_signed() + position };
    usize::try_from(index).ok().and_then(|index| values.get(index))
}

/// Writes values with a space between each two.
fn join<'a>(
    values: impl Iterator<Item = Cow<'a, [u8]>>,
    position: &Position,
    line: &mut CommandLine,
) -> Result<(), Unrendered> {
    for (index, value) in values.enumerate() {
        if index > 0 {
            line.push(b' ');
        }
        position.write(&value, line).map_err(|()| Unrendered::Unsafe)?;
    }
    Ok(())
}
