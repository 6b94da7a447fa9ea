//! The job log: one line for each job that has ended, in GNU parallel's format.
//!
//! Tab-separated, with a header: `Seq Host Starttime JobRuntime Send Receive Exitval Signal Command`. Times are in
//! seconds with a point, whatever the locale. A newline in a command is written as NUL, so that a record is a line.

mod options;

pub use options::JobLogOptions;

use std::ffi::OsStr;
use std::fs::File;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

use crate::error::Error;
use crate::job::{Outcome, Seq};

const HEADER: &[u8] = b"Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n";

/// An open job log.
#[derive(Debug)]
pub struct JobLog {
    file: File,
    path: PathBuf,
}

/// What the log says of a job, beside its outcome.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Its number.
    pub seq: Seq,
    /// How it ended.
    pub outcome: &'a Outcome,
    /// Bytes of its stdout.
    pub received: u64,
    /// Its command line.
    pub line: &'a [u8],
}

impl JobLog {
    /// Opens `name` anew, or `+NAME` to append without a header.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn open(name: &OsStr) -> Result<Self, Error> {
        let (append, path) = match name.as_bytes().strip_prefix(b"+") {
            Some(name) => (true, PathBuf::from(OsStr::from_bytes(name))),
            None => (false, PathBuf::from(name)),
        };
        let mut options = File::options();
        options.create(true).append(append).write(true).truncate(!append);
        let file = options.open(&path).map_err(|cause| failed(&path, cause))?;
        let mut log = Self { file, path };
        if !append {
            log.write(HEADER)?;
        } else if log.is_torn() {
            log.write(b"\n")?;
        }
        Ok(log)
    }

    /// Whether the last line has no end, which would swallow the next record. What is no regular file has no lines.
    fn is_torn(&self) -> bool {
        let mut last = [b'\n'];
        let size = self.file.metadata().map_or(0, |about| about.len());
        let read = size.checked_sub(1).map(|at| File::open(&self.path)?.read_exact_at(&mut last, at));
        matches!(read, Some(Ok(()))) && last != *b"\n"
    }

    /// Writes the record of a job, in one piece.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn record(&mut self, record: Record<'_>) -> Result<(), Error> {
        let Record { seq, outcome, received, line } = record;
        let started = outcome.started.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        let (runtime, sent) = (outcome.runtime.as_secs_f64(), outcome.sent);
        let (exit, signal) = outcome.exit.log_columns();
        let mut text =
            format!("{seq}\t:\t{started:.3}\t{runtime:10.3}\t{sent}\t{received}\t{exit}\t{signal}\t").into_bytes();
        text.extend(line.iter().map(|&byte| if byte == b'\n' { 0 } else { byte }));
        text.push(b'\n');
        self.write(&text)
    }

    fn write(&mut self, text: &[u8]) -> Result<(), Error> {
        self.file.write_all(text).map_err(|cause| failed(&self.path, cause))
    }
}

fn failed(path: &std::path::Path, cause: std::io::Error) -> Error {
    Error::Record { what: format!("the job log {}", path.display()), cause }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::time::Duration;

    use super::*;
    use crate::job::{Exit, Slot, Usage};

    #[test]
    fn a_torn_line_is_ended_before_the_next_record() {
        let directory = tempfile::tempdir().expect("directory");
        let path = directory.path().join("log");
        let appended = OsString::from(format!("+{}", path.display()));
        for (before, after) in [("torn", "torn\n"), ("whole\n", "whole\n"), ("", "")] {
            std::fs::write(&path, before).expect("text");
            JobLog::open(&appended).expect("log");
            assert_eq!(std::fs::read_to_string(&path).expect("text"), after);
        }
    }

    #[test]
    fn a_record_is_a_line_of_nine_columns() {
        let directory = tempfile::tempdir().expect("directory");
        let path = directory.path().join("log");
        let started = UNIX_EPOCH + Duration::from_millis(1_795_473_386_669);
        let outcome = Outcome {
            exit: Exit::Signal(15),
            started,
            runtime: Duration::from_millis(2),
            slot: Slot(1),
            pid: Some(1),
            attempt: 1,
            usage: Usage::default(),
            sent: 0,
            leaked: false,
        };
        let mut log = JobLog::open(path.as_os_str()).expect("log");
        log.record(Record { seq: Seq(7), outcome: &outcome, received: 3, line: b"a\nb\tc" }).expect("record");
        let text = std::fs::read(path).expect("text");
        let record = text.strip_prefix(HEADER).expect("header");
        assert_eq!(record, b"7\t:\t1795473386.669\t     0.002\t0\t3\t143\t15\ta\0b\tc\n");
    }
}
