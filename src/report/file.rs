//! Files that are there whole or not at all, and stdout.

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::stdout::Stdout;
use crate::error::Error;

/// What is to be made at the end of the run.
#[derive(Debug)]
pub(super) enum Target {
    File(Place),
    /// stdout, with what it is for.
    Stdout(&'static str, File),
}

/// Where a file is to be made.
#[derive(Debug)]
pub(super) struct Place {
    /// What it is for, in messages.
    what: &'static str,
    path: PathBuf,
}

/// Whether a name is that of stdout.
pub(super) fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

impl Target {
    /// Opens the place of an option, which may be `-`.
    ///
    /// # Errors
    /// When it cannot be written to.
    pub(super) fn open(what: &'static str, option: &str, path: &Path, stdout: &mut Stdout) -> Result<Self, Error> {
        if is_stdout(path) {
            return stdout.take(&format!("{option} -")).map(|file| Self::Stdout(what, file));
        }
        Place::new(what, path).map(Self::File)
    }

    /// Writes it.
    ///
    /// # Errors
    /// When it cannot be written; what was in the file before is there still.
    pub(super) fn write(self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
        let (what, written) = match self {
            Self::File(place) => (format!("{} {}", place.what, place.path.display()), place.write(write)),
            Self::Stdout(what, file) => (format!("{what} to stdout"), buffered(&file, write)),
        };
        written.map_err(|cause| Error::Report { what, cause })
    }
}

impl Place {
    /// Makes sure that it can be written where it is to be, long before there is something to write.
    ///
    /// # Errors
    /// When it cannot.
    pub(super) fn new(what: &'static str, path: &Path) -> Result<Self, Error> {
        // What a link points to is replaced, not the link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let place = Self { what, path };
        let probe = || match place.is_replaced() {
            true if place.path.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            true => place.beside().map(drop),
            false => File::options().write(true).open(&place.path).map(drop),
        };
        probe().map_err(|cause| place.unusable(&cause))?;
        Ok(place)
    }

    /// Whether a new file takes its place; a device or a pipe is written to as it is.
    fn is_replaced(&self) -> bool {
        fs::metadata(&self.path).map_or(true, |about| about.is_file() || about.is_dir())
    }

    /// A file in the same directory, which nobody can have seen under its own name.
    fn beside(&self) -> io::Result<NamedTempFile> {
        let directory = self.path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Opened here, because an error of `tempfile_in` tells its name, which says nothing to the user.
        let open = |path: &Path| File::options().read(true).write(true).create_new(true).mode(0o666).open(path);
        tempfile::Builder::new().prefix(".forkful-").make_in(directory, open)
    }

    /// That it cannot be written, where no jobs were run for it.
    pub(super) fn unusable(&self, cause: &io::Error) -> Error {
        unusable(self.what, &self.path.display(), cause)
    }

    /// Writes it. If that fails, what was there before is there still.
    pub(super) fn write(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        if !self.is_replaced() {
            return buffered(&File::options().write(true).open(&self.path)?, write);
        }
        let file = self.beside()?;
        buffered(file.as_file(), write)?;
        file.persist(&self.path).map(drop).map_err(|error| error.error)
    }
}

fn buffered(file: &File, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(64 << 10, file);
    write(&mut out)?;
    out.flush()
}

/// A place that cannot be written to, found before the run.
pub(super) fn unusable(what: &str, place: &dyn Display, cause: &io::Error) -> Error {
    Error::Usage(format!("cannot write {what} {place}: {cause}; choose another place for it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_whole_or_as_it_was() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("report");
        let target = Place::new("the report", &path).expect("a place");
        let broken = target.write(|out| out.write_all(b"half").and(Err(io::ErrorKind::Other.into())));
        assert!(broken.is_err() && !path.exists());
        target.write(|out| out.write_all(b"whole")).expect("written");
        assert!(target.write(|out| out.write_all(b"half").and(Err(io::ErrorKind::Other.into()))).is_err());
        assert_eq!(fs::read(&path).expect("a file"), b"whole");
        assert_eq!(fs::read_dir(directory.path()).expect("a directory").count(), 1);
    }

    #[test]
    fn a_failure_names_the_file_that_was_asked_for_alone() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("gone/report");
        let reason = "No such file or directory (os error 2)";
        let refused = Place::new("the report", &path).expect_err("no place").to_string();
        let expected = format!("cannot write the report {}: {reason}; ", path.display());
        assert!(refused.starts_with(&expected), "{refused}");
        fs::create_dir(directory.path().join("gone")).expect("a directory");
        let target = Place::new("the report", &path).expect("a place");
        fs::remove_dir(directory.path().join("gone")).expect("empty");
        let failed = Target::File(target).write(|_| Ok(())).expect_err("no place").to_string();
        assert!(failed.starts_with(&expected), "{failed}");
    }

    #[test]
    fn a_place_that_is_none_is_told_at_once() {
        let directory = tempfile::tempdir().expect("a directory");
        assert!(Place::new("the report", directory.path()).is_err());
        assert!(Place::new("the report", Path::new("/dev/null")).is_ok());
    }
}
