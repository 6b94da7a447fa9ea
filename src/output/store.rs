//! The memory and the disk that the spools of a run share.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::flow::Flow;
use super::packing::Packing;

/// As much as one spool keeps in memory, where there is as much.
const SHARE: usize = 1 << 20;

/// The memory and the directory that the spools of a run share.
#[derive(Debug)]
pub struct Store {
    /// Bytes of memory that are left.
    memory: AtomicUsize,
    /// Bytes of the disk that are left.
    disk: AtomicU64,
    directory: PathBuf,
    packing: Option<Packing>,
    /// What the user has to be told of the disk, and has not been told yet.
    complaint: Mutex<Option<String>>,
    has_complained: AtomicBool,
    flow: Flow,
}

/// How much may wait, and where.
#[derive(Debug)]
pub struct Room {
    /// Bytes of memory.
    pub memory: usize,
    /// Bytes on the disk; `None` for as many as there are.
    pub disk: Option<u64>,
    /// Where files are made.
    pub directory: PathBuf,
    /// How they are compressed, if they are.
    pub packing: Option<Packing>,
}

impl Store {
    /// A store with this much room.
    pub fn new(room: Room) -> Arc<Self> {
        Arc::new(Self {
            memory: AtomicUsize::new(room.memory),
            disk: AtomicU64::new(room.disk.unwrap_or(u64::MAX)),
            directory: room.directory,
            packing: room.packing,
            complaint: Mutex::default(),
            has_complained: AtomicBool::new(false),
            flow: Flow::default(),
        })
    }

    /// A store with this many bytes of memory, as many on the disk as there are, and files in `directory`.
    pub fn plain(memory: usize, directory: PathBuf) -> Arc<Self> {
        Self::new(Room { memory, disk: None, directory, packing: None })
    }

    pub(super) fn share() -> usize {
        SHARE
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(super) fn packing(&self) -> Option<&Packing> {
        self.packing.as_ref()
    }

    pub(super) fn take_memory(&self, bytes: usize) -> bool {
        let left = |left: usize| left.checked_sub(bytes);
        self.memory.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left).is_ok()
    }

    pub(super) fn return_memory(&self, bytes: usize) {
        self.memory.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn take_disk(&self, bytes: u64) -> bool {
        let left = |left: u64| left.checked_sub(bytes);
        self.disk.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left).is_ok()
    }

    pub(super) fn return_disk(&self, bytes: u64) {
        self.disk.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Notes that the disk takes no more, for the user to be told once.
    pub(super) fn complain(&self, error: &io::Error) {
        if !self.has_complained.swap(true, Ordering::Relaxed) {
            // The system has a number for what it refuses; a program that compresses has none.
            let advice = match error.raw_os_error() {
                Some(_) => "make room there, or name another directory with --tmpdir",
                None => "see --compress-program",
            };
            let directory = self.directory.display();
            let text = format!(
                "output that waits cannot be kept in {directory}: {error}; jobs now wait until theirs is printed ({advice})"
            );
            *self.complaint.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
        }
    }

    /// What the user is to be told, once.
    pub(super) fn complaint(&self) -> Option<String> {
        if !self.has_complained.load(Ordering::Relaxed) {
            return None;
        }
        self.complaint.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// What jobs print while they run.
    pub(super) fn flow(&self) -> &Flow {
        &self.flow
    }

    #[cfg(test)]
    pub(super) fn left(&self) -> (usize, u64) {
        (self.memory.load(Ordering::Relaxed), self.disk.load(Ordering::Relaxed))
    }
}
