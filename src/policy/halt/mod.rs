//! Whether a run goes on after a job has ended, and its exit status where that follows from how jobs ended.

mod gnu;
mod rule;
mod xargs;

pub use gnu::GnuHalt;
pub use rule::{Ends, Goal, HaltRule, When};
pub use xargs::XargsHalt;

use crate::job::Exit;

/// The rule of a run, and how far it has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Halt {
    /// It goes on, whatever happens to a job.
    #[default]
    Never,
    /// As `--halt` has it.
    LikeGnu(GnuHalt),
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

impl Halt {
    /// Asks after each job, while so many others run.
    pub fn on_exit(&mut self, exit: Exit, running: usize) -> Next {
        match self {
            Self::Never => Next::GoOn,
            Self::LikeGnu(halt) => halt.on_exit(exit, running),
            Self::LikeXargs(halt) => halt.on_exit(exit),
        }
    }

    /// The number of all jobs is known, while so many run.
    pub fn on_total(&mut self, total: u64, running: usize) -> Next {
        match self {
            Self::LikeGnu(halt) => halt.on_total(total, running),
            Self::Never | Self::LikeXargs(_) => Next::GoOn,
        }
    }

    /// Whether the number of all jobs has to be known as soon as can be.
    pub fn needs_total(&self) -> bool {
        matches!(self, Self::LikeGnu(halt) if halt.needs_total())
    }

    /// Which ends of jobs the user is told of, if of any.
    pub fn tells_of(&self) -> Option<Ends> {
        match self {
            Self::LikeGnu(halt) => Some(halt.tells_of()),
            Self::Never | Self::LikeXargs(_) => None,
        }
    }

    /// The exit status of a run in which nothing else went wrong, if it follows from this.
    pub fn exit_status(&self) -> Option<u8> {
        match self {
            Self::Never => None,
            Self::LikeGnu(halt) => Some(halt.exit_status()),
            Self::LikeXargs(halt) => Some(halt.exit_status()),
        }
    }
}
