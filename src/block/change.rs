//! Where in a file the key of its lines changes: `--group-by` with `--pipe-part`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::ops::Range;
use std::os::unix::fs::FileExt;

use super::key::Keys;
use crate::error::Error;

/// How much is read at once.
const STEP: usize = 1 << 14;

/// Why there is no answer.
pub(super) enum Failure {
    Read(io::Error),
    Key(Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}

/// The first begin of a line in `places` with another key than the line before. `data` is the part of the file that
/// has lines; there is at least one byte of it before the places.
pub(super) fn first(
    file: &File,
    data: &Range<u64>,
    places: &Range<u64>,
    keys: &mut Keys,
) -> Result<Option<u64>, Failure> {
    // The line that the places begin in, or at the end of, is only the one before.
    let mut at = line_begin(file, data.start..places.start - 1)?;
    let mut lines = BufReader::with_capacity(STEP, Piece { file, rest: at..data.end });
    let (mut line, mut before) = (Vec::new(), None);
    while at < places.end {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let key = keys.of(&line).map_err(Failure::Key)?.into_owned();
        if before.is_some_and(|before| before != key) {
            return Ok(Some(at));
        }
        before = Some(key);
        at += line.len() as u64;
    }
    Ok(None)
}

/// Where the line begins that goes on after this range.
fn line_begin(file: &File, mut before: Range<u64>) -> io::Result<u64> {
    let mut buffer = vec![0; STEP];
    while !before.is_empty() {
        let from = before.end.saturating_sub(STEP as u64).max(before.start);
        let piece = &mut buffer[..usize::try_from(before.end - from).unwrap_or(STEP)];
        file.read_exact_at(piece, from)?;
        if let Some(line_end) = memchr::memrchr(b'\n', piece) {
            return Ok(from + line_end as u64 + 1);
        }
        before.end = from;
    }
    Ok(before.start)
}

/// A range of a file as a stream; the file's own position stays where it is.
struct Piece<'a> {
    file: &'a File,
    rest: Range<u64>,
}

impl Read for Piece<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.rest.end - self.rest.start).map_or(buffer.len(), |rest| rest.min(buffer.len()));
        let count = self.file.read_at(&mut buffer[..most], self.rest.start)?;
        if count == 0 && most > 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.rest.start += count as u64;
        Ok(count)
    }
}
