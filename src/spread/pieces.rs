//! The pieces that data is cut into, by whichever way costs least.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Instant;

use rustix::fs::{FileType, fstat};

use super::block::{Block, Pieces};
use super::file::{FileBlocks, is_regular, rest};
use super::splicing::PipeBlocks;
use super::{Manner, Plan};
use crate::block::{self, Blocks, Cut, Cutter, Descriptor, Filled, Groups, Parts, Rule, Size};
use crate::error::Error;
use crate::job::feed::{Part, Piece};

/// Blocks shorter than this are read, which costs less than to move them unseen.
const WORTH_MOVING: usize = 1 << 17;

/// The blocks of files, one after the other.
pub(super) fn of_parts(files: Vec<(Parts, String)>, rule: &Rule) -> Pieces {
    let rule = rule.clone();
    Box::new(files.into_iter().flat_map(move |(parts, name)| of_file(parts, name, rule.clone())))
}

fn of_file(parts: Parts, name: String, rule: Rule) -> Pieces {
    let header = Arc::new(parts.header().to_vec());
    let file = match parts.file().try_clone() {
        Ok(file) => Arc::new(file),
        Err(cause) => return Box::new(std::iter::once(Err(Error::ReadInput { name, cause }))),
    };
    Box::new(parts.map(move |range| {
        let range = range?;
        let part = Part { file: Arc::clone(&file), start: range.start, length: range.end - range.start };
        let piece = if rule.strips() {
            let bytes = read(&part).map_err(|cause| Error::ReadInput { name: name.clone(), cause })?;
            Piece::bytes(rule.stripped(bytes))
        } else {
            Piece::Part(part)
        };
        Ok(Block { header: Arc::clone(&header), piece })
    }))
}

/// A part as bytes.
pub(super) fn read(part: &Part) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(part.length).unwrap_or(usize::MAX)];
    part.file.read_exact_at(&mut bytes, part.start)?;
    Ok(bytes)
}

/// Data that is read from its begin, with what has been read of it.
pub(super) struct Stream {
    file: File,
    name: String,
    header: Vec<u8>,
    rest: Vec<u8>,
}

impl Stream {
    /// Reads the header.
    pub(super) fn new(file: File, name: String, plan: &Plan) -> Result<Self, Error> {
        let blocks = Blocks::new(Cutter::new(plan.rule.clone(), 1), Descriptor(file), name.clone());
        let mut blocks = blocks.with_header(plan.header.clone());
        let header = blocks.header()?.to_vec();
        let (rest, Descriptor(file)) = blocks.into_rest();
        Ok(Self { file, name, header, rest })
    }

    /// The blocks, and the header.
    pub(super) fn pieces(self, plan: &Plan) -> Result<(Pieces, Vec<u8>), Error> {
        let Self { file, name, header: first, rest: before } = self;
        let limit = self::limit(&file, &name, plan)?;
        let (header, rule) = (Arc::new(first.clone()), plan.rule.clone());
        let is_plain = rule.is_local() && !rule.strips() && plan.groups.is_none() && plan.patience.is_none();
        let looks_inside = matches!(plan.manner, Manner::Spread(..));
        let pieces: Pieces = if is_plain && !looks_inside && is_regular(&file) && is_longer(&file, limit) {
            let (position, _) = rest(&file).map_err(|cause| Error::ReadInput { name: name.clone(), cause })?;
            let start = position.saturating_sub(before.len() as u64);
            Box::new(FileBlocks { file: Arc::new(file), name, rule, limit, start, header })
        } else if is_plain && !looks_inside && !plan.again && limit >= WORTH_MOVING && is_pipe(&file) {
            Box::new(PipeBlocks::new(file, name, rule, limit, before, header))
        } else {
            let stream = Resumed { before, stream: Descriptor(file) };
            if let Some(key) = &plan.groups {
                let cutter = Groups::new(rule.clone(), key.keys(&first)?, limit);
                in_memory(Blocks::new(cutter, stream, name).with_patience(plan.patience), rule, header)
            } else {
                let cutter = Cutter::new(rule.clone(), limit);
                in_memory(Blocks::new(cutter, stream, name).with_patience(plan.patience), rule, header)
            }
        };
        Ok((pieces, first))
    }
}

/// The most bytes of a block.
fn limit(file: &File, name: &str, plan: &Plan) -> Result<usize, Error> {
    match plan.size {
        Size::Bytes(_) => Ok(plan.size.of(0, plan.slots)),
        Size::PerSlot(_) if is_regular(file) => {
            let (start, end) = rest(file).map_err(|cause| Error::ReadInput { name: name.into(), cause })?;
            Ok(plan.size.of(end - start, plan.slots))
        }
        Size::PerSlot(_) => {
            let text = "--block -N: nobody knows how long the data of a pipe is; give the size of a block, or a file";
            Err(Error::Usage(text.into()))
        }
    }
}

/// Whether there is more than one block to read, so that it is worth while to know where it stands.
fn is_longer(file: &File, limit: usize) -> bool {
    rest(file).is_ok_and(|(start, end)| end - start > limit as u64)
}

fn is_pipe(file: &File) -> bool {
    fstat(file).is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Fifo)
}

/// Blocks that are read, and stripped if that is wanted.
fn in_memory<C, S>(blocks: Blocks<C, S>, rule: Rule, header: Arc<Vec<u8>>) -> Pieces
where
    C: Cut + Send + 'static,
    S: block::Stream + Send + 'static,
{
    Box::new(blocks.filter_map(move |block| {
        let block = match block {
            Ok(block) => rule.stripped(block),
            Err(error) => return Some(Err(error)),
        };
        (!block.is_empty()).then(|| Ok(Block { header: Arc::clone(&header), piece: Piece::bytes(block) }))
    }))
}

/// A stream of which the begin has been read.
struct Resumed<S> {
    before: Vec<u8>,
    stream: S,
}

impl<S: block::Stream> block::Stream for Resumed<S> {
    fn fill(&mut self, buffer: &mut Vec<u8>, until: Option<Instant>) -> io::Result<Filled> {
        if self.before.is_empty() {
            return self.stream.fill(buffer, until);
        }
        buffer.append(&mut self.before);
        Ok(Filled::More)
    }
}
