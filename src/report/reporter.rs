//! Who is told what happens, and has it written down.

use std::env;
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use std::{fs, io, process};

use super::ReportOptions;
use super::clock::{micros, rounded, unix};
use super::event::{self, Event, Stamped, Totals};
use super::fate::Fate;
use super::file::Target;
use super::junit;
use super::ledger::{Ledger, Row};
use super::page::{self, About};
use super::sink::Sink;
use super::stdout::Stdout;
use super::tail::Tails;
use super::text::shown;
use super::trace;
use crate::error::Error;
use crate::host;
use crate::job::{Cause, Job, Outcome, Seq, Slot, Stream};

/// The longest command line in a title, in bytes.
const TITLE: usize = 500;

/// What is to be known of a run before it starts.
#[derive(Debug)]
pub struct Circumstances<'a> {
    /// How many jobs may run at a time.
    pub slots: usize,
    /// Where files without a name may be.
    pub directory: &'a Path,
    /// Whether the output of jobs comes by, so that its size is known.
    pub counts_output: bool,
    /// Whether nothing but events or a report would be written to stdout.
    pub keeps_stdout_free: bool,
}

/// An attempt that has ended.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// The job's number.
    pub seq: Seq,
    /// How it ended.
    pub outcome: &'a Outcome,
    /// Its command line.
    pub line: &'a [u8],
    /// Bytes that it wrote to each stream.
    pub written: [u64; 2],
}

/// How a run ended.
#[derive(Clone, Copy, Debug)]
pub struct Ending {
    /// Its exit status, if nothing is lost here.
    pub exit: u8,
    /// Whether all jobs were run.
    pub complete: bool,
    /// The signal that stopped it.
    pub signal: Option<i32>,
}

/// A handle on what is written down about a run, for all that have something to tell.
#[derive(Clone, Debug)]
pub struct Reporter {
    state: Arc<Mutex<State>>,
    /// Whether there are events to tell as they happen.
    tells_events: bool,
    quotes_output: bool,
}

#[derive(Debug)]
struct State {
    began: (SystemTime, Instant),
    slots: usize,
    counts_output: bool,
    /// Whether the run does not come to its own end.
    is_halted: bool,
    events: Option<Sink>,
    ledger: Option<Ledger>,
    tails: Tails,
    totals: Totals,
    junit: Option<Target>,
    trace: Option<Target>,
    page: Option<Target>,
    error: Option<Error>,
    line: Vec<u8>,
}

impl Reporter {
    /// Opens what is wanted; `None` if nothing is. The run begins now.
    ///
    /// # Errors
    /// When something cannot be written where it is to be.
    pub fn open(options: &ReportOptions, about: &Circumstances<'_>) -> Result<Option<Self>, Error> {
        if !options.is_wanted() {
            return Ok(None);
        }
        let mut stdout = Stdout::new(about.keeps_stdout_free);
        let mut target = |what, option, path: &Option<PathBuf>| {
            path.as_deref().map(|path| Target::open(what, option, path, &mut stdout)).transpose()
        };
        let junit = target("the JUnit report", "--junit", &options.junit)?;
        let trace = target("the trace", "--trace", &options.trace_file)?;
        let page = target("the report", "--report", &options.report)?;
        let ledger = options.needs_rows().then(|| Ledger::new(about.directory)).transpose();
        let ledger = ledger.map_err(|cause| lost("what the reports are made of", cause))?;
        let events = options.events.as_deref().map(|place| Sink::open(place, &mut stdout)).transpose()?;
        let mut state = State {
            began: (SystemTime::now(), Instant::now()),
            slots: about.slots,
            counts_output: about.counts_output,
            is_halted: false,
            events,
            ledger,
            tails: Tails::default(),
            totals: Totals::default(),
            junit,
            trace,
            page,
            error: None,
            line: Vec::new(),
        };
        state.tell_start();
        let (tells_events, quotes_output) = (state.events.is_some(), state.junit.is_some() && about.counts_output);
        Ok(Some(Self { state: Arc::new(Mutex::new(state)), tells_events, quotes_output }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A job has been read.
    pub fn queued(&self, job: &Job) {
        if !self.tells_events {
            return;
        }
        let args = || job.values.iter().map(Into::into).collect();
        self.state().tell(|| Event::Queued(event::Queued { seq: job.seq.0, args: args() }));
    }

    /// The process of a job runs.
    pub fn started(&self, seq: Seq, attempt: u32, slot: Slot, pid: i32, line: &[u8]) {
        let host = event::HERE;
        let started = || event::Started { seq: seq.0, attempt, slot: slot.0, host, pid, command: line.into() };
        self.state().tell(|| Event::Started(started()));
    }

    /// A job has ended.
    pub fn ended(&self, attempt: &Attempt<'_>) {
        self.state().end(attempt, None);
    }

    /// An attempt has ended, and there will be another after this long.
    pub fn retried(&self, attempt: &Attempt<'_>, delay: Duration) {
        self.state().end(attempt, Some(delay));
    }

    /// Whether [`Reporter::output`] is of any use.
    pub fn quotes_output(&self) -> bool {
        self.quotes_output
    }

    /// A job wrote this.
    pub fn output(&self, seq: Seq, stream: Stream, bytes: &[u8]) {
        if self.quotes_output {
            self.state().tails.push(seq.0, stream, bytes);
        }
    }

    /// All of the output of an attempt has come by.
    pub fn output_ended(&self, seq: Seq, outcome: &Outcome, again: bool) {
        if !self.quotes_output {
            return;
        }
        let is_quoted = again || Fate::of(outcome.exit, outcome.attempt) != Fate::Succeeded;
        self.state().tails.end(seq.0, is_quoted);
    }

    /// No more jobs will be started, for this cause.
    pub fn halted(&self, cause: Cause, signal: Option<i32>, ends_running: bool) {
        let cause = match (cause, signal) {
            (Cause::Halt | Cause::Deadline, _) => cause.name(),
            (_, Some(_)) => "signal",
            (_, None) => "loss",
        };
        let mut state = self.state();
        state.is_halted = true;
        state.tell(|| Event::Halted(event::Halted { cause, signal, ends_running }));
    }

    /// The run has ended: writes what is made at the end, and returns what was lost.
    pub fn close(&self, ending: Ending) -> Vec<Error> {
        let mut state = self.state();
        let ending = Ending { complete: ending.complete && !state.is_halted, ..ending };
        let mut errors: Vec<_> = state.error.take().into_iter().collect();
        errors.extend(state.write_files(ending));
        let exit = if errors.is_empty() { ending.exit } else { u8::MAX };
        state.tell_end(Ending { exit, ..ending });
        errors.extend(state.error.take());
        errors
    }
}

impl State {
    fn tell<'a>(&mut self, what: impl FnOnce() -> Event<'a>) {
        let Some(events) = &mut self.events else { return };
        let what = what();
        let stamped = Stamped { event: what.name(), time: unix(SystemTime::now()), what };
        self.line.clear();
        let written = serde_json::to_writer(&mut self.line, &stamped).map_err(io::Error::from);
        self.line.push(b'\n');
        if let Err(cause) = written.and_then(|()| events.write(&self.line)) {
            self.error.get_or_insert(lost(events.name(), cause));
            self.events = None;
        }
    }

    fn tell_start(&mut self) {
        let slots = self.slots;
        let argv: Vec<_> = env::args_os().collect();
        let directory = env::current_dir().unwrap_or_default();
        let machine = machine();
        self.tell(|| {
            Event::RunStarted(event::RunStarted {
                schema: event::SCHEMA,
                version: env!("CARGO_PKG_VERSION"),
                argv: argv.iter().map(|word| word.as_bytes().into()).collect(),
                directory: directory.as_os_str().as_bytes().into(),
                machine: machine.as_slice().into(),
                pid: process::id(),
                slots,
            })
        });
    }

    fn end(&mut self, attempt: &Attempt<'_>, again: Option<Duration>) {
        let Attempt { seq, outcome, line, written } = *attempt;
        let fate = Fate::of(outcome.exit, outcome.attempt);
        let usage = outcome.usage;
        let [stdout, stderr] = written.map(|bytes| self.counts_output.then_some(bytes));
        self.count(outcome, fate, again.is_some());
        self.tell(|| {
            let attempt = event::Ended {
                seq: seq.0,
                attempt: outcome.attempt,
                slot: outcome.slot.0,
                host: event::HERE,
                pid: outcome.pid,
                command: line.into(),
                outcome: fate,
                cause: outcome.exit.in_full(),
                ended_by: outcome.exit.ended_by().map(Cause::name),
                exit: outcome.exit.code(),
                signal: outcome.exit.signal(),
                started: unix(outcome.started),
                wall: rounded(outcome.runtime),
                user: rounded(usage.user),
                system: rounded(usage.system),
                max_rss: usage.memory,
                blocks_in: usage.blocks_in,
                blocks_out: usage.blocks_out,
                voluntary_switches: usage.waits,
                involuntary_switches: usage.preemptions,
                stdin_bytes: outcome.sent,
                stdout_bytes: stdout,
                stderr_bytes: stderr,
                leaked: outcome.leaked,
            };
            match again {
                Some(delay) => Event::Retried { attempt, delay: rounded(delay) },
                None => Event::Ended(attempt),
            }
        });
        let Some(ledger) = &mut self.ledger else { return };
        let row = Row {
            seq: seq.0,
            attempt: outcome.attempt,
            slot: outcome.slot.0,
            start: micros(outcome.started.duration_since(self.began.0).unwrap_or_default()),
            wall: micros(outcome.runtime),
            cpu: micros(usage.cpu()),
            memory: usage.memory,
            stdout,
            stderr,
            fate,
            cause: outcome.exit.in_full(),
            again: again.is_some(),
            leaked: outcome.leaked,
            command: line.to_vec().into(),
        };
        if let Err(cause) = ledger.push(&row) {
            self.error.get_or_insert(lost("what the reports are made of", cause));
            self.ledger = None;
        }
    }

    fn count(&mut self, outcome: &Outcome, fate: Fate, again: bool) {
        let (totals, usage) = (&mut self.totals, &outcome.usage);
        totals.user += rounded(usage.user);
        totals.system += rounded(usage.system);
        totals.max_rss = totals.max_rss.max(usage.memory);
        if again {
            totals.retries += 1;
            return;
        }
        totals.jobs += 1;
        *match fate {
            Fate::Succeeded => &mut totals.succeeded,
            Fate::Flaky => &mut totals.flaky,
            Fate::Skipped => &mut totals.skipped,
            _ => &mut totals.failed,
        } += 1;
    }

    fn write_files(&mut self, ending: Ending) -> Vec<Error> {
        let Some(ledger) = &mut self.ledger else { return Vec::new() };
        let (began, length) = (self.began.0, micros(self.began.1.elapsed()));
        let about = About {
            title: title(env::args_os()),
            machine: shown(&machine(), TITLE),
            began: Some(unix(began)),
            length,
            slots: self.slots,
            exit: Some(ending.exit),
            complete: ending.complete,
            knows_usage: true,
            own_memory: host::own_memory(),
        };
        let mut errors = Vec::new();
        let mut keep = |result: Option<Result<(), Error>>| errors.extend(result.and_then(Result::err));
        keep(self.junit.take().map(|file| {
            let tails = std::mem::take(&mut self.tails);
            file.write(|out| junit::write(out, Duration::from_micros(length), ledger, tails))
        }));
        keep(self.trace.take().map(|file| file.write(|out| trace::write(out, &about, ledger))));
        keep(self.page.take().map(|file| file.write(|out| page::write(out, &about, ledger))));
        errors
    }

    fn tell_end(&mut self, ending: Ending) {
        let Ending { exit, complete, signal } = ending;
        let (wall, mut totals) = (rounded(self.began.1.elapsed()), self.totals.clone());
        for time in [&mut totals.user, &mut totals.system] {
            *time = (*time * 1e6).round() / 1e6;
        }
        self.tell(|| Event::RunEnded(event::RunEnded { exit, complete, signal, wall, totals }));
    }
}

fn lost(what: &str, cause: io::Error) -> Error {
    Error::Report { what: what.to_owned(), cause }
}

/// The name of this machine, as it calls itself.
fn machine() -> Vec<u8> {
    fs::read("/proc/sys/kernel/hostname").unwrap_or_default().trim_ascii().to_vec()
}

/// A command line for people.
fn title(mut words: impl Iterator<Item = OsString>) -> String {
    let program = words.next().unwrap_or_default();
    let program = Path::new(&program).file_name().unwrap_or_default().to_owned();
    let words = [program].into_iter().chain(words);
    let quoted = |word: OsString| match shlex::bytes::try_quote(word.as_bytes()) {
        Ok(quoted) => quoted.into_owned(),
        Err(_) => word.into_vec(),
    };
    shown(&words.map(quoted).collect::<Vec<_>>().join(&b' '), TITLE)
}
