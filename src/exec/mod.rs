//! One attempt at one job: a command line in, output and an exit out.
//!
//! [`Local`] starts processes, [`DryRun`] only shows the command lines. Which job runs when, and what becomes of its
//! output, is decided elsewhere: an attempt tells a [`Watch`] what happens to it.

mod dry;
mod environment;
mod guard;
mod local;
mod lookup;
mod options;
mod pump;
mod shell;
mod words;

pub use dry::DryRun;
pub use guard::Guard;
pub use local::Local;
pub use options::ExecOptions;

use std::io;
use std::time::Duration;

use rustix::process::Pid;

use crate::job::{Exit, Seq, Slot, Stream};

/// What is to be run.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// The rendered command line.
    pub line: &'a [u8],
    /// The job's number.
    pub seq: Seq,
    /// Where it runs.
    pub slot: Slot,
}

/// Who is told what happens to an attempt, in the order of the methods.
pub trait Watch {
    /// The job's process leads this process group now.
    fn started(&mut self, group: Pid);
    /// The job wrote this. May wait until there is room for it.
    fn output(&mut self, stream: Stream, bytes: &[u8]);
    /// After which time without output [`Watch::idle`] should be called; `None` for never.
    fn idle_after(&self) -> Option<Duration>;
    /// Output is a while old, and the job still runs.
    fn idle(&mut self);
    /// The process has ended and will be reaped; from now on its process group must not be signalled.
    fn ended(&mut self);
}

/// The system has no room for another process now; nothing was started.
#[derive(Debug)]
pub struct Shortage(pub io::Error);

impl Shortage {
    /// Tells a lack of processes, descriptors or memory, which passes, from other errors.
    ///
    /// # Errors
    /// The error itself, if it is no shortage.
    pub fn from_error(error: io::Error) -> Result<Self, io::Error> {
        match error.raw_os_error() {
            Some(libc::EAGAIN | libc::ENOMEM | libc::EMFILE | libc::ENFILE) => Ok(Self(error)),
            _ => Err(error),
        }
    }
}

/// Runs attempts; the seam for tests and, later, for other hosts.
pub trait Executor: Send + Sync {
    /// Runs one attempt to its end.
    ///
    /// # Errors
    /// When nothing could be started for want of resources; the attempt can be made again.
    fn run(&self, attempt: Attempt<'_>, watch: &mut dyn Watch) -> Result<Exit, Shortage>;
}
