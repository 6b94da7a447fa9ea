//! Locks that vanish with those who had them, and an end to waiting for one.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::ptr;
use std::time::Duration;

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
    /// Locks `length` bytes of the file from `start` on, all of them to the end if `length` is 0.
    ///
    /// # Errors
    /// `WouldBlock` when somebody else's lock is in the way.
    pub fn set(self, file: BorrowedFd<'_>, start: i64, length: i64) -> io::Result<()> {
        self.control(libc::F_OFD_SETLK, file, start, length)
    }

    /// The same as soon as no lock is in the way.
    ///
    /// # Errors
    /// `Interrupted` when a signal is handled meanwhile.
    pub fn wait(self, file: BorrowedFd<'_>, start: i64, length: i64) -> io::Result<()> {
        self.control(libc::F_OFD_SETLKW, file, start, length)
    }

    fn control(self, command: libc::c_int, file: BorrowedFd<'_>, start: i64, length: i64) -> io::Result<()> {
        let mut range = self.range(start, length);
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
