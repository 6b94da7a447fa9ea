//! The one owner of stdout, stderr and the terminal: the writer and the display, with the rows of `--latest-line`.
//!
//! It decides whether bytes go out now, are gathered, or are held until the display is drawn anew, and what is drawn
//! when. When all has been written that it was given, the jobs that it is from are logged. Once output has been lost it
//! prints no more. Whose output it is given, and in which order, is decided elsewhere.

use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;

use super::logbook::Logbook;
use super::losses::{Loss, Losses};
use super::turns::Turns;
use super::{Echoes, Manner, Running, Settled, Started};
use crate::error::Error;
use crate::job::{CommandLine, Stream};
use crate::joblog::JobLog;
use crate::output::{Capture, Writer};
use crate::progress::{Backlog, Progress, State};

/// What stands between the output of jobs and the user.
#[derive(Debug)]
pub(super) struct Printer {
    pub(super) writer: Writer,
    progress: Option<Progress>,
    echoes: Echoes,
    logbook: Logbook,
    losses: Losses,
}

impl Printer {
    pub(super) fn new(manner: &Manner, log: Option<JobLog>, progress: Option<Progress>) -> Self {
        Self {
            writer: Writer::new(),
            progress,
            echoes: manner.echoes,
            logbook: Logbook::new(log),
            losses: Losses::default(),
        }
    }

    /// Whether running jobs have rows with what they wrote last.
    pub(super) fn has_rows(&self) -> bool {
        self.progress.as_ref().is_some_and(Progress::has_latest)
    }

    /// Whether jobs are logged.
    pub(super) fn logs(&self) -> bool {
        self.logbook.is_kept()
    }

    /// Something was lost.
    pub(super) fn lose(&mut self, error: Error) {
        self.losses.note(error);
    }

    /// Calls `abort` if there is a loss that is worse than any it was called for.
    pub(super) fn tell_of_losses(&mut self, abort: impl Fn(Loss)) {
        self.losses.tell(abort);
    }

    /// Prints what a job wrote, or shows the last line of it in the job's row.
    pub(super) fn show(&mut self, capture: &Capture, stream: Stream, bytes: &[u8]) {
        let progress = self.progress.as_mut();
        if !progress.is_some_and(|it| it.job_wrote(capture.seq(), stream, || capture.looks(stream), bytes)) {
            capture.style(stream, bytes, &mut |bytes| self.write(stream, bytes));
        }
    }

    /// Takes the row of a job away, and prints what it showed last.
    pub(super) fn end_row(&mut self, capture: &Capture) {
        if let Some(mut line) = self.progress.as_mut().and_then(|progress| progress.take_latest(capture.seq())) {
            line.push(b'\n');
            capture.style(Stream::Stdout, &line, &mut |bytes| self.write(Stream::Stdout, bytes));
        }
    }

    /// All output of a job has been given to this; when it has been written, the job is logged.
    pub(super) fn log(&mut self, settled: Settled, received: u64) {
        self.logbook.add(settled, received);
    }

    /// Prints the command line of a job that is about to be started, and tells that it has been printed.
    pub(super) fn announce(&mut self, mut line: CommandLine, printed: Option<Sender<()>>) {
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

    /// Tells the user something.
    pub(super) fn mention(&mut self, text: &[u8]) {
        self.tell(&[b"forkful: ", text, b"\n"].concat());
    }

    /// Writes a text for the user, after all that was written before. That it cannot be told must not end the run.
    fn tell(&mut self, text: &[u8]) {
        self.flush();
        let losses = std::mem::take(&mut self.losses);
        self.write(Stream::Stderr, text);
        self.losses = losses;
    }

    /// Writes bytes, now or a little later.
    pub(super) fn write(&mut self, stream: Stream, bytes: &[u8]) {
        if self.losses.have_output() {
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
            self.lose(error);
        }
    }

    /// Writes what was gathered; returns stdout, if what goes there need not be seen by this.
    pub(super) fn lend(&mut self) -> Option<BorrowedFd<'static>> {
        self.flush();
        let is_seen = self.progress.as_mut().is_some_and(|progress| progress.shows(Stream::Stdout));
        let goes_by = !is_seen && !self.echoes.stdout && !self.losses.have_output();
        goes_by.then(|| self.writer.lend()).flatten()
    }

    /// Writes what was gathered and held, and then logs the jobs it was from.
    pub(super) fn flush(&mut self) {
        let held = self.progress.as_mut().map(Progress::make_room).unwrap_or_default();
        for (stream, bytes) in held {
            if !self.losses.have_output()
                && let Err(error) = self.writer.write(stream, &bytes)
            {
                self.lose(error);
            }
        }
        if !self.losses.have_output()
            && let Err(error) = self.writer.flush()
        {
            self.lose(error);
        }
        if self.losses.have_output() {
            self.logbook.forget();
        } else if let Err(error) = self.logbook.log() {
            self.lose(error);
        }
    }

    /// There is nothing more to print for the moment.
    pub(super) fn pause(&mut self) {
        if !self.progress.as_ref().is_some_and(Progress::is_holding) {
            self.flush();
        }
    }

    /// How long nothing has to be drawn; `None` for ever.
    pub(super) fn wait(&self) -> Option<Duration> {
        self.progress.as_ref().and_then(Progress::wait)
    }

    /// Draws what it is time to draw.
    pub(super) fn draw_if_due(&mut self, turns: &Turns) {
        if self.progress.as_ref().is_some_and(Progress::is_due) {
            self.draw(turns.backlog());
        }
    }

    /// Draws the display, below all output that there is.
    fn draw(&mut self, backlog: Option<Backlog>) {
        if !self.progress.as_mut().is_some_and(Progress::settle) {
            self.flush();
        }
        if let Some(progress) = &mut self.progress {
            progress.draw(backlog);
        }
    }

    /// The process of a job runs.
    pub(super) fn job_started(&mut self, started: &Started) {
        if let Some(progress) = &mut self.progress {
            progress.job_started(started.slot, started.seq, Instant::now(), &started.line);
        }
    }

    /// An attempt has ended, and there will be another.
    pub(super) fn job_retried(&mut self, settled: &Settled) {
        if let Some(progress) = &mut self.progress {
            progress.job_retried(settled.job.seq, &settled.outcome);
        }
    }

    /// A job has ended; its output may be printed later.
    pub(super) fn job_ended(&mut self, settled: &Settled) {
        if let Some(progress) = &mut self.progress {
            progress.job_ended(settled.job.seq, &settled.outcome, &settled.line);
        }
    }

    /// Tells what runs now, and what waits to be printed.
    pub(super) fn describe(&mut self, running: Vec<Running>, backlog: Option<Backlog>) {
        let last_line = |capture: Option<Arc<Capture>>| capture.map(|capture| capture.last_line()).unwrap_or_default();
        let jobs: Vec<_> = running.into_iter().map(|job| (job.current, last_line(job.capture))).collect();
        let Some(text) = self.progress.as_ref().map(|progress| progress.describe(&jobs, backlog)) else { return };
        self.tell(text.as_bytes());
    }

    /// Shows the display with the jobs that run, or shows it no more.
    pub(super) fn toggle(&mut self, running: &[Running]) {
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

    /// All has been printed: writes and logs what is left.
    pub(super) fn close(&mut self) {
        self.flush();
        self.logbook.finish();
    }

    /// Takes the display away and sums up; the worst that was lost.
    pub(super) fn finish(mut self) -> Option<Error> {
        if let Some(progress) = &mut self.progress {
            progress.finish();
        }
        self.losses.into_error()
    }
}
