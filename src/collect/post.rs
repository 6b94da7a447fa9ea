//! The way of events from the slots to the collector.
//!
//! A bounded channel, and a bell. Waking a thread costs more than all else that a slot does between two short jobs, so
//! the bell is only rung where somebody could notice: an event that brings nothing to print is left for the collector
//! to find when it wakes up for another, unless it keeps something back that may have waited for just this event.
//! Nobody spins: a collector that has nothing to do sleeps at once and leaves its processor to the jobs.
//!
//! Events are large and the channel writes to all its places when it is made, so each travels in a box: a run of one job
//! would otherwise wait for 80 pages of memory that it never uses.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::{self, Thread};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, TryRecvError, TrySendError, bounded, unbounded};

use super::{Event, Halted};

/// Events that may wait before slots wait for the collector.
const WAITING: usize = 1024;

/// The senders' end.
#[derive(Debug)]
pub struct Post {
    /// `None` only while it is being dropped.
    events: Option<Sender<Box<Event>>>,
    /// A way of their own for these, which are few and must neither wait nor be lost.
    halts: Sender<Halted>,
    bell: Arc<Bell>,
}

/// The collector's end.
#[derive(Debug)]
pub struct Letterbox {
    events: Receiver<Box<Event>>,
    halts: Receiver<Halted>,
    bell: Arc<Bell>,
}

#[derive(Debug, Default)]
struct Bell {
    /// The collector sleeps, or is about to.
    asleep: AtomicBool,
    /// It wants to be woken for every event.
    light_sleep: AtomicBool,
    /// No more events will be sent.
    closed: AtomicBool,
    sleeper: OnceLock<Thread>,
}

/// No more events will be sent, and all have been taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gone;

/// A pair of ends.
pub fn post() -> (Post, Letterbox) {
    let (sender, events) = bounded(WAITING);
    let (halted, halts) = unbounded();
    let bell = Arc::new(Bell::default());
    (Post { events: Some(sender), halts: halted, bell: Arc::clone(&bell) }, Letterbox { events, halts, bell })
}

impl Bell {
    /// Wakes the collector if it sleeps. The caller has sent its event before: if the collector does not see that
    /// when it looks for the last time, this sees that it is asleep.
    fn ring(&self) {
        if self.asleep.swap(false, Ordering::SeqCst)
            && let Some(sleeper) = self.sleeper.get()
        {
            sleeper.unpark();
        }
    }
}

impl Post {
    /// Sends an event; waits while there are too many.
    pub fn send(&self, event: Event) {
        let Some(events) = &self.events else { return };
        let is_quiet = event.is_quiet();
        match events.try_send(Box::new(event)) {
            Err(TrySendError::Full(event)) => {
                self.bell.ring();
                // The collector lives as long as there are slots.
                let _ = events.send(event);
                self.bell.ring();
            }
            _ if is_quiet && !self.bell.light_sleep.load(Ordering::SeqCst) => {}
            _ => self.bell.ring(),
        }
    }
}

impl Post {
    /// Has the collector tell the user something, unless it is too busy to: this never waits.
    pub fn mention(&self, text: impl Into<Vec<u8>>) {
        self.offer(Event::Mention(text.into()));
    }

    /// Sends an event if there is room for it.
    pub fn offer(&self, event: Event) {
        if self.events.as_ref().is_some_and(|events| events.try_send(Box::new(event)).is_ok()) {
            self.bell.ring();
        }
    }

    /// Tells the collector that this was all: it need not wait until the last of the slots' threads has ended.
    pub fn close(&self) {
        self.bell.closed.store(true, Ordering::SeqCst);
        self.bell.ring();
    }

    /// Tells the collector that no more jobs are started: this never waits.
    pub fn halted(&self, halted: Halted) {
        let _ = self.halts.send(halted);
        self.bell.ring();
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        self.events = None;
        self.close();
    }
}

impl Letterbox {
    /// The next event, if there is one.
    pub(super) fn try_take(&self) -> Result<Option<Event>, Gone> {
        // What was sent before it was closed is found after that was seen.
        let is_closed = self.bell.closed.load(Ordering::SeqCst);
        match self.events.try_recv() {
            Ok(event) => Ok(Some(*event)),
            Err(TryRecvError::Empty) if !is_closed => Ok(None),
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => Err(Gone),
        }
    }

    /// What has ended the run since this was asked last.
    pub(super) fn halts(&self) -> impl Iterator<Item = Halted> {
        self.halts.try_iter()
    }

    /// Sleeps until the bell rings or the time is over, unless there is an event already; with `lightly`, any event
    /// rings it.
    pub(super) fn sleep(&self, time: Option<Duration>, lightly: bool) {
        self.bell.sleeper.get_or_init(thread::current);
        self.bell.light_sleep.store(lightly, Ordering::SeqCst);
        self.bell.asleep.store(true, Ordering::SeqCst);
        // What was sent before this is seen here; what is sent after it sees that we sleep.
        let is_empty = self.events.is_empty() && self.halts.is_empty();
        if is_empty && !self.bell.closed.load(Ordering::SeqCst) {
            match time {
                Some(time) => thread::park_timeout(time),
                None => thread::park(),
            }
        }
        self.bell.asleep.store(false, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::Cause;

    #[test]
    fn what_was_sent_before_the_end_is_taken_and_the_sender_need_not_go() {
        let (post, letterbox) = post();
        let takes = |text: &[u8]| matches!(letterbox.try_take(), Ok(Some(Event::Mention(taken))) if taken == text);
        post.mention("a");
        assert!(takes(b"a") && matches!(letterbox.try_take(), Ok(None)));
        post.mention("b");
        post.close();
        assert!(takes(b"b") && matches!(letterbox.try_take(), Err(Gone)));
    }

    #[test]
    fn whoever_goes_to_sleep_has_seen_what_has_ended_the_run() {
        let (post, letterbox) = post();
        assert_eq!(letterbox.halts().count(), 0);
        // The bell rings while nobody sleeps.
        post.halted(Halted { cause: Cause::Deadline, signal: None, ends_running: true });
        let (sender, is_awake) = bounded(1);
        thread::spawn(move || {
            letterbox.sleep(None, false);
            sender.send(letterbox.halts().count())
        });
        assert_eq!(is_awake.recv_timeout(Duration::from_secs(60)), Ok(1));
    }
}
