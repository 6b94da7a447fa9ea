//! The only code that writes to stdout and stderr.

use std::io::{self, IsTerminal};
use std::os::fd::BorrowedFd;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

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
    stdout_closed: bool,
    stderr_closed: bool,
    /// What tests look at instead of the descriptors.
    #[cfg(test)]
    memory: Option<Memory>,
}

/// What was written to stdout and stderr.
#[cfg(test)]
pub(crate) type Memory = std::sync::Arc<std::sync::Mutex<[Vec<u8>; 2]>>;

impl Writer {
    /// A writer to the descriptors the runner was given. If one was closed, the first byte for it is an error.
    pub fn new() -> Self {
        Self {
            gathered: Vec::new(),
            stdout_closed: os::was_closed_at_start(1),
            stderr_closed: os::was_closed_at_start(2),
            #[cfg(test)]
            memory: None,
        }
    }

    /// A writer to memory.
    #[cfg(test)]
    pub(crate) fn to(memory: Memory) -> Self {
        Self { memory: Some(memory), ..Self::new() }
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

    fn put_out(&self, bytes: &[u8]) -> Result<(), Error> {
        self.put(Stream::Stdout, bytes).map_err(|cause| Error::Output { stream: "stdout", cause })
    }

    fn put(&self, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        #[cfg(test)]
        if let Some(memory) = &self.memory {
            memory.lock().expect("no panic")[stream as usize].extend_from_slice(bytes);
            return Ok(());
        }
        match stream {
            Stream::Stdout if self.stdout_closed => Err(Errno::BADF.into()),
            Stream::Stderr if self.stderr_closed => Err(Errno::BADF.into()),
            Stream::Stdout => put(rustix::stdio::stdout(), bytes),
            Stream::Stderr => put(rustix::stdio::stderr(), bytes),
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
