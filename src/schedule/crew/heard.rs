//! When a slot's job wrote something last: noted by the slot, and read by whoever holds the scheduler, without a lock.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::schedule::clock::Clock;

/// When a slot's job wrote something last.
#[derive(Debug)]
pub(in crate::schedule) struct Heard {
    /// Where the count begins.
    epoch: Instant,
    /// Nanoseconds since then; 0 for never, and [`Heard::NOW`].
    last: AtomicU64,
}

impl Heard {
    /// The job wants to write, and waits for room.
    const NOW: u64 = u64::MAX;

    pub(super) fn new(epoch: Instant) -> Self {
        Self { epoch, last: AtomicU64::new(0) }
    }

    /// The job writes something, for which there may not be room at once: until it has been taken by `take`, which may
    /// wait for a reader that has stalled, it writes all the time.
    pub(in crate::schedule) fn note<T>(&self, clock: &Clock, take: impl FnOnce() -> T) -> T {
        self.last.store(Self::NOW, Ordering::Relaxed);
        let taken = take();
        let nanos = clock.now().saturating_duration_since(self.epoch).as_nanos();
        self.last.store(u64::try_from(nanos).unwrap_or(Self::NOW), Ordering::Relaxed);
        taken
    }

    /// What the job has written waits for a reader that has stalled, but nobody waits with it: until more is noted, it
    /// writes all the time.
    pub(in crate::schedule) fn note_waiting(&self) {
        self.last.store(Self::NOW, Ordering::Relaxed);
    }

    pub(super) fn last(&self, now: Instant) -> Option<Instant> {
        match self.last.load(Ordering::Relaxed) {
            0 => None,
            Self::NOW => Some(now),
            nanos => Some(self.epoch + Duration::from_nanos(nanos)),
        }
    }
}
