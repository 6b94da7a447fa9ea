//! The run: one loop that listens to the reader, the signals and the clock, and slots that do the work.
//!
//! Order of events: the reader sends jobs, at most a few hundred ahead; the loop hands them to the scheduler while it
//! wants some; slots take them, run them, report to the collector and ask for the next.

mod attempt;
mod clock;
mod crew;
mod current;
mod ending;
mod hunt;
mod limit;
mod listen;
mod orphans;
mod place;
mod reader;
mod recipe;
mod scarcity;
mod scheduler;
mod slot;
mod template_file;
mod workdir;
mod workshop;

pub use place::Place;
pub use reader::{Done, IsDone, OnQueued};
pub use recipe::Recipe;
pub use scheduler::read_ahead;
pub use template_file::TemplateFile;
pub use workdir::Workdir;
pub use workshop::{Announce, Keep, Workshop};

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded, select, unbounded};

use crate::collect::{self, Collector};
use crate::error::Error;
use crate::job::{Job, Tally};
use crate::policy::{Gate, Halt, Retry, TermSeq, Timeout};
use crate::progress::Read;
use crate::signal::Caught;
use crew::Crew;
use listen::{Bells, listen};
use reader::Reader;
use scheduler::Scheduler;

/// What the scheduler goes by.
#[derive(Debug, Default)]
pub struct Rules {
    /// How jobs are ended.
    pub termseq: TermSeq,
    /// Which jobs end the run.
    pub halt: Halt,
    /// When jobs are started.
    pub gate: Gate,
    /// How long a job may take.
    pub timeout: Timeout,
    /// How long a job may write nothing.
    pub idle: Option<Duration>,
    /// How long the run may take.
    pub deadline: Option<Duration>,
    /// Whether jobs that fail are tried again.
    pub retry: Retry,
}

/// What a run is made of.
pub struct Run<J> {
    /// The jobs.
    pub jobs: J,
    /// How many of them wait between the reader and the scheduler at most; see [`read_ahead`].
    pub read_ahead: usize,
    /// Whether they bring data along, so that no more of them are read than can be run soon.
    pub bring_data: bool,
    /// Where the reader notes how many there are.
    pub read: Arc<Read>,
    /// Which of them are not to be run, if there may be such.
    pub done: Option<Done>,
    /// Who is told of the others, if anybody.
    pub on_queued: Option<OnQueued>,
    /// The number of slots.
    pub slots: usize,
    /// When jobs are started, how they are ended, and which of them end the run.
    pub rules: Rules,
    /// What the slots work with.
    pub workshop: Workshop,
    /// What becomes of their output.
    pub collector: Collector,
    /// Signals to the runner.
    pub signals: Receiver<Caught>,
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    /// The count of jobs; what was lost if output or a record was.
    pub tally: Result<Tally, Error>,
    /// What else went wrong.
    pub errors: Vec<Error>,
    /// Whether a signal, the deadline or an error ended it before all jobs were run.
    pub cut_short: bool,
    /// What has become of the rule by which jobs end a run.
    pub halt: Halt,
    /// The signal that has stopped it.
    pub stopped_by: Option<i32>,
}

impl<J> Run<J>
where
    J: Iterator<Item = Result<Job, Error>> + Send + 'static,
{
    /// Runs all jobs.
    ///
    /// # Errors
    /// When a thread of the runner itself cannot be made.
    pub fn run(self) -> Result<Ended, Error> {
        let system = |what| move |cause| Error::System { what, cause };
        let (aborted, abort) = unbounded();
        let (events, letterbox) = collect::post();
        let (finished, collected) = bounded(1);
        let asked = self.workshop.needs_total() && self.workshop.total.get().is_none();
        let total = asked.then(|| Arc::clone(&self.workshop.total));
        // All of the input is read at once where its size matters, while jobs run.
        let reads_all = self.rules.halt.needs_total() && !self.bring_data;
        let (job_sender, jobs) = if reads_all { unbounded() } else { bounded(self.read_ahead) };
        let (counted, count) = bounded(1);
        let source = self.jobs;
        let are_few = source.size_hint().1.is_some_and(|most| most <= self.read_ahead);
        // Data, and whoever is told of each job, may have us wait.
        let are_at_hand = are_few && !self.bring_data && self.on_queued.is_none();
        let reader = Reader { read: self.read, total, done: self.done, on_queued: self.on_queued };
        let read = move || {
            let _ = counted.send(reader.run(source, &job_sender));
        };
        if are_at_hand {
            // They are from the command line, and there is room for all of them: no thread is needed for that.
            read();
        } else {
            thread::Builder::new().name("reader".into()).spawn(read).map_err(system("start the reader's thread"))?;
        }
        let collector = self.collector;
        let tell = move || {
            let abort_run = |loss| {
                let _ = aborted.send(loss);
            };
            let _ = finished.send(collector.run(&letterbox, abort_run));
        };
        thread::Builder::new().name("collector".into()).spawn(tell).map_err(system("start the collector's thread"))?;

        let (crew, nudged) = Crew::new(Scheduler::new(self.slots, self.read_ahead, self.rules), self.workshop, events);
        crew.tell(|scheduler, now| {
            scheduler.on_begin(now);
            Vec::new()
        });
        let mut errors = listen(&crew, jobs, &Bells { signals: &self.signals, nudged, abort, count });
        errors.extend(crew.given_up().map(Error::Usage));
        let halt = crew.ask(|scheduler| scheduler.halt().clone());
        let stopped_by = crew.ask(Scheduler::stopped_by);
        let (tally, halted) = (Ok(Tally::default()), halt.clone());
        let abandoned = Ended { tally, errors: Vec::new(), cut_short: true, halt: halted, stopped_by };
        if crew.ask(Scheduler::is_abandoned) {
            return Ok(abandoned);
        }
        crew.dismiss();
        let cut_short = crew.ask(Scheduler::was_cut_short);
        drop(crew);
        // What is left to be printed may wait for a reader that has stalled; a second signal still ends that.
        let mut stopped_by = stopped_by;
        loop {
            select! {
                recv(collected) -> tally => {
                    let lost = || Error::Usage("the collector failed; please report it".into());
                    let tally = tally.unwrap_or_else(|_| Err(lost()));
                    return Ok(Ended { tally, errors, cut_short, halt, stopped_by });
                }
                recv(self.signals) -> signal => {
                    if let Ok(Caught::Stop(signal)) = signal {
                        if stopped_by.is_some() {
                            return Ok(Ended { stopped_by, ..abandoned });
                        }
                        stopped_by = Some(signal);
                    }
                }
            }
        }
    }
}
