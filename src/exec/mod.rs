//! One attempt at one job: a command line in, output and an exit out.
//!
//! [`Local`] starts processes, [`DryRun`] only shows the command lines. Which job runs when, and what becomes of its
//! output, is decided elsewhere: an attempt tells a [`Watch`] what happens to it.

mod census;
mod cgroup;
mod dry;
mod environment;
mod family;
mod feeding;
mod guard;
mod inlet;
mod limits;
mod load;
mod local;
mod lookup;
mod memory;
mod on_leak;
mod options;
mod plan;
mod prompt;
mod pump;
mod shell;
mod words;

pub use census::Census;
pub use dry::DryRun;
pub use family::{Family, signal_group};
pub use guard::Guard;
pub use limits::{Limits, OVERHEAD};
pub use local::{Local, Setup, Stdin};
pub use memory::{ControlGroups, Memory};
pub use on_leak::OnLeak;
pub use options::ExecOptions;
pub use plan::Planner;
pub use prompt::{Asks, Prompt};

use std::ffi::CStr;
use std::io;
use std::os::fd::BorrowedFd;
use std::path::Path;
use std::time::Duration;

use rustix::process::Pid;

use crate::job::{Drained, Exit, Feed, Seq, Slot, Stream, Usage, Values};

/// What is to be run.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// What to execute.
    pub command: Command<'a>,
    /// The job's number.
    pub seq: Seq,
    /// Where it runs.
    pub slot: Slot,
    /// The directory it runs in; `None` for that of the runner.
    pub directory: Option<&'a CStr>,
    /// What it reads; `None` for what all jobs do.
    pub feed: Option<&'a Feed>,
    /// The named pipe that it reads that from, if not from its stdin.
    pub fifo: Option<&'a Path>,
}

/// What to execute.
#[derive(Clone, Copy, Debug)]
pub enum Command<'a> {
    /// A command line.
    Line {
        /// The line as a shell reads it.
        line: &'a [u8],
        /// The same as a line that finds its arguments in `"$@"`, for one that is too long to be one string.
        with_parameters: Option<(&'a [u8], &'a Values)>,
    },
    /// The words themselves, which no shell ever sees.
    Words(&'a Values),
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finish {
    /// The end of its process, or why there was none.
    pub exit: Exit,
    /// What it used.
    pub usage: Usage,
    /// Bytes that it was sent on its stdin.
    pub sent: u64,
    /// Whether something that it left behind holds its output.
    pub leaked: bool,
}

impl Finish {
    /// This attempt and the next as one; the first failure counts.
    #[must_use]
    pub fn and(self, next: Self) -> Self {
        let exit = if self.exit.is_success() { next.exit } else { self.exit };
        let (sent, leaked) = (self.sent + next.sent, self.leaked || next.leaked);
        Self { exit, usage: self.usage + next.usage, sent, leaked }
    }
}

impl From<Exit> for Finish {
    /// Of one that has used nothing.
    fn from(exit: Exit) -> Self {
        Self { exit, usage: Usage::default(), sent: 0, leaked: false }
    }
}

/// Who is told what happens to an attempt, in the order of the methods.
pub trait Watch {
    /// The job's process leads this process group now.
    fn started(&mut self, group: Pid);
    /// The job wrote this. May wait until there is room for it.
    fn output(&mut self, stream: Stream, bytes: &[u8]);
    /// Output of the job waits in this pipe, and may be taken to where it is printed without being read.
    fn drain(&mut self, _stream: Stream, _pipe: BorrowedFd<'_>) -> Drained {
        Drained::Not
    }
    /// After which time without output [`Watch::idle`] should be called; `None` for never.
    fn idle_after(&self) -> Option<Duration>;
    /// Output is a while old, and the job still runs.
    fn idle(&mut self);
    /// The process has ended and something that it has left behind holds its output, which is to be ended.
    fn leaked(&mut self) {}
    /// Whether it is worth while to wait for what is left behind: it could still be ended.
    fn waits(&self) -> bool {
        true
    }
    /// The process has ended and will be reaped; from now on its process group must not be signalled.
    fn ended(&mut self);
}

/// Why nothing was started; the attempt can be made again.
#[derive(Debug)]
pub enum Refusal {
    /// The system has no room for another process now.
    Shortage(io::Error),
    /// The kernel does not take so many arguments, or so long ones; with what to tell the user.
    TooLong(Vec<u8>),
}

/// Whether an error is a lack of processes, descriptors or memory, which passes.
pub fn is_shortage(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EAGAIN | libc::ENOMEM | libc::EMFILE | libc::ENFILE))
}

/// Runs attempts; the seam for tests and, later, for other hosts.
pub trait Executor: Send + Sync {
    /// Runs one attempt to its end.
    ///
    /// # Errors
    /// When nothing could be started, and it is not the fault of the command.
    fn run(&self, attempt: Attempt<'_>, watch: &mut dyn Watch) -> Result<Finish, Refusal>;
}
