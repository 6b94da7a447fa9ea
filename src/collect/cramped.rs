//! Jobs for which nobody makes room: what the collector does so that they do not wait for ever.
//!
//! A job that has no room left for its output waits until some is taken. That may be never: the record of a table needs
//! all of it, what a job writes that may be tried again must not be printed yet, and the job whose turn it is may
//! itself be waiting to be tried again, for a slot that such a job holds. So one of these jobs at a time goes on
//! without regard to the room there is.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use crate::job::Seq;
use crate::output::Capture;

/// The jobs that have said that there is no room.
#[derive(Debug, Default)]
pub(super) struct Cramped {
    captures: VecDeque<Arc<Capture>>,
    /// The one that goes on all the same.
    freed: Option<Seq>,
    /// Jobs that are to be tried again and have not been started again yet.
    away: BTreeSet<Seq>,
}

impl Cramped {
    /// A job has no room left.
    pub(super) fn stall(&mut self, capture: &Arc<Capture>) {
        self.captures.push_back(Arc::clone(capture));
    }

    /// An attempt at a job has ended.
    pub(super) fn end(&mut self, seq: Seq, comes_again: bool) {
        self.captures.retain(|capture| capture.seq() != seq);
        self.freed = self.freed.filter(|&freed| freed != seq);
        if comes_again {
            self.away.insert(seq);
        }
    }

    /// A job runs again.
    pub(super) fn start(&mut self, seq: Seq) {
        self.away.remove(&seq);
    }

    /// Whether one may have to be freed.
    pub(super) fn is_waiting(&self) -> bool {
        self.freed.is_none() && !self.captures.is_empty()
    }

    /// Frees the next job, if there is one that nobody makes room for while it is the turn of this one.
    pub(super) fn look(&mut self, turn: Option<Seq>) {
        if !self.is_waiting() {
            return;
        }
        let is_away = turn.is_some_and(|turn| self.away.contains(&turn));
        let next = self.captures.iter().position(|capture| is_away || capture.is_held() || capture.results().is_some());
        if let Some(capture) = next.and_then(|next| self.captures.remove(next)) {
            capture.free();
            self.freed = Some(capture.seq());
        }
    }
}
