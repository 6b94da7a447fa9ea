//! Where a block ends in the bytes that are there.

use super::rule::{Border, Rule};
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
    /// The first so many bytes of the block hold no border after the limit.
    searched: usize,
}

impl Cutter {
    /// With blocks of at most `limit` bytes, unless a record is longer or the rule counts records.
    pub fn new(rule: Rule, limit: usize) -> Self {
        Self { rule, limit: limit.max(1), searched: 0 }
    }

    fn find(&mut self, data: &[u8], ended: bool) -> Option<usize> {
        if ended && data.len() <= self.limit {
            return Some(data.len());
        }
        if data.len() < self.wanted(0) && !ended {
            return None;
        }
        let found = match &self.rule.border {
            Border::Anywhere => Some(self.limit.min(data.len())),
            Border::Text(separator) if self.searched == 0 => {
                separator.last(data, self.limit).or_else(|| separator.first(data, self.limit))
            }
            Border::Text(separator) => separator.first(data, self.searched),
        };
        if found.is_none() {
            self.searched = self.limit.max(data.len().saturating_sub(1));
        }
        found.or(ended.then_some(data.len()))
    }
}

impl Cut for Cutter {
    fn cut(&mut self, data: &[u8], ended: bool) -> Result<Option<usize>, Error> {
        let found = self.find(data, ended);
        if found.is_some() {
            self.searched = 0;
        }
        Ok(found)
    }

    fn cut_now(&mut self, data: &[u8]) -> Result<Option<usize>, Error> {
        Ok(self.rule.last_border(data))
    }

    fn wanted(&self, length: usize) -> usize {
        let ahead = match &self.rule.border {
            Border::Anywhere => 0,
            Border::Text(separator) => separator.start(),
        };
        self.limit.saturating_add(ahead).max(length + 1)
    }
}
