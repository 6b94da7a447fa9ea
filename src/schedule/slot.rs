//! A slot: takes a job, runs it, reports how it ended, and takes the next.
//!
//! A job is reported exactly once, whatever happens to it, a panic included. Between two jobs a slot asks the
//! scheduler itself for the next, under its lock, so that no other thread has to wake up first.

use std::io;
use std::os::fd::BorrowedFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use rustix::process::Pid;

use super::attempt::Try;
use super::crew::{Crew, Heard};
use super::current::Place;
use super::scheduler::{Judgement, Scheduler};
use super::workshop::Workshop;
use crate::collect::{Event, Post, Settled, Started};
use crate::exec::{Finish, Watch, is_shortage};
use crate::job::{Drained, Exit, Job, Outcome, Slot, Stream, Value, Values};
use crate::os::has_ended;
use crate::output::{Capture, Style};
use crate::progress::NOTABLE;

/// How long output waits before a running job says that there is some. Short jobs end sooner and need say nothing.
const PAUSE: Duration = Duration::from_millis(10);

/// How a job left its slot.
pub(super) enum Ended {
    /// It has been reported, with how it ended and how long it took.
    Settled(Exit, Duration),
    /// It is to be tried again after this long.
    Again(Job, Duration),
    /// It could not be started for want of resources.
    Postponed(Job, io::Error),
}

impl Workshop {
    /// Makes one attempt at a job, and reports it.
    pub(super) fn run(
        &self,
        slot: Slot,
        job: Job,
        crew: &Arc<Crew>,
        heard: &Heard,
        place: &Place,
        events: &Post,
    ) -> Ended {
        let job = Arc::new(job);
        let (started, begun) = (SystemTime::now(), Instant::now());
        let mut unrendered = None;
        let style = self.style(slot, &job).unwrap_or_else(|why| {
            unrendered = Some(why);
            Style::default()
        });
        let results = self.results(slot, &job).unwrap_or_else(|why| {
            unrendered = Some(why);
            None
        });
        let capture = Capture::new(job.seq, style, results, self.flows(job.attempt), &self.store);
        // What else is wrong, the collector tells.
        if let Err(why) = capture.begin()
            && is_shortage(&why)
        {
            return Ended::Postponed(Arc::unwrap_or_clone(job), why);
        }
        let mut watcher = Watcher {
            capture: &capture,
            job: &job,
            place,
            crew,
            events,
            heard: self.listens.then_some(heard),
            slot,
            streams: self.streams(job.attempt),
            since: None,
            beginning: None,
            pid: None,
        };
        let attempt = Try { workshop: self, slot, job: &job, fifo: None };
        let attempt = catch_unwind(AssertUnwindSafe(|| match unrendered {
            None => attempt.make(&mut watcher),
            Some(why) => attempt.leave_out(why, &mut watcher),
        }));
        let (pid, runtime) = (watcher.pid, begun.elapsed());
        place.leave(&capture);
        let (line, finish) = match attempt {
            Ok((line, Ok(finish))) => (line, finish),
            Ok((_, Err(why))) => {
                if let Some(files) = capture.begun() {
                    files.discard();
                }
                return Ended::Postponed(Arc::unwrap_or_clone(job), why);
            }
            Err(_) => {
                watcher
                    .output(Stream::Stderr, b"forkful: a fault in forkful itself ended this job; please report it\n");
                (Value::new(), Exit::Unstarted(126).into())
            }
        };
        // From here on nobody finds it running.
        let mut job = Arc::unwrap_or_clone(job);
        let Finish { usage, sent, leaked, .. } = finish;
        let outcome = |exit| Outcome { exit, started, runtime, slot, pid, attempt: job.attempt, usage, sent, leaked };
        match crew.judge(slot, job.attempt, finish.exit) {
            Judgement::Settle(exit) => {
                let is_listed = self.names_jobs && (exit.is_failure() || runtime >= NOTABLE);
                let line = if line.is_empty() && is_listed { self.line(&job, slot) } else { line };
                // Data is not kept for a report.
                job.feed = None;
                if !self.keeps_values {
                    // Reports may wait for the collector, and values be large.
                    job.values = Values::new();
                }
                let remarks = self.remarks.of(exit, true, &line);
                events.send(Event::Settled(Settled { outcome: outcome(exit), job, line, capture }));
                for text in remarks {
                    events.send(Event::Mention(text));
                }
                Ended::Settled(exit, runtime)
            }
            Judgement::Again { exit, after, attempt } => {
                let remarks = self.remarks.of(exit, false, &line);
                for text in remarks {
                    events.send(Event::Mention(text));
                }
                let told = Job { feed: None, ..job.clone() };
                let settled = Settled { outcome: outcome(exit), job: told, line, capture };
                events.send(Event::Retried(settled, after));
                job.attempt = attempt;
                Ended::Again(job, after)
            }
        }
    }
}

/// Passes on what an attempt tells: output to the capture, life and death to the scheduler.
pub(super) struct Watcher<'a> {
    capture: &'a Arc<Capture>,
    job: &'a Arc<Job>,
    /// Where it is noted that the job runs.
    place: &'a Place,
    crew: &'a Arc<Crew>,
    pub(super) events: &'a Post,
    /// Where it is noted when there was output, if somebody asks.
    heard: Option<&'a Heard>,
    slot: Slot,
    streams: bool,
    /// What the collector is told when the process runs, if it asks.
    pub(super) beginning: Option<Started>,
    /// The process.
    pid: Option<i32>,
    /// Since when there is output that the collector has not been told of.
    pub(super) since: Option<Instant>,
}

impl Watcher<'_> {
    /// Whether the process has ended, whatever it has left behind.
    fn has_ended(&self) -> bool {
        self.pid.and_then(Pid::from_raw).is_some_and(has_ended)
    }

    /// Whether nobody has to wait for room for what it has left. That is for one job of a slot at a time, unless all are
    /// being ended: what waits must not become more and more while the reader has stalled.
    fn may_leave(&self) -> bool {
        self.has_ended() && (!self.place.is_behind() || self.crew.ask(Scheduler::is_ending))
    }
}

impl Watch for Watcher<'_> {
    fn started(&mut self, group: Pid) {
        let pid = group.as_raw_nonzero().get();
        self.pid = Some(pid);
        self.place.enter(self.job, pid, self.capture);
        self.crew.started(self.slot, self.job.seq, group);
        if let Some(started) = self.beginning.take() {
            self.events.send(Event::Started(Started { pid, ..started }));
        }
    }

    fn output(&mut self, stream: Stream, bytes: &[u8]) {
        let stalled = || self.events.send(Event::Stalled(Arc::clone(self.capture)));
        let push = || self.capture.push(stream, bytes, stalled, || self.may_leave());
        match self.heard {
            Some(heard) => heard.note(&self.crew.clock, push),
            None => push(),
        }
        if self.streams && self.since.get_or_insert_with(Instant::now).elapsed() > PAUSE {
            self.idle();
        }
    }

    fn drain(&mut self, stream: Stream, pipe: BorrowedFd<'_>) -> Drained {
        let ask = || self.events.send(Event::Borrows(Arc::clone(self.capture)));
        let drain = || self.capture.drain(stream, pipe, ask, || self.has_ended());
        let Some(heard) = self.heard else { return drain() };
        let drained = heard.note(&self.crew.clock, drain);
        if let Drained::Blocked(_) = drained {
            heard.note_waiting();
        }
        drained
    }

    fn idle_after(&self) -> Option<Duration> {
        self.since.map(|_| PAUSE)
    }

    fn idle(&mut self) {
        if self.since.take().is_some() {
            self.events.send(Event::Output(Arc::clone(self.capture)));
        }
    }

    fn leaked(&mut self) {
        self.crew.tell(|scheduler, now| scheduler.on_leak(self.slot, now));
    }

    fn waits(&self) -> bool {
        self.crew.ask(|scheduler| scheduler.waits_for(self.slot))
    }

    fn ended(&mut self) {
        self.crew.ended(self.slot);
    }
}
