//! From options to the parts of a run: what has to look at the options of more than one module stands here.

mod output;
mod packing;
mod rerun;
mod resume;
mod spreading;
pub(crate) mod xargs;

use std::env;
use std::ffi::{OsStr, OsString};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock};

use crate::cli::Cli;
use crate::collect::{Collector, Echoes};
use crate::error::{Error, say};
use crate::exec::{Asks, DryRun, Executor, Guard, Local, Memory, OnLeak, Planner, Prompt, Setup, Stdin};
use crate::input::Input;
use crate::joblog::JobLog;
use crate::output::Table;
use crate::policy::JobsFile;
use crate::progress::{Heirloom, Progress, ProgressOptions, Read, Setting as Showing, When};
use crate::report::{Circumstances, Reporter};
use crate::schedule::{Announce, Done, Recipe, Rules, TemplateFile, Workdir, Workshop};
use crate::spread::Supply;
use crate::template::{Filter, Setting, Template, TemplateOptions, Words, quoted};

/// Output that all jobs of xargs together keep in memory, in bytes; what is more goes to files.
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
    /// Where jobs get data from, until they are asked for.
    supply: Mutex<Option<Supply>>,
    /// Whether arguments come from stdin.
    reads_stdin: bool,
    /// The file that holds the number of slots, if one does.
    jobs_file: Option<JobsFile>,
    /// What stays open until all jobs have ended, even if the runner is killed.
    pub(crate) held: Option<OwnedFd>,
}

impl Assembly {
    /// Resolves what needs the machine, and opens the input.
    pub(crate) fn new(mut cli: Cli) -> Result<(Self, Input), Error> {
        cli.template.cpus = cli.policy.cpus_per_job;
        Self::check(&cli)?;
        spreading::check(&cli)?;
        let (mut command, mut sources) = cli.command_and_sources();
        if cli.joblog.retry_failed {
            // The log has whole commands.
            (command, sources) = Default::default();
            cli.template = TemplateOptions { cleanup: cli.template.cleanup, ..TemplateOptions::default() };
        }
        let single = cli.semaphore.is_wanted();
        let (slots, jobs_file) = if single { (1, None) } else { slots(&cli)? };
        let shows_only = cli.exec.dry_run || cli.template.shellquote > 0;
        let echoes = Echoes {
            stdout: cli.output.prints_lines() && cli.output.goes_past() && !shows_only,
            stderr: cli.output.trace,
        };
        let directory = directory(cli.output.tmpdir.as_ref())?;
        let planner = Arc::new(Planner::new()?);
        let has_sources = !sources.is_empty() || !cli.input.arg_file.is_empty();
        let spreads = spreading::is_wanted(&cli);
        let mut data_sources = Vec::new();
        let input = match single {
            false if spreads => {
                data_sources = sources;
                Input::nothing()
            }
            false if cli.joblog.retry_failed => Input::nothing(),
            false => Input::open(&cli.input, sources)?,
            true if has_sources => {
                let text =
                    "a semaphore runs one command and reads no arguments; leave out -a, ::: and ::::, or --semaphore";
                return Err(Error::Usage(text.into()));
            }
            true => Input::nothing(),
        };
        let (reads_stdin, supply) = (input.reads_stdin() || spreads, Mutex::new(None));
        let held = None;
        let mut assembly =
            Self { cli, command, slots, shows_only, echoes, directory, planner, supply, reads_stdin, jobs_file, held };
        assembly.check_resuming()?;
        if spreads {
            let supply = assembly.supply(data_sources)?;
            assembly.supply = Mutex::new(Some(supply));
        }
        Ok((assembly, input))
    }

    /// What templates are parsed with.
    fn setting<'a>(&'a self, input: &'a Input) -> Setting<'a> {
        let has_values = !self.cli.joblog.retry_failed && self.read_ahead().is_none();
        let repeat_words = self.cli.input.pack.repeats_words() && has_values;
        let (options, dialect) = (&self.cli.template, self.planner.dialect());
        Setting { options, names: input.names(), repeat_words, slots: self.slots, dialect }
    }

    /// Whether it is one command at a semaphore, the exit status of which is that of the run.
    pub(crate) fn is_single(&self) -> bool {
        self.cli.semaphore.is_wanted()
    }

    /// What the scheduler goes by.
    pub(crate) fn rules(&self) -> Rules {
        let policy = &self.cli.policy;
        Rules {
            termseq: policy.ends(),
            halt: policy.halt(self.cli.input.total_jobs),
            gate: policy.gate(),
            timeout: policy.timeout(),
            idle: policy.idle_timeout,
            deadline: policy.deadline,
            retry: policy.retry(),
        }
    }

    /// How many jobs with data are read ahead; `None` if jobs have none.
    pub(crate) fn read_ahead(&self) -> Option<usize> {
        spreading::is_wanted(&self.cli).then_some(spreading::READ_AHEAD)
    }

    /// Whether stdin belongs to the command that waits for its turn.
    pub(crate) fn passes_stdin_on(&self) -> bool {
        self.cli.semaphore.is_wanted() && self.cli.block.pipe
    }

    /// What cannot be had together.
    fn check(cli: &Cli) -> Result<(), Error> {
        if cli.policy.idle_timeout.is_some() && cli.output.goes_past() {
            let text = "--idle-timeout has to see the output of jobs; leave out -u, or use --line-buffer";
            return Err(Error::Usage(text.into()));
        }
        Ok(())
    }

    /// What the slots work with, while what holds the job log is kept open for the jobs. Must be called before there is
    /// a second thread, because it forks the guard.
    pub(crate) fn workshop(&self, input: &Input, hold: Option<&OwnedFd>) -> Result<Workshop, Error> {
        let Cli { output, policy, .. } = &self.cli;
        let setting = self.setting(input);
        let tag = match output.tag_text() {
            _ if output.ungroup => None,
            Some(text) if text.is_empty() => None,
            Some(text) => Some(Template::tag(text.as_bytes(), setting)?),
            None => output.tags_values().then(Template::values),
        };
        let keep = self.keep(setting, input)?;
        let prints = self.echoes != Echoes::default();
        let recipe = self.recipe(setting)?;
        Ok(Workshop {
            splits: self.cli.input.pack.packs() && self.read_ahead().is_none() && recipe.is_divisible(),
            recipe: Arc::new(recipe),
            tag,
            colours: self.colours(output.colour()),
            streams: self.streams(keep.as_ref()) && !policy.gate().may_end_jobs(),
            keep,
            jobs_file: self.jobs_file.clone(),
            files: self.files(setting)?,
            workdir: self.workdir(setting)?,
            place: self.place(),
            prompt: self.cli.exec.interactive.then(|| Prompt::open(Asks::OnTerminal)).transpose()?,
            executor: self.executor(hold)?,
            store: self.store()?,
            total: Arc::new(self.cli.input.total_jobs.map_or_else(OnceLock::new, OnceLock::from)),
            // A job that may be ended for its memory is run again.
            attempts: policy.retry().attempts.filter(|_| !policy.gate().may_end_jobs()),
            remarks: policy.remarks(),
            limit: policy.limit_command(),
            announce: match prints {
                true if output.goes_past() => Announce::AndWait,
                _ if prints => Announce::Start,
                _ => Announce::Never,
            },
            tells_starts: AtomicBool::new(self.cli.progress.is_shown() || self.cli.report.events.is_some()),
            names_jobs: Progress::may_list_jobs(self.summarised()),
            listens: policy.idle_timeout.is_some(),
            keeps_values: self.table_form().is_some(),
            keeps_lines: self.shows_only
                || self.cli.joblog.joblog.is_some()
                || self.table_form().is_some()
                || self.cli.report.is_wanted(),
            longest_line: self.planner.limits().string,
            verbose: output.prints_lines() && !output.goes_past() && !self.shows_only,
        })
    }

    /// How command lines are made.
    fn recipe(&self, setting: Setting<'_>) -> Result<Recipe, Error> {
        let template = if self.appends() {
            Template::command(&self.command, setting)?
        } else {
            Template::fixed_command(&self.command, setting)?
        };
        if self.read_ahead().is_some() && template.needs_total() && self.cli.input.total_jobs.is_none() {
            let text = "{##} is not known before all data is read; leave it out, or give the number with --total-jobs";
            return Err(Error::Usage(text.into()));
        }
        let filter = |text: &OsString| Filter::parse(text.as_bytes(), setting);
        let filters = setting.options.filter.iter().map(filter).collect::<Result<_, _>>()?;
        let words = template.text_before_values().and_then(|text| self.planner.direct_words(text));
        Ok(Recipe::Line { words: words.map(Words::appended), template: Arc::new(template), filters })
    }

    fn executor(&self, hold: Option<&OwnedFd>) -> Result<Box<dyn Executor>, Error> {
        if self.shows_only {
            let (quotings, dialect) = (self.cli.template.shellquote, self.planner.dialect());
            let show = move |line: &[u8]| (0..quotings).fold(line.to_vec(), |line, _| quoted(&line, dialect));
            return Ok(Box::new(DryRun { show }));
        }
        let exec = &self.cli.exec;
        let (memory, how) = Memory::new(exec.memory_max.map(|limit| limit as u64));
        if let Some(how) = how {
            say(how);
        }
        let kept_open = self.held.as_ref().or(hold).map(AsFd::as_fd);
        let litter = self.read_ahead().map(|_| self.directory.as_path());
        let terminal = Heirloom::of_stdin();
        let leave = || terminal.as_ref().map_or((), Heirloom::restore);
        let guard = Guard::start(self.cli.policy.ends().steps(), kept_open, memory.control_groups(), litter, leave)?;
        let setup = Setup {
            capture: !self.cli.output.goes_past(),
            merges: self.cli.output.merge,
            stdin: match exec.open_tty {
                true => Stdin::Terminal,
                false if self.passes_stdin_on() => Stdin::Inherited,
                false => Stdin::Empty,
            },
            nice: exec.niceness()?,
            cpus: self.cli.policy.cpus_per_job,
            slot_variable: exec.process_slot_var.as_ref().map(|name| name.as_bytes().to_vec()),
            leads_group: true,
            on_leak: self.on_leak()?,
            describes_jobs: true,
        };
        Ok(Box::new(Local::new(Arc::clone(&self.planner), setup, Some(guard))?.with_memory(memory)))
    }

    fn on_leak(&self) -> Result<OnLeak, Error> {
        match self.cli.exec.on_leak {
            Some(_) if self.cli.output.goes_past() => {
                let text = "--on-leak cannot see who holds output that does not pass through forkful; leave out -u";
                Err(Error::Usage(text.into()))
            }
            on_leak => Ok(on_leak.unwrap_or_default()),
        }
    }

    /// The files that are written for each job.
    fn files(&self, setting: Setting<'_>) -> Result<Vec<TemplateFile>, Error> {
        let parse = |option: &OsString| {
            let text = option.as_bytes();
            let Some(at) = memchr::memchr(b'=', text) else {
                let text = format!("--template {}: no target; write it as FILE=TARGET", option.display());
                return Err(Error::Usage(text));
            };
            let name = PathBuf::from(OsStr::from_bytes(&text[..at]));
            let content = std::fs::read(&name).map_err(|cause| {
                Error::Usage(format!(
                    "--template: cannot read {}: {cause}; check the name before the =",
                    name.display()
                ))
            })?;
            let (content, target) = (Template::text(&content, setting)?, Template::text(&text[at + 1..], setting)?);
            Ok(TemplateFile { content, target, remove: self.cli.template.cleanup })
        };
        self.cli.template.template.iter().map(parse).collect()
    }

    fn workdir(&self, setting: Setting<'_>) -> Result<Option<Workdir>, Error> {
        Ok(match self.cli.exec.workdir.as_ref().map(|name| name.as_bytes()) {
            None | Some(b".") => None,
            Some(b"...") => Some(Workdir::Fresh { below: self.directory.clone(), remove: self.cli.template.cleanup }),
            Some(name) => Some(Workdir::Named(Template::text(name, setting)?)),
        })
    }

    /// Where the reader notes how many jobs there are.
    pub(crate) fn read(&self) -> Read {
        Read::expecting(self.cli.input.total_jobs)
    }

    /// Who writes down what happens, if somebody does.
    pub(crate) fn reporter(&self) -> Result<Option<Reporter>, Error> {
        if self.shows_only {
            return Ok(None);
        }
        let output = &self.cli.output;
        Reporter::open(
            &self.cli.report,
            &Circumstances {
                slots: self.slots,
                directory: &self.directory,
                counts_output: !output.goes_past(),
                keeps_stdout_free: output.keeps_stdout_free(),
            },
        )
    }

    /// What becomes of the output.
    pub(crate) fn collector(
        &self,
        read: &Arc<Read>,
        workshop: &Workshop,
        log: Option<JobLog>,
        done: Option<&Done>,
        table: Option<Table>,
    ) -> Collector {
        let progress = Progress::new(self.summarised(), self.showing(read, workshop));
        let collector = Collector::new(&self.manner(), log, Some(progress)).with_table(table);
        match done {
            Some(done) => collector.passing_over(Arc::clone(&done.passed)),
            None => collector,
        }
    }

    /// The options of the progress display. What only shows commands, and a single job, is not summed up unasked.
    fn summarised(&self) -> ProgressOptions {
        let options = self.cli.progress;
        let unasked = self.shows_only || self.cli.semaphore.is_wanted();
        ProgressOptions { summary: options.summary.or(unasked.then_some(When::Never)), ..options }
    }

    /// What the display has to know.
    fn showing(&self, read: &Arc<Read>, workshop: &Workshop) -> Showing {
        let Cli { output, exec, .. } = &self.cli;
        Showing {
            read: Arc::clone(read),
            slots: self.slots,
            shares_terminal: output.goes_past() || exec.open_tty || exec.interactive,
            latest: output.latest_line && !output.keeps(),
            reads_stdin: self.reads_stdin,
            rerun: self.rerun(workshop),
        }
    }
}

/// The number that `-j` gives on this machine, and the file that it is from.
pub(crate) fn slots(cli: &Cli) -> Result<(usize, Option<JobsFile>), Error> {
    let processors = cli.policy.count_by.processors() / cli.policy.cpus_per_job.unwrap_or(1);
    cli.policy.jobs.slots(processors.max(1))
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
