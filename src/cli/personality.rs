//! Which program forkful is called as: by the name of the link that it was started by, or by `--like NAME`.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::error::Error;

/// A command line that forkful reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Personality {
    /// GNU parallel's, and forkful's own.
    Parallel,
    /// That of xargs.
    Xargs,
    /// That of sem, which is `parallel --semaphore`.
    Sem,
}

impl Personality {
    fn named(name: &[u8]) -> Option<Self> {
        match name {
            b"parallel" | b"forkful" => Some(Self::Parallel),
            b"xargs" => Some(Self::Xargs),
            b"sem" => Some(Self::Sem),
            _ => None,
        }
    }

    /// Finds out, and takes `--like NAME` off the command line. It has to come first, because how the words after it
    /// are to be read depends on it.
    pub(super) fn detect(arguments: &mut Vec<OsString>) -> Result<Self, Error> {
        let attached = arguments.get(1).and_then(|word| word.as_bytes().strip_prefix(b"--like="));
        let (name, words) = match attached {
            Some(name) => (name.to_vec(), 1),
            None if arguments.get(1).is_some_and(|word| word == "--like") => {
                let name =
                    arguments.get(2).ok_or_else(|| Error::Usage("--like needs a name; see forkful --help".into()))?;
                (name.as_bytes().to_vec(), 2)
            }
            None => {
                let called = arguments.first().and_then(|path| Path::new(path).file_name());
                // A program may be renamed as its owner likes.
                return Ok(called.and_then(|name| Self::named(name.as_bytes())).unwrap_or(Self::Parallel));
            }
        };
        let personality = Self::named(&name).ok_or_else(|| {
            Error::Usage(format!("--like {}: no such program; use parallel, xargs or sem", name.escape_ascii()))
        })?;
        arguments.drain(1..=words);
        Ok(personality)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_decides_and_like_decides_before_it() {
        let cases = [
            ("forkful -k", Some(Personality::Parallel), "forkful -k"),
            ("/usr/bin/xargs -k", Some(Personality::Xargs), "/usr/bin/xargs -k"),
            ("./sem -k", Some(Personality::Sem), "./sem -k"),
            ("another --like", None, ""),
            ("another x --like sem", Some(Personality::Parallel), "another x --like sem"),
            ("xargs --like parallel -k", Some(Personality::Parallel), "xargs -k"),
            ("forkful --like=xargs -k", Some(Personality::Xargs), "forkful -k"),
            ("forkful --like make", None, ""),
        ];
        for (line, expected, left) in cases {
            let mut words: Vec<OsString> = line.split(' ').map(Into::into).collect();
            assert_eq!(Personality::detect(&mut words).ok(), expected, "{line}");
            if expected.is_some() {
                assert_eq!(words, left.split(' ').collect::<Vec<_>>());
            }
        }
    }
}
