//! Arguments as xargs reads them: items between blanks, with quotes, and as many of them as a command takes.
//!
//! One pass from the bytes of the stream to the arguments of a job: an item is written straight to where it stays, so
//! that a million short ones cost no more than reading them.

mod batch;
mod items;

pub use batch::{Batches, Bounds, Most, Price};
pub use items::{Items, Syntax};

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::error::Error;

/// Opens what items are read from: a file, or stdin for `-` and where none is named.
///
/// # Errors
/// When the file cannot be opened.
pub fn open(name: Option<&Path>) -> Result<(Box<dyn Read + Send>, String), Error> {
    match name.filter(|name| *name != Path::new("-")) {
        None => Ok((Box::new(io::stdin()), "stdin".into())),
        Some(name) => match File::open(name) {
            Ok(file) => Ok((Box::new(file), name.display().to_string())),
            Err(cause) => Err(Error::OpenInput { name: name.to_owned(), cause }),
        },
    }
}
