//! Where events go: a file, or a descriptor that the program was given.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;

use super::file::unusable;
use super::stdout::Stdout;
use crate::error::Error;
use crate::os;

/// An open place for lines.
#[derive(Debug)]
pub(super) struct Sink {
    file: File,
    /// The bytes of whole lines, in a file that is nobody else's.
    whole: Option<u64>,
    /// What it is called in messages.
    name: String,
}

impl Sink {
    /// Opens FILE, `fd:N` or `-`.
    ///
    /// # Errors
    /// When it cannot be written to, or would be mixed with something else.
    pub(super) fn open(place: &OsStr, stdout: &mut Stdout) -> Result<Self, Error> {
        let name = format!("the events to {}", place.display());
        let number = descriptor(place)?;
        let file = match number {
            Some(2) => {
                let text = "--events fd:2: messages and the stderr of jobs go there; use fd:3 and 3>FILE";
                return Err(Error::Usage(text.into()));
            }
            Some(1) => stdout.take(&format!("--events {}", place.display()))?,
            Some(number) => os::inherited(number).map_err(|cause| {
                let text = format!("--events {}: {cause}; open it in the shell, as in {number}>FILE", place.display());
                Error::Usage(text)
            })?,
            None => File::create(place).map_err(|cause| unusable("the events to", &place.display(), &cause))?,
        };
        let is_ours = number.is_none() && file.metadata().is_ok_and(|about| about.is_file());
        Ok(Self { file, whole: is_ours.then_some(0), name })
    }

    /// Writes a line, in one piece, so that a reader of the file or the pipe finds whole lines. What a full disk has
    /// taken of it is taken back.
    pub(super) fn write(&mut self, line: &[u8]) -> io::Result<()> {
        let written = self.file.write_all(line);
        if let Some(whole) = &mut self.whole {
            match written {
                Ok(()) => *whole += line.len() as u64,
                Err(_) => drop(self.file.set_len(*whole)),
            }
        }
        written
    }

    /// What it is called in messages.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

/// The number in `fd:N`; 1 for `-`.
fn descriptor(place: &OsStr) -> Result<Option<i32>, Error> {
    let bytes = place.as_bytes();
    if bytes == b"-" {
        return Ok(Some(1));
    }
    let Some(digits) = bytes.strip_prefix(b"fd:") else { return Ok(None) };
    let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
    let number = number.filter(|number| *number >= 0);
    number.map(Some).ok_or_else(|| {
        let text = "what follows fd: is the number of an open descriptor, as in fd:3";
        Error::Usage(format!("--events {}: {text}; write a file of that name as ./fd:…", place.display()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        let number = |place: &str| descriptor(OsStr::new(place));
        assert!(matches!(number("fd:3"), Ok(Some(3))));
        assert!(matches!(number("-"), Ok(Some(1))));
        assert!(matches!(number("./fd:3"), Ok(None)));
        for bad in ["fd:", "fd:x", "fd:-1", "fd:99999999999"] {
            assert!(number(bad).is_err(), "{bad}");
        }
    }
}
