//! The numbers in a line that depend on the run, and not on the values of its job.

use super::replacement::Replacement;
use super::{Segment, Template};

/// A number of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunNumber {
    /// `{#}` and `{0#}`
    Seq,
    /// `{##}`
    Total,
    /// `{%}` and `{0%}`
    Slot,
}

impl Template {
    /// The numbers of the run, in the order in which they stand in each line. Those that expressions compute with are
    /// not among them, nor those of a word that is repeated for each value.
    pub fn run_numbers(&self) -> Vec<RunNumber> {
        let mut numbers = Vec::new();
        collect(&self.segments, &mut numbers);
        numbers
    }
}

fn collect(segments: &[Segment], numbers: &mut Vec<RunNumber>) {
    for segment in segments {
        match segment {
            Segment::Value(Replacement::Seq { .. }, _) => numbers.push(RunNumber::Seq),
            Segment::Value(Replacement::Total, _) => numbers.push(RunNumber::Total),
            Segment::Value(Replacement::Slot { .. }, _) => numbers.push(RunNumber::Slot),
            Segment::Quoted(word, _) => collect(word, numbers),
            Segment::Text(_) | Segment::Value(..) | Segment::Repeated(_) => {}
        }
    }
}
