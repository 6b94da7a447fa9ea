//! Where the output of a job waits: in memory while it is little, in a file without a name when it is more.
//!
//! All spools of a run share one budget of memory, so that a thousand slots hold no more than two. When the disk is
//! full too, a spool says so, and whoever fills it waits.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// As much as one spool keeps in memory.
const MOST_IN_MEMORY: usize = 1 << 20;
/// As much as is taken from a file at a time.
const CHUNK: usize = 1 << 18;

/// The memory and the directory that the spools of a run share.
#[derive(Debug)]
pub struct Store {
    /// Bytes of memory that are left.
    memory: AtomicUsize,
    directory: PathBuf,
}

impl Store {
    /// A store with this many bytes of memory, and files in `directory`.
    pub fn new(memory: usize, directory: PathBuf) -> Arc<Self> {
        Arc::new(Self { memory: AtomicUsize::new(memory), directory })
    }

    fn take(&self, bytes: usize) -> bool {
        let left = |left: usize| left.checked_sub(bytes);
        self.memory.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left).is_ok()
    }

    fn give_back(&self, bytes: usize) {
        self.memory.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// There is room neither in memory nor on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Full;

/// A queue of bytes.
///
/// What has not been taken is in `memory` or, from the first byte that did not fit, in `file`; never in both. Offsets
/// are counted from the first byte ever pushed.
#[derive(Debug)]
pub(super) struct Spool {
    store: Arc<Store>,
    memory: Vec<u8>,
    file: Option<Spilled>,
    taken: u64,
    pushed: u64,
    /// Where the last whole line ends.
    lines_end: u64,
}

#[derive(Debug)]
struct Spilled {
    file: File,
    /// The offset of its first byte.
    start: u64,
}

impl Spool {
    pub(super) fn new(store: Arc<Store>) -> Self {
        Self { store, memory: Vec::new(), file: None, taken: 0, pushed: 0, lines_end: 0 }
    }

    /// Bytes pushed so far, taken or not.
    pub(super) fn pushed(&self) -> u64 {
        self.pushed
    }

    /// Whether a push of this many bytes would go to the disk.
    pub(super) fn would_spill(&self, bytes: usize) -> bool {
        self.file.is_some() || self.memory.len() + bytes > MOST_IN_MEMORY
    }

    /// Appends all of `bytes`, or nothing.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), Full> {
        if !self.would_spill(bytes.len()) && self.store.take(bytes.len()) {
            self.memory.extend_from_slice(bytes);
        } else {
            self.spill(bytes).map_err(|_| Full)?;
        }
        if let Some(newline) = memchr::memrchr(b'\n', bytes) {
            self.lines_end = self.pushed + newline as u64 + 1;
        }
        self.pushed += bytes.len() as u64;
        Ok(())
    }

    /// The last bytes, at most so many, of those that have not been taken.
    pub(super) fn end(&self, most: usize) -> Vec<u8> {
        let Some(Spilled { file, start }) = &self.file else {
            return self.memory[self.memory.len().saturating_sub(most)..].to_vec();
        };
        let from = self.taken.max(self.pushed.saturating_sub(most as u64));
        let mut bytes = vec![0; usize::try_from(self.pushed - from).unwrap_or(0)];
        // What cannot be read is told when it is to be printed.
        if file.read_exact_at(&mut bytes, from - start).is_err() {
            bytes.clear();
        }
        bytes
    }

    fn spill(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(Spilled { file, start }) = &self.file {
            return file.write_all_at(bytes, self.pushed - start);
        }
        let file = tempfile::tempfile_in(&self.store.directory)?;
        file.write_all_at(&self.memory, 0)?;
        file.write_all_at(bytes, self.memory.len() as u64)?;
        self.forget_memory();
        self.file = Some(Spilled { file, start: self.taken });
        Ok(())
    }

    fn forget_memory(&mut self) -> Vec<u8> {
        self.store.give_back(self.memory.len());
        std::mem::take(&mut self.memory)
    }

    /// Takes bytes from the front: some, or none if there are none, only whole lines if `whole_lines`.
    pub(super) fn take(&mut self, whole_lines: bool) -> io::Result<Vec<u8>> {
        let end = if whole_lines { self.lines_end } else { self.pushed };
        let wanted = usize::try_from(end.saturating_sub(self.taken)).unwrap_or(usize::MAX);
        if wanted == 0 {
            return Ok(Vec::new());
        }
        let bytes = match &self.file {
            Some(Spilled { file, start }) => {
                let mut bytes = vec![0; wanted.min(CHUNK)];
                file.read_exact_at(&mut bytes, self.taken - start)?;
                bytes
            }
            None if wanted == self.memory.len() => self.forget_memory(),
            None => {
                self.store.give_back(wanted);
                self.memory.drain(..wanted).collect()
            }
        };
        self.taken += bytes.len() as u64;
        if self.taken == self.pushed {
            self.file = None;
        }
        Ok(bytes)
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

    fn spool(memory: usize) -> Spool {
        Spool::new(Store::new(memory, std::env::temp_dir()))
    }

    proptest! {
        /// Whatever is pushed comes out once and in order, through memory, file and back.
        #[test]
        fn bytes_in_are_bytes_out(
            pushes in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..50), 0..40),
            takes in proptest::collection::vec(any::<(bool, bool)>(), 40),
            memory in 0_usize..200,
        ) {
            let mut spool = spool(memory);
            let mut out = Vec::new();
            for (push, (take, lines)) in pushes.iter().zip(&takes) {
                spool.push(push).expect("room");
                if *take {
                    let taken = spool.take(*lines).expect("bytes");
                    prop_assert!(!lines || taken.is_empty() || taken.ends_with(b"\n"));
                    out.extend(taken);
                }
            }
            loop {
                let rest = spool.take(false).expect("bytes");
                if rest.is_empty() {
                    break;
                }
                out.extend(rest);
            }
            prop_assert_eq!(out, pushes.concat());
            prop_assert_eq!(spool.store.memory.load(Ordering::Relaxed), memory);
        }
    }

    #[test]
    fn a_full_disk_is_reported_and_nothing_of_the_push_is_kept() {
        let mut spool = Spool::new(Store::new(4, "/no/such/directory".into()));
        assert_eq!(spool.push(b"abcd"), Ok(()));
        assert_eq!(spool.push(b"e"), Err(Full));
        assert_eq!(spool.take(false).expect("bytes"), b"abcd");
        assert_eq!(spool.push(b"e"), Ok(()));
    }
}
