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
//!
//! [`run`] puts them together: the reader sends jobs, the scheduler gives them to slots, each slot starts a process
//! and pumps its output into a spool, and the collector prints it.

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

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::thread;

use cli::{Cli, Parsed};
use collect::{Collector, Echoes, Manner};
use error::Error;
use exec::{DryRun, Executor, Guard, Local};
use input::Input;
use joblog::JobLog;
use output::Store;
use progress::{Progress, Read};
use schedule::{Announce, Ended, Keep, Run, Workshop};
use template::{Setting, Template, quoted};

/// The exit status of a run that could not keep its promise, as GNU parallel's.
const TROUBLE: u8 = 255;
/// Output that all jobs together keep in memory; what is more goes to files.
const MEMORY: usize = 32 << 20;

/// The whole program.
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    let result = Cli::parse_from(arguments).and_then(|parsed| match parsed {
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

/// The main job: arguments in, outcomes out.
fn run_jobs(cli: Cli) -> Result<u8, Error> {
    let (command, sources) = cli.command_and_sources();
    let Cli { input, template, policy, exec, output, joblog, progress, .. } = cli;
    os::keep_exit_statuses();
    let shows_only = exec.dry_run || template.shellquote > 0;
    // Before the first thread, because a guard is forked.
    let guard = if shows_only { None } else { Some(Guard::start(policy.termseq.steps())?) };

    let slots = policy.jobs.slots(thread::available_parallelism().map_or(1, Into::into));
    let repeat_words = input.max_replace_args.is_some_and(|count| count > 0);
    let input = Input::open(&input, sources)?;
    let setting = Setting { options: &template, names: input.names(), repeat_words, slots };
    let keep = keep(&output, setting)?;
    let tag = match &output.tagstring {
        Some(text) if text.is_empty() => None,
        Some(text) => Some(Template::text(text.as_bytes(), setting)?),
        None => output.tag.then(Template::values),
    };
    let verbose = output.verbose && !shows_only;
    let echoes = Echoes { stdout: verbose && output.ungroup, stderr: output.trace };
    let workshop = Workshop {
        template: Template::command(&command, setting)?,
        tag: tag.filter(|_| !output.ungroup),
        // What is kept in files is not shown meanwhile.
        streams: keep.is_none() && (output.keeps_order() || output.line_buffer),
        keep,
        executor: executor(shows_only, template.shellquote, &output, guard)?,
        store: Store::new(MEMORY, directory(&output)?),
        total: Arc::new(OnceLock::new()),
        announce: match echoes != Echoes::default() {
            true if output.ungroup => Announce::AndWait,
            echoes if echoes || progress.is_shown() => Announce::Start,
            _ => Announce::Never,
        },
        verbose: verbose && !output.ungroup,
    };
    let log = joblog.joblog.as_deref().filter(|_| !shows_only).map(JobLog::open).transpose()?;
    let read = Arc::new(Read::default());
    let display = Progress::new(progress, Arc::clone(&read), slots);
    let names_files = output.files || output.line_buffer;
    let manner = Manner { names_files, keep_order: output.keeps_order(), lines: output.line_buffer, echoes };
    let collector = Collector::new(&manner, log, display);
    let signals = signal::catch().map_err(|cause| Error::System { what: "catch signals", cause })?;

    let run = Run { jobs: input.jobs(), read, slots, termseq: policy.termseq, workshop, collector, signals };
    let Ended { tally, mut errors, cut_short } = run.run()?;
    let status = match tally {
        Ok(tally) if errors.is_empty() && !cut_short => tally.exit_status(),
        Ok(_) => TROUBLE,
        Err(error) => {
            errors.push(error);
            TROUBLE
        }
    };
    errors.iter().for_each(tell);
    Ok(status)
}

fn executor(
    shows_only: bool,
    quotings: u8,
    output: &output::OutputOptions,
    guard: Option<Guard>,
) -> Result<Box<dyn Executor>, Error> {
    if shows_only {
        let show = move |line: &[u8]| (0..quotings).fold(line.to_vec(), |line, _| quoted(&line));
        return Ok(Box::new(DryRun { show }));
    }
    Ok(Box::new(Local::new(!output.ungroup, guard)?))
}

/// Where output is kept in files, if it is.
fn keep(output: &output::OutputOptions, setting: Setting<'_>) -> Result<Option<Keep>, Error> {
    let Some(name) = &output.results else {
        return Ok(output.files.then(|| directory(output)).transpose()?.map(Keep::Files));
    };
    let table = [".csv", ".tsv", ".json"].into_iter().find(|end| name.as_bytes().ends_with(end.as_bytes()));
    if let Some(end) = table {
        return Err(Error::Usage(format!(
            "--results with a name in {end} is not built yet; use a directory, or --joblog"
        )));
    }
    let template = Template::text(name.as_bytes(), setting)?;
    Ok(Some(if template.has_values() {
        Keep::Template(template)
    } else {
        Keep::Tree(PathBuf::from(name), setting.names.to_vec())
    }))
}

/// The directory for output that waits.
fn directory(output: &output::OutputOptions) -> Result<PathBuf, Error> {
    match &output.tmpdir {
        Some(directory) if !directory.is_dir() => Err(Error::Usage(format!(
            "--tmpdir {}: no such directory; make it, or leave --tmpdir out",
            directory.display()
        ))),
        Some(directory) => Ok(directory.clone()),
        None => Ok(env::temp_dir()),
    }
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
