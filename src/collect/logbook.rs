//! The job log and the jobs that are to enter it.
//!
//! A job whose output has been handed to the writer waits here until that has been written, which the printer knows:
//! what the log says is done can be seen.

use super::Settled;
use crate::error::Error;
use crate::joblog::{JobLog, Record};

/// A job log that is behind the writer.
#[derive(Debug)]
pub(super) struct Logbook {
    log: Option<JobLog>,
    /// Jobs whose output may not have been written yet, with how much they wrote to stdout.
    unlogged: Vec<(Settled, u64)>,
}

impl Logbook {
    /// For a run that keeps this log, or none.
    pub(super) fn new(log: Option<JobLog>) -> Self {
        Self { log, unlogged: Vec::new() }
    }

    /// Whether there is a log.
    pub(super) fn is_kept(&self) -> bool {
        self.log.is_some()
    }

    /// All output of this job has been handed to the writer.
    pub(super) fn add(&mut self, settled: Settled, received: u64) {
        if self.is_kept() {
            self.unlogged.push((settled, received));
        }
    }

    /// The output of the jobs that were added will never be written.
    pub(super) fn forget(&mut self) {
        self.unlogged.clear();
    }

    /// Logs the jobs that were added, since all of their output has been written.
    pub(super) fn log(&mut self) -> Result<(), Error> {
        let unlogged = std::mem::take(&mut self.unlogged);
        let Some(log) = self.log.as_mut().filter(|_| !unlogged.is_empty()) else { return Ok(()) };
        let mut result = Ok(());
        for (Settled { job, outcome, line, .. }, received) in &unlogged {
            // Where one could not be written, another may find room.
            let written = log.record(Record { seq: job.seq, outcome, received: *received, line });
            result = result.and(written);
        }
        result.and_then(|()| log.check())
    }

    /// Nothing will be logged any more.
    pub(super) fn finish(&mut self) {
        if let Some(log) = &mut self.log {
            log.finish();
        }
    }
}
