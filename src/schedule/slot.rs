//! A slot: takes a job, runs it, reports how it ended, and takes the next.
//!
//! A job is reported exactly once, whatever happens to it, a panic included. Between two jobs a slot asks the
//! scheduler itself for the next, under its lock, so that no other thread has to wake up first.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use rustix::process::Pid;

use super::attempt::Try;
use super::crew::Crew;
use super::workshop::Workshop;
use crate::collect::{Event, Post, Settled};
use crate::exec::Watch;
use crate::job::{Exit, Job, Outcome, Slot, Stream, Value};
use crate::output::Capture;

/// How long output waits before a running job says that there is some. Short jobs end sooner and need say nothing.
const PAUSE: Duration = Duration::from_millis(10);

/// A job that could not be started for want of resources.
pub(super) struct Postponed {
    pub(super) job: Job,
    pub(super) why: io::Error,
}

impl Workshop {
    /// Runs one job to its end and reports it, unless it has to be tried again.
    pub(super) fn run(&self, slot: Slot, job: Job, crew: &Arc<Crew>, events: &Post) -> Result<Exit, Postponed> {
        let (started, begun) = (SystemTime::now(), Instant::now());
        let capture = Capture::new(job.seq, self.tag(slot, &job), self.results(slot, &job), &self.store);
        let mut watcher = Watcher { capture: &capture, crew, events, slot, streams: self.streams, since: None };
        let attempt = catch_unwind(AssertUnwindSafe(|| Try { workshop: self, slot, job: &job }.make(&mut watcher)));
        let (line, exit) = match attempt {
            Ok((line, Ok(exit))) => (line, exit),
            Ok((_, Err(why))) => return Err(Postponed { job, why }),
            Err(_) => {
                watcher
                    .output(Stream::Stderr, b"forkful: a fault in forkful itself ended this job; please report it\n");
                (Value::new(), Exit::Unstarted(126))
            }
        };
        let exit = if crew.is_ending() { exit.by_runner() } else { exit };
        let outcome = Outcome { exit, started, runtime: begun.elapsed() };
        events.send(Event::Settled(Settled { seq: job.seq, outcome, line, capture }));
        Ok(exit)
    }
}

/// Passes on what an attempt tells: output to the capture, life and death to the scheduler.
pub(super) struct Watcher<'a> {
    capture: &'a Arc<Capture>,
    crew: &'a Arc<Crew>,
    pub(super) events: &'a Post,
    slot: Slot,
    streams: bool,
    /// Since when there is output that the collector has not been told of.
    pub(super) since: Option<Instant>,
}

impl Watch for Watcher<'_> {
    fn started(&mut self, group: Pid) {
        self.crew.started(self.slot, group);
    }

    fn output(&mut self, stream: Stream, bytes: &[u8]) {
        let stalled = || self.events.send(Event::Stalled(Arc::clone(self.capture)));
        self.capture.push(stream, bytes, stalled);
        if self.streams && self.since.get_or_insert_with(Instant::now).elapsed() > PAUSE {
            self.idle();
        }
    }

    fn idle_after(&self) -> Option<Duration> {
        self.since.map(|_| PAUSE)
    }

    fn idle(&mut self) {
        if self.since.take().is_some() {
            self.events.send(Event::Output(Arc::clone(self.capture)));
        }
    }

    fn ended(&mut self) {
        self.crew.ended(self.slot);
    }
}
