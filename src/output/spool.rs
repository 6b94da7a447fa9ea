//! Where the output of a job waits: in memory while it is little, in a file without a name when it is more.
//!
//! All spools of a run share one store, so that a thousand slots hold no more memory than two. When the disk is full
//! too, a spool says so, and whoever fills it waits.

use std::io;
use std::sync::Arc;

use super::spill::{Refused, Spill};
use super::store::Store;

/// There is room neither in memory nor on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Full;

/// A queue of bytes.
///
/// What has not been taken is in `spill` first and then in `memory`; only a store that compresses gathers more in
/// memory while there is something on the disk. Offsets are counted from the first byte ever pushed.
#[derive(Debug)]
pub(super) struct Spool {
    store: Arc<Store>,
    memory: Vec<u8>,
    /// Bytes of `memory` that the store has granted.
    granted: usize,
    spill: Option<Spill>,
    taken: u64,
    pushed: u64,
    /// Where the last whole line ends. A carriage return ends one too, so that the progress display of a job shows as
    /// it comes and never piles up.
    lines_end: u64,
    /// The last byte is a carriage return, which may be half of a line end.
    ends_with_return: bool,
}

impl Spool {
    pub(super) fn new(store: Arc<Store>) -> Self {
        Self {
            store,
            memory: Vec::new(),
            granted: 0,
            spill: None,
            taken: 0,
            pushed: 0,
            lines_end: 0,
            ends_with_return: false,
        }
    }

    /// Bytes pushed so far, taken or not.
    pub(super) fn pushed(&self) -> u64 {
        self.pushed
    }

    /// Bytes that wait.
    pub(super) fn waiting(&self) -> u64 {
        self.pushed - self.taken
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.taken == self.pushed
    }

    /// Whether a push of this many bytes would go to the disk.
    pub(super) fn would_spill(&self, bytes: usize) -> bool {
        let appends = self.spill.is_some() && self.store.packing().is_none();
        appends || self.memory.len() + bytes > Store::share()
    }

    /// Appends all of `bytes`, or nothing.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), Full> {
        if !self.would_spill(bytes.len()) && self.store.take_memory(bytes.len()) {
            self.memory.extend_from_slice(bytes);
            self.granted += bytes.len();
        } else {
            self.spill(bytes)?;
        }
        self.count(bytes);
        Ok(())
    }

    /// Appends all of `bytes` to memory, whether there is room or not. For the one spool at a time that must go on,
    /// or nobody would ever make room.
    pub(super) fn force(&mut self, bytes: &[u8]) {
        self.memory.extend_from_slice(bytes);
        self.count(bytes);
    }

    /// So many bytes were taken before they came here. Nothing waits.
    pub(super) fn pass(&mut self, bytes: u64) {
        self.pushed += bytes;
        self.taken += bytes;
    }

    fn count(&mut self, bytes: &[u8]) {
        self.find_line_end(bytes);
        self.pushed += bytes.len() as u64;
    }

    fn find_line_end(&mut self, bytes: &[u8]) {
        let Some((last, rest)) = bytes.split_last() else { return };
        if self.ends_with_return && bytes[0] != b'\n' {
            self.lines_end = self.pushed;
        }
        self.ends_with_return = *last == b'\r';
        let whole = if self.ends_with_return { rest } else { bytes };
        if let Some(end) = memchr::memrchr2(b'\n', b'\r', whole) {
            self.lines_end = self.pushed + end as u64 + 1;
        }
    }

    fn spill(&mut self, bytes: &[u8]) -> Result<(), Full> {
        let spill = match &mut self.spill {
            Some(spill) => spill,
            None => match Spill::new(Arc::clone(&self.store)) {
                Ok(spill) => self.spill.insert(spill),
                Err(error) => {
                    self.store.complain(&error);
                    return Err(Full);
                }
            },
        };
        let refused = spill.append([&self.memory, bytes]);
        if spill.is_empty() {
            self.spill = None;
        }
        match refused {
            Ok(()) => {
                self.forget_memory();
                Ok(())
            }
            Err(Refused::Limit) => Err(Full),
            Err(Refused::Failed(error)) => {
                self.store.complain(&error);
                Err(Full)
            }
        }
    }

    fn forget_memory(&mut self) {
        self.give_back(usize::MAX);
        self.memory = Vec::new();
    }

    /// At most so many bytes of memory are not needed any more.
    fn give_back(&mut self, bytes: usize) {
        let bytes = bytes.min(self.granted);
        self.granted -= bytes;
        self.store.return_memory(bytes);
    }

    /// Takes bytes from the front into `buffer`, whose memory is used again: some, or none if there are none; only
    /// whole lines if `whole_lines`.
    pub(super) fn take(&mut self, whole_lines: bool, buffer: &mut Vec<u8>) -> io::Result<()> {
        buffer.clear();
        let end = if whole_lines { self.lines_end } else { self.pushed };
        let wanted = usize::try_from(end.saturating_sub(self.taken)).unwrap_or(usize::MAX);
        if wanted == 0 {
            return Ok(());
        }
        if let Some(spill) = &mut self.spill {
            spill.read(wanted, buffer)?;
            if spill.is_empty() {
                self.spill = None;
            }
        } else if wanted == self.memory.len() {
            self.give_back(wanted);
            std::mem::swap(&mut self.memory, buffer);
        } else {
            self.give_back(wanted);
            buffer.extend(self.memory.drain(..wanted));
        }
        self.taken += buffer.len() as u64;
        Ok(())
    }

    /// The last bytes, at most so many, of those that have not been taken; what is compressed is not looked at.
    pub(super) fn end(&self, most: usize) -> Vec<u8> {
        match &self.spill {
            Some(spill) if self.memory.is_empty() => spill.end(most),
            _ => self.memory[self.memory.len().saturating_sub(most)..].to_vec(),
        }
    }

    /// Gives memory back that is not in use. A spool that is filled and emptied all the time does better to keep it.
    pub(super) fn shrink(&mut self) {
        if self.memory.is_empty() {
            self.memory = Vec::new();
        }
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        self.forget_memory();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::output::packing::Packing;
    use crate::output::store::Room;

    fn spool(memory: usize) -> Spool {
        Spool::new(Store::plain(memory, std::env::temp_dir()))
    }

    fn take(spool: &mut Spool, lines: bool) -> Vec<u8> {
        let mut buffer = b"old".to_vec();
        spool.take(lines, &mut buffer).expect("bytes");
        buffer
    }

    proptest! {
        /// Whatever is pushed comes out once and in order, through memory, file and back, and all room is given back.
        #[test]
        fn bytes_in_are_bytes_out(
            pushes in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..50), 0..40),
            takes in proptest::collection::vec(any::<(bool, bool)>(), 40),
            memory in 0_usize..200,
            disk in proptest::option::of(4200_u64..6000),
            packing in proptest::option::of(Just(Packing::Lz4)),
        ) {
            let room = Room { memory, disk, directory: std::env::temp_dir(), packing };
            let store = Store::new(room);
            let left = store.left();
            let mut spool = Spool::new(Arc::clone(&store));
            let mut out = Vec::new();
            for (push, (goes, lines)) in pushes.iter().zip(&takes) {
                if spool.push(push) == Err(Full) {
                    // Somebody makes room, as the collector does.
                    while !spool.is_empty() {
                        out.extend(take(&mut spool, false));
                    }
                    spool.push(push).expect("room");
                }
                if *goes {
                    // A file is read in pieces, which may end anywhere; all of them together are whole lines.
                    let mut taken = take(&mut spool, *lines);
                    loop {
                        let piece = take(&mut spool, *lines);
                        if piece.is_empty() {
                            break;
                        }
                        taken.extend(piece);
                    }
                    let is_whole = taken.is_empty() || taken.ends_with(b"\n") || taken.ends_with(b"\r");
                    prop_assert!(!lines || is_whole);
                    out.extend(taken);
                }
            }
            while !spool.is_empty() {
                out.extend(take(&mut spool, false));
            }
            prop_assert_eq!(out, pushes.concat());
            prop_assert_eq!(take(&mut spool, false), b"");
            drop(spool);
            prop_assert_eq!(store.left(), left);
        }
    }

    #[test]
    fn a_full_disk_is_reported_and_nothing_of_the_push_is_kept() {
        let mut spool = Spool::new(Store::plain(4, "/no/such/directory".into()));
        assert_eq!(spool.push(b"abcd"), Ok(()));
        assert_eq!(spool.push(b"e"), Err(Full));
        assert!(spool.store.complaint().is_some_and(|text| text.contains("/no/such/directory")));
        assert_eq!(spool.push(b"e"), Err(Full));
        assert_eq!(spool.store.complaint(), None, "it is said once");
        assert_eq!(take(&mut spool, false), b"abcd");
        assert_eq!(spool.push(b"e"), Ok(()));
    }

    #[test]
    fn a_limit_of_the_disk_is_kept_and_no_reason_to_complain() {
        let room = Room { memory: 4, disk: Some(10), directory: std::env::temp_dir(), packing: None };
        let mut spool = Spool::new(Store::new(room));
        assert_eq!(spool.push(b"0123456789"), Ok(()));
        assert_eq!(spool.push(b"x"), Err(Full));
        assert_eq!(spool.store.complaint(), None);
        assert_eq!(take(&mut spool, false), b"0123456789");
        assert_eq!(spool.push(b"0123456789"), Ok(()));
    }

    #[test]
    fn a_carriage_return_ends_a_line_but_is_not_parted_from_its_newline() {
        let mut spool = spool(1000);
        for (push, whole) in [("50%\r", ""), ("60%\r", "50%\r"), ("\nab", "60%\r\n"), ("\rc", "ab\r"), ("\n", "c\n")] {
            spool.push(push.as_bytes()).expect("room");
            assert_eq!(take(&mut spool, true), whole.as_bytes(), "after {push:?}");
        }
    }
}
