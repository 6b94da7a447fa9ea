//! Where the program begins and ends: from the C runtime to its main function and back to the kernel.
//!
//! What Rust's runtime does on the way costs a sixth of the time that a run of one job takes: it reads `/proc/self/maps`
//! to know the end of a stack from other bad addresses, gives each thread a second stack to say so on, and has all
//! libraries clean up behind themselves. What of it is needed is done here.

use std::env;
use std::ffi::OsString;
use std::panic::catch_unwind;

use super::was_closed_at_start;

/// The exit status of a panic, as that of Rust's runtime.
const PANICKED: i32 = 101;

/// Makes a function from argv to the exit status the main function of a binary that is `no_main` with glibc.
#[macro_export]
macro_rules! main_function {
    ($main:path) => {
        #[cfg(target_env = "gnu")]
        #[allow(unsafe_code)]
        // SAFETY: no other main can be linked; the C runtime calls it once, and it unwinds into nothing.
        #[unsafe(no_mangle)]
        extern "C" fn main() -> i32 {
            $crate::os::run_as_process($main)
        }

        // Elsewhere Rust's own runtime is needed to know argv.
        #[cfg(not(target_env = "gnu"))]
        fn main() -> std::process::ExitCode {
            $main(std::env::args_os().collect()).into()
        }
    };
}

/// Runs `main` and ends the process at once, whatever its threads are about to do: what has been written to Rust's stdout
/// must have been flushed.
pub fn run_as_process(main: fn(Vec<OsString>) -> u8) -> ! {
    fill_standard_descriptors();
    // SAFETY: SIG_IGN is a valid disposition, and no handler of ours is replaced.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_IGN) };
    let status = catch_unwind(|| main(env::args_os().collect())).map_or(PANICKED, i32::from);
    leave(status)
}

/// Ends the process at once.
pub(super) fn leave(status: i32) -> ! {
    // SAFETY: the call does not return; nothing is left that a destructor or another thread would have to do.
    unsafe { libc::_exit(status) }
}

/// Opens /dev/null in the place of each standard descriptor that was closed, so that no other file gets its number.
fn fill_standard_descriptors() {
    for _ in (0..3).filter(|fd| was_closed_at_start(*fd)) {
        // SAFETY: the path is a C string. The lowest number that is free is that of the first that was closed; it
        // belongs to the process from now on.
        unsafe { libc::open(c"/dev/null".as_ptr(), libc::O_RDWR) };
    }
}
