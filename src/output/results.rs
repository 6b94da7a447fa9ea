//! Output that is kept in files of its own: `--files` and `--results` as directories.
//!
//! Content goes to its files while the job runs. The file `seq` is written last, in one piece: where it is, stdout and
//! stderr are complete; a crash leaves a job without one.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::{Capture, tree};
use crate::error::Error;
use crate::job::{Seq, Stream, Values};

/// Descriptors to be left when a job has its files: for its pipes and its process, and for what is opened for a moment.
const SPARE: usize = 10;
/// How often a descriptor is tried for, and with what pause.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(10);

/// Where the output of a job is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Results {
    /// A file of its own in this directory, for stdout alone.
    File(PathBuf),
    /// This directory, in `stdout`, `stderr` and `seq`.
    Directory(PathBuf),
    /// This file, and ones with `.err` and `.seq` added.
    Named(PathBuf),
    /// A record of a table, which is written when the job has ended.
    Record,
}

impl Results {
    /// The directory of a job in a tree: `BASE/1/VALUE/2/VALUE`, with the names of the columns instead of numbers
    /// where there are any, and numbers that begin anew after `width` values.
    pub fn in_tree(base: &Path, values: &Values, names: &Values, width: Option<usize>, seq: Seq) -> Self {
        Self::Directory(tree::directory(base, values, names, width, seq))
    }

    /// Where a rendered `--results` template points to: a directory if it ends with a slash.
    pub fn at(path: Vec<u8>) -> Self {
        let is_directory = path.ends_with(b"/");
        let path = PathBuf::from(OsString::from_vec(path));
        if is_directory { Self::Directory(path) } else { Self::Named(path) }
    }

    /// Whether this stream is written to a file while the job runs.
    pub(super) fn has_file(&self, stream: Stream) -> bool {
        match self {
            Self::Record => false,
            Self::File(_) => stream == Stream::Stdout,
            Self::Directory(_) | Self::Named(_) => true,
        }
    }

    /// The same for a job that is about to be started, with some descriptors to spare; otherwise it had better wait.
    pub(super) fn begin_with_room(&self, seq: Seq) -> io::Result<Kept> {
        let kept = self.create(seq)?;
        let spare: io::Result<Vec<File>> = (0..SPARE).map(|_| kept.stdout.try_clone()).collect();
        match spare {
            Ok(_) => Ok(kept),
            Err(error) => {
                kept.discard();
                Err(error)
            }
        }
    }

    /// Makes the files of a job. The record of a table has none: it must not be begun before the job has ended.
    ///
    /// # Errors
    /// When one cannot be made.
    pub fn begin(&self, seq: Seq) -> Result<Kept, Error> {
        self.create(seq).map_err(|cause| {
            let path = match self {
                Self::File(path) | Self::Directory(path) | Self::Named(path) => path,
                Self::Record => Path::new("the table"),
            };
            failed(seq, path, cause)
        })
    }

    fn create(&self, seq: Seq) -> io::Result<Kept> {
        let (out, err, number) = match self {
            Self::File(directory) => {
                let file =
                    tempfile::Builder::new().prefix("par").suffix(".par").rand_bytes(5).tempfile_in(directory)?;
                let (stdout, path) = file.keep()?;
                // The name as a user would give it: `tempfile` makes it absolute.
                let name = path.file_name().map_or(path.clone(), |name| directory.join(name));
                return Ok(Kept { seq, name, stdout, stderr: None, number: None });
            }
            Self::Directory(path) => (path.join("stdout"), path.join("stderr"), path.join("seq")),
            Self::Record => return Err(io::ErrorKind::StorageFull.into()),
            Self::Named(path) => (path.clone(), with_suffix(path, ".err"), with_suffix(path, ".seq")),
        };
        if let Some(parent) = out.parent() {
            fs::create_dir_all(parent)?;
        }
        // What is there from an earlier run is not complete any more.
        match fs::remove_file(&number) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        Ok(Kept { seq, stdout: anew(&out)?, stderr: Some(anew(&err)?), name: out, number: Some(number) })
    }

    /// Whether the output of a job is there, complete.
    pub fn is_complete(&self) -> bool {
        match self {
            Self::File(_) | Self::Record => false,
            Self::Directory(path) => path.join("seq").exists(),
            Self::Named(path) => with_suffix(path, ".seq").exists(),
        }
    }
}

/// A new file in the place of any that is there, so that two jobs of the same values do not write to one. What is no
/// regular file, a device or a pipe, stays and is written to.
fn anew(path: &Path) -> io::Result<File> {
    if fs::symlink_metadata(path).is_ok_and(|there| there.is_file()) {
        fs::remove_file(path)?;
    }
    File::create(path)
}

fn failed(seq: Seq, path: &Path, cause: io::Error) -> Error {
    Error::Record { what: format!("the results of job {seq} to {}", path.display()), cause }
}

/// The open files of a job.
#[derive(Debug)]
pub struct Kept {
    seq: Seq,
    name: PathBuf,
    stdout: File,
    /// `None` where only stdout is kept.
    stderr: Option<File>,
    /// Where its number is written when all the rest has been.
    number: Option<PathBuf>,
}

impl Kept {
    /// The name of the file that holds stdout.
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// Moves what a job has written so far to its files; what has none stays.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn take_from(&mut self, capture: &Capture, buffer: &mut Vec<u8>) -> Result<(), Error> {
        for (stream, file) in Stream::BOTH.into_iter().zip([Some(&mut self.stdout), self.stderr.as_mut()]) {
            if let Some(file) = file {
                empty(capture, stream, file, buffer).map_err(|cause| failed(self.seq, &self.name, cause))?;
            }
        }
        Ok(())
    }

    /// Says that all is there that the job has written, and that it has ended by itself.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn complete(&self) -> Result<(), Error> {
        let Some(number) = &self.number else { return Ok(()) };
        let part = with_suffix(number, ".part");
        let written = insist(|| fs::write(&part, self.seq.to_string())).and_then(|()| fs::rename(&part, number));
        written.map_err(|cause| failed(self.seq, number, cause))
    }

    /// Removes a file that nobody will be told the name of.
    pub fn discard(self) {
        if self.number.is_none() {
            let _ = fs::remove_file(self.name);
        }
    }
}

fn empty(capture: &Capture, stream: Stream, file: &mut File, buffer: &mut Vec<u8>) -> io::Result<()> {
    loop {
        capture.take(stream, false, buffer)?;
        if buffer.is_empty() {
            return Ok(());
        }
        file.write_all(buffer)?;
    }
}

/// Tries for a while to get a descriptor, which can be missing for the moment in which a slot finds out that it cannot
/// have as many as a job needs.
fn insist<T>(get: impl Fn() -> io::Result<T>) -> io::Result<T> {
    let missing = |error: &io::Error| matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE));
    for _ in 0..TRIES {
        match get() {
            Err(error) if missing(&error) => thread::sleep(PAUSE),
            result => return result,
        }
    }
    get()
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::{Store, Style};

    #[test]
    fn the_number_of_a_job_says_that_its_files_are_complete() {
        let directory = tempfile::tempdir().expect("a directory");
        let results = Results::Directory(directory.path().join("a/b"));
        let there = |name: &str| fs::read(directory.path().join("a/b").join(name)).ok();
        let store = Store::plain(100, directory.path().into());
        for (seq, text) in [(Seq(1), "first"), (Seq(2), "2nd")] {
            let capture = Capture::new(seq, Style::default(), Some(results.clone()), true, &store);
            let mut kept = results.begin(seq).expect("files");
            assert_eq!(there("seq"), None, "of an earlier run");
            capture.push(Stream::Stdout, text.as_bytes(), || {}, || false);
            kept.take_from(&capture, &mut Vec::new()).expect("written");
            assert_eq!((there("stdout"), there("seq")), (Some(text.into()), None));
            kept.complete().expect("written");
            assert_eq!((there("stderr"), there("seq")), (Some(Vec::new()), Some(seq.to_string().into())));
        }
    }

    #[test]
    fn jobs_with_the_same_place_do_not_mix() {
        let directory = tempfile::tempdir().expect("a directory");
        let results = Results::Named(directory.path().join("x"));
        let mut both = [Seq(1), Seq(2)].map(|seq| results.begin(seq).expect("files"));
        for kept in &mut both {
            kept.stdout.write_all(kept.seq.to_string().repeat(3).as_bytes()).expect("written");
        }
        assert_eq!(fs::read(directory.path().join("x")).expect("a file"), b"222");
    }
}
