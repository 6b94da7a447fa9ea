//! Reaping what jobs leave behind: processes whose parents have died become children of the runner.
//!
//! The kernel would tell of the end of each, but also of that of every job, and to be woken for that costs more than
//! all else. So the loop looks now and then, and more often while there is something to find.

use std::time::{Duration, Instant};

use crate::os;

/// How long to wait at least, and at most. The number of zombies that can pile up meanwhile does not matter.
const PAUSES: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(1)];

#[derive(Debug)]
pub(super) struct Orphans {
    due: Instant,
    pause: Duration,
}

impl Orphans {
    pub(super) fn new(now: Instant) -> Self {
        Self { due: now + PAUSES[0], pause: PAUSES[0] }
    }

    /// How long until it is time to look.
    pub(super) fn due_in(&self, now: Instant) -> Duration {
        self.due.saturating_duration_since(now)
    }

    /// Looks, if it is time; whether it was.
    pub(super) fn reap(&mut self, now: Instant) -> bool {
        let is_due = self.due <= now;
        if is_due {
            self.pause = if os::reap_orphans() { PAUSES[0] } else { (2 * self.pause).min(PAUSES[1]) };
            self.due = now + self.pause;
        }
        is_due
    }

    /// Looks at once.
    pub(super) fn reap_now(&mut self) {
        if os::reap_orphans() {
            self.pause = PAUSES[0];
        }
    }
}
