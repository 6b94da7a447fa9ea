//! Asking on the terminal before a job is run (`-p`).

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::sync::{Mutex, PoisonError};

use crate::error::Error;

/// The terminal, asked by one slot after the other.
#[derive(Debug)]
pub struct Prompt {
    terminal: Mutex<BufReader<File>>,
    /// Whether the question goes to stderr, as that of xargs does; the answer comes from the terminal.
    on_stderr: bool,
}

impl Prompt {
    /// Opens the terminal.
    ///
    /// # Errors
    /// When there is none.
    pub fn open(on_stderr: bool) -> Result<Self, Error> {
        let what = "open the terminal, /dev/tty, to ask before each job";
        let terminal = File::options().read(true).write(true).open("/dev/tty");
        let terminal = terminal.map_err(|cause| Error::System { what, cause })?;
        Ok(Self { terminal: Mutex::new(BufReader::new(terminal)), on_stderr })
    }

    /// Whether the user wants this command line to be run. No answer is a no.
    ///
    /// # Errors
    /// When the terminal cannot be written or read any more.
    pub fn ask(&self, line: &[u8]) -> io::Result<bool> {
        let mut terminal = self.terminal.lock().unwrap_or_else(PoisonError::into_inner);
        let mut answer = Vec::new();
        let question = [line, b" ?..."].concat();
        if self.on_stderr {
            io::stderr().write_all(&question)?;
        } else {
            terminal.get_mut().write_all(&question)?;
        }
        terminal.read_until(b'\n', &mut answer)?;
        Ok(matches!(answer.first(), Some(b'y' | b'Y')))
    }
}
