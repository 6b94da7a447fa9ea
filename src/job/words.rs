//! How a job ended, in words: short ones for the row of a list, full ones where there is room, and the names that
//! machines go by.
//!
//! Whoever tells how a job ended takes the words from here, and adds what only it knows, such as how long that took.

use signal_hook::low_level::signal_name;

use super::{Cause, Exit};

impl Exit {
    /// In few words, for a list: `exit 3`, `killed by SIGSEGV`.
    pub fn in_short(self) -> String {
        match self {
            Self::Code(status) => format!("exit {status}"),
            Self::Signal(signal) => format!("killed by {}", name(signal)),
            Self::OutOfMemory => "killed for want of memory".into(),
            Self::Killed(cause, _) => cause.words().into(),
            Self::Unstarted(127) => "not found".into(),
            Self::Unstarted(_) => "not started".into(),
            Self::Skipped => "left out".into(),
        }
    }

    /// With all that is known: `exit status 3`, `timed out (SIGTERM)`.
    pub fn in_full(self) -> String {
        match self {
            Self::Code(status) => format!("exit status {status}"),
            Self::OutOfMemory => "out of memory".into(),
            Self::Killed(cause, signal) if signal != 0 => format!("{} ({})", cause.words(), name(signal)),
            Self::Unstarted(127) => "command not found".into(),
            Self::Unstarted(status) => format!("could not be started, status {status}"),
            Self::Signal(_) | Self::Killed(..) | Self::Skipped => self.in_short(),
        }
    }
}

impl Cause {
    /// In a word or two, for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Stop => "stopped",
            Self::Halt => "ended by --halt",
            Self::Timeout => "timed out",
            Self::Idle => "timed out without output",
            Self::Deadline => "ended at the deadline",
            Self::Memory => "ended for its memory",
            Self::Leak => "left processes running",
            Self::Terminal => "wanted the terminal",
        }
    }

    /// For machines: one word, which stays as it is.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Halt => "halt",
            Self::Timeout => "timeout",
            Self::Idle => "idle",
            Self::Deadline => "deadline",
            Self::Memory => "memory",
            Self::Leak => "leak",
            Self::Terminal => "terminal",
        }
    }
}

fn name(signal: i32) -> String {
    signal_name(signal).map_or_else(|| format!("signal {signal}"), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_told_in_words() {
        for (exit, short, full) in [
            (Exit::Code(3), "exit 3", "exit status 3"),
            (Exit::Signal(11), "killed by SIGSEGV", "killed by SIGSEGV"),
            (Exit::Signal(62), "killed by signal 62", "killed by signal 62"),
            (Exit::OutOfMemory, "killed for want of memory", "out of memory"),
            (Exit::Killed(Cause::Timeout, 15), "timed out", "timed out (SIGTERM)"),
            (Exit::Killed(Cause::Leak, 0), "left processes running", "left processes running"),
            (Exit::Unstarted(127), "not found", "command not found"),
            (Exit::Unstarted(126), "not started", "could not be started, status 126"),
            (Exit::Skipped, "left out", "left out"),
        ] {
            assert_eq!((exit.in_short().as_str(), exit.in_full().as_str()), (short, full), "{exit:?}");
        }
    }
}
