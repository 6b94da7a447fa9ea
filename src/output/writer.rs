//! The only code that writes to stdout and stderr.

use std::io::{self, IsTerminal};
use std::os::fd::BorrowedFd;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{FileType, fstat};
use rustix::io::Errno;
use rustix::termios::isatty;

use crate::error::Error;
use crate::job::Stream;
use crate::os;

/// As much as is gathered before it is written.
const GATHERED: usize = 1 << 16;

/// Gathers output, and writes it so that not one byte is lost in silence.
///
/// What goes to stderr is written after all that went to stdout before it.
#[derive(Debug)]
pub struct Writer {
    gathered: Vec<u8>,
    sinks: [Sink; 2],
}

/// Where a stream is written.
#[derive(Clone, Copy, Debug)]
struct Sink {
    fd: BorrowedFd<'static>,
    /// The runner was started without it.
    closed: bool,
}

impl Writer {
    /// A writer to the descriptors the runner was given. If one was closed, the first byte for it is an error.
    pub fn new() -> Self {
        let stdout = Sink { fd: rustix::stdio::stdout(), closed: os::was_closed_at_start(1) };
        let stderr = Sink { fd: rustix::stdio::stderr(), closed: os::was_closed_at_start(2) };
        Self { gathered: Vec::new(), sinks: [stdout, stderr] }
    }

    /// A writer to other descriptors.
    #[cfg(test)]
    pub(crate) fn to(fds: [BorrowedFd<'static>; 2]) -> Self {
        Self { gathered: Vec::new(), sinks: fds.map(|fd| Sink { fd, closed: false }) }
    }

    /// Whether either stream shows on a terminal.
    pub fn is_on_terminal() -> bool {
        Stream::BOTH.into_iter().any(Self::shows)
    }

    /// Whether the stream shows on a terminal.
    pub fn shows(stream: Stream) -> bool {
        match stream {
            Stream::Stdout => io::stdout().is_terminal(),
            Stream::Stderr => io::stderr().is_terminal(),
        }
    }

    /// Writes all of `bytes`, at the latest when flushed.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&mut self, stream: Stream, bytes: &[u8]) -> Result<(), Error> {
        if bytes.is_empty() {
            return Ok(());
        }
        match stream {
            Stream::Stdout => {
                if self.gathered.len() + bytes.len() > GATHERED {
                    self.flush()?;
                }
                if bytes.len() < GATHERED {
                    self.gathered.extend_from_slice(bytes);
                    return Ok(());
                }
                self.put_out(bytes)
            }
            Stream::Stderr => {
                self.flush()?;
                let result = self.put(stream, bytes);
                result.map_err(|cause| Error::Output { stream: "stderr", cause })
            }
        }
    }

    /// Writes what was gathered.
    ///
    /// # Errors
    /// When it cannot be written; it is not tried again.
    pub fn flush(&mut self) -> Result<(), Error> {
        if self.gathered.is_empty() {
            return Ok(());
        }
        let bytes = std::mem::take(&mut self.gathered);
        let result = self.put_out(&bytes);
        self.gathered = bytes;
        self.gathered.clear();
        result
    }

    /// Stdout, for somebody else to splice to while this does not; `None` if that is better left to this one.
    ///
    /// Not a regular file: splicing moves on from the place in the file where it began, without a lock, and what others
    /// who have the file open have written there meanwhile (stderr with `2>&1`, another runner) would be written over.
    pub fn lend(&self) -> Option<BorrowedFd<'static>> {
        let Sink { fd, closed } = self.sinks[Stream::Stdout as usize];
        let kind = fstat(fd).map(|status| FileType::from_raw_mode(status.st_mode)).ok()?;
        let suits = match kind {
            FileType::Fifo => true,
            FileType::CharacterDevice => !isatty(fd),
            _ => false,
        };
        (suits && !closed).then_some(fd)
    }

    fn put_out(&self, bytes: &[u8]) -> Result<(), Error> {
        self.put(Stream::Stdout, bytes).map_err(|cause| Error::Output { stream: "stdout", cause })
    }

    fn put(&self, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        match self.sinks[stream as usize] {
            Sink { closed: true, .. } => Err(Errno::BADF.into()),
            Sink { fd, .. } => put(fd, bytes),
        }
    }
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

/// Writes all of it; waits where another process has made the descriptor non-blocking.
fn put(fd: BorrowedFd<'_>, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match rustix::io::write(fd, bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => {
                let _ = poll(&mut [PollFd::from_borrowed_fd(fd, PollFlags::OUT)], None);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
