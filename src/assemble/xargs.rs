//! From the options of xargs to the parts of a run.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use super::MEMORY;
use crate::cli::{XargsCli, XargsOutput};
use crate::collect::{Collector, Echoes, Manner};
use crate::error::{Error, say};
use crate::exec::{Asks, Guard, Local, Memory, OnLeak, Planner, Prompt, Setup, Stdin};
use crate::host;
use crate::input::xargs::{Batches, Bounds, Items, Most, Price, open};
use crate::output::Store;
use crate::policy::{Halt, Jobs, Remarks, TermSeq, XargsHalt};
use crate::progress::Read;
use crate::schedule::{Announce, Ended, Recipe, Rules, Run, Workshop, read_ahead};
use crate::signal::{self, Role};
use crate::template::Words;

/// As many bytes as a command gets by default.
const COMFORTABLE: usize = 128 << 10;
/// What every system takes (`_POSIX_ARG_MAX`).
const LEAST: usize = 4096;

/// Runs xargs; the exit status, and what is to be told.
pub(crate) fn run(cli: &XargsCli) -> Result<(u8, Vec<Error>, Option<i32>), Error> {
    let limits = Limits::of_this_process();
    let size = limits.size(cli.max_chars);
    for text in &cli.warnings {
        say(format_args!("warning: {text}"));
    }
    if cli.max_chars.is_some_and(|wanted| wanted > size) {
        say(format_args!("warning: -s: {size} is the most that is possible here"));
    }
    if cli.show_limits {
        let _ = io::stderr().write_all(limits.text(size).as_bytes());
    }

    let words = words(cli);
    let Some(room) = size.checked_sub(words.size()) else {
        let text = format!("the command has {} bytes, and -s allows {size}; give a larger -s", words.size());
        return Err(Error::Usage(text));
    };
    let (stream, name) = open(cli.arg_file.as_deref())?;
    let items = Items::new(stream, name, cli.syntax(), cli.eof.clone().map(OsString::into_vec), size);
    let replaces = cli.replace.is_some();
    let bounds = Bounds {
        most: cli.most,
        room,
        price: if replaces { Price { times: words.places(), more: 0 } } else { Price { times: 1, more: 1 } },
        strict: cli.exit || replaces || matches!(cli.most, Most::Lines(_)),
        once_if_empty: !cli.no_run_if_empty && !replaces,
    };
    let slots = if cli.max_procs == 0 { Jobs::Unlimited } else { Jobs::Exactly(cli.max_procs) }.slots(1);
    let termseq = TermSeq::default();
    let read = Arc::new(Read::default());
    let lines = cli.output == XargsOutput::Lines;
    let echoes = Echoes { stdout: false, stderr: cli.verbose && !cli.interactive };
    let manner = Manner { keep_order: cli.keep_order, lines, echoes, ..Manner::default() };
    let collector = Collector::new(&manner, None, None);
    let workshop = workshop(cli, words, &termseq)?;
    let signals = signal::catch(Role::Xargs).map_err(|cause| Error::System { what: "catch signals", cause })?;
    let halt = Halt::LikeXargs(XargsHalt::new(cli.name()));
    let rules = Rules { termseq, halt, ..Rules::default() };
    let jobs = Batches::new(items, bounds);
    let values = match cli.most {
        Most::AsFit => usize::MAX,
        Most::Items(count) | Most::Lines(count) => count,
    };
    let ended = Run {
        jobs,
        read_ahead: read_ahead(values),
        bring_data: false,
        read,
        done: None,
        on_queued: None,
        slots,
        rules,
        workshop,
        collector,
        signals,
    }
    .run()?;
    let stopped_by = ended.stopped_by;
    let (status, errors) = verdict(ended);
    Ok((status, errors, stopped_by))
}

/// Something else than what commands do went wrong.
pub(crate) const TROUBLE: u8 = 1;

/// The exit status, and the errors that are to be told.
fn verdict(Ended { tally, errors, cut_short, halt, .. }: Ended) -> (u8, Vec<Error>) {
    let Halt::LikeXargs(halt) = halt else { return (TROUBLE, errors) };
    match (tally, halt.stopped()) {
        (Err(error), _) => (TROUBLE, errors.into_iter().chain([error]).collect()),
        // What is wrong with items that no command was to get does not matter.
        (Ok(_), Some(status)) => (status, Vec::new()),
        (Ok(_), None) if cut_short => (TROUBLE, errors),
        (Ok(_), None) => match halt.exit_status() {
            0 if !errors.is_empty() => (TROUBLE, errors),
            status => (status, errors),
        },
    }
}

fn words(cli: &XargsCli) -> Words {
    let words = cli.command.iter().map(|word| word.as_bytes()).collect();
    match &cli.replace {
        Some(text) => Words::replacing(words, text.as_bytes().to_vec()),
        None => Words::appended(words),
    }
}

/// Must be called before there is a second thread, because it forks the guard.
fn workshop(cli: &XargsCli, words: Words, termseq: &TermSeq) -> Result<Workshop, Error> {
    let guard = Guard::start(termseq.steps(), None, None, None, || ())?;
    let planner = Arc::new(Planner::without_shell());
    let longest_line = planner.limits().string;
    let setup = Setup {
        capture: cli.captures(),
        merges: false,
        stdin: match &cli.arg_file {
            _ if cli.open_tty => Stdin::Terminal,
            Some(name) if name.as_os_str() != OsStr::new("-") => Stdin::Inherited,
            _ => Stdin::Empty,
        },
        nice: None,
        cpus: None,
        slot_variable: cli.process_slot_var.clone().map(OsString::into_vec),
        // Pagers, editors and what asks for a password use the terminal, whatever their stdin is.
        leads_group: File::open("/dev/tty").is_err(),
        on_leak: OnLeak::Leave,
        // An xargs that is started by a job must not hide from its commands what that job is.
        describes_jobs: false,
    };
    Ok(Workshop {
        recipe: Arc::new(Recipe::Words(words)),
        jobs_file: None,
        files: Vec::new(),
        tag: None,
        colours: [false; 2],
        keep: None,
        workdir: None,
        place: None,
        prompt: cli.interactive.then(|| Prompt::open(Asks::OnStderr)).transpose()?,
        executor: Box::new(Local::new(planner, setup, Some(guard))?.with_memory(Memory::new(None).0)),
        store: Store::plain(MEMORY, env::temp_dir()),
        total: Arc::new(OnceLock::new()),
        streams: cli.captures() && (cli.keep_order || cli.output == XargsOutput::Lines),
        attempts: Some(1),
        limit: None,
        remarks: Remarks::default(),
        announce: match cli.verbose && !cli.interactive {
            true if !cli.captures() => Announce::AndWait,
            true => Announce::Start,
            false => Announce::Never,
        },
        tells_starts: AtomicBool::new(false),
        names_jobs: false,
        listens: false,
        keeps_values: false,
        keeps_lines: false,
        longest_line,
        splits: cli.replace.is_none(),
        verbose: false,
    })
}

/// The limits of command lines, as `-s` counts them: without the pointers that the kernel counts as well.
struct Limits {
    /// The bytes of the environment.
    environment: usize,
    /// Those that a command line may have beside it.
    most: usize,
}

impl Limits {
    fn of_this_process() -> Self {
        let environment = host::environment().bytes;
        Self { environment, most: host::room().saturating_sub(host::HEADROOM + environment) }
    }

    /// The bytes that a command line may have.
    fn size(&self, wanted: Option<usize>) -> usize {
        wanted.unwrap_or(COMFORTABLE).min(self.most)
    }

    fn text(&self, size: usize) -> String {
        let Self { environment, most } = self;
        format!(
            "Your environment variables take up {environment} bytes\n\
             POSIX upper limit on argument length (this system): {most}\n\
             POSIX smallest allowable upper limit on argument length (all systems): {LEAST}\n\
             Maximum length of command we could actually use: {}\n\
             Size of command buffer we are actually using: {size}\n\
             Maximum parallelism (--max-procs must be no greater): {}\n",
            most.saturating_sub(*environment),
            i32::MAX,
        )
    }
}
