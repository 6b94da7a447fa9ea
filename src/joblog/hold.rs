//! That no two runs have one log.
//!
//! A run that is killed leaves a guard, which ends its jobs; until it has, nobody may run them again. So there are two
//! locks: one of the run itself, and one of whatever is left of it. A run that meets the first is refused; one that
//! meets the second alone waits for what is going to end soon.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Error, say};
use crate::os::Lock;

/// The locked bytes, far behind any that are written.
const RUN: i64 = 1 << 62;
const REST: i64 = RUN + 1;

/// How long a lock may be in the way without a word, and between two looks.
const PATIENCE: Duration = Duration::from_millis(300);
const PAUSE: Duration = Duration::from_millis(1);

/// Makes the log ours; what is returned keeps it so for the jobs. `None` where the file system knows no locks.
pub(super) fn hold(file: &File, path: &Path) -> Result<Option<OwnedFd>, Error> {
    let failed = |cause| Error::Record { what: super::describe(path), cause };
    match patiently(|| Lock::Exclusive.set(file.as_fd(), RUN, 1)) {
        Ok(()) => {}
        Err(error) if is_taken(&error) => {
            let name = path.display();
            let text =
                format!("the job log {name} is in use by another run; wait for its end, or give this run another log");
            return Err(Error::Usage(text));
        }
        // NFS without its lock service, and some file systems of user space.
        Err(_) => return Ok(None),
    }
    // A lock belongs to one opening of the file, so this one needs an opening of its own.
    let rest = File::options().append(true).open(path).map_err(failed)?;
    if let Err(error) = patiently(|| Lock::Exclusive.set(rest.as_fd(), REST, 1))
        && is_taken(&error)
    {
        say(format_args!("waiting for the end of the jobs of a run with {} that was killed", path.display()));
        while let Err(error) = Lock::Exclusive.wait(rest.as_fd(), REST, 1) {
            if error.kind() != ErrorKind::Interrupted {
                return Err(failed(error));
            }
        }
    }
    Ok(Some(rest.into()))
}

/// Tries again for a moment: a run that has just ended may still be there, in its guard or in a process that it was
/// making.
fn patiently(lock: impl Fn() -> io::Result<()>) -> io::Result<()> {
    let since = Instant::now();
    loop {
        match lock() {
            Err(error) if is_taken(&error) && since.elapsed() < PATIENCE => thread::sleep(PAUSE),
            result => return result,
        }
    }
}

/// Whether the file has this name now.
pub(super) fn is_current(file: &File, path: &Path) -> io::Result<bool> {
    let identity = |about: Metadata| (about.dev(), about.ino());
    let found = match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        found => identity(found?),
    };
    Ok(found == identity(file.metadata()?))
}

fn is_taken(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::PermissionDenied)
}
