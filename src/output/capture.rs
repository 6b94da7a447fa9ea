//! The output of one job between the slot that fills it and the collector that empties it.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::Results;
use super::lines::Tagger;
use super::spool::{Full, Spool, Store};
use crate::job::{Seq, Stream, Value};

/// As much of the last line of output as is told, in bytes.
const LAST_LINE: usize = 256;

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
    /// The stream that was written to last, and the end of what was taken last.
    latest: Stream,
    taken: Vec<u8>,
}

impl Capture {
    /// An empty one, whose lines will begin with `tag`.
    pub fn new(seq: Seq, tag: Option<Value>, results: Option<Results>, store: &Arc<Store>) -> Arc<Self> {
        let stream = |tag| (Spool::new(Arc::clone(store)), Tagger::new(tag));
        let state = State {
            streams: [stream(tag.clone()), stream(tag)],
            watched: false,
            latest: Stream::Stdout,
            taken: Vec::new(),
        };
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
            state.latest = stream;
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
        if !bytes.is_empty() {
            state.taken = bytes[bytes.len().saturating_sub(LAST_LINE)..].to_vec();
        }
        drop(state);
        self.room.notify_all();
        Ok(bytes)
    }

    /// The line that was written last, or what there is of it, whether it was taken or not.
    pub fn last_line(&self) -> Vec<u8> {
        let state = self.state();
        let waiting = state.streams[state.latest as usize].0.end(LAST_LINE);
        let end = if waiting.is_empty() { state.taken.as_slice() } else { &waiting };
        // A display that is drawn anew begins its lines with a carriage return.
        let mut lines = end.rsplit(|&byte| byte == b'\n' || byte == b'\r');
        lines.find(|line| !line.is_empty()).unwrap_or_default().to_vec()
    }

    /// Puts the tag where lines begin in what is to be printed next.
    pub fn tag(&self, stream: Stream, bytes: Vec<u8>) -> Vec<u8> {
        self.state().streams[stream as usize].1.apply(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_known_whether_it_was_taken_or_not() {
        let store = Store::new(1 << 20, std::env::temp_dir());
        let capture = Capture::new(Seq(1), None, None, &store);
        let push = |stream, bytes: &[u8]| capture.push(stream, bytes, || ());
        assert_eq!(capture.last_line(), b"");
        push(Stream::Stdout, b"a\nb\n");
        assert_eq!(capture.last_line(), b"b");
        push(Stream::Stderr, b"10%\r20%\r");
        assert_eq!(capture.last_line(), b"20%");
        push(Stream::Stdout, b"c");
        assert_eq!(capture.last_line(), b"c");
        capture.take(Stream::Stdout, false).expect("bytes");
        assert_eq!(capture.last_line(), b"c");
        push(Stream::Stdout, &[b'x'; 1000]);
        assert_eq!(capture.last_line(), [b'x'; 256]);
    }

    #[test]
    fn the_last_line_is_read_back_from_a_file() {
        let store = Store::new(0, std::env::temp_dir());
        let capture = Capture::new(Seq(1), None, None, &store);
        capture.push(Stream::Stdout, b"one\ntwo\n", || ());
        assert_eq!(capture.last_line(), b"two");
    }
}
