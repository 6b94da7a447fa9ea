//! What can go wrong outside a job, with what to do about it, and saying so.
//!
//! A job that fails is an [`Outcome`](crate::job::Outcome), not an error. An error ends the run with status 255.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::PathBuf;

use thiserror::Error;

/// Why a run could not start or could not keep its promise. Displays as `what happened; what to do`.
#[derive(Debug, Error)]
pub enum Error {
    /// The command line cannot be used; the text says why and what would do.
    #[error("{0}")]
    Usage(String),
    /// A list of arguments that cannot be opened.
    #[error("cannot open input file {}: {cause}; check the name given to -a or ::::", .name.display())]
    OpenInput {
        /// The file's name as it was given.
        name: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A list of arguments that breaks off.
    #[error("cannot read {name}: {cause}; the records before that were run")]
    ReadInput {
        /// What was being read.
        name: String,
        /// What the system said.
        cause: io::Error,
    },
    /// A record that is not well formed.
    #[error("{name}, record {number}: {what}")]
    BadRecord {
        /// What was being read.
        name: String,
        /// The record, counted from 1, the header included.
        number: usize,
        /// What is wrong with it, and what to do.
        what: &'static str,
    },
    /// A log or result that cannot be written.
    #[error("cannot write {what}: {cause}; the run was ended because it could not be recorded")]
    Record {
        /// What was to be written.
        what: String,
        /// What the system said.
        cause: io::Error,
    },
    /// The output of a job that cannot be passed on.
    #[error("cannot write to {stream}: {cause}; output was lost and the run ended")]
    Output {
        /// stdout or stderr.
        stream: &'static str,
        /// What the system said.
        cause: io::Error,
    },
    /// Events or a report that cannot be written.
    #[error("cannot write {what}: {cause}; the jobs were run all the same, but not all of that is recorded")]
    Report {
        /// What was to be written.
        what: String,
        /// What the system said.
        cause: io::Error,
    },
    /// Something the runner needs from the system at its start.
    #[error("cannot {what}: {cause}; the system has to allow that, see ulimit -a for its limits")]
    System {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        cause: io::Error,
    },
}

impl Error {
    /// Whether the reader of our output has left (`| head`), which ends a run without a word.
    pub fn is_quiet(&self) -> bool {
        matches!(self, Self::Output { cause, .. } if cause.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Says something to the user, on stderr. That it cannot be said must not end the run, nor hide its exit status.
pub fn say(text: impl Display) {
    // In one piece, so that the output of others does not come between.
    let _ = io::stderr().write_all(format!("forkful: {text}\n").as_bytes());
}
