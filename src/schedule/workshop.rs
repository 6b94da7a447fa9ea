//! What every slot of a run works with.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::place::Place;
use super::recipe::Recipe;
use super::template_file::TemplateFile;
use super::workdir::Workdir;
use crate::exec::{Executor, Prompt};
use crate::job::{CommandLine, Job, Slot, Values};
use crate::output::{Colour, Results, Store, Style};
use crate::policy::{JobsFile, Remarks};
use crate::template::{Template, Unrendered};

/// What every slot of a run works with.
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Workshop {
    /// What is executed for a job.
    pub recipe: Arc<Recipe>,
    /// What each line of output begins with, before a tab.
    pub tag: Option<Template>,
    /// Whether lines have the colour of their job, on stdout and on stderr.
    pub colours: [bool; 2],
    /// Where output is kept in files.
    pub keep: Option<Keep>,
    /// The file that holds the number of slots, if one does.
    pub jobs_file: Option<JobsFile>,
    /// What is written before a job.
    pub files: Vec<TemplateFile>,
    /// The directory that jobs run in, if not that of the runner.
    pub workdir: Option<Workdir>,
    /// Where jobs find their data, if not on their stdin.
    pub place: Option<Place>,
    /// Who is asked before each job, if anybody.
    pub prompt: Option<Prompt>,
    /// Runs the jobs.
    pub executor: Box<dyn Executor>,
    /// Where output waits.
    pub store: Arc<Store>,
    /// The number of all jobs, if the template asks for it.
    pub total: Arc<OnceLock<u64>>,
    /// Whether output is passed on while a job runs, if it will not be tried again.
    pub streams: bool,
    /// How often a job is tried at most, if there is a limit.
    pub attempts: Option<u32>,
    /// The command that says whether a job may be started, if there is one.
    pub limit: Option<OsString>,
    /// What the user is told when jobs end.
    pub remarks: Remarks,
    /// Whether the collector prints command lines before jobs start.
    pub announce: Announce,
    /// Whether the collector is told when a process runs.
    pub tells_starts: AtomicBool,
    /// Whether jobs that failed or took long may be listed at the end, with their command lines.
    pub names_jobs: bool,
    /// Whether it is noted when a job wrote something last.
    pub listens: bool,
    /// Whether the command lines of jobs that have ended are logged.
    pub keeps_lines: bool,
    /// Whether the collector wants the values of jobs that have ended.
    pub keeps_values: bool,
    /// A line that is longer than this, in bytes, may be executed with parameters.
    pub longest_line: usize,
    /// Whether a job that is too long for the kernel may be executed in parts.
    pub splits: bool,
    /// Whether the command line is printed before the output.
    pub verbose: bool,
}

/// Whether the collector prints the command line before a job starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Announce {
    /// It does not.
    Never,
    /// It does.
    Start,
    /// It prints the command line, and the job, which writes to the same place itself, waits for that.
    AndWait,
}

/// Where the output of jobs is kept.
pub enum Keep {
    /// In files of their own in this directory.
    Files(PathBuf),
    /// In a tree below this directory, by values and by these names of columns, which begin anew after so many.
    Tree(PathBuf, Values, Option<usize>),
    /// In a table, a record for each job.
    Table,
    /// In files that a template names.
    Template(Template),
}

impl Keep {
    /// Where the output of a job is kept.
    ///
    /// # Errors
    /// When the template has no name for it.
    pub fn results(&self, slot: Slot, job: &Job, total: Option<u64>) -> Result<Results, Unrendered> {
        Ok(match self {
            Self::Files(directory) => Results::File(directory.clone()),
            Self::Tree(base, names, width) => Results::in_tree(base, &job.values, names, *width, job.seq),
            Self::Table => Results::Record,
            Self::Template(template) => Results::at(template.render(job, slot, total)?),
        })
    }
}

impl Workshop {
    /// The number of all jobs, where it is known.
    pub(super) fn total(&self) -> Option<u64> {
        self.total.get().copied()
    }

    /// Whether the number of all jobs has to be known before the first is rendered.
    pub(super) fn needs_total(&self) -> bool {
        let names = match &self.keep {
            Some(Keep::Template(names)) => Some(names),
            _ => None,
        };
        let workdir = match &self.workdir {
            Some(Workdir::Named(name)) => Some(name),
            _ => None,
        };
        let templates = [self.tag.as_ref(), names, workdir].into_iter().flatten();
        let files = self.files.iter().flat_map(|file| [&file.content, &file.target]);
        self.recipe.needs_total() || templates.chain(files).any(Template::needs_total)
    }

    /// Whether the collector is told when a process runs, which may change while there are jobs.
    pub(super) fn tells_starts(&self) -> bool {
        self.tells_starts.load(Ordering::Relaxed)
    }

    /// The command line of a job, made for somebody who wants to see it.
    pub(super) fn line(&self, job: &Job, slot: Slot) -> CommandLine {
        self.recipe.render(job, slot, self.total(), true).map(|rendered| rendered.line).unwrap_or_default()
    }

    /// Whether somebody looks at command lines.
    pub(super) fn shows_lines(&self) -> bool {
        self.keeps_lines
            || self.remarks.are_wanted()
            || self.tells_starts()
            || self.verbose
            || self.announce != Announce::Never
            || self.prompt.is_some()
    }

    /// Whether the output of this attempt is passed on while it runs: what was shown cannot be taken back.
    pub(super) fn streams(&self, attempt: u32) -> bool {
        self.streams && self.attempts == Some(attempt)
    }

    /// Whether the output of this attempt may be passed on while it runs.
    pub(super) fn flows(&self, attempt: u32) -> bool {
        self.attempts == Some(attempt)
    }

    /// What each line of a job's output begins with.
    fn tag(&self, slot: Slot, job: &Job) -> Result<Option<Vec<u8>>, Unrendered> {
        let Some(tag) = &self.tag else { return Ok(None) };
        Ok(Some([tag.render(job, slot, self.total())?.as_slice(), b"\t"].concat()))
    }

    /// What the lines of a job look like.
    pub(super) fn style(&self, slot: Slot, job: &Job) -> Result<Style, Unrendered> {
        let colours = self.colours.map(|coloured| coloured.then(|| Colour::of(job.seq)));
        Ok(Style { tag: self.tag(slot, job)?, colours })
    }

    /// Where the output of a job is kept, if it is.
    pub(super) fn results(&self, slot: Slot, job: &Job) -> Result<Option<Results>, Unrendered> {
        self.keep.as_ref().map(|keep| keep.results(slot, job, self.total())).transpose()
    }
}
