//! The hot path of --pipe and --pipe-part: finding where blocks end, in memory, in a stream and in a file.

use std::fs::File;
use std::hint::black_box;
use std::io::{Seek, SeekFrom, Write};

use divan::Bencher;
use divan::counter::BytesCount;

use forkful::block::{
    BlockOptions, Blocks, Columns, Counts, Cut, Cutter, Descriptor, Groups, Header, Key, Keys, Parts, Reader, Rule,
    Size,
};

/// Bytes that are cut.
const LENGTH: usize = 64 << 20;

/// Bytes of a block.
const BLOCK: usize = 1 << 20;

fn main() {
    divan::main();
}

#[divan::bench]
fn lines(bencher: Bencher<'_, '_>) {
    cut(bencher, &rule(&BlockOptions::default(), Counts::default()));
}

#[divan::bench]
fn paragraphs(bencher: Bencher<'_, '_>) {
    let options = BlockOptions { recend: Some(r"7\n".into()), recstart: Some("h".into()), ..BlockOptions::default() };
    cut(bencher, &rule(&options, Counts::default()));
}

#[divan::bench]
fn matches(bencher: Bencher<'_, '_>) {
    let options = BlockOptions { recend: Some(r"[0-9]\.jpeg\n".into()), regexp: true, ..BlockOptions::default() };
    cut(bencher, &rule(&options, Counts::default()));
}

#[divan::bench]
fn comma_separated(bencher: Bencher<'_, '_>) {
    cut(bencher, &rule(&BlockOptions::default(), Counts { csv: Some(Vec::new()), ..Counts::default() }));
}

#[divan::bench(args = [1, 1000])]
fn counted(bencher: Bencher<'_, '_>, records: usize) {
    cut(bencher, &rule(&BlockOptions::default(), Counts { records: Some(records), ..Counts::default() }));
}

#[divan::bench]
fn groups(bencher: Bencher<'_, '_>) {
    let columns = Columns::new(Some("/".as_ref()), false).expect("columns");
    let key = Key { column: Some(2), expression: None };
    let groups = || Groups::new(Rule::default(), Keys::new(&key, columns.clone(), None), BLOCK);
    cut_with(bencher, groups);
}

#[divan::bench]
fn without_separators(bencher: Bencher<'_, '_>) {
    let options = BlockOptions { remove_rec_sep: true, ..BlockOptions::default() };
    let (rule, text) = (rule(&options, Counts::default()), text());
    let blocks = || text.chunks(BLOCK).map(<[u8]>::to_vec).collect::<Vec<_>>();
    bencher
        .counter(BytesCount::new(LENGTH))
        .with_inputs(blocks)
        .bench_values(|blocks| blocks.into_iter().map(|block| rule.stripped(block).len()).sum::<usize>());
}

#[divan::bench]
fn stream_of_any_kind(bencher: Bencher<'_, '_>) {
    let text = text();
    bencher.counter(BytesCount::new(LENGTH)).bench(|| {
        Blocks::new(Cutter::new(Rule::default(), BLOCK), Reader(&text[..]), "bench".into()).map(Result::unwrap).count()
    });
}

#[divan::bench]
fn descriptor(bencher: Bencher<'_, '_>) {
    let mut file = file(&text());
    bencher.counter(BytesCount::new(LENGTH)).bench_local(|| {
        file.seek(SeekFrom::Start(0)).expect("a file");
        Blocks::new(Cutter::new(Rule::default(), BLOCK), Descriptor(&file), "bench".into()).map(Result::unwrap).count()
    });
}

#[divan::bench(args = [64 << 10, 1 << 20])]
fn parts(bencher: Bencher<'_, '_>, size: usize) {
    let file = file(&text());
    bencher.counter(BytesCount::new(LENGTH)).bench(|| {
        let file = file.try_clone().expect("a descriptor");
        let parts = Parts::new(file, "bench".into(), Rule::default(), Size::Bytes(size), 1, &Header::default());
        parts.expect("parts").map(Result::unwrap).count()
    });
}

fn rule(options: &BlockOptions, counts: Counts) -> Rule {
    options.rule(counts).expect("a rule")
}

fn cut(bencher: Bencher<'_, '_>, rule: &Rule) {
    cut_with(bencher, || Cutter::new(rule.clone(), BLOCK));
}

/// Cuts what is all in memory.
fn cut_with<C: Cut>(bencher: Bencher<'_, '_>, cutter: impl Fn() -> C + Sync) {
    let text = text();
    bencher.counter(BytesCount::new(LENGTH)).with_inputs(cutter).bench_local_values(|mut cutter| {
        let mut rest = &text[..];
        while let Some(end) = cutter.cut(rest, false).expect("keys") {
            black_box(end);
            rest = &rest[end..];
        }
    });
}

fn text() -> Vec<u8> {
    let lines = (0_u32..).map(|number| format!("holiday/{:05}/img_{number:06}.jpeg\n", number / 1000));
    let mut text = Vec::with_capacity(LENGTH + 100);
    for line in lines.take(LENGTH / 20) {
        text.extend_from_slice(line.as_bytes());
    }
    text.truncate(LENGTH);
    text
}

fn file(text: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(text).expect("room on the disk");
    file
}
