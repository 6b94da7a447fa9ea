//! The options of the progress display.

use clap::Args;

/// What is shown while jobs run, on stderr.
#[derive(Args, Clone, Copy, Debug, Default)]
#[command(next_help_heading = "Progress")]
pub struct ProgressOptions {
    /// Show a bar: jobs done of all, running, failed, time left, and the job started last
    ///
    /// On a terminal the bar stays below the output of the jobs; elsewhere a plain line appears every few seconds.
    /// While the input is still being read the total is a number with a +, and the time left is not known.
    #[arg(long)]
    pub bar: bool,

    /// Show the time left and the average time of a job
    #[arg(long)]
    pub eta: bool,

    /// Show jobs running and done, and the average time of a job
    #[arg(long)]
    pub progress: bool,
}

impl ProgressOptions {
    /// Whether anything is shown at all.
    pub fn is_shown(self) -> bool {
        self.bar || self.eta || self.progress
    }
}
