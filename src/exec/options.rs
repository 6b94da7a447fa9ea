//! The options of running.

use std::ffi::OsString;

use clap::Args;
use rustix::process::{getpriority_process, setpriority_process};

use super::OnLeak;
use crate::error::Error;
use crate::units::parse_number;

/// How jobs are run.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Running")]
pub struct ExecOptions {
    /// Print the command lines instead of running them
    #[arg(long, visible_alias = "dryrun", alias = "dr")]
    pub dry_run: bool,

    /// Run jobs in DIR, which may hold replacement strings and is made if it is missing; ... is a new one for each job
    ///
    /// A name that does not begin with a slash is one below the current directory. With --cleanup the directories of
    /// ... are removed after their jobs.
    #[arg(long, visible_aliases = ["wd", "work-dir"], value_name = "DIR")]
    pub workdir: Option<OsString>,

    /// Run jobs with a niceness that is higher by N than that of forkful; only root may give a negative N
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = clap::value_parser!(i32).range(-20..=19))]
    pub nice: Option<i32>,

    /// Set the variable NAME to the number of the job slot, counted from 0
    #[arg(long, value_name = "NAME")]
    pub process_slot_var: Option<OsString>,

    /// The most memory that a job may have: SIZE bytes, or with K, M, G; one that needs more is killed
    ///
    /// Where forkful may make control groups (version 2, delegated; or version 1), all processes of a job together have
    /// this limit, and a job that is killed is reported as out of memory. Elsewhere each process has it for its address
    /// space, as with ulimit -v, and is told that there is no more memory. Which of the two it is is said on stderr.
    #[arg(long, value_name = "SIZE", value_parser = parse_number)]
    pub memory_max: Option<usize>,

    /// What to do when a job has ended, but something that it has started still holds its output
    ///
    /// Such a job is reported as leaked in any case. What does not hold the output, as a daemon should not, is left
    /// alone.
    #[arg(long, value_name = "ACTION", value_enum)]
    pub on_leak: Option<OnLeak>,

    /// Let jobs read from the terminal
    #[arg(short = 'o', long)]
    pub open_tty: bool,

    /// Ask on the terminal before each job, and run it if the answer begins with y
    #[arg(short = 'p', long)]
    pub interactive: bool,
}

impl ExecOptions {
    /// The niceness of jobs: so much more than our own. One that is not allowed is tried on ourselves, so that it is
    /// known before the first job.
    ///
    /// # Errors
    /// When it is not allowed.
    pub fn niceness(&self) -> Result<Option<i32>, Error> {
        let Some(more) = self.nice else { return Ok(None) };
        let own = getpriority_process(None).unwrap_or(0);
        let wanted = (own + more).clamp(-20, 19);
        if more < 0 {
            let tried = setpriority_process(None, wanted);
            let restored = setpriority_process(None, own);
            tried.and(restored).map_err(|error| {
                Error::Usage(format!(
                    "--nice {more}: {error}; only root may make jobs more important than their caller"
                ))
            })?;
        }
        Ok(Some(wanted))
    }
}
