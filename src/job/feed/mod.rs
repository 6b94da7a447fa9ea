//! What a job reads on its stdin, from where the reader leaves it to where the slot's thread feeds it to the job.
//!
//! Data travels in pieces: bytes in memory, a pipe that holds them already, or a part of a file. Where it can, it stays
//! in the kernel: a full pipe is given to the job as it is, and a part of a file goes from the page cache into the
//! pipe.

mod queue;

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::pipe::{PipeFlags, fcntl_setpipe_size, pipe_with};

pub use queue::{Dealer, Next, Outlet, deal};

/// What a job reads on its stdin. It sees the end of its input after it.
#[derive(Clone, Debug)]
pub struct Feed {
    /// What comes first (`--header`).
    pub header: Arc<Vec<u8>>,
    /// What comes then.
    pub source: Source,
}

/// Where data comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// It is there.
    Piece(Piece),
    /// It is dealt out to several jobs while they run.
    Outlet(Arc<Outlet>),
}

/// Data in one piece.
#[derive(Clone, Debug)]
pub enum Piece {
    /// In memory.
    Bytes(Arc<Vec<u8>>),
    /// In a pipe, which can be taken once.
    Pipe(Arc<OnceTaken>),
    /// In a file.
    Part(Part),
}

/// A part of a file. It ends earlier if the file does.
#[derive(Clone, Debug)]
pub struct Part {
    /// The file, which can be read from anywhere.
    pub file: Arc<File>,
    /// Where the part begins.
    pub start: u64,
    /// Its length.
    pub length: u64,
}

/// A pipe that holds data, and more of it in memory.
#[derive(Debug)]
pub struct FullPipe {
    /// The end to read.
    pub reader: OwnedFd,
    /// The end to write the rest to. Writing never waits.
    pub writer: OwnedFd,
    /// How much is in the pipe.
    pub length: u64,
    /// What did not fit.
    pub rest: Vec<u8>,
}

/// A pipe that somebody will take, who may find that it has been taken.
#[derive(Debug)]
pub struct OnceTaken(Mutex<Option<FullPipe>>);

/// The most that is asked for in one pipe; what everybody may have.
const PIPE_SIZE: usize = 1 << 20;

/// Room in a pipe beyond the data itself, for pages that are not full.
const SLACK: usize = 1 << 16;

impl Feed {
    /// One piece alone.
    pub fn piece(piece: Piece) -> Self {
        Self { header: Arc::default(), source: Source::Piece(piece) }
    }

    /// Whether a job can be given the same again.
    pub fn is_repeatable(&self) -> bool {
        matches!(self.source, Source::Piece(Piece::Bytes(_) | Piece::Part(_)))
    }
}

impl PartialEq for Feed {
    /// Whether the data is the very same, which is all that two copies of a job can share.
    fn eq(&self, other: &Self) -> bool {
        self.header == other.header
            && match (&self.source, &other.source) {
                (Source::Piece(Piece::Bytes(one)), Source::Piece(Piece::Bytes(two))) => one == two,
                (Source::Piece(Piece::Pipe(one)), Source::Piece(Piece::Pipe(two))) => Arc::ptr_eq(one, two),
                (Source::Piece(Piece::Part(one)), Source::Piece(Piece::Part(two))) => one == two,
                (Source::Outlet(one), Source::Outlet(two)) => Arc::ptr_eq(one, two),
                _ => false,
            }
    }
}

impl Eq for Feed {}

impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.file, &other.file) && (self.start, self.length) == (other.start, other.length)
    }
}

impl Piece {
    /// Bytes in memory.
    pub fn bytes(bytes: Vec<u8>) -> Self {
        Self::Bytes(Arc::new(bytes))
    }

    /// How much it holds; a pipe may not tell.
    pub fn length(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Part(part) => usize::try_from(part.length).unwrap_or(usize::MAX),
            Self::Pipe(_) => PIPE_SIZE,
        }
    }

    /// A pipe that holds data.
    pub fn pipe(pipe: FullPipe) -> Self {
        Self::Pipe(Arc::new(OnceTaken(Mutex::new(Some(pipe)))))
    }
}

impl OnceTaken {
    /// Takes the pipe, if it is there.
    pub fn take(&self) -> Option<FullPipe> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Gives it back as it was.
    pub fn put_back(&self, pipe: FullPipe) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(pipe);
    }
}

impl FullPipe {
    /// An empty one with room for this much, if the system gives as much.
    ///
    /// # Errors
    /// When there is none to be had.
    pub fn with_room(length: usize) -> io::Result<Self> {
        let (reader, writer) = pipe_with(PipeFlags::CLOEXEC)?;
        make_room(&writer, length);
        rustix::io::ioctl_fionbio(&writer, true)?;
        Ok(Self { reader, writer, length: 0, rest: Vec::new() })
    }

    /// Puts bytes behind what it holds: into the pipe as far as there is room.
    ///
    /// # Errors
    /// Those of the pipe, but not that it is full.
    pub fn push(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while self.rest.is_empty() && !bytes.is_empty() {
            match rustix::io::write(&self.writer, bytes) {
                Ok(written) => {
                    self.length += written as u64;
                    bytes = &bytes[written..];
                }
                Err(rustix::io::Errno::INTR) => {}
                Err(rustix::io::Errno::AGAIN) => break,
                Err(error) => return Err(error.into()),
            }
        }
        self.rest.extend_from_slice(bytes);
        Ok(())
    }
}

/// Makes a pipe so large that it holds this much, as far as the system allows it. It is a matter of speed alone.
pub fn make_room(pipe: impl AsFd, length: usize) {
    let pipe = pipe.as_fd();
    if length <= PIPE_SIZE / 16 {
        return;
    }
    // Somebody who may have more gets the slack as well.
    let sizes = [length.saturating_add(SLACK).min(2 * PIPE_SIZE), length.min(PIPE_SIZE)];
    let _ = sizes.into_iter().find(|size| fcntl_setpipe_size(pipe, *size).is_ok());
}
