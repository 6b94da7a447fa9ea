//! The physical limit for a job runner: N threads, each in a loop of `posix_spawnp` and `waitpid`.
//!
//! Nothing is read, captured, ordered or logged; no runner that starts a process per job can be faster. The bench
//! calls itself with [`ARGUMENT`] so that the limit is a process of its own like all the others.
#![allow(unsafe_code)] // posix_spawnp itself, with nothing of the standard library around it that would cost time

use std::ffi::{CString, OsString, c_char};
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::ptr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;

unsafe extern "C" {
    static environ: *const *mut c_char;
}

/// The first argument that makes the bench binary the limit; then THREADS JOBS COMMAND [ARGUMENT …].
pub(crate) const ARGUMENT: &str = "--be-the-limit";

/// Starts the command JOBS times from THREADS threads.
pub(crate) fn run(arguments: &[OsString]) -> io::Result<()> {
    let number = |index: usize| arguments.get(index)?.to_str()?.parse::<i64>().ok();
    let (Some(threads), Some(jobs), Some(command)) = (number(0), number(1), arguments.get(2..)) else {
        return Err(io::Error::other("usage: THREADS JOBS COMMAND [ARGUMENT …]"));
    };
    let command: Result<Vec<_>, _> = command.iter().map(|word| CString::new(word.clone().into_vec())).collect();
    let (command, left) = (command?, AtomicI64::new(jobs));
    thread::scope(|scope| {
        let slots: Vec<_> = (0..threads).map(|_| scope.spawn(|| slot(&command, &left))).collect();
        slots.into_iter().try_for_each(|slot| slot.join().expect("a slot does not panic"))
    })
}

/// One thread of it.
fn slot(command: &[CString], left: &AtomicI64) -> io::Result<()> {
    let words: Vec<_> = command.iter().map(|word| word.as_ptr().cast_mut()).chain([ptr::null_mut()]).collect();
    while left.fetch_sub(1, Ordering::Relaxed) > 0 {
        let (mut pid, mut status) = (0, 0);
        // SAFETY: `words` is an array of NUL-terminated strings that ends with NULL and outlives the call; the null
        // actions and attributes mean the defaults; nobody writes to `environ` in this process.
        let error =
            unsafe { libc::posix_spawnp(&raw mut pid, words[0], ptr::null(), ptr::null(), words.as_ptr(), environ) };
        if error != 0 {
            return Err(io::Error::from_raw_os_error(error));
        }
        // SAFETY: `status` is a live local.
        unsafe { libc::waitpid(pid, &raw mut status, 0) };
    }
    Ok(())
}

/// Waits for a process of ours and returns its raw wait status and its peak resident memory in KiB.
pub(crate) fn wait_for(pid: u32) -> io::Result<(i32, i64)> {
    let pid = libc::pid_t::try_from(pid).map_err(io::Error::other)?;
    let mut status = 0;
    // SAFETY: an all-zero rusage is a valid value; both pointers are to live locals of the right type.
    unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        if libc::wait4(pid, &raw mut status, 0, &raw mut usage) == -1 {
            return Err(io::Error::last_os_error());
        }
        Ok((status, usage.ru_maxrss))
    }
}
