//! Signals as events.
//!
//! The handler does no more than wake a thread; what a signal means is decided by the scheduler. A signal that the
//! runner was started with as ignored (`nohup`, a background job of a script) stays ignored.

use std::io;
use std::thread;

use crossbeam_channel::{Receiver, unbounded};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2, SIGXFSZ};
use signal_hook::iterator::Signals;

use crate::os;

/// A signal that the runner acts upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caught {
    /// SIGINT, SIGTERM or SIGQUIT, by its number: end the jobs.
    Stop(i32),
    /// SIGHUP: start no more jobs.
    Drain,
    /// SIGTSTP, Ctrl-Z: stop with all jobs until continued.
    Suspend,
    /// SIGUSR1: tell what runs now.
    Tell,
    /// SIGUSR2: show the progress display, or show it no more.
    Toggle,
    /// SIGUSR1 to xargs: one slot more.
    More,
    /// SIGUSR2 to xargs: one slot fewer.
    Fewer,
}

/// Whose signals they are, as far as that changes what they mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A run that somebody waits for.
    Foreground,
    /// A run that goes on when the terminal that it came from is gone.
    Background,
    /// xargs, which changes its number of slots by signals.
    Xargs,
}

/// Starts to catch signals.
///
/// # Errors
/// When a handler or its thread cannot be made.
pub fn catch(role: Role) -> io::Result<Receiver<Caught>> {
    let wanted = [SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGTSTP, SIGUSR1, SIGUSR2, SIGXFSZ].into_iter();
    let mut signals = Signals::new(wanted.filter(|signal| !os::was_ignored_at_start(*signal)))?;
    let (sender, receiver) = unbounded();
    thread::Builder::new().name("signals".into()).stack_size(64 << 10).spawn(move || {
        for signal in signals.forever() {
            let caught = match signal {
                // The write that was too much for `ulimit -f` fails, which is enough.
                SIGXFSZ => continue,
                SIGHUP if role == Role::Background => continue,
                SIGHUP => Caught::Drain,
                SIGTSTP => Caught::Suspend,
                SIGUSR1 if role == Role::Xargs => Caught::More,
                SIGUSR2 if role == Role::Xargs => Caught::Fewer,
                SIGUSR1 => Caught::Tell,
                SIGUSR2 => Caught::Toggle,
                other => Caught::Stop(other),
            };
            if sender.send(caught).is_err() {
                return;
            }
        }
    })?;
    Ok(receiver)
}
