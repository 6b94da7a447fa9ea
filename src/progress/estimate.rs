//! How much longer a run takes, from what is known of it.

use std::time::Duration;

/// What is known of a run.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    /// Jobs that have ended, and the sum of their times.
    pub(super) ended: u64,
    pub(super) spent: Duration,
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

    /// The time that is left, if enough is known to say: every job that is queued takes the mean time, every running
    /// one what is left of it, spread over the slots. `running` are the times that the running jobs have taken.
    pub(super) fn time_left(&self, running: impl Iterator<Item = Duration>) -> Option<Duration> {
        let average = self.average().filter(|_| self.ended >= ENOUGH)?;
        let queued = self.queued?;
        let mut work = average * u32::try_from(queued).unwrap_or(u32::MAX);
        let mut jobs = queued;
        for elapsed in running {
            work += average.saturating_sub(elapsed);
            jobs += 1;
        }
        let slots = u32::try_from(self.slots.min(jobs)).unwrap_or(u32::MAX);
        Some(work / slots.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn little_knowledge_gives_no_estimate() {
        let known = Known { ended: 2, spent: SECOND * 2, queued: Some(9), slots: 1 };
        assert_eq!(known.time_left(std::iter::empty()), None);
        assert_eq!(Known { ended: 3, queued: None, ..known }.time_left(std::iter::empty()), None);
    }

    #[test]
    fn the_estimate_counts_queued_and_running_jobs() {
        let known = Known { ended: 4, spent: SECOND * 8, queued: Some(6), slots: 2 };
        assert_eq!(known.time_left([SECOND, SECOND * 5].into_iter()), Some(SECOND * 13 / 2));
        assert_eq!(Known { queued: Some(0), ..known }.time_left([SECOND].into_iter()), Some(SECOND));
        assert_eq!(Known { queued: Some(0), ..known }.time_left(std::iter::empty()), Some(Duration::ZERO));
    }
}
