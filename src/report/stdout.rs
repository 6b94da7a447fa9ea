//! stdout, which is for the output of jobs, or else for one of the events and reports, whole.

use std::fs::File;

use crate::error::Error;
use crate::os;

/// What stdout is used for.
#[derive(Debug)]
pub(super) struct Stdout {
    /// Whether nothing else is written there.
    is_free: bool,
    /// The option that it is taken by.
    taken: Option<String>,
}

impl Stdout {
    /// One that nothing else is written to, or that something is.
    pub(super) fn new(is_free: bool) -> Self {
        Self { is_free, taken: None }
    }

    /// Takes it for an option.
    ///
    /// # Errors
    /// When it is for something else, or cannot be written to.
    pub(super) fn take(&mut self, option: &str) -> Result<File, Error> {
        if !self.is_free {
            let text = "the output of jobs goes there as well; add --results DIR, or name a file";
            return Err(Error::Usage(format!("{option}: {text}")));
        }
        if let Some(other) = &self.taken {
            return Err(Error::Usage(format!("{option}: {other} goes there as well; name a file for one of them")));
        }
        self.taken = Some(option.to_owned());
        os::inherited(1).map_err(|cause| Error::Usage(format!("{option}: stdout: {cause}; open it, or name a file")))
    }
}
