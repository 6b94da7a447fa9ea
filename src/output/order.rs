//! Which job's output comes next.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::Passed;
use crate::job::Seq;

/// Holds the jobs that have ended until it is their turn.
///
/// At most one job at a time may print while it still runs: with `-k` the one whose turn it is, otherwise one that
/// has no room left for its output.
#[derive(Debug)]
pub struct Order<T> {
    /// The job whose turn it is, in input order; `None` for the order of their ends.
    head: Option<Seq>,
    ended: BTreeMap<Seq, T>,
    streaming: Option<Seq>,
    stalled: VecDeque<Seq>,
    /// Numbers that no job has, if there may be some.
    passed: Option<Arc<Passed>>,
}

impl<T> Order<T> {
    /// The order of the input.
    pub fn of_input() -> Self {
        Self { head: Some(Seq(1)), ended: BTreeMap::new(), streaming: None, stalled: VecDeque::new(), passed: None }
    }

    /// The order in which jobs end.
    pub fn of_ends() -> Self {
        Self { head: None, ..Self::of_input() }
    }

    /// There may be numbers that no job has.
    pub fn pass_over(&mut self, passed: Arc<Passed>) {
        self.passed = Some(passed);
    }

    /// Moves on to the next number that a job has.
    fn advance(&mut self) {
        if let (Some(head), Some(passed)) = (&mut self.head, &self.passed) {
            *head = passed.next(*head);
        }
    }

    /// A job has ended.
    pub fn end(&mut self, seq: Seq, job: T) {
        // It may be printed before it is its turn to be streamed, which would then never end.
        self.stalled.retain(|&stalled| stalled != seq);
        self.ended.insert(seq, job);
    }

    /// A running job has no room left for its output.
    pub fn stall(&mut self, seq: Seq) {
        if self.head.is_none() && self.streaming != Some(seq) && !self.stalled.contains(&seq) {
            self.stalled.push_back(seq);
        }
    }

    /// The next job to be printed to its end, if it is the turn of one that has ended.
    pub fn pop(&mut self) -> Option<T> {
        self.advance();
        if let Some(head) = &mut self.head {
            let job = self.ended.remove(head)?;
            head.0 += 1;
            return Some(job);
        }
        match self.streaming {
            Some(seq) => {
                let job = self.ended.remove(&seq)?;
                self.streaming = None;
                Some(job)
            }
            None => self.ended.pop_first().map(|(_, job)| job),
        }
    }

    /// The job that may print while it runs.
    pub fn streaming(&mut self) -> Option<Seq> {
        self.advance();
        if self.head.is_some() {
            return self.head;
        }
        if self.streaming.is_none() {
            self.streaming = self.stalled.pop_front();
        }
        self.streaming
    }

    /// How many jobs that have ended wait for which other one; `None` if none does.
    pub fn behind(&self) -> Option<(Seq, usize)> {
        let first = self.head.or(self.streaming)?;
        (!self.is_empty()).then_some((first, self.ended.len()))
    }

    /// Whether no job that has ended waits.
    pub fn is_empty(&self) -> bool {
        self.ended.is_empty()
    }

    /// At the end of a run: the next of the jobs that are left, whatever is missing before it.
    pub fn pop_any(&mut self) -> Option<T> {
        self.ended.pop_first().map(|(_, job)| job)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(order: &mut Order<u64>, ends: &[u64]) -> Vec<u64> {
        let mut printed = Vec::new();
        for &seq in ends {
            order.end(Seq(seq), seq);
            printed.extend(std::iter::from_fn(|| order.pop()));
        }
        printed
    }

    #[test]
    fn input_order_waits_for_the_first() {
        let mut order = Order::of_input();
        assert_eq!(order.behind(), None);
        assert_eq!(printed(&mut order, &[3, 2]), [0; 0]);
        assert_eq!((order.streaming(), order.behind()), (Some(Seq(1)), Some((Seq(1), 2))));
        assert_eq!(printed(&mut order, &[1, 5]), [1, 2, 3]);
        assert_eq!(order.pop_any(), Some(5));
    }

    #[test]
    fn input_order_does_not_wait_for_numbers_that_no_job_has() {
        let (mut order, passed) = (Order::of_input(), Arc::new(Passed::default()));
        order.pass_over(Arc::clone(&passed));
        passed.note(Seq(1), Seq(3));
        assert_eq!(order.streaming(), Some(Seq(3)));
        passed.note(Seq(4), Seq(5));
        assert_eq!(printed(&mut order, &[5, 3]), [3, 5]);
    }

    #[test]
    fn otherwise_jobs_are_printed_as_they_end() {
        let mut order = Order::of_ends();
        assert_eq!(order.streaming(), None);
        assert_eq!(printed(&mut order, &[3, 1, 2]), [3, 1, 2]);
    }

    #[test]
    fn a_stalled_job_is_printed_whole_before_others() {
        let mut order = Order::of_ends();
        order.stall(Seq(2));
        order.stall(Seq(4));
        assert_eq!(order.streaming(), Some(Seq(2)));
        assert_eq!((printed(&mut order, &[1, 3]), order.behind()), (vec![], Some((Seq(2), 2))));
        assert_eq!((printed(&mut order, &[2]), order.behind()), (vec![2, 1, 3], None));
        assert_eq!(order.streaming(), Some(Seq(4)));
    }

    #[test]
    fn a_job_that_ends_before_it_can_be_streamed_is_not_waited_for() {
        let mut order = Order::of_ends();
        order.stall(Seq(1));
        assert_eq!(order.streaming(), Some(Seq(1)));
        order.stall(Seq(2));
        assert_eq!(printed(&mut order, &[2, 1]), [1, 2]);
        assert_eq!(order.streaming(), None);
        order.stall(Seq(3));
        assert_eq!(order.streaming(), Some(Seq(3)));
    }
}
