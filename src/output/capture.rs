//! The output of one job between the slot that fills it and the collector that empties it.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::Results;
use super::lines::Tagger;
use super::spool::{Full, Spool, Store};
use crate::job::{Seq, Stream, Value};

/// Both streams of a job, shared by its slot and the collector.
#[derive(Debug)]
pub struct Capture {
    seq: Seq,
    /// Where the output is kept instead of being printed.
    results: Option<Results>,
    state: Mutex<State>,
    /// Something was taken.
    room: Condvar,
}

#[derive(Debug)]
struct State {
    streams: [(Spool, Tagger); 2],
    /// The collector takes what comes, so that a full memory is a reason to wait rather than to use the disk.
    watched: bool,
}

impl Capture {
    /// An empty one, whose lines will begin with `tag`.
    pub fn new(seq: Seq, tag: Option<Value>, results: Option<Results>, store: &Arc<Store>) -> Arc<Self> {
        let stream = |tag| (Spool::new(Arc::clone(store)), Tagger::new(tag));
        let state = State { streams: [stream(tag.clone()), stream(tag)], watched: false };
        Arc::new(Self { seq, results, state: Mutex::new(state), room: Condvar::new() })
    }

    /// The job's number.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// Where the output is kept instead of being printed.
    pub fn results(&self) -> Option<&Results> {
        self.results.as_ref()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends bytes. Where there is no room, `stalled` is called once, to have the collector make some, and this
    /// waits for it.
    pub fn push(&self, stream: Stream, bytes: &[u8], stalled: impl FnOnce()) {
        let mut stalled = Some(stalled);
        let mut state = self.state();
        loop {
            let watched = state.watched;
            let (spool, _) = &mut state.streams[stream as usize];
            let wait = watched && spool.would_spill(bytes.len());
            if !wait && spool.push(bytes) != Err(Full) {
                return;
            }
            if let Some(stalled) = stalled.take() {
                drop(state);
                stalled();
                state = self.state();
            } else {
                state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// Bytes written to the stream so far, before tags.
    pub fn written(&self, stream: Stream) -> u64 {
        self.state().streams[stream as usize].0.pushed()
    }

    /// Whether nothing was ever written.
    pub fn is_silent(&self) -> bool {
        self.state().streams.iter().all(|(spool, _)| spool.pushed() == 0)
    }

    /// Whether the collector empties this as it is filled.
    pub fn watch(&self, watched: bool) {
        self.state().watched = watched;
        self.room.notify_all();
    }

    /// Takes some bytes; none if there are none. With `whole_lines`, only lines that are complete.
    ///
    /// # Errors
    /// When the spool file cannot be read.
    pub fn take(&self, stream: Stream, whole_lines: bool) -> io::Result<Vec<u8>> {
        let mut state = self.state();
        let bytes = state.streams[stream as usize].0.take(whole_lines)?;
        drop(state);
        self.room.notify_all();
        Ok(bytes)
    }

    /// Puts the tag where lines begin in what is to be printed next.
    pub fn tag(&self, stream: Stream, bytes: Vec<u8>) -> Vec<u8> {
        self.state().streams[stream as usize].1.apply(bytes)
    }
}
