//! The time that jobs and the run may take: when a job is to be looked at, and what is found then.

use std::time::Instant;

use super::{Action, Scheduler};
use crate::job::{Cause, Slot};

impl Scheduler {
    /// Notes when the job in a slot is to be looked at.
    pub(super) fn watch_time(&mut self, slot: Slot, now: Instant) {
        self.forget_time(slot);
        if self.asleep.contains_key(&slot) {
            return;
        }
        let (limit, idle) = (self.timeout.limit(), self.idle);
        let Some(running) = self.running.get_mut(&slot).filter(|running| running.group.is_some()) else { return };
        let Some(since) = running.begin() else { return };
        running.due = limit.map(|limit| since + limit).into_iter().chain(idle.map(|idle| now + idle)).min();
        self.due.extend(running.due.map(|due| (due, slot)));
    }

    pub(super) fn forget_time(&mut self, slot: Slot) {
        if let Some(due) = self.running.get_mut(&slot).and_then(|running| running.due.take()) {
            self.due.remove(&(due, slot));
        }
    }

    /// Looks at the jobs whose time may be over.
    pub(super) fn look_at_time(&mut self, now: Instant) -> Vec<Action> {
        let mut actions = Vec::new();
        while let Some((due, slot)) = self.due.first().copied().filter(|(due, _)| *due <= now) {
            self.due.remove(&(due, slot));
            let Some(running) = self.running.get_mut(&slot) else { continue };
            running.due = None;
            let limit = self.timeout.limit();
            if running.begin().zip(limit).is_some_and(|(since, limit)| since + limit <= now) {
                actions.extend(self.end(slot, Cause::Timeout, now));
            } else if self.idle.is_some() {
                actions.push(Action::LookAtOutput(slot));
            }
        }
        actions
    }

    /// The job in the slot wrote something last at this time, if it ever did.
    pub(in crate::schedule) fn on_output_seen(
        &mut self,
        slot: Slot,
        last: Option<Instant>,
        now: Instant,
    ) -> Vec<Action> {
        let Some(running) = self.running.get(&slot).filter(|running| running.group.is_some()) else {
            return Vec::new();
        };
        let (Some(idle), Some(since)) = (self.idle, running.since) else { return Vec::new() };
        let quiet_since = [last, running.resumed].into_iter().flatten().fold(since, Instant::max);
        if quiet_since + idle <= now {
            return self.end(slot, Cause::Idle, now);
        }
        self.watch_time(slot, quiet_since);
        Vec::new()
    }
}
