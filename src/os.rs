//! The operating system behind one file: the few calls that no safe crate offers.
//!
//! Everything that is `unsafe` stands here, each block with the reason why it is sound: what the runner was
//! given before `main` ran, signal dispositions, making processes, the fork and the shared page that the guard
//! process needs, and the locks of semaphores. What `rustix` and `signal-hook` offer without `unsafe` is called where it is used.
#![allow(unsafe_code)]

mod strings;

pub use strings::{HoldsNul, Strings};

use std::cell::UnsafeCell;
use std::ffi::{CStr, CString};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::process;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU8, Ordering};
use std::time::Duration;

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

/// Ignores what asks a process to end, for one that has to outlive others.
pub fn ignore_requests_to_end() {
    for signal in [libc::SIGHUP, libc::SIGINT, libc::SIGQUIT, libc::SIGTERM] {
        // SAFETY: SIG_IGN is a valid disposition, and no handler of ours is replaced.
        unsafe { libc::signal(signal, libc::SIG_IGN) };
    }
}

/// How processes are made: as `posix_spawn` does it, with a child that borrows the memory of its parent until it
/// executes its program, but without the 130 system calls a time that glibc spends on signals that nobody has touched
/// and on a new stack. The kernel hands out the descriptor that tells of the child's end in the same call.
///
/// The child usually leads its own process group, and gets the signal mask and dispositions that the runner was started with.
pub struct Spawner {
    mask: libc::sigset_t,
    /// Signals that were not ignored at the start; handlers and what Rust's runtime ignores are taken from them.
    not_ignored: Vec<i32>,
}

/// What differs from process to process.
pub struct Launch<'a> {
    /// The file to execute; no search along PATH.
    pub program: &'a CStr,
    /// The argument vector, with the name the program is called by.
    pub arguments: &'a Strings,
    /// `NAME=value` for every variable, in pieces so that the common ones need no copy.
    pub environment: [&'a [CString]; 2],
    /// Whether it leads a process group of its own rather than joining that of the runner.
    pub leads_group: bool,
    /// The directory to run in; `None` leaves it that of the runner.
    pub directory: Option<&'a CStr>,
    /// The niceness; `None` leaves it that of the runner.
    pub nice: Option<i32>,
    /// The stdin; `None` leaves it that of the runner.
    pub stdin: Option<BorrowedFd<'a>>,
    /// The stdout and stderr; `None` leaves them those of the runner.
    pub outputs: Option<[BorrowedFd<'a>; 2]>,
}

/// What the child reads and writes while it borrows its parent's memory.
struct Borrowed {
    program: *const libc::c_char,
    argv: *const *const libc::c_char,
    envp: *const *const libc::c_char,
    leads_group: bool,
    /// NULL to stay.
    directory: *const libc::c_char,
    nice: Option<i32>,
    /// The descriptors for 0, 1 and 2; negative for the runner's own.
    descriptors: [i32; 3],
    spawner: *const Spawner,
    error: i32,
}

/// Deep enough for a handful of system call wrappers.
#[repr(align(16))]
struct Stack(UnsafeCell<[u8; 16 << 10]>);

thread_local! {
    /// Where the child of this thread runs; the thread waits meanwhile, so one is enough.
    static CHILD_STACK: Box<Stack> = Box::new(Stack(UnsafeCell::new([0; 16 << 10])));
}

impl Spawner {
    /// Reads the signal mask of the calling thread, which must still be the one the runner was given.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn new() -> io::Result<Self> {
        let mut mask = MaybeUninit::uninit();
        // SAFETY: with a null new mask, pthread_sigmask only writes the current one.
        check(unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, ptr::null(), mask.as_mut_ptr()) })?;
        let can_change = |signal: &i32| ![libc::SIGKILL, libc::SIGSTOP].contains(signal);
        let not_ignored = (1..32).filter(can_change).filter(|signal| !was_ignored_at_start(*signal)).collect();
        // SAFETY: written by the call that succeeded.
        Ok(Self { mask: unsafe { mask.assume_init() }, not_ignored })
    }

    /// Starts a process; returns once it has executed its program, with its id and a pidfd.
    ///
    /// # Errors
    /// Those of the fork and of the execution of the program, in which case there is no process.
    pub fn spawn(&self, launch: &Launch<'_>) -> io::Result<(Pid, OwnedFd)> {
        let argv: Vec<_> = launch.arguments.pointers().chain([ptr::null()]).collect();
        let envp = pointers(&launch.environment);
        let outputs = launch.outputs.map_or([-1; 2], |outputs| outputs.map(|fd| fd.as_raw_fd()));
        let mut borrowed = Borrowed {
            program: launch.program.as_ptr(),
            argv: argv.as_ptr(),
            envp: envp.as_ptr(),
            leads_group: launch.leads_group,
            directory: launch.directory.map_or(ptr::null(), CStr::as_ptr),
            nice: launch.nice,
            descriptors: [launch.stdin.map_or(-1, |fd| fd.as_raw_fd()), outputs[0], outputs[1]],
            spawner: self,
            error: 0,
        };
        let mut pidfd = -1;
        let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::CLONE_PIDFD | libc::SIGCHLD;
        let pid = CHILD_STACK.with(|stack| {
            // SAFETY: CLONE_VFORK suspends this thread until the child has executed its program or exited, so the
            // child alone uses its stack, whose end is aligned as the ABI wants, and `borrowed`, whose pointers live
            // until then. No signal handler can run in the child: all signals are blocked here, and it takes the
            // handlers away before it unblocks them. `pidfd` is where CLONE_PIDFD puts the new descriptor.
            unsafe {
                let mut all = MaybeUninit::uninit();
                libc::sigfillset(all.as_mut_ptr());
                let mut before = MaybeUninit::uninit();
                check(libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr()))?;
                let top = stack.0.get().cast::<u8>().add(size_of::<Stack>());
                let pid = libc::clone(child, top.cast(), flags, (&raw mut borrowed).cast(), &raw mut pidfd);
                let error = io::Error::last_os_error();
                libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), ptr::null_mut());
                Pid::from_raw(pid.max(0)).ok_or(error)
            }
        })?;
        // SAFETY: the kernel has just made it, and nothing else knows it.
        let pidfd = unsafe { OwnedFd::from_raw_fd(pidfd) };
        // SAFETY: `borrowed` is a live local; the child, which wrote to it behind the compiler's back, is done.
        match unsafe { ptr::read_volatile(&raw const borrowed.error) } {
            0 => Ok((pid, pidfd)),
            error => {
                let _ = rustix::process::waitpid(Some(pid), rustix::process::WaitOptions::empty());
                Err(io::Error::from_raw_os_error(error))
            }
        }
    }
}

/// The life of a child until it executes its program. It shares all memory with its parent, so it allocates nothing,
/// takes no lock and does not panic: system calls only.
extern "C" fn child(borrowed: *mut libc::c_void) -> i32 {
    // SAFETY: the pointer is to the `Borrowed` of `spawn`, which waits; its pointers are valid, the strings end with
    // NUL and the arrays with NULL. All calls are async-signal-safe.
    unsafe {
        let borrowed = &mut *borrowed.cast::<Borrowed>();
        let spawner = &*borrowed.spawner;
        let mut failed = borrowed.leads_group && libc::setpgid(0, 0) == -1;
        for signal in &spawner.not_ignored {
            // What was typed at the terminal while this child still belonged to the foreground is meant for the
            // runner. A Ctrl-Z kept for now would stop the child before its program runs, and its parent with it, for
            // ever; to ignore a signal throws away what is pending.
            if [libc::SIGINT, libc::SIGQUIT, libc::SIGTSTP].contains(signal) {
                libc::signal(*signal, libc::SIG_IGN);
            }
            libc::signal(*signal, libc::SIG_DFL);
        }
        for (target, descriptor) in (0..).zip(borrowed.descriptors) {
            failed = failed || descriptor >= 0 && libc::dup2(descriptor, target) == -1;
        }
        failed = failed || !borrowed.directory.is_null() && libc::chdir(borrowed.directory) == -1;
        if let Some(nice) = borrowed.nice {
            // A niceness that is not allowed is no reason to lose a job; the runner has tried it before.
            libc::setpriority(libc::PRIO_PROCESS, 0, nice);
        }
        if !failed {
            libc::pthread_sigmask(libc::SIG_SETMASK, &raw const spawner.mask, ptr::null_mut());
            libc::execve(borrowed.program, borrowed.argv, borrowed.envp);
        }
        borrowed.error = *libc::__errno_location();
        libc::_exit(127)
    }
}

fn pointers(pieces: &[&[CString]]) -> Vec<*const libc::c_char> {
    let strings = pieces.iter().copied().flatten();
    strings.map(|string| string.as_ptr()).chain([ptr::null()]).collect()
}

/// The `pthread` family returns the error instead of setting errno.
fn check(code: i32) -> io::Result<()> {
    if code == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(code)) }
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
    if std::fs::read_dir("/proc/self/task").is_ok_and(|tasks| tasks.count() > 1) {
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

/// Closes a descriptor that belongs to no object of this process, such as one that a forked child got unasked.
pub fn close(fd: i32) {
    // SAFETY: the caller owns no object for it; closing a descriptor touches no memory.
    unsafe { libc::close(fd) };
}

/// A lock on bytes of a file that belongs to the open file, not to a process or a descriptor: the kernel takes it away
/// when the last descriptor of that open file is closed, at the latest when all who had one have died.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Others may have it too.
    Shared,
    /// Nobody else has one.
    Exclusive,
    /// None any more.
    Nothing,
}

impl Lock {
    /// Locks `length` bytes of the file from `start` on, all of them to the end if `length` is 0. `waits` is for how
    /// long it takes, or until a signal is handled.
    ///
    /// # Errors
    /// `WouldBlock` when somebody else's lock is in the way, and `Interrupted`.
    pub fn set(self, file: BorrowedFd<'_>, start: i64, length: i64, waits: bool) -> io::Result<()> {
        let mut range = self.range(start, length);
        let command = if waits { libc::F_OFD_SETLKW } else { libc::F_OFD_SETLK };
        // SAFETY: the descriptor is open, and the call reads the struct only.
        match unsafe { libc::fcntl(file.as_raw_fd(), command, &raw mut range) } {
            -1 => Err(io::Error::last_os_error()),
            _ => Ok(()),
        }
    }

    /// Where a lock of another open file is in the way of this one, if there is any.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn obstacle(self, file: BorrowedFd<'_>, start: i64, length: i64) -> io::Result<Option<i64>> {
        let mut range = self.range(start, length);
        // SAFETY: the descriptor is open, and the call writes to the struct only.
        match unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_GETLK, &raw mut range) } {
            -1 => Err(io::Error::last_os_error()),
            _ => Ok((i32::from(range.l_type) != libc::F_UNLCK).then_some(range.l_start)),
        }
    }

    fn range(self, start: i64, length: i64) -> libc::flock {
        let kind = match self {
            Self::Shared => libc::F_RDLCK,
            Self::Exclusive => libc::F_WRLCK,
            Self::Nothing => libc::F_UNLCK,
        };
        // SAFETY: all zeros is a valid flock; the process id must be 0.
        let mut range: libc::flock = unsafe { MaybeUninit::zeroed().assume_init() };
        // The constants are 0, 1 and 2, of another type than the field.
        range.l_type = kind.try_into().unwrap_or_default();
        (range.l_start, range.l_len) = (start, length);
        range
    }
}

/// Calls `wait`, whose system calls end with `Interrupted` from `after` on: it has to look at the clock then. For a
/// process with one thread; the signal that does it belongs to nobody else.
///
/// # Errors
/// When there is no timer to be had.
pub fn interrupting<T>(after: Duration, wait: impl FnOnce() -> T) -> io::Result<T> {
    extern "C" fn nothing(_: libc::c_int) {}
    let signal = libc::SIGRTMIN();
    let to_spec = |time: Duration| libc::timespec {
        tv_sec: time.as_secs().try_into().unwrap_or(libc::time_t::MAX),
        tv_nsec: libc::c_long::from(time.subsec_nanos().cast_signed()),
    };
    // One that comes just before a call would be missed; so it comes again and again. Zero would be never.
    let rhythm = libc::itimerspec {
        it_interval: to_spec(Duration::from_millis(10)),
        it_value: to_spec(after.max(Duration::from_millis(1))),
    };
    // SAFETY: zeros are valid for each of the structs, whose fields are then set to valid values; the handler does
    // nothing; the timer is deleted, and mask and disposition are put back, before the function returns.
    unsafe {
        let mut action: libc::sigaction = MaybeUninit::zeroed().assume_init();
        action.sa_sigaction = nothing as extern "C" fn(libc::c_int) as libc::sighandler_t;
        let mut old_action = MaybeUninit::zeroed();
        if libc::sigaction(signal, &raw const action, old_action.as_mut_ptr()) == -1 {
            return Err(io::Error::last_os_error());
        }
        let mut mask = MaybeUninit::zeroed();
        let mut old_mask = MaybeUninit::zeroed();
        libc::sigemptyset(mask.as_mut_ptr());
        libc::sigaddset(mask.as_mut_ptr(), signal);
        libc::pthread_sigmask(libc::SIG_UNBLOCK, mask.as_ptr(), old_mask.as_mut_ptr());
        let mut event: libc::sigevent = MaybeUninit::zeroed().assume_init();
        (event.sigev_notify, event.sigev_signo) = (libc::SIGEV_SIGNAL, signal);
        let mut timer = ptr::null_mut();
        let result = if libc::timer_create(libc::CLOCK_MONOTONIC, &raw mut event, &raw mut timer) == -1 {
            Err(io::Error::last_os_error())
        } else {
            libc::timer_settime(timer, 0, &raw const rhythm, ptr::null_mut());
            let result = wait();
            libc::timer_delete(timer);
            Ok(result)
        };
        libc::pthread_sigmask(libc::SIG_SETMASK, old_mask.as_ptr(), ptr::null_mut());
        libc::sigaction(signal, old_action.as_ptr(), ptr::null_mut());
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spawned_process_gets_its_arguments_and_environment() {
        let spawner = Spawner::new().expect("attributes");
        let null = std::fs::File::open("/dev/null").expect("null");
        let arguments = Strings::of([&b"sh"[..], b"-c", b"test \"$A$B\" = 12"]).expect("no NUL");
        let environment = [[c"A=1"].map(CString::from), [c"B=2"].map(CString::from)];
        let launch = Launch {
            program: c"/bin/sh",
            arguments: &arguments,
            environment: [&environment[0], &environment[1]],
            leads_group: true,
            directory: None,
            nice: None,
            stdin: Some(std::os::fd::AsFd::as_fd(&null)),
            outputs: None,
        };
        let (pid, _) = spawner.spawn(&launch).expect("spawn");
        let (_, status) =
            rustix::process::waitpid(Some(pid), rustix::process::WaitOptions::empty()).expect("wait").expect("status");
        assert_eq!(status.exit_status(), Some(0));
    }

    #[test]
    fn a_missing_program_is_an_error_of_the_spawn() {
        let spawner = Spawner::new().expect("attributes");
        let null = std::fs::File::open("/dev/null").expect("null");
        let launch = Launch {
            program: c"/no/such/program",
            arguments: &Strings::default(),
            environment: [&[], &[]],
            leads_group: true,
            directory: None,
            nice: None,
            stdin: Some(std::os::fd::AsFd::as_fd(&null)),
            outputs: None,
        };
        assert_eq!(spawner.spawn(&launch).expect_err("error").kind(), io::ErrorKind::NotFound);
    }
}
