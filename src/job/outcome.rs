//! How a job ended.

use std::time::{Duration, SystemTime};

/// The end of a job's process, or why there was none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It exited with this status.
    Code(i32),
    /// This signal killed it.
    Signal(i32),
    /// The runner ended it, by this signal in the end or by its own exit on an earlier one (0).
    Killed(i32),
    /// It was never started: 127 for a command not found, 126 for one that cannot be executed.
    Unstarted(i32),
    /// The template said to leave this job out (`{uniq}`).
    Skipped,
}

impl Exit {
    /// Whether the job did what it was asked to.
    pub fn is_success(self) -> bool {
        self == Self::Code(0)
    }

    /// Whether it counts as failed in the exit status of the run; a job that was left out does not.
    pub fn is_failure(self) -> bool {
        !self.is_success() && self != Self::Skipped
    }

    /// The status that a shell gives for it: 128 + n for signal n.
    pub fn status(self) -> u8 {
        let status = match self {
            Self::Code(status) | Self::Unstarted(status) => status,
            Self::Signal(signal) | Self::Killed(signal) => 128 + signal,
            Self::Skipped => 0,
        };
        u8::try_from(status).unwrap_or(u8::MAX)
    }

    /// The same end of a job that the runner has sent signals to.
    #[must_use]
    pub fn by_runner(self) -> Self {
        match self {
            Self::Signal(signal) => Self::Killed(signal),
            Self::Code(_) => Self::Killed(0),
            other => other,
        }
    }

    /// The job log's columns Exitval and Signal: 128 + n for signal n, as in GNU parallel since 20221222, -1 for a
    /// job that the runner ended, -2 for one left out.
    pub fn log_columns(self) -> (i32, i32) {
        match self {
            Self::Code(code) | Self::Unstarted(code) => (code, 0),
            Self::Signal(signal) => (128 + signal, signal),
            Self::Killed(signal) => (-1, signal),
            Self::Skipped => (-2, 0),
        }
    }
}

/// How one job ended, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The end of its process.
    pub exit: Exit,
    /// The wall clock when it was started: a label for logs, never used for a difference.
    pub started: SystemTime,
    /// From its start to its end, on the monotonic clock.
    pub runtime: Duration,
}
