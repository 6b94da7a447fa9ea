//! The operating system: the few calls that no safe crate offers.
//!
//! Everything that is `unsafe` stands in this room, each block with the reason why it is sound: here what the runner was
//! given before `main` ran, signal dispositions, and the fork and the shared page that the guard process needs; in
//! `spawn` how processes are made; in `lock` the locks of semaphores. What `rustix` and `signal-hook` offer without
//! `unsafe` is called where it is used.
#![allow(unsafe_code)]

mod lock;
mod reap;
mod spawn;
mod strings;

pub use lock::{Lock, interrupting};
pub use reap::{Status, adopt_orphans, group_of, has_ended, reap, reap_orphans, stopped_by};
pub use spawn::{Launch, Spawner};
pub use strings::{HoldsNul, Strings};

use std::fs::File;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::FromRawFd;
use std::os::unix::fs::MetadataExt;
use std::process;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU8, Ordering};

use rustix::process::Pid;

/// The descriptors of 0, 1 and 2 that were closed when the program was started, one bit each.
static CLOSED_AT_START: AtomicU8 = AtomicU8::new(0);
/// Whether the program was started with SIGPIPE ignored.
static PIPE_IGNORED_AT_START: AtomicBool = AtomicBool::new(false);

/// Runs before `main`, and before Rust's runtime, which opens /dev/null in place of closed standard descriptors
/// and ignores SIGPIPE: afterwards nobody could tell what the runner had been given.
extern "C" fn observe_start() {
    for fd in 0..3 {
        // SAFETY: F_GETFD only asks; a descriptor that is not open is an error code.
        if unsafe { libc::fcntl(fd, libc::F_GETFD) } == -1 {
            CLOSED_AT_START.fetch_or(1 << fd, Ordering::Relaxed);
        }
    }
    PIPE_IGNORED_AT_START.store(is_ignored(libc::SIGPIPE), Ordering::Relaxed);
}

// SAFETY: the section holds pointers to functions that the C runtime calls once, single-threaded, before main;
// this one calls nothing but async-signal-safe functions and touches only atomics.
#[used]
#[unsafe(link_section = ".init_array")]
static OBSERVE_START: extern "C" fn() = observe_start;

/// Whether descriptor `fd` (0, 1 or 2) was closed when the program was started.
pub fn was_closed_at_start(fd: u8) -> bool {
    CLOSED_AT_START.load(Ordering::Relaxed) & (1 << fd) != 0
}

/// Whether `signal` is ignored now. For SIGPIPE, which Rust's runtime ignores: whether it was at the start.
pub fn was_ignored_at_start(signal: i32) -> bool {
    if signal == libc::SIGPIPE { PIPE_IGNORED_AT_START.load(Ordering::Relaxed) } else { is_ignored(signal) }
}

fn is_ignored(signal: i32) -> bool {
    let mut now = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: with a null new action sigaction only writes the current one to `now`, which is large enough; an
    // all-zero sigaction is a valid value should the call fail.
    unsafe {
        libc::sigaction(signal, ptr::null(), now.as_mut_ptr());
        now.assume_init().sa_sigaction == libc::SIG_IGN
    }
}

/// Undoes an inherited `SIGCHLD = ignored`, under which the kernel throws exit statuses away.
///
/// It is the one difference between the signal state of the runner at its start and that of its jobs.
pub fn keep_exit_statuses() {
    if is_ignored(libc::SIGCHLD) {
        // SAFETY: SIG_DFL is a valid disposition, and no handler of ours is replaced.
        unsafe { libc::signal(libc::SIGCHLD, libc::SIG_DFL) };
    }
}

/// Does something with a terminal that may be in the hands of another process group: it fails or has its way, and this
/// process is not stopped for it.
pub fn without_terminal_stops<T>(act: impl FnOnce() -> T) -> T {
    without_signals(Some(&[libc::SIGTTIN, libc::SIGTTOU]), act)
}

/// Does something while no signal gets through that could be held back: they come afterwards. What is forked meanwhile
/// never gets any, and so outlives what is sent to others by name or group to end, stop or ask them.
pub fn without_any_signal<T>(act: impl FnOnce() -> T) -> T {
    without_signals(None, act)
}

/// Does something while these signals, or all, are held back from this thread.
fn without_signals<T>(signals: Option<&[i32]>, act: impl FnOnce() -> T) -> T {
    let mut held = MaybeUninit::<libc::sigset_t>::zeroed();
    let mut before = MaybeUninit::<libc::sigset_t>::zeroed();
    // SAFETY: sigemptyset or sigfillset makes `held` a valid set, which the others take; the mask is that of this thread
    // alone.
    unsafe {
        match signals {
            None => _ = libc::sigfillset(held.as_mut_ptr()),
            Some(signals) => {
                libc::sigemptyset(held.as_mut_ptr());
                for &signal in signals {
                    libc::sigaddset(held.as_mut_ptr(), signal);
                }
            }
        }
        libc::pthread_sigmask(libc::SIG_BLOCK, held.as_ptr(), before.as_mut_ptr());
    }
    let result = act();
    // SAFETY: `before` was written above; it is the empty set should that have failed.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), ptr::null_mut()) };
    result
}

/// Ends this process by this signal, so that whoever waits for it sees that. Returns if the signal does not end it: one
/// that was ignored at the start, or any if this is the first process of a container.
pub fn end_by(signal: i32) {
    // That of a program that has done all it had to is of no use.
    let _ = rustix::process::setrlimit(
        rustix::process::Resource::Core,
        rustix::process::Rlimit { current: Some(0), maximum: Some(0) },
    );
    // SAFETY: SIG_DFL is a valid disposition, the set is initialised before it is used, and a handler that is replaced
    // is not needed any more.
    unsafe {
        let mut set = MaybeUninit::uninit();
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), signal);
        libc::signal(signal, libc::SIG_DFL);
        libc::pthread_sigmask(libc::SIG_UNBLOCK, set.as_ptr(), ptr::null_mut());
        libc::raise(signal);
    }
}

/// Numbers that this process and those forked from it see alike, all 0 at first.
///
/// A slot is a store and a load without a system call, so that telling the guard of a job costs nothing.
pub fn shared_numbers(count: usize) -> io::Result<&'static [AtomicI32]> {
    static MADE: OnceLock<&'static [AtomicI32]> = OnceLock::new();
    if let Some(made) = MADE.get() {
        return Ok(made);
    }
    // SAFETY: a fresh anonymous mapping that overlaps nothing; it is never unmapped, so 'static holds; zero bytes
    // are valid AtomicI32s, and pages are aligned for them.
    let numbers = unsafe {
        let address = libc::mmap(
            ptr::null_mut(),
            count * size_of::<AtomicI32>(),
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_SHARED | libc::MAP_ANONYMOUS,
            -1,
            0,
        );
        if address == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        std::slice::from_raw_parts(address.cast::<AtomicI32>(), count)
    };
    Ok(MADE.get_or_init(|| numbers))
}

/// Forks a process that runs `child` and then exits with 0. Refused once there is a second thread, because a
/// lock held by a thread that the child does not have would never be released there.
pub fn fork(child: impl FnOnce()) -> io::Result<Pid> {
    // The directory has a link for each thread, beside its own two.
    if std::fs::metadata("/proc/self/task").is_ok_and(|tasks| tasks.nlink() > 3) {
        return Err(io::Error::other("fork with threads running"));
    }
    // SAFETY: the process has one thread, so the child's memory is as consistent as the parent's.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => {
            child();
            process::exit(0)
        }
        pid => Pid::from_raw(pid).ok_or_else(|| io::Error::other("fork gave no process id")),
    }
}

/// Closes all descriptors but these, which must be in ascending order: those of a forked child that got them unasked.
///
/// # Errors
/// When the kernel, before 5.9, has no call for that; nothing was closed then.
pub fn close_all_but(kept: &[u32]) -> io::Result<()> {
    let close = |from: u32, to: u32| {
        if from > to {
            return Ok(());
        }
        // SAFETY: the caller owns no object for these; closing descriptors touches no memory.
        match unsafe { libc::syscall(libc::SYS_close_range, from, to, 0) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    };
    close(kept.last().map_or(0, |last| last + 1), u32::MAX)?;
    let mut from = 0;
    for &kept in kept {
        if kept > 0 {
            close(from, kept - 1)?;
        }
        from = kept + 1;
    }
    Ok(())
}

/// A descriptor that the program was started with, to write to; jobs no longer get it.
///
/// # Errors
/// When it was not open at the start, or cannot be written to.
pub fn inherited(fd: i32) -> io::Result<File> {
    // SAFETY: these calls only ask, and touch no memory.
    let (flags, status) = unsafe { (libc::fcntl(fd, libc::F_GETFD), libc::fcntl(fd, libc::F_GETFL)) };
    let was_closed = u8::try_from(fd).is_ok_and(|fd| fd < 3 && was_closed_at_start(fd));
    // What this process opens by itself is closed on exec, which what it was given cannot be.
    if was_closed || flags == -1 || fd > 2 && flags & libc::FD_CLOEXEC != 0 {
        return Err(io::Error::from_raw_os_error(libc::EBADF));
    }
    if status & libc::O_ACCMODE == libc::O_RDONLY {
        return Err(io::Error::other("it is open for reading only"));
    }
    // SAFETY: the result is a new descriptor that nobody else owns.
    let file = match unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 3) } {
        -1 => return Err(io::Error::last_os_error()),
        copy => unsafe { File::from_raw_fd(copy) },
    };
    if fd > 2 {
        // SAFETY: it changes what becomes of the descriptor on exec, and touches no memory.
        unsafe { libc::fcntl(fd, libc::F_SETFD, flags | libc::FD_CLOEXEC) };
    }
    Ok(file)
}

/// Closes a descriptor that belongs to no object of this process, such as one that a forked child got unasked.
pub fn close(fd: i32) {
    // SAFETY: the caller owns no object for it; closing a descriptor touches no memory.
    unsafe { libc::close(fd) };
}
