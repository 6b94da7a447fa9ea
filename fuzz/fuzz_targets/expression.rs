//! Perl expressions of any bytes, as far as they are evaluated without perl: no panic, no hang, no flood of memory.

#![no_main]

use forkful::template::fuzzing::evaluate;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Vec<u8>, Vec<u8>, Vec<Vec<u8>>)| {
    let (value, text, arguments) = input;
    if let Some(value) = evaluate(&text, &value, &arguments) {
        // One step may go past the limit, the next one finds it.
        assert!(value.len() <= 4 * (64 << 20), "a value of {} bytes", value.len());
    }
});
