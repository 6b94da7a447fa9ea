//! Making processes.

use std::cell::UnsafeCell;
use std::ffi::{CStr, CString};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::ptr;

use rustix::process::Pid;

use super::strings::Strings;
use super::was_ignored_at_start;

/// How processes are made: as `posix_spawn` does it, with a child that borrows the memory of its parent until it
/// executes its program, but without the 130 system calls a time that glibc spends on signals that nobody has touched
/// and on a new stack. The kernel hands out the descriptor that tells of the child's end in the same call.
///
/// The child usually leads its own process group, and gets the signal mask and dispositions that the runner was started
/// with.
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
    /// The most bytes that its address space may have; `None` leaves that to the runner's own limit.
    pub addresses: Option<u64>,
    /// The file that moves who writes to it into a control group.
    pub joins: Option<BorrowedFd<'a>>,
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
    addresses: Option<u64>,
    /// Negative to stay.
    joins: i32,
    /// The descriptors for 0, 1 and 2; negative for the runner's own.
    descriptors: [i32; 3],
    spawner: *const Spawner,
    error: i32,
}

/// Deep enough for a handful of system call wrappers.
#[repr(align(16))]
struct Stack(UnsafeCell<MaybeUninit<[u8; 16 << 10]>>);

thread_local! {
    /// Where the child of this thread runs; the thread waits meanwhile, so one is enough.
    static CHILD_STACK: Box<Stack> = Box::new(Stack(UnsafeCell::new(MaybeUninit::uninit())));
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
            addresses: launch.addresses,
            joins: launch.joins.map_or(-1, |file| file.as_raw_fd()),
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
        failed = failed || borrowed.joins >= 0 && libc::write(borrowed.joins, c"0".as_ptr().cast(), 1) == -1;
        if let Some(limit) = borrowed.addresses {
            let limit = libc::rlimit { rlim_cur: limit, rlim_max: limit };
            failed = failed || libc::setrlimit(libc::RLIMIT_AS, &raw const limit) == -1;
        }
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

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::fd::AsFd;

    use super::*;

    /// A program without an environment, alone in its process group, that reads `stdin`.
    fn launch<'a>(program: &'a CStr, arguments: &'a Strings, stdin: &'a File) -> Launch<'a> {
        Launch {
            program,
            arguments,
            environment: [&[], &[]],
            leads_group: true,
            directory: None,
            nice: None,
            addresses: None,
            joins: None,
            stdin: Some(stdin.as_fd()),
            outputs: None,
        }
    }

    #[test]
    fn a_spawned_process_gets_its_arguments_and_environment() {
        let spawner = Spawner::new().expect("attributes");
        let null = File::open("/dev/null").expect("null");
        let arguments = Strings::of([&b"sh"[..], b"-c", b"test \"$A$B\" = 12"]).expect("no NUL");
        let environment = [[c"A=1"].map(CString::from), [c"B=2"].map(CString::from)];
        let environment = [&environment[0][..], &environment[1]];
        let launch = Launch { environment, ..launch(c"/bin/sh", &arguments, &null) };
        let (pid, _) = spawner.spawn(&launch).expect("spawn");
        let (_, status) =
            rustix::process::waitpid(Some(pid), rustix::process::WaitOptions::empty()).expect("wait").expect("status");
        assert_eq!(status.exit_status(), Some(0));
    }

    #[test]
    fn a_missing_program_is_an_error_of_the_spawn() {
        let spawner = Spawner::new().expect("attributes");
        let (arguments, null) = (Strings::default(), File::open("/dev/null").expect("null"));
        let launch = launch(c"/no/such/program", &arguments, &null);
        assert_eq!(spawner.spawn(&launch).expect_err("error").kind(), io::ErrorKind::NotFound);
    }
}
