//! The pipes of a running process, from its start to its end.
//!
//! A job has ended when its process has, not when its pipes are closed: something that it left in the background may
//! hold them for ever. The pump therefore waits for three things at once, both pipes and the process. It keeps the
//! writing ends open itself meanwhile, so that a closing pipe wakes nobody: a silent job costs one wake-up, at its end.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};

use super::Watch;
use crate::job::Stream;

/// How long the pump waits for more output of a job that has ended but whose pipes something still holds: time for
/// the last words of a `>(filter)`, not for a daemon. What comes later is lost, as it is with GNU parallel.
const LEFT_OPEN_FOR: Duration = Duration::from_millis(150);

/// As much as a pipe holds.
const CHUNK: usize = 1 << 16;

/// The pipes for the stdout and stderr of one process.
pub(super) struct Pipes {
    /// The reading ends; closed once they are empty for good.
    readers: [Option<OwnedFd>; 2],
    writers: Option<[OwnedFd; 2]>,
}

impl Pipes {
    pub(super) fn new() -> io::Result<Self> {
        let (out_reader, out_writer) = pipe_with(PipeFlags::CLOEXEC)?;
        let (err_reader, err_writer) = pipe_with(PipeFlags::CLOEXEC)?;
        Ok(Self { readers: [Some(out_reader), Some(err_reader)], writers: Some([out_writer, err_writer]) })
    }

    /// The ends for the process.
    pub(super) fn writers(&self) -> Option<[BorrowedFd<'_>; 2]> {
        self.writers.as_ref().map(|writers| writers.each_ref().map(AsFd::as_fd))
    }

    /// Gives the descriptors of the writing ends back early, where they are scarce.
    pub(super) fn close_writers(&mut self) {
        self.writers = None;
    }

    /// Passes output on until the process behind `process`, a pidfd, has ended, and then what is left of it.
    pub(super) fn pump(&mut self, process: &OwnedFd, buffer: &mut Vec<u8>, watch: &mut dyn Watch) -> io::Result<()> {
        buffer.resize(CHUNK, 0);
        loop {
            let patience = watch.idle_after();
            if self.turn(Some(process), buffer, watch, patience)?.ended {
                break;
            }
        }
        self.close_writers();
        let mut give_up = None;
        while self.readers.iter().any(Option::is_some) {
            let patience = match give_up {
                // First only what is there: a pipe that nobody holds any more says so at once.
                None => Duration::ZERO,
                Some(end) => Instant::now()
                    .checked_duration_since(end)
                    .map_or_else(|| end.saturating_duration_since(Instant::now()), |_| Duration::ZERO),
            };
            if !self.turn(None, buffer, watch, Some(patience))?.progress {
                match give_up {
                    None => give_up = Some(Instant::now() + LEFT_OPEN_FOR),
                    Some(_) => break,
                }
            }
        }
        Ok(())
    }

    /// Waits once, for at most `patience`, and reads what there is.
    fn turn(
        &mut self,
        process: Option<&OwnedFd>,
        buffer: &mut [u8],
        watch: &mut dyn Watch,
        patience: Option<Duration>,
    ) -> io::Result<Turn> {
        let mut polled = [None, None, process.map(|process| PollFd::new(process, PollFlags::IN))];
        for (polled, reader) in polled.iter_mut().zip(&self.readers) {
            *polled = reader.as_ref().map(|reader| PollFd::new(reader, PollFlags::IN));
        }
        let mut waiting: Vec<PollFd<'_>> = polled.into_iter().flatten().collect();
        let timeout = patience.map(|patience| Timespec {
            tv_sec: patience.as_secs().try_into().unwrap_or(i64::MAX),
            tv_nsec: patience.subsec_nanos().into(),
        });
        match poll(&mut waiting, timeout.as_ref()) {
            Ok(0) => {
                if process.is_some() {
                    watch.idle();
                }
                return Ok(Turn::default());
            }
            Ok(_) => {}
            Err(Errno::INTR) => return Ok(Turn { progress: true, ended: false }),
            Err(error) => return Err(error.into()),
        }
        let mut events = waiting.iter().map(PollFd::revents);
        let mut ready = [false; 2];
        for (ready, reader) in ready.iter_mut().zip(&self.readers) {
            *ready = reader.is_some() && !events.next().unwrap_or(PollFlags::empty()).is_empty();
        }
        let ended = events.next().is_some_and(|events| !events.is_empty());
        let mut progress = false;
        for (stream, ready) in Stream::BOTH.into_iter().zip(ready) {
            progress |= ready;
            if ready {
                self.read(stream, buffer, watch)?;
            }
        }
        Ok(Turn { progress, ended })
    }

    fn read(&mut self, stream: Stream, buffer: &mut [u8], watch: &mut dyn Watch) -> io::Result<()> {
        let reader = &mut self.readers[stream as usize];
        let Some(open) = reader else { return Ok(()) };
        match rustix::io::retry_on_intr(|| rustix::io::read(&*open, &mut *buffer))? {
            0 => *reader = None,
            length => watch.output(stream, &buffer[..length]),
        }
        Ok(())
    }
}

/// What one wait brought.
#[derive(Default)]
struct Turn {
    /// There was output, or the end of it.
    progress: bool,
    /// The process has ended.
    ended: bool,
}
