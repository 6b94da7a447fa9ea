//! The options of the job log.

use std::ffi::OsString;

use clap::Args;

/// What is written down about jobs.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Job log")]
pub struct JobLogOptions {
    /// Write a line about each job that has ended to FILE; +FILE appends
    ///
    /// The columns, separated by tabs, are its number, its host, start and run time in seconds, bytes sent and
    /// received, exit value, signal and command, as in GNU parallel. A job is entered after its output has been written.
    #[arg(long, visible_alias = "jl", value_name = "FILE")]
    pub joblog: Option<OsString>,
}
