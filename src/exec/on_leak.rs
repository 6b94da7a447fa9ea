//! What becomes of what a job leaves behind.

use clap::ValueEnum;

/// What is done when a job has ended and something that it has started still holds its output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OnLeak {
    /// Nothing: what it writes in the next moments is printed, and what comes later is lost
    #[default]
    Leave,
    /// The job ends when all of it has ended, or has let go of the output
    Wait,
    /// It is ended, as jobs are
    Kill,
    /// It is ended, and the job counts as failed
    Fail,
}
