//! The record cutter against a search that is too simple to be wrong, whatever the delimiter and the sizes of reads.

#![no_main]

mod pieces;

use pieces::Pieces;

use libfuzzer_sys::fuzz_target;

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
