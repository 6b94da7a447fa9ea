//! What the collector is told: by slots of their jobs, by the scheduler of the end of the run.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;

use crate::job::{Cause, CommandLine, Job, Outcome, Seq, Slot, Stream};
use crate::output::Capture;
use crate::progress::Current;
use crate::report;

/// What slots report.
#[derive(Debug)]
pub enum Event {
    /// A job is about to be started. Only sent where its command line is to be printed.
    Announced {
        /// Its command line.
        line: CommandLine,
        /// Told when the command line has been printed.
        printed: Option<Sender<()>>,
    },
    /// The process of a job runs. Only sent where somebody wants to know.
    Started(Started),
    /// The user is to be told this.
    Mention(Vec<u8>),
    /// A running job has output that has waited for a moment.
    Output(Arc<Capture>),
    /// A running job waits because there is no room left for its output.
    Stalled(Arc<Capture>),
    /// A running job writes so much that it waits to be lent stdout.
    Borrows(Arc<Capture>),
    /// An attempt at a job has ended, and there will be another after this long.
    Retried(Settled, Duration),
    /// A job has ended; its output is complete.
    Settled(Settled),
    /// The user asks what runs now.
    Asked(Vec<Running>),
    /// The user wants to see the progress display, or not any more.
    Toggled(Vec<Running>),
}

impl Event {
    /// Whether it brings nothing that could be seen at once: a job that has ended in silence.
    pub(super) fn is_quiet(&self) -> bool {
        matches!(self, Self::Settled(settled) if settled.capture.results().is_none() && settled.capture.is_silent())
    }
}

/// A job that has been started and has not settled.
#[derive(Debug)]
pub struct Running {
    /// What there is to tell.
    pub current: Current,
    /// Since when its process runs.
    pub since: Instant,
    /// What it writes; `None` while it waits to be tried again.
    pub capture: Option<Arc<Capture>>,
    /// Held by its slot until it reports the end of the job.
    pub job: Weak<Job>,
}

/// A job whose process runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// Its number.
    pub seq: Seq,
    /// Where it runs.
    pub slot: Slot,
    /// Which attempt it is, from 1.
    pub attempt: u32,
    /// The process.
    pub pid: i32,
    /// Its command line.
    pub line: CommandLine,
}

/// No more jobs are started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Halted {
    /// Why.
    pub cause: Cause,
    /// The signal that asked for it, if one did.
    pub signal: Option<i32>,
    /// Whether the jobs that run are ended.
    pub ends_running: bool,
}

/// A job that has ended.
#[derive(Debug)]
pub struct Settled {
    /// The job; without its values unless they were asked for.
    pub job: Job,
    /// How it ended.
    pub outcome: Outcome,
    /// Its command line.
    pub line: CommandLine,
    /// What it wrote.
    pub capture: Arc<Capture>,
}

impl Settled {
    /// The same for a report.
    pub(super) fn attempt(&self) -> report::Attempt<'_> {
        let written = Stream::BOTH.map(|stream| self.capture.written(stream));
        report::Attempt { seq: self.job.seq, outcome: &self.outcome, line: &self.line, written }
    }
}
