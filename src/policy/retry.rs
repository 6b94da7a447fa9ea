//! Whether a job that has failed is tried again: `--retries`.

use std::time::Duration;

use crate::job::{Cause, Exit};

/// How often a job is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retry {
    /// The number of attempts; `None` for as many as it takes.
    pub attempts: Option<u32>,
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: Some(1) }
    }
}

impl Retry {
    /// Whether a job may be tried more than once.
    pub fn is_wanted(&self) -> bool {
        self.attempts != Some(1)
    }

    /// How long to wait before the next attempt after one that ended so, if there is to be another.
    pub fn after(&mut self, exit: Exit, attempt: u32) -> Option<Duration> {
        let counts = match exit {
            Exit::Killed(cause, _) => matches!(cause, Cause::Timeout | Cause::Idle),
            other => other.is_failure(),
        };
        (counts && self.attempts.is_none_or(|attempts| attempt < attempts)).then_some(Duration::ZERO)
    }
}
