//! Where the bytes of a stream come from: anything that can be read, or a descriptor that can be waited for.

use std::io::{self, ErrorKind, Read};
use std::os::fd::AsFd;
use std::time::Instant;

use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

/// What came of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    /// More bytes, at least one.
    More,
    /// The stream has ended.
    End,
    /// Nothing until then.
    TimedOut,
}

/// A stream of bytes.
pub trait Stream {
    /// Reads what is there, at least one byte and about as many as `buffer` has room for, and appends it. Waits for it
    /// no longer than `until`, if it can tell time.
    ///
    /// # Errors
    /// What the system says.
    fn fill(&mut self, buffer: &mut Vec<u8>, until: Option<Instant>) -> io::Result<Filled>;
}

/// The most that is cleared before each read of a [`Reader`], which may give less.
const CLEARED: usize = 1 << 16;

/// Anything that can be read. It waits for as long as it takes.
#[derive(Debug)]
pub struct Reader<R>(pub R);

impl<R: Read> Stream for Reader<R> {
    fn fill(&mut self, buffer: &mut Vec<u8>, _: Option<Instant>) -> io::Result<Filled> {
        let length = buffer.len();
        buffer.resize(length + (buffer.capacity() - length).clamp(1, CLEARED), 0);
        let read = loop {
            match self.0.read(&mut buffer[length..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        buffer.truncate(length + *read.as_ref().unwrap_or(&0));
        read.map(|read| if read == 0 { Filled::End } else { Filled::More })
    }
}

/// A descriptor: a pipe, a file, a socket, a terminal. Its bytes go straight into the buffer.
#[derive(Debug)]
pub struct Descriptor<F>(pub F);

impl<F: AsFd> Stream for Descriptor<F> {
    fn fill(&mut self, buffer: &mut Vec<u8>, until: Option<Instant>) -> io::Result<Filled> {
        let mut wait = until.is_some();
        loop {
            if wait && !self.is_ready(until)? {
                return Ok(Filled::TimedOut);
            }
            buffer.reserve(1);
            match rustix::io::read(&self.0, spare_capacity(buffer)) {
                Ok(0) => return Ok(Filled::End),
                Ok(_) => return Ok(Filled::More),
                Err(Errno::INTR) => {}
                // Somebody who shares it made it so that reading does not wait.
                Err(Errno::AGAIN) => wait = true,
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl<F: AsFd> Descriptor<F> {
    /// Whether there is something to read, or the end, before then.
    fn is_ready(&self, until: Option<Instant>) -> io::Result<bool> {
        loop {
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            let left = left.and_then(|left| Timespec::try_from(left).ok());
            match poll(&mut [PollFd::new(&self.0, PollFlags::IN)], left.as_ref()) {
                Ok(ready) => return Ok(ready > 0),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}
