//! Jobs that are tried again: whether one is, when, and not beside what its last attempt has left.

use std::time::{Duration, Instant};

use super::{Action, Intake, Judgement, Scheduler};
use crate::job::{Cause, Exit, Job, Slot};

impl Scheduler {
    /// An attempt at a job has ended in the slot: what becomes of the job.
    pub(in crate::schedule) fn on_attempt(&mut self, slot: Slot, attempt: u32, exit: Exit) -> Judgement {
        let cause = self.running.get(&slot).and_then(|running| running.cause);
        let exit = cause.map_or(exit, |cause| exit.by_runner(cause));
        let goes_on = self.intake != Intake::Refused && !self.is_ending();
        match cause {
            _ if !goes_on => Judgement::Settle(exit),
            Some(Cause::Memory) => Judgement::Again { exit, after: Duration::ZERO, attempt },
            _ => match self.retry.after(exit, attempt) {
                Some(after) => Judgement::Again { exit, after, attempt: attempt + 1 },
                None => Judgement::Settle(exit),
            },
        }
    }

    /// A job is to be tried again, and its slot is free.
    pub(in crate::schedule) fn on_again(&mut self, slot: Slot, job: Job, after: Duration, now: Instant) -> Vec<Action> {
        let left = self.running.get(&slot).and_then(|running| running.left);
        self.release(slot);
        self.scarcity.on_settled(now);
        if self.intake == Intake::Refused {
            self.cut_short |= !self.halted;
        } else if let Some(group) = left {
            self.held.push((group, job, after));
        } else {
            self.later.insert((now + after, job.seq), job);
        }
        self.fill(now)
    }

    /// The jobs that wait to be tried again, with the time when; it is not known as long as something is left of the
    /// last attempt.
    pub(in crate::schedule) fn waiting(&self) -> impl Iterator<Item = (Option<Instant>, &Job)> {
        let held = self.held.iter().map(|(_, job, _)| (None, job));
        self.later.iter().map(|((due, _), job)| (Some(*due), job)).chain(held)
    }

    /// Whether jobs are to be tried again.
    pub(super) fn has_again(&self) -> bool {
        !self.later.is_empty() || self.holds_back()
    }

    /// Whether a job waits for the last of what an earlier attempt at it has left.
    pub(in crate::schedule) fn holds_back(&self) -> bool {
        !self.held.is_empty()
    }

    /// Lets those of which nothing is left be tried again.
    pub(super) fn stop_holding(&mut self, now: Instant) {
        let ending = &self.ending;
        let gone = self.held.extract_if(.., |(group, ..)| ending.leaderless().all(|left| left != *group));
        self.later.extend(gone.map(|(_, job, after)| ((now + after, job.seq), job)));
    }

    /// The next job: one that is tried again when it is due, or one that was read.
    pub(super) fn next_job(&mut self, now: Instant) -> Option<Job> {
        match self.later.first_entry() {
            Some(again) if again.key().0 <= now => Some(again.remove()),
            _ => self.queue.pop_front(),
        }
    }

    pub(super) fn has_job(&self, now: Instant) -> bool {
        !self.queue.is_empty() || self.later.first_key_value().is_some_and(|((due, _), _)| *due <= now)
    }
}
