//! A stream, block by block.

use std::time::{Duration, Instant};

use super::cutter::Cut;
use super::stream::{Filled, Stream};
use crate::error::Error;

/// The least that is read at once.
const LEAST: usize = 1 << 16;

/// The blocks of a stream, each of whole records. An error ends them.
#[derive(Debug)]
pub struct Blocks<C, S> {
    cutter: C,
    stream: S,
    /// What the stream is called, for messages.
    name: String,
    patience: Option<Duration>,
    pending: Vec<u8>,
    ended: bool,
}

impl<C: Cut, S: Stream> Blocks<C, S> {
    /// Reads `stream`, called `name` in messages.
    pub fn new(cutter: C, stream: S, name: String) -> Self {
        Self { cutter, stream, name, patience: None, pending: Vec::new(), ended: false }
    }

    /// With `patience`, what has been read is a block when reading more takes longer (`--block-timeout`).
    #[must_use]
    pub fn with_patience(self, patience: Option<Duration>) -> Self {
        Self { patience, ..self }
    }

    fn read(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let mut until = self.patience.map(|patience| Instant::now() + patience);
        loop {
            if self.pending.is_empty() && self.ended {
                return Ok(None);
            }
            if !self.pending.is_empty()
                && let Some(end) = self.cutter.cut(&self.pending, self.ended)?
            {
                return Ok(Some(self.take(end)));
            }
            let wanted = self.cutter.wanted(self.pending.len()).max(LEAST);
            self.pending.reserve(wanted.saturating_sub(self.pending.len()).max(LEAST));
            let filled = self.stream.fill(&mut self.pending, until);
            match filled.map_err(|cause| Error::ReadInput { name: self.name.clone(), cause })? {
                Filled::More => {}
                Filled::End => self.ended = true,
                Filled::TimedOut => {
                    if let Some(end) = self.cutter.cut_now(&self.pending)? {
                        return Ok(Some(self.take(end)));
                    }
                    until = self.patience.map(|patience| Instant::now() + patience);
                }
            }
        }
    }

    /// Takes a block off what has been read; the shorter part is copied.
    fn take(&mut self, end: usize) -> Vec<u8> {
        let rest = self.pending.split_off(end);
        std::mem::replace(&mut self.pending, rest)
    }
}

impl<C: Cut, S: Stream> Iterator for Blocks<C, S> {
    type Item = Result<Vec<u8>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let block = self.read().transpose();
        if matches!(block, Some(Err(_))) {
            self.pending.clear();
            self.ended = true;
        }
        block
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Cutter, Descriptor, Reader, Rule};
    use super::*;

    #[test]
    fn a_block_is_as_many_lines_as_fit() {
        let blocks =
            Blocks::new(Cutter::new(Rule::default(), 6), Reader(&b"a\nbc\nd\nlonger\ne\n\nf"[..]), "test".into());
        let blocks: Vec<_> = blocks.map(|block| String::from_utf8(block.expect("a block")).expect("utf-8")).collect();
        assert_eq!(blocks, ["a\nbc\n", "d\n", "longer\n", "e\n\nf"]);
    }

    #[test]
    fn a_late_stream_gives_what_there_is() {
        let (read, write) = std::io::pipe().expect("a pipe");
        rustix::io::write(&write, b"a\nb").expect("written");
        let cutter = Cutter::new(Rule::default(), 100);
        let mut blocks =
            Blocks::new(cutter, Descriptor(read), "test".into()).with_patience(Some(Duration::from_millis(1)));
        assert_eq!(blocks.next().expect("a block").expect("readable"), b"a\n");
        rustix::io::write(&write, b"c\n").expect("written");
        drop(write);
        assert_eq!(blocks.next().expect("a block").expect("readable"), b"bc\n");
        assert!(blocks.next().is_none());
    }
}
