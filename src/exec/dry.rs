//! The executor of `--dry-run`: every job prints its command line and succeeds.

use super::{Attempt, Executor, Shortage, Watch};
use crate::job::{Exit, Stream};

/// Shows command lines instead of running them.
pub struct DryRun;

impl Executor for DryRun {
    fn run(&self, attempt: Attempt<'_>, watch: &mut dyn Watch) -> Result<Exit, Shortage> {
        let mut line = attempt.line.to_vec();
        line.push(b'\n');
        watch.output(Stream::Stdout, &line);
        Ok(Exit::Code(0))
    }
}
