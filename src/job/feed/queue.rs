//! Data dealt out to several jobs that run for as long as there is some (`--round-robin`, `--shard`, `--tee`).
//!
//! A job has one piece at a time: its thread takes it, feeds it, and only then counts as ready for the next. So a slow
//! job holds up nothing but what is meant for it, and memory is bounded by a piece for each.

use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use rustix::event::{EventfdFlags, eventfd};

use super::Piece;

/// The dealer's side. When it is dropped, the data has ended.
#[derive(Debug)]
pub struct Dealer {
    table: Arc<Table>,
}

/// The side of one job.
pub struct Outlet {
    table: Arc<Table>,
    index: usize,
}

/// What both sides share.
#[derive(Debug)]
struct Table {
    places: Mutex<Vec<Place>>,
    /// A job has become ready, or has gone.
    changed: Condvar,
    /// Told when there is something for a job that waits.
    bells: Vec<OwnedFd>,
}

/// What there is for one job.
#[derive(Debug, Default)]
struct Place {
    next: Option<Piece>,
    /// It feeds the piece that it has taken.
    busy: bool,
    /// It will take no more.
    gone: bool,
    ended: bool,
}

impl Place {
    fn is_ready(&self) -> bool {
        !self.busy && !self.gone && self.next.is_none()
    }
}

/// What comes next for a job.
#[derive(Debug)]
pub enum Next {
    /// This.
    Piece(Piece),
    /// Something later, which the bell will tell.
    Later,
    /// Nothing any more.
    End,
}

/// A place for each of so many jobs.
///
/// # Errors
/// When the system has no descriptors left.
pub fn deal(jobs: usize) -> io::Result<(Dealer, Vec<Arc<Outlet>>)> {
    let bell = |_| eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).map_err(io::Error::from);
    let bells = (0..jobs).map(bell).collect::<io::Result<Vec<_>>>()?;
    let places = Mutex::new((0..jobs).map(|_| Place::default()).collect());
    let table = Arc::new(Table { places, changed: Condvar::new(), bells });
    let outlets = (0..jobs).map(|index| Arc::new(Outlet { table: Arc::clone(&table), index })).collect();
    Ok((Dealer { table }, outlets))
}

impl Table {
    fn places(&self) -> MutexGuard<'_, Vec<Place>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self, index: usize) {
        let _ = rustix::io::write(&self.bells[index], &1_u64.to_ne_bytes());
    }
}

impl Dealer {
    /// Waits for the first of these jobs that is ready; `None` when all of them have gone.
    pub fn first_ready(&self, jobs: &[usize]) -> Option<usize> {
        let mut places = self.table.places();
        loop {
            if let Some(ready) = jobs.iter().find(|index| places[**index].is_ready()) {
                return Some(*ready);
            }
            if jobs.iter().all(|index| places[*index].gone) {
                return None;
            }
            places = self.table.changed.wait(places).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Gives a job that is ready a piece; one that has gone gets none.
    pub fn give(&self, index: usize, piece: Piece) {
        let place = &mut self.table.places()[index];
        if !place.gone {
            place.next = Some(piece);
        }
        self.table.ring(index);
    }

    /// Whether all jobs have gone.
    pub fn is_alone(&self) -> bool {
        self.table.places().iter().all(|place| place.gone)
    }
}

impl Drop for Dealer {
    fn drop(&mut self) {
        for place in self.table.places().iter_mut() {
            place.ended = true;
        }
        (0..self.table.bells.len()).for_each(|index| self.table.ring(index));
    }
}

impl Outlet {
    /// Takes what is there; with nothing there, the job counts as ready for more.
    pub fn take(&self) -> Next {
        // Not to be told twice. What is given after this rings again.
        let _ = rustix::io::read(&self.table.bells[self.index], &mut [0; 8]);
        let mut places = self.table.places();
        let place = &mut places[self.index];
        place.busy = place.next.is_some();
        match place.next.take() {
            Some(piece) => Next::Piece(piece),
            None if place.ended => Next::End,
            None => {
                self.table.changed.notify_all();
                Next::Later
            }
        }
    }

    /// Can be read when there is something to take.
    pub fn bell(&self) -> BorrowedFd<'_> {
        self.table.bells[self.index].as_fd()
    }

    /// The job takes no more.
    pub fn leave(&self) {
        let mut places = self.table.places();
        places[self.index].gone = true;
        places[self.index].next = None;
        self.table.changed.notify_all();
    }
}

impl Drop for Outlet {
    /// A job that was never started takes nothing either.
    fn drop(&mut self) {
        self.leave();
    }
}

impl fmt::Debug for Outlet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outlet").field("index", &self.index).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(next: &Next) -> Option<&[u8]> {
        match next {
            Next::Piece(Piece::Bytes(bytes)) => Some(bytes),
            _ => None,
        }
    }

    #[test]
    fn a_job_is_ready_when_it_asks_for_more() {
        let (dealer, outlets) = deal(2).expect("descriptors");
        assert_eq!(dealer.first_ready(&[0, 1]), Some(0));
        dealer.give(0, Piece::bytes(b"a".to_vec()));
        assert_eq!(dealer.first_ready(&[0, 1]), Some(1), "the first has not taken its piece");
        assert_eq!(bytes(&outlets[0].take()), Some(&b"a"[..]));
        assert_eq!(dealer.first_ready(&[0, 1]), Some(1), "the first has not fed its piece");
        assert!(matches!(outlets[0].take(), Next::Later));
        assert_eq!(dealer.first_ready(&[0, 1]), Some(0));
    }

    #[test]
    fn jobs_that_leave_get_nothing_and_the_others_see_the_end() {
        let (dealer, mut outlets) = deal(2).expect("descriptors");
        drop(outlets.remove(0));
        assert_eq!(dealer.first_ready(&[0, 1]), Some(1));
        dealer.give(1, Piece::bytes(b"a".to_vec()));
        drop(dealer);
        assert_eq!(bytes(&outlets[0].take()), Some(&b"a"[..]));
        assert!(matches!(outlets[0].take(), Next::End));
        let (dealer, outlets) = deal(1).expect("descriptors");
        outlets[0].leave();
        assert_eq!((dealer.first_ready(&[0]), dealer.is_alone()), (None, true));
    }
}
