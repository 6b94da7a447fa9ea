//! Asking on the terminal before a job is run (`-p`).

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::sync::{Mutex, PoisonError};

use crate::error::Error;

/// The terminal, asked by one slot after the other.
#[derive(Debug)]
pub struct Prompt {
    terminal: Mutex<BufReader<File>>,
    asks: Asks,
}

/// Where the question is put. The answer comes from the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Where the answer comes from.
    OnTerminal,
    /// On stderr, as xargs does.
    OnStderr,
}

impl Prompt {
    /// Opens the terminal.
    ///
    /// # Errors
    /// When there is none.
    pub fn open(asks: Asks) -> Result<Self, Error> {
        let terminal = File::options().read(true).write(true).open("/dev/tty").map_err(|cause| {
            Error::Usage(format!("-p: cannot open the terminal, /dev/tty, to ask on: {cause}; leave -p out"))
        })?;
        Ok(Self { terminal: Mutex::new(BufReader::new(terminal)), asks })
    }

    /// Whether the user wants this command line to be run. No answer is a no.
    ///
    /// # Errors
    /// When the terminal cannot be written or read any more.
    pub fn ask(&self, line: &[u8]) -> io::Result<bool> {
        let mut terminal = self.terminal.lock().unwrap_or_else(PoisonError::into_inner);
        let mut answer = Vec::new();
        let question = [line, b" ?..."].concat();
        match self.asks {
            Asks::OnTerminal => terminal.get_mut().write_all(&question)?,
            Asks::OnStderr => io::stderr().write_all(&question)?,
        }
        terminal.read_until(b'\n', &mut answer)?;
        Ok(matches!(answer.first(), Some(b'y' | b'Y')))
    }
}
