//! The hot path from bytes to jobs: reading records, splitting columns, combining sources.

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use divan::Bencher;
use divan::counter::ItemsCount;
use tempfile::NamedTempFile;

use forkful::input::{Content, Input, InputOptions, SourceSpec};

/// Records of the file that is read.
const RECORDS: u32 = 100_000;

fn main() {
    divan::main();
}

#[divan::bench]
fn lines(bencher: Bencher<'_, '_>) {
    read(bencher, &InputOptions::default(), '\n');
}

#[divan::bench]
fn nul_terminated(bencher: Bencher<'_, '_>) {
    read(bencher, &InputOptions { null: true, ..InputOptions::default() }, '\0');
}

#[divan::bench]
fn columns(bencher: Bencher<'_, '_>) {
    read(bencher, &InputOptions { colsep: Some("/".into()), ..InputOptions::default() }, '\n');
}

#[divan::bench]
fn every_combination_with_ten_words(bencher: Bencher<'_, '_>) {
    let words = Content::Arguments((0..10).map(|number| number.to_string().into()).collect());
    let file = file('\n', RECORDS / 10);
    let specs = || vec![source(Content::File(file.path().into())), source(words.clone())];
    count(bencher, &InputOptions::default(), specs);
}

fn read(bencher: Bencher<'_, '_>, options: &InputOptions, end: char) {
    let file = file(end, RECORDS);
    let path: PathBuf = file.path().into();
    count(bencher, options, || vec![source(Content::File(path.clone()))]);
}

/// Goes through all jobs of the sources.
fn count(bencher: Bencher<'_, '_>, options: &InputOptions, specs: impl Fn() -> Vec<SourceSpec> + Sync) {
    bencher.counter(ItemsCount::new(RECORDS)).bench(|| {
        Input::open(options, specs()).expect("sources that can be opened").jobs(None).map(Result::unwrap).count()
    });
}

fn source(content: Content) -> SourceSpec {
    SourceSpec { content, linked: false }
}

fn file(end: char, records: u32) -> NamedTempFile {
    let file = NamedTempFile::new().expect("a temporary file");
    let mut writer = BufWriter::new(&file);
    (0..records)
        .try_for_each(|number| write!(writer, "holiday/2024-08-03/img_{number:06}.jpeg{end}"))
        .and_then(|()| writer.flush())
        .expect("room on the disk");
    drop(writer);
    file
}
