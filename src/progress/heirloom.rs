//! The terminal as it was found, for the process that outlives this one should it be killed with SIGKILL.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use rustix::fs::OFlags;
use rustix::stdio;
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr, ttyname};

use super::{keys, taskbar};

/// The terminal on stdin with its modes. It is known by its name: who holds it open keeps others from seeing its end.
#[derive(Debug)]
pub struct Heirloom {
    name: PathBuf,
    found: Termios,
}

impl Heirloom {
    /// What stdin is now, if it is a terminal.
    pub fn of_stdin() -> Option<Self> {
        let found = tcgetattr(stdio::stdin()).ok()?;
        let name = ttyname(stdio::stdin(), Vec::new()).ok()?;
        Some(Self { name: std::ffi::OsString::from_vec(name.into_bytes()).into(), found })
    }

    /// Restores it, if its modes are those in which the display reads keys. Otherwise nothing was shown, or somebody has
    /// set modes since.
    pub fn restore(&self) {
        let flags = OFlags::NOCTTY | OFlags::NONBLOCK;
        let opened =
            OpenOptions::new().read(true).write(true).custom_flags(flags.bits().cast_signed()).open(&self.name);
        let Ok(mut terminal) = opened else { return };
        let ours = keys::ours(&self.found);
        let modes = |modes: &Termios| (modes.input_modes, modes.output_modes, modes.local_modes);
        if tcgetattr(&terminal).is_ok_and(|now| modes(&now) == modes(&ours)) {
            let _ = tcsetattr(&terminal, OptionalActions::Now, &self.found);
            if taskbar::is_there() {
                let _ = terminal.write_all(taskbar::REMOVE.as_bytes());
            }
        }
    }
}
