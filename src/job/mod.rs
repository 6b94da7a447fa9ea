//! The words everything else speaks: what a job is, where it runs and how it ended.
//!
//! Plain values without behaviour of their own beyond reading and counting; nothing here knows a process.

mod dialect;
pub mod feed;
mod outcome;
mod stream;
mod tally;
mod usage;
mod values;
mod words;

pub use dialect::Dialect;
pub use feed::Feed;
pub use outcome::{Cause, Exit, Outcome};
pub use stream::{Drained, Stream};
pub use tally::Tally;
pub use usage::Usage;
pub use values::Values;

use std::fmt;

/// A job's number: 1, 2, 3 … in input order, dense, fixed when the job is read (`{#}`, `$PARALLEL_SEQ`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(pub u64);

/// A place to run a job in: 1 to the number of slots, unique among the running jobs (`{%}`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub usize);

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One argument as it was read: bytes, never decoded.
pub type Value = Vec<u8>;

/// A command line as a shell would read it, without its final newline.
pub type CommandLine = Vec<u8>;

/// What is to be done once: the values that the template is rendered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub seq: Seq,
    /// The value of every input source or column, in order; of several records with `-n` and `-N`.
    pub values: Values,
    /// Which attempt at it is the next, from 1.
    pub attempt: u32,
    /// What it reads on its stdin, if that is not what all jobs read.
    pub feed: Option<Feed>,
}

impl Job {
    /// A job that has not been tried yet.
    pub fn new(seq: Seq, values: Values) -> Self {
        Self { seq, values, attempt: 1, feed: None }
    }

    /// The same with something to read.
    #[must_use]
    pub fn with_feed(self, feed: Feed) -> Self {
        Self { feed: Some(feed), ..self }
    }
}
