//! Templates for many values: how long a line gets, and a line that finds its values in `"$@"`.
//!
//! One string can be 128 KiB long, all strings together much more. A line for a shell is one string; where its values
//! stand in one place, they can be the shell's positional parameters instead, each a string of its own.

use std::sync::Arc;

use super::quote::Place;
use super::render::Rendering;
use super::replacement::Replacement;
use super::{Segment, Template};
use crate::job::{CommandLine, Dialect, Job, Seq, Slot, Values};

/// The length of a template's lines as a sum: what is there for no values, and what each row of values adds.
#[derive(Debug)]
pub struct Measure {
    template: Arc<Template>,
    scratch: CommandLine,
    /// The number of places that each value is written to; between two values in one place stands a space.
    places: usize,
    /// The length for a job without values, and the job's number.
    empty: Option<(Seq, usize)>,
}

impl Measure {
    /// For lines of this template.
    pub fn new(template: Arc<Template>) -> Self {
        let places = places(&template.segments);
        Self { template, scratch: CommandLine::new(), places, empty: None }
    }

    /// The places that each value is written to.
    pub fn places(&self) -> usize {
        self.places
    }

    /// The length of the line of job `seq` without values, in bytes; one for each place is taken off, so that rows
    /// can be counted with the space before them.
    pub fn empty(&mut self, seq: Seq) -> usize {
        self.without_values(seq).saturating_sub(self.places)
    }

    /// What a row adds.
    pub fn row(&mut self, seq: Seq, row: &Values) -> usize {
        let empty = self.without_values(seq);
        self.length(seq, row).saturating_sub(empty) + self.places
    }

    fn without_values(&mut self, seq: Seq) -> usize {
        match self.empty {
            Some((of, empty)) if of == seq => empty,
            _ => {
                let empty = self.length(seq, &Values::new());
                self.empty = Some((seq, empty));
                empty
            }
        }
    }

    /// The length of a line, in bytes.
    pub fn length(&mut self, seq: Seq, values: &Values) -> usize {
        self.scratch.clear();
        let slot = Slot(10_usize.pow(u32::try_from(self.template.slot_width.saturating_sub(1)).unwrap_or(0)));
        let rendering = Rendering::new(self.template.slot_width, (seq, values), slot, None).measuring();
        // A value that cannot be written fails its own job later.
        let _ = rendering.segments(&self.template.segments, None, &mut self.scratch);
        self.scratch.len()
    }
}

fn places(segments: &[Segment]) -> usize {
    segments.iter().filter(|segment| is_for_all_values(segment)).count()
}

fn is_for_all_values(segment: &Segment) -> bool {
    match segment {
        Segment::Text(_) => false,
        Segment::Value(replacement, _) => replacement.is_each(),
        Segment::Repeated(_) => true,
    }
}

impl Template {
    /// Whether [`Template::render_with_parameters`] can do it.
    pub fn takes_parameters(&self) -> bool {
        self.parameters_at().is_some()
    }

    /// The line with `"$@"` where the values stand, and the values; `None` if they do not stand in one place, by
    /// themselves and outside quotes, or if the command uses such parameters itself.
    pub fn render_with_parameters(&self, job: &Job, slot: Slot, total: Option<u64>) -> Option<(CommandLine, Values)> {
        let at = self.parameters_at()?;
        let rendering = Rendering::new(self.slot_width, (job.seq, &job.values), slot, total);
        let mut line = CommandLine::new();
        rendering.segments(&self.segments[..at], None, &mut line).ok()?;
        line.extend_from_slice(b"\"$@\"");
        rendering.segments(&self.segments[at + 1..], None, &mut line).ok()?;
        let edit = match &self.segments[at] {
            Segment::Value(Replacement::Values { edit, .. }, _) => edit,
            Segment::Repeated(word) => match &word[..] {
                [Segment::Value(Replacement::Values { edit, .. }, _)] => edit,
                _ => return None,
            },
            _ => return None,
        };
        let parameters = job.values.iter().map(|value| edit.apply(value)).collect();
        (!rendering.is_left_out()).then_some((line, parameters))
    }

    /// The segment that stands for all values, if it can be `"$@"`.
    fn parameters_at(&self) -> Option<usize> {
        let mut all = (0..self.segments.len()).filter(|&index| is_for_all_values(&self.segments[index]));
        let at = all.next().filter(|_| all.next().is_none())?;
        let position = match &self.segments[at] {
            Segment::Value(Replacement::Values { position: None, .. }, position) => position,
            Segment::Repeated(word) => match &word[..] {
                [Segment::Value(Replacement::Values { position: None, .. }, position)] => position,
                _ => return None,
            },
            _ => return None,
        };
        let is_blank = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_whitespace);
        let before = at.checked_sub(1).map(|before| &self.segments[before]);
        let stands_alone = matches!(before, Some(Segment::Text(text)) if is_blank(text.last()))
            && match self.segments.get(at + 1) {
                None => true,
                Some(Segment::Text(text)) => is_blank(text.first()),
                Some(_) => false,
            };
        // Whatever reads or changes the parameters, or has others (a function), would see ours.
        let touches = |text: &[u8]| {
            let finds = |part: &[u8]| memchr::memmem::find(text, part).is_some();
            let marks: [&[u8]; 9] = [b"$@", b"$*", b"$#", b"${", b"set ", b"shift", b"()", b"function", b"`"];
            marks.into_iter().any(finds) || text.windows(2).any(|pair| pair[0] == b'$' && pair[1].is_ascii_digit())
        };
        let is_free = self.segments.iter().all(|segment| !matches!(segment, Segment::Text(text) if touches(text)));
        (position.dialect == Dialect::Bourne
            && position.backquotes == 0
            && position.place == Place::Bare
            && stands_alone
            && is_free)
            .then_some(at)
    }
}
