//! Output that is kept in files: `--files` and `--results`.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use super::Capture;
use crate::error::Error;
use crate::job::{Seq, Stream, Values};

/// Where the output of a job is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Results {
    /// A file of its own in this directory, for stdout alone.
    File(PathBuf),
    /// This directory, in `stdout`, `stderr` and `seq`.
    Directory(PathBuf),
    /// This file, and ones with `.err` and `.seq` added.
    Named(PathBuf),
}

impl Results {
    /// The directory of a job in a tree: `BASE/1/VALUE/2/VALUE`, with the names of the columns instead of numbers
    /// where there are any.
    pub fn in_tree(base: &Path, values: &Values, names: &Values) -> Self {
        let mut path = base.to_path_buf();
        for (index, value) in values.iter().enumerate() {
            let number = (index + 1).to_string().into_bytes();
            path.push(component(names.get(index).unwrap_or(&number)));
            path.push(component(value));
        }
        Self::Directory(path)
    }

    /// Where a rendered `--results` template points to: a directory if it ends with a slash.
    pub fn at(path: Vec<u8>) -> Self {
        let is_directory = path.ends_with(b"/");
        let path = PathBuf::from(OsString::from_vec(path));
        if is_directory { Self::Directory(path) } else { Self::Named(path) }
    }

    /// Makes the files of a job.
    ///
    /// # Errors
    /// When one cannot be made.
    pub fn begin(&self, seq: Seq) -> Result<Kept, Error> {
        self.create().map_err(|cause| {
            let (Self::File(path) | Self::Directory(path) | Self::Named(path)) = self;
            Error::Record { what: format!("the results of job {seq} to {}", path.display()), cause }
        })
    }

    fn create(&self) -> io::Result<Kept> {
        let (out, err, number) = match self {
            Self::File(directory) => {
                let file =
                    tempfile::Builder::new().prefix("par").suffix(".par").rand_bytes(5).tempfile_in(directory)?;
                let (stdout, path) = file.keep()?;
                // The name as a user would give it: `tempfile` makes it absolute.
                let name = path.file_name().map_or(path.clone(), |name| directory.join(name));
                return Ok(Kept { name, stdout, stderr: None, number: None });
            }
            Self::Directory(path) => (path.join("stdout"), path.join("stderr"), path.join("seq")),
            Self::Named(path) => (path.clone(), with_suffix(path, ".err"), with_suffix(path, ".seq")),
        };
        if let Some(parent) = out.parent() {
            fs::create_dir_all(parent)?;
        }
        // One of an earlier job would say that this one is complete.
        match fs::remove_file(&number) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        Ok(Kept { stdout: File::create(&out)?, stderr: Some(File::create(err)?), name: out, number: Some(number) })
    }

    /// Whether the output of a job is there, complete.
    pub fn is_complete(&self) -> bool {
        match self {
            Self::File(_) => false,
            Self::Directory(path) => path.join("seq").exists(),
            Self::Named(path) => with_suffix(path, ".seq").exists(),
        }
    }
}

/// The open files of a job.
#[derive(Debug)]
pub struct Kept {
    name: PathBuf,
    stdout: File,
    /// `None` where only stdout is kept.
    stderr: Option<File>,
    /// The file with the job's number, which is made when the others are complete.
    number: Option<PathBuf>,
}

impl Kept {
    /// The name of the file that holds stdout.
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// Notes that all is there that the job has written, and that it has ended by itself.
    ///
    /// # Errors
    /// When the file with its number cannot be written.
    pub fn complete(&self, seq: Seq) -> Result<(), Error> {
        let Some(number) = &self.number else { return Ok(()) };
        fs::write(number, seq.to_string()).map_err(|cause| {
            let what = format!("the results of job {seq} to {}", number.display());
            Error::Record { what, cause }
        })
    }

    /// Moves what a job has written so far to its files; what has none stays.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn take_from(&mut self, capture: &Capture) -> Result<(), Error> {
        for (stream, file) in Stream::BOTH.into_iter().zip([Some(&mut self.stdout), self.stderr.as_mut()]) {
            if let Some(file) = file {
                empty(capture, stream, file).map_err(|cause| {
                    let what = format!("the results of job {} to {}", capture.seq(), self.name.display());
                    Error::Record { what, cause }
                })?;
            }
        }
        Ok(())
    }
}

fn empty(capture: &Capture, stream: Stream, file: &mut File) -> io::Result<()> {
    loop {
        let bytes = capture.take(stream, false)?;
        if bytes.is_empty() {
            return Ok(());
        }
        file.write_all(&bytes)?;
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(suffix);
    PathBuf::from(name)
}

/// A value as one component of a path, escaped as GNU parallel does since 2023, so that it can neither leave the tree
/// nor meet another.
fn component(value: &[u8]) -> OsString {
    let escaped = match value {
        b"" => b"+m".to_vec(),
        b"." => b"+_".to_vec(),
        b".." => b"+__".to_vec(),
        value => {
            let mut escaped = Vec::with_capacity(value.len());
            for &byte in value {
                match byte {
                    b'/' => escaped.extend_from_slice(b"+z"),
                    b'+' => escaped.extend_from_slice(b"++"),
                    byte => escaped.push(byte),
                }
            }
            escaped
        }
    };
    OsString::from_vec(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_leaves_the_tree() {
        let values = ["a/b", "..", ".", "", "a+z"].into_iter().collect();
        let expected = "base/name/a+zb/2/+__/3/+_/4/+m/5/a++z";
        let tree = Results::in_tree(Path::new("base"), &values, &Values::from(b"name".to_vec()));
        assert_eq!(tree, Results::Directory(expected.into()));
    }
}
