//! How a job ended.

use std::time::{Duration, SystemTime};

use super::{Slot, Usage};

/// The end of a job's process, or why there was none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It exited with this status.
    Code(i32),
    /// This signal killed it.
    Signal(i32),
    /// The kernel killed it because memory ran out.
    OutOfMemory,
    /// The runner ended it, by this signal in the end or by its own exit on an earlier one (0).
    Killed(Cause, i32),
    /// It was never started: 127 for a command not found, 126 for one that cannot be executed.
    Unstarted(i32),
    /// The template said to leave this job out (`{uniq}`).
    Skipped,
}

/// Why the runner ended a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The run was stopped by a signal, or because output or a record was lost.
    Stop,
    /// Another job has ended the run (`--halt now,…`).
    Halt,
    /// It took too long (`--timeout`).
    Timeout,
    /// It wrote nothing for too long (`--idle-timeout`).
    Idle,
    /// The run took too long (`--deadline`).
    Deadline,
    /// Its memory was needed by others (`--memfree`, `--limit`); it is run again.
    Memory,
    /// It left something running that was to be ended with it, and that was to count (`--on-leak fail`).
    Leak,
    /// It wanted the terminal, which it was not to have, and was stopped for that.
    Terminal,
}

impl Cause {
    /// Whether the job has had its turn, so that it counts as one that was run and failed.
    pub fn is_fault_of_job(self) -> bool {
        matches!(self, Self::Timeout | Self::Idle | Self::Leak | Self::Terminal)
    }
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
            Self::Signal(signal) | Self::Killed(_, signal) => 128 + signal,
            Self::OutOfMemory => 128 + 9,
            Self::Skipped => 0,
        };
        u8::try_from(status).unwrap_or(u8::MAX)
    }

    /// The exit status, where the process exited by itself or the shell would have.
    pub fn code(self) -> Option<i32> {
        match self {
            Self::Code(status) | Self::Unstarted(status) => Some(status),
            Self::Signal(_) | Self::OutOfMemory | Self::Killed(..) | Self::Skipped => None,
        }
    }

    /// The signal that killed the process, where one did.
    pub fn signal(self) -> Option<i32> {
        match self {
            Self::Signal(signal) => Some(signal),
            Self::OutOfMemory => Some(9),
            Self::Killed(_, signal) => Some(signal).filter(|signal| *signal != 0),
            Self::Code(_) | Self::Unstarted(_) | Self::Skipped => None,
        }
    }

    /// Why the runner ended it, where it did.
    pub fn ended_by(self) -> Option<Cause> {
        match self {
            Self::Killed(cause, _) => Some(cause),
            _ => None,
        }
    }

    /// The same end of a job that the runner has sent signals to.
    #[must_use]
    pub fn by_runner(self, cause: Cause) -> Self {
        match self {
            Self::Signal(signal) => Self::Killed(cause, signal),
            Self::OutOfMemory => Self::Killed(cause, 9),
            Self::Code(_) => Self::Killed(cause, 0),
            other => other,
        }
    }

    /// The job log's columns Exitval and Signal: 128 + n for signal n, as in GNU parallel since 20221222, -1 for a
    /// job that the runner ended, -2 for one left out.
    pub fn log_columns(self) -> (i32, i32) {
        match self {
            Self::Code(code) | Self::Unstarted(code) => (code, 0),
            Self::Signal(signal) => (128 + signal, signal),
            Self::OutOfMemory => (128 + 9, 9),
            Self::Killed(_, signal) => (-1, signal),
            Self::Skipped => (-2, 0),
        }
    }

    /// How a job ended that the log has these columns of, as far as they tell: not why the runner ended it, nor whether
    /// a command was not found or said so itself.
    pub fn from_log_columns(exitval: i32, signal: i32) -> Self {
        match (exitval, signal) {
            (-2, _) => Self::Skipped,
            (-1, signal) => Self::Killed(Cause::Stop, signal),
            (_, 1..) => Self::Signal(signal),
            (127, _) => Self::Unstarted(127),
            (status, _) => Self::Code(status),
        }
    }
}

/// How one attempt at a job ended, and what it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The end of its process.
    pub exit: Exit,
    /// The wall clock when it was started: a label for logs, never used for a difference.
    pub started: SystemTime,
    /// From its start to its end, on the monotonic clock.
    pub runtime: Duration,
    /// Where it ran.
    pub slot: Slot,
    /// The id of its process, if there was one.
    pub pid: Option<i32>,
    /// Which attempt it was, from 1.
    pub attempt: u32,
    /// What it used.
    pub usage: Usage,
    /// Bytes that it was sent on its stdin.
    pub sent: u64,
    /// Whether it left something behind that holds its output.
    pub leaked: bool,
}

#[cfg(test)]
impl Outcome {
    /// A first attempt that ended so at once, and used nothing.
    pub(crate) fn of(exit: Exit) -> Self {
        Self {
            exit,
            started: SystemTime::UNIX_EPOCH,
            runtime: Duration::ZERO,
            slot: Slot(1),
            pid: None,
            attempt: 1,
            usage: Usage::default(),
            sent: 0,
            leaked: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_log_tells_of_an_end_is_read_back() {
        for exit in [
            Exit::Code(0),
            Exit::Code(3),
            Exit::Signal(15),
            Exit::Killed(Cause::Stop, 0),
            Exit::Killed(Cause::Stop, 9),
            Exit::Unstarted(127),
            Exit::Skipped,
        ] {
            let (exitval, signal) = exit.log_columns();
            assert_eq!(Exit::from_log_columns(exitval, signal), exit);
        }
        assert_eq!(Exit::from_log_columns(0, 15), Exit::Signal(15));
    }
}
