//! Reaping processes: how they ended, and what they used.

use std::io;
use std::mem::MaybeUninit;
use std::time::Duration;

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

use crate::job::Usage;

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It exited with this status.
    Exited(i32),
    /// This signal killed it.
    Killed(i32),
}

/// Waits for the end of a child, and reaps it.
///
/// # Errors
/// When it is no child of this process.
pub fn reap(pid: Pid) -> io::Result<(Status, Usage)> {
    let (mut status, mut usage) = (0, MaybeUninit::<libc::rusage>::zeroed());
    loop {
        // SAFETY: both places are valid for what is written to them.
        if unsafe { libc::wait4(pid.as_raw_nonzero().get(), &raw mut status, 0, usage.as_mut_ptr()) } != -1 {
            break;
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    // SAFETY: all bytes were zero, which is a valid rusage, even if the kernel had written nothing.
    let usage = usage_of(&unsafe { usage.assume_init() });
    let ended = if libc::WIFSIGNALED(status) {
        Status::Killed(libc::WTERMSIG(status))
    } else {
        Status::Exited(libc::WEXITSTATUS(status))
    };
    Ok((ended, usage))
}

/// Whether a child of this process has ended; it may have been reaped.
pub fn has_ended(pid: Pid) -> bool {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    !matches!(waitid(WaitId::Pid(pid), options), Ok(None))
}

/// The signal that has stopped a child of this process, if one has.
pub fn stopped_by(pid: Pid) -> Option<i32> {
    let options = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    waitid(WaitId::Pid(pid), options).ok().flatten().and_then(|status| status.stopping_signal())
}

/// Makes this process the parent of all orphans among its descendants, in the place of init: so they can be found.
/// What is left of them when they end is then for [`reap_orphans`].
pub fn adopt_orphans() {
    // Kernels before 3.4 cannot; then orphans go to init as ever.
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

/// The process group of a process, or of this one; 0 for one that this pid namespace does not know, `None` if there is
/// no such process.
pub fn group_of(pid: Option<Pid>) -> Option<i32> {
    // SAFETY: the call only asks.
    let group = unsafe { libc::getpgid(pid.map_or(0, |pid| pid.as_raw_nonzero().get())) };
    (group != -1).then_some(group)
}

/// Reaps children of this thread that have ended; whether there were any. For the first thread of the process, to
/// which the kernel gives orphans. The children of other threads are left to these.
pub fn reap_orphans() -> bool {
    let mut any = false;
    loop {
        let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
        let options = libc::WEXITED | libc::WNOHANG | libc::__WNOTHREAD;
        // SAFETY: the place is valid for what is written to it; all zeros is a valid siginfo_t, which says that there
        // was no child.
        let found = unsafe {
            libc::waitid(libc::P_ALL, 0, info.as_mut_ptr(), options) == 0 && info.assume_init().si_pid() != 0
        };
        if !found {
            return any;
        }
        any = true;
    }
}

fn usage_of(usage: &libc::rusage) -> Usage {
    let count = |number: libc::c_long| u64::try_from(number).unwrap_or(0);
    let time = |time: libc::timeval| {
        let micros = u32::try_from(time.tv_usec).unwrap_or(0);
        Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), micros * 1000)
    };
    Usage {
        user: time(usage.ru_utime),
        system: time(usage.ru_stime),
        memory: count(usage.ru_maxrss) * 1024,
        blocks_in: count(usage.ru_inblock),
        blocks_out: count(usage.ru_oublock),
        waits: count(usage.ru_nvcsw),
        preemptions: count(usage.ru_nivcsw),
    }
}
