//! The course of a run, as far as the display was told of it: what has ended how, and what runs.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::estimate::Known;
use super::legible::ends;
use super::view::{Current, View};
use super::{Backlog, Read};
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
    /// Since when there have been attempts at a job, for those after which there is another.
    tried: BTreeMap<Seq, Instant>,
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
            tried: BTreeMap::new(),
        }
    }

    /// A job was started.
    pub(super) fn job_started(&mut self, slot: Slot, seq: Seq, since: Instant, line: &[u8]) {
        self.running.insert(slot, (seq, since, ends(line, LINE)));
    }

    /// An attempt at a job has ended, and there will be another.
    pub(super) fn job_retried(&mut self, seq: Seq, outcome: &Outcome, now: Instant) {
        self.leave(seq, outcome.slot);
        self.tried.entry(seq).or_insert_with(|| now.checked_sub(outcome.runtime).unwrap_or(now));
    }

    /// The job does not run there any more.
    fn leave(&mut self, seq: Seq, slot: Slot) {
        if self.running.get(&slot).is_some_and(|(running, ..)| *running == seq) {
            self.running.remove(&slot);
        }
    }

    /// Since when there have been attempts at a job that has not ended, if there was one.
    fn since(&self, job: Seq) -> Option<Instant> {
        let mut running = self.running.values().filter(|(seq, ..)| *seq == job).map(|(_, since, _)| *since);
        self.tried.get(&job).copied().or_else(|| running.next())
    }

    /// A job has ended.
    pub(super) fn job_ended(&mut self, seq: Seq, outcome: &Outcome) {
        self.leave(seq, outcome.slot);
        self.tried.remove(&seq);
        self.tally.count(outcome.exit);
        self.spent += outcome.runtime;
    }

    /// What it looks like now, with the jobs that wait to be printed.
    pub(super) fn view(&self, now: Instant, backlog: Option<Backlog>) -> View<'_> {
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
        let waiting = backlog.and_then(|backlog| {
            let time = now.saturating_duration_since(self.since(backlog.first)?);
            Backlog::is_notable(time, average).then_some((backlog, time))
        });
        let tried = self.tried.len() as u64;
        View { tally: self.tally, read, all, slots: self.slots, elapsed, left, average, running: jobs, waiting, tried }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::Exit;

    #[test]
    fn of_a_long_command_line_both_ends_are_kept() {
        let mut course = Course::new(Arc::default(), 1, Instant::now());
        course.job_started(Slot(1), Seq(1), Instant::now(), format!("first {} last", "x".repeat(5000)).as_bytes());
        let line = course.view(Instant::now(), None).running[0].line;
        assert!(line.len() <= LINE && line.starts_with(b"first x") && line.ends_with(b"x last"));
    }

    #[test]
    fn a_backlog_is_told_when_the_first_takes_longer_than_others_and_not_for_a_moment() {
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let mut course = Course::new(Arc::default(), 2, begin);
        let backlog = Some(Backlog { first: Seq(1), ended: 1 });
        course.job_started(Slot(1), Seq(1), begin, b"one");
        course.job_started(Slot(2), Seq(2), begin, b"two");
        let outcome = |slot, code| {
            let runtime = Duration::from_secs(10);
            Outcome { slot: Slot(slot), runtime, ..Outcome::of(Exit::Code(code)) }
        };
        course.job_ended(Seq(2), &outcome(2, 0));
        let told = |course: &Course, seconds| course.view(at(seconds), backlog).waiting.map(|(_, time)| time.as_secs());
        assert_eq!((told(&course, 12), told(&course, 13)), (None, Some(13)));
        // Another try is the same job.
        course.job_retried(Seq(1), &outcome(1, 1), at(20));
        assert_eq!((told(&course, 25), course.view(at(25), None).tried), (Some(15), 1));
        course.job_started(Slot(2), Seq(1), at(25), b"one");
        assert_eq!(told(&course, 30), Some(20));
        assert!(course.view(at(30), None).waiting.is_none());
        course.job_ended(Seq(1), &outcome(2, 1));
        assert_eq!((told(&course, 60), course.tried.len()), (None, 0));
    }
}
