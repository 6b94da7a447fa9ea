//! Slots: which job goes to which, how many there are room for, and what waits at the gate.

use std::time::Instant;

use super::{Action, Intake, Running, Scheduler};
use crate::job::{Job, Slot};
use crate::policy::Opening;
use crate::schedule::scarcity::Verdict;

impl Scheduler {
    /// A job could not be started for want of resources; it is tried again with fewer slots.
    pub(in crate::schedule) fn on_shortage(&mut self, slot: Slot, job: Job, why: &str, now: Instant) -> Vec<Action> {
        self.release(slot);
        if self.intake == Intake::Refused {
            self.cut_short |= !self.halted;
        } else {
            self.queue.push_front(job);
        }
        match self.scarcity.on_shortage(self.running.len(), now) {
            Verdict::GoOn => Vec::new(),
            Verdict::Tell => {
                let advice = "going on with fewer jobs at a time; lower -j, or raise the limit (see ulimit -a)";
                vec![Action::Say(format!("cannot start another job now: {why}; {advice}"))]
            }
            Verdict::GiveUp => {
                self.drain();
                vec![Action::GiveUp(format!("cannot start any job: {why}; raise the limit (see ulimit -a)"))]
            }
        }
    }

    /// There are to be so many slots; jobs that run are left to run.
    pub(in crate::schedule) fn on_slots(&mut self, slots: usize, now: Instant) -> Vec<Action> {
        self.scarcity.set(slots);
        self.fill(now)
    }

    /// Gives jobs to free slots, the lowest first.
    pub(super) fn fill(&mut self, now: Instant) -> Vec<Action> {
        let mut actions = Vec::new();
        self.stop_holding(now);
        self.gate_due = None;
        self.again_due = self.later.first_key_value().map(|((due, _), _)| *due).filter(|due| now < *due);
        let allowed = self.scarcity.allowed(now);
        if !self.asleep.is_empty() && self.asleep.len() == self.running.len() {
            actions.extend(self.resume_oldest(now));
        }
        while self.running.len() < allowed && self.intake != Intake::Refused {
            // A new slot has to wait for the one before it, and what is suspended goes on first.
            let has_slot = !self.free.is_empty() || self.beginner.is_none();
            if !has_slot || !self.has_job(now) || !self.asleep.is_empty() {
                break;
            }
            match self.gate.opening(self.running.len(), now) {
                Opening::Now => {}
                Opening::At(due) => {
                    self.gate_due = Some(due);
                    break;
                }
                Opening::Measure => {
                    actions.push(Action::Measure);
                    break;
                }
                Opening::Ask => {
                    self.gate.on_ask();
                    actions.push(Action::Ask);
                    break;
                }
                Opening::Wait => break,
            }
            let Some(slot) = self.free.pop_first().or_else(|| self.new_slot()) else { break };
            self.gate.on_start(now);
            self.running.insert(slot, Running::default());
            actions.extend(self.next_job(now).map(|job| Action::Start(slot, job)));
        }
        actions
    }

    pub(super) fn new_slot(&mut self) -> Option<Slot> {
        if self.beginner.is_some() {
            return None;
        }
        self.beginner = Some(Slot(self.unused));
        self.unused += 1;
        self.beginner
    }

    pub(super) fn release(&mut self, slot: Slot) {
        self.beginner = self.beginner.filter(|beginner| *beginner != slot);
        self.forget_time(slot);
        // A slot that has been withdrawn has nothing to give back.
        if self.running.remove(&slot).is_some() {
            self.free.insert(slot);
        }
    }

    /// A slot could not be made: its number stays unused.
    pub(in crate::schedule) fn withdraw(&mut self, slot: Slot) {
        self.running.remove(&slot);
        self.unused = self.unused.min(slot.0);
    }
}
