//! The blocks of a regular file that is our stdin: the same that reading it would give, found by looking at their ends.
//!
//! The position of the file is where a reader would have left it, as others may share it.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use rustix::fs::{FileType, SeekFrom, fstat, seek, tell};

use super::block::Block;
use crate::block::{Cut, Cutter, Rule};
use crate::error::Error;
use crate::job::feed::{Part, Piece};

/// How much of the end of a block is looked at first.
const TAIL: u64 = 1 << 12;

/// Blocks of at most so many bytes, cut by a local rule.
pub(super) struct FileBlocks {
    pub(super) file: Arc<File>,
    pub(super) name: String,
    pub(super) rule: Rule,
    pub(super) limit: usize,
    pub(super) start: u64,
    pub(super) header: Arc<Vec<u8>>,
}

impl FileBlocks {
    fn end(&self) -> io::Result<u64> {
        let (start, limit) = (self.start, self.limit as u64);
        let most = limit + self.rule.ahead() as u64;
        let end = fstat(&*self.file)?.st_size.cast_unsigned();
        if end <= start + limit {
            return Ok(end.max(start));
        }
        let stop = end.min(start + most);
        let mut length = TAIL.min(stop - start);
        loop {
            let from = stop - length;
            let mut tail = vec![0; usize::try_from(length).unwrap_or_default()];
            let read = read_at(&self.file, &mut tail, from)?;
            // One byte before the block is no place for a border.
            if let Some(border) =
                self.rule.last_border(&tail[..read]).filter(|border| from + *border as u64 <= start + limit)
            {
                return Ok(from + border as u64);
            }
            if from == start {
                return self.read_on();
            }
            length = (length * 4).min(stop - start);
        }
    }

    /// The end of a block that is one long record.
    fn read_on(&self) -> io::Result<u64> {
        let mut cutter = Cutter::new(self.rule.clone(), self.limit);
        let mut data = Vec::new();
        loop {
            let length = data.len();
            data.resize(length + self.limit.max(1 << 16), 0);
            let read = read_at(&self.file, &mut data[length..], self.start + length as u64)?;
            data.truncate(length + read);
            if let Ok(Some(end)) = cutter.cut(&data, read == 0) {
                return Ok(self.start + end as u64);
            }
            if read == 0 {
                return Ok(self.start + data.len() as u64);
            }
        }
    }
}

impl Iterator for FileBlocks {
    type Item = Result<Block, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.end() {
            Ok(end) if end <= self.start => None,
            Ok(end) => {
                let part = Part { file: Arc::clone(&self.file), start: self.start, length: end - self.start };
                self.start = end;
                leave_at(&self.file, end);
                Some(Ok(Block { header: Arc::clone(&self.header), piece: Piece::Part(part) }))
            }
            Err(cause) => Some(Err(Error::ReadInput { name: self.name.clone(), cause })),
        }
    }
}

/// Reads as much as there is, up to the length of the buffer.
fn read_at(file: &File, buffer: &mut [u8], from: u64) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match file.read_at(&mut buffer[length..], from + length as u64) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

/// Whether it is a file with a length that tells what is in it.
pub(super) fn is_regular(file: &File) -> bool {
    fstat(file).is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile && stat.st_size > 0)
}

/// From where to where a file is still to be read.
pub(super) fn rest(file: &File) -> io::Result<(u64, u64)> {
    let (start, end) = (tell(file)?, fstat(file)?.st_size.cast_unsigned());
    Ok((start, end.max(start)))
}

/// The next who reads the file begins here.
pub(super) fn leave_at(file: &File, position: u64) {
    let _ = seek(file, SeekFrom::Start(position));
}
