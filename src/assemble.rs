//! From options to the parts of a run: what has to look at the options of more than one module stands here.

mod output;
mod packing;
pub(crate) mod xargs;

use std::env;
use std::ffi::{OsStr, OsString};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use crate::cli::Cli;
use crate::collect::{Collector, Echoes};
use crate::error::Error;
use crate::exec::{Asks, DryRun, Executor, Guard, Local, Planner, Prompt, Setup, Stdin};
use crate::input::Input;
use crate::job::Values;
use crate::joblog::JobLog;
use crate::policy::JobsFile;
use crate::progress::{Progress, Read};
use crate::schedule::{Announce, Recipe, Rules, TemplateFile, Workdir, Workshop};
use crate::template::{Filter, Setting, Template, Words, quoted};

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
    /// The file that holds the number of slots, if one does.
    jobs_file: Option<JobsFile>,
    /// What stays open until all jobs have ended, even if the runner is killed.
    pub(crate) held: Option<OwnedFd>,
}

impl Assembly {
    /// Resolves what needs the machine, and opens the input.
    pub(crate) fn new(cli: Cli) -> Result<(Self, Input), Error> {
        let (command, sources) = cli.command_and_sources();
        let single = cli.semaphore.is_wanted();
        let (slots, jobs_file) = if single { (1, None) } else { slots(&cli)? };
        let shows_only = cli.exec.dry_run || cli.template.shellquote > 0;
        let echoes =
            Echoes { stdout: cli.output.prints_lines() && cli.output.ungroup && !shows_only, stderr: cli.output.trace };
        let directory = directory(cli.output.tmpdir.as_ref())?;
        let planner = Arc::new(Planner::new()?);
        let has_sources = !sources.is_empty() || !cli.input.arg_file.is_empty();
        let input = match single {
            false => Input::open(&cli.input, sources)?,
            true if has_sources => {
                let text =
                    "a semaphore runs one command and reads no arguments; leave out -a, ::: and ::::, or --semaphore";
                return Err(Error::Usage(text.into()));
            }
            true => Input::nothing(),
        };
        Ok((Self { cli, command, slots, shows_only, echoes, directory, planner, jobs_file, held: None }, input))
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

    /// What the slots work with. Must be called before there is a second thread, because it forks the guard.
    pub(crate) fn workshop(&self, input: &Input) -> Result<Workshop, Error> {
        let Cli { template, output, policy, .. } = &self.cli;
        let repeat_words = self.cli.input.pack.repeats_words();
        let dialect = self.planner.dialect();
        let setting = Setting { options: template, names: input.names(), repeat_words, slots: self.slots, dialect };
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
            splits: self.cli.input.pack.packs() && recipe.is_divisible(),
            recipe,
            tag,
            colours: self.colours(output.colour()),
            streams: self.streams(keep.as_ref()),
            keep,
            jobs_file: self.jobs_file.clone(),
            files: self.files(setting)?,
            workdir: self.workdir(setting)?,
            prompt: self.cli.exec.interactive.then(|| Prompt::open(Asks::OnTerminal)).transpose()?,
            executor: self.executor()?,
            store: self.store()?,
            total: Arc::new(self.cli.input.total_jobs.map_or_else(OnceLock::new, OnceLock::from)),
            attempts: policy.retry().attempts,
            remarks: policy.remarks(),
            announce: match prints {
                true if output.ungroup => Announce::AndWait,
                _ if prints => Announce::Start,
                _ => Announce::Never,
            },
            tells_starts: self.cli.progress.is_shown(),
            listens: policy.idle_timeout.is_some(),
            keeps_values: self.table_form().is_some(),
            keeps_lines: self.shows_only || self.cli.joblog.joblog.is_some() || self.table_form().is_some(),
            longest_line: self.planner.limits().string,
            verbose: output.prints_lines() && !output.ungroup && !self.shows_only,
        })
    }

    /// How command lines are made.
    fn recipe(&self, setting: Setting<'_>) -> Result<Recipe, Error> {
        let template = Template::command(&self.command, setting)?;
        let filter = |text: &OsString| Filter::parse(text.as_bytes(), setting);
        let filters = setting.options.filter.iter().map(filter).collect::<Result<_, _>>()?;
        let words = template.text_before_values().and_then(|text| self.planner.direct_words(text));
        Ok(Recipe::Line { words: words.map(Words::appended), template: Arc::new(template), filters })
    }

    fn executor(&self) -> Result<Box<dyn Executor>, Error> {
        if self.shows_only {
            let (quotings, dialect) = (self.cli.template.shellquote, self.planner.dialect());
            let show = move |line: &[u8]| (0..quotings).fold(line.to_vec(), |line, _| quoted(&line, dialect));
            return Ok(Box::new(DryRun { show }));
        }
        let guard = Guard::start(self.cli.policy.ends().steps(), self.held.as_ref().map(AsFd::as_fd))?;
        let exec = &self.cli.exec;
        let setup = Setup {
            // What is kept in files does not go past us.
            capture: !self.cli.output.ungroup || self.cli.output.keeps(),
            merges: self.cli.output.merge,
            stdin: if exec.open_tty { Stdin::Terminal } else { Stdin::Empty },
            nice: exec.niceness()?,
            slot_variable: exec.process_slot_var.as_ref().map(|name| name.as_bytes().to_vec()),
            leads_group: true,
            describes_jobs: true,
        };
        Ok(Box::new(Local::new(Arc::clone(&self.planner), setup, Some(guard))?))
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

    /// What becomes of the output.
    pub(crate) fn collector(&self, read: &Arc<Read>, names: &Values) -> Result<Collector, Error> {
        let Cli { joblog, progress, .. } = &self.cli;
        let log = joblog.joblog.as_deref().filter(|_| !self.shows_only).map(JobLog::open).transpose()?;
        let progress = Progress::new(*progress, Arc::clone(read), self.slots);
        Ok(Collector::new(&self.manner(), log, progress).with_table(self.table(names)?))
    }
}

/// The number that `-j` gives on this machine, and the file that it is from.
pub(crate) fn slots(cli: &Cli) -> Result<(usize, Option<JobsFile>), Error> {
    cli.policy.jobs.slots(cli.policy.count_by.processors())
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
