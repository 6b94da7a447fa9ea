//! The cutter of blocks: whatever the rule, the data, the sizes and the pieces in which it comes, the blocks together are
//! the data, none is larger than allowed unless it is one record, and the pieces make no difference.

#![no_main]

mod pieces;

use std::ffi::OsString;
use std::io::{Cursor, Read};
use std::os::unix::ffi::OsStringExt;

use forkful::block::{BlockOptions, Blocks, Counts, Cutter, Reader, Rule};
use libfuzzer_sys::{arbitrary, fuzz_target};
use pieces::Pieces;

#[derive(arbitrary::Arbitrary, Debug)]
struct Input {
    text: Vec<u8>,
    sizes: Vec<u8>,
    end: Option<Vec<u8>>,
    start: Option<Vec<u8>>,
    is_regex: bool,
    csv: Option<[u8; 1]>,
    lines: Option<u8>,
    records: Option<u8>,
    limit: u8,
}

fn blocks(rule: &Rule, limit: u8, stream: impl Read) -> Vec<Vec<u8>> {
    let cutter = Cutter::new(rule.clone(), limit.into());
    Blocks::new(cutter, Reader(stream), "fuzz".into()).map(|block| block.expect("a stream that can be read")).collect()
}

fuzz_target!(|input: Input| {
    let option = |text: &Option<Vec<u8>>| text.clone().map(OsString::from_vec);
    let options = BlockOptions {
        recend: option(&input.end),
        recstart: option(&input.start),
        regexp: input.is_regex,
        ..BlockOptions::default()
    };
    let counts = Counts {
        lines: input.lines.map(usize::from),
        records: input.records.map(usize::from),
        csv: input.csv.map(Vec::from),
    };
    let Ok(rule) = options.rule(counts) else { return };
    let cut = blocks(&rule, input.limit, Pieces(input.text.clone(), input.sizes));
    assert_eq!(cut.concat(), input.text);
    assert_eq!(cut, blocks(&rule, input.limit, Cursor::new(&input.text)));
    if input.records.is_none_or(|records| records == 0) {
        let limit = usize::from(input.limit).max(1);
        for block in cut.iter().filter(|block| block.len() > limit) {
            // A regular expression may see another border where the block begins anew.
            assert!(input.is_regex || rule.records(block).count() == 1, "{block:?}");
        }
    }
    for block in &cut {
        assert_eq!(rule.records(block).map(<[u8]>::len).sum::<usize>(), block.len());
        assert!(rule.last_border(block).is_none_or(|border| (1..=block.len()).contains(&border)));
    }
});
