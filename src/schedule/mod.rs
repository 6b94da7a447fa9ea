//! The run: one loop that listens to the reader, the signals and the clock, and slots that do the work.
//!
//! Order of events: the reader sends jobs, at most a few hundred ahead; the loop hands them to the scheduler while it
//! wants some; slots take them, run them, report to the collector and ask for the next. The loop never leaves early:
//! whatever goes wrong, it ends when every slot is free, or when the user has asked for the third time.

mod attempt;
mod clock;
mod crew;
mod current;
mod ending;
mod hunt;
mod limit;
mod orphans;
mod place;
mod recipe;
mod scarcity;
mod scheduler;
mod slot;
mod template_file;
mod workdir;
mod workshop;

pub use place::Place;
pub use recipe::Recipe;
pub use template_file::TemplateFile;
pub use workdir::Workdir;
pub use workshop::{Announce, Keep, Workshop};

use std::fs::File;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, after, bounded, never, select, unbounded};

use crate::collect::{self, Collector, Loss};
use crate::error::Error;
use crate::job::{Job, Seq, Tally};
use crate::output::Passed;
use crate::policy::{Gate, Halt, Retry, TermSeq, Timeout};
use crate::progress::Read;
use crate::signal::Caught;
use crew::Crew;
use orphans::Orphans;
use scheduler::Scheduler;
pub use scheduler::read_ahead;

/// How often the groups of ended jobs are looked at while a run is being ended.
const LOOK: Duration = Duration::from_millis(10);

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

/// Whether a job was done before, told the number of all jobs if that is known.
pub type IsDone = Box<dyn FnMut(&Job, Option<u64>) -> bool + Send>;

/// Jobs that are not run because they were in an earlier run.
pub struct Done {
    /// Asked once for each job, in order.
    pub is_done: IsDone,
    /// Where the numbers are noted that no job of the run has.
    pub passed: Arc<Passed>,
}

/// Who is told of each job that is to be run, before it can start.
pub type OnQueued = Box<dyn FnMut(&Job) + Send>;

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
        let read = self.read;
        let (source, done, on_queued) = (self.jobs, self.done, self.on_queued);
        let are_few = source.size_hint().1.is_some_and(|most| most <= self.read_ahead);
        // Data, and whoever is told of each job, may have us wait.
        let are_at_hand = are_few && !self.bring_data && on_queued.is_none();
        let read_them = move || {
            let _ = counted.send(feed(source, &read, total.as_deref(), done, on_queued, &job_sender));
        };
        if are_at_hand {
            // They are from the command line, and there is room for all of them: no thread is needed for that.
            read_them();
        } else {
            // Not waited for: it may be waiting for input that never comes.
            let reader = thread::Builder::new().name("reader".into());
            reader.spawn(read_them).map_err(system("start the reader's thread"))?;
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

/// What the loop listens to beside the reader.
struct Bells<'a> {
    signals: &'a Receiver<Caught>,
    /// A slot wants the loop to look.
    nudged: Receiver<()>,
    /// Output or a record was lost.
    abort: Receiver<Loss>,
    /// How many jobs there are in all.
    count: Receiver<u64>,
}

/// The loop.
fn listen(crew: &Arc<Crew>, jobs: Receiver<Result<Job, Error>>, bells: &Bells<'_>) -> Vec<Error> {
    let Bells { signals, nudged, abort, count } = bells;
    let mut errors = Vec::new();
    let (mut jobs, closed) = (jobs, never());
    let (mut abort, mut count) = (abort.clone(), count.clone());
    // Without a terminal nobody can wait for it.
    let has_terminal = File::open("/dev/tty").is_ok();
    let (mut orphans, mut looked) = (Orphans::new(Instant::now()), None);
    loop {
        if orphans.reap(Instant::now()) && has_terminal {
            crew.look_for_stopped();
        }
        // To look costs milliseconds, and jobs that are ended together end one after the other.
        if crew.hunts() && looked.is_none_or(|looked: Instant| looked.elapsed() >= LOOK) {
            orphans.reap_now();
            crew.look_after_leaderless();
            looked = Some(Instant::now());
        }
        if crew.ask(|scheduler| scheduler.is_done() || scheduler.is_abandoned()) {
            break;
        }
        let input = if crew.ask(Scheduler::wants_jobs) { &jobs } else { &closed };
        let timer = timer(crew, &orphans);
        let read = select! {
            recv(input) -> read => Some(read),
            recv(nudged) -> _ => None,
            recv(signals) -> signal => {
                if let Ok(signal) = signal {
                    crew.answer(signal);
                    crew.tell(|scheduler, now| scheduler.on_signal(signal, now));
                }
                None
            }
            recv(count) -> total => {
                if let Ok(total) = total {
                    crew.tell(|scheduler, now| scheduler.on_total(total, now));
                }
                count = never();
                None
            }
            recv(abort) -> lost => {
                match lost {
                    Ok(Loss::Record) => crew.tell(|scheduler, _| scheduler.on_lost_record()),
                    Ok(Loss::Output) => crew.tell(Scheduler::on_abort),
                    Err(_) => abort = never(),
                }
                None
            }
            recv(timer) -> _ => {
                crew.tell(Scheduler::on_tick);
                None
            }
        };
        match read {
            None => {}
            Some(Ok(Ok(job))) => {
                // As many as there are, so that the reader is woken once for all of them.
                let more = std::iter::from_fn(|| jobs.try_recv().ok()).take(jobs.len());
                for job in std::iter::once(Ok(job)).chain(more) {
                    match job {
                        Ok(job) => crew.tell(|scheduler, now| scheduler.on_job(job, now)),
                        Err(error) => errors.push(error),
                    }
                }
            }
            Some(Ok(Err(error))) => errors.push(error),
            Some(Err(_)) => {
                jobs = never();
                crew.tell(|scheduler, _| {
                    scheduler.on_input_end();
                    Vec::new()
                });
            }
        }
    }
    errors
}

/// When the scheduler is to be asked again.
fn timer(crew: &Crew, orphans: &Orphans) -> Receiver<Instant> {
    let tick = crew.arm().map(|tick| tick.saturating_duration_since(crew.clock.now()));
    let look = crew.ask(Scheduler::has_leaderless).then_some(LOOK);
    after(look.into_iter().chain(tick).fold(orphans.due_in(Instant::now()), Duration::min))
}

/// The reader: sends the jobs that are to be run, all at the end where their number has to be known first; returns how
/// many there were.
fn feed(
    jobs: impl Iterator<Item = Result<Job, Error>>,
    read: &Read,
    total: Option<&OnceLock<u64>>,
    mut done: Option<Done>,
    mut on_queued: Option<OnQueued>,
    sender: &Sender<Result<Job, Error>>,
) -> u64 {
    let (mut count, mut next) = (0, Seq(1));
    let mut send = |jobs: &mut dyn Iterator<Item = Result<Job, Error>>, total: Option<u64>| {
        for job in jobs {
            if let Ok(job) = &job {
                if let Some(done) = &mut done {
                    if (done.is_done)(job, total) {
                        continue;
                    }
                    done.passed.note(next, job.seq);
                    next = Seq(job.seq.0 + 1);
                }
                if let Some(on_queued) = &mut on_queued {
                    on_queued(job);
                }
                count += 1;
                read.job();
            }
            // An error ends the input; so does the end of the run.
            let failed = job.is_err();
            if sender.send(job).is_err() || failed {
                return;
            }
        }
    };
    match total {
        None => send(&mut { jobs }, None),
        Some(total) => {
            let jobs: Vec<_> = jobs.collect();
            let _ = total.set(jobs.iter().filter(|job| job.is_ok()).count() as u64);
            send(&mut jobs.into_iter(), total.get().copied());
        }
    }
    read.end();
    count
}
