//! The key `t`: what runs now.
//!
//! Only where stdin, stdout and stderr are all the terminal, so that no other program of a pipeline has it, and only
//! while this process is in its foreground. Letters are then taken one by one and not shown, which keeps them out of
//! the display; Ctrl-C, Ctrl-Z and Ctrl-\ stay what they are. The modes are restored by
//! [`leave_terminal`](super::leave_terminal), and whenever the process is stopped.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Signal, getpgrp, getpid, kill_process, test_kill_process_group};
use rustix::stdio;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr};

use crate::os;

/// How often it is looked whether the terminal is still ours.
const LOOK: Duration = Duration::from_millis(200);

/// Whether keys are for us: what is typed after the end is for the shell.
static READS: AtomicBool = AtomicBool::new(false);

/// The reader of keys.
#[derive(Debug)]
pub(super) struct Keys {
    /// The modes of the terminal before ours, while ours are set.
    found: Option<Termios>,
}

impl Keys {
    /// Starts to read keys for the rest of the program. Without a thread to spare there are none.
    pub(super) fn start() -> Self {
        let _ = thread::Builder::new().name("keys".into()).stack_size(64 << 10).spawn(listen);
        Self { found: None }
    }

    /// Sets the modes, if they are not set.
    pub(super) fn enter(&mut self) {
        if self.found.is_none() && is_foreground() {
            let Ok(found) = tcgetattr(stdio::stdin()) else { return };
            set(&ours(&found));
            self.found = Some(found);
            READS.store(true, Ordering::Relaxed);
        }
    }

    /// Restores the modes.
    pub(super) fn leave(&mut self) {
        READS.store(false, Ordering::Relaxed);
        // Where the terminal has been given to another that lives, its modes are that one's. A job may have taken it
        // and died.
        if let Some(found) = self.found.take()
            && tcgetpgrp(stdio::stdin())
                .is_ok_and(|group| group == getpgrp() || test_kill_process_group(group).is_err())
        {
            set(&found);
        }
    }
}

/// The modes in which keys are read.
pub(super) fn ours(found: &Termios) -> Termios {
    let mut modes = found.clone();
    modes.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
    modes
}

fn set(modes: &Termios) {
    os::without_terminal_stops(|| {
        let _ = tcsetattr(stdio::stdin(), OptionalActions::Now, modes);
    });
}

fn is_foreground() -> bool {
    tcgetpgrp(stdio::stdin()).is_ok_and(|group| group == getpgrp())
}

/// Reads keys as long as there is a terminal. Should it be lost between the look and the read, the read fails instead
/// of stopping the process.
fn listen() {
    os::without_terminal_stops(|| while look() {});
}

/// Waits for a moment, and reads a key if there is one; whether there can be more.
fn look() -> bool {
    if !READS.load(Ordering::Relaxed) || !is_foreground() {
        // What is typed is for another.
        thread::sleep(LOOK);
        return true;
    }
    let stdin = stdio::stdin();
    let time = Timespec { tv_sec: 0, tv_nsec: i64::from(LOOK.subsec_nanos()) };
    match poll(&mut [PollFd::from_borrowed_fd(stdin, PollFlags::IN)], Some(&time)) {
        Ok(0) | Err(Errno::INTR) => return true,
        Ok(_) if READS.load(Ordering::Relaxed) => {}
        Ok(_) => return true,
        Err(_) => return false,
    }
    let mut key = [0];
    match rustix::io::read(stdin, &mut key) {
        Ok(0) => false,
        Ok(_) => {
            if key == [b't'] {
                let _ = kill_process(getpid(), Signal::USR1);
            }
            true
        }
        Err(Errno::INTR | Errno::AGAIN | Errno::IO) => true,
        Err(_) => false,
    }
}
