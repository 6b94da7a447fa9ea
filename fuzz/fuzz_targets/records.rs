//! The record cutter against a search that is too simple to be wrong, whatever the delimiter and the sizes of reads.

#![no_main]

use std::io::{self, Read};

use libfuzzer_sys::fuzz_target;

/// A stream that gives its bytes in pieces of these sizes.
struct Pieces(Vec<u8>, Vec<u8>);

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = usize::from(self.1.pop().unwrap_or(255)).clamp(1, buffer.len()).min(self.0.len());
        buffer[..size].copy_from_slice(&self.0[..size]);
        self.0.drain(..size);
        Ok(size)
    }
}

fn split(mut rest: &[u8], delimiter: &[u8]) -> Vec<Vec<u8>> {
    let mut records = Vec::new();
    while let Some(at) = rest.windows(delimiter.len()).position(|window| window == delimiter) {
        records.push(rest[..at].to_vec());
        rest = &rest[at + delimiter.len()..];
    }
    if !rest.is_empty() {
        records.push(rest.to_vec());
    }
    records
}

fuzz_target!(|input: (Vec<u8>, Vec<u8>, Vec<u8>)| {
    let (text, delimiter, sizes) = input;
    if delimiter.is_empty() || delimiter.len() > 6 {
        return;
    }
    let expected = split(&text, &delimiter);
    let cut = forkful::input::fuzzing::records(Pieces(text, sizes), &delimiter);
    let cut: Vec<Vec<u8>> = cut.map(|record| record.expect("a stream that can be read")).collect();
    assert_eq!(cut, expected);
});
