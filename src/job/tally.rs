//! The count of how jobs ended, from which the exit status of a run is made.

use super::Exit;

/// How many jobs ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Jobs that ended with status 0.
    pub succeeded: u64,
    /// Jobs that did not.
    pub failed: u64,
    /// Jobs that the template left out.
    pub skipped: u64,
    /// How the job that was counted last ended.
    pub last: Option<Exit>,
}

impl Tally {
    /// Counts one job.
    pub fn count(&mut self, exit: Exit) {
        self.last = Some(exit);
        if exit.is_success() {
            self.succeeded += 1;
        } else if exit.is_failure() {
            self.failed += 1;
        } else {
            self.skipped += 1;
        }
    }

    /// Jobs that have settled.
    pub fn settled(&self) -> u64 {
        self.succeeded + self.failed + self.skipped
    }

    /// GNU parallel's exit status: the number of failed jobs up to 100, and 101 for more.
    pub fn exit_status(&self) -> u8 {
        u8::try_from(self.failed.min(101)).unwrap_or(101)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(count: u64) -> Tally {
        let mut tally = Tally::default();
        (0..count).for_each(|_| tally.count(Exit::Signal(9)));
        tally
    }

    #[test]
    fn the_exit_status_counts_failures_up_to_101() {
        assert_eq!([0, 1, 100, 101, 300].map(|count| failed(count).exit_status()), [0, 1, 100, 101, 101]);
    }

    #[test]
    fn a_skipped_job_is_settled_but_no_failure() {
        let mut tally = Tally::default();
        tally.count(Exit::Skipped);
        tally.count(Exit::Code(0));
        assert_eq!((tally.settled(), tally.exit_status()), (2, 0));
    }
}
