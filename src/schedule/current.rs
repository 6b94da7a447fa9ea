//! What a slot is doing, for whoever asks while it does it.
//!
//! A slot notes its job when the process runs, and takes the note back before it reports the end: two uncontended locks
//! for each job. The command line is not kept but made again for the answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use super::workshop::Workshop;
use crate::collect::Running;
use crate::job::{Job, Slot};
use crate::output::Capture;
use crate::progress::{Current, State};

/// A slot's note of what runs in it.
#[derive(Debug, Default)]
pub(super) struct Place {
    note: Mutex<Option<Note>>,
    /// The last job that ended with output for which there was no room.
    behind: Mutex<Weak<Capture>>,
}

#[derive(Clone, Debug)]
struct Note {
    job: Arc<Job>,
    pid: i32,
    since: Instant,
    capture: Arc<Capture>,
}

impl Place {
    fn behind(&self) -> MutexGuard<'_, Weak<Capture>> {
        self.behind.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self) -> MutexGuard<'_, Option<Note>> {
        self.note.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The job's process runs.
    pub(super) fn enter(&self, job: &Arc<Job>, pid: i32, capture: &Arc<Capture>) {
        let (job, capture, since) = (Arc::clone(job), Arc::clone(capture), Instant::now());
        *self.note() = Some(Note { job, pid, since, capture });
    }

    /// The attempt is over.
    pub(super) fn leave(&self, capture: &Arc<Capture>) {
        *self.note() = None;
        if capture.is_over_full() {
            *self.behind() = Arc::downgrade(capture);
        }
    }

    /// Whether output of an earlier job for which there was no room still waits to be printed.
    pub(super) fn is_behind(&self) -> bool {
        self.behind().strong_count() > 0
    }

    /// What runs in the slot, if anything does.
    pub(super) fn running(&self, slot: Slot, workshop: &Workshop) -> Option<Running> {
        let Note { job, pid, since, capture } = self.note().clone()?;
        let state = State::Runs { slot, pid, elapsed: since.elapsed() };
        let current = Current { seq: job.seq, attempt: job.attempt, line: workshop.line(&job, slot), state };
        Some(Running { current, since, capture: Some(capture), job: Arc::downgrade(&job) })
    }
}

/// A job that waits to be tried again at `due`, or else when nothing is left of its last attempt; in which slot is not
/// known.
pub(super) fn waiting(job: &Job, due: Option<Instant>, now: Instant, workshop: &Workshop) -> Running {
    let state = due.map_or(State::Held, |due| State::Waits(due.saturating_duration_since(now)));
    let current = Current { seq: job.seq, attempt: job.attempt, line: workshop.line(job, Slot(1)), state };
    Running { current, since: now, capture: None, job: Weak::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{Seq, Stream};
    use crate::output::{Store, Style};

    #[test]
    fn a_slot_is_behind_until_what_found_no_room_is_gone() {
        let store = Store::plain(0, "/no/such/directory".into());
        let capture = |text: &[u8]| {
            let capture = Capture::new(Seq(1), Style::default(), None, true, &store);
            capture.push(Stream::Stdout, text, || {}, || true);
            capture
        };
        let (place, [silent, full]) = (Place::default(), [capture(b""), capture(b"more than there is room for")]);
        place.leave(&silent);
        assert!(!place.is_behind());
        place.leave(&full);
        place.leave(&silent);
        assert!(place.is_behind());
        drop(full);
        assert!(!place.is_behind());
    }
}
