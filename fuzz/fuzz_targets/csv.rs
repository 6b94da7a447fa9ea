//! CSV: any bytes are read without a panic, and a row that is read can be written and read again.

#![no_main]

use std::io::Cursor;

use forkful::input::fuzzing::csv;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Vec<u8>, Vec<u8>)| {
    let (text, separator) = input;
    if separator.is_empty() || separator.len() > 3 || separator.iter().any(|byte| b"\"\r\n".contains(byte)) {
        return;
    }
    for row in csv(Cursor::new(text), &separator).map_while(Result::ok) {
        assert!(!row.is_empty());
        let quoted = row.iter().map(|field| {
            let doubled: Vec<u8> = field.iter().flat_map(|&byte| vec![byte; 1 + usize::from(byte == b'"')]).collect();
            [&b"\""[..], &doubled, b"\""].concat()
        });
        let line = quoted.collect::<Vec<_>>().join(&separator[..]);
        let again: Vec<_> = csv(Cursor::new(line), &separator).map(|row| row.expect("a good record")).collect();
        assert_eq!(again, [row]);
    }
});
