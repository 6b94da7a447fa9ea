//! How an attempt ended, as one of a few kinds.

use serde::{Deserialize, Serialize};

use crate::job::{Cause, Exit};

/// How an attempt ended. The names are those of `outcome` in the events; the page has the same order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fate {
    /// With status 0.
    #[default]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_each_kind() {
        let cases = [
            (Exit::Code(0), "succeeded"),
            (Exit::Code(3), "failed"),
            (Exit::Signal(11), "killed"),
            (Exit::OutOfMemory, "out_of_memory"),
            (Exit::Killed(Cause::Timeout, 15), "timed_out"),
            (Exit::Killed(Cause::Stop, 0), "ended"),
            (Exit::Killed(Cause::Leak, 0), "failed"),
            (Exit::Unstarted(127), "not_started"),
            (Exit::Skipped, "skipped"),
        ];
        for (exit, name) in cases {
            assert_eq!(serde_json::to_value(Fate::of(exit, 1)).expect("json"), name, "{exit:?}");
        }
        assert_eq!(Fate::of(Exit::Code(0), 2), Fate::Flaky);
    }

    #[test]
    fn fates_are_in_their_order() {
        assert!(Fate::ALL.iter().enumerate().all(|(index, fate)| *fate as usize == index));
    }
}
