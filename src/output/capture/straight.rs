//! The way of output from the pipe that a job writes to straight to where it is printed, without being read or copied.
//!
//! It is for the one job whose turn it is, and for bytes that are to come out as they are. The collector, whose stdout
//! is, lends it to a job that writes much: when all that came before has been written, the slot moves on what waits in
//! the pipe, page by page. As soon as little waits there, it is read as usual, and the collector prints again; which of
//! the two it is changes nothing that can be seen.

use std::io;
use std::os::fd::BorrowedFd;
use std::sync::PoisonError;

use rustix::io::{Errno, ioctl_fionread};
use rustix::pipe::{SpliceFlags, splice};

use super::{Capture, LIFE};
use crate::job::{Drained, Stream};

/// So many bytes in the pipe show that a job writes faster than it is read.
const MUCH: u64 = 1 << 15;
/// Less is better read: in the pipe behind, each piece takes a place that has room for a page.
const PAGE: u64 = 1 << 12;
/// What is moved at once at most: more than a pipe holds, as a rule.
const MOST: usize = 1 << 20;

/// How far a job has come with it.
#[derive(Debug, Default)]
pub(super) enum Straight {
    /// It has not asked, or has written little since.
    #[default]
    No,
    /// It waits for an answer.
    Asked,
    /// It is the only one that writes here until it says otherwise.
    Lent(BorrowedFd<'static>),
    /// Not for this job.
    Never,
}

impl Straight {
    /// Whether what waits in the pipe should go this way: there is enough, and it has not been refused.
    fn suits(&self, pipe: BorrowedFd<'_>) -> bool {
        let least = match self {
            Self::Never => return false,
            Self::Lent(_) => PAGE,
            Self::No | Self::Asked => MUCH,
        };
        ioctl_fionread(pipe).is_ok_and(|waiting| waiting >= least)
    }

    /// The job does not write there any more, until it asks again.
    pub(super) fn give_back(&mut self) {
        if let Self::Lent(_) = self {
            *self = Self::No;
        }
    }
}

impl Capture {
    /// Moves output on to where it is printed straight from the pipe where it waits, if it is the job's turn and that is
    /// worth while. The first time `ask` is called, to have the collector write what came before and answer by
    /// [`Capture::lend`], which this waits for unless the job has `ended`.
    pub fn drain(&self, stream: Stream, pipe: BorrowedFd<'_>, ask: impl FnOnce(), ended: impl Fn() -> bool) -> Drained {
        let mut state = self.state();
        let is_next = self.is_plain && self.results.is_none() && state.watched[stream as usize];
        if stream != Stream::Stdout || !is_next || !state.straight.suits(pipe) {
            return Drained::Not;
        }
        if let Straight::No = state.straight {
            state.straight = Straight::Asked;
            drop(state);
            ask();
            state = self.state();
            while let Straight::Asked = state.straight {
                let wait = self.room.wait_timeout(state, LIFE).unwrap_or_else(PoisonError::into_inner);
                state = wait.0;
                if wait.1.timed_out() && ended() {
                    state.straight = Straight::No;
                    return Drained::Not;
                }
            }
        }
        let Straight::Lent(sink) = state.straight else { return Drained::Not };
        drop(state);
        let passed = pass(pipe, sink);
        let mut state = self.state();
        match passed {
            Ok(None) => Drained::Blocked(sink),
            Ok(Some(bytes)) => {
                state.spools[stream as usize].pass(bytes);
                // Nobody has seen them.
                state.taken.clear();
                state.latest = stream;
                self.store.flow().note(bytes);
                Drained::Some
            }
            // Whoever reads and writes them instead finds out what is wrong, if anything is.
            Err(_) => {
                state.straight = Straight::Never;
                Drained::Not
            }
        }
    }

    /// Answers a job that has asked and still waits: lends it this descriptor, to it alone and until it pushes something.
    pub fn lend(&self, sink: Option<BorrowedFd<'static>>) {
        let mut state = self.state();
        if let Straight::Asked = state.straight {
            // A job that has not waited for an earlier answer may have pushed something, which has to come first.
            let sink = sink.filter(|_| state.spools[Stream::Stdout as usize].is_empty());
            state.straight = sink.map_or(Straight::Never, Straight::Lent);
        }
        drop(state);
        self.room.notify_all();
    }
}

/// Moves on what waits in a pipe, which is something; `None` if there is no room for it.
fn pass(pipe: BorrowedFd<'_>, sink: BorrowedFd<'static>) -> io::Result<Option<u64>> {
    match splice(pipe, None, sink, None, MOST, SpliceFlags::NONBLOCK | SpliceFlags::MOVE) {
        // There are no writers left, which does not happen while something waits.
        Ok(0) => Err(io::ErrorKind::WriteZero.into()),
        Ok(moved) => Ok(Some(moved as u64)),
        Err(Errno::INTR) => Ok(Some(0)),
        Err(Errno::AGAIN) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
