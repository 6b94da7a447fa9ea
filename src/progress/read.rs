//! How much input there is, as far as it has been read.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How much input there is, as far as it has been read; shared with the reader.
#[derive(Debug, Default)]
pub struct Read {
    jobs: AtomicU64,
    ended: AtomicBool,
    /// How many there will be, if the user has said so (`--total-jobs`).
    expected: Option<u64>,
}

impl Read {
    /// Nothing read yet, of so many as the user has said.
    pub fn expecting(jobs: Option<u64>) -> Self {
        Self { expected: jobs, ..Self::default() }
    }

    /// Another job was read.
    pub fn job(&self) {
        self.jobs.fetch_add(1, Ordering::Relaxed);
    }

    /// There are no more.
    pub fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    /// The jobs read so far, or those that were expected, and whether these are all.
    pub(super) fn so_far(&self) -> (u64, bool) {
        let ended = self.ended.load(Ordering::Relaxed);
        let jobs = self.jobs.load(Ordering::Relaxed);
        match self.expected {
            Some(expected) if !ended => (jobs.max(expected), true),
            _ => (jobs, ended),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expected_total_counts_until_the_real_one_is_known() {
        let read = Read::expecting(Some(2));
        read.job();
        assert_eq!(read.so_far(), (2, true));
        (0..2).for_each(|_| read.job());
        assert_eq!(read.so_far(), (3, true));
        let read = Read::expecting(Some(9));
        read.job();
        read.end();
        assert_eq!(read.so_far(), (1, true));
        assert_eq!(Read::default().so_far(), (0, false));
    }
}
