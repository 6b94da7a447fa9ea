//! A name for the data of a job, which it finds in a file or a named pipe instead of on its stdin (`--cat`, `--fifo`).

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, copy_file_range, mkfifoat};
use tempfile::{TempDir, TempPath};

use crate::exec::Guard;
use crate::job::feed::{Feed, FullPipe, Part, Piece, Source};
use crate::job::{Job, Values};

/// Where a job finds its data.
#[derive(Clone, Debug)]
pub enum Place {
    /// In a file below this directory.
    File(PathBuf),
    /// In a named pipe below this directory.
    Fifo(PathBuf),
}

/// A job with the name of its data as its value. The data is gone when this is.
pub(super) struct Placed {
    pub(super) job: Job,
    /// How much is in the file.
    pub(super) length: u64,
    named: Named,
}

enum Named {
    File { _removed: TempPath },
    Fifo { path: PathBuf, _removed: TempDir },
}

impl Place {
    /// Gives the data of a job a name.
    pub(super) fn of(&self, job: &Job, feed: &Feed) -> io::Result<Placed> {
        let (path, length, named) = match self {
            Self::File(below) => {
                let (mut file, path) =
                    tempfile::Builder::new().prefix(&Guard::prefix()).tempfile_in(below)?.into_parts();
                pour(feed, &mut file)?;
                (path.to_path_buf(), file.metadata()?.len(), Named::File { _removed: path })
            }
            Self::Fifo(below) => {
                let directory = tempfile::Builder::new().prefix(&Guard::prefix()).tempdir_in(below)?;
                let path = directory.path().join("fifo");
                mkfifoat(CWD, &path, Mode::RUSR | Mode::WUSR)?;
                (path.clone(), 0, Named::Fifo { path, _removed: directory })
            }
        };
        let mut values = Values::new();
        values.push(path.as_os_str().as_bytes());
        values.append(&job.values);
        let feed = match named {
            Named::File { .. } => None,
            Named::Fifo { .. } => Some(feed.clone()),
        };
        Ok(Placed { job: Job { values, feed, ..job.clone() }, length, named })
    }
}

impl Placed {
    /// The named pipe, if it is one.
    pub(super) fn fifo(&self) -> Option<&Path> {
        match &self.named {
            Named::File { .. } => None,
            Named::Fifo { path, .. } => Some(path),
        }
    }
}

/// Writes all data into a file.
fn pour(feed: &Feed, file: &mut File) -> io::Result<()> {
    file.write_all(&feed.header)?;
    match &feed.source {
        Source::Piece(Piece::Bytes(bytes)) => file.write_all(bytes),
        Source::Piece(Piece::Part(part)) => copy(part, file),
        Source::Piece(Piece::Pipe(pipe)) => {
            let FullPipe { reader, writer, rest, .. } = pipe.take().ok_or(io::ErrorKind::NotFound)?;
            drop(writer);
            io::copy(&mut File::from(reader), file)?;
            file.write_all(&rest)
        }
        Source::Outlet(_) => Err(io::ErrorKind::Unsupported.into()),
    }
}

/// Copies a part of a file, in the kernel if it can.
fn copy(part: &Part, to: &mut File) -> io::Result<()> {
    let (mut from, end) = (part.start, part.start + part.length);
    while from < end {
        let most = usize::try_from(end - from).unwrap_or(usize::MAX).min(1 << 30);
        match copy_file_range(&*part.file, Some(&mut from), &*to, None, most) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(_) => break,
        }
    }
    let mut buffer = vec![0; 1 << 16];
    while from < end {
        let most = usize::try_from(end - from).unwrap_or(usize::MAX).min(buffer.len());
        let read = part.file.read_at(&mut buffer[..most], from)?;
        if read == 0 {
            break;
        }
        to.write_all(&buffer[..read])?;
        from += read as u64;
    }
    Ok(())
}
