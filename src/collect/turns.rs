//! Whose turn it is to be printed, where jobs are printed one after the other.
//!
//! The order itself is in `output`; here are the jobs that run and have output, one of which may be printed as it
//! comes. Nothing is printed here.

use std::collections::HashMap;
use std::sync::Arc;

use super::Settled;
use crate::job::Seq;
use crate::output::{Capture, Order, Passed};
use crate::progress::Backlog;

/// Jobs that have something to print.
#[derive(Debug)]
pub(super) struct Turns {
    order: Order<Settled>,
    /// The captures of running jobs that have output.
    waiting: HashMap<Seq, Arc<Capture>>,
    /// The job that may print while it runs, if it has said that there is something.
    watched: Option<Seq>,
}

impl Turns {
    pub(super) fn new(keep_order: bool) -> Self {
        let order = if keep_order { Order::of_input() } else { Order::of_ends() };
        Self { order, waiting: HashMap::new(), watched: None }
    }

    /// There may be numbers that no job has.
    pub(super) fn pass_over(&mut self, passed: Arc<Passed>) {
        self.order.pass_over(passed);
    }

    /// Whether no job waits for its turn.
    pub(super) fn are_over(&self) -> bool {
        self.waiting.is_empty() && self.order.is_empty()
    }

    /// Which job those wait for that have ended but are not printed, if there are such.
    pub(super) fn backlog(&self) -> Option<Backlog> {
        self.order.behind().map(|(first, ended)| Backlog { first, ended })
    }

    /// A running job has output.
    pub(super) fn note(&mut self, capture: Arc<Capture>) {
        self.waiting.insert(capture.seq(), capture);
    }

    /// A running job has no room left for its output.
    pub(super) fn stall(&mut self, capture: Arc<Capture>) {
        self.order.stall(capture.seq());
        self.note(capture);
    }

    /// The running job whose turn it is, if there is one.
    pub(super) fn turn(&mut self) -> Option<Seq> {
        self.order.streaming()
    }

    /// The running job whose turn it is, if it has output. From now on it says when there is more.
    pub(super) fn streaming(&mut self) -> Option<Arc<Capture>> {
        let turn = self.turn()?;
        let capture = self.waiting.get(&turn).map(Arc::clone)?;
        if self.watched != Some(turn) {
            self.watched = Some(turn);
            capture.watch(true);
        }
        Some(capture)
    }

    /// An attempt has ended, and there will be another: what this one wrote is not printed.
    pub(super) fn retry(&mut self, capture: &Capture) {
        let seq = capture.seq();
        self.waiting.remove(&seq);
        capture.watch(false);
        self.watched = self.watched.filter(|&watched| watched != seq);
    }

    /// A job has ended.
    pub(super) fn end(&mut self, settled: Settled) {
        self.waiting.remove(&settled.job.seq);
        self.order.end(settled.job.seq, settled);
    }

    /// The next job to be printed to its end, if it is the turn of one that has ended.
    pub(super) fn next(&mut self) -> Option<Settled> {
        self.order.pop()
    }

    /// At the end of a run: the next of the jobs that are left.
    pub(super) fn next_left(&mut self) -> Option<Settled> {
        self.order.pop_any()
    }
}
