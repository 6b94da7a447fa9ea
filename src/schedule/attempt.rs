//! One try at one job: its command made, shown, agreed to, given a place, and executed.

use std::ffi::CStr;
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crossbeam_channel::bounded;

use super::recipe::Rendered;
use super::slot::Watcher;
use super::template_file::Written;
use super::workdir::Directory;
use super::workshop::{Announce, Workshop};
use crate::collect::{Event, Started};
use crate::exec::{Attempt, Command, Finish, Refusal, Watch};
use crate::job::{Exit, Job, Slot, Stream, Value};
use crate::template::Unrendered;

/// How long to wait for room for the second part of a job, the first part of which has run.
const ROOM: Duration = Duration::from_millis(10);

/// A job in a slot.
pub(super) struct Try<'a> {
    pub(super) workshop: &'a Workshop,
    pub(super) slot: Slot,
    pub(super) job: &'a Job,
    /// The named pipe that the job reads.
    pub(super) fifo: Option<&'a Path>,
}

impl Try<'_> {
    /// Makes it; the command line, and how it ended or why it has to be made again.
    pub(super) fn make(&self, watcher: &mut Watcher<'_>) -> (Value, Result<Finish, io::Error>) {
        let (Some(place), Some(feed)) = (&self.workshop.place, &self.job.feed) else {
            return self.make_placed(watcher);
        };
        match place.of(self.job, feed) {
            Ok(placed) => {
                let (line, finish) = Try { job: &placed.job, fifo: placed.fifo(), ..*self }.make_placed(watcher);
                (line, finish.map(|finish| Finish { sent: finish.sent + placed.length, ..finish }))
            }
            Err(why) => {
                let why = format!("cannot keep the data of a job for it: {why}; see --tmpdir");
                (Value::new(), Ok(refused(why.as_bytes(), watcher).into()))
            }
        }
    }

    /// The same when the data has its place.
    fn make_placed(&self, watcher: &mut Watcher<'_>) -> (Value, Result<Finish, io::Error>) {
        let rendered = match self.render() {
            Ok(rendered) => rendered,
            Err(why) => return self.leave_out(why, watcher),
        };
        self.show(&rendered.line, watcher);
        match self.workshop.prompt.as_ref().map_or(Ok(true), |prompt| prompt.ask(&rendered.line)) {
            Ok(true) => {}
            Ok(false) => return (rendered.line, Ok(Exit::Skipped.into())),
            Err(error) => {
                let why = format!("cannot ask on the terminal: {error}");
                return (rendered.line, Ok(refused(why.as_bytes(), watcher).into()));
            }
        }
        let finish = match self.place() {
            Ok((directory, _written)) => {
                let directory = directory.as_ref().map(|directory| directory.path.as_c_str());
                self.execute(&rendered, directory, watcher)
            }
            Err(why) => Ok(refused(why.as_bytes(), watcher).into()),
        };
        (rendered.line, finish)
    }

    fn render(&self) -> Result<Rendered, Unrendered> {
        let workshop = self.workshop;
        workshop.recipe.render(self.job, self.slot, workshop.total(), workshop.shows_lines())
    }

    /// Makes none, because something that is rendered for the job has no text.
    pub(super) fn leave_out(&self, why: Unrendered, watcher: &mut Watcher<'_>) -> (Value, Result<Finish, io::Error>) {
        match why {
            Unrendered::LeftOut(line) => (line, Ok(Exit::Skipped.into())),
            why => (self.workshop.line(self.job, self.slot), Ok(self.unrendered(&why, watcher).into())),
        }
    }

    /// Tells why there is no text.
    fn unrendered(&self, unrendered: &Unrendered, watcher: &mut Watcher<'_>) -> Exit {
        refused(format!("job {}: {unrendered}", self.job.seq).as_bytes(), watcher)
    }

    /// Shows the command line to those who want to see it.
    fn show(&self, line: &[u8], watcher: &mut Watcher<'_>) {
        if self.workshop.verbose {
            watcher.output(Stream::Stdout, &[line, b"\n"].concat());
            watcher.since = None;
        }
        if self.workshop.announce != Announce::Never {
            let (printed, wait) = bounded(1);
            let printed = (self.workshop.announce == Announce::AndWait).then_some(printed);
            watcher.events.send(Event::Announced { line: line.to_vec(), printed });
            // Without anybody to answer, this returns at once.
            let _ = wait.recv();
        }
        let Job { seq, attempt, .. } = *self.job;
        // Others may be waiting for one that is tried again to get a slot.
        if self.workshop.tells_starts() || attempt > 1 {
            watcher.beginning = Some(Started { seq, slot: self.slot, attempt, pid: 0, line: line.to_vec() });
        }
    }

    /// The directory and the files of the job; `Err` says what cannot be made.
    fn place(&self) -> Result<(Option<Directory>, Vec<Written>), String> {
        let (workshop, total) = (self.workshop, self.workshop.total());
        let directory = workshop.workdir.as_ref().map(|workdir| workdir.of(self.job, self.slot, total)).transpose();
        let directory = directory.map_err(|why| format!("--workdir: cannot make {why}"))?;
        let written =
            workshop.files.iter().map(|file| file.write(self.job, self.slot, total)).collect::<Result<_, _>>()?;
        Ok((directory, written))
    }

    /// Executes what was rendered. What is too long after all is executed in parts, so that no value is lost.
    fn execute(
        &self,
        rendered: &Rendered,
        directory: Option<&CStr>,
        watcher: &mut Watcher<'_>,
    ) -> Result<Finish, io::Error> {
        let (workshop, slot, job) = (self.workshop, self.slot, self.job);
        let line = rendered.line.as_slice();
        let is_long = line.len() > workshop.longest_line;
        let parameters = is_long.then(|| workshop.recipe.with_parameters(job, slot, workshop.total())).flatten();
        let with_parameters = parameters.as_ref().map(|(line, values)| (line.as_slice(), values));
        let command = rendered.words.as_ref().map_or(Command::Line { line, with_parameters }, Command::Words);
        let (feed, fifo) = (job.feed.as_ref(), self.fifo);
        let attempt = Attempt { command, seq: job.seq, slot, directory, feed, fifo };
        match workshop.executor.run(attempt, watcher) {
            Ok(finish) => Ok(finish),
            Err(Refusal::Shortage(error)) => Err(error),
            Err(Refusal::TooLong(_)) if workshop.splits && job.values.len() > 1 => {
                Ok(self.execute_in_parts(directory, watcher))
            }
            Err(Refusal::TooLong(message)) => Ok(refused(&message, watcher).into()),
        }
    }

    /// Executes one half of the values and then the other; the first failure counts.
    fn execute_in_parts(&self, directory: Option<&CStr>, watcher: &mut Watcher<'_>) -> Finish {
        let count = self.job.values.len();
        let mut finish = Finish::from(Exit::Code(0));
        for (from, to) in [(0, count / 2), (count / 2, count)] {
            let job = Job { values: self.job.values.slice(from, to), ..self.job.clone() };
            let part = Try { job: &job, ..*self };
            let ended = match part.render() {
                // The first part may have run, so the job as a whole cannot be put off any more.
                Ok(rendered) => loop {
                    match part.execute(&rendered, directory, watcher) {
                        Ok(finish) => break finish,
                        Err(_) => thread::sleep(ROOM),
                    }
                },
                Err(unrendered) => part.unrendered(&unrendered, watcher).into(),
            };
            finish = finish.and(ended);
        }
        finish
    }
}

/// Tells why a job is not started.
fn refused(why: &[u8], watcher: &mut Watcher<'_>) -> Exit {
    watcher.output(Stream::Stderr, &[b"forkful: ", why, b"\n"].concat());
    Exit::Unstarted(126)
}
