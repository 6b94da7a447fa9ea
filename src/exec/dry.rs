//! The executor of `--dry-run`: every job prints its command line and succeeds.

use super::{Attempt, Command, Executor, Finish, Refusal, Watch};
use crate::job::{Exit, Stream};

/// Shows command lines instead of running them.
pub struct DryRun<S> {
    /// What to print for a command line.
    pub show: S,
}

impl<S> Executor for DryRun<S>
where
    S: Fn(&[u8]) -> Vec<u8> + Send + Sync,
{
    fn run(&self, attempt: Attempt<'_>, watch: &mut dyn Watch) -> Result<Finish, Refusal> {
        let Command::Line { line, .. } = attempt.command else { return Ok(Exit::Code(0).into()) };
        let mut line = (self.show)(line);
        line.push(b'\n');
        watch.output(Stream::Stdout, &line);
        Ok(Exit::Code(0).into())
    }
}
