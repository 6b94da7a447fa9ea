//! The options of running.

use clap::Args;

/// How jobs are run.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Running")]
pub struct ExecOptions {
    /// Print the command lines instead of running them
    #[arg(long, visible_alias = "dryrun", alias = "dr")]
    pub dry_run: bool,
}
