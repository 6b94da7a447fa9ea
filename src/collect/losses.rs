//! What was lost in a run, and how bad that is.
//!
//! Nothing is lost in silence: the worst loss is the error of the run, and the run is aborted as soon as there is one.

use crate::error::Error;

/// What was lost, the worse the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// A line of the job log or a kept result: no more jobs are to be started.
    Record,
    /// Output: nothing more can be done that counts.
    Output,
}

impl Loss {
    fn of(error: &Error) -> Self {
        if matches!(error, Error::Record { .. }) { Self::Record } else { Self::Output }
    }
}

/// What was lost so far.
#[derive(Debug, Default)]
pub(super) struct Losses {
    worst: Option<Error>,
    /// What the run has been told of.
    told: Option<Loss>,
}

impl Losses {
    /// The first error is told in the end, unless a worse one comes.
    pub(super) fn note(&mut self, error: Error) {
        if self.worst.as_ref().is_none_or(|earlier| Loss::of(earlier) < Loss::of(&error)) {
            self.worst = Some(error);
        }
    }

    /// Whether output was lost, so that no more of it is written. A record that was lost does not matter to it.
    pub(super) fn have_output(&self) -> bool {
        self.worst.as_ref().is_some_and(|error| Loss::of(error) == Loss::Output)
    }

    /// Calls `abort` if there is a loss that is worse than any it was called for.
    pub(super) fn tell(&mut self, abort: impl Fn(Loss)) {
        let worst = self.worst.as_ref().map(Loss::of);
        if worst > self.told {
            self.told = worst;
            worst.into_iter().for_each(abort);
        }
    }

    /// The error of the run.
    pub(super) fn into_error(self) -> Option<Error> {
        self.worst
    }
}
