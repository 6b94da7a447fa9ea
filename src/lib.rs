//! forkful: a parallel batch job runner with GNU parallel's command line.
//!
//! The house, from the ground up; arrows point down only, and `tests/layering.rs` sees to it:
//!
//! | layer | rooms |
//! |---|---|
//! | 0 | [`job`]: the words everything else speaks; [`error`]; [`os`]: what needs `unsafe`; [`host`]: facts about this machine; [`pattern`]: regular expressions for bytes; [`escape`]: backslashes as in C; [`units`]: quantities as options have them |
//! | 1 | [`input`], [`block`], [`template`], [`exec`], [`policy`], [`output`], [`joblog`], [`progress`], [`report`], [`signal`], [`semaphore`]: each does one thing and knows none of the others |
//! | 2 | [`collect`]: puts output in order, writes, logs and shows it; [`spread`]: data for the stdin of jobs |
//! | 3 | [`schedule`]: the scheduler, the loop, the slots |
//! | 4 | [`cli`]: the options of all of these as one command line |
//! | 5 | `assemble`: from options to the parts of a run |
//! | 6 | `turn`: a run that first waits at a semaphore |
//!
//! [`run`] is the program: the reader sends jobs, the scheduler gives them to slots, each slot starts a process
//! and pumps its output into a spool, and the collector prints it.

mod assemble;
pub mod block;
pub mod cli;
pub mod collect;
pub mod error;
pub mod escape;
pub mod exec;
pub mod host;
pub mod input;
pub mod job;
pub mod joblog;
pub mod os;
pub mod output;
pub mod pattern;
pub mod policy;
pub mod progress;
pub mod report;
pub mod schedule;
pub mod semaphore;
pub mod signal;
pub mod spread;
pub mod template;
mod turn;
pub mod units;

use std::ffi::OsString;
use std::io::{self, PipeWriter, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, bounded, select};

use assemble::Assembly;
use cli::{Cli, Parsed, Printed, XargsCli, XargsParsed};
use error::{Error, say};
use input::Input;
use job::{Exit, Tally};
use report::{Ending, Reporter};
use schedule::{Ended, OnQueued, Run, read_ahead};
use signal::{Caught, Role};

/// The exit status of a run that could not keep its promise, as GNU parallel's.
const TROUBLE: u8 = 255;

/// The whole program.
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    let result = Cli::parse_from(arguments).and_then(|parsed| match parsed {
        Parsed::Print(text) => print(text.as_bytes()).map(|()| 0),
        Parsed::Tool(tool) => tool.apply().and_then(|Printed(text, status)| print(&text).map(|()| status)),
        Parsed::Run(cli) => {
            if let Some(limits) = cli.limits() {
                let _ = io::stderr().write_all(limits.as_bytes());
            }
            if cli.semaphore.is_wanted() {
                return turn::run_in_turn(*cli);
            }
            let (assembly, input) = Assembly::new(*cli)?;
            run_jobs(&assembly, input, None).map(status)
        }
        Parsed::Xargs(words) => Ok(run_xargs(words)),
    });
    ExitCode::from(result.unwrap_or_else(|error| {
        tell(&error);
        TROUBLE
    }))
}

/// The whole of xargs, the exit statuses of which are its own.
fn run_xargs(words: Vec<OsString>) -> u8 {
    let result = XargsCli::parse(words).and_then(|parsed| match parsed {
        XargsParsed::Print(text) => print(text.as_bytes()).map(|()| 0),
        XargsParsed::Run(cli) => {
            os::keep_exit_statuses();
            let (status, errors, stopped_by) = assemble::xargs::run(&cli)?;
            errors.iter().for_each(tell);
            Ok(stopped_by.map_or(status, end_by))
        }
    });
    result.unwrap_or_else(|error| {
        tell(&error);
        assemble::xargs::TROUBLE
    })
}

/// The main job: input, slots, scheduler, collector. A run in the background tells its caller that it can begin.
fn run_jobs(assembly: &Assembly, input: Input, caller: Option<PipeWriter>) -> Result<Ended, Error> {
    os::keep_exit_statuses();
    let (mut log, hold) = assembly.open_log()?;
    let table = assembly.table(input.names())?;
    let workshop = assembly.workshop(&input, hold.as_ref())?;
    if let Some(log) = &mut log {
        log.begin(assembly.before())?;
    }
    let packing = assembly.packing(&workshop);
    let values = packing.as_ref().map_or(1, |(packing, _)| packing.most);
    let done = assembly.done(&input, &workshop, log.as_mut())?;
    let jobs = assembly.jobs(input, packing, log.as_mut())?;
    let read = Arc::new(assembly.read());
    let reporter = assembly.reporter()?;
    let collector = assembly.collector(&read, &workshop, log, done.as_ref(), table).telling(reporter.clone());
    let signals = signal::catch(if caller.is_some() { Role::Background } else { Role::Foreground })
        .map_err(|cause| Error::System { what: "catch signals", cause })?;
    if let Some(mut caller) = caller {
        let _ = caller.write_all(b"r");
    }
    let on_queued = reporter.clone().map(|reporter| -> OnQueued { Box::new(move |job| reporter.queued(job)) });
    let later_signals = signals.clone();
    let run = Run {
        jobs,
        read_ahead: assembly.read_ahead().unwrap_or(read_ahead(values)),
        bring_data: assembly.read_ahead().is_some(),
        read,
        done,
        on_queued,
        slots: assembly.slots,
        rules: assembly.rules(),
        workshop,
        collector,
        signals,
    };
    let ended = run.run();
    progress::leave_terminal();
    let mut ended = ended?;
    if let Some(reporter) = reporter {
        let exit =
            if assembly.is_single() { exit_status(&ended, of_last) } else { exit_status(&ended, Tally::exit_status) };
        let ending = Ending { exit, complete: !ended.cut_short, signal: ended.stopped_by };
        ended.errors.extend(close(reporter, ending, &later_signals));
    }
    Ok(ended)
}

/// Has the reports made, which may wait for a reader that has stalled; a signal ends that.
fn close(reporter: Reporter, ending: Ending, signals: &Receiver<Caught>) -> Vec<Error> {
    while signals.try_recv().is_ok() {}
    let (done, errors) = bounded(1);
    let writer = thread::Builder::new().name("reports".into());
    if let Err(cause) = writer.spawn(move || done.send(reporter.close(ending))) {
        return vec![Error::System { what: "start the thread that makes the reports", cause }];
    }
    loop {
        select! {
            recv(errors) -> errors => return errors.unwrap_or_default(),
            recv(signals) -> signal => {
                if matches!(signal, Ok(Caught::Stop(_)) | Err(_)) {
                    return vec![Error::Report { what: "the reports".into(), cause: io::ErrorKind::Interrupted.into() }];
                }
            }
        }
    }
}

/// The exit status of a run, after its errors have been told.
fn status(ended: Ended) -> u8 {
    status_by(ended, Tally::exit_status)
}

/// The same for a run of one job: the exit status of that.
fn single_status(ended: Ended) -> u8 {
    status_by(ended, of_last)
}

/// The exit status of the job that was counted last.
fn of_last(tally: &Tally) -> u8 {
    tally.last.map_or(0, Exit::status)
}

fn status_by(ended: Ended, of_jobs: impl FnOnce(&Tally) -> u8) -> u8 {
    let (status, signal) = (exit_status(&ended, of_jobs), ended.stopped_by);
    ended.errors.iter().chain(ended.tally.err().as_ref()).for_each(tell);
    signal.map_or(status, end_by)
}

/// Ends as the signal that has stopped the run would have ended it, all else being done; the exit status if it does
/// not.
fn end_by(signal: i32) -> u8 {
    os::end_by(signal);
    Exit::Signal(signal).status()
}

fn exit_status(ended: &Ended, of_jobs: impl FnOnce(&Tally) -> u8) -> u8 {
    if let Some(signal) = ended.stopped_by {
        return Exit::Signal(signal).status();
    }
    match &ended.tally {
        Ok(tally) if ended.errors.is_empty() && !ended.cut_short => {
            ended.halt.exit_status().unwrap_or_else(|| of_jobs(tally))
        }
        _ => TROUBLE,
    }
}

fn print(text: &[u8]) -> Result<(), Error> {
    let mut out = io::stdout();
    out.write_all(text).and_then(|()| out.flush()).map_err(|cause| Error::Output { stream: "stdout", cause })
}

fn tell(error: &Error) {
    if !error.is_quiet() {
        say(error);
    }
}
