//! Output that waits for the next drawing, so that it and the display change in one step.

use crate::job::Stream;

/// As much as waits, in bytes; more goes out at once.
const MOST: usize = 1 << 18;

/// Output that waits.
#[derive(Debug, Default)]
pub(super) struct Held {
    output: Vec<(Stream, Vec<u8>)>,
    size: usize,
    /// Output was written that shows a moment later; nothing is drawn or written until then.
    pub(super) settling: bool,
}

impl Held {
    /// Whether there is any.
    pub(super) fn is_some(&self) -> bool {
        !self.output.is_empty()
    }

    /// Whether there is so much of it that it should be written now.
    pub(super) fn is_full(&self) -> bool {
        self.size >= MOST
    }

    pub(super) fn push(&mut self, stream: Stream, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.output.push((stream, bytes.to_vec()));
            self.size += bytes.len();
        }
    }

    /// Takes all; `is_late` tells which streams show a moment later.
    pub(super) fn take(&mut self, is_late: impl Fn(Stream) -> bool) -> Vec<(Stream, Vec<u8>)> {
        self.settling |= self.output.iter().any(|(stream, _)| is_late(*stream));
        self.size = 0;
        std::mem::take(&mut self.output)
    }
}
