//! Whether a run goes on after a job has ended, and its exit status where that follows from how jobs ended.

use crate::job::Exit;

/// The rule of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Halt {
    /// It goes on, whatever happens to a job.
    #[default]
    Never,
    /// As xargs has it.
    LikeXargs(XargsHalt),
}

/// What comes after the end of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// The next job.
    GoOn,
    /// Nothing but the jobs that run. The user is told this, unless they know.
    StartNoMore(Option<String>),
    /// Nothing, and the jobs that run are ended. The user is told this, unless they know.
    EndAll(Option<String>),
}

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

impl Halt {
    /// Asks after each job.
    pub fn on_exit(&mut self, exit: Exit) -> Next {
        match self {
            Self::Never => Next::GoOn,
            Self::LikeXargs(halt) => halt.on_exit(exit),
        }
    }

    /// The number of all jobs is known.
    pub fn on_total(&mut self, _total: u64) -> Next {
        Next::GoOn
    }

    /// Whether the number of all jobs has to be known as soon as can be.
    pub fn needs_total(&self) -> bool {
        false
    }
}

impl XargsHalt {
    /// For a run of this command.
    pub fn new(command: String) -> Self {
        Self { command, ..Self::default() }
    }

    fn on_exit(&mut self, exit: Exit) -> Next {
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
        let next = exits.map(|exit| halt.on_exit(exit));
        assert_eq!(next[0], Next::StartNoMore(Some("x: exited with status 255; aborting".into())));
        assert!(matches!(halt, Halt::LikeXargs(halt) if halt.exit_status() == 124));
    }
}
