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
    /// Every job that is queued takes the mean time, every running one what is left of it, spread over the slots. A job
    /// that has run for longer counts for the mean as if it had ended, and is taken to exceed the mean by as much again
    /// as it has: short jobs end first, so that those that have ended say little about those that still run. The time is
    /// too little where jobs wait for something else, such as `--delay`; then the pace of the run so far tells.
    pub(super) fn time_left(&self, running: &[Duration]) -> Option<Duration> {
        let queued = self.queued?;
        if queued == 0 && running.is_empty() {
            return Some(Duration::ZERO);
        }
        let mean = self.average().filter(|_| self.ended >= ENOUGH)?;
        let late = running.iter().filter(|elapsed| **elapsed > mean);
        let counted = self.ended + late.clone().count() as u64;
        let mean = (self.spent + late.sum::<Duration>()) / u32::try_from(counted).unwrap_or(u32::MAX);
        let mut work = mean * u32::try_from(queued).unwrap_or(u32::MAX);
        let mut longest = Duration::ZERO;
        // In jobs: what has been done and what is left, the running ones by the part that they have probably done.
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let (mut done, mut left) = (self.ended as f64, queued as f64);
        for elapsed in running {
            let rest = mean.abs_diff(*elapsed);
            work += rest;
            longest = longest.max(rest);
            let part = elapsed.as_secs_f64() / mean.as_secs_f64();
            let part = if part.is_finite() { part.min(1.0) } else { 1.0 };
            (done, left) = (done + part, left + 1.0 - part);
        }
        let jobs = queued + running.len() as u64;
        let slots = u32::try_from(self.slots.min(jobs)).unwrap_or(u32::MAX);
        let pace = Duration::try_from_secs_f64(self.elapsed.as_secs_f64() * left / done).unwrap_or_default();
        Some(pace.max(work / slots.max(1)).max(longest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn little_knowledge_gives_no_estimate() {
        let known = Known { ended: 2, spent: SECOND * 2, queued: Some(9), slots: 1, ..Known::default() };
        assert_eq!(known.time_left(&[]), None);
        assert_eq!(Known { queued: Some(0), ..known }.time_left(&[SECOND]), None);
        assert_eq!(Known { queued: Some(0), ..known }.time_left(&[]), Some(Duration::ZERO), "there is nothing left");
        assert_eq!(Known { ended: 3, queued: None, ..known }.time_left(&[]), None);
    }

    #[test]
    fn the_estimate_counts_queued_and_running_jobs() {
        let known = Known { ended: 4, spent: SECOND * 8, queued: Some(6), slots: 2, ..Known::default() };
        assert_eq!(known.time_left(&[SECOND, SECOND * 2]), Some(SECOND * 13 / 2));
        assert_eq!(Known { queued: Some(0), ..known }.time_left(&[SECOND]), Some(SECOND));
        assert_eq!(Known { queued: Some(0), ..known }.time_left(&[]), Some(Duration::ZERO));
    }

    #[test]
    fn jobs_that_take_much_longer_than_others_did_are_not_almost_done() {
        // Four short jobs have ended; twelve run for as long as they do.
        let known = Known { ended: 4, spent: SECOND * 4, elapsed: SECOND, queued: Some(0), slots: 12 };
        let left = |seconds| known.time_left(&[SECOND * seconds; 12]).expect("an estimate");
        assert!(left(600) > SECOND * 140 && left(600) < SECOND * 160, "{:?}", left(600));
        assert!(left(600) > left(60) && left(60) > left(2), "it grows");
        // They count for those that have not been started.
        let known = Known { queued: Some(12), ..known };
        assert!(known.time_left(&[SECOND * 600; 12]).is_some_and(|left| left > SECOND * 500));
        // No more slots help the job that takes longest.
        let known = Known { ended: 9, spent: SECOND * 90, queued: Some(0), slots: 8, ..known };
        assert_eq!(known.time_left(&[SECOND * 9, SECOND * 9, SECOND]), Some(SECOND * 9));
    }

    #[test]
    fn a_run_that_waits_for_something_else_goes_on_at_its_pace() {
        let (ended, spent) = (10, Duration::from_millis(10));
        let known = Known { ended, spent, elapsed: SECOND * 10, queued: Some(5), slots: 4 };
        assert_eq!(known.time_left(&[]), Some(SECOND * 5));
        // Eight slots whose first jobs end one after the other: those that still run are as good as done.
        let known = Known { ended: 4, spent: SECOND * 40, elapsed: SECOND * 10, queued: Some(8), slots: 8 };
        assert_eq!(known.time_left(&[SECOND * 10; 4]), Some(SECOND * 10));
    }
}
