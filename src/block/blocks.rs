//! A stream, block by block.

use std::time::{Duration, Instant};

use super::cutter::Cut;
use super::header::Header;
use super::stream::{Filled, Stream};
use crate::error::Error;

/// How much is read at once when it is not known how much there has to be.
const STEP: usize = 1 << 16;

/// The blocks of a stream, each of whole records. An error ends them.
#[derive(Debug)]
pub struct Blocks<C, S> {
    cutter: C,
    stream: S,
    /// What the stream is called, for messages.
    name: String,
    patience: Option<Duration>,
    header: Head,
    /// What has been read.
    buffer: Vec<u8>,
    /// So much of it has been given out.
    given: usize,
    ended: bool,
}

/// The header of a stream.
#[derive(Debug)]
enum Head {
    Wanted(Header),
    Taken(Vec<u8>),
}

impl<C: Cut, S: Stream> Blocks<C, S> {
    /// Reads `stream`, called `name` in messages.
    pub fn new(cutter: C, stream: S, name: String) -> Self {
        let header = Head::Taken(Vec::new());
        Self { cutter, stream, name, patience: None, header, buffer: Vec::new(), given: 0, ended: false }
    }

    /// With `patience`, what has been read is a block when reading more takes longer (`--block-timeout`).
    #[must_use]
    pub fn with_patience(self, patience: Option<Duration>) -> Self {
        Self { patience, ..self }
    }

    /// With a header, which is no part of any block.
    #[must_use]
    pub fn with_header(self, header: Header) -> Self {
        Self { header: Head::Wanted(header), ..self }
    }

    /// The header, for which the begin of the stream is read.
    ///
    /// # Errors
    /// When the stream cannot be read.
    pub fn header(&mut self) -> Result<&[u8], Error> {
        while let Head::Wanted(header) = &self.header {
            if let Some(length) = header.length(&self.buffer, self.ended) {
                self.given = length;
                self.header = Head::Taken(self.buffer[..length].to_vec());
            } else {
                let wanted = header.wanted(self.buffer.len());
                while self.buffer.len() < wanted && !self.ended {
                    self.fill(wanted, None)?;
                }
            }
        }
        let Head::Taken(header) = &self.header else { unreachable!("it was taken or is an error") };
        Ok(header)
    }

    /// What a consumer that reads on by itself has to begin with: what was read and not given out.
    pub fn into_rest(self) -> (Vec<u8>, S) {
        let mut rest = self.buffer;
        rest.drain(..self.given);
        (rest, self.stream)
    }

    /// Reads on; there are to be so many bytes in all.
    fn fill(&mut self, wanted: usize, until: Option<Instant>) -> Result<Filled, Error> {
        if self.given > self.buffer.len() / 2 {
            self.buffer.drain(..self.given);
            self.given = 0;
        }
        let missing = (wanted + self.given).saturating_sub(self.buffer.len());
        if missing > 1 {
            self.buffer.reserve_exact(missing.max(STEP));
        } else {
            self.buffer.reserve(STEP);
        }
        let filled = self.stream.fill(&mut self.buffer, until);
        let filled = filled.map_err(|cause| Error::ReadInput { name: self.name.clone(), cause })?;
        self.ended = filled == Filled::End;
        Ok(filled)
    }

    fn read(&mut self) -> Result<Option<Vec<u8>>, Error> {
        self.header()?;
        let deadline = || self.patience.map(|patience| Instant::now() + patience);
        let mut until = deadline();
        loop {
            let rest = &self.buffer[self.given..];
            if !rest.is_empty() {
                if let Some(end) = self.cutter.cut(rest, self.ended)? {
                    return Ok(Some(self.take(end)));
                }
            } else if self.ended {
                return Ok(None);
            }
            let wanted = self.cutter.wanted(rest.len());
            if self.fill(wanted, until)? == Filled::TimedOut {
                if let Some(end) = self.cutter.cut_now(&self.buffer[self.given..])? {
                    return Ok(Some(self.take(end)));
                }
                until = self.patience.map(|patience| Instant::now() + patience);
            }
        }
    }

    /// Takes a block off what has been read. The shorter part is copied.
    fn take(&mut self, length: usize) -> Vec<u8> {
        let end = self.given + length;
        if self.given == 0 && end > self.buffer.len() / 2 {
            let rest = self.buffer.split_off(end);
            return std::mem::replace(&mut self.buffer, rest);
        }
        let block = self.buffer[self.given..end].to_vec();
        self.given = end;
        block
    }
}

impl<C: Cut, S: Stream> Iterator for Blocks<C, S> {
    type Item = Result<Vec<u8>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let block = self.read().transpose();
        if matches!(block, Some(Err(_))) {
            self.header = Head::Taken(Vec::new());
            self.given = self.buffer.len();
            self.ended = true;
        }
        block
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::io::{self, Read};

    use super::super::{Cutter, Descriptor, Reader, Rule};
    use super::*;

    fn lines(limit: usize) -> Cutter {
        Cutter::new(Rule::default(), limit)
    }

    #[test]
    fn a_block_is_as_many_lines_as_fit() {
        let blocks = Blocks::new(lines(6), Reader(&b"a\nbc\nd\nlonger\ne\n\nf"[..]), "test".into());
        let blocks: Vec<_> = blocks.map(|block| String::from_utf8(block.expect("a block")).expect("utf-8")).collect();
        assert_eq!(blocks, ["a\nbc\n", "d\n", "longer\n", "e\n\nf"]);
    }

    #[test]
    fn the_header_is_taken_off_once() {
        let header = Header::parse(OsStr::new(":")).expect("a header");
        let mut blocks = Blocks::new(lines(3), Reader(&b"head\na\nb\n"[..]), "test".into()).with_header(header);
        assert_eq!(blocks.header().expect("a header"), b"head\n");
        assert_eq!(blocks.map(Result::unwrap).collect::<Vec<_>>(), [b"a\n", b"b\n"]);
    }

    #[test]
    fn a_late_stream_gives_what_there_is() {
        let (read, write) = std::io::pipe().expect("a pipe");
        rustix::io::write(&write, b"a\nb").expect("written");
        let mut blocks =
            Blocks::new(lines(100), Descriptor(read), "test".into()).with_patience(Some(Duration::from_millis(1)));
        assert_eq!(blocks.next().expect("a block").expect("readable"), b"a\n");
        rustix::io::write(&write, b"c\n").expect("written");
        drop(write);
        assert_eq!(blocks.next().expect("a block").expect("readable"), b"bc\n");
        assert!(blocks.next().is_none());
    }

    #[test]
    fn a_stream_that_breaks_off_ends_with_an_error() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("broken"))
            }
        }
        let stream = Reader(b"a\nb\nc".chain(Broken));
        let mut blocks = Blocks::new(lines(2), stream, "disk".into());
        assert_eq!(blocks.next().expect("a block").expect("readable"), b"a\n");
        assert_eq!(blocks.next().expect("a block").expect("readable"), b"b\n");
        let error = blocks.next().expect("an error").expect_err("broken").to_string();
        assert!(error.starts_with("cannot read disk: broken"), "{error}");
        assert!(blocks.next().is_none());
    }
}
