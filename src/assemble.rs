//! From options to the parts of a run: what has to look at the options of more than one module stands here.

pub(crate) mod xargs;

use std::cell::RefCell;
use std::env;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::thread;

use crate::cli::Cli;
use crate::collect::{Collector, Echoes, Manner};
use crate::error::Error;
use crate::exec::{DryRun, Executor, Guard, Local, OVERHEAD, Planner, Prompt, Setup, Stdin};
use crate::input::{Input, Packing, Ruler, TooLong};
use crate::job::{Job, Seq, Slot, Values};
use crate::joblog::JobLog;
use crate::output::Store;
use crate::progress::{Progress, Read};
use crate::schedule::{Announce, Keep, Recipe, Workdir, Workshop};
use crate::template::{Measure, Setting, Template, quoted};

/// Output that all jobs together keep in memory, in bytes; what is more goes to files.
const MEMORY: usize = 32 << 20;

/// The options, and what follows from them once.
pub(crate) struct Assembly {
    cli: Cli,
    command: Vec<OsString>,
    pub(crate) slots: usize,
    /// Whether command lines are only shown (`--dry-run`, `--shellquote`).
    shows_only: bool,
    echoes: Echoes,
    directory: PathBuf,
    planner: Arc<Planner>,
}

impl Assembly {
    /// Resolves what needs the machine, and opens the input.
    pub(crate) fn new(cli: Cli) -> Result<(Self, Input), Error> {
        let (command, sources) = cli.command_and_sources();
        let slots = cli.policy.jobs.slots(thread::available_parallelism().map_or(1, Into::into));
        let shows_only = cli.exec.dry_run || cli.template.shellquote > 0;
        let echoes =
            Echoes { stdout: cli.output.verbose && cli.output.ungroup && !shows_only, stderr: cli.output.trace };
        let directory = directory(cli.output.tmpdir.as_ref())?;
        let planner = Arc::new(Planner::new()?);
        let input = Input::open(&cli.input, sources)?;
        Ok((Self { cli, command, slots, shows_only, echoes, directory, planner }, input))
    }

    /// What the slots work with. Must be called before there is a second thread, because it forks the guard.
    pub(crate) fn workshop(&self, input: &Input) -> Result<Workshop, Error> {
        let Cli { template, output, .. } = &self.cli;
        let repeat_words = self.cli.input.pack.repeats_words();
        let setting = Setting { options: template, names: input.names(), repeat_words, slots: self.slots };
        let tag = match &output.tagstring {
            _ if output.ungroup => None,
            Some(text) if text.is_empty() => None,
            Some(text) => Some(Template::text(text.as_bytes(), setting)?),
            None => output.tag.then(Template::values),
        };
        let keep = self.keep(setting)?;
        let prints = self.echoes != Echoes::default();
        Ok(Workshop {
            recipe: Recipe::Line(Arc::new(Template::command(&self.command, setting)?)),
            tag,
            // What is kept in files is not shown meanwhile.
            streams: keep.is_none() && (output.keeps_order() || output.line_buffer),
            keep,
            workdir: self.workdir(setting)?,
            prompt: self.cli.exec.interactive.then(|| Prompt::open(false)).transpose()?,
            executor: self.executor()?,
            store: Store::new(MEMORY, self.directory.clone()),
            total: Arc::new(OnceLock::new()),
            announce: match prints {
                true if output.ungroup => Announce::AndWait,
                _ if prints || self.cli.progress.is_shown() => Announce::Start,
                _ => Announce::Never,
            },
            longest_line: self.planner.limits().string,
            splits: self.cli.input.pack.packs(),
            verbose: output.verbose && !output.ungroup && !self.shows_only,
        })
    }

    fn executor(&self) -> Result<Box<dyn Executor>, Error> {
        if self.shows_only {
            let quotings = self.cli.template.shellquote;
            let show = move |line: &[u8]| (0..quotings).fold(line.to_vec(), |line, _| quoted(&line));
            return Ok(Box::new(DryRun { show }));
        }
        let guard = Guard::start(self.cli.policy.termseq.steps())?;
        let exec = &self.cli.exec;
        let setup = Setup {
            capture: !self.cli.output.ungroup,
            stdin: if exec.open_tty { Stdin::Terminal } else { Stdin::Empty },
            nice: exec.nice.map(niceness).transpose()?,
            slot_variable: exec.process_slot_var.as_ref().map(|name| name.as_bytes().to_vec()),
            leads_group: true,
            describes_jobs: true,
        };
        Ok(Box::new(Local::new(Arc::clone(&self.planner), setup, Some(guard))?))
    }

    fn workdir(&self, setting: Setting<'_>) -> Result<Option<Workdir>, Error> {
        Ok(match self.cli.exec.workdir.as_ref().map(|name| name.as_bytes()) {
            None | Some(b".") => None,
            Some(b"...") => Some(Workdir::Fresh { below: self.directory.clone(), remove: self.cli.template.cleanup }),
            Some(name) => Some(Workdir::Named(Template::text(name, setting)?)),
        })
    }

    /// How rows of values are put together into jobs, if they are.
    pub(crate) fn packing(&self, workshop: &Workshop) -> Option<(Packing, Ruler)> {
        let pack = &self.cli.input.pack;
        let packing = pack.packing(self.slots)?;
        let Recipe::Line(template) = &workshop.recipe else { return None };
        let limits = self.planner.limits();
        let sample = Job { seq: Seq(1), values: Values::from(b"x".to_vec()) };
        let sample = template.render(&sample, Slot(1), Some(1)).unwrap_or_default();
        // Where a shell is needed, all is one string, unless the values can be its parameters.
        let is_one_string = !self.planner.is_direct(&sample) && !template.takes_parameters();
        let (room, overhead) = match pack.max_chars.map(|size| size.saturating_sub(1)) {
            Some(size) if size <= limits.string => (size, 0),
            size if is_one_string => (size.unwrap_or(limits.string).min(limits.string), 0),
            size => (size.unwrap_or(limits.area).min(limits.area), OVERHEAD),
        };
        let overhead = overhead * Measure::new(Arc::clone(template)).places().max(1);
        let [mut for_room, mut for_size, for_error] = [(); 3].map(|()| Measure::new(Arc::clone(template)));
        let ruler = Ruler {
            room: Box::new(move |seq| room.saturating_sub(for_room.empty(seq))),
            size: Box::new(move |seq, row| for_size.row(seq, row) + overhead * row.len()),
            too_long: pack.max_chars.map(|size| too_long(size, for_error)),
        };
        Some((packing, ruler))
    }

    /// Where output is kept in files, if it is.
    fn keep(&self, setting: Setting<'_>) -> Result<Option<Keep>, Error> {
        let Some(name) = &self.cli.output.results else {
            return Ok(self.cli.output.files.then(|| Keep::Files(self.directory.clone())));
        };
        if let Some(end) = [".csv", ".tsv", ".json"].into_iter().find(|end| name.as_bytes().ends_with(end.as_bytes())) {
            let text = format!("--results with a name in {end} is not built yet; use a directory, or --joblog");
            return Err(Error::Usage(text));
        }
        let template = Template::text(name.as_bytes(), setting)?;
        Ok(Some(if template.has_values() {
            Keep::Template(template)
        } else {
            Keep::Tree(PathBuf::from(name), setting.names.clone())
        }))
    }

    /// What becomes of the output.
    pub(crate) fn collector(&self, read: &Arc<Read>) -> Result<Collector, Error> {
        let Cli { output, joblog, progress, .. } = &self.cli;
        let log = joblog.joblog.as_deref().filter(|_| !self.shows_only).map(JobLog::open).transpose()?;
        let manner = Manner {
            keep_order: output.keeps_order(),
            lines: output.line_buffer,
            names_files: output.files || output.line_buffer,
            echoes: self.echoes,
        };
        Ok(Collector::new(&manner, log, Progress::new(*progress, Arc::clone(read), self.slots)))
    }
}

/// The error for arguments that do not fit into the line of `-s`.
fn too_long(size: usize, measure: Measure) -> TooLong {
    let measure = RefCell::new(measure);
    Box::new(move |row, _| {
        let line = measure.borrow_mut().length(Seq(1), row.clone());
        let values: Vec<_> = row.iter().map(|value| value.escape_ascii().to_string()).collect();
        let text = format!(
            "-s {size}: the command line for {:.100} has {line} bytes, and must have fewer than {size}; give a larger -s",
            values.join(" ")
        );
        Error::Usage(text)
    })
}

/// The niceness of jobs: so much more than our own. It is tried on ourselves, so that one that is not allowed is known.
fn niceness(more: i32) -> Result<i32, Error> {
    let own = rustix::process::getpriority_process(None).unwrap_or(0);
    let wanted = (own + more).clamp(-20, 19);
    if more < 0 {
        let tried = rustix::process::setpriority_process(None, wanted);
        let restored = rustix::process::setpriority_process(None, own);
        tried.and(restored).map_err(|error| {
            Error::Usage(format!("--nice {more}: {error}; only root may make jobs more important than their caller"))
        })?;
    }
    Ok(wanted)
}

/// The directory for output that waits.
fn directory(wanted: Option<&PathBuf>) -> Result<PathBuf, Error> {
    match wanted {
        Some(directory) if !directory.is_dir() => {
            let name = directory.display();
            Err(Error::Usage(format!("--tmpdir {name}: no such directory; make it, or leave --tmpdir out")))
        }
        Some(directory) => Ok(directory.clone()),
        None => Ok(env::temp_dir()),
    }
}
