//! Numbers that no job of this run has, so that the order does not wait for them.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::job::Seq;

/// Jobs that are passed over, noted before any job behind them is started. Shared by who notes and who prints.
#[derive(Debug, Default)]
pub struct Passed(Mutex<VecDeque<(u64, u64)>>);

impl Passed {
    /// Notes the numbers from `from` up to but without `to`, which are greater than all before.
    pub fn note(&self, Seq(from): Seq, Seq(to): Seq) {
        let mut ranges = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match ranges.back_mut() {
            _ if from >= to => {}
            Some((_, end)) if *end == from => *end = to,
            _ => ranges.push_back((from, to)),
        }
    }

    /// The first number from `head` on that is not passed over. Those before it are forgotten.
    pub fn next(&self, Seq(mut head): Seq) -> Seq {
        let mut ranges = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(&(_, end)) = ranges.front().filter(|(from, _)| *from <= head) {
            head = head.max(end);
            ranges.pop_front();
        }
        Seq(head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_goes_on_behind_what_is_passed_over() {
        let passed = Passed::default();
        for (from, to) in [(1, 3), (3, 4), (4, 4), (6, 9)] {
            passed.note(Seq(from), Seq(to));
        }
        assert_eq!([1, 4, 5, 6, 9].map(|head| passed.next(Seq(head)).0), [4, 4, 5, 9, 9]);
    }
}
