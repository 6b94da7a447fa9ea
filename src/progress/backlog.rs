//! What is done but not printed, because the output of another job has to be printed before.

use std::time::Duration;

use super::words::duration;
use crate::job::Seq;

/// By how much more than a job takes on average the first has to take before it is worth a word: in the course of many
/// jobs there is nearly always one that has ended a little before its turn, and what comes and goes cannot be read.
const PATIENCE: Duration = Duration::from_secs(3);

/// Jobs that have ended and wait for their turn to be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// Whose turn it is.
    pub first: Seq,
    /// How many wait for it.
    pub ended: usize,
}

impl Backlog {
    /// Whether one is worth a word when the first has taken so long and a job takes so long on average.
    pub(super) fn is_notable(time: Duration, average: Duration) -> bool {
        time >= average + PATIENCE
    }

    /// In words, with how long the first has taken, if that is known.
    pub(super) fn text(&self, time: Option<Duration>) -> String {
        let Self { first, ended } = self;
        let time = time.map(|time| format!(" ({})", duration(time))).unwrap_or_default();
        format!("waiting for job {first}{time}: {ended} done behind it")
    }
}
