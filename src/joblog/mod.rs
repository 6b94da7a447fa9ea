//! The job log: one line for each job that has ended, in GNU parallel's format, and what a resumed run reads from it.
//!
//! Tab-separated, with a header: `Seq Host Starttime JobRuntime Send Receive Exitval Signal Command`. Times are in
//! seconds with a point, whatever the locale. A newline in a command is written as NUL, so that a record is a line.
//!
//! A run has its log to itself: two that resume from one log would both run what is missing. What can go wrong with a
//! file in the middle of a line is put right when the log is opened, and, for a disk that is full, when that is
//! noticed. Which jobs a run leaves out because they are in its log is told by [`Logged`]; the command lines it
//! compares with are made elsewhere.

mod blank;
mod hold;
mod logged;
mod options;
mod record;
mod retry;
mod tidy;

pub use blank::{Blank, STANDINS};
pub use logged::{Counts, Logged, Sought};
pub use options::{JobLogOptions, ResumeBy};
pub use record::Record;
pub use retry::failed;

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::job::Seq;
use record::HEADER;

/// An open job log.
#[derive(Debug)]
pub struct JobLog {
    file: File,
    path: PathBuf,
    /// Where the last whole record ends, if that is known: in a file that nobody else writes to.
    end: Option<u64>,
    /// Whether the file had a name when it was opened.
    had_name: bool,
    /// Whether it is tidied in the end.
    tidies: bool,
    /// The numbers that jobs have in the log, where others had to be given to them.
    numbers: HashMap<Seq, Seq>,
}

/// What becomes of what the log holds already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// It is replaced.
    Replaced,
    /// It is kept, and a header is only written to a file that is new or empty.
    Resumed,
    /// It is kept, and no header is ever written (`+FILE`).
    Appended,
}

/// The name of the log without the `+`, and whether there was one.
pub fn name(option: &OsStr) -> (bool, PathBuf) {
    match option.as_bytes().strip_prefix(b"+") {
        Some(name) => (true, PathBuf::from(OsStr::from_bytes(name))),
        None => (false, PathBuf::from(option)),
    }
}

impl JobLog {
    /// Opens the log. If it is to be this run's `alone`, what is returned with it keeps it so while it
    /// is open, even if this process is killed. Nothing is changed before [`JobLog::begin`].
    ///
    /// # Errors
    /// When it cannot be written, or another run has it.
    pub fn open(path: PathBuf, alone: bool) -> Result<(Self, Option<OwnedFd>), Error> {
        // A file is read to be mended; a pipe that its writer can read as well would not wait for its reader.
        let is_file = std::fs::metadata(&path).map_or(true, |about| about.is_file());
        let failed = |cause| Error::Record { what: describe(&path), cause };
        let open = || File::options().append(true).create(true).read(is_file).open(&path).map_err(failed);
        let mut file = open()?;
        let mut hold = None;
        if alone && is_file {
            loop {
                hold = hold::hold(&file, &path)?;
                // It may have got a successor while it was waited for.
                if hold::is_current(&file, &path).map_err(failed)? {
                    break;
                }
                file = open()?;
            }
        }
        let about = file.metadata().map_err(failed)?;
        let end = (alone && about.is_file()).then_some(about.len());
        let had_name = about.is_file() && about.nlink() > 0;
        Ok((Self { file, path, end, had_name, tidies: false, numbers: HashMap::new() }, hold))
    }

    /// Makes it ready for records: empty, or what it holds mended.
    ///
    /// # Errors
    /// When it cannot be changed.
    pub fn begin(&mut self, before: Before) -> Result<(), Error> {
        self.prepare(before).map_err(|cause| self.failed(cause))
    }

    fn prepare(&mut self, before: Before) -> io::Result<()> {
        let size = self.file.metadata().ok().filter(std::fs::Metadata::is_file).map(|about| about.len());
        if let (Some(size), true) = (size, before != Before::Replaced) {
            let (end, torn) = self.last_line(size)?;
            if torn.is_empty() {
                self.end = self.end.map(|_| size);
            } else if HEADER.starts_with(&torn) && end == 0 {
                self.cut(0)?;
                self.append(HEADER)?;
            } else if record::is_torn(&torn) {
                self.cut(end)?;
            } else {
                self.append(b"\n")?;
            }
            if before == Before::Resumed && self.file.metadata()?.len() == 0 {
                self.append(HEADER)?;
            }
            return Ok(());
        }
        if size.is_some() {
            self.cut(0)?;
        }
        if before == Before::Appended { Ok(()) } else { self.append(HEADER) }
    }

    /// Where the last line that has an end ends, and what stands behind it.
    fn last_line(&self, size: u64) -> io::Result<(u64, Vec<u8>)> {
        let mut tail = Vec::new();
        let mut start = size;
        while start > 0 {
            let piece = start.min(1 << 16);
            start -= piece;
            let mut bytes = vec![0; usize::try_from(piece).unwrap_or_default()];
            self.file.read_exact_at(&mut bytes, start)?;
            if let Some(at) = memchr::memrchr(b'\n', &bytes) {
                tail.splice(0..0, bytes.drain(at + 1..));
                return Ok((start + at as u64 + 1, tail));
            }
            tail.splice(0..0, bytes);
        }
        Ok((0, tail))
    }

    fn cut(&mut self, end: u64) -> io::Result<()> {
        self.file.set_len(end)?;
        self.end = self.end.map(|_| end);
        Ok(())
    }

    /// Lets jobs have these numbers in the log instead of their own.
    pub fn renumber(&mut self, numbers: HashMap<Seq, Seq>) {
        self.numbers = numbers;
    }

    /// Has the log tidied in the end: jobs that earlier runs ended are run again.
    pub fn tidy_in_the_end(&mut self) {
        self.tidies = self.end.is_some();
    }

    /// No more records come.
    pub fn finish(&mut self) {
        if std::mem::take(&mut self.tidies) {
            // Where that is not possible, the log is longer, but as good.
            let _ = tidy::tidy(&self.file, &self.path);
        }
    }

    /// Writes the record of a job, in one piece.
    ///
    /// # Errors
    /// When it cannot be written. No part of it stays, so that the log is as good as before.
    pub fn record(&mut self, record: Record<'_>) -> Result<(), Error> {
        let seq = self.numbers.get(&record.seq).copied().unwrap_or(record.seq);
        self.append(&Record { seq, ..record }.text()).map_err(|cause| self.failed(cause))
    }

    /// Looks whether the log can still be found by its name or another.
    ///
    /// # Errors
    /// When it has been removed.
    pub fn check(&self) -> Result<(), Error> {
        let is_gone = self.had_name && self.file.metadata().is_ok_and(|about| about.nlink() == 0);
        if is_gone { Err(self.failed(io::Error::other("it has been removed"))) } else { Ok(()) }
    }

    fn append(&mut self, text: &[u8]) -> io::Result<()> {
        match (self.file.write_all(text), self.end) {
            (Ok(()), end) => self.end = end.map(|end| end + text.len() as u64),
            (Err(error), end) => {
                // A disk that is full takes what it has room for.
                let _ = end.map(|end| self.file.set_len(end));
                return Err(error);
            }
        }
        Ok(())
    }

    fn failed(&self, cause: io::Error) -> Error {
        Error::Record { what: describe(&self.path), cause }
    }
}

fn describe(path: &Path) -> String {
    format!("the job log {}", path.display())
}

#[cfg(test)]
mod tests;
