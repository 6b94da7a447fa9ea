//! Where a block ends in the bytes that are there.

use super::border::Border;
use super::rule::Rule;
use super::scan::Scan;
use crate::error::Error;

/// Finds the ends of blocks in data that grows.
pub trait Cut {
    /// Where the block ends that begins with `data`; `None` is to come again with more data, or when it has ended.
    ///
    /// Until it gives an end, `data` may only grow; then the next block begins there. Data that has ended and is not
    /// empty always gives one.
    ///
    /// # Errors
    /// When the key of a record cannot be had.
    fn cut(&mut self, data: &[u8], ended: bool) -> Result<Option<usize>, Error>;

    /// The same, but now: at the last border there is, however small the block gets; `None` if there is none.
    ///
    /// # Errors
    /// When the key of a record cannot be had.
    fn cut_now(&mut self, data: &[u8]) -> Result<Option<usize>, Error>;

    /// How much data there should be before it is worth asking, given that there is so much.
    fn wanted(&self, length: usize) -> usize;
}

/// Cuts by a rule.
#[derive(Clone, Debug)]
pub struct Cutter {
    rule: Rule,
    limit: usize,
    search: Search,
}

/// How far the search for the end of a block has come.
#[derive(Clone, Copy, Debug, Default)]
struct Search {
    scan: Scan,
    /// Borders so far that do not yet make a record.
    lines: usize,
    /// Records so far.
    records: usize,
    /// The end of the last of them.
    last: Option<usize>,
    /// The data was too short the last time, and this long.
    seen: usize,
}

impl Cutter {
    /// With blocks of at most `limit` bytes, unless a record is longer or the rule counts records.
    pub fn new(rule: Rule, limit: usize) -> Self {
        Self { rule, limit: limit.max(1), search: Search::default() }
    }

    /// The rule.
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    fn find(&mut self, data: &[u8], ended: bool) -> Option<usize> {
        if data.len() < self.wanted(self.search.seen) && !ended {
            return None;
        }
        let found = match (&self.rule.border, self.rule.records) {
            (_, Some(records)) => self.count(data, ended, records),
            (_, None) => self.fill(data, ended),
        };
        self.search.seen = data.len();
        found.or(ended.then_some(data.len()))
    }

    /// So many records.
    fn count(&mut self, data: &[u8], ended: bool, records: usize) -> Option<usize> {
        while self.search.records < records {
            // Of all these borders but the last, only the number counts.
            let missing = (records - self.search.records) * self.rule.lines - self.search.lines;
            self.search.lines += self.rule.border.skip(data, &mut self.search.scan, missing - 1);
            self.search.records += self.search.lines / self.rule.lines;
            self.search.lines %= self.rule.lines;
            self.record(data, ended)?;
        }
        self.search.last
    }

    /// As much as fits, or the one record that does not.
    fn fill(&mut self, data: &[u8], ended: bool) -> Option<usize> {
        let whole = ended && data.len() <= self.limit;
        if whole && self.rule.lines == 1 {
            return Some(data.len());
        }
        if self.rule.lines == 1 && self.search.seen == 0 {
            // The last border is looked for at once.
            let last = match &self.rule.border {
                Border::Anywhere => Some(self.limit),
                Border::Text(separator) => {
                    // If there is none, the next is past the limit.
                    self.search.scan.position = (self.limit + 1).saturating_sub(separator.end());
                    separator.last(data, self.limit)
                }
                Border::Csv(csv) => csv.last(&data[..data.len().min(self.limit)], &mut self.search.scan),
                Border::Match(_) => None,
            };
            if last.is_some() {
                return last;
            }
        }
        loop {
            let before = self.search.last;
            match self.record(data, ended) {
                Some(border) if border > self.limit => return before.or(Some(border)),
                Some(_) => {}
                // Every border up to the limit is seen.
                None => return before,
            }
        }
    }

    /// The end of the next record.
    fn record(&mut self, data: &[u8], ended: bool) -> Option<usize> {
        loop {
            let border = self.rule.border.next(data, &mut self.search.scan, ended)?;
            self.search.lines += 1;
            if self.search.lines == self.rule.lines {
                self.search.lines = 0;
                self.search.records += 1;
                self.search.last = Some(border);
                return Some(border);
            }
        }
    }
}

impl Cut for Cutter {
    fn cut(&mut self, data: &[u8], ended: bool) -> Result<Option<usize>, Error> {
        let found = self.find(data, ended);
        if found.is_some() {
            self.search = Search::default();
        }
        Ok(found)
    }

    fn cut_now(&mut self, data: &[u8]) -> Result<Option<usize>, Error> {
        let found = self.rule.last_border(data);
        if found.is_some() {
            self.search = Search::default();
        }
        Ok(found)
    }

    fn wanted(&self, length: usize) -> usize {
        let enough = self.limit.saturating_add(self.rule.border.ahead());
        match (&self.rule.border, self.rule.records) {
            // The end of the data tells on what matches, so the places where it is asked must not go by how the data
            // happened to arrive.
            (Border::Match(_), _) => enough.max(length.saturating_mul(2)),
            (_, Some(_)) => length + 1,
            (_, None) => enough.max(length + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rule::Counts;
    use super::super::{BlockOptions, Size};
    use super::*;

    /// The blocks of data that is all there.
    fn blocks(options: &BlockOptions, counts: Counts, text: &str) -> Vec<String> {
        let Size::Bytes(limit) = options.size() else { panic!("a size in bytes") };
        let mut cutter = Cutter::new(options.rule(counts).expect("a rule"), limit);
        let mut rest = text;
        let mut blocks = Vec::new();
        while !rest.is_empty() {
            let end = cutter.cut(rest.as_bytes(), true).expect("no keys").expect("the data has ended");
            blocks.push(rest[..end].to_owned());
            rest = &rest[end..];
        }
        blocks
    }

    fn limited(limit: usize) -> BlockOptions {
        BlockOptions { block: Some(Size::Bytes(limit)), ..BlockOptions::default() }
    }

    #[test]
    fn a_block_is_what_fits_or_one_record() {
        let cases: [(usize, &str, &[&str]); 7] = [
            (100, "a\nb", &["a\nb"]),
            (4, "a\nb\nc\n", &["a\nb\n", "c\n"]),
            (5, "a\nb\nc\n", &["a\nb\n", "c\n"]),
            (1, "\n\na\n", &["\n", "\n", "a\n"]),
            (3, "longer\na\nb\nc", &["longer\n", "a\n", "b\nc"]),
            (3, "a\nlonger", &["a\n", "longer"]),
            (3, "longer", &["longer"]),
        ];
        for (limit, text, expected) in cases {
            assert_eq!(blocks(&limited(limit), Counts::default(), text), expected, "{limit} {text:?}");
        }
    }

    #[test]
    fn a_border_at_the_limit_is_seen() {
        let options = BlockOptions { recstart: Some(">".into()), ..limited(4) };
        assert_eq!(blocks(&options, Counts::default(), ">a>b>c>d>e"), [">a>b", ">c>d", ">e"]);
        let options = BlockOptions { recend: Some(";".into()), ..options };
        assert_eq!(blocks(&options, Counts::default(), ">a;>b;>c"), [">a;", ">b;", ">c"]);
    }

    #[test]
    fn records_are_counted_whatever_their_size() {
        let count = |lines, records| Counts { lines, records, csv: None };
        let text = "a\n\nb\nc\nd\ne";
        let cases: [(Counts, &[&str]); 6] = [
            (count(None, Some(1)), &["a\n", "\n", "b\n", "c\n", "d\n", "e"]),
            (count(None, Some(4)), &["a\n\nb\nc\n", "d\ne"]),
            (count(Some(2), Some(2)), &["a\n\nb\nc\n", "d\ne"]),
            (count(Some(2), None), &["a\n\n", "b\nc\n", "d\ne"]),
            (count(Some(0), Some(0)), &["a\n\n", "b\nc\n", "d\ne"]),
            (count(Some(4), None), &["a\n\nb\nc\n", "d\ne"]),
        ];
        for (counts, expected) in cases {
            assert_eq!(blocks(&limited(4), counts.clone(), text), expected, "{counts:?}");
        }
        let bytes = BlockOptions { recend: Some("".into()), ..limited(5) };
        assert_eq!(blocks(&bytes, count(None, None), "abcdefg"), ["abcde", "fg"]);
        assert_eq!(blocks(&bytes, count(None, Some(3)), "abcdefg"), ["abc", "def", "g"]);
        assert_eq!(blocks(&bytes, count(Some(2), None), "abcdefg"), ["abcd", "ef", "g"]);
    }

    #[test]
    fn a_record_that_is_not_whole_is_a_block_of_its_own() {
        // As GNU parallel has it.
        let counts = Counts { lines: Some(3), ..Counts::default() };
        assert_eq!(blocks(&limited(100), counts, "1\n2\n3\n4\n"), ["1\n2\n3\n", "4\n"]);
    }

    #[test]
    fn a_match_at_the_end_of_data_may_go_on() {
        let options = BlockOptions { regexp: true, recend: Some("[0-9]+".into()), ..limited(4) };
        assert_eq!(blocks(&options, Counts::default(), "a1b22c333"), ["a1", "b22", "c333"]);
        let mut cutter = Cutter::new(options.rule(Counts::default()).expect("a rule"), 2);
        let digits = [b"a".repeat(5000), b"1".repeat(5000)].concat();
        assert_eq!(cutter.cut(&digits, false).expect("no keys"), None);
        assert_eq!(cutter.cut(&[&digits[..], b"2a"].concat(), true).expect("no keys"), Some(10_001));
    }
}
