//! Feeding a running job: its data goes into the pipe that it reads, whenever there is room.
//!
//! A job that stops reading is not at fault: what is left is dropped, and its own exit status counts. Data that is in a
//! pipe already is given to the job as it is, so that there is nothing left to do here.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::Arc;

use rustix::event::{PollFd, PollFlags};
use rustix::io::Errno;

use super::inlet::Inlet;
use super::load::Load;
use crate::job::Feed;
use crate::job::feed::{FullPipe, Next, Outlet, Piece, Source};

/// What a job is still to be given.
#[derive(Debug)]
pub(super) struct Feeding {
    /// Closed when it has got everything, or reads no more.
    inlet: Option<Inlet>,
    loads: VecDeque<Load>,
    /// Where more comes from.
    outlet: Option<Arc<Outlet>>,
    /// Nothing to feed until the bell of the outlet rings.
    idle: bool,
    sent: u64,
}

/// What a job is started with.
#[derive(Debug)]
pub(super) struct Ready<'a> {
    feed: &'a Feed,
    /// A pipe that holds the data.
    full: Option<FullPipe>,
    /// Where data will be written, if not into that pipe.
    inlet: Option<Inlet>,
    /// The job's end of it, unless it has a name.
    reader: Option<OwnedFd>,
}

/// Room for what comes in pieces.
const ROOM: usize = 1 << 20;

impl<'a> Ready<'a> {
    /// Prepares to feed a job, through a named pipe if there is one; `None` if the data has been given to a job before.
    pub(super) fn new(feed: &'a Feed, fifo: Option<&Path>) -> io::Result<Option<Self>> {
        let pipe = match &feed.source {
            Source::Piece(Piece::Pipe(pipe)) => Some(pipe),
            _ => None,
        };
        let (inlet, reader) = match fifo {
            Some(path) => (Some(Inlet::named(path)?), None),
            None if pipe.is_some() && feed.header.is_empty() => (None, None),
            None => {
                let room = match &feed.source {
                    Source::Outlet(_) => ROOM,
                    Source::Piece(piece) => piece.length().saturating_add(feed.header.len()),
                };
                let (inlet, reader) = Inlet::with_room(room)?;
                (Some(inlet), Some(reader))
            }
        };
        let full = pipe.map(|pipe| pipe.take());
        if matches!(full, Some(None)) {
            return Ok(None);
        }
        Ok(Some(Self { feed, full: full.flatten(), inlet, reader }))
    }

    /// The stdin of the job, unless its data comes by a named pipe.
    pub(super) fn stdin(&self) -> Option<BorrowedFd<'_>> {
        let full = self.full.as_ref().filter(|_| self.inlet.is_none()).map(|full| &full.reader);
        self.reader.as_ref().or(full).map(AsFd::as_fd)
    }

    /// The job was not started: what has been taken is there for the next attempt.
    pub(super) fn give_back(self) {
        if let (Source::Piece(Piece::Pipe(pipe)), Some(full)) = (&self.feed.source, self.full) {
            pipe.put_back(full);
        }
    }

    /// The job runs.
    pub(super) fn started(self) -> Feeding {
        let Self { feed, full, inlet, .. } = self;
        let header = Load::Bytes(Arc::clone(&feed.header), 0);
        let mut feeding = Feeding { inlet, loads: VecDeque::from([header]), outlet: None, idle: false, sent: 0 };
        match (&feed.source, full) {
            (Source::Outlet(outlet), _) => feeding.outlet = Some(Arc::clone(outlet)),
            (Source::Piece(_), Some(FullPipe { reader, writer, length, rest })) => {
                if feeding.inlet.is_some() {
                    feeding.loads.push_back(Load::Pipe(reader, length));
                } else {
                    feeding.sent = length;
                    feeding.inlet = Some(Inlet::to(writer));
                }
                feeding.loads.push_back(Load::Bytes(Arc::new(rest), 0));
            }
            (Source::Piece(piece), None) => feeding.loads.extend(Load::of(piece).into_iter().flatten()),
        }
        feeding
    }
}

impl Feeding {
    /// What has to happen before there is something to do; any of these.
    pub(super) fn waits_for(&self) -> impl Iterator<Item = PollFd<'_>> {
        let inlet = self.inlet.as_ref();
        let opening = inlet.and_then(Inlet::opening).map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN));
        let bell = self.outlet.as_ref().filter(|_| self.idle && inlet.is_some());
        let bell = bell.map(|outlet| PollFd::from_borrowed_fd(outlet.bell(), PollFlags::IN));
        // That nobody reads any more is told in any case.
        let wanted = if self.idle || self.loads.is_empty() { PollFlags::empty() } else { PollFlags::OUT };
        let room = inlet.map(|inlet| PollFd::from_borrowed_fd(inlet.writer(), wanted));
        opening.into_iter().chain(bell).chain(room)
    }

    /// Feeds what there is room for.
    pub(super) fn advance(&mut self) -> io::Result<()> {
        self.idle = false;
        loop {
            let Some(inlet) = &self.inlet else { return Ok(()) };
            let Some(load) = self.loads.front_mut() else {
                match self.outlet.as_ref().map(|outlet| outlet.take()) {
                    Some(Next::Piece(piece)) => self.loads.extend(Load::of(&piece).into_iter().flatten()),
                    Some(Next::Later) => {
                        self.idle = true;
                        return self.notice();
                    }
                    Some(Next::End) | None => {
                        self.notice()?;
                        if self.inlet.as_ref().is_some_and(|inlet| inlet.opening().is_none()) {
                            self.inlet = None;
                        }
                        return Ok(());
                    }
                }
                continue;
            };
            match load.write(inlet.writer()) {
                Ok(0) => drop(self.loads.pop_front()),
                Ok(written) => self.sent += written as u64,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return self.notice(),
                Err(Errno::PIPE) => {
                    self.stop();
                    return Ok(());
                }
                Err(error) => {
                    self.stop();
                    return Err(error.into());
                }
            }
        }
    }

    /// Looks whether a named pipe has been opened, and whether the job still reads.
    fn notice(&mut self) -> io::Result<()> {
        let Some(inlet) = &mut self.inlet else { return Ok(()) };
        if let Some(watch) = inlet.opening() {
            if is_ready(watch, PollFlags::IN) {
                inlet.opened()?;
            }
        } else if is_ready(inlet.writer(), PollFlags::empty()) {
            self.stop();
        }
        Ok(())
    }

    /// The job reads no more.
    fn stop(&mut self) {
        self.inlet = None;
        self.loads.clear();
        if let Some(outlet) = &self.outlet {
            outlet.leave();
        }
    }

    /// The job has ended; how many bytes it was sent.
    pub(super) fn end(mut self) -> u64 {
        self.stop();
        self.sent
    }
}

fn is_ready(fd: BorrowedFd<'_>, wanted: PollFlags) -> bool {
    let mut polled = [PollFd::from_borrowed_fd(fd.as_fd(), wanted)];
    rustix::event::poll(&mut polled, Some(&rustix::event::Timespec::default())).is_ok_and(|ready| ready > 0)
}
