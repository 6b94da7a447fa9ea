//! Signals as events.
//!
//! The handler does no more than wake a thread; what a signal means is decided by the scheduler. A signal that the
//! runner was started with as ignored (`nohup`, a background job of a script) stays ignored.

use std::io;
use std::thread;

use crossbeam_channel::{Receiver, unbounded};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;

use crate::os;

/// A signal that the runner acts upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caught {
    /// SIGINT or SIGTERM: end the jobs.
    Stop,
    /// SIGHUP: start no more jobs.
    Drain,
    /// SIGTSTP, Ctrl-Z: stop with all jobs until continued.
    Suspend,
}

/// Starts to catch signals. A run in the background goes on when the terminal that it came from is gone.
///
/// # Errors
/// When a handler or its thread cannot be made.
pub fn catch(in_background: bool) -> io::Result<Receiver<Caught>> {
    let wanted = [SIGINT, SIGTERM, SIGHUP, SIGTSTP];
    let mut signals = Signals::new(wanted.into_iter().filter(|signal| !os::was_ignored_at_start(*signal)))?;
    let (sender, receiver) = unbounded();
    thread::Builder::new().name("signals".into()).stack_size(64 << 10).spawn(move || {
        for signal in signals.forever() {
            let caught = match signal {
                SIGHUP if in_background => continue,
                SIGHUP => Caught::Drain,
                SIGTSTP => Caught::Suspend,
                _ => Caught::Stop,
            };
            if sender.send(caught).is_err() {
                return;
            }
        }
    })?;
    Ok(receiver)
}
