//! The course of a run, as far as the display was told of it: what has ended how, and what runs.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Read;
use super::estimate::Known;
use super::view::{Current, View};
use crate::job::{CommandLine, Outcome, Seq, Slot, Tally};

/// As much of a command line as a row can show.
const LINE: usize = 1000;

/// The course of a run.
#[derive(Debug)]
pub(super) struct Course {
    read: Arc<Read>,
    slots: u64,
    started: Instant,
    tally: Tally,
    /// The sum of the times of the jobs that have ended.
    spent: Duration,
    running: BTreeMap<Slot, (Seq, Instant, CommandLine)>,
}

impl Course {
    pub(super) fn new(read: Arc<Read>, slots: usize, now: Instant) -> Self {
        Self {
            read,
            slots: slots as u64,
            started: now,
            tally: Tally::default(),
            spent: Duration::ZERO,
            running: BTreeMap::new(),
        }
    }

    /// A job was started.
    pub(super) fn job_started(&mut self, slot: Slot, seq: Seq, since: Instant, line: &[u8]) {
        self.running.insert(slot, (seq, since, line[..line.len().min(LINE)].to_vec()));
    }

    /// An attempt at a job has ended.
    pub(super) fn attempt_ended(&mut self, seq: Seq, slot: Slot) {
        if self.running.get(&slot).is_some_and(|(running, ..)| *running == seq) {
            self.running.remove(&slot);
        }
    }

    /// A job has ended.
    pub(super) fn job_ended(&mut self, seq: Seq, outcome: &Outcome) {
        self.attempt_ended(seq, outcome.slot);
        self.tally.count(outcome.exit);
        self.spent += outcome.runtime;
    }

    /// What it looks like now.
    pub(super) fn view(&self, now: Instant) -> View<'_> {
        let (read, all) = self.read.so_far();
        let (done, running) = (self.tally.settled(), self.running.len() as u64);
        let queued = all.then(|| read.saturating_sub(done + running));
        let elapsed = now.saturating_duration_since(self.started);
        let (ended, spent) = (done - self.tally.skipped, self.spent);
        let known = Known { ended, spent, elapsed, queued, slots: self.slots };
        let mut jobs: Vec<_> = (self.running.values())
            .map(|(seq, since, line)| Current { seq: *seq, elapsed: now.saturating_duration_since(*since), line })
            .collect();
        jobs.sort_by_key(|job| (Reverse(job.elapsed), job.seq));
        let left = known.time_left(&jobs.iter().map(|job| job.elapsed).collect::<Vec<_>>());
        let average = known.average().unwrap_or_default();
        View { tally: self.tally, read, all, slots: self.slots, elapsed, left, average, running: jobs }
    }
}
