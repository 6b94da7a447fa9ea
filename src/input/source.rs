//! One input source: arguments of the command line, or the records of a file.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use super::record::{Delimiter, Records};
use crate::error::{Error, say};
use crate::job::Value;

/// An input source as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSpec {
    /// What it holds.
    pub content: Content,
    /// Whether it runs along with the source before it (`:::+`, `::::+`) instead of multiplying.
    pub linked: bool,
}

/// What an input source holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// The arguments after `:::`.
    Arguments(Vec<OsString>),
    /// A file after `::::` or `-a`; `-` is stdin.
    File(PathBuf),
}

impl Content {
    pub(super) fn is_stdin(&self) -> bool {
        matches!(self, Self::File(name) if name == Path::new("-"))
    }

    /// What to call it in messages.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Arguments(_) => "the arguments after :::".into(),
            _ if self.is_stdin() => "stdin".into(),
            Self::File(name) => name.display().to_string(),
        }
    }
}

/// The source that `-a` names: a file, or with a plus one that runs along with the source before it.
pub(super) fn of_option(name: &Path) -> SourceSpec {
    let plain = name.as_os_str().as_bytes().strip_prefix(b"+");
    let file = plain.map_or(name, |plain| Path::new(OsStr::from_bytes(plain)));
    SourceSpec { content: Content::File(file.into()), linked: plain.is_some() }
}

/// The records of a source, read as they are asked for.
pub(super) type Source = Box<dyn Iterator<Item = Result<Value, Error>> + Send>;

pub(super) fn open(content: &Content, delimiter: &Delimiter) -> Result<Source, Error> {
    let name = match content {
        // Only files are cut at the delimiter; an argument is one record whatever it holds.
        Content::Arguments(arguments) => {
            return Ok(Box::new(arguments.clone().into_iter().map(|argument| Ok(argument.into_vec()))));
        }
        Content::File(name) => name,
    };
    if content.is_stdin() {
        let stdin = io::stdin();
        if stdin.is_terminal() {
            say("reading arguments from the terminal; end them with Ctrl-D, or use ::: for arguments");
        }
        return Ok(records(stdin, content.name(), delimiter));
    }
    match File::open(name) {
        Ok(file) => Ok(records(file, content.name(), delimiter)),
        Err(cause) => Err(Error::OpenInput { name: name.clone(), cause }),
    }
}

fn records(stream: impl Read + Send + 'static, name: String, delimiter: &Delimiter) -> Source {
    Box::new(Records::new(stream, name, delimiter.clone()))
}
