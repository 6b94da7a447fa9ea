//! The options of the progress display and of the summary.

use clap::{Args, ValueEnum};

/// What is shown while jobs run, and after, on stderr.
#[derive(Args, Clone, Copy, Debug, Default)]
#[command(next_help_heading = "Progress")]
pub struct ProgressOptions {
    /// Show a bar: jobs done of all, failed, running, rate, time left, and below it the jobs that run
    ///
    /// On a terminal the bar stays below the output of the jobs; elsewhere a plain line appears from time to time, at
    /// least every minute. While the input is still being read the total is a number with a +, and the time left is not
    /// known. Where finished jobs wait to be printed behind one that takes long, as with -k, it says so. The key t, where
    /// stdin is the terminal and not the list, prints what runs now, as SIGUSR1 does; SIGUSR2 turns the display off and
    /// on. With `--bar=zenity` it is percentages and lines that begin with #, which zenity --progress reads.
    #[arg(long, value_name = "FORM", num_args = 0..=1, require_equals = true, default_missing_value = "auto")]
    pub bar: Option<BarForm>,

    /// Show the time left, the number of jobs left, and the average time of a job
    ///
    /// With --bar or --progress both are shown.
    #[arg(long)]
    pub eta: bool,

    /// Show jobs running and done, and the average time of a job
    #[arg(long)]
    pub progress: bool,

    /// Print a summary at the end: always, never, or auto
    ///
    /// It says how many jobs succeeded, failed, timed out, were killed, left out or needed another attempt; the time on
    /// processors and its share of the slots; the job that took most memory, the slowest jobs, and the first that
    /// failed with the line that runs just them again. auto, the default, prints it if there was a bar on a terminal,
    /// or if a job failed and stderr is a terminal.
    #[arg(long, value_name = "WHEN", num_args = 0..=1, require_equals = true, default_missing_value = "always")]
    pub summary: Option<When>,
}

/// The form of the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BarForm {
    /// What fits where stderr goes to
    Auto,
    /// What zenity --progress reads
    Zenity,
}

/// Whether something is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// If it is of use
    #[default]
    Auto,
    /// In any case
    Always,
    /// Not at all
    Never,
}

impl ProgressOptions {
    /// Whether anything is shown while jobs run.
    pub fn is_shown(self) -> bool {
        self.bar.is_some() || self.eta || self.progress
    }

    /// When the summary is printed.
    pub fn summary(self) -> When {
        self.summary.unwrap_or_default()
    }
}
