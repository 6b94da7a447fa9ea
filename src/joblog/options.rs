//! The options of the job log.

use std::ffi::OsString;

use clap::{Args, ValueEnum};

/// What is written down about jobs, and which are not run because they are in there.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Job log")]
pub struct JobLogOptions {
    /// Write a line about each job that has ended to FILE; +FILE appends
    ///
    /// The columns, separated by tabs, are its number, its host, start and run time in seconds, bytes sent and
    /// received, exit value, signal and command, as in GNU parallel. A job is entered after its output has been
    /// written.
    #[arg(long, visible_alias = "jl", value_name = "FILE")]
    pub joblog: Option<OsString>,

    /// Do not run jobs that are in the job log, whatever their exit value; run what is missing
    ///
    /// A job is in the log if its command line is; see --resume-by. Jobs that forkful ended itself, with exit value -1,
    /// are run again. Without --joblog, jobs are left out whose output is in the folders of --results.
    #[arg(long)]
    pub resume: bool,

    /// Do not run jobs that have succeeded according to the job log; run those that failed or are missing
    #[arg(long, alias = "resumefailed")]
    pub resume_failed: bool,

    /// Run the commands again that have failed according to the job log, and nothing else
    ///
    /// Command and input of the command line are ignored: what is run is the text in the log. Jobs that read data, as
    /// with --pipe, need --resume-failed and the data instead.
    #[arg(long, alias = "retryfailed")]
    pub retry_failed: bool,

    /// What a job is found in the job log by: its command, or its number (seq), as in GNU parallel
    ///
    /// By command, a list may have been reordered or have grown since; each line of the log stands for one job. By seq,
    /// a job with another command is taken for done if it has the number of one that is.
    #[arg(long, value_name = "WAY", value_enum)]
    pub resume_by: Option<ResumeBy>,
}

/// What a job is found in the log by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ResumeBy {
    /// Its command line.
    #[default]
    Command,
    /// Its number.
    Seq,
}

impl JobLogOptions {
    /// Whether jobs are looked for in the log.
    pub fn resumes(&self) -> bool {
        self.resume || self.resume_failed
    }
}
