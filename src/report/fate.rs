//! How an attempt ended, as one of a few words and in a sentence.

use serde::{Deserialize, Serialize};
use signal_hook::low_level::signal_name;

use crate::job::{Cause, Exit};

/// How an attempt ended. The names are those of `outcome` in the events; the page has the same order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fate {
    /// With status 0.
    Succeeded,
    /// With status 0 after attempts that failed.
    Flaky,
    /// With another status, or because of what it left behind.
    Failed,
    /// By a signal that did not come from the runner.
    Killed,
    /// The kernel killed it because memory ran out.
    OutOfMemory,
    /// It took too long, or wrote nothing for too long.
    TimedOut,
    /// The runner ended it for a reason that is not its own.
    Ended,
    /// There was no process.
    NotStarted,
    /// The template or the user left it out.
    Skipped,
}

impl Fate {
    /// All of them, in their order.
    pub(super) const ALL: [Self; 9] = [
        Self::Succeeded,
        Self::Flaky,
        Self::Failed,
        Self::Killed,
        Self::OutOfMemory,
        Self::TimedOut,
        Self::Ended,
        Self::NotStarted,
        Self::Skipped,
    ];

    pub(super) fn of(exit: Exit, attempt: u32) -> Self {
        match exit {
            Exit::Code(0) if attempt > 1 => Self::Flaky,
            Exit::Code(0) => Self::Succeeded,
            Exit::Code(_) | Exit::Killed(Cause::Leak, _) => Self::Failed,
            Exit::Signal(_) => Self::Killed,
            Exit::OutOfMemory => Self::OutOfMemory,
            Exit::Killed(Cause::Timeout | Cause::Idle, _) => Self::TimedOut,
            Exit::Killed(..) => Self::Ended,
            Exit::Unstarted(_) => Self::NotStarted,
            Exit::Skipped => Self::Skipped,
        }
    }

    /// For people.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Flaky => "flaky",
            Self::Failed => "failed",
            Self::Killed => "killed",
            Self::OutOfMemory => "out of memory",
            Self::TimedOut => "timed out",
            Self::Ended => "ended by the runner",
            Self::NotStarted => "not started",
            Self::Skipped => "skipped",
        }
    }

    /// Whether the job did what it was asked to, or was not asked.
    pub(super) fn is_fine(self) -> bool {
        matches!(self, Self::Succeeded | Self::Flaky | Self::Skipped)
    }
}

/// The exit status, where the process exited by itself.
pub(super) fn status(exit: Exit) -> Option<i32> {
    match exit {
        Exit::Code(status) | Exit::Unstarted(status) => Some(status),
        Exit::Signal(_) | Exit::OutOfMemory | Exit::Killed(..) | Exit::Skipped => None,
    }
}

/// The signal that killed the process, where one did.
pub(super) fn signal(exit: Exit) -> Option<i32> {
    match exit {
        Exit::Signal(signal) => Some(signal),
        Exit::OutOfMemory => Some(9),
        Exit::Killed(_, signal) => Some(signal).filter(|signal| *signal != 0),
        Exit::Code(_) | Exit::Unstarted(_) | Exit::Skipped => None,
    }
}

/// Why the runner ended it, where it did, in one word.
pub(super) fn ended_by(exit: Exit) -> Option<&'static str> {
    let Exit::Killed(cause, _) = exit else { return None };
    Some(match cause {
        Cause::Stop => "stop",
        Cause::Halt => "halt",
        Cause::Timeout => "timeout",
        Cause::Idle => "idle",
        Cause::Deadline => "deadline",
        Cause::Memory => "memory",
        Cause::Leak => "leak",
        Cause::Terminal => "terminal",
    })
}

/// Why it ended, in words.
pub(super) fn words(exit: Exit) -> String {
    match exit {
        Exit::Code(status) => format!("exit status {status}"),
        Exit::Signal(signal) => format!("killed by {}", name(signal)),
        Exit::OutOfMemory => "out of memory".into(),
        Exit::Killed(cause, 0) => cause.words().into(),
        Exit::Killed(cause, signal) => format!("{} ({})", cause.words(), name(signal)),
        Exit::Unstarted(127) => "command not found".into(),
        Exit::Unstarted(status) => format!("could not be started, status {status}"),
        Exit::Skipped => "left out".into(),
    }
}

fn name(signal: i32) -> String {
    signal_name(signal).map_or_else(|| format!("signal {signal}"), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_in_words() {
        let cases = [
            (Exit::Code(0), "succeeded", "exit status 0"),
            (Exit::Code(3), "failed", "exit status 3"),
            (Exit::Signal(11), "killed", "killed by SIGSEGV"),
            (Exit::Signal(40), "killed", "killed by signal 40"),
            (Exit::OutOfMemory, "out_of_memory", "out of memory"),
            (Exit::Killed(Cause::Timeout, 15), "timed_out", "timed out (SIGTERM)"),
            (Exit::Killed(Cause::Stop, 0), "ended", "stopped"),
            (Exit::Killed(Cause::Leak, 0), "failed", "left processes running"),
            (Exit::Unstarted(127), "not_started", "command not found"),
            (Exit::Skipped, "skipped", "left out"),
        ];
        for (exit, name, sentence) in cases {
            assert_eq!(serde_json::to_value(Fate::of(exit, 1)).expect("json"), name, "{exit:?}");
            assert_eq!(words(exit), sentence);
        }
        assert_eq!(Fate::of(Exit::Code(0), 2), Fate::Flaky);
    }

    #[test]
    fn fates_are_in_their_order() {
        assert!(Fate::ALL.iter().enumerate().all(|(index, fate)| *fate as usize == index));
    }
}
