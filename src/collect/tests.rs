//! The law of the collector: what jobs write comes out once, whole, in its block or line, whatever the mode, the pieces
//! and the room there is.

use std::fs::File;
use std::io::{self, PipeReader, PipeWriter, Read, Seek, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::thread;

use proptest::prelude::*;
use rustix::io::ioctl_fionread;

use super::*;
use crate::job::{Drained, Exit, Job, Outcome, Seq, Slot, Values};
use crate::output::{Packing, Room, Store, Style, Writer};

/// What one job writes: its pieces in order.
type Script = Vec<(Stream, Vec<u8>)>;

thread_local! {
    /// What the collector of a test writes to instead of stdout: a pipe, so that jobs may pass it by.
    static OUT: &'static (PipeReader, PipeWriter) = Box::leak(Box::new(io::pipe().expect("a pipe")));
    /// The same instead of stderr.
    static ERR: &'static File = Box::leak(Box::new(tempfile::tempfile().expect("a file")));
}

/// What comes out of a pipe until nothing does, and nobody is `there` any more.
fn drained(mut pipe: &PipeReader, there: &Weak<()>) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let is_over = there.strong_count() == 0;
        match usize::try_from(ioctl_fionread(pipe).expect("a pipe")).expect("a size") {
            0 if is_over => return bytes,
            0 => thread::yield_now(),
            waiting => {
                let before = bytes.len();
                bytes.resize(before + waiting, 0);
                pipe.read_exact(&mut bytes[before..]).expect("what is there");
            }
        }
    }
}

/// Runs the scripts in a few slots, and returns what came out on stdout and stderr.
fn collect(scripts: &[Script], slots: usize, manner: &Manner, style: &Style, room: Room) -> [Vec<u8>; 2] {
    let (post, letterbox) = post();
    let (store, next) = (Store::new(room), AtomicUsize::new(0));
    let (out, mut err) = (OUT.with(|out| *out), ERR.with(|err| *err));
    err.set_len(0).expect("an empty file");
    err.rewind().expect("the beginning");
    let mut collector = Collector::new(manner, None, None);
    collector.printer.writer = Writer::to([out.1.as_fd(), err.as_fd()]);
    let post = Mutex::new(Some(Arc::new(post)));
    let out = thread::scope(|scope| {
        let writes = Arc::new(());
        let there = Arc::downgrade(&writes);
        let out = scope.spawn(move || drained(&out.0, &there));
        for slot in 1..=slots {
            let post = post.lock().expect("no panic").clone().expect("a post");
            let (store, next) = (&store, &next);
            scope.spawn(move || {
                while let index = next.fetch_add(1, Ordering::SeqCst)
                    && let Some(script) = scripts.get(index)
                {
                    run(script, Seq(index as u64 + 1), Slot(slot), manner, style, store, &post);
                }
            });
        }
        post.lock().expect("no panic").take();
        collector.run(&letterbox, |_| panic!("something was lost")).expect("nothing is lost");
        drop(writes);
        out.join().expect("no panic")
    });
    let mut text = Vec::new();
    err.rewind().expect("the beginning");
    err.read_to_end(&mut text).expect("what was written");
    [out, text]
}

/// A job as its slot sees it.
fn run(script: &Script, seq: Seq, slot: Slot, manner: &Manner, style: &Style, store: &Arc<Store>, post: &Post) {
    let capture = Capture::new(seq, style.clone(), None, true, store);
    let mut pipe = io::pipe().expect("a pipe");
    for (stream, piece) in script {
        for piece in piece.chunks(1 << 16) {
            pipe.1.write_all(piece).expect("room");
            pump(*stream, &mut pipe.0, &capture, post);
        }
        if manner.lines || manner.keep_order {
            post.send(Event::Output(Arc::clone(&capture)));
        }
    }
    let outcome = Outcome { slot, ..Outcome::of(Exit::Code(0)) };
    let job = Job::new(seq, Values::new());
    post.send(Event::Settled(Settled { job, outcome, line: Vec::new(), capture }));
}

/// Takes what a job has written to its pipe, as its slot does.
fn pump(stream: Stream, pipe: &mut io::PipeReader, capture: &Arc<Capture>, post: &Post) {
    while let left @ 1.. = usize::try_from(ioctl_fionread(&*pipe).expect("a pipe")).expect("a size") {
        let ask = || post.send(Event::Borrows(Arc::clone(capture)));
        if let Drained::Not = capture.drain(stream, pipe.as_fd(), ask, || false) {
            let mut bytes = vec![0; left];
            pipe.read_exact(&mut bytes).expect("what is there");
            capture.push(stream, &bytes, || post.send(Event::Stalled(Arc::clone(capture))), || false);
        }
    }
}

/// All that a script writes to a stream.
fn written(script: &Script, stream: Stream) -> Vec<u8> {
    script.iter().filter(|(of, _)| *of == stream).flat_map(|(_, piece)| piece.clone()).collect()
}

/// Whether the output is that of the jobs that are left, one after the other, in the same order on both streams.
fn is_made_of(out: [&[u8]; 2], left: &[[Vec<u8>; 2]]) -> bool {
    if left.is_empty() {
        return out.iter().all(|out| out.is_empty());
    }
    left.iter().enumerate().any(|(index, [stdout, stderr])| {
        let Some((out, err)) = out[0].strip_prefix(&stdout[..]).zip(out[1].strip_prefix(&stderr[..])) else {
            return false;
        };
        let rest: Vec<_> = left[..index].iter().chain(&left[index + 1..]).cloned().collect();
        is_made_of([out, err], &rest)
    })
}

fn stream() -> impl Strategy<Value = Stream> {
    prop::sample::select(&Stream::BOTH[..])
}

fn room() -> impl Strategy<Value = Room> {
    let packing = prop::option::of(Just(Packing::Lz4));
    (0_usize..300, prop::option::of(0_u64..6000), packing).prop_map(|(memory, disk, packing)| Room {
        memory,
        disk,
        directory: std::env::temp_dir(),
        packing,
    })
}

/// Pieces of any bytes, some of which are large for the room there is.
fn script() -> impl Strategy<Value = Script> {
    let byte = prop::sample::select(b"ab\r\n\0\xff".to_vec());
    let piece = (prop::collection::vec(byte, 0..20), prop::sample::select(vec![1_usize, 1, 30, 5000, 5000]));
    let piece = piece.prop_map(|(bytes, times)| bytes.repeat(times));
    prop::collection::vec((stream(), piece), 0..8)
}

/// Whole lines that begin with the job's letter, cut anywhere.
fn lines(letter: u8) -> impl Strategy<Value = Script> {
    let text = prop::collection::vec(prop::sample::select(b"xyz\0\xff".to_vec()), 0..12);
    let end = prop::sample::select(vec![&b"\n"[..], b"\r", b"\r\n"]);
    let line = (text, end).prop_map(move |(text, end)| [&[letter][..], &text, end].concat());
    let text = prop::collection::vec(line, 0..8).prop_map(|lines| lines.concat());
    (text.clone(), text, prop::collection::vec((stream(), 1_usize..9), 0..20)).prop_map(|(out, err, cuts)| {
        let mut rest = [out, err];
        let mut script: Script = Vec::new();
        for (stream, size) in cuts {
            let rest = &mut rest[stream as usize];
            script.push((stream, rest.drain(..size.min(rest.len())).collect()));
        }
        script.extend(Stream::BOTH.into_iter().zip(rest));
        script
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn groups_are_whole_and_in_order_if_asked(
        scripts in prop::collection::vec(script(), 1..6),
        slots in 1_usize..4,
        keep_order in any::<bool>(),
        room in room(),
    ) {
        let manner = Manner { keep_order, ..Manner::default() };
        let [out, err] = collect(&scripts, slots, &manner, &Style::default(), room);
        let jobs: Vec<_> = scripts.iter().map(|script| Stream::BOTH.map(|stream| written(script, stream))).collect();
        if keep_order {
            prop_assert_eq!(&out, &jobs.iter().flat_map(|[out, _]| out.clone()).collect::<Vec<_>>());
            prop_assert_eq!(&err, &jobs.iter().flat_map(|[_, err]| err.clone()).collect::<Vec<_>>());
        }
        prop_assert!(is_made_of([&out, &err], &jobs), "{:?}, {:?}", out.escape_ascii(), err.escape_ascii());
    }

    #[test]
    fn lines_are_whole_and_those_of_a_job_in_order(
        scripts in prop::collection::vec(any::<()>(), 1..5)
            .prop_flat_map(|jobs| (0..jobs.len()).map(|job| lines(b'A' + u8::try_from(job).unwrap_or(0))).collect::<Vec<_>>()),
        slots in 1_usize..4,
        tags in any::<bool>(),
        memory in 0_usize..300,
        disk in prop::option::of(0_u64..300),
    ) {
        let manner = Manner { lines: true, ..Manner::default() };
        let style = Style { tag: tags.then(|| b"tag\t".to_vec()), ..Style::default() };
        let room = Room { memory, disk, directory: std::env::temp_dir(), packing: None };
        let out = collect(&scripts, slots, &manner, &style, room);
        for (stream, out) in Stream::BOTH.into_iter().zip(out) {
            for (index, script) in scripts.iter().enumerate() {
                // What tags add, before each line and after each carriage return, is taken away again.
                let text = if tags { remove(&out, b"tag\t") } else { out.clone() };
                let letter = b'A' + u8::try_from(index).expect("few");
                // The newline after a carriage return is of the same line.
                let own = text.split_inclusive(|&byte| byte == b'\n' || byte == b'\r').scan(0, |owner, line| {
                    *owner = if line == b"\n" { *owner } else { line[0] };
                    Some((*owner, line))
                });
                let own = own.filter(|(owner, _)| *owner == letter);
                let own: Vec<u8> = own.flat_map(|(_, line)| line).copied().collect();
                prop_assert_eq!(own, written(script, stream));
            }
            let total: usize = scripts.iter().map(|script| written(script, stream).len()).sum();
            let text = if tags { remove(&out, b"tag\t") } else { out };
            prop_assert_eq!(text.len(), total);
        }
    }
}

fn remove(text: &[u8], what: &[u8]) -> Vec<u8> {
    let mut rest = text;
    let mut kept = Vec::new();
    while let Some(at) = memchr::memmem::find(rest, what) {
        kept.extend_from_slice(&rest[..at]);
        rest = &rest[at + what.len()..];
    }
    kept.extend_from_slice(rest);
    kept
}
