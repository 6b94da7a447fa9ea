//! When the system has no room for another process: fewer slots, and another try after a while.

use std::time::{Duration, Instant};

/// How long the first job may wait for room before the run is given up.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long after a shortage another slot is tried again.
const RECOVERY: Duration = Duration::from_secs(1);

/// How many slots the system has room for, as far as is known.
#[derive(Debug)]
pub(super) struct Scarcity {
    /// Slots that were asked for.
    slots: usize,
    allowed: usize,
    /// When to try again, or when that was.
    retry: Option<Instant>,
    /// Whether that try is still to come.
    waits: bool,
    /// Since when nothing at all could be started, and how often it was tried.
    nothing: Option<(Instant, u32)>,
    /// Whether the user has been told.
    told: bool,
}

/// What the user is told of a shortage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing, as it is not news.
    GoOn,
    /// That there is one.
    Tell,
    /// That nothing can be started at all.
    GiveUp,
}

impl Scarcity {
    pub(super) fn new(slots: usize) -> Self {
        Self { slots, allowed: slots, retry: None, waits: false, nothing: None, told: false }
    }

    /// Asks for one slot more.
    pub(super) fn grow(&mut self) {
        self.slots = self.slots.saturating_add(1);
        self.allowed = self.allowed.saturating_add(1);
    }

    /// Asks for one slot fewer, if there is more than one.
    pub(super) fn shrink(&mut self) {
        self.slots = self.slots.saturating_sub(1).max(1);
        self.allowed = self.allowed.min(self.slots);
    }

    /// Sets the number of slots.
    pub(super) fn set(&mut self, slots: usize) {
        self.allowed = if slots > self.slots { self.allowed + (slots - self.slots) } else { self.allowed.min(slots) };
        self.slots = slots;
    }

    /// How many slots may run jobs at this time. Asking after the time for another try is that try.
    pub(super) fn allowed(&mut self, now: Instant) -> usize {
        self.waits &= self.retry.is_some_and(|retry| now < retry);
        if self.waits { 0 } else { self.allowed }
    }

    /// When to try again, if that is still to come.
    pub(super) fn due(&self) -> Option<Instant> {
        self.retry.filter(|_| self.waits)
    }

    /// Nothing could be started beside the jobs that run.
    pub(super) fn on_shortage(&mut self, running: usize, now: Instant) -> Verdict {
        self.allowed = running.max(1);
        // While something runs, waiting is no loss.
        let (since, tries) = self.nothing.filter(|_| running == 0).unwrap_or((now, 0));
        self.nothing = (running == 0).then_some((since, tries + 1));
        self.retry = Some(now + Duration::from_millis(10 << tries.min(7)));
        self.waits = true;
        if now - since > PATIENCE {
            Verdict::GiveUp
        } else if std::mem::replace(&mut self.told, true) {
            Verdict::GoOn
        } else {
            Verdict::Tell
        }
    }

    /// A job was started: there is room again.
    pub(super) fn on_started(&mut self) {
        self.nothing = None;
    }

    /// A job has ended: after a while without a shortage, one slot more is tried.
    pub(super) fn on_settled(&mut self, now: Instant) {
        if self.allowed < self.slots && self.retry.is_none_or(|retry| now >= retry + RECOVERY) {
            self.allowed += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_try_that_was_missed_is_still_due() {
        let (now, late) = (Instant::now(), Instant::now() + RECOVERY);
        let mut scarcity = Scarcity::new(4);
        assert_eq!(scarcity.on_shortage(2, now), Verdict::Tell);
        assert_eq!((scarcity.allowed(now), scarcity.due().is_some()), (0, true));
        assert_eq!((scarcity.allowed(late), scarcity.due()), (2, None));
    }

    #[test]
    fn slots_come_and_go_but_for_the_last() {
        let now = Instant::now();
        let mut scarcity = Scarcity::new(1);
        let (grow, shrink) = (Scarcity::grow, Scarcity::shrink);
        let changes: [fn(&mut Scarcity); 6] = [shrink, grow, grow, shrink, shrink, shrink];
        let allowed = changes.map(|change| {
            change(&mut scarcity);
            scarcity.allowed(now)
        });
        assert_eq!(allowed, [1, 2, 3, 2, 1, 1]);
    }

    #[test]
    fn patience_begins_anew_when_something_was_started() {
        let now = Instant::now();
        let mut scarcity = Scarcity::new(4);
        scarcity.on_shortage(0, now);
        scarcity.on_started();
        assert_eq!(scarcity.on_shortage(0, now + PATIENCE * 2), Verdict::GoOn);
        assert_eq!(scarcity.on_shortage(0, now + PATIENCE * 4), Verdict::GiveUp);
    }
}
