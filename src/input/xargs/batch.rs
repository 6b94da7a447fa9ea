//! How many items go to one command.

use std::io::Read;

use super::items::{End, Items, too_long};
use crate::error::Error;
use crate::job::{Job, Seq, Values};

/// How many items a command gets at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Most {
    /// As many as fit.
    AsFit,
    /// This many (`-n`; 1 for `-I`).
    Items(usize),
    /// Those of this many lines (`-L`).
    Lines(usize),
}

/// What an item takes of the room on a command line, in bytes: `times` its length, and `more`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// How often it stands there.
    pub times: usize,
    /// What it takes beside its bytes.
    pub more: usize,
}

/// What decides how items are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// How many a command gets at most.
    pub most: Most,
    /// The room for items on a command line, in bytes.
    pub room: usize,
    /// What each takes of it.
    pub price: Price,
    /// Whether it is an error that not as many as there may be fit, and a command that meets an error is not run
    /// (`-x`).
    pub strict: bool,
    /// Whether a command runs without items if there are none at all.
    pub once_if_empty: bool,
}

/// The items of one command after the other, as jobs.
pub struct Batches<R> {
    items: Items<R>,
    bounds: Bounds,
    /// An item that did not fit any more.
    refused: Values,
    /// What the input breaks off with, to be told after the items before it.
    broken: Option<Error>,
    ended: bool,
    seq: Seq,
}

impl<R: Read> Batches<R> {
    /// Those of `items`.
    pub fn new(items: Items<R>, bounds: Bounds) -> Self {
        Self { items, bounds, refused: Values::new(), broken: None, ended: false, seq: Seq(1) }
    }

    fn size(&self, length: usize) -> usize {
        length.saturating_mul(self.bounds.price.times) + self.bounds.price.more
    }

    /// Reads the items of one command.
    fn fill(&mut self) -> Values {
        let mut values = std::mem::take(&mut self.refused);
        let mut taken = values.get(0).map_or(0, |item| self.size(item.len()));
        let mut lines = 0;
        while !self.is_full(values.len(), lines) {
            let before = values.total_size();
            let end = match values.push_with(|bytes| self.items.next_into(bytes)) {
                Ok(Some(end)) => end,
                Ok(None) => {
                    values.truncate(values.len() - 1);
                    self.ended = true;
                    break;
                }
                Err(error) => {
                    // What was read of the item is of no use.
                    values.truncate(values.len() - 1);
                    self.broken = Some(error);
                    break;
                }
            };
            lines += usize::from(end == End::Line);
            let length = values.total_size() - before;
            let size = self.size(length);
            if taken.saturating_add(size) > self.bounds.room {
                let last = values.len() - 1;
                if self.bounds.strict && self.bounds.most != Most::AsFit && last > 0 {
                    let text = "argument list too long: not as many items fit on a command line as -n or -L says";
                    self.broken = Some(Error::Usage(format!("{text}; give a larger -s")));
                } else if size > self.bounds.room {
                    self.broken = Some(too_long(length, ""));
                } else {
                    self.refused = values.slice(last, last + 1);
                }
                values.truncate(last);
                break;
            }
            taken += size;
        }
        if self.bounds.strict && self.broken.is_some() { Values::new() } else { values }
    }

    fn is_full(&self, items: usize, lines: usize) -> bool {
        match self.bounds.most {
            Most::AsFit => false,
            Most::Items(most) => items >= most,
            Most::Lines(most) => lines >= most,
        }
    }
}

impl<R: Read> Iterator for Batches<R> {
    type Item = Result<Job, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let seq = self.seq;
        let is_first = seq == Seq(1) && !self.ended;
        let values = if self.ended || self.broken.is_some() { Values::new() } else { self.fill() };
        let runs_empty = self.bounds.once_if_empty && is_first && self.broken.is_none();
        if values.is_empty() && !runs_empty {
            self.ended = true;
            return self.broken.take().map(Err);
        }
        self.seq.0 += 1;
        Some(Ok(Job::new(seq, values)))
    }
}

#[cfg(test)]
mod tests;
