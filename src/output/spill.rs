//! The part of a spool that is on the disk: a file without a name, plain or in compressed blocks.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use super::packing::Block;
use super::store::Store;

/// As much as is taken from a plain file at a time.
const CHUNK: usize = 1 << 18;

/// Why bytes cannot be appended.
#[derive(Debug)]
pub(super) enum Refused {
    /// There are as many on the disk as there may be.
    Limit,
    /// The disk, or the program that compresses, does not take them.
    Failed(io::Error),
}

/// A queue of bytes in a file.
#[derive(Debug)]
pub(super) struct Spill {
    store: Arc<Store>,
    file: File,
    /// Where the next byte is written.
    end: u64,
    /// Bytes of the disk that it was granted.
    charged: u64,
    /// Where the next byte is read, in a plain file.
    start: u64,
    /// What is still to be read, in a compressed one.
    blocks: VecDeque<Block>,
    /// The block that is being read, and how much of it has been.
    front: (Vec<u8>, usize),
}

impl Spill {
    pub(super) fn new(store: Arc<Store>) -> io::Result<Self> {
        let file = tempfile::tempfile_in(store.directory())?;
        Ok(Self { store, file, end: 0, charged: 0, start: 0, blocks: VecDeque::new(), front: (Vec::new(), 0) })
    }

    /// Appends all of the pieces, or nothing.
    pub(super) fn append(&mut self, pieces: [&[u8]; 2]) -> Result<(), Refused> {
        let size = (pieces[0].len() + pieces[1].len()) as u64;
        // What cannot be compressed is a little larger afterwards.
        let most = if self.store.packing().is_some() { size + size / 64 + 4096 } else { size };
        if !self.store.take_disk(most) {
            return Err(Refused::Limit);
        }
        match self.write(pieces) {
            Ok(()) => {
                // A program may blow them up all the same.
                let used = (self.end - self.charged).min(most);
                self.charged += used;
                self.store.return_disk(most - used);
                Ok(())
            }
            Err(error) => {
                self.store.return_disk(most);
                Err(Refused::Failed(error))
            }
        }
    }

    fn write(&mut self, pieces: [&[u8]; 2]) -> io::Result<()> {
        let Some(packing) = self.store.packing() else {
            for piece in pieces {
                self.file.write_all_at(piece, self.end)?;
                self.end += piece.len() as u64;
            }
            return Ok(());
        };
        let block = packing.pack(&pieces.concat(), &self.file, self.end)?;
        self.end += block.packed;
        self.blocks.push_back(block);
        Ok(())
    }

    /// Reads at most `wanted` bytes into the buffer, at least one if there are any.
    pub(super) fn read(&mut self, wanted: usize, buffer: &mut Vec<u8>) -> io::Result<()> {
        buffer.clear();
        if self.store.packing().is_none() {
            let left = usize::try_from(self.end - self.start).unwrap_or(usize::MAX);
            buffer.resize(wanted.min(left).min(CHUNK), 0);
            self.file.read_exact_at(buffer, self.start)?;
            self.start += buffer.len() as u64;
            return Ok(());
        }
        if self.front.1 == self.front.0.len() {
            let (Some(block), Some(packing)) = (self.blocks.front(), self.store.packing()) else { return Ok(()) };
            self.front = (packing.unpack(*block, &self.file)?, 0);
            self.blocks.pop_front();
        }
        let (bytes, taken) = &mut self.front;
        let count = wanted.min(bytes.len() - *taken);
        buffer.extend_from_slice(&bytes[*taken..*taken + count]);
        *taken += count;
        Ok(())
    }

    /// The last bytes of a plain file, at most so many. What cannot be read is told when it is to be printed.
    pub(super) fn end(&self, most: usize) -> Vec<u8> {
        if self.store.packing().is_some() {
            return Vec::new();
        }
        let from = self.start.max(self.end.saturating_sub(most as u64));
        let mut bytes = vec![0; usize::try_from(self.end - from).unwrap_or(0)];
        if self.file.read_exact_at(&mut bytes, from).is_err() {
            bytes.clear();
        }
        bytes
    }

    /// Whether all has been read.
    pub(super) fn is_empty(&self) -> bool {
        match self.store.packing() {
            None => self.start == self.end,
            Some(_) => self.blocks.is_empty() && self.front.1 == self.front.0.len(),
        }
    }
}

impl Drop for Spill {
    fn drop(&mut self) {
        self.store.return_disk(self.charged);
    }
}
