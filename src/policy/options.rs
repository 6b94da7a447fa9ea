//! The options of scheduling.

use clap::Args;

use super::{Delay, Gate, JobCount, Load, TermSeq};
use crate::host;

/// What +N, -N and N% of `-j` count from.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct CountBy {
    /// Count CPU cores instead of CPU threads for -j
    #[arg(long, visible_alias = "use-cpus-instead-of-cores", help_heading = "Scheduling")]
    use_cores_instead_of_threads: bool,

    /// Count CPU sockets instead of CPU threads for -j
    #[arg(long, help_heading = "Scheduling")]
    use_sockets_instead_of_threads: bool,
}

impl CountBy {
    /// The number of these on this machine.
    pub(crate) fn processors(self) -> usize {
        if self.use_sockets_instead_of_threads {
            host::sockets()
        } else if self.use_cores_instead_of_threads {
            host::cores()
        } else {
            host::threads()
        }
    }
}

/// How many jobs run, when they are started, and how they are ended.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Scheduling")]
pub struct PolicyOptions {
    /// Run N jobs at a time: N, 0 (as many as possible), +N, -N or N% of the CPU threads, or a FILE that holds one of these
    ///
    /// A FILE is read again when it has been changed; if the number gets smaller, running jobs are not ended.
    /// The CPU threads are those that this process may use: its affinity and its cgroup's quota count. A result
    /// below 1 is 1.
    #[arg(short, long, visible_alias = "max-procs", visible_short_alias = 'P', value_name = "N")]
    #[arg(default_value = "100%", allow_hyphen_values = true)]
    pub jobs: JobCount,

    #[command(flatten)]
    pub(crate) count_by: CountBy,

    /// Wait at least TIME between the starts of two jobs: seconds, or 1h30m and the like
    ///
    /// With auto at the end (0.5auto) the time grows by 30 % with each job that fails and shrinks by 10 % with each that does
    /// not.
    #[arg(long, value_name = "TIME")]
    pub delay: Option<Delay>,

    /// Start a job only while fewer than N threads run or wait for a disk on the whole machine: N, +N, -N or N% of the
    /// CPU threads; one job always runs
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub load: Option<Load>,

    /// How a job is ended: signals to its process group, with milliseconds to wait after each
    #[arg(long, visible_alias = "term-seq", value_name = "SEQ", default_value = "TERM,200,TERM,100,TERM,50,KILL,25")]
    pub termseq: TermSeq,
}

impl PolicyOptions {
    /// When jobs are started.
    pub fn gate(&self) -> Gate {
        Gate::new(self.delay, self.load.map(|load| load.limit(host::threads())))
    }
}
