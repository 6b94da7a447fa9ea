//! What is remembered of the run: who tells of it later is told, and jobs are counted.
//!
//! The reports themselves are made elsewhere; the job log, which follows the output, is not among them.

use std::time::Duration;

use super::{Halted, Settled, Started};
use crate::job::{Seq, Stream, Tally};
use crate::report::Reporter;

/// The story of a run so far.
#[derive(Debug, Default)]
pub(super) struct Chronicle {
    pub(super) reporter: Option<Reporter>,
    pub(super) tally: Tally,
}

impl Chronicle {
    /// Whether somebody is told what happens.
    pub(super) fn is_told(&self) -> bool {
        self.reporter.is_some()
    }

    /// Whether somebody wants to see what jobs write.
    pub(super) fn quotes_output(&self) -> bool {
        self.reporter.as_ref().is_some_and(Reporter::quotes_output)
    }

    /// The process of a job runs.
    pub(super) fn started(&self, Started { seq, slot, attempt, pid, line }: &Started) {
        if let Some(reporter) = &self.reporter {
            reporter.started(*seq, *attempt, *slot, *pid, line);
        }
    }

    /// A running job wrote this, which is now passed on.
    pub(super) fn output(&self, seq: Seq, stream: Stream, bytes: &[u8]) {
        if let Some(reporter) = &self.reporter {
            reporter.output(seq, stream, bytes);
        }
    }

    /// An attempt has ended, and there will be another after this long. What it wrote is not printed, but quoted.
    pub(super) fn retried(&self, settled: &Settled, delay: Duration) {
        let Some(reporter) = &self.reporter else { return };
        reporter.retried(&settled.attempt(), delay);
        for stream in Stream::BOTH.into_iter().filter(|_| reporter.quotes_output()) {
            let mut buffer = Vec::new();
            while settled.capture.take(stream, false, &mut buffer).is_ok() && !buffer.is_empty() {
                reporter.output(settled.job.seq, stream, &buffer);
            }
        }
        reporter.output_ended(settled.job.seq, &settled.outcome, true);
    }

    /// A job has ended; its output may be passed on later.
    pub(super) fn ended(&self, settled: &Settled) {
        if let Some(reporter) = &self.reporter {
            reporter.ended(&settled.attempt());
        }
    }

    /// All output of a job that has ended has been passed on.
    pub(super) fn finished(&mut self, settled: &Settled) {
        if let Some(reporter) = &self.reporter {
            reporter.output_ended(settled.job.seq, &settled.outcome, false);
        }
        self.tally.count(settled.outcome.exit);
    }

    /// No more jobs are started; to be told after all that happened before.
    pub(super) fn halted(&self, halts: impl Iterator<Item = Halted>) {
        for Halted { cause, signal, ends_running } in halts {
            if let Some(reporter) = &self.reporter {
                reporter.halted(cause, signal, ends_running);
            }
        }
    }
}
