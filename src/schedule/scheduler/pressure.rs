//! When the machine has too little: jobs that were started last are suspended, or ended and run again later. The oldest
//! always runs.

use std::time::Instant;

use rustix::process::Signal;

use super::{Action, Intake, Scheduler};
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
        let asleep = self.asleep.len();
        let relief = if self.is_ending() { None } else { self.gate.relief(self.running.len() - asleep, asleep) };
        match relief {
            None => Vec::new(),
            Some(Relief::EndYoungest) => self.end_youngest(now),
            Some(Relief::Suspend(count)) => {
                let youngest: Vec<_> = self.awake().into_iter().rev().take(count).collect();
                youngest.into_iter().filter_map(|slot| self.suspend(slot, now)).collect()
            }
            Some(Relief::Resume) => self.resume_oldest(now).into_iter().collect(),
        }
    }

    /// Those of these slots whose job is not being ended, the oldest first.
    fn by_age<'a>(&self, slots: impl Iterator<Item = &'a Slot>) -> Vec<Slot> {
        let age = |slot: &'a Slot| {
            let running = self.running.get(slot)?;
            let is_left = !self.ending.is_ending(running.group?);
            is_left.then_some((running.since?, *slot))
        };
        let mut ages: Vec<_> = slots.filter_map(age).collect();
        ages.sort_unstable();
        ages.into_iter().map(|(_, slot)| slot).collect()
    }

    /// The slots of jobs that run and are neither suspended nor being ended, the oldest first.
    fn awake(&self) -> Vec<Slot> {
        self.by_age(self.running.keys().filter(|slot| !self.asleep.contains_key(slot)))
    }

    /// The slots of jobs that are suspended, the oldest first.
    fn asleep(&self) -> Vec<Slot> {
        self.by_age(self.asleep.keys())
    }

    /// Ends the job that was started last, unless one is being ended for its memory already, which has to show first,
    /// or it could not be run again.
    fn end_youngest(&mut self, now: Instant) -> Vec<Action> {
        if self.intake == Intake::Refused || self.ending.is_ending_for(Cause::Memory) {
            return Vec::new();
        }
        // What is suspended holds memory and does nothing with it.
        match self.asleep().pop().or_else(|| self.awake().pop()) {
            Some(slot) => self.end(slot, Cause::Memory, now),
            None => Vec::new(),
        }
    }

    /// Suspends the job in a slot, whose time stands still meanwhile.
    fn suspend(&mut self, slot: Slot, now: Instant) -> Option<Action> {
        self.forget_time(slot);
        self.asleep.insert(slot, now);
        self.running.get(&slot)?.group.map(|group| Action::Signal(group, Signal::STOP))
    }

    /// Lets the oldest of the jobs that are suspended go on.
    pub(super) fn resume_oldest(&mut self, now: Instant) -> Option<Action> {
        let slot = *self.asleep().first()?;
        let since = self.asleep.remove(&slot)?;
        let running = self.running.get_mut(&slot)?;
        running.slept += now.saturating_duration_since(since);
        running.resumed = Some(now);
        let group = running.group;
        self.watch_time(slot, now);
        group.map(|group| Action::Signal(group, Signal::CONT))
    }
}
