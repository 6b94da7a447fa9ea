//! What holds for all data, rules and sizes: nothing is lost, no record is split, no block is too large or too small.

use std::fs::File;
use std::io::{self, Read, Write};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use regex::bytes::Regex;

use super::rule::Counts;
use super::{BlockOptions, Blocks, Columns, Cutter, Groups, Header, Key, Keys, Parts, Reader, Rule, Size};

/// A stream that gives its bytes in pieces of these sizes, over and over, and is interrupted in between.
struct Pieces<'a>(&'a [u8], std::iter::Cycle<std::slice::Iter<'a, usize>>);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = *self.1.next().expect("a size");
        if size == 0 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let size = size.min(buffer.len()).min(self.0.len());
        let (piece, rest) = self.0.split_at(size);
        buffer[..size].copy_from_slice(piece);
        self.0 = rest;
        Ok(size)
    }
}

/// The borders within `text`, found too simply to be wrong.
type Oracle = fn(&BlockOptions, &[u8]) -> Vec<usize>;

fn by_text(options: &BlockOptions, text: &[u8]) -> Vec<usize> {
    let bytes = |option: &Option<std::ffi::OsString>| option.clone().unwrap_or_default().into_encoded_bytes();
    let (end, start) = (bytes(&options.recend), bytes(&options.recstart));
    (1..text.len()).filter(|at| text[..*at].ends_with(&end) && text[*at..].starts_with(&start)).collect()
}

fn by_regex(options: &BlockOptions, text: &[u8]) -> Vec<usize> {
    let pattern =
        |option: &Option<std::ffi::OsString>| option.clone().unwrap_or_default().into_string().expect("utf-8");
    let (end, start) = (pattern(&options.recend), pattern(&options.recstart));
    let regex = Regex::new(&format!("(?m)(?:{end})()(?:{start})")).expect("a regex");
    let borders = regex.captures_iter(text).filter_map(|found| found.get(1));
    let borders = borders.map(|group| group.start());
    borders.filter(|border| (1..text.len()).contains(border)).collect()
}

/// As all CSV here is well formed, every quote opens or closes.
fn by_quotes(_: &BlockOptions, text: &[u8]) -> Vec<usize> {
    let is_outside = |at: &usize| memchr::memchr_iter(b'"', &text[..*at]).count().is_multiple_of(2);
    (1..text.len()).filter(|at| text[at - 1] == b'\n').filter(is_outside).collect()
}

/// A way to say where records end, with data in which they do, and what finds them.
#[derive(Clone, Debug)]
struct Case {
    options: BlockOptions,
    csv: bool,
    text: Vec<u8>,
    oracle: Oracle,
}

impl Case {
    fn rule(&self, lines: Option<usize>, records: Option<usize>) -> Rule {
        self.options.rule(Counts { lines, records, csv: self.csv.then(Vec::new) }).expect("a rule")
    }

    fn borders(&self) -> Vec<usize> {
        (self.oracle)(&self.options, &self.text)
    }

    fn blocks(&self, cutter: Cutter, pieces: &[usize]) -> Vec<Vec<u8>> {
        let blocks = Blocks::new(cutter, Reader(Pieces(&self.text, pieces.iter().cycle())), "test".into());
        blocks.map(|block| block.expect("readable")).collect()
    }
}

fn options(end: Option<&str>, start: Option<&str>, regexp: bool) -> BlockOptions {
    let (recstart, recend) = (start.map(Into::into), end.map(Into::into));
    BlockOptions { recstart, recend, regexp, ..BlockOptions::default() }
}

fn text_case() -> impl Strategy<Value = Case> {
    let ends = [Some("\n"), Some(";"), Some(";;"), Some("ab"), Some(";\n"), Some(""), None];
    let separators = (select(ends.to_vec()), select(vec![None, Some(">"), Some(">>"), Some("a;")]));
    let separators = separators.prop_filter("something", |(end, start)| end.is_some() || start.is_some());
    (separators, vec(select(b"ab;>\n".to_vec()), 0..200)).prop_map(|((end, start), text)| Case {
        options: options(end, start, false),
        csv: false,
        text,
        oracle: by_text,
    })
}

fn regex_case() -> impl Strategy<Value = Case> {
    let ends = [Some("[0-9]+"), Some("[0-9]"), Some("\n\n+"), Some("b;|;"), Some("(?:a;)?;"), None];
    let separators = (select(ends.to_vec()), select(vec![None, Some(">"), Some("^>"), Some("[ab]+;")]));
    let separators = separators.prop_filter("something", |(end, start)| end.is_some() || start.is_some());
    (separators, vec(select(b"ab;>\n12".to_vec()), 0..200)).prop_map(|((end, start), text)| Case {
        options: options(end, start, true),
        csv: false,
        text,
        oracle: by_regex,
    })
}

fn csv_case() -> impl Strategy<Value = Case> {
    let field = prop_oneof!["[a-c]{0,3}", "\"([a-c,\n]|\"\"){0,5}\""];
    let record = vec(field, 1..4).prop_map(|fields| fields.join(",") + "\n");
    vec(record, 0..20).prop_map(|records| Case {
        options: BlockOptions::default(),
        csv: true,
        text: records.concat().into(),
        oracle: by_quotes,
    })
}

fn any_case() -> impl Strategy<Value = Case> {
    prop_oneof![2 => text_case(), 1 => regex_case(), 1 => csv_case()]
}

fn pieces() -> impl Strategy<Value = Vec<usize>> {
    vec(0..40_usize, 1..6).prop_map(|mut sizes| {
        sizes.push(7);
        sizes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn blocks_are_whole_records_as_many_as_fit(case in any_case(), limit in 1..60_usize, pieces in pieces()) {
        let blocks = case.blocks(Cutter::new(case.rule(None, None), limit), &pieces);
        prop_assert_eq!(blocks.concat(), &case.text[..]);
        prop_assert_eq!(&blocks, &case.blocks(Cutter::new(case.rule(None, None), limit), &[1 << 20]));
        let mut rest = &case.text[..];
        for block in &blocks {
            let borders = (case.oracle)(&case.options, rest);
            let end = block.len();
            prop_assert!(end > 0 && (end == rest.len() || borders.contains(&end)), "{end} splits a record");
            let inside = borders.iter().filter(|border| **border < end).count();
            prop_assert!(end <= limit || inside == 0, "{end} is too large");
            let more = borders.iter().find(|border| (end + 1..=limit).contains(border));
            prop_assert_eq!(more, None, "{} is too small", end);
            rest = &rest[end..];
        }
    }

    #[test]
    fn counted_records_are_as_many_as_wanted(
        case in prop_oneof![regex_case(), csv_case(), text_case()],
        (lines, records) in (1..4_usize, 1..4_usize),
        pieces in pieces(),
    ) {
        let cutter = || Cutter::new(case.rule(Some(lines), Some(records)), 8);
        let blocks = case.blocks(cutter(), &pieces);
        prop_assert_eq!(blocks.concat(), &case.text[..]);
        prop_assert_eq!(&blocks, &case.blocks(cutter(), &[1 << 20]));
        let one = case.rule(None, None);
        let counts: Vec<_> = blocks.iter().map(|block| one.records(block).count()).collect();
        let (last, whole) = counts.split_last().map_or((0, &[][..]), |(last, whole)| (*last, whole));
        prop_assert!(whole.iter().all(|count| *count == lines * records), "{:?}", counts);
        prop_assert!(last <= lines * records);
        let mut rest = &case.text[..];
        for block in &blocks[..whole.len()] {
            let borders = (case.oracle)(&case.options, rest);
            prop_assert!(block.len() == rest.len() || borders.contains(&block.len()));
            rest = &rest[block.len()..];
        }
    }

    #[test]
    fn many_lines_are_counted_as_few(
        lines in vec("a{0,40}\n", 0..500),
        records in 60..200_usize,
        pieces in vec(1..5000_usize, 1..4),
    ) {
        let text = lines.concat().into();
        let case = Case { options: BlockOptions::default(), csv: false, text, oracle: by_text };
        let blocks = case.blocks(Cutter::new(case.rule(None, Some(records)), 8), &pieces);
        let expected: Vec<_> = lines.chunks(records).map(|lines| lines.concat().into_bytes()).collect();
        prop_assert_eq!(blocks, expected);
    }

    #[test]
    fn parts_begin_at_the_first_border_after_their_place(case in prop_oneof![text_case(), regex_case()], size in 1..60_usize) {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&case.text).expect("room");
        let parts = |file: File| {
            let size = Size::Bytes(size);
            let parts = Parts::new(file, "test".into(), case.rule(None, None), size, 1, &Header::default());
            parts.expect("parts").map(|part| part.expect("readable")).collect::<Vec<_>>()
        };
        let borders = case.borders();
        let places = (size..case.text.len()).step_by(size);
        let begins = places.filter_map(|place| {
            borders.iter().copied().find(|border| (place..place + size).contains(border))
        });
        let begins: Vec<_> = begins.collect();
        let length = case.text.len();
        let ends = begins.iter().copied().chain((length > 0).then_some(length));
        let expected: Vec<_> = [0].into_iter().chain(begins.clone()).zip(ends).collect();
        let found: Vec<_> = parts(file).iter().map(|part| (part.start, part.end)).collect();
        let expected: Vec<_> = expected.iter().map(|(start, end)| (*start as u64, *end as u64)).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn groups_are_kept_together(
        keys in vec("[ab]{0,2}", 0..60),
        limit in 1..60_usize,
        records in proptest::option::of(1..4_usize),
        pieces in pieces(),
    ) {
        let text: String = keys.iter().flat_map(|key| [key, "\n"]).collect();
        let rule = BlockOptions::default().rule(Counts { records, ..Counts::default() }).expect("a rule");
        let columns = Columns::new(None, false).expect("columns");
        let groups = Groups::new(rule, Keys::new(&Key { column: None, expression: None }, columns, None), limit);
        let blocks = Blocks::new(groups, Reader(Pieces(text.as_bytes(), pieces.iter().cycle())), "test".into());
        let blocks: Vec<_> = blocks.map(|block| block.expect("readable")).collect();
        prop_assert_eq!(blocks.concat(), text.as_bytes());
        let lines = |block: &Vec<u8>| String::from_utf8_lossy(block).lines().map(str::to_owned).collect::<Vec<_>>();
        for pair in blocks.windows(2) {
            let (before, after) = (lines(&pair[0]), lines(&pair[1]));
            prop_assert_ne!(before.last(), after.first(), "a group is split");
        }
        for (number, block) in blocks.iter().enumerate() {
            let mut groups = lines(block);
            groups.dedup();
            match records {
                Some(records) => prop_assert!(groups.len() == records || number + 1 == blocks.len() && groups.len() < records),
                None => prop_assert!(block.len() <= limit || groups.len() == 1),
            }
        }
    }
}
