//! The reader: sends the jobs that are to be run, and passes over those that were done before.
//!
//! Nobody waits for its thread, which may be waiting for input that never comes.

use std::sync::{Arc, OnceLock};

use crossbeam_channel::Sender;

use crate::error::Error;
use crate::job::{Job, Seq};
use crate::output::Passed;
use crate::progress::Read;

/// Whether a job was done before, told the number of all jobs if that is known.
pub type IsDone = Box<dyn FnMut(&Job, Option<u64>) -> bool + Send>;

/// Jobs that are not run because they were in an earlier run.
pub struct Done {
    /// Asked once for each job, in order.
    pub is_done: IsDone,
    /// Where the numbers are noted that no job of the run has.
    pub passed: Arc<Passed>,
}

/// Who is told of each job that is to be run, before it can start.
pub type OnQueued = Box<dyn FnMut(&Job) + Send>;

/// What a reader does with the jobs that it reads.
pub(super) struct Reader {
    /// Where it notes how many there are.
    pub(super) read: Arc<Read>,
    /// Where it notes how many there are in all, if that has to be known before the first is sent.
    pub(super) total: Option<Arc<OnceLock<u64>>>,
    pub(super) done: Option<Done>,
    pub(super) on_queued: Option<OnQueued>,
}

impl Reader {
    /// Sends the jobs that are to be run; returns how many there were.
    pub(super) fn run(
        mut self,
        jobs: impl Iterator<Item = Result<Job, Error>>,
        sender: &Sender<Result<Job, Error>>,
    ) -> u64 {
        let count = match self.total.take() {
            None => self.send(jobs, None, sender),
            Some(total) => {
                let jobs: Vec<_> = jobs.collect();
                let _ = total.set(jobs.iter().filter(|job| job.is_ok()).count() as u64);
                self.send(jobs.into_iter(), total.get().copied(), sender)
            }
        };
        self.read.end();
        count
    }

    fn send(
        &mut self,
        jobs: impl Iterator<Item = Result<Job, Error>>,
        total: Option<u64>,
        sender: &Sender<Result<Job, Error>>,
    ) -> u64 {
        let (mut count, mut next) = (0, Seq(1));
        for job in jobs {
            if let Ok(job) = &job {
                if let Some(done) = &mut self.done {
                    if (done.is_done)(job, total) {
                        continue;
                    }
                    done.passed.note(next, job.seq);
                    next = Seq(job.seq.0 + 1);
                }
                if let Some(on_queued) = &mut self.on_queued {
                    on_queued(job);
                }
                count += 1;
                self.read.job();
            }
            // An error ends the input; so does the end of the run.
            let failed = job.is_err();
            if sender.send(job).is_err() || failed {
                break;
            }
        }
        count
    }
}
