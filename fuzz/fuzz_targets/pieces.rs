//! Streams that come in pieces of any size.

use std::io::{self, Read};

/// A stream that gives its bytes in pieces of these sizes.
pub struct Pieces(pub Vec<u8>, pub Vec<u8>);

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = usize::from(self.1.pop().unwrap_or(255)).clamp(1, buffer.len()).min(self.0.len());
        buffer[..size].copy_from_slice(&self.0[..size]);
        self.0.drain(..size);
        Ok(size)
    }
}
