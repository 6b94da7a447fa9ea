//! The operating system behind one file: the few calls that no safe crate offers.
//!
//! Everything that is `unsafe` stands here, each block with the reason why it is sound: what the runner was
//! given before `main` ran, signal dispositions, `posix_spawn`, and the fork and the shared page that the guard
//! process needs. What `rustix` and `signal-hook` offer without `unsafe` is called where it is used.
#![allow(unsafe_code)]

use std::ffi::{CStr, CString};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd};
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

/// How a job's process is made: the attributes that are the same for every job.
///
/// The job leads its own process group and gets the signal mask and dispositions that the runner was started with
/// (handlers are reset by exec itself, so only SIGPIPE, which Rust's runtime ignores, has to be put back).
pub struct Spawner {
    attributes: libc::posix_spawnattr_t,
}

// SAFETY: glibc only reads the attributes in posix_spawn, and nothing here writes to them after `new`.
unsafe impl Send for Spawner {}
// SAFETY: as above.
unsafe impl Sync for Spawner {}

/// What differs from job to job.
pub struct Launch<'a> {
    /// The file to execute; no search along PATH.
    pub program: &'a CStr,
    /// The argument vector, with the name the program is called by.
    pub arguments: &'a [CString],
    /// `NAME=value` for every variable, in pieces so that the common ones need no copy.
    pub environment: [&'a [CString]; 2],
    /// The job's stdin.
    pub stdin: BorrowedFd<'a>,
    /// The job's stdout and stderr; `None` leaves it those of the runner.
    pub outputs: Option<[BorrowedFd<'a>; 2]>,
}

impl Spawner {
    /// Reads the signal mask of the calling thread, which must still be the one the runner was given.
    pub fn new() -> io::Result<Self> {
        let mut attributes = MaybeUninit::uninit();
        let mut set = MaybeUninit::uninit();
        let flags = libc::POSIX_SPAWN_SETPGROUP | libc::POSIX_SPAWN_SETSIGMASK | libc::POSIX_SPAWN_SETSIGDEF;
        // SAFETY: init makes `attributes` valid before any setter reads it; sigemptyset and pthread_sigmask do so
        // for `set`. Every pointer is to a live local. The values are copied by the setters.
        unsafe {
            check(libc::posix_spawnattr_init(attributes.as_mut_ptr()))?;
            let attributes = attributes.assume_init_mut();
            check(libc::posix_spawnattr_setflags(attributes, i16::try_from(flags).unwrap_or(i16::MAX)))?;
            check(libc::posix_spawnattr_setpgroup(attributes, 0))?;
            libc::sigemptyset(set.as_mut_ptr());
            check(libc::pthread_sigmask(libc::SIG_SETMASK, ptr::null(), set.as_mut_ptr()))?;
            check(libc::posix_spawnattr_setsigmask(attributes, set.as_ptr()))?;
            libc::sigemptyset(set.as_mut_ptr());
            if !PIPE_IGNORED_AT_START.load(Ordering::Relaxed) {
                libc::sigaddset(set.as_mut_ptr(), libc::SIGPIPE);
            }
            check(libc::posix_spawnattr_setsigdefault(attributes, set.as_ptr()))?;
        }
        // SAFETY: initialised above.
        Ok(Self { attributes: unsafe { attributes.assume_init() } })
    }

    /// Starts a process; returns once it has executed its program, or with the error of that.
    pub fn spawn(&self, launch: &Launch<'_>) -> io::Result<Pid> {
        let argv = pointers(&[launch.arguments]);
        let envp = pointers(&launch.environment);
        let actions = FileActions::new(launch)?;
        let mut pid = 0;
        // SAFETY: program, argv and envp are NUL-terminated strings and NULL-terminated arrays of them that live
        // until the call returns, which is after the exec; attributes and actions are initialised.
        check(unsafe {
            libc::posix_spawn(
                &raw mut pid,
                launch.program.as_ptr(),
                &raw const actions.0,
                &raw const self.attributes,
                argv.as_ptr().cast(),
                envp.as_ptr().cast(),
            )
        })?;
        Pid::from_raw(pid).ok_or_else(|| io::Error::other("posix_spawn gave no process id"))
    }
}

impl Drop for Spawner {
    fn drop(&mut self) {
        // SAFETY: initialised in `new`, destroyed once.
        unsafe { libc::posix_spawnattr_destroy(&raw mut self.attributes) };
    }
}

/// The descriptors of the new process; a room of its own so that every way out frees them.
struct FileActions(libc::posix_spawn_file_actions_t);

impl FileActions {
    fn new(launch: &Launch<'_>) -> io::Result<Self> {
        let mut actions = MaybeUninit::uninit();
        // SAFETY: init makes it valid.
        let mut actions = unsafe {
            check(libc::posix_spawn_file_actions_init(actions.as_mut_ptr()))?;
            Self(actions.assume_init())
        };
        actions.duplicate(launch.stdin, 0)?;
        if let Some([out, err]) = launch.outputs {
            actions.duplicate(out, 1)?;
            actions.duplicate(err, 2)?;
        }
        Ok(actions)
    }

    fn duplicate(&mut self, from: BorrowedFd<'_>, to: i32) -> io::Result<()> {
        // SAFETY: self.0 is initialised; the call only records two numbers.
        check(unsafe { libc::posix_spawn_file_actions_adddup2(&raw mut self.0, from.as_raw_fd(), to) })
    }
}

impl Drop for FileActions {
    fn drop(&mut self) {
        // SAFETY: initialised in `new`, destroyed once.
        unsafe { libc::posix_spawn_file_actions_destroy(&raw mut self.0) };
    }
}

fn pointers(pieces: &[&[CString]]) -> Vec<*const libc::c_char> {
    let strings = pieces.iter().copied().flatten();
    strings.map(|string| string.as_ptr()).chain([ptr::null()]).collect()
}

/// The `posix_spawn` and `pthread` families return the error instead of setting errno.
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

/// Closes a descriptor that belongs to no object of this process, such as one that a forked child got unasked.
pub fn close(fd: i32) {
    // SAFETY: the caller owns no object for it; closing a descriptor touches no memory.
    unsafe { libc::close(fd) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spawned_process_gets_its_arguments_and_environment() {
        let spawner = Spawner::new().expect("attributes");
        let null = std::fs::File::open("/dev/null").expect("null");
        let arguments = [c"sh", c"-c", c"test \"$A$B\" = 12"].map(CString::from);
        let environment = [[c"A=1"].map(CString::from), [c"B=2"].map(CString::from)];
        let launch = Launch {
            program: c"/bin/sh",
            arguments: &arguments,
            environment: [&environment[0], &environment[1]],
            stdin: std::os::fd::AsFd::as_fd(&null),
            outputs: None,
        };
        let pid = spawner.spawn(&launch).expect("spawn");
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
            arguments: &[],
            environment: [&[], &[]],
            stdin: std::os::fd::AsFd::as_fd(&null),
            outputs: None,
        };
        assert_eq!(spawner.spawn(&launch).expect_err("error").kind(), io::ErrorKind::NotFound);
    }
}
