//! A semaphore: N places by a name, for commands that run at the same time but know nothing of each other.
//!
//! All state is in kernel locks on one file per name, which belong to the open file of the one who took them. They
//! vanish with it, so nothing is ever stale and nothing has to be cleaned up. What the file holds is the number of the
//! next ticket; that it stays behind does no harm. Bytes that are locked, far behind the end of the file:
//!
//! | byte | locked by |
//! |---|---|
//! | `DOOR` | whoever draws a ticket, for a moment |
//! | `PLACES` + i | the one who has place i |
//! | `TICKETS` + t | the one who waits with ticket t |
//!
//! One who waits asks for a shared lock on all tickets before its own. The kernel grants it when those have entered
//! or died; then it is the first in line, and the only one who may take a place. So the order is that of arrival.

mod folder;
mod options;
mod patience;

pub use options::SemaphoreOptions;
pub use patience::Patience;

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::os::{self, Lock};

const DOOR: i64 = 0;
const PLACES: i64 = 1 << 40;
const TICKETS: i64 = 1 << 50;

/// How often the first in line looks for a free place, where the kernel cannot wait for any of several.
const LOOK: Duration = Duration::from_millis(10);

/// A semaphore that exists as long as somebody has it open.
#[derive(Debug)]
pub struct Semaphore {
    path: PathBuf,
    file: File,
}

/// A place, which is held until it is released, or this and all copies of it are gone, those of forked processes too.
#[derive(Debug)]
pub struct Place {
    file: File,
}

impl Place {
    /// Another hold of the same place, for a process that is to have it too.
    ///
    /// # Errors
    /// When there are too many open files.
    pub fn share(&self) -> Result<OwnedFd, Error> {
        self.file.try_clone().map(Into::into).map_err(failed)
    }

    /// Leaves it, for all who have it. It is not done on a mere drop, because a process that forks drops it and the
    /// child goes on.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn release(self) -> Result<(), Error> {
        Lock::Nothing.set(self.file.as_fd(), PLACES, 0).map_err(failed)
    }
}

/// What came of waiting for a place.
#[derive(Debug)]
pub enum Entry {
    /// There was one.
    Entered(Place),
    /// There was none, and patience had an end; this one is beyond the N, so that others know of it.
    Pushed(Place),
    /// There was none in time.
    GaveUp,
}

impl Semaphore {
    /// Opens the semaphore with this name, or the one of this terminal.
    ///
    /// # Errors
    /// When there is no safe place to keep it in.
    pub fn open(name: Option<&OsStr>) -> Result<Self, Error> {
        let name = name.map_or_else(terminal, OsStr::to_owned);
        let path = folder::folder()?.join(folder::file_name(&name));
        let unusable = |cause: io::Error| folder::unusable(&path, &cause.to_string(), "check who may write there");
        let file = open(&path).map_err(unusable)?;
        Ok(Self { path, file })
    }

    /// Waits for one of `places` places.
    ///
    /// # Errors
    /// When the system has no lock or timer left.
    pub fn enter(mut self, places: usize, patience: Patience) -> Result<Entry, Error> {
        let entered = within(patience, |deadline| self.stand_in_line(places, deadline)).map_err(failed)?;
        if !entered && matches!(patience, Patience::GiveUp(_)) {
            return Ok(Entry::GaveUp);
        }
        if !entered {
            self.take_place(usize::MAX).map_err(failed)?;
        }
        // Only now, so that there is no moment at which nobody would be seen here.
        self.leave_line().map_err(failed)?;
        let place = Place { file: self.file };
        Ok(if entered { Entry::Entered(place) } else { Entry::Pushed(place) })
    }

    /// Waits until nobody has a place or waits for one; whether that happened in time.
    ///
    /// # Errors
    /// When the system has no lock or timer left.
    pub fn wait(&self, patience: Patience) -> Result<bool, Error> {
        within(patience, |deadline| self.lock(Lock::Shared, PLACES, 0, deadline)).map_err(failed)
    }

    /// Takes a place when it is this one's turn; false when time is up before that.
    fn stand_in_line(&mut self, places: usize, deadline: Option<Instant>) -> io::Result<bool> {
        let Some(ticket) = self.draw_ticket(deadline)? else { return Ok(false) };
        if ticket > TICKETS && !self.lock(Lock::Shared, TICKETS, ticket - TICKETS, deadline)? {
            return Ok(false);
        }
        loop {
            if places == 1 {
                // One place is free when nobody has any, for which the kernel can wait.
                if !self.lock(Lock::Shared, PLACES, TICKETS - PLACES, deadline)? {
                    return Ok(false);
                }
                self.set(Lock::Nothing, PLACES, TICKETS - PLACES)?;
            }
            if self.take_place(places)? {
                return Ok(true);
            }
            let rest = deadline.map_or(LOOK, |deadline| deadline.saturating_duration_since(Instant::now()));
            if rest.is_zero() {
                return Ok(false);
            }
            thread::sleep(rest.min(LOOK));
        }
    }

    /// Locks the byte of a ticket that nobody has had.
    fn draw_ticket(&mut self, deadline: Option<Instant>) -> io::Result<Option<i64>> {
        loop {
            if !self.lock(Lock::Exclusive, DOOR, 1, deadline)? {
                return Ok(None);
            }
            if self.file.metadata()?.nlink() > 0 {
                break;
            }
            // Somebody has removed the file: others would meet at a new one.
            self.file = open(&self.path)?;
        }
        let mut next = [0; 8];
        let number = match self.file.read_exact_at(&mut next, 0) {
            Ok(()) => i64::from_le_bytes(next).clamp(0, TICKETS),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => 0,
            Err(error) => return Err(error),
        };
        self.file.write_all_at(&(number + 1).to_le_bytes(), 0)?;
        let drawn = self.lock(Lock::Exclusive, TICKETS + number, 1, deadline)?;
        self.set(Lock::Nothing, DOOR, 1)?;
        Ok(drawn.then_some(TICKETS + number))
    }

    fn leave_line(&self) -> io::Result<()> {
        self.set(Lock::Nothing, TICKETS, 0)
    }

    /// Takes the lowest free place, unless `places` are taken. They can only become fewer meanwhile, except by those
    /// who push.
    fn take_place(&self, places: usize) -> io::Result<bool> {
        let taken = self.count_taken(PLACES, TICKETS, places)?;
        if taken >= places {
            return Ok(false);
        }
        // One who waits for all places to be free may be in the way for a moment; so may one who pushes.
        for place in (PLACES..TICKETS).take(taken.saturating_add(100)) {
            match self.set(Lock::Exclusive, place, 1) {
                Err(error) if is_taken(&error) => {}
                result => return result.map(|()| true),
            }
        }
        Ok(false)
    }

    /// The number of places taken from `start` up to before `end`; not counted further than `enough`.
    fn count_taken(&self, start: i64, end: i64, enough: usize) -> io::Result<usize> {
        if start >= end || enough == 0 {
            return Ok(0);
        }
        // The kernel names any of them, not the first. Shared locks are of those who wait, and in nobody's way here.
        let Some(place) = Lock::Shared.obstacle(self.file.as_fd(), start, end - start)? else { return Ok(0) };
        let before = self.count_taken(start, place, enough - 1)?;
        Ok(1 + before + self.count_taken(place + 1, end, enough - 1 - before)?)
    }

    /// Waits for a lock until the deadline; whether it was granted.
    fn lock(&self, lock: Lock, start: i64, length: i64, deadline: Option<Instant>) -> io::Result<bool> {
        loop {
            match lock.wait(self.file.as_fd(), start, length) {
                Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
                Err(_) if deadline.is_some_and(|deadline| Instant::now() >= deadline) => return Ok(false),
                Err(_) => {}
                Ok(()) => return Ok(true),
            }
        }
    }

    fn set(&self, lock: Lock, start: i64, length: i64) -> io::Result<()> {
        lock.set(self.file.as_fd(), start, length)
    }
}

/// Opens the file of a semaphore. Anything else in its place is left alone.
fn open(path: &PathBuf) -> io::Result<File> {
    let no_link = libc::O_NOFOLLOW;
    OpenOptions::new().read(true).write(true).create(true).truncate(false).custom_flags(no_link).open(path)
}

/// Calls `wait` with the time at which patience ends, when its system calls will be interrupted.
fn within<T>(patience: Patience, wait: impl FnOnce(Option<Instant>) -> io::Result<T>) -> io::Result<T> {
    match patience.limit() {
        None => wait(None),
        Some(limit) => os::interrupting(limit, || wait(Instant::now().checked_add(limit)))?,
    }
}

fn is_taken(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EAGAIN | libc::EACCES))
}

fn failed(cause: io::Error) -> Error {
    Error::System { what: "wait at the semaphore", cause }
}

/// A name for the terminal that controls this process, whatever its stdin is, or for there being none.
fn terminal() -> OsString {
    let stat = fs::read("/proc/self/stat").unwrap_or_default();
    let stat = String::from_utf8_lossy(&stat);
    // After the name of the program, which may hold anything: state, parent, group, session, terminal.
    let number = stat.rsplit_once(") ").and_then(|(_, fields)| fields.split(' ').nth(4)).unwrap_or("0");
    if number == "0" { "no terminal".into() } else { format!("terminal {number}").into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn semaphore(folder: &Path) -> Semaphore {
        let path = folder.join("id-test");
        Semaphore { file: open(&path).expect("a file"), path }
    }

    /// Processes that other tests start share all open files with this one until they execute their program.
    fn in_the_end<T>(mut value: impl FnMut() -> Option<T>) -> T {
        loop {
            if let Some(value) = value() {
                return value;
            }
            thread::yield_now();
        }
    }

    #[test]
    fn a_place_is_free_again_when_it_is_dropped() {
        let folder = tempfile::tempdir().expect("a folder");
        let enter = |places| {
            let mut semaphore = semaphore(folder.path());
            let entered = semaphore.take_place(places).expect("locks");
            entered
                .then(|| Place { file: std::mem::replace(&mut semaphore.file, open(&semaphore.path).expect("file")) })
        };
        let first = enter(2).expect("the first place");
        let second = enter(2).expect("the second place");
        assert!(enter(2).is_none(), "there are two only");
        assert!(enter(1).is_none(), "all are counted, not the first N");
        let third = enter(3).expect("more for one who gives a larger N");
        drop(first);
        let copy = third.share().expect("a copy");
        drop(third);
        assert!(enter(2).is_none(), "a copy is enough");
        drop(copy);
        let fourth = in_the_end(|| enter(2));
        let _copy = second.share().expect("a copy");
        second.release().expect("locks");
        assert!(enter(1).is_none(), "one is left");
        fourth.release().expect("locks");
        assert!(enter(1).is_some(), "to release takes it from all who have it");
    }

    #[test]
    fn all_taken_places_are_counted_wherever_they_are() {
        let folder = tempfile::tempdir().expect("a folder");
        let holders: Vec<_> = [0, 1, 2, 5, 9].map(|place| (place, semaphore(folder.path()))).into();
        for (place, holder) in holders.iter().rev() {
            holder.set(Lock::Exclusive, PLACES + place, 1).expect("a lock");
        }
        let observer = semaphore(folder.path());
        assert_eq!(observer.count_taken(PLACES, TICKETS, usize::MAX).expect("a count"), holders.len());
        assert_eq!(observer.count_taken(PLACES, TICKETS, 2).expect("a count"), 2);
    }

    #[test]
    fn tickets_are_drawn_in_order_and_given_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let [mut first, mut second, third] = [(); 3].map(|()| semaphore(folder.path()));
        assert_eq!(first.draw_ticket(None).expect("locks"), Some(TICKETS));
        assert_eq!(second.draw_ticket(None).expect("locks"), Some(TICKETS + 1));
        let before_third = |third: &Semaphore| Lock::Shared.obstacle(third.file.as_fd(), TICKETS, 2).expect("locks");
        assert!(before_third(&third).is_some());
        first.leave_line().expect("locks");
        assert_eq!(before_third(&third), Some(TICKETS + 1));
        drop(second);
        in_the_end(|| before_third(&third).is_none().then_some(()));
    }

    #[test]
    fn a_file_that_was_removed_is_made_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut semaphore = semaphore(folder.path());
        fs::remove_file(&semaphore.path).expect("a file");
        semaphore.draw_ticket(None).expect("locks");
        assert_eq!(fs::read(&semaphore.path).expect("a file"), 1_i64.to_le_bytes());
    }
}
