//! The output of one job between the slot that fills it and the collector that empties it.

mod straight;

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::flow::{LOOK, Pace};
use super::spool::{Full, Spool};
use super::store::Store;
use super::style::{Colour, Style, Styler};
use super::{Kept, Results};
use crate::job::{Seq, Stream};
use straight::Straight;

/// As much of the last line of output as is told, in bytes.
const LAST_LINE: usize = 256;

/// As much of a line that has not ended, in bytes, is kept whether there is room or not, while all before it is printed.
const PART: u64 = 1 << 18;
/// How often it is looked whether a job that waits for room has ended meanwhile.
const LIFE: Duration = Duration::from_millis(100);
/// What the pipes of one that has hold at most, in bytes. More is of others that it has left behind.
const LEFT: usize = 1 << 20;

/// Both streams of a job, shared by its slot and the collector.
#[derive(Debug)]
pub struct Capture {
    seq: Seq,
    /// Where the output is kept instead of being printed.
    results: Option<Results>,
    /// The files that were made for it, until the collector takes them.
    begun: Mutex<Option<Kept>>,
    /// Whether it may be printed before the job has ended.
    flows: bool,
    /// Whether it is printed as it is.
    is_plain: bool,
    store: Arc<Store>,
    state: Mutex<State>,
    /// Only the collector uses them.
    stylers: Mutex<[Styler; 2]>,
    /// Something was taken.
    room: Condvar,
}

#[derive(Debug)]
struct State {
    spools: [Spool; 2],
    /// The collector takes what comes of each stream, so that a full memory is a reason to wait rather than to use the
    /// disk.
    watched: [bool; 2],
    /// Nobody will make room before the job has ended, so that it does not wait for it.
    free: bool,
    pace: Pace,
    /// Bytes that were kept because the job had ended.
    left: usize,
    straight: Straight,
    /// The stream that was written to last, and the end of what was taken last.
    latest: Stream,
    taken: Vec<u8>,
}

impl Capture {
    /// An empty one, whose lines will look like this, and which may be printed before the job has ended if `flows`.
    pub fn new(seq: Seq, style: Style, results: Option<Results>, flows: bool, store: &Arc<Store>) -> Arc<Self> {
        let is_plain = style == Style::default();
        let Style { tag, colours: [out, err] } = style;
        let stylers = [Styler::new(tag.clone(), out), Styler::new(tag, err)];
        let spools = [Spool::new(Arc::clone(store)), Spool::new(Arc::clone(store))];
        // Files take all that comes.
        let watched = Stream::BOTH.map(|stream| results.as_ref().is_some_and(|results| results.has_file(stream)));
        let pace = Pace::new(flows && results.is_none());
        let (latest, straight, taken) = (Stream::Stdout, Straight::default(), Vec::new());
        let state = State { spools, watched, free: false, pace, left: 0, straight, latest, taken };
        let (stylers, room, store) = (Mutex::new(stylers), Condvar::new(), Arc::clone(store));
        Arc::new(Self {
            seq,
            results,
            begun: Mutex::default(),
            flows,
            is_plain,
            store,
            state: Mutex::new(state),
            stylers,
            room,
        })
    }

    /// The job's number.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// Where the output is kept instead of being printed.
    pub fn results(&self) -> Option<&Results> {
        self.results.as_ref()
    }

    /// Makes the files that the output is kept in, if there are to be some.
    ///
    /// # Errors
    /// When they cannot be made, or when too few descriptors would be left for the job.
    pub fn begin(&self) -> io::Result<()> {
        if let Some(results) = self.results().filter(|results| **results != Results::Record) {
            *self.begun.lock().unwrap_or_else(PoisonError::into_inner) = Some(results.begin_with_room(self.seq)?);
        }
        Ok(())
    }

    /// Those that were made; `None` if that was left to whoever keeps the output.
    pub fn begun(&self) -> Option<Kept> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Whether none of it may leave before the job has ended: it may be tried again, or is a record.
    pub fn is_held(&self) -> bool {
        self.results.as_ref().map_or(!self.flows, |results| *results == Results::Record)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stylers(&self) -> MutexGuard<'_, [Styler; 2]> {
        self.stylers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends bytes. Where there is no room, or where it would be better to print the job at once, `stalled` is
    /// called once, to have the collector make some; without room this waits for it. It does not wait, perhaps for a
    /// reader that has stalled, with the little that is left of a job that has ended, if the job then `may_leave`.
    pub fn push(&self, stream: Stream, bytes: &[u8], stalled: impl FnOnce(), may_leave: impl Fn() -> bool) {
        let mut stalled = Some(stalled);
        let mut state = self.state();
        let mut flow = self.store.flow().so_far();
        state.latest = stream;
        if stream == Stream::Stdout {
            state.straight.give_back();
        }
        loop {
            let State { spools, watched, pace, free, .. } = &mut *state;
            let watched = watched[stream as usize];
            let spool = &mut spools[stream as usize];
            let would_spill = spool.would_spill(bytes.len());
            if would_spill && !watched && flow.is_some() && pace.is_patient() {
                let before = Instant::now();
                state = self.room.wait_timeout(state, LOOK).unwrap_or_else(PoisonError::into_inner).0;
                state.pace.waited(before.elapsed());
                flow = self.store.flow().since(flow);
                continue;
            }
            // Others may have all the room, and wait for this one to end, or for it to end its line.
            if watched && spool.waiting() < PART {
                if spool.push(bytes) == Err(Full) {
                    spool.force(bytes);
                }
                break;
            }
            if !(would_spill && watched) && spool.push(bytes) != Err(Full) {
                break;
            }
            if *free {
                spool.force(bytes);
                break;
            }
            if let Some(stalled) = stalled.take() {
                drop(state);
                stalled();
                state = self.state();
            } else {
                let wait = self.room.wait_timeout(state, LIFE).unwrap_or_else(PoisonError::into_inner);
                state = wait.0;
                let State { spools, left, .. } = &mut *state;
                if wait.1.timed_out() && *left + bytes.len() <= LEFT && may_leave() {
                    *left += bytes.len();
                    spools[stream as usize].force(bytes);
                    break;
                }
            }
        }
        let State { spools, pace, .. } = &mut *state;
        let pours = pace.pours(|| spools.iter().map(Spool::pushed).sum());
        drop(state);
        if let Some(stalled) = stalled.filter(|_| pours) {
            stalled();
        }
    }

    /// Bytes written to the stream so far, before tags.
    pub fn written(&self, stream: Stream) -> u64 {
        self.state().spools[stream as usize].pushed()
    }

    /// Whether so much of the stream waits that there may be no room for more before some is taken, be it a part of a line.
    pub fn waits_for_room(&self, stream: Stream) -> bool {
        self.state().spools[stream as usize].waiting() >= PART
    }

    /// Whether some was kept for which there was no room, because the job had ended.
    pub fn is_over_full(&self) -> bool {
        self.state().left > 0
    }

    /// Whether nothing was ever written.
    pub fn is_silent(&self) -> bool {
        self.state().spools.iter().all(|spool| spool.pushed() == 0)
    }

    /// Whether the collector empties this as it is filled.
    pub fn watch(&self, watched: bool) {
        let before = std::mem::replace(&mut self.state().watched, [watched; 2]);
        if before != [watched; 2] && self.results.is_none() {
            self.store.flow().set(watched);
        }
        self.room.notify_all();
    }

    /// Has the job go on where there is no room: it keeps in memory what cannot be kept elsewhere.
    pub fn free(&self) {
        self.state().free = true;
        self.room.notify_all();
    }

    /// What the user is to be told of the room for output, once.
    pub fn complaint(&self) -> Option<String> {
        self.store.complaint()
    }

    /// Takes some bytes into `buffer`, whose memory is used again; none if there are none. With `whole_lines`, only
    /// lines that are complete.
    ///
    /// # Errors
    /// When the spool file cannot be read.
    pub fn take(&self, stream: Stream, whole_lines: bool, buffer: &mut Vec<u8>) -> io::Result<()> {
        let mut state = self.state();
        let State { spools, watched, taken, .. } = &mut *state;
        let spool = &mut spools[stream as usize];
        let result = spool.take(whole_lines, buffer);
        if !buffer.is_empty() {
            taken.clear();
            taken.extend_from_slice(&buffer[buffer.len().saturating_sub(LAST_LINE)..]);
        }
        if watched[stream as usize] {
            self.store.flow().note(buffer.len() as u64);
        } else {
            spool.shrink();
        }
        drop(state);
        self.room.notify_all();
        result
    }

    /// The line that was written last, or what there is of it, whether it was taken or not.
    pub fn last_line(&self) -> Vec<u8> {
        let state = self.state();
        let waiting = state.spools[state.latest as usize].end(LAST_LINE);
        let end = if waiting.is_empty() { state.taken.as_slice() } else { &waiting };
        // A display that is drawn anew begins its lines with a carriage return.
        let mut lines = end.rsplit(|&byte| byte == b'\n' || byte == b'\r');
        lines.find(|line| !line.is_empty()).unwrap_or_default().to_vec()
    }

    /// Passes bytes on as they are to be printed, with tag and colour.
    pub fn style(&self, stream: Stream, bytes: &[u8], sink: &mut dyn FnMut(&[u8])) {
        self.stylers()[stream as usize].apply(bytes, sink);
    }

    /// The tag of the stream's lines, and what switches their colour on, if they have one.
    pub fn looks(&self, stream: Stream) -> (Vec<u8>, String) {
        self.stylers()[stream as usize].looks()
    }

    /// Ends the colour of a last line without an end.
    pub fn finish(&self, stream: Stream, sink: &mut dyn FnMut(&[u8])) {
        self.stylers()[stream as usize].finish(sink);
    }

    /// What is printed from now on has this colour.
    pub fn recolour(&self, stream: Stream, colour: Colour) {
        self.stylers()[stream as usize].recolour(colour);
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;

    use super::super::flow::{MUCH, PATIENCE};
    use super::*;
    use crate::job::Drained;

    #[test]
    fn a_job_that_pours_asks_once_to_be_printed() {
        let capture = Capture::new(Seq(1), Style::default(), None, true, &Store::plain(0, std::env::temp_dir()));
        let (mut asked, piece) = (0, vec![b'x'; usize::try_from(MUCH).expect("a size")]);
        for _ in 0..3 {
            capture.push(Stream::Stdout, &piece, || asked += 1, || false);
        }
        assert_eq!(asked, 1);
    }

    #[test]
    fn a_job_waits_for_another_that_prints_but_only_so_long() {
        let store = Store::plain(0, std::env::temp_dir());
        store.flow().set(true);
        let capture = Capture::new(Seq(1), Style::default(), None, true, &store);
        capture.push(Stream::Stdout, b"x", || panic!("asked"), || false);
        // A memory without any room is not what makes a spool go to the disk early; a full share is.
        assert_eq!(capture.state().pace.patience(), PATIENCE);
        capture.push(Stream::Stdout, b"y", || panic!("asked"), || false);
        assert!(capture.state().pace.patience() < PATIENCE);
        assert_eq!(capture.written(Stream::Stdout), 2);
    }

    #[test]
    fn what_a_job_has_left_in_its_pipes_waits_for_nobody() {
        let capture = Capture::new(Seq(1), Style::default(), None, true, &Store::plain(0, std::env::temp_dir()));
        capture.watch(true);
        let (mut asked, half) = (0, vec![b'\n'; LEFT / 2]);
        for _ in 0..3 {
            capture.push(Stream::Stdout, &half, || asked += 1, || true);
        }
        assert_eq!((asked, capture.written(Stream::Stdout)), (2, 3 * LEFT as u64 / 2), "the first finds room");
    }

    #[test]
    fn an_answer_that_comes_too_late_lends_nothing() {
        let capture = Capture::new(Seq(1), Style::default(), None, true, &Store::plain(0, std::env::temp_dir()));
        capture.watch(true);
        let (pipe, mut job) = std::io::pipe().expect("a pipe");
        std::io::Write::write_all(&mut job, &vec![b'x'; 60_000]).expect("room");
        let drain = |asked: &mut usize| capture.drain(Stream::Stdout, pipe.as_fd(), || *asked += 1, || true);
        let mut asked = 0;
        assert!(matches!(drain(&mut asked), Drained::Not));
        capture.push(Stream::Stdout, b"x", || (), || true);
        capture.lend(Some(rustix::stdio::stdout()));
        assert!(matches!(drain(&mut asked), Drained::Not));
        assert_eq!(asked, 2);
    }

    #[test]
    fn the_last_line_is_known_whether_it_was_taken_or_not() {
        let store = Store::plain(1 << 20, std::env::temp_dir());
        let capture = Capture::new(Seq(1), Style::default(), None, true, &store);
        let push = |stream, bytes: &[u8]| capture.push(stream, bytes, || (), || false);
        assert_eq!(capture.last_line(), b"");
        push(Stream::Stdout, b"a\nb\n");
        assert_eq!(capture.last_line(), b"b");
        push(Stream::Stderr, b"10%\r20%\r");
        assert_eq!(capture.last_line(), b"20%");
        push(Stream::Stdout, b"c");
        assert_eq!(capture.last_line(), b"c");
        capture.take(Stream::Stdout, false, &mut Vec::new()).expect("bytes");
        assert_eq!(capture.last_line(), b"c");
        push(Stream::Stdout, &[b'x'; 1000]);
        assert_eq!(capture.last_line(), [b'x'; 256]);
    }

    #[test]
    fn the_last_line_is_read_back_from_a_file() {
        let store = Store::plain(0, std::env::temp_dir());
        let capture = Capture::new(Seq(1), Style::default(), None, true, &store);
        capture.push(Stream::Stdout, b"one\ntwo\n", || (), || false);
        assert_eq!(capture.last_line(), b"two");
    }
}
