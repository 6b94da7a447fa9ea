//! When a job that writes very much is printed as it comes, and when another waits for it rather than go to the disk.
//!
//! What goes to the disk has to be written and read once more. So a job that has written very much very soon asks to be
//! printed while it runs; and while one is printed and moves on, others that are about to go to the disk wait a little.
//! This saves time and decides nothing else: memory is bounded by the store, and a job that may not be printed now, and
//! whose patience is at an end, goes to the disk.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How long a job waits in all, rather than go to the disk, while another prints as fast as it can: about what it
/// would cost to write as much and to read it again.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);
/// How often such a job looks whether the other still does.
pub(super) const LOOK: Duration = Duration::from_millis(20);
/// What the other must have printed meanwhile.
const BRISK: u64 = 1 << 19;
/// A job that has written this much …
pub(super) const MUCH: u64 = 32 << 20;
/// … in this time at most is printed while it runs, if no other is.
const SOON: Duration = Duration::from_secs(1);

/// What the jobs of a run print while they run, by which others see whether waiting is worth it.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// How many there are: but for a moment at most one, where lines of different jobs are not mixed.
    jobs: AtomicUsize,
    bytes: AtomicU64,
}

impl Flow {
    /// A job begins, or has ceased, to print while it runs.
    pub(super) fn set(&self, flows: bool) {
        if flows {
            self.jobs.fetch_add(1, Ordering::Relaxed);
        } else {
            self.jobs.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// A running job has printed this much more.
    pub(super) fn note(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Bytes that running jobs have printed, if one does.
    pub(super) fn so_far(&self) -> Option<u64> {
        (self.jobs.load(Ordering::Relaxed) > 0).then(|| self.bytes.load(Ordering::Relaxed))
    }

    /// The same, if it has moved on since it was `before`.
    pub(super) fn since(&self, before: Option<u64>) -> Option<u64> {
        self.so_far().filter(|&now| before.is_some_and(|before| now >= before + BRISK))
    }
}

/// How fast a job writes, and what it has waited.
#[derive(Debug)]
pub(super) struct Pace {
    /// Whether it may ask to be printed while it runs.
    may_flow: bool,
    /// When the first byte came; later by what was waited.
    begun: Option<Instant>,
    /// What is left of [`PATIENCE`].
    patience: Duration,
}

impl Pace {
    pub(super) fn new(may_flow: bool) -> Self {
        Self { may_flow, begun: None, patience: PATIENCE }
    }

    /// Whether the job can wait still longer.
    pub(super) fn is_patient(&self) -> bool {
        !self.patience.is_zero()
    }

    #[cfg(test)]
    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    /// The job has waited for another.
    pub(super) fn waited(&mut self, time: Duration) {
        self.patience = self.patience.saturating_sub(time);
        self.begun = self.begun.map(|begun| begun + time);
    }

    /// Whether the job, which has written so much by now, is better printed as it comes than kept; said once at most.
    pub(super) fn pours(&mut self, written: impl FnOnce() -> u64) -> bool {
        if !self.may_flow {
            return false;
        }
        let begun = *self.begun.get_or_insert_with(Instant::now);
        if written() < MUCH {
            return false;
        }
        self.may_flow = false;
        begun.elapsed() <= SOON
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A job that has not yet written much since it began.
    fn pace(begun: Option<Instant>) -> Pace {
        let mut pace = Pace { begun, ..Pace::new(true) };
        assert!(!pace.pours(|| MUCH - 1));
        pace
    }

    #[test]
    fn a_job_that_pours_says_so_once() {
        // No time has passed until then, however slow the machine is.
        let mut pours = pace(Some(Instant::now() + SOON * 1000));
        assert_eq!([MUCH, MUCH, 2 * MUCH].map(|written| pours.pours(|| written)), [true, false, false]);
    }

    #[test]
    fn a_job_that_has_taken_its_time_does_not_nor_later() {
        let mut slow = pace(Instant::now().checked_sub(2 * SOON));
        assert!(!slow.pours(|| MUCH));
        slow.begun = Some(Instant::now() + SOON * 1000);
        assert!(!slow.pours(|| 2 * MUCH));
    }

    #[test]
    fn what_was_waited_does_not_count_as_slow_and_uses_up_patience() {
        let mut waited = pace(Instant::now().checked_sub(2 * SOON));
        waited.waited(SOON * 1000);
        assert!(waited.pours(|| MUCH));
        assert!(!waited.is_patient());
    }

    #[test]
    fn only_what_moves_on_is_worth_waiting_for() {
        let flow = Flow::default();
        assert_eq!((flow.so_far(), flow.since(Some(0))), (None, None));
        flow.set(true);
        let before = flow.so_far();
        assert_eq!((before, flow.since(before)), (Some(0), None));
        flow.note(BRISK);
        assert_eq!((flow.since(before), flow.since(None)), (Some(BRISK), None));
        flow.set(false);
        assert_eq!(flow.since(before), None);
    }
}
