//! The collector: tells what happened. It orders, writes, logs and shows.
//!
//! One thread owns stdout, stderr and the terminal. It is told of jobs by their slots and knows nothing of processes;
//! what goes wrong here, a full disk or a reader that left, is reported and ends the run, but the collector goes on
//! to take what comes, so that no slot waits for it for ever. A job enters the job log after its output has been
//! written: what the log says is done can be seen.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::os::unix::ffi::OsStrExt;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::Sender;

use crate::error::Error;
use crate::job::{Cause, CommandLine, Job, Outcome, Seq, Slot, Stream, Tally};
use crate::joblog::{JobLog, Record};
use crate::output::{Capture, Kept, Order, Writer};
use crate::progress::Progress;
use crate::report::{self, Reporter};

mod post;

pub use post::{Letterbox, Post, post};

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
    /// An attempt at a job has ended, and there will be another after this long.
    Retried(Settled, Duration),
    /// A job has ended; its output is complete.
    Settled(Settled),
}

impl Event {
    /// Whether it brings nothing that could be seen at once: a job that has ended in silence.
    fn is_quiet(&self) -> bool {
        matches!(self, Self::Settled(settled) if settled.capture.results().is_none() && settled.capture.is_silent())
    }
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
    fn attempt(&self) -> report::Attempt<'_> {
        let written = Stream::BOTH.map(|stream| self.capture.written(stream));
        report::Attempt { seq: self.job.seq, outcome: &self.outcome, line: &self.line, written }
    }
}

/// How the collector passes output on.
#[derive(Debug)]
pub struct Collector {
    writer: Writer,
    order: Order<Settled>,
    /// Whether lines are printed as they come, from whichever job.
    lines: bool,
    echoes: Echoes,
    /// Whether the names of the files that output is kept in are printed.
    names_files: bool,
    /// The open files of jobs whose output is kept.
    kept: HashMap<Seq, Kept>,
    /// The captures of running jobs that have output.
    waiting: HashMap<Seq, Arc<Capture>>,
    /// The job that may print while it runs, if it has said that there is something.
    watched: Option<Seq>,
    log: Option<JobLog>,
    /// Jobs whose output has been handed to the writer, but perhaps not been written yet.
    unlogged: Vec<(Settled, u64)>,
    progress: Option<Progress>,
    reporter: Option<Reporter>,
    on_terminal: bool,
    tally: Tally,
    error: Option<Error>,
}

/// How output is ordered and shown.
#[derive(Debug)]
pub struct Manner {
    /// In the order of the input.
    pub keep_order: bool,
    /// Whole lines as they come.
    pub lines: bool,
    /// With the names of the files that it is kept in.
    pub names_files: bool,
    /// Command lines when jobs start.
    pub echoes: Echoes,
}

/// Where the command line of a job is printed when it starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Echoes {
    /// On stdout.
    pub stdout: bool,
    /// On stderr.
    pub stderr: bool,
}

impl Collector {
    /// A collector for a run.
    pub fn new(manner: &Manner, log: Option<JobLog>, progress: Option<Progress>) -> Self {
        Self {
            writer: Writer::new(),
            order: if manner.keep_order { Order::of_input() } else { Order::of_ends() },
            lines: manner.lines && !manner.keep_order,
            echoes: manner.echoes,
            names_files: manner.names_files,
            kept: HashMap::new(),
            waiting: HashMap::new(),
            watched: None,
            log,
            unlogged: Vec::new(),
            on_terminal: progress.is_some() && Writer::is_on_terminal(),
            progress,
            reporter: None,
            tally: Tally::default(),
            error: None,
        }
    }

    /// The same, which tells this one what happens.
    #[must_use]
    pub fn telling(self, reporter: Option<Reporter>) -> Self {
        Self { reporter, ..self }
    }

    /// Takes events until all slots are gone. `abort` is called once, when output or a record was lost.
    ///
    /// # Errors
    /// What was lost, after everything else has been done.
    pub fn run(mut self, events: &Letterbox, abort: impl Fn()) -> Result<Tally, Error> {
        let mut aborted = false;
        while let Ok(event) = events.try_take() {
            if let Some(event) = event {
                self.handle(event);
            } else {
                self.flush();
                self.tell_of_halts(events);
                events.sleep(self.progress.as_ref().map(Progress::wait), self.keeps_back());
            }
            if let Some(progress) = &mut self.progress {
                progress.draw();
            }
            if self.error.is_some() && !aborted {
                aborted = true;
                abort();
            }
        }
        while let Some(settled) = self.order.pop_any() {
            self.finish(settled);
        }
        self.flush();
        self.tell_of_halts(events);
        if let Some(progress) = &mut self.progress {
            progress.finish();
        }
        match self.error {
            Some(error) => Err(error),
            None => Ok(self.tally),
        }
    }

    /// Whether an event that brings nothing itself may be what something waits for.
    fn keeps_back(&self) -> bool {
        self.log.is_some() || self.reporter.is_some() || !self.waiting.is_empty() || !self.order.is_empty()
    }

    /// After all that happened before.
    fn tell_of_halts(&self, events: &Letterbox) {
        for Halted { cause, signal, ends_running } in events.halts() {
            if let Some(reporter) = &self.reporter {
                reporter.halted(cause, signal, ends_running);
            }
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Started(started) => {
                if let Some(progress) = &mut self.progress {
                    progress.job_started(started.seq, &started.line);
                }
                if let Some(reporter) = &self.reporter {
                    reporter.started(started.seq, started.attempt, started.slot, started.pid, &started.line);
                }
            }
            Event::Announced { mut line, printed } => {
                line.push(b'\n');
                for (stream, wanted) in Stream::BOTH.into_iter().zip([self.echoes.stdout, self.echoes.stderr]) {
                    if wanted {
                        self.write(stream, &line);
                    }
                }
                if let Some(printed) = printed {
                    self.flush();
                    let _ = printed.send(());
                }
            }
            Event::Mention(text) => self.mention(&text),
            Event::Stalled(capture) if capture.results().is_some() => self.keep(&capture),
            Event::Output(capture) if self.lines => self.pass_on(&capture, true),
            Event::Stalled(capture) if self.lines => self.pass_on(&capture, false),
            Event::Output(capture) => self.show(capture),
            Event::Stalled(capture) => {
                self.order.stall(capture.seq());
                self.show(capture);
            }
            Event::Retried(settled, delay) => {
                if let Some(reporter) = &self.reporter {
                    reporter.retried(&settled.attempt(), delay);
                    quote_rest(reporter, &settled);
                }
                if let Some(progress) = &mut self.progress {
                    progress.job_retried(settled.job.seq);
                }
                self.waiting.remove(&settled.job.seq);
                // What it wrote is not shown; the files are made anew.
                self.kept.remove(&settled.job.seq);
            }
            Event::Settled(settled) => {
                if let Some(reporter) = &self.reporter {
                    reporter.ended(&settled.attempt());
                }
                if let Some(progress) = &mut self.progress {
                    progress.job_ended(settled.job.seq, &settled.outcome);
                }
                self.waiting.remove(&settled.job.seq);
                if self.lines {
                    self.finish(settled);
                    return;
                }
                self.order.end(settled.job.seq, settled);
                while let Some(settled) = self.order.pop() {
                    self.finish(settled);
                }
                self.watch();
            }
        }
    }

    /// A running job has output: remember it, and pass it on if it is this job's turn.
    fn show(&mut self, capture: Arc<Capture>) {
        self.waiting.insert(capture.seq(), capture);
        self.watch();
    }

    /// Passes on what the job has whose turn it is, and has it say when there is more.
    fn watch(&mut self) {
        let turn = self.order.streaming();
        let Some(capture) = turn.and_then(|seq| self.waiting.get(&seq)).map(Arc::clone) else { return };
        if self.watched != turn {
            self.watched = turn;
            capture.watch(true);
        }
        self.pass_on(&capture, false);
    }

    fn pass_on(&mut self, capture: &Capture, whole_lines: bool) {
        for stream in Stream::BOTH {
            loop {
                match capture.take(stream, whole_lines) {
                    Ok(bytes) if bytes.is_empty() => break,
                    Ok(bytes) => {
                        if let Some(reporter) = &self.reporter {
                            reporter.output(capture.seq(), stream, &bytes);
                        }
                        self.write(stream, &capture.tag(stream, bytes));
                    }
                    Err(cause) => {
                        self.fail(Error::Output { stream: "a spool file", cause });
                        break;
                    }
                }
            }
        }
    }

    /// Prints the rest of a job, or keeps it in files, and has it logged once that is written.
    fn finish(&mut self, settled: Settled) {
        let received = settled.capture.written(Stream::Stdout);
        self.keep(&settled.capture);
        if let Some(kept) = self.kept.remove(&settled.job.seq).filter(|_| self.names_files) {
            let name = [kept.name().as_os_str().as_bytes(), b"\n"].concat();
            self.write(Stream::Stdout, &settled.capture.tag(Stream::Stdout, name));
        }
        self.pass_on(&settled.capture, false);
        if let Some(reporter) = &self.reporter {
            reporter.output_ended(settled.job.seq, &settled.outcome, false);
        }
        self.tally.count(settled.outcome.exit);
        if self.log.is_some() {
            self.unlogged.push((settled, received));
        }
    }

    /// Tells the user something. That it cannot be told must not end the run.
    fn mention(&mut self, text: &[u8]) {
        self.flush();
        let error = self.error.take();
        self.write(Stream::Stderr, &[b"forkful: ", text, b"\n"].concat());
        self.error = error;
    }

    /// Moves what a job has written to its files, if it has any.
    fn keep(&mut self, capture: &Capture) {
        let Some(results) = capture.results() else { return };
        let kept = match self.kept.entry(capture.seq()) {
            Entry::Occupied(kept) => Ok(kept.into_mut()),
            Entry::Vacant(place) => results.begin(capture.seq()).map(|kept| place.insert(kept)),
        };
        if let Err(error) = kept.and_then(|kept| kept.take_from(capture)) {
            self.fail(error);
        }
    }

    fn write(&mut self, stream: Stream, bytes: &[u8]) {
        if self.error.is_some() {
            return;
        }
        let (writer, mut result) = (&mut self.writer, Ok(()));
        match &mut self.progress {
            // What is gathered would come out below the bar, or in its place.
            Some(progress) if self.on_terminal => progress.hide(|| {
                result = writer.write(stream, bytes).and_then(|()| writer.flush());
            }),
            _ => result = writer.write(stream, bytes),
        }
        if let Err(error) = result {
            self.fail(error);
        }
    }

    /// Writes what was gathered, and then logs the jobs it was from.
    fn flush(&mut self) {
        if self.error.is_none()
            && let Err(error) = self.writer.flush()
        {
            self.fail(error);
        }
        let unlogged = std::mem::take(&mut self.unlogged);
        if self.error.is_some() {
            return;
        }
        let Some(log) = &mut self.log else { return };
        let mut result = Ok(());
        for (Settled { job, outcome, line, .. }, received) in &unlogged {
            result = result.and_then(|()| log.record(Record { seq: job.seq, outcome, received: *received, line }));
        }
        if let Err(error) = result {
            self.fail(error);
        }
    }

    fn fail(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }
}

/// Quotes what an attempt wrote that is not printed.
fn quote_rest(reporter: &Reporter, settled: &Settled) {
    for stream in Stream::BOTH.into_iter().filter(|_| reporter.quotes_output()) {
        while let Ok(bytes) = settled.capture.take(stream, false)
            && !bytes.is_empty()
        {
            reporter.output(settled.job.seq, stream, &bytes);
        }
    }
    reporter.output_ended(settled.job.seq, &settled.outcome, true);
}
