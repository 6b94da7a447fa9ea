//! The options of scheduling.

use clap::Args;

use super::{Jobs, TermSeq};

/// How many jobs run, and how they are ended.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Scheduling")]
pub struct PolicyOptions {
    /// Run N jobs at a time: N, 0 (as many as possible), +N, -N or N% of the CPU threads
    ///
    /// The CPU threads are those that this process may use: its affinity and its cgroup's quota count. A result
    /// below 1 is 1.
    #[arg(short, long, visible_alias = "max-procs", visible_short_alias = 'P', value_name = "N")]
    #[arg(default_value = "100%", allow_hyphen_values = true)]
    pub jobs: Jobs,

    /// How a job is ended: signals to its process group, with milliseconds to wait after each
    #[arg(long, visible_alias = "term-seq", value_name = "SEQ", default_value = "TERM,200,TERM,100,TERM,50,KILL,25")]
    pub termseq: TermSeq,
}
