//! What the user is told on stderr about how a job ended, in the words of GNU parallel.

use super::Ends;
use crate::job::{Cause, Exit};

/// Which ends of jobs are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Remarks {
    /// Those that the rule counts by which jobs end a run.
    pub halt: Option<Ends>,
    /// Those of jobs that took too long.
    pub timeouts: bool,
}

impl Remarks {
    /// Whether any may be.
    pub fn are_wanted(self) -> bool {
        self.halt.is_some() || self.timeouts
    }

    /// What is told about an attempt at a job, which may have been the last, with its command line.
    pub fn of(self, exit: Exit, is_last: bool, line: &[u8]) -> Vec<Vec<u8>> {
        let why = match exit {
            Exit::Killed(Cause::Timeout, _) => Some("it timed out"),
            Exit::Killed(Cause::Idle, _) => Some("it wrote nothing for too long"),
            _ => None,
        };
        let warning = why.filter(|_| self.timeouts).map(|why| {
            let text = format!("Warning: This job was killed because {why}:\nforkful: Warning: ");
            [text.as_bytes(), line].concat()
        });
        let halt = self.halt.filter(|ends| is_last && ends.contain(exit));
        let end = halt.map(|ends| [ends.words().as_bytes(), b"\n", line].concat());
        warning.into_iter().chain(end).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_of_an_end() {
        let remarks = Remarks { halt: Some(Ends::Failures), timeouts: true };
        let told = |exit, is_last| {
            let told = remarks.of(exit, is_last, b"x \xff").into_iter();
            told.map(|text| text.escape_ascii().to_string()).collect::<Vec<_>>()
        };
        let warning = r"Warning: This job was killed because it timed out:\nforkful: Warning: x \xff";
        let failed = r"This job failed:\nx \xff";
        assert_eq!(told(Exit::Code(3), true), [failed]);
        assert_eq!(told(Exit::Killed(Cause::Timeout, 15), true), [warning, failed]);
        assert_eq!(told(Exit::Killed(Cause::Timeout, 15), false), [warning]);
        let silent = [told(Exit::Code(0), true), told(Exit::Code(3), false), told(Exit::Killed(Cause::Halt, 9), true)];
        assert_eq!(silent.concat(), Vec::<String>::new());
    }
}
