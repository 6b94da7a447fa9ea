//! Neighbouring records with the same key as one (`--group-by`).

use super::cutter::Cut;
use super::key::Keys;
use super::rule::Rule;
use super::scan::Scan;
use crate::error::Error;

/// Cuts where the key changes.
#[derive(Debug)]
pub struct Groups {
    rule: Rule,
    keys: Keys,
    limit: usize,
    search: Search,
}

/// How far the search for the end of a block has come.
#[derive(Debug, Default)]
struct Search {
    scan: Scan,
    /// The begin of the record that has not been read, up to where all are.
    position: usize,
    /// The key of the record before it.
    key: Option<Vec<u8>>,
    /// The groups that have ended.
    groups: usize,
    /// Where the last of them did.
    last: Option<usize>,
}

impl Groups {
    /// With blocks of at most `limit` bytes, unless a group is longer or the rule counts records, which are then
    /// groups.
    pub fn new(rule: Rule, keys: Keys, limit: usize) -> Self {
        Self { rule, keys, limit: limit.max(1), search: Search::default() }
    }

    /// The rule.
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    fn find(&mut self, data: &[u8], ended: bool) -> Result<Option<usize>, Error> {
        let limit = if self.rule.records.is_some() { usize::MAX } else { self.limit };
        let search = &mut self.search;
        loop {
            let border = self.rule.border.next(data, &mut search.scan, ended);
            let Some(border) = border.or((ended && search.position < data.len()).then_some(data.len())) else { break };
            let key = self.keys.of(&data[search.position..border])?;
            let group_end = search.position;
            search.position = border;
            if search.key.as_deref().is_none_or(|before| *before != *key) {
                let has_group = search.key.replace(key.into_owned()).is_some();
                if has_group {
                    search.groups += 1;
                    search.last = search.last.filter(|_| group_end > limit).or(Some(group_end));
                }
                if has_group && self.rule.records == Some(search.groups) {
                    return Ok(search.last);
                }
            }
            if border > limit && search.last.is_some() {
                return Ok(search.last);
            }
        }
        Ok(None)
    }

    /// Goes on behind a block. The group that has begun there is known as far as it has been read.
    fn after(&mut self, end: usize) {
        let search = &mut self.search;
        if search.position <= end {
            *search = Search::default();
            return;
        }
        search.scan = search.scan.behind(end);
        search.position -= end;
        search.groups = 0;
        search.last = None;
    }
}

impl Cut for Groups {
    fn cut(&mut self, data: &[u8], ended: bool) -> Result<Option<usize>, Error> {
        if !ended && data.len() < self.wanted(0) {
            return Ok(None);
        }
        let found = self.find(data, ended)?.or(ended.then_some(data.len()));
        if let Some(end) = found {
            self.after(end);
        }
        Ok(found)
    }

    fn cut_now(&mut self, data: &[u8]) -> Result<Option<usize>, Error> {
        let found = self.find(data, false)?.or(self.search.last);
        if let Some(end) = found {
            self.after(end);
        }
        Ok(found)
    }

    fn wanted(&self, length: usize) -> usize {
        let least = if self.rule.records.is_some() { 1 } else { self.limit };
        least.max(length + 1)
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::super::columns::Columns;
    use super::super::key::Key;
    use super::super::rule::Counts;
    use super::super::{BlockOptions, Blocks, Reader};
    use super::*;

    fn groups(counts: Counts, limit: usize, expression: bool) -> Groups {
        let key = Key { column: Some(1), expression: None };
        let columns = Columns::new(Some(OsStr::new(" ")), false).expect("columns");
        let first_letter = |value: &[u8]| Ok(value[..1].to_vec());
        let keys = Keys::new(&key, columns, expression.then(|| Box::new(first_letter) as _));
        Groups::new(BlockOptions::default().rule(counts).expect("a rule"), keys, limit)
    }

    fn blocks(groups: Groups, text: &str) -> Vec<String> {
        let blocks = Blocks::new(groups, Reader(text.as_bytes()), "test".into());
        blocks.map(|block| String::from_utf8(block.expect("a block")).expect("utf-8").replace('\n', "/")).collect()
    }

    #[test]
    fn a_block_ends_only_where_the_key_changes() {
        let text = "a 1\na 2\nb 3\nc 4\nc 5\nc 6";
        let count = |records| Counts { records, ..Counts::default() };
        let cases: [(Option<usize>, usize, bool, &[&str]); 9] = [
            (Some(1), 1, false, &["a 1/a 2/", "b 3/", "c 4/c 5/c 6"]),
            (Some(2), 1, false, &["a 1/a 2/b 3/", "c 4/c 5/c 6"]),
            (Some(9), 1, false, &["a 1/a 2/b 3/c 4/c 5/c 6"]),
            (None, 100, false, &["a 1/a 2/b 3/c 4/c 5/c 6"]),
            (None, 1, false, &["a 1/a 2/", "b 3/", "c 4/c 5/c 6"]),
            (None, 8, false, &["a 1/a 2/", "b 3/", "c 4/c 5/c 6"]),
            (None, 12, false, &["a 1/a 2/b 3/", "c 4/c 5/c 6"]),
            (None, 17, false, &["a 1/a 2/b 3/", "c 4/c 5/c 6"]),
            (None, 23, false, &["a 1/a 2/b 3/c 4/c 5/c 6"]),
        ];
        for (records, limit, expression, expected) in cases {
            assert_eq!(blocks(groups(count(records), limit, expression), text), expected, "{records:?} {limit}");
        }
        let text = "a1 1\na2 2\nb1 3\n";
        assert_eq!(blocks(groups(count(Some(1)), 1, true), text), ["a1 1/a2 2/", "b1 3/"]);
        assert_eq!(blocks(groups(count(Some(1)), 1, false), text), ["a1 1/", "a2 2/", "b1 3/"]);
    }

    #[test]
    fn what_has_been_read_in_vain_is_not_read_again() {
        let mut groups = groups(Counts::default(), 3, false);
        let data = b"a 1\nb 2\nb 3\nb 4\nc 5\n";
        assert_eq!(groups.cut(&data[..8], false).expect("keys"), Some(4));
        assert_eq!(groups.search.position, 4);
        assert_eq!(groups.cut(&data[4..18], false).expect("keys"), None);
        assert_eq!(groups.cut_now(&data[4..18]).expect("keys"), None);
        assert_eq!(groups.cut_now(&data[4..]).expect("keys"), Some(12));
        assert_eq!(groups.cut(&data[16..], true).expect("keys"), Some(4));
    }
}
