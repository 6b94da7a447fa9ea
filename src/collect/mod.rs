//! The collector: tells what happened. It orders, writes, logs and shows.
//!
//! One thread owns stdout, stderr and the terminal; only the slot of a job whose turn it is may be lent stdout for a
//! while. It is told of jobs by their slots and knows nothing of processes; what goes wrong here, a full disk or a
//! reader that left, is reported and ends the run, but the collector goes on to take what comes, so that no slot waits
//! for it for ever. A job enters the job log after its output has been written: what the log says is done can be seen.
//!
//! The room: [`Event`]s come by `post`; `turns` knows whose output is next, `cramped` who waits for room that nobody
//! makes; `keeper` puts it into files and tables, `printer` on stdout, stderr and the terminal; `logbook` logs what has
//! been written, `chronicle` has what happens reported, `losses` says what could not be saved. Here they are put
//! together.

mod chronicle;
mod cramped;
mod event;
mod keeper;
mod logbook;
mod losses;
mod manner;
mod post;
mod printer;
#[cfg(test)]
mod tests;
mod turns;

pub use event::{Event, Halted, Running, Settled, Started};
pub use losses::Loss;
pub use manner::{Echoes, Manner};
pub use post::{Letterbox, Post, post};

use std::sync::Arc;

use crate::error::Error;
use crate::job::{Stream, Tally};
use crate::joblog::JobLog;
use crate::output::{Capture, Colour, Passed, Table};
use crate::progress::Progress;
use crate::report::Reporter;
use chronicle::Chronicle;
use cramped::Cramped;
use keeper::Keeper;
use printer::Printer;
use turns::Turns;

/// Takes events, and passes output on.
#[derive(Debug)]
pub struct Collector {
    turns: Turns,
    cramped: Cramped,
    /// Whether lines are printed as they come, from whichever job.
    lines: bool,
    /// Whether the output of failed jobs has a colour of its own, on stdout and on stderr.
    failed_colours: [bool; 2],
    keeper: Keeper,
    printer: Printer,
    chronicle: Chronicle,
    /// What output is taken into.
    buffer: Vec<u8>,
}

impl Collector {
    /// A collector for a run.
    pub fn new(manner: &Manner, log: Option<JobLog>, progress: Option<Progress>) -> Self {
        let printer = Printer::new(manner, log, progress);
        Self {
            turns: Turns::new(manner.keep_order),
            cramped: Cramped::default(),
            lines: printer.has_rows() || manner.lines && !manner.keep_order,
            failed_colours: manner.failed_colours,
            keeper: Keeper::new(manner),
            printer,
            chronicle: Chronicle::default(),
            buffer: Vec::new(),
        }
    }

    /// Has a record of each job written to a table.
    #[must_use]
    pub fn with_table(mut self, table: Option<Table>) -> Self {
        self.keeper.table = table;
        self
    }

    /// The same for a run in which these numbers are passed over.
    #[must_use]
    pub fn passing_over(mut self, passed: Arc<Passed>) -> Self {
        self.turns.pass_over(passed);
        self
    }

    /// The same, which tells this one what happens.
    #[must_use]
    pub fn telling(mut self, reporter: Option<Reporter>) -> Self {
        self.chronicle.reporter = reporter;
        self
    }

    /// Takes events until all slots are gone. `abort` is called when a record was lost, and when output was.
    ///
    /// # Errors
    /// What was lost, after everything else has been done.
    pub fn run(mut self, events: &Letterbox, abort: impl Fn(Loss)) -> Result<Tally, Error> {
        while let Ok(event) = events.try_take() {
            if let Some(event) = event {
                self.handle(event);
            } else {
                self.printer.pause();
                self.chronicle.halted(events.halts());
                events.sleep(self.printer.wait(), self.keeps_back());
            }
            self.printer.draw_if_due(&self.turns);
            self.printer.tell_of_losses(&abort);
        }
        while let Some(settled) = self.turns.next_left() {
            self.finish(settled);
        }
        self.printer.close();
        self.chronicle.halted(events.halts());
        match self.printer.finish() {
            Some(error) => Err(error),
            None => Ok(self.chronicle.tally),
        }
    }

    /// Whether an event that brings nothing itself may be what something waits for.
    fn keeps_back(&self) -> bool {
        self.printer.logs() || self.chronicle.is_told() || !self.turns.are_over()
    }

    fn handle(&mut self, event: Event) {
        if let Event::Stalled(capture) = &event
            && let Some(text) = capture.complaint()
        {
            self.printer.mention(text.as_bytes());
        }
        if let Event::Stalled(capture) = &event {
            self.cramped.stall(capture);
        }
        self.pass(event);
        if self.cramped.is_waiting() {
            self.cramped.look(self.turns.turn());
        }
    }

    fn pass(&mut self, event: Event) {
        match event {
            Event::Started(started) => {
                self.cramped.start(started.seq);
                self.printer.job_started(&started);
                self.chronicle.started(&started);
            }
            Event::Announced { line, printed } => self.printer.announce(line, printed),
            Event::Mention(text) => self.printer.mention(&text),
            Event::Asked(running) => self.printer.describe(running, self.turns.backlog()),
            Event::Toggled(running) => self.printer.toggle(&running),
            Event::Output(capture) | Event::Stalled(capture) if capture.results().is_some() => self.keep(&capture),
            Event::Stalled(capture) if capture.is_held() => {}
            Event::Output(capture) if self.lines => self.pass_on(&capture, true),
            Event::Stalled(capture) if self.lines => {
                capture.watch(true);
                for stream in Stream::BOTH {
                    self.pass_on_stream(&capture, stream, true);
                    if capture.waits_for_room(stream) {
                        self.pass_on_stream(&capture, stream, false);
                    }
                }
            }
            Event::Output(capture) => {
                self.turns.note(capture);
                self.stream();
            }
            Event::Stalled(capture) => {
                self.turns.stall(capture);
                self.stream();
            }
            Event::Borrows(capture) => self.lend(&capture),
            Event::Retried(settled, delay) => {
                self.chronicle.retried(&settled, delay);
                self.printer.job_retried(&settled);
                self.keeper.discard(settled.job.seq);
                self.cramped.end(settled.job.seq, true);
                self.turns.retry(&settled.capture);
            }
            Event::Settled(settled) => {
                self.chronicle.ended(&settled);
                self.printer.job_ended(&settled);
                self.cramped.end(settled.job.seq, false);
                if self.lines {
                    self.finish(settled);
                    return;
                }
                self.turns.end(settled);
                while let Some(settled) = self.turns.next() {
                    self.finish(settled);
                }
                self.stream();
            }
        }
    }

    /// Passes on what the running job has whose turn it is.
    fn stream(&mut self) {
        if let Some(capture) = self.turns.streaming() {
            self.pass_on(&capture, false);
        }
    }

    /// Lends stdout to a job that has asked for it, if nothing else will be written there before its turn is over.
    fn lend(&mut self, capture: &Capture) {
        let is_next = !self.lines && self.turns.turn() == Some(capture.seq());
        let goes_by = !self.chronicle.quotes_output() && !self.failed_colours[Stream::Stdout as usize];
        if !(is_next && goes_by) {
            return capture.lend(None);
        }
        self.pass_on(capture, false);
        capture.lend(self.printer.lend());
    }

    fn pass_on(&mut self, capture: &Capture, whole_lines: bool) {
        for stream in Stream::BOTH {
            self.pass_on_stream(capture, stream, whole_lines);
        }
    }

    fn pass_on_stream(&mut self, capture: &Capture, stream: Stream, whole_lines: bool) {
        loop {
            match capture.take(stream, whole_lines, &mut self.buffer) {
                Ok(()) if self.buffer.is_empty() => return,
                Ok(()) => {
                    self.chronicle.output(capture.seq(), stream, &self.buffer);
                    self.printer.show(capture, stream, &self.buffer);
                }
                Err(cause) => {
                    // What cannot be had back never makes room, and whoever waits for that would not hear of the end.
                    capture.free();
                    return self.printer.lose(Error::Output { stream: "a spool file", cause });
                }
            }
        }
    }

    /// Moves what a job has written to its files, if it has any.
    fn keep(&mut self, capture: &Capture) {
        if let Err(error) = self.keeper.keep(capture) {
            self.printer.lose(error);
            // Nobody is to wait for room that there will not be.
            self.pass_on(capture, false);
        }
    }

    /// Prints the rest of a job, or keeps it in files, and has it logged once that is written.
    fn finish(&mut self, settled: Settled) {
        let capture = &*settled.capture;
        let received = capture.written(Stream::Stdout);
        self.keep(capture);
        let is_spoiled = self.keeper.has_spoiled(settled.job.seq);
        let mut print = |bytes: &[u8]| self.printer.write(Stream::Stdout, bytes);
        let closed = self.keeper.close(&settled, &mut print);
        let recorded = self.keeper.record(&settled, &mut print);
        let is_kept = !is_spoiled && closed.is_ok() && recorded.is_ok();
        [closed, recorded].into_iter().filter_map(Result::err).for_each(|error| self.printer.lose(error));
        for stream in Stream::BOTH {
            if self.failed_colours[stream as usize] && settled.outcome.exit.is_failure() {
                capture.recolour(stream, Colour::FAILED);
            }
            self.pass_on_stream(capture, stream, false);
            capture.finish(stream, &mut |bytes| self.printer.write(stream, bytes));
        }
        self.printer.end_row(capture);
        capture.watch(false);
        self.chronicle.finished(&settled);
        // What the log says is done is there: a run that goes on does this one again.
        if is_kept {
            self.printer.log(settled, received);
        }
    }
}
