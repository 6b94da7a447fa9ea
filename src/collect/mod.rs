//! The collector: tells what happened. It orders, writes, logs and shows.
//!
//! One thread owns stdout, stderr and the terminal. It is told of jobs by their slots and knows nothing of processes;
//! what goes wrong here, a full disk or a reader that left, is reported and ends the run, but the collector goes on
//! to take what comes, so that no slot waits for it for ever. A job enters the job log after its output has been
//! written: what the log says is done can be seen.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::os::unix::ffi::OsStrExt;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;

use crate::error::Error;
use crate::job::{Cause, CommandLine, Exit, Job, Outcome, Seq, Slot, Stream, Tally};
use crate::joblog::{JobLog, Record};
use crate::output::{Capture, Colour, Kept, Latest, Order, Passed, Results, Table, Told, Writer};
use crate::progress::{Current, Progress, State};
use crate::report::{self, Reporter};

mod cramped;
mod post;
#[cfg(test)]
mod tests;

use cramped::Cramped;
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
    /// The user asks what runs now.
    Asked(Vec<Running>),
    /// The user wants to see the progress display, or not any more.
    Toggled(Vec<Running>),
}

impl Event {
    /// Whether it brings nothing that could be seen at once: a job that has ended in silence.
    fn is_quiet(&self) -> bool {
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

/// What was lost, the worse the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// A line of the job log or a kept result: no more jobs are to be started.
    Record,
    /// Output: nothing more can be done that counts.
    Output,
}

impl Loss {
    fn of(error: &Error) -> Self {
        if matches!(error, Error::Record { .. }) { Self::Record } else { Self::Output }
    }
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
    /// What stands behind each name.
    name_end: u8,
    /// The rows of running jobs, and which streams they show, if they do.
    latest: Option<(Latest, [bool; 2])>,
    /// Whether the output of failed jobs has a colour of its own, on stdout and on stderr.
    failed_colours: [bool; 2],
    /// Where a record of each job is written.
    table: Option<Table>,
    /// What output is taken into.
    buffer: Vec<u8>,
    /// The open files of jobs whose output is kept.
    kept: HashMap<Seq, Kept>,
    /// The captures of running jobs that have output.
    waiting: HashMap<Seq, Arc<Capture>>,
    /// The job that may print while it runs, if it has said that there is something.
    watched: Option<Seq>,
    cramped: Cramped,
    log: Option<JobLog>,
    /// Jobs whose output has been handed to the writer, but perhaps not been written yet.
    unlogged: Vec<(Settled, u64)>,
    progress: Option<Progress>,
    reporter: Option<Reporter>,
    tally: Tally,
    error: Option<Error>,
}

/// How output is ordered and shown.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Manner {
    /// In the order of the input.
    pub keep_order: bool,
    /// Whole lines as they come.
    pub lines: bool,
    /// As rows that show the last lines of running jobs, where there is a terminal.
    pub latest: bool,
    /// With the names of the files that it is kept in.
    pub names_files: bool,
    /// With a NUL after each name.
    pub names_end_with_nul: bool,
    /// In a colour of its own if the job has failed, on stdout and on stderr.
    pub failed_colours: [bool; 2],
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
        let rows = Stream::BOTH.map(Writer::shows);
        let latest = (manner.latest && rows[0]).then(|| (Latest::default(), rows));
        Self {
            writer: Writer::new(),
            order: if manner.keep_order { Order::of_input() } else { Order::of_ends() },
            lines: latest.is_some() || manner.lines && !manner.keep_order,
            echoes: manner.echoes,
            names_files: manner.names_files,
            name_end: if manner.names_end_with_nul { 0 } else { b'\n' },
            latest,
            failed_colours: manner.failed_colours,
            table: None,
            buffer: Vec::new(),
            kept: HashMap::new(),
            waiting: HashMap::new(),
            watched: None,
            cramped: Cramped::default(),
            log,
            unlogged: Vec::new(),
            progress,
            reporter: None,
            tally: Tally::default(),
            error: None,
        }
    }

    /// Has a record of each job written to a table.
    #[must_use]
    pub fn with_table(self, table: Option<Table>) -> Self {
        Self { table, ..self }
    }

    /// The same for a run in which these numbers are passed over.
    #[must_use]
    pub fn passing_over(mut self, passed: Arc<Passed>) -> Self {
        self.order.pass_over(passed);
        self
    }

    /// The same, which tells this one what happens.
    #[must_use]
    pub fn telling(self, reporter: Option<Reporter>) -> Self {
        Self { reporter, ..self }
    }

    /// Takes events until all slots are gone. `abort` is called when a record was lost, and when output was.
    ///
    /// # Errors
    /// What was lost, after everything else has been done.
    pub fn run(mut self, events: &Letterbox, abort: impl Fn(Loss)) -> Result<Tally, Error> {
        let mut told = None;
        while let Ok(event) = events.try_take() {
            if let Some(event) = event {
                self.handle(event);
            } else {
                if !self.progress.as_ref().is_some_and(Progress::is_holding) {
                    self.flush();
                }
                self.tell_of_halts(events);
                let rows = self.latest.as_ref().and_then(|(rows, _)| rows.wait());
                events.sleep(self.progress.as_ref().and_then(Progress::wait).or(rows), self.keeps_back());
            }
            if let Some((rows, _)) = &mut self.latest {
                let text = rows.draw();
                self.put(Stream::Stdout, &text);
            }
            if self.progress.as_ref().is_some_and(Progress::is_due) {
                self.draw();
            }
            let loss = self.error.as_ref().map(Loss::of);
            if loss > told {
                told = loss;
                loss.into_iter().for_each(&abort);
            }
        }
        while let Some(settled) = self.order.pop_any() {
            self.finish(settled);
        }
        if let Some((rows, _)) = &mut self.latest {
            let text = rows.hide();
            self.put(Stream::Stdout, &text);
        }
        self.flush();
        if let Some(log) = &mut self.log {
            log.finish();
        }
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
        if let Event::Stalled(capture) = &event
            && let Some(text) = capture.complaint()
        {
            self.mention(text.as_bytes());
        }
        if let Event::Stalled(capture) = &event {
            self.cramped.stall(capture);
        }
        self.pass(event);
        if self.cramped.is_waiting() {
            self.cramped.look(self.order.streaming());
        }
    }

    fn pass(&mut self, event: Event) {
        match event {
            Event::Started(started) => {
                self.cramped.start(started.seq);
                if let Some(progress) = &mut self.progress {
                    progress.job_started(started.slot, started.seq, Instant::now(), &started.line);
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
            Event::Asked(running) => self.describe(running),
            Event::Toggled(running) => self.toggle(&running),
            Event::Output(capture) | Event::Stalled(capture) if capture.results().is_some() => self.keep(&capture),
            Event::Stalled(capture) if capture.is_held() => {}
            Event::Output(capture) if self.lines => self.pass_on(&capture, true),
            Event::Stalled(capture) if self.lines => {
                capture.watch(true);
                self.pass_on(&capture, false);
            }
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
                    progress.job_retried(settled.job.seq, &settled.outcome);
                }
                let seq = settled.job.seq;
                self.cramped.end(seq, true);
                self.waiting.remove(&seq);
                // What it wrote is not shown; the files are made anew.
                if let Some(kept) = self.kept.remove(&seq) {
                    kept.discard();
                }
                settled.capture.watch(false);
                self.watched = self.watched.filter(|&watched| watched != seq);
            }
            Event::Settled(settled) => {
                if let Some(reporter) = &self.reporter {
                    reporter.ended(&settled.attempt());
                }
                if let Some(progress) = &mut self.progress {
                    progress.job_ended(settled.job.seq, &settled.outcome, &settled.line);
                }
                self.cramped.end(settled.job.seq, false);
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
            self.pass_on_stream(capture, stream, whole_lines);
        }
    }

    fn pass_on_stream(&mut self, capture: &Capture, stream: Stream, whole_lines: bool) {
        let mut buffer = std::mem::take(&mut self.buffer);
        loop {
            match capture.take(stream, whole_lines, &mut buffer) {
                Ok(()) if buffer.is_empty() => break,
                Ok(()) => self.show_bytes(capture, stream, &buffer),
                Err(cause) => {
                    self.fail(Error::Output { stream: "a spool file", cause });
                    break;
                }
            }
        }
        self.buffer = buffer;
    }

    fn show_bytes(&mut self, capture: &Capture, stream: Stream, bytes: &[u8]) {
        if let Some(reporter) = &self.reporter {
            reporter.output(capture.seq(), stream, bytes);
        }
        match &mut self.latest {
            Some((rows, shows)) if shows[stream as usize] => {
                let (tag, colour) = capture.looks(stream);
                rows.note(capture.seq(), &tag, colour, bytes);
            }
            _ => capture.style(stream, bytes, &mut |bytes| self.write(stream, bytes)),
        }
    }

    /// Prints the rest of a job, or keeps it in files, and has it logged once that is written.
    fn finish(&mut self, settled: Settled) {
        let capture = Arc::clone(&settled.capture);
        let received = capture.written(Stream::Stdout);
        self.keep(&capture);
        if let Some(kept) = self.kept.remove(&settled.job.seq) {
            if !matches!(settled.outcome.exit, Exit::Killed(..))
                && let Err(error) = kept.complete()
            {
                self.fail(error);
            }
            if self.names_files {
                let name = [kept.name().as_os_str().as_bytes(), &[self.name_end]].concat();
                capture.style(Stream::Stdout, &name, &mut |bytes| self.write(Stream::Stdout, bytes));
            }
        }
        if capture.results() == Some(&Results::Record) {
            self.record(&settled);
        }
        for stream in Stream::BOTH {
            if self.failed_colours[stream as usize] && settled.outcome.exit.is_failure() {
                capture.recolour(stream, Colour::FAILED);
            }
            self.pass_on_stream(&capture, stream, false);
            capture.finish(stream, &mut |bytes| self.write(stream, bytes));
        }
        if let Some(mut line) = self.latest.as_mut().and_then(|(rows, _)| rows.end(settled.job.seq)) {
            line.push(b'\n');
            capture.style(Stream::Stdout, &line, &mut |bytes| self.write(Stream::Stdout, bytes));
        }
        capture.watch(false);
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
        let Some(results) = capture.results().filter(|&results| *results != Results::Record) else { return };
        let kept = match self.kept.entry(capture.seq()) {
            Entry::Occupied(kept) => Ok(kept.into_mut()),
            Entry::Vacant(place) => results.begin(capture.seq()).map(|kept| place.insert(kept)),
        };
        if let Err(error) = kept.and_then(|kept| kept.take_from(capture, &mut self.buffer)) {
            self.fail(error);
            // Nobody is to wait for room that there will not be.
            self.pass_on(capture, false);
        }
    }

    /// Writes the record of a job that has ended.
    fn record(&mut self, settled: &Settled) {
        let Some(mut table) = self.table.take() else { return };
        let Settled { job, outcome, line, capture } = settled;
        let told = Told { seq: job.seq, outcome, line, values: &job.values };
        if let Err(error) = table.record(told, capture, &mut |bytes| self.write(Stream::Stdout, bytes)) {
            self.fail(error);
        }
        self.table = Some(table);
    }

    /// Whether output was lost, so that no more of it is written. A record that was lost does not matter to it.
    fn has_lost_output(&self) -> bool {
        self.error.as_ref().is_some_and(|error| Loss::of(error) == Loss::Output)
    }

    fn write(&mut self, stream: Stream, bytes: &[u8]) {
        if self.has_lost_output() {
            return;
        }
        if let Some((rows, _)) = &mut self.latest {
            let text = rows.hide();
            self.put(Stream::Stdout, &text);
            self.put(stream, bytes);
            return;
        }
        // It might come out between the rows of the display.
        if let Some(progress) = &mut self.progress
            && progress.hold(stream, bytes)
        {
            if progress.is_full() {
                self.flush();
            }
        } else if let Err(error) = self.writer.write(stream, bytes) {
            self.fail(error);
        }
    }

    /// Draws the display, below all output that there is.
    fn draw(&mut self) {
        if !self.progress.as_mut().is_some_and(Progress::settle) {
            self.flush();
        }
        if let Some(progress) = &mut self.progress {
            progress.draw();
        }
    }

    /// Tells what runs now.
    fn describe(&mut self, running: Vec<Running>) {
        let last_line = |capture: Option<Arc<Capture>>| capture.map(|capture| capture.last_line()).unwrap_or_default();
        let jobs: Vec<_> = running.into_iter().map(|job| (job.current, last_line(job.capture))).collect();
        let Some(text) = self.progress.as_ref().map(|progress| progress.describe(&jobs)) else { return };
        let error = self.error.take();
        self.write(Stream::Stderr, text.as_bytes());
        self.error = error;
    }

    /// Shows the display with the jobs that run, or shows it no more.
    fn toggle(&mut self, running: &[Running]) {
        self.flush();
        let Some(progress) = &mut self.progress else { return };
        for Running { current, since, job, .. } in running {
            // If the slot has left the job, its end may have been reported before this.
            if let (State::Runs { slot, .. }, Some(_)) = (&current.state, job.upgrade()) {
                progress.job_started(*slot, current.seq, *since, &current.line);
            }
        }
        progress.toggle();
    }

    /// Writes at once, to a terminal that shows rows.
    fn put(&mut self, stream: Stream, bytes: &[u8]) {
        if self.error.is_none()
            && let Err(error) = self.writer.write(stream, bytes).and_then(|()| self.writer.flush())
        {
            self.fail(error);
        }
    }

    /// Writes what was gathered, and then logs the jobs it was from.
    fn flush(&mut self) {
        let held = self.progress.as_mut().map(Progress::make_room).unwrap_or_default();
        for (stream, bytes) in held {
            if !self.has_lost_output()
                && let Err(error) = self.writer.write(stream, &bytes)
            {
                self.fail(error);
            }
        }
        if !self.has_lost_output()
            && let Err(error) = self.writer.flush()
        {
            self.fail(error);
        }
        let unlogged = std::mem::take(&mut self.unlogged);
        if unlogged.is_empty() || self.has_lost_output() {
            return;
        }
        let Some(log) = &mut self.log else { return };
        let mut result = Ok(());
        for (Settled { job, outcome, line, .. }, received) in &unlogged {
            // Where one could not be written, another may find room.
            let written = log.record(Record { seq: job.seq, outcome, received: *received, line });
            result = result.and(written);
        }
        if let Err(error) = result.and_then(|()| log.check()) {
            self.fail(error);
        }
    }

    /// The first error is told in the end, unless a worse one comes.
    fn fail(&mut self, error: Error) {
        if self.error.as_ref().is_none_or(|earlier| Loss::of(earlier) < Loss::of(&error)) {
            self.error = Some(error);
        }
    }
}

/// Quotes what an attempt wrote that is not printed.
fn quote_rest(reporter: &Reporter, settled: &Settled) {
    for stream in Stream::BOTH.into_iter().filter(|_| reporter.quotes_output()) {
        let mut buffer = Vec::new();
        while settled.capture.take(stream, false, &mut buffer).is_ok() && !buffer.is_empty() {
            reporter.output(settled.job.seq, stream, &buffer);
        }
    }
    reporter.output_ended(settled.job.seq, &settled.outcome, true);
}
