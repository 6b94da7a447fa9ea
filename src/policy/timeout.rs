//! How long a job may take: `--timeout`.

use std::time::Duration;

/// The limit of the time of a job.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Timeout {
    /// None.
    #[default]
    Never,
    /// This long.
    After(Duration),
}

impl Timeout {
    /// The limit as far as it is known; it may change when a job succeeds.
    pub fn limit(&self) -> Option<Duration> {
        match self {
            Self::Never => None,
            Self::After(time) => Some(*time),
        }
    }

    /// A job has succeeded, and took this long; whether the limit has changed.
    pub fn on_success(&mut self, _runtime: Duration) -> bool {
        false
    }
}
