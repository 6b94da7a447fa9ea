//! Rendering segments for one job.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};

use super::expression::{Evaluated, Expression, Facts};
use super::quote::{Place, Position, quote};
use super::replacement::Replacement;
use super::{Segment, Unrendered};
use crate::job::{CommandLine, Dialect, Seq, Slot, Values};

/// One job, as a template sees it.
pub(super) struct Rendering<'a> {
    seq: u64,
    values: &'a Values,
    slot: Slot,
    /// The width of the largest slot number.
    slot_width: usize,
    total: Option<u64>,
    /// The values for expressions to ask for.
    arguments: OnceCell<Vec<&'a [u8]>>,
    /// Whether the line is only measured.
    measures: bool,
    /// Set by a replacement string that leaves the job out.
    left_out: Cell<bool>,
}

/// Takes a value, and whether it is shell text already.
type Sink<'a> = &'a mut dyn FnMut(&[u8], bool) -> Result<(), Unrendered>;

impl<'a> Rendering<'a> {
    pub(super) fn new(
        slot_width: usize,
        (Seq(seq), values): (Seq, &'a Values),
        slot: Slot,
        total: Option<u64>,
    ) -> Self {
        let (arguments, left_out) = (OnceCell::new(), Cell::new(false));
        Self { seq, values, slot, slot_width, total, arguments, measures: false, left_out }
    }

    /// Whether the job is to be left out.
    pub(super) fn is_left_out(&self) -> bool {
        self.left_out.get()
    }

    /// Whether this is a job without values, and not the measuring of a line.
    fn has_no_values(&self) -> bool {
        self.values.is_empty() && !self.measures
    }

    /// The same, to see how long the line gets: without values it is what each of them adds to.
    pub(super) fn measuring(self) -> Self {
        Self { measures: true, ..self }
    }

    /// Renders with all values, or with the `one` that a repeated word is rendered for now.
    pub(super) fn segments(
        &self,
        segments: &[Segment],
        one: Option<&[u8]>,
        line: &mut CommandLine,
    ) -> Result<(), Unrendered> {
        for segment in segments {
            match segment {
                Segment::Text(text) => line.extend_from_slice(text),
                Segment::Quoted(word, dialect) => {
                    let mut pieces = vec![CommandLine::new()];
                    self.pieces(word, one, *dialect, &mut pieces)?;
                    for (index, piece) in pieces.iter().enumerate() {
                        if index > 0 {
                            line.push(b' ');
                        }
                        // What is measured has been quoted part by part; a word of no parts is quoted all the same.
                        if self.measures && !piece.is_empty() {
                            line.extend_from_slice(piece);
                        } else {
                            quote(piece, *dialect, line);
                        }
                    }
                }
                Segment::Value(replacement, position) => self.value(replacement, position, one, line)?,
                Segment::Repeated(word) => {
                    for (index, value) in self.values.iter().enumerate() {
                        if index > 0 {
                            line.push(b' ');
                        }
                        self.segments(word, Some(value), line)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Renders a word of `-q`, which becomes several words between the values of one replacement string. While it is
    /// measured every part is quoted for itself, so that lengths can be added; that is never shorter.
    fn pieces(
        &self,
        word: &[Segment],
        one: Option<&[u8]>,
        dialect: Dialect,
        pieces: &mut Vec<CommandLine>,
    ) -> Result<(), Unrendered> {
        let append = |text: &[u8], pieces: &mut Vec<CommandLine>| {
            if let Some(piece) = pieces.last_mut() {
                if self.measures { quote(text, dialect, piece) } else { piece.extend_from_slice(text) }
            }
        };
        for segment in word {
            match segment {
                Segment::Text(text) => append(text, pieces),
                Segment::Value(replacement, _) => {
                    let mut is_first = true;
                    self.each(replacement, one, &mut |value, _| {
                        if !std::mem::take(&mut is_first) {
                            pieces.push(CommandLine::new());
                        }
                        append(value, pieces);
                        Ok(())
                    })?;
                }
                Segment::Repeated(inner) => {
                    for (index, value) in self.values.iter().enumerate() {
                        if index > 0 {
                            pieces.push(CommandLine::new());
                        }
                        self.pieces(inner, Some(value), dialect, pieces)?;
                    }
                }
                Segment::Quoted(inner, dialect) => self.pieces(inner, one, *dialect, pieces)?,
            }
        }
        Ok(())
    }

    /// Writes what a replacement string stands for, with a space between each two values.
    fn value(
        &self,
        replacement: &Replacement,
        position: &Position,
        one: Option<&[u8]>,
        line: &mut CommandLine,
    ) -> Result<(), Unrendered> {
        if let Replacement::Variable(name) = replacement {
            let text = match (position.dialect, &position.place) {
                (Dialect::Bourne | Dialect::Csh, _) => format!("${{{name}}}"),
                (Dialect::Fish, Place::Bare) => format!("\"${name}\""),
                _ => format!("${name}"),
            };
            line.extend_from_slice(text.as_bytes());
            return Ok(());
        }
        let mut is_first = true;
        self.each(replacement, one, &mut |value, is_shell_text| {
            if !std::mem::take(&mut is_first) {
                line.push(b' ');
            }
            if is_shell_text {
                line.extend_from_slice(value);
                return Ok(());
            }
            position.write(value, line).map_err(|()| Unrendered::Unsafe)
        })
    }

    /// Passes on the values that a replacement string stands for.
    pub(super) fn each(&self, replacement: &Replacement, one: Option<&[u8]>, sink: Sink<'_>) -> Result<(), Unrendered> {
        match replacement {
            Replacement::Values { position, edit } => {
                self.at(*position, one, &mut |value| sink(&edit.apply(value), false))
            }
            // With `-n0` there is no value, but what the expression makes up counts.
            Replacement::Expression { position: None, expression } if self.has_no_values() => {
                let Evaluated { value, unquoted, .. } = self.evaluate(expression, b"")?;
                if value.is_empty() { Ok(()) } else { sink(&value, unquoted) }
            }
            Replacement::Expression { position, expression } => self.at(*position, one, &mut |value| {
                let Evaluated { value, unquoted, .. } = self.evaluate(expression, value)?;
                sink(&value, unquoted)
            }),
            Replacement::Formatted { inner, format } => self.each(inner, one, &mut |value, is_shell_text| {
                let Evaluated { value, .. } = self.evaluate(format, value)?;
                sink(&value, is_shell_text)
            }),
            Replacement::Group { position, pattern, group } => self.at(Some(*position), one, &mut |value| {
                let captures = pattern.captures(value).ok_or_else(|| {
                    let shown = value[..value.len().min(200)].escape_ascii();
                    let text =
                        format!("--match {pattern} does not match {shown}; correct it, or leave such arguments out");
                    Unrendered::Failed(text)
                })?;
                sink(captures.get(*group).map_or(b"", |group| group.as_bytes()), false)
            }),
            Replacement::Unique | Replacement::Increasing => {
                let ordered = self.values.iter().is_sorted_by(|one, other| one < other);
                let repeats = |(after, value)| self.values.iter().skip(after).any(|other| other == value);
                let repeated = (1..).zip(self.values.iter()).any(repeats);
                let kept = if matches!(replacement, Replacement::Unique) { !repeated } else { ordered };
                self.left_out.set(self.left_out.get() || !kept);
                self.values.iter().try_for_each(|value| sink(value, false))
            }
            Replacement::Seq { .. } | Replacement::Slot { .. } | Replacement::Total | Replacement::Cpus(_) => {
                sink(&self.number(replacement), false)
            }
            Replacement::Variable(_) => Ok(()),
        }
    }

    /// The value at a position, or without one all of them, or the one that is rendered for now.
    fn at(
        &self,
        position: Option<isize>,
        one: Option<&[u8]>,
        then: &mut dyn FnMut(&[u8]) -> Result<(), Unrendered>,
    ) -> Result<(), Unrendered> {
        let Some(position) = position else {
            return match one {
                Some(value) => then(value),
                None => self.values.iter().try_for_each(then),
            };
        };
        let count = self.values.len().cast_signed();
        // GNU parallel counts on from the last value once more: `{-3}` of two values is the second.
        let index = match position {
            1.. => position - 1,
            _ if position < -count => 2 * count + position,
            _ => count + position,
        };
        usize::try_from(index).ok().and_then(|index| self.values.get(index)).map_or(Ok(()), then)
    }

    fn evaluate(&self, expression: &Expression, value: &[u8]) -> Result<Evaluated, Unrendered> {
        let arguments = self.arguments.get_or_init(|| self.values.iter().collect());
        let evaluated = expression.evaluate(value, &self.facts(arguments));
        let evaluated = evaluated.map_err(|failure| Unrendered::Failed(failure.to_string()))?;
        self.left_out.set(self.left_out.get() || evaluated.skip);
        Ok(evaluated)
    }

    /// What an expression may ask, if these are its arguments.
    pub(super) fn facts<'f>(&self, arguments: &'f [&'f [u8]]) -> Facts<'f> {
        Facts { seq: self.seq, slot: self.slot.0, total: self.total, arguments }
    }

    /// The text of a number, padded with zeros if wanted.
    fn number(&self, replacement: &Replacement) -> Cow<'static, [u8]> {
        let total = self.total.unwrap_or(0);
        let (number, width) = match replacement {
            Replacement::Seq { padded } => (self.seq, if *padded { total.to_string().len() } else { 0 }),
            Replacement::Slot { padded } => (self.slot.0 as u64, if *padded { self.slot_width } else { 0 }),
            Replacement::Cpus(cpus) => (*cpus as u64, 0),
            _ => (total, 0),
        };
        format!("{number:0width$}").into_bytes().into()
    }
}
