//! One input source: arguments of the command line, or the records of a file.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use super::record::{Delimiter, Records};
use crate::error::Error;
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

/// The records of a source, read as they are asked for.
pub(super) type Source = Box<dyn Iterator<Item = Result<Value, Error>> + Send>;

pub(super) fn open(content: Content, delimiter: &Delimiter) -> Result<Source, Error> {
    let name = match content {
        Content::Arguments(arguments) => {
            return Ok(Box::new(arguments.into_iter().map(|argument| Ok(argument.into_vec()))));
        }
        Content::File(name) => name,
    };
    if name == Path::new("-") {
        let stdin = io::stdin();
        if stdin.is_terminal() {
            eprintln!("forkful: reading arguments from the terminal; end them with Ctrl-D, or use ::: for arguments");
        }
        return Ok(records(stdin, "stdin".into(), delimiter));
    }
    match File::open(&name) {
        Ok(file) => Ok(records(file, name.display().to_string(), delimiter)),
        Err(cause) => Err(Error::OpenInput { name, cause }),
    }
}

fn records(stream: impl Read + Send + 'static, name: String, delimiter: &Delimiter) -> Source {
    Box::new(Records::new(stream, name, delimiter.clone()))
}
