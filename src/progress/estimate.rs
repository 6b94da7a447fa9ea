//! How much longer a run takes, from what is known of it.

use std::time::Duration;

/// What is known of a run.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    /// Jobs that were run and have ended, and the sum of their times.
    pub(super) ended: u64,
    pub(super) spent: Duration,
    /// How long the run has taken.
    pub(super) elapsed: Duration,
    /// Jobs that have not been started; `None` while the input is being read.
    pub(super) queued: Option<u64>,
    pub(super) slots: u64,
}

/// Fewer ended jobs than this say nothing about the others.
const ENOUGH: u64 = 3;

impl Known {
    /// The mean time of a job.
    pub(super) fn average(&self) -> Option<Duration> {
        let count = u32::try_from(self.ended).ok().filter(|count| *count > 0)?;
        Some(self.spent / count)
    }

    /// The time that is left, if enough is known to say. `running` are the times that the running jobs have taken.
    ///
    /// Every job that is queued takes the mean time, every running one what is left of it, spread over the slots. That
    /// is too little where jobs wait for something else, such as `--delay`; then the pace of the run so far tells.
    pub(super) fn time_left(&self, running: impl Iterator<Item = Duration>) -> Option<Duration> {
        let average = self.average().filter(|_| self.ended >= ENOUGH)?;
        let queued = self.queued?;
        let mut work = average * u32::try_from(queued).unwrap_or(u32::MAX);
        let mut jobs = queued;
        // In jobs: what has been done and what is left, the running ones by the part that they have probably done.
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let (mut done, mut left) = (self.ended as f64, queued as f64);
        for elapsed in running {
            work += average.saturating_sub(elapsed);
            jobs += 1;
            let part = elapsed.as_secs_f64() / average.as_secs_f64();
            let part = if part.is_finite() { part.min(1.0) } else { 1.0 };
            (done, left) = (done + part, left + 1.0 - part);
        }
        let slots = u32::try_from(self.slots.min(jobs)).unwrap_or(u32::MAX);
        let pace = Duration::try_from_secs_f64(self.elapsed.as_secs_f64() * left / done).unwrap_or_default();
        Some(pace.max(work / slots.max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn little_knowledge_gives_no_estimate() {
        let known = Known { ended: 2, spent: SECOND * 2, queued: Some(9), slots: 1, ..Known::default() };
        assert_eq!(known.time_left(std::iter::empty()), None);
        assert_eq!(Known { ended: 3, queued: None, ..known }.time_left(std::iter::empty()), None);
    }

    #[test]
    fn the_estimate_counts_queued_and_running_jobs() {
        let known = Known { ended: 4, spent: SECOND * 8, queued: Some(6), slots: 2, ..Known::default() };
        assert_eq!(known.time_left([SECOND, SECOND * 5].into_iter()), Some(SECOND * 13 / 2));
        assert_eq!(Known { queued: Some(0), ..known }.time_left([SECOND].into_iter()), Some(SECOND));
        assert_eq!(Known { queued: Some(0), ..known }.time_left(std::iter::empty()), Some(Duration::ZERO));
    }

    #[test]
    fn a_run_that_waits_for_something_else_goes_on_at_its_pace() {
        let (ended, spent) = (10, Duration::from_millis(10));
        let known = Known { ended, spent, elapsed: SECOND * 10, queued: Some(5), slots: 4 };
        assert_eq!(known.time_left(std::iter::empty()), Some(SECOND * 5));
        // Eight slots whose first jobs end one after the other: those that still run are as good as done.
        let known = Known { ended: 4, spent: SECOND * 40, elapsed: SECOND * 10, queued: Some(8), slots: 8 };
        assert_eq!(known.time_left([SECOND * 10; 4].into_iter()), Some(SECOND * 10));
    }
}
