//! What a run leaves out, and what it runs instead of its input: `--resume`, `--resume-failed` and `--retry-failed`.
//!
//! A job is known by its command line, so this has to know both the template and the log. The line of the log was made
//! in a slot and with a number that the job may not have now; what is done about that stands in `joblog::blank`.

use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use super::{Assembly, spreading};
use crate::error::{Error, say};
use crate::input::{Input, Packing, Ruler};
use crate::job::{Job, Seq, Slot};
use crate::joblog::{self, Before, Blank, Counts, JobLog, Logged, ResumeBy, Sought};
use crate::output::{Form, Passed};
use crate::schedule::{Done, Recipe, Workshop};
use crate::template::{RunNumber, Template, Unrendered};

/// Slots whose numbers are tried where an expression makes something of them.
const SLOTS: usize = 64;

/// The jobs of a log that are run again, or those of the input.
pub(crate) type Jobs = Box<dyn Iterator<Item = Result<Job, Error>> + Send>;

impl Assembly {
    /// Complains of options that cannot be together.
    pub(super) fn check_resuming(&self) -> Result<(), Error> {
        let results = self.cli.output.results();
        let (log, keeps, is_table) = (&self.cli.joblog, results.is_some(), results.and_then(Form::of).is_some());
        let usage = |text: &str| Err(Error::Usage(text.into()));
        match log.joblog {
            None if log.retry_failed => usage("--retry-failed needs the log to retry from; give it with --joblog FILE"),
            None if log.resumes() && is_table => {
                usage("--resume and --resume-failed do not read tables; give --joblog FILE as well as --results")
            }
            None if log.resumes() && !keeps => usage(
                "--resume and --resume-failed need to know what has been done; give --joblog FILE or --results DIR",
            ),
            _ if log.resume_by.is_some() && !log.resumes() => {
                usage("--resume-by says how jobs are found in the log; it needs --resume or --resume-failed")
            }
            Some(_) if log.resumes() && self.resume_by() == ResumeBy::Seq && self.cli.input.shuf => {
                usage("with --shuf a job has another number each time; leave out --resume-by seq, or --shuf")
            }
            _ => Ok(()),
        }
    }

    fn resume_by(&self) -> ResumeBy {
        // Jobs with data may all have the same command line.
        let default = if spreading::is_wanted(&self.cli) { ResumeBy::Seq } else { ResumeBy::default() };
        self.cli.joblog.resume_by.unwrap_or(default)
    }

    fn log_path(&self) -> Option<PathBuf> {
        self.cli.joblog.joblog.as_deref().map(|option| joblog::name(option).1)
    }

    /// Opens the job log, which is not changed before all options are known to be good, with what holds it for this run
    /// while it is open.
    pub(crate) fn open_log(&self) -> Result<(Option<JobLog>, Option<OwnedFd>), Error> {
        let Some(path) = self.log_path().filter(|_| !self.shows_only) else { return Ok((None, None)) };
        if self.cli.joblog.retry_failed && !path.exists() {
            let text = format!("--retry-failed: there is no job log {}; check the name", path.display());
            return Err(Error::Usage(text));
        }
        // Commands at a semaphore come and go, and each only appends.
        let is_ours = !self.cli.semaphore.is_wanted();
        let (log, hold) = JobLog::open(path, is_ours)?;
        Ok((Some(log), hold))
    }

    /// What becomes of what the log holds.
    pub(crate) fn before(&self) -> Before {
        let log = &self.cli.joblog;
        let appends = log.joblog.as_deref().is_some_and(|option| joblog::name(option).0);
        match () {
            () if appends => Before::Appended,
            () if log.resumes() || log.retry_failed => Before::Resumed,
            () => Before::Replaced,
        }
    }

    /// The jobs of this run; those of the log if they are to be retried, which may get other numbers in `log`.
    pub(crate) fn jobs(
        &self,
        input: Input,
        packing: Option<(Packing, Ruler)>,
        log: Option<&mut JobLog>,
    ) -> Result<Jobs, Error> {
        if let Some(supply) = self.supply.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Ok(supply.jobs());
        }
        let Some(path) = self.log_path().filter(|_| self.cli.joblog.retry_failed) else {
            return Ok(Box::new(input.jobs(packing)));
        };
        let (jobs, numbers) = joblog::failed(&path)?;
        if let Some(log) = log {
            log.renumber(numbers);
            log.tidy_in_the_end();
        }
        Ok(Box::new(jobs.into_iter().map(Ok)))
    }

    /// Which jobs are not to be run, if there may be such.
    pub(crate) fn done(
        &self,
        input: &Input,
        workshop: &Workshop,
        log_file: Option<&mut JobLog>,
    ) -> Result<Option<Done>, Error> {
        let (log, passed) = (&self.cli.joblog, Arc::new(Passed::default()));
        if log.retry_failed {
            return Ok(Some(Done { is_done: Box::new(|_, _| false), passed }));
        }
        if !log.resumes() {
            return Ok(None);
        }
        let Some(path) = self.log_path() else {
            let keep = self.keep(self.setting(input), input)?;
            let is_done = move |job: &Job, total| {
                let results = keep.as_ref().and_then(|keep| keep.results(Slot(1), job, total).ok());
                results.is_some_and(|results| results.is_complete())
            };
            return Ok(Some(Done { is_done: Box::new(is_done), passed }));
        };
        let counts = if log.resume_failed { Counts::Successes } else { Counts::Runs };
        let Recipe::Line { template, .. } = &*workshop.recipe else { return Ok(None) };
        let blanks: Vec<_> = template.run_numbers().into_iter().map(blank).collect();
        let logged = Logged::read(&path, counts, self.resume_by(), &blanks)?;
        if let Some(log) = log_file.filter(|_| logged.has_ended()) {
            log.tidy_in_the_end();
        }
        let mut finder = Finder {
            recipe: Arc::clone(&workshop.recipe),
            template: Arc::clone(template),
            has_numbers: !blanks.is_empty(),
            slots: self.slots.max(SLOTS),
            logged,
            by: self.resume_by(),
            path,
        };
        Ok(Some(Done { is_done: Box::new(move |job, total| finder.finds(job, total)), passed }))
    }
}

fn blank(number: RunNumber) -> Blank {
    match number {
        RunNumber::Seq => Blank::Seq,
        RunNumber::Total => Blank::Total,
        RunNumber::Slot => Blank::Slot,
    }
}

/// Looks for jobs in the log.
struct Finder {
    recipe: Arc<Recipe>,
    template: Arc<Template>,
    /// Whether numbers of the run stand in the command.
    has_numbers: bool,
    slots: usize,
    logged: Logged,
    by: ResumeBy,
    path: PathBuf,
}

impl Finder {
    fn finds(&mut self, job: &Job, total: Option<u64>) -> bool {
        let found = self.looks_up(job, total);
        if !found && self.by == ResumeBy::Command && self.logged.begins_with(job.seq.0) {
            let name = self.path.display();
            say(format_args!(
                "job {} is not in {name} as it is now; jobs are known by their command lines (--resume-by seq: by number)",
                job.seq
            ));
        }
        found
    }

    fn looks_up(&mut self, job: &Job, total: Option<u64>) -> bool {
        // A job that has no command line fails again, and says why.
        let Some((line, left_out)) = known(self.recipe.line(job, Slot(1), total)) else { return false };
        let blanked = self.has_numbers.then(|| self.blanked(job)).flatten();
        let own = Sought { seq: job.seq.0, line: &line, blanked: blanked.as_deref(), with_number: true, left_out };
        if let Some(answer) = self.logged.answer(own) {
            return answer;
        }
        if self.has_numbers || self.by == ResumeBy::Seq {
            return false;
        }
        // Its number is another one now, or an expression makes something of the slot. In the latter case the line with
        // its number has to be its own, because two jobs in two slots could have one line.
        let in_slot = |recipe: &Recipe, slot| known(recipe.line(job, Slot(slot), total)).map(|(line, _)| line);
        if in_slot(&self.recipe, 2).as_ref() == Some(&line) {
            return self.logged.answer(Sought { with_number: false, ..own }) == Some(true);
        }
        let lines = (2..=self.slots).filter_map(|slot| in_slot(&self.recipe, slot));
        let answers = lines.filter_map(|line| self.logged.answer(Sought { line: &line, ..own }));
        answers.last() == Some(true)
    }

    /// The command line with stand-ins for the numbers of the run.
    fn blanked(&self, job: &Job) -> Option<Vec<u8>> {
        let job = Job { seq: Seq(Blank::Seq.standin()), ..job.clone() };
        let slot = usize::try_from(Blank::Slot.standin()).map_or(Slot(usize::MAX), Slot);
        known(self.template.render(&job, slot, Some(Blank::Total.standin()))).map(|(line, _)| line)
    }
}

/// The command line of a job, and whether it is left out.
fn known(line: Result<Vec<u8>, Unrendered>) -> Option<(Vec<u8>, bool)> {
    match line {
        Ok(line) => Some((line, false)),
        Err(Unrendered::LeftOut(line)) => Some((line, true)),
        Err(_) => None,
    }
}
