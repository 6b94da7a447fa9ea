//! One piece of data on its way into a pipe: as much at a time as there is room for.

use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use rustix::io::Errno;
use rustix::pipe::{SpliceFlags, splice};

use crate::job::feed::{FullPipe, Part, Piece};

/// What is left of a piece.
#[derive(Debug)]
pub(super) enum Load {
    /// Bytes in memory from this one on.
    Bytes(Arc<Vec<u8>>, usize),
    /// So many bytes in a pipe.
    Pipe(OwnedFd, u64),
    /// A part of a file, read by the kernel or, where it does not do that, by us.
    Part(Part, How),
}

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    Splice,
    Read,
}

/// The most that is read at once where the kernel does not splice.
const CHUNK: u64 = 1 << 16;

impl Load {
    /// What a piece is made of; a pipe that has been taken before gives nothing.
    pub(super) fn of(piece: &Piece) -> Option<Vec<Self>> {
        Some(match piece {
            Piece::Bytes(bytes) => vec![Self::Bytes(Arc::clone(bytes), 0)],
            Piece::Part(part) => vec![Self::Part(part.clone(), How::Splice)],
            Piece::Pipe(pipe) => {
                let FullPipe { reader, length, rest, .. } = pipe.take()?;
                vec![Self::Pipe(reader, length), Self::Bytes(Arc::new(rest), 0)]
            }
        })
    }

    /// Moves some of it into the pipe, which does not wait; 0 when there is nothing left.
    pub(super) fn write(&mut self, pipe: BorrowedFd<'_>) -> Result<usize, Errno> {
        let flags = SpliceFlags::NONBLOCK | SpliceFlags::MOVE;
        match self {
            Self::Bytes(bytes, from) if *from == bytes.len() => Ok(0),
            Self::Bytes(bytes, from) => {
                let written = rustix::io::write(pipe, &bytes[*from..])?;
                *from += written;
                Ok(written)
            }
            Self::Pipe(_, 0) | Self::Part(Part { length: 0, .. }, _) => Ok(0),
            Self::Pipe(reader, left) => {
                let most = usize::try_from(*left).unwrap_or(usize::MAX);
                let moved = splice(&*reader, None, pipe, None, most, flags)?;
                *left -= moved as u64;
                Ok(moved)
            }
            Self::Part(part, how @ How::Splice) => {
                let most = usize::try_from(part.length).unwrap_or(usize::MAX).min(1 << 30);
                match splice(&*part.file, Some(&mut part.start), pipe, None, most, flags) {
                    Ok(moved) => {
                        part.length -= moved as u64;
                        Ok(moved)
                    }
                    Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
                        *how = How::Read;
                        self.write(pipe)
                    }
                    Err(error) => Err(error),
                }
            }
            Self::Part(part, How::Read) => {
                let mut bytes = vec![0; usize::try_from(part.length.min(CHUNK)).unwrap_or_default()];
                let read = part.file.read_at(&mut bytes, part.start);
                let read = read.map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?;
                let written = if read == 0 { 0 } else { rustix::io::write(pipe, &bytes[..read])? };
                part.start += written as u64;
                part.length -= written as u64;
                Ok(written)
            }
        }
    }
}
