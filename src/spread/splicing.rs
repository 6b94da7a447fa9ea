//! Blocks of a stream that is a pipe, moved unseen into pipes for jobs.
//!
//! Only the end of a block is read, to find the last border in it; what comes after that begins the next block. A
//! record that is longer than this end makes us look at the whole block after all, and at more from then on.

use std::fs::File;
use std::io;
use std::sync::Arc;

use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::pipe::{SpliceFlags, splice};

use super::block::Block;
use crate::block::{Cut, Cutter, Rule};
use crate::error::Error;
use crate::job::feed::{FullPipe, Piece, make_room};

/// How much of the end of a block is read, at first.
const TAIL: usize = 1 << 16;

/// Blocks of at most so many bytes, cut by a local rule.
pub(super) struct PipeBlocks {
    stream: File,
    name: String,
    rule: Rule,
    limit: usize,
    /// How much of the end of a block is read.
    tail: usize,
    /// What has been read of the next block.
    begun: Vec<u8>,
    ended: bool,
    header: Arc<Vec<u8>>,
}

impl PipeBlocks {
    pub(super) fn new(
        stream: File,
        name: String,
        rule: Rule,
        limit: usize,
        begun: Vec<u8>,
        header: Arc<Vec<u8>>,
    ) -> Self {
        // Who writes to us need not wait for us so often.
        make_room(&stream, 1 << 20);
        Self { stream, name, rule, limit, tail: TAIL, begun, ended: false, header }
    }

    fn read(&mut self) -> io::Result<Option<Piece>> {
        if self.begun.is_empty() && self.ended {
            return Ok(None);
        }
        let unseen = self.limit.saturating_sub(self.begun.len() + self.tail);
        let pipe = if unseen > 0 { FullPipe::with_room(self.header.len() + self.limit).ok() } else { None };
        let Some(mut pipe) = pipe else { return self.read_whole() };
        pipe.push(&self.header)?;
        pipe.push(&self.begun)?;
        let mut length = self.begun.len();
        if pipe.rest.is_empty() {
            length += self.move_unseen(&mut pipe, unseen)?;
        }
        self.begun.clear();
        let wanted = self.limit + self.rule.ahead() - length;
        let mut tail = Vec::with_capacity(wanted.min(2 * self.tail));
        self.fill(&mut tail, wanted)?;
        let border = if self.ended && length + tail.len() <= self.limit {
            Some(tail.len())
        } else {
            self.rule.last_border(&tail).filter(|border| length + border <= self.limit)
        };
        if let Some(border) = border {
            pipe.push(&tail[..border])?;
            self.begun = tail.split_off(border);
            let is_empty = length + border == 0;
            return Ok((!is_empty).then(|| Piece::pipe(pipe)));
        }
        self.tail = self.tail.saturating_mul(2);
        self.begun = drain(pipe, self.header.len())?;
        self.begun.append(&mut tail);
        self.read_whole()
    }

    /// Moves so much from the stream to the pipe, or what there is room for; tells how much that was.
    fn move_unseen(&mut self, pipe: &mut FullPipe, most: usize) -> io::Result<usize> {
        let mut moved = 0;
        while moved < most {
            let flags = SpliceFlags::NONBLOCK | SpliceFlags::MOVE;
            match splice(&self.stream, None, &pipe.writer, None, most - moved, flags) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(more) => moved += more,
                Err(Errno::INTR) => {}
                // It is either that there is nothing to move or that there is no room.
                Err(Errno::AGAIN) if self.is_ready(Some(&Timespec::default()))? => break,
                Err(Errno::AGAIN) => {
                    self.is_ready(None)?;
                }
                Err(Errno::INVAL) => {
                    self.tail = usize::MAX;
                    break;
                }
                Err(error) => return Err(error.into()),
            }
        }
        pipe.length += moved as u64;
        Ok(moved)
    }

    /// Reads until there is so much, or the stream has ended.
    fn fill(&mut self, buffer: &mut Vec<u8>, wanted: usize) -> io::Result<()> {
        while buffer.len() < wanted && !self.ended {
            let missing = wanted - buffer.len();
            buffer.reserve(missing.min(TAIL));
            let spare = spare_capacity(buffer);
            match rustix::io::read(&self.stream, spare) {
                Ok(0) => self.ended = true,
                Ok(_) | Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    self.is_ready(None)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// A block that comes into memory.
    fn read_whole(&mut self) -> io::Result<Option<Piece>> {
        let mut cutter = Cutter::new(self.rule.clone(), self.limit);
        let mut data = std::mem::take(&mut self.begun);
        loop {
            if data.is_empty() && self.ended {
                return Ok(None);
            }
            if let Some(end) = cutter.cut(&data, self.ended).ok().flatten().filter(|_| !data.is_empty()) {
                self.begun = data.split_off(end);
                return Ok(Some(Piece::bytes(data)));
            }
            let wanted = cutter.wanted(data.len());
            self.fill(&mut data, wanted)?;
        }
    }

    fn is_ready(&self, patience: Option<&Timespec>) -> io::Result<bool> {
        let mut polled = [PollFd::new(&self.stream, PollFlags::IN)];
        Ok(rustix::io::retry_on_intr(|| poll(&mut polled, patience))? > 0)
    }
}

/// Takes out again what a pipe holds, the begin aside.
fn drain(pipe: FullPipe, begin: usize) -> io::Result<Vec<u8>> {
    let FullPipe { reader, writer, length, mut rest } = pipe;
    drop(writer);
    let mut data = Vec::with_capacity(usize::try_from(length).unwrap_or_default() + rest.len());
    while rustix::io::retry_on_intr(|| rustix::io::read(&reader, spare_capacity(&mut data)))? > 0 {
        data.reserve(TAIL);
    }
    data.append(&mut rest);
    data.drain(..begin);
    Ok(data)
}

impl Iterator for PipeBlocks {
    type Item = Result<Block, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let piece = self.read().transpose()?;
        let piece = piece.map_err(|cause| Error::ReadInput { name: self.name.clone(), cause });
        Some(piece.map(|piece| {
            // A pipe has the header in it.
            let header = if matches!(piece, Piece::Pipe(_)) { Arc::default() } else { Arc::clone(&self.header) };
            Block { header, piece }
        }))
    }
}
