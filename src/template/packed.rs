//! Templates for many values: how long a line gets, and a line that finds its values in `"$@"`.
//!
//! One string can be 128 KiB long, all strings together much more. A line for a shell is one string; where its values
//! stand in one place, they can be the shell's positional parameters instead, each a string of its own.

use std::sync::Arc;

use super::edit::Edit;
use super::quote::Position;
use super::render::Rendering;
use super::replacement::Replacement;
use super::{Segment, Template};
use crate::job::{CommandLine, Job, Seq, Slot, Values};

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
        // Most templates have one place, and millions of rows want to be measured.
        if let Some(LonePlace { edit, position, .. }) = self.template.lone_place() {
            self.scratch.clear();
            for value in row.iter() {
                // A value that cannot be written fails its own job later.
                let _ = position.write(&edit.apply(value), &mut self.scratch);
            }
            return self.scratch.len() + row.len();
        }
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
    let of = |segment: &Segment| match segment {
        Segment::Quoted(word, _) => places(word),
        segment => usize::from(is_for_all_values(segment)),
    };
    segments.iter().map(of).sum()
}

fn is_for_all_values(segment: &Segment) -> bool {
    match segment {
        Segment::Text(_) => false,
        Segment::Value(replacement, _) => replacement.is_each(),
        Segment::Repeated(_) => true,
        Segment::Quoted(word, _) => places(word) > 0,
    }
}

/// The only place of a template that the values are written to, where they stand by themselves.
struct LonePlace<'a> {
    /// The segment.
    at: usize,
    edit: &'a Edit,
    position: &'a Position,
}

impl Template {
    /// The place for the values, if there is only one, and nothing is repeated with them.
    fn lone_place(&self) -> Option<LonePlace<'_>> {
        let mut all = (0..self.segments.len()).filter(|&index| is_for_all_values(&self.segments[index]));
        let at = all.next().filter(|_| all.next().is_none())?;
        let segment = match &self.segments[at] {
            Segment::Repeated(word) if word.len() == 1 => &word[0],
            segment => segment,
        };
        match segment {
            Segment::Value(Replacement::Values { position: None, edit }, position) => {
                Some(LonePlace { at, edit, position })
            }
            _ => None,
        }
    }

    /// The text before the values, if these stand as they are, as words of their own, after all else.
    pub fn text_before_values(&self) -> Option<&[u8]> {
        let LonePlace { at: 1, edit: Edit::Whole, position } = self.lone_place()? else { return None };
        match &self.segments[..] {
            [Segment::Text(text), _] if position.is_bare() && text.ends_with(b" ") => Some(text),
            _ => None,
        }
    }

    /// Whether [`Template::render_with_parameters`] can do it.
    pub fn takes_parameters(&self) -> bool {
        self.place_for_parameters().is_some()
    }

    /// The line with `"$@"` where the values stand, and the values; `None` if they do not stand in one place, by
    /// themselves and outside quotes, or if the command uses such parameters itself.
    pub fn render_with_parameters(&self, job: &Job, slot: Slot, total: Option<u64>) -> Option<(CommandLine, Values)> {
        let LonePlace { at, edit, .. } = self.place_for_parameters()?;
        let rendering = Rendering::new(self.slot_width, (job.seq, &job.values), slot, total);
        let mut line = CommandLine::new();
        rendering.segments(&self.segments[..at], None, &mut line).ok()?;
        line.extend_from_slice(b"\"$@\"");
        rendering.segments(&self.segments[at + 1..], None, &mut line).ok()?;
        let parameters = job.values.iter().map(|value| edit.apply(value)).collect();
        (!rendering.is_left_out()).then_some((line, parameters))
    }

    /// The place of all values, if it can be `"$@"`.
    fn place_for_parameters(&self) -> Option<LonePlace<'_>> {
        let place = self.lone_place().filter(|place| place.position.is_bare())?;
        let is_blank = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_whitespace);
        let begins = matches!(self.segments[..place.at].last(), Some(Segment::Text(text)) if is_blank(text.last()));
        let ends = match self.segments.get(place.at + 1) {
            None => true,
            Some(Segment::Text(text)) => is_blank(text.first()),
            Some(_) => false,
        };
        let is_free =
            self.segments.iter().all(|segment| !matches!(segment, Segment::Text(text) if has_parameters(text)));
        (begins && ends && is_free).then_some(place)
    }
}

/// Whether shell text may read or change its parameters, or have others (in a function).
fn has_parameters(text: &[u8]) -> bool {
    let finds = |part: &[u8]| memchr::memmem::find(text, part).is_some();
    let marks: [&[u8]; 10] = [b"$@", b"$*", b"$#", b"${", b"set", b"shift", b"getopts", b"()", b"function", b"`"];
    marks.into_iter().any(finds) || text.windows(2).any(|pair| pair[0] == b'$' && pair[1].is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::Dialect;
    use crate::template::{Setting, TemplateOptions};

    #[test]
    fn a_line_is_never_longer_than_measured() {
        let options = TemplateOptions { quote: true, ..TemplateOptions::default() };
        let names = Values::new();
        let setting =
            Setting { options: &options, names: &names, repeat_words: false, slots: 1, dialect: Dialect::Bourne };
        for words in [["echo", "{2}"], ["{2}", "{3}"], ["a {}", "{1}b{2}"], ["", "{}"]] {
            let template = Arc::new(Template::command(&words.map(Into::into), setting).expect("a template"));
            let job = Job::new(Seq(1), Values::from(b"it's".to_vec()));
            let line = template.render(&job, Slot(1), None).expect("a line");
            assert!(Measure::new(template).length(Seq(1), &job.values) >= line.len(), "{words:?}");
        }
    }
}
