//! Whether and when a job that has failed is tried again: `--retries`, `--retry-delay`, `--retry-on`.

mod delay;
mod on;

pub use delay::RetryDelay;
pub use on::RetryOn;

use std::time::Duration;

use crate::job::Exit;

/// How often a job is tried, after which ends, and when.
#[derive(Clone, Debug)]
pub struct Retry {
    /// The number of attempts; `None` for as many as it takes.
    pub attempts: Option<u32>,
    /// How long to wait before the next.
    pub delay: RetryDelay,
    /// After which ends.
    pub on: RetryOn,
    /// For the jitter.
    pub random: fastrand::Rng,
}

impl Default for Retry {
    fn default() -> Self {
        let (delay, on) = (RetryDelay::default(), RetryOn::default());
        Self { attempts: Some(1), delay, on, random: fastrand::Rng::new() }
    }
}

impl Retry {
    /// Whether a job may be tried more than once.
    pub fn is_wanted(&self) -> bool {
        self.attempts != Some(1)
    }

    /// How long to wait before the next attempt after one that ended so, if there is to be another. What the runner has
    /// ended for another reason than the job itself is not tried again.
    pub fn after(&mut self, exit: Exit, attempt: u32) -> Option<Duration> {
        let is_left = self.attempts.is_none_or(|attempts| attempt < attempts);
        (is_left && self.on.contains(exit)).then(|| self.delay.after(attempt, &mut self.random))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::Cause;

    #[test]
    fn attempts_are_counted_in_all() {
        let mut retry = Retry { attempts: Some(3), ..Retry::default() };
        let failed = Exit::Code(1);
        assert_eq!([1, 2, 3].map(|attempt| retry.after(failed, attempt).is_some()), [true, true, false]);
        retry.attempts = None;
        assert!(retry.after(failed, u32::MAX).is_some());
        assert_eq!(retry.after(Exit::Code(0), 1), None);
        assert_eq!(retry.after(Exit::Killed(Cause::Stop, 15), 1), None);
        assert_eq!(retry.after(Exit::Killed(Cause::Timeout, 15), 1), Some(Duration::ZERO));
    }
}
