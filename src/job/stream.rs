//! What jobs write to.

use std::os::fd::BorrowedFd;

/// One of the two output streams of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Descriptor 1.
    Stdout,
    /// Descriptor 2.
    Stderr,
}

impl Stream {
    /// Both, in the order in which a group is printed.
    pub const BOTH: [Self; 2] = [Self::Stdout, Self::Stderr];
}

/// What has become of output that waited in a pipe.
#[derive(Clone, Copy, Debug)]
pub enum Drained {
    /// Nothing: it is to be read.
    Not,
    /// Some of it has gone to where it is printed.
    Some,
    /// It can go there when this can be written to.
    Blocked(BorrowedFd<'static>),
}
