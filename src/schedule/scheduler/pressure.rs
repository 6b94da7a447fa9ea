//! When the machine has too little: jobs that were started last are suspended, or ended and run again later. The oldest
//! always runs.

use std::time::Instant;

use rustix::process::Signal;

use super::{Action, Running, Scheduler};
use crate::host::{Facts, Wants};
use crate::job::{Cause, Slot};
use crate::policy::{Answer, Relief};

impl Scheduler {
    /// What is to be measured.
    pub(in crate::schedule) fn wants(&self) -> Wants {
        self.gate.wants()
    }

    /// What was measured of the machine.
    pub(in crate::schedule) fn on_facts(&mut self, facts: &Facts, now: Instant) -> Vec<Action> {
        self.gate.on_facts(facts, now);
        let mut actions = self.relieve(now);
        actions.extend(self.fill(now));
        actions
    }

    /// What the command of `--limit` says.
    pub(in crate::schedule) fn on_answer(&mut self, answer: Answer, now: Instant) -> Vec<Action> {
        self.gate.on_answer(answer, now);
        let mut actions = Vec::new();
        if answer == Answer::EndYoungest && self.running.len() > 1 {
            actions.extend(self.end_youngest(now));
        }
        actions.extend(self.fill(now));
        actions
    }

    /// When the machine is to be measured again for the sake of the jobs that run.
    pub(super) fn look_due(&self) -> Option<Instant> {
        self.gate.look_due().filter(|_| self.running.len() > 1 && !self.is_ending())
    }

    fn relieve(&mut self, now: Instant) -> Vec<Action> {
        let suspended = self.suspended().len();
        let relief = if self.is_ending() { None } else { self.gate.relief(self.running.len() - suspended, suspended) };
        match relief {
            None => Vec::new(),
            Some(Relief::EndYoungest) => self.end_youngest(now),
            Some(Relief::Suspend(count)) => {
                let youngest: Vec<_> = self.by_age().into_iter().rev().take(count).collect();
                youngest.into_iter().filter_map(|slot| self.suspend(slot, now)).collect()
            }
            Some(Relief::Resume) => self.resume_oldest(now).into_iter().collect(),
        }
    }

    /// The slots of jobs that run and are neither suspended nor being ended, the oldest first.
    fn by_age(&self) -> Vec<Slot> {
        let is_going = |running: &Running| running.group.is_some_and(|group| self.ending.is_ending(group));
        let counts = |running: &&Running| running.suspended.is_none() && !is_going(running);
        let mut slots: Vec<_> = self
            .running
            .iter()
            .filter(|(_, running)| counts(running))
            .filter_map(|(slot, running)| Some((running.since?, *slot, running.group?)))
            .collect();
        slots.sort_unstable_by_key(|(since, slot, _)| (*since, *slot));
        slots.into_iter().map(|(_, slot, _)| slot).collect()
    }

    /// The slots of jobs that are suspended, the oldest first.
    fn suspended(&self) -> Vec<Slot> {
        let suspended = self.running.iter().filter(|(_, running)| running.suspended.is_some());
        let mut slots: Vec<_> = suspended.map(|(slot, running)| (running.since, *slot)).collect();
        slots.sort_unstable();
        slots.into_iter().map(|(_, slot)| slot).collect()
    }

    /// Whether jobs are suspended, and all that run are.
    pub(super) fn are_all_suspended(&self) -> bool {
        !self.running.is_empty() && self.running.values().all(|running| running.suspended.is_some())
    }

    /// Whether any job is suspended: it goes on before another is started.
    pub(super) fn has_suspended(&self) -> bool {
        self.running.values().any(|running| running.suspended.is_some())
    }

    /// Ends the job that was started last, unless one is being ended for its memory already: that has to show first.
    fn end_youngest(&mut self, now: Instant) -> Vec<Action> {
        if self.ending.is_ending_for(Cause::Memory) {
            return Vec::new();
        }
        let suspended = self.suspended();
        // What is suspended holds memory and does nothing with it.
        match suspended.last().or(self.by_age().last()) {
            Some(slot) => self.end(*slot, Cause::Memory, now),
            None => Vec::new(),
        }
    }

    /// Suspends the job in a slot, whose time stands still meanwhile.
    fn suspend(&mut self, slot: Slot, now: Instant) -> Option<Action> {
        self.forget_time(slot);
        let running = self.running.get_mut(&slot)?;
        running.suspended = Some(now);
        running.group.map(|group| Action::Signal(group, Signal::STOP))
    }

    /// Lets the oldest of the jobs that are suspended go on.
    pub(super) fn resume_oldest(&mut self, now: Instant) -> Option<Action> {
        let slot = *self.suspended().first()?;
        let running = self.running.get_mut(&slot)?;
        let since = running.suspended.take()?;
        running.slept += now.saturating_duration_since(since);
        running.resumed = Some(now);
        let group = running.group;
        self.watch_time(slot, now);
        group.map(|group| Action::Signal(group, Signal::CONT))
    }
}
