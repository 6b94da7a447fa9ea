//! How many arguments fit on a command line: what `-s` says, what the kernel takes, what the template makes of them.

use std::sync::Arc;

use super::Assembly;
use crate::error::Error;
use crate::exec::OVERHEAD;
use crate::input::{Packing, Ruler, TooLong};
use crate::job::{Job, Seq, Slot, Values};
use crate::schedule::{Recipe, Workshop};
use crate::template::Measure;

impl Assembly {
    /// How rows of values are put together into jobs, if they are.
    pub(crate) fn packing(&self, workshop: &Workshop) -> Option<(Packing, Ruler)> {
        let pack = &self.cli.input.pack;
        if self.read_ahead().is_some() {
            return None;
        }
        let packing = pack.packing(self.slots)?;
        let Recipe::Line { template, .. } = &*workshop.recipe else { return None };
        let limits = self.planner.limits();
        let sample = Job::new(Seq(1), Values::from(b"x".to_vec()));
        let sample = template.render(&sample, Slot(1), Some(1)).unwrap_or_default();
        // Where a shell is needed, all is one string, unless the values can be its parameters.
        let is_one_string = !self.planner.is_direct(&sample) && !template.takes_parameters();
        let (room, overhead) = match pack.max_chars.map(|size| size.saturating_sub(1)) {
            Some(size) if size <= limits.string => (size, 0),
            // A group of -N whose values have places of their own stays together; if it is too long, its job fails.
            None if packing.most < usize::MAX && !template.is_divisible() => (usize::MAX, 0),
            size if is_one_string => (size.unwrap_or(limits.string).min(limits.string), 0),
            size => (size.unwrap_or(limits.area).min(limits.area), OVERHEAD),
        };
        let overhead = overhead * Measure::new(Arc::clone(template)).places().max(1);
        let [mut for_room, mut for_size, for_error] = [(); 3].map(|()| Measure::new(Arc::clone(template)));
        let ruler = Ruler {
            room: Box::new(move |seq| room.saturating_sub(for_room.empty(seq))),
            size: Box::new(move |seq, row| for_size.row(seq, row) + overhead * row.len()),
            too_long: pack.max_chars.map(|size| too_long(size, for_error)),
        };
        Some((packing, ruler))
    }
}

/// The error for arguments that do not fit into the line of `-s`.
fn too_long(size: usize, mut measure: Measure) -> TooLong {
    Box::new(move |row| {
        let line = measure.length(Seq(1), row);
        let values: Vec<_> = row.iter().map(|value| value.escape_ascii().to_string()).collect();
        let values = values.join(" ");
        Error::Usage(format!("-s {size}: Command line too long ({line} >= {size}) for {values:.100}; give a larger -s"))
    })
}
