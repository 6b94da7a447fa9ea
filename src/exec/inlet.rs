//! The end of a pipe that a job's data is written to: that of its stdin, or of a named pipe that it will open.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use rustix::fs::{Mode, OFlags, open};
use rustix::pipe::{PipeFlags, pipe_with};

use crate::job::feed::make_room;

/// The end to write to. Writing never waits.
#[derive(Debug)]
pub(super) struct Inlet {
    writer: OwnedFd,
    /// The job has not opened its end yet.
    unopened: Option<Unopened>,
}

/// A named pipe that nobody reads yet. Until then our end is one to read as well, which keeps what it holds.
#[derive(Debug)]
struct Unopened {
    path: PathBuf,
    /// Can be read when somebody has opened it.
    watch: OwnedFd,
}

impl Inlet {
    /// A pipe with room for this much, and the end for the job.
    pub(super) fn with_room(length: usize) -> io::Result<(Self, OwnedFd)> {
        let (reader, writer) = pipe_with(PipeFlags::CLOEXEC)?;
        make_room(&writer, length);
        rustix::io::ioctl_fionbio(&writer, true)?;
        Ok((Self::to(writer), reader))
    }

    /// This end of a pipe, at which writing never waits.
    pub(super) fn to(writer: OwnedFd) -> Self {
        Self { writer, unopened: None }
    }

    /// A named pipe that is there.
    pub(super) fn named(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let writer = open(path, flags, Mode::empty())?;
        let watch = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
        inotify::add_watch(&watch, path, WatchFlags::OPEN)?;
        Ok(Self { writer, unopened: Some(Unopened { path: path.into(), watch }) })
    }

    pub(super) fn writer(&self) -> BorrowedFd<'_> {
        self.writer.as_fd()
    }

    /// What can be read when somebody has opened the pipe, if that is still to come.
    pub(super) fn opening(&self) -> Option<BorrowedFd<'_>> {
        self.unopened.as_ref().map(|unopened| unopened.watch.as_fd())
    }

    /// Somebody has opened it: from now on it can be told whether anybody reads.
    pub(super) fn opened(&mut self) -> io::Result<()> {
        if let Some(Unopened { path, .. }) = self.unopened.take() {
            let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
            self.writer = open(&path, flags, Mode::empty())?;
        }
        Ok(())
    }
}
