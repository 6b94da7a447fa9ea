//! How xargs goes on after a command that failed.

use super::Next;
use crate::job::Exit;

/// How xargs goes on: a command that fails is only counted, but one that exits with 255, is killed or cannot be run
/// ends the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct XargsHalt {
    /// What the command is called in messages.
    command: String,
    /// Whether one has failed.
    failed: bool,
    /// The exit status of a run that was ended.
    stopped: Option<u8>,
}

impl XargsHalt {
    /// For a run of this command.
    pub fn new(command: String) -> Self {
        Self { command, ..Self::default() }
    }

    pub(super) fn on_exit(&mut self, exit: Exit) -> Next {
        let (status, what) = match exit {
            Exit::Code(0) | Exit::Skipped | Exit::Killed(..) => return Next::GoOn,
            Exit::Code(255) => (124, Some("exited with status 255; aborting".to_owned())),
            Exit::Code(_) => {
                self.failed = true;
                return Next::GoOn;
            }
            Exit::OutOfMemory => (125, Some("terminated by signal 9; aborting".to_owned())),
            Exit::Signal(signal) => (125, Some(format!("terminated by signal {signal}; aborting"))),
            Exit::Unstarted(status) => (u8::try_from(status).unwrap_or(126), None),
        };
        self.stopped.get_or_insert(status);
        let command = &self.command;
        Next::StartNoMore(what.map(|what| format!("{command}: {what}")))
    }

    /// The exit status of a run that a job has ended.
    pub fn stopped(&self) -> Option<u8> {
        self.stopped
    }

    /// The exit status of a run in which nothing else went wrong.
    pub fn exit_status(&self) -> u8 {
        self.stopped.unwrap_or(if self.failed { 123 } else { 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Halt;
    use super::*;

    /// The exit status, and after which job the run was ended.
    fn run(exits: &[Exit]) -> (u8, Option<usize>) {
        let mut halt = XargsHalt::new("x".into());
        let stop = exits.iter().position(|exit| halt.on_exit(*exit) != Next::GoOn);
        (halt.exit_status(), stop)
    }

    #[test]
    fn the_exit_statuses_of_xargs() {
        assert_eq!(run(&[Exit::Code(0), Exit::Skipped]), (0, None));
        for code in [1, 125, 126, 127, 254] {
            assert_eq!(run(&[Exit::Code(0), Exit::Code(code), Exit::Code(0)]), (123, None));
        }
        assert_eq!(run(&[Exit::Code(1), Exit::Code(255)]), (124, Some(1)));
        assert_eq!(run(&[Exit::Signal(15)]), (125, Some(0)));
        assert_eq!(run(&[Exit::Unstarted(126)]), (126, Some(0)));
        assert_eq!(run(&[Exit::Unstarted(127)]), (127, Some(0)));
    }

    #[test]
    fn the_first_of_those_that_end_a_run_counts() {
        let mut halt = Halt::LikeXargs(XargsHalt::new("x".into()));
        let exits = [Exit::Code(255), Exit::Signal(9), Exit::Code(1)];
        let next = exits.map(|exit| halt.on_exit(exit, 0));
        assert_eq!(next[0], Next::StartNoMore(Some("x: exited with status 255; aborting".into())));
        assert!(matches!(halt, Halt::LikeXargs(halt) if halt.exit_status() == 124));
    }
}
