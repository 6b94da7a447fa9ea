//! The options of events and reports.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

/// What is written down about a run.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Events and reports")]
#[expect(clippy::doc_markdown, reason = "it is the help, for which a name is no code")]
pub struct ReportOptions {
    /// Write what happens as it happens to FILE, one JSON object a line; fd:N is an open descriptor, - is stdout
    ///
    /// The run, each job queued, started, retried and ended, with its exit, its times, its memory and the sizes of its
    /// output: the manual describes it all under EVENTS. - is only for runs whose output is kept by --results.
    #[arg(long, value_name = "FILE")]
    pub events: Option<OsString>,

    /// Write a JUnit report to FILE (- is stdout) at the end, in which each job is a test case
    ///
    /// A job that fails is a failed test, with the last 8 KiB of its stdout and stderr; one that succeeds after
    /// failures is a flaky one.
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,

    /// Write a trace of the run to FILE (- is stdout) at the end, in the format of Chrome, which Perfetto shows
    ///
    /// A row for each slot shows its jobs in time; two counters show how many ran, and their memory.
    #[arg(long = "trace", value_name = "FILE")]
    pub trace_file: Option<PathBuf>,

    /// Write a page about the run to FILE (- is stdout) at the end, for any browser: a timeline, slow and failed jobs
    ///
    /// It is one file that loads nothing else. - is only for runs whose output is kept by --results, here as with
    /// --junit and --trace. Of more than 100,000 jobs it shows those that failed and the longest.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,

    /// Write such a page about the run of an old job LOG to the file that comes next (- is stdout), and exit
    #[arg(long, value_name = "LOG")]
    pub report_from: Option<PathBuf>,
}

impl ReportOptions {
    /// Whether anything is written down.
    pub fn is_wanted(&self) -> bool {
        self.events.is_some() || self.needs_rows()
    }

    /// Whether something is made at the end.
    pub(super) fn needs_rows(&self) -> bool {
        self.junit.is_some() || self.trace_file.is_some() || self.report.is_some()
    }
}
