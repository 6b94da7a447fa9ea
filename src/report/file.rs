//! Files that are there whole or not at all.

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::Error;

/// A file that is to be made at the end of the run.
#[derive(Debug)]
pub(super) struct Target {
    /// What it is for, in messages.
    what: &'static str,
    path: PathBuf,
}

impl Target {
    /// Makes sure that it can be written where it is to be, long before there is something to write.
    ///
    /// # Errors
    /// When it cannot.
    pub(super) fn new(what: &'static str, path: &Path) -> Result<Self, Error> {
        // What a link points to is replaced, not the link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let target = Self { what, path };
        let probe = || match target.is_replaced() {
            true if target.path.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            true => target.beside().map(drop),
            false => File::options().write(true).open(&target.path).map(drop),
        };
        probe().map_err(|cause| unusable(what, &target.path.display(), &cause))?;
        Ok(target)
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

    /// Writes it.
    ///
    /// # Errors
    /// When it cannot be written; what was there before is there still.
    pub(super) fn write(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
        self.try_write(write).map_err(|cause| self.failed(cause))
    }

    fn try_write(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        if !self.is_replaced() {
            let mut out = BufWriter::new(File::options().write(true).open(&self.path)?);
            write(&mut out)?;
            return out.flush();
        }
        let mut file = self.beside()?;
        let mut out = BufWriter::with_capacity(64 << 10, file.as_file_mut());
        write(&mut out)?;
        out.flush()?;
        drop(out);
        file.persist(&self.path).map(drop).map_err(|error| error.error)
    }

    fn failed(&self, cause: io::Error) -> Error {
        Error::Report { what: format!("{} {}", self.what, self.path.display()), cause }
    }
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
        let target = Target::new("the report", &path).expect("a place");
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
        let refused = Target::new("the report", &path).expect_err("no place").to_string();
        let expected = format!("cannot write the report {}: {reason}; ", path.display());
        assert!(refused.starts_with(&expected), "{refused}");
        fs::create_dir(directory.path().join("gone")).expect("a directory");
        let target = Target::new("the report", &path).expect("a place");
        fs::remove_dir(directory.path().join("gone")).expect("empty");
        let failed = target.write(|_| Ok(())).expect_err("no place").to_string();
        assert!(failed.starts_with(&expected), "{failed}");
    }

    #[test]
    fn a_place_that_is_none_is_told_at_once() {
        let directory = tempfile::tempdir().expect("a directory");
        assert!(Target::new("the report", directory.path()).is_err());
        assert!(Target::new("the report", Path::new("/dev/null")).is_ok());
    }
}
