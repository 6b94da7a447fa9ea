//! forkful: a parallel batch job runner with GNU parallel's command line.
//!
//! The house, from the ground up; arrows point down only, and `tests/layering.rs` sees to it:
//!
//! | layer | rooms |
//! |---|---|
//! | 0 | [`job`]: the words everything else speaks; [`error`]; [`os`]: what needs `unsafe` |
//! | 1 | [`input`], [`template`], [`exec`], [`policy`], [`output`], [`joblog`], [`progress`], [`signal`]: each does one thing and knows none of the others |
//! | 2 | [`collect`]: puts output in order, writes, logs and shows it |
//! | 3 | [`schedule`]: the scheduler, the loop, the slots |
//! | 4 | [`cli`]: the options of all of these as one command line |
//! | 5 | `assemble`: from options to the parts of a run |
//!
//! [`run`] is the program: the reader sends jobs, the scheduler gives them to slots, each slot starts a process
//! and pumps its output into a spool, and the collector prints it.

mod assemble;
pub mod cli;
pub mod collect;
pub mod error;
pub mod exec;
pub mod input;
pub mod job;
pub mod joblog;
pub mod os;
pub mod output;
pub mod policy;
pub mod progress;
pub mod schedule;
pub mod signal;
pub mod template;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use assemble::Assembly;
use cli::{Cli, Parsed, XargsCli, XargsParsed};
use error::Error;
use policy::Halt;
use progress::Read;
use schedule::{Ended, READ_AHEAD, Run};

/// The exit status of a run that could not keep its promise, as GNU parallel's.
const TROUBLE: u8 = 255;

/// The whole program.
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    let result = Cli::parse_from(arguments).and_then(|parsed| match parsed {
        Parsed::Xargs(words) => Ok(run_xargs(words)),
        Parsed::Print(text) => print(|out| out.write_all(text.as_bytes())),
        Parsed::Run(cli) => match cli.generate {
            Some(what) => print(|out| what.write(out)),
            None => run_jobs(*cli),
        },
    });
    ExitCode::from(result.unwrap_or_else(|error| {
        tell(&error);
        TROUBLE
    }))
}

/// The whole of xargs, the exit statuses of which are its own.
fn run_xargs(words: Vec<OsString>) -> u8 {
    let result = XargsCli::parse(words).and_then(|parsed| match parsed {
        XargsParsed::Print(text) => print(|out| out.write_all(text.as_bytes())),
        XargsParsed::Run(cli) => {
            os::keep_exit_statuses();
            let (status, errors) = assemble::xargs::run(&cli)?;
            errors.iter().for_each(tell);
            Ok(status)
        }
    });
    result.unwrap_or_else(|error| {
        tell(&error);
        assemble::xargs::TROUBLE
    })
}

/// The main job: input, slots, scheduler, collector, exit status.
fn run_jobs(cli: Cli) -> Result<u8, Error> {
    os::keep_exit_statuses();
    let termseq = cli.policy.termseq.clone();
    let (assembly, input) = Assembly::new(cli)?;
    let workshop = assembly.workshop(&input)?;
    let read = Arc::new(Read::default());
    let collector = assembly.collector(&read)?;
    let signals = signal::catch(false).map_err(|cause| Error::System { what: "catch signals", cause })?;
    let packing = assembly.packing(&workshop);
    let run = Run {
        jobs: input.jobs(packing),
        read_ahead: READ_AHEAD,
        read,
        slots: assembly.slots,
        termseq,
        halt: Halt::Never,
        workshop,
        collector,
        signals,
    };
    Ok(status(run.run()?))
}

/// The exit status of a run, after its errors have been told.
fn status(Ended { tally, mut errors, cut_short, .. }: Ended) -> u8 {
    let status = match tally {
        Ok(tally) if errors.is_empty() && !cut_short => tally.exit_status(),
        Ok(_) => TROUBLE,
        Err(error) => {
            errors.push(error);
            TROUBLE
        }
    };
    errors.iter().for_each(tell);
    status
}

fn print(write: impl FnOnce(&mut io::Stdout) -> io::Result<()>) -> Result<u8, Error> {
    let mut out = io::stdout();
    write(&mut out).and_then(|()| out.flush()).map_err(|cause| Error::Output { stream: "stdout", cause })?;
    Ok(0)
}

/// A message of our own. That it cannot be printed must not hide the status.
fn tell(error: &Error) {
    if !error.is_quiet() {
        let _ = writeln!(io::stderr(), "forkful: {error}");
    }
}
