//! The pipes of a running process, from its start to its end.
//!
//! A job has ended when its process has, not when its pipes are closed: something that it left in the background may
//! hold them for ever. The pump therefore waits for three things at once, both pipes and the process. It keeps the
//! writing ends open itself meanwhile, so that a closing pipe wakes nobody: a silent job costs one wake-up, at its end.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, fcntl_setpipe_size, pipe_with};

use super::Watch;
use super::feeding::Feeding;
use crate::job::{Drained, Stream};

/// How long more output is waited for when a job has ended and left others of its process group behind: time for the
/// last words of a `>(filter)`, not for a daemon. What comes later is lost, as it is with GNU parallel.
const LEFT_BEHIND: Duration = Duration::from_millis(150);

/// For how long at most, if they write all the time.
const FOLLOWED: Duration = Duration::from_secs(1);

/// How often it is looked whether they are still waited for.
const LOOK: Duration = Duration::from_millis(100);

/// As much as a pipe holds.
const CHUNK: usize = 1 << 16;
/// As much as one holds for a job that writes much.
const LARGE: usize = 1 << 18;

/// The pipes for the stdout and stderr of one process.
pub(super) struct Pipes {
    /// The reading ends; closed once they are empty for good.
    readers: [Option<OwnedFd>; 2],
    writers: Option<[OwnedFd; 2]>,
    /// What output that is there waits for: room where it goes without being read.
    blocked: [Option<BorrowedFd<'static>>; 2],
}

/// What one wait brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Turn {
    /// There was output, or the end of it.
    output: bool,
    /// The process has ended, and what it wrote before has been read unless there was `output`.
    ended: bool,
    /// It was fed.
    fed: bool,
}

impl Pipes {
    /// Two pipes, or one for both streams if they are `merged`.
    pub(super) fn new(merged: bool) -> io::Result<Self> {
        let (out_reader, out_writer) = pipe_with(PipeFlags::CLOEXEC)?;
        if merged {
            let err_writer = out_writer.try_clone()?;
            return Ok(Self::of([Some(out_reader), None], Some([out_writer, err_writer])));
        }
        let (err_reader, err_writer) = pipe_with(PipeFlags::CLOEXEC)?;
        Ok(Self::of([Some(out_reader), Some(err_reader)], Some([out_writer, err_writer])))
    }

    /// None: the process writes elsewhere.
    pub(super) fn none() -> Self {
        Self::of([None, None], None)
    }

    fn of(readers: [Option<OwnedFd>; 2], writers: Option<[OwnedFd; 2]>) -> Self {
        Self { readers, writers, blocked: [None, None] }
    }

    /// The ends for the process.
    pub(super) fn writers(&self) -> Option<[BorrowedFd<'_>; 2]> {
        self.writers.as_ref().map(|writers| writers.each_ref().map(AsFd::as_fd))
    }

    /// Gives the descriptors of the writing ends back early, where they are scarce.
    pub(super) fn close_writers(&mut self) {
        self.writers = None;
    }

    /// Passes output on, and feeds the process, until the process behind `process`, a pidfd, has ended and its pipes are
    /// empty.
    pub(super) fn pump(
        &mut self,
        process: BorrowedFd<'_>,
        feeding: &mut Option<Feeding>,
        buffer: &mut Vec<u8>,
        watch: &mut dyn Watch,
    ) -> io::Result<()> {
        // What was in the pipes when the process ended is read then; what comes later is of others.
        let mut left = LARGE / CHUNK;
        loop {
            let patience = watch.idle_after();
            let turn = self.turn(Some(process), feeding, buffer, watch, patience)?;
            if turn.ended {
                if !turn.output || left == 0 {
                    return Ok(());
                }
                left -= 1;
            }
            if turn == Turn::default() {
                watch.idle();
            }
        }
    }

    /// Passes on what processes that the job has left behind still write, for a moment; whether some of them hold its
    /// output even then.
    pub(super) fn pump_left_behind(&mut self, buffer: &mut Vec<u8>, watch: &mut dyn Watch) -> io::Result<bool> {
        self.close_writers();
        let begun = Instant::now();
        while self.readers.iter().any(Option::is_some) && begun.elapsed() < FOLLOWED {
            let patience = LEFT_BEHIND.saturating_sub(begun.elapsed());
            if !self.turn(None, &mut None, buffer, watch, Some(patience))?.output && patience.is_zero() {
                break;
            }
        }
        Ok(self.readers.iter().any(Option::is_some))
    }

    /// The same until they have ended or let go of the output, or are not waited for any more.
    pub(super) fn pump_until_closed(&mut self, buffer: &mut Vec<u8>, watch: &mut dyn Watch) -> io::Result<()> {
        while self.readers.iter().any(Option::is_some) && watch.waits() {
            if !self.turn(None, &mut None, buffer, watch, Some(LOOK))?.output {
                watch.idle();
            }
        }
        Ok(())
    }

    /// Waits once, for at most `patience`, and reads what there is.
    fn turn(
        &mut self,
        process: Option<BorrowedFd<'_>>,
        feeding: &mut Option<Feeding>,
        buffer: &mut Vec<u8>,
        watch: &mut dyn Watch,
        patience: Option<Duration>,
    ) -> io::Result<Turn> {
        // The process comes first: if it is found to have ended, the pipes, looked at after it, hold all it wrote.
        let watched = process.is_some();
        let process = process.map(|process| PollFd::from_borrowed_fd(process, PollFlags::IN));
        let pipes = self.readers.iter().zip(self.blocked).filter_map(|(reader, blocked)| match blocked {
            Some(sink) => Some(PollFd::from_borrowed_fd(sink, PollFlags::OUT)),
            None => reader.as_ref().map(|reader| PollFd::new(reader, PollFlags::IN)),
        });
        let needs = feeding.iter().flat_map(Feeding::waits_for);
        let mut polled: Vec<PollFd<'_>> = process.into_iter().chain(pipes).chain(needs).collect();
        let timeout = patience.and_then(|patience| Timespec::try_from(patience).ok());
        match poll(&mut polled, timeout.as_ref()) {
            Ok(_) => {}
            Err(Errno::INTR) => return Ok(Turn { output: true, ..Turn::default() }),
            Err(error) => return Err(error.into()),
        }
        let mut happened = polled.iter().map(|polled| !polled.revents().is_empty());
        let ended = watched && happened.next().unwrap_or(false);
        let mut ready = self.readers.each_ref().map(|reader| reader.is_some() && happened.next().unwrap_or(false));
        let fed = happened.any(|happened| happened);
        if let Some(feeding) = feeding.as_mut().filter(|_| fed)
            && let Err(error) = feeding.advance()
        {
            watch.output(Stream::Stderr, &unfed(&error));
        }
        // Of a process that has ended there is so little left that it can be read: nobody has to wait for room.
        let drains = watched && !ended;
        for (stream, ready) in Stream::BOTH.into_iter().zip(&mut ready) {
            *ready |= self.blocked[stream as usize].take_if(|_| *ready || !drains).is_some();
            if *ready && !(drains && self.drain(stream, watch)) {
                self.read(stream, buffer, watch)?;
            }
        }
        Ok(Turn { output: ready.contains(&true), ended, fed })
    }

    /// Has output go where it is printed without being read, if it may; otherwise it is to be read.
    fn drain(&mut self, stream: Stream, watch: &mut dyn Watch) -> bool {
        let Some(pipe) = &self.readers[stream as usize] else { return false };
        match watch.drain(stream, pipe.as_fd()) {
            Drained::Not => return false,
            Drained::Some => {}
            Drained::Blocked(sink) => self.blocked[stream as usize] = Some(sink),
        }
        true
    }

    fn read(&mut self, stream: Stream, buffer: &mut Vec<u8>, watch: &mut dyn Watch) -> io::Result<()> {
        let reader = &mut self.readers[stream as usize];
        let Some(open) = reader else { return Ok(()) };
        buffer.clear();
        buffer.reserve(CHUNK);
        match rustix::io::retry_on_intr(|| rustix::io::read(&*open, spare_capacity(buffer)))? {
            0 => *reader = None,
            count => {
                if count == CHUNK {
                    // A job that has filled its pipe gets a larger one, if the system allows; that is remembered by
                    // the buffer, which then holds as much.
                    let _ = fcntl_setpipe_size(&*open, LARGE);
                    buffer.reserve(LARGE - CHUNK);
                }
                watch.output(stream, buffer);
            }
        }
        Ok(())
    }
}

/// What the user is told when a job does not get what it was to read.
pub(super) fn unfed(error: &io::Error) -> Vec<u8> {
    format!("forkful: cannot give a job all of its data: {error}; it was run with what there was\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write;

    use rustix::process::{Pid, PidfdFlags, pidfd_open};

    use super::*;

    /// Somebody who has more to write whenever something has been read.
    struct Flood(File);

    impl Watch for Flood {
        fn started(&mut self, _: Pid) {}
        fn output(&mut self, _: Stream, _: &[u8]) {
            self.0.write_all(b"more").expect("room");
        }
        fn idle_after(&self) -> Option<Duration> {
            None
        }
        fn idle(&mut self) {}
        fn ended(&mut self) {}
    }

    fn flooded() -> (Pipes, Flood) {
        let pipes = Pipes::new(false).expect("pipes");
        let writer = pipes.writers.as_ref().expect("writers")[0].try_clone().expect("a writer");
        let mut flood = Flood(File::from(writer));
        flood.output(Stream::Stdout, b"");
        (pipes, flood)
    }

    #[test]
    fn others_that_write_on_and_on_do_not_hold_up_a_job_that_has_ended() {
        let mut child = std::process::Command::new("true").spawn().expect("a process");
        let process = pidfd_open(Pid::from_child(&child), PidfdFlags::empty()).expect("a pidfd");
        let (mut pipes, mut flood) = flooded();
        pipes.pump(process.as_fd(), &mut None, &mut Vec::new(), &mut flood).expect("output");
        child.wait().expect("its end");
    }

    #[test]
    fn nor_does_what_it_has_left_behind() {
        let (mut pipes, mut flood) = flooded();
        assert!(pipes.pump_left_behind(&mut Vec::new(), &mut flood).expect("output"), "it holds the pipe");
    }
}
