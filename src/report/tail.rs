//! The last of what a job wrote, for reports that quote it.

use std::collections::{HashMap, VecDeque};

use crate::job::Stream;

/// The bytes of a stream that are kept.
pub(super) const KEPT: usize = 8 << 10;

/// The bytes that are kept of all jobs that have ended.
const ALL: usize = 32 << 20;

/// The end of a stream.
#[derive(Debug, Default)]
pub(super) struct Tail {
    bytes: VecDeque<u8>,
    /// Bytes before those.
    dropped: u64,
}

impl Tail {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let from = bytes.len().saturating_sub(KEPT);
        let surplus = (self.bytes.len() + bytes.len() - from).saturating_sub(KEPT);
        self.bytes.drain(..surplus);
        self.bytes.extend(&bytes[from..]);
        self.dropped += (from + surplus) as u64;
    }

    /// The bytes, after a line that says how many are not there.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        let mut text = match self.dropped {
            0 => Vec::new(),
            dropped => format!("[{dropped} bytes are left out here]\n").into_bytes(),
        };
        text.extend(self.bytes);
        text
    }
}

/// The ends of both streams of an attempt.
pub(super) type Ends = [Tail; 2];

/// The ends of the streams of all attempts that are quoted.
#[derive(Debug, Default)]
pub(super) struct Tails {
    running: HashMap<u64, Ends>,
    ended: HashMap<u64, VecDeque<Ends>>,
    /// The bytes of those.
    size: usize,
}

impl Tails {
    pub(super) fn push(&mut self, seq: u64, stream: Stream, bytes: &[u8]) {
        self.running.entry(seq).or_default()[stream as usize].push(bytes);
    }

    /// The output of an attempt is complete.
    pub(super) fn end(&mut self, seq: u64, is_quoted: bool) {
        let mut ends = self.running.remove(&seq).unwrap_or_default();
        if !is_quoted {
            return;
        }
        let size = ends.iter().map(|tail| tail.bytes.len()).sum::<usize>();
        if self.size + size > ALL {
            for tail in &mut ends {
                tail.dropped += tail.bytes.len() as u64;
                tail.bytes = VecDeque::new();
            }
        } else {
            self.size += size;
            for tail in &mut ends {
                tail.bytes.shrink_to_fit();
            }
        }
        self.ended.entry(seq).or_default().push_back(ends);
    }

    /// Those of the next attempt at this job that is quoted.
    pub(super) fn next(&mut self, seq: u64) -> Option<Ends> {
        self.ended.get_mut(&seq)?.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_kept_however_it_comes() {
        let all: Vec<u8> = (0..=250).cycle().take(3 * KEPT + 5).collect();
        for size in [1, 7, KEPT, KEPT + 1, all.len()] {
            let mut tail = Tail::default();
            all.chunks(size).for_each(|chunk| tail.push(chunk));
            let head = format!("[{} bytes are left out here]\n", all.len() - KEPT).into_bytes();
            assert_eq!(tail.into_bytes(), [&head, &all[all.len() - KEPT..]].concat(), "by {size}");
        }
        let mut tail = Tail::default();
        tail.push(b"short");
        assert_eq!(tail.into_bytes(), b"short");
    }
}
