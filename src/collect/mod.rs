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
use crate::job::{CommandLine, Job, Outcome, Seq, Slot, Stream, Tally};
use crate::joblog::{JobLog, Record};
use crate::output::{Capture, Colour, Kept, Latest, Order, Results, Table, Told, Writer};
use crate::progress::Progress;

mod post;
#[cfg(test)]
mod tests;

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
    log: Option<JobLog>,
    /// Jobs whose output has been handed to the writer, but perhaps not been written yet.
    unlogged: Vec<(Settled, u64)>,
    progress: Option<Progress>,
    on_terminal: bool,
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
        let latest = (manner.latest && rows[0] && progress.is_none()).then(|| (Latest::default(), rows));
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
            log,
            unlogged: Vec::new(),
            on_terminal: progress.is_some() && Writer::is_on_terminal(),
            progress,
            tally: Tally::default(),
            error: None,
        }
    }

    /// Has a record of each job written to a table.
    #[must_use]
    pub fn with_table(self, table: Option<Table>) -> Self {
        Self { table, ..self }
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
                let rows = self.latest.as_ref().and_then(|(rows, _)| rows.wait());
                events.sleep(self.progress.as_ref().map(Progress::wait).or(rows), self.keeps_back());
            }
            if let Some((rows, _)) = &mut self.latest {
                rows.draw();
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
        self.log.is_some() || !self.waiting.is_empty() || !self.order.is_empty()
    }

    fn handle(&mut self, event: Event) {
        if let Event::Stalled(capture) = &event
            && let Some(text) = capture.complaint()
        {
            self.mention(text.as_bytes());
        }
        match event {
            Event::Started(started) => {
                if let Some(progress) = &mut self.progress {
                    progress.job_started(started.seq, &started.line);
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
            Event::Output(capture) | Event::Stalled(capture) if capture.results().is_some() => self.keep(&capture),
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
            Event::Retried(settled, _) => {
                if let Some(progress) = &mut self.progress {
                    progress.job_retried(settled.job.seq);
                }
                let seq = settled.job.seq;
                self.waiting.remove(&seq);
                // What it wrote is not shown; the files are made anew.
                if let Some(kept) = self.kept.remove(&seq) {
                    kept.discard();
                }
                settled.capture.watch(false);
                self.watched = self.watched.filter(|&watched| watched != seq);
            }
            Event::Settled(settled) => {
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
        match &mut self.latest {
            Some((rows, shows)) if shows[stream as usize] => {
                let (tag, colour) = capture.looks(stream);
                rows.show(capture.seq(), &tag, colour, bytes);
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
            if let Err(error) = kept.complete() {
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
            _ => match &self.latest {
                Some((rows, _)) => rows.hide(|| result = writer.write(stream, bytes).and_then(|()| writer.flush())),
                None => result = writer.write(stream, bytes),
            },
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
