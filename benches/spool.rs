//! The hot path of output: from a job's pipe through memory or the disk, with or without tags, to what is written.

use divan::Bencher;
use divan::counter::BytesCount;

use forkful::job::{Seq, Stream};
use forkful::output::{Capture, Store, Style};

/// What is read from a pipe at once.
const PIECE: usize = 64 << 10;

fn main() {
    divan::main();
}

/// A job that writes one line: by far the most frequent.
#[divan::bench]
fn one_line(bencher: Bencher<'_, '_>) {
    pass(bencher, &[b'x'; 80], 1, None);
}

#[divan::bench(args = [16, 1024])]
fn pieces_of_64_kib(bencher: Bencher<'_, '_>, pieces: usize) {
    pass(bencher, &vec![b'x'; PIECE], pieces, None);
}

#[divan::bench]
fn lines_with_a_tag(bencher: Bencher<'_, '_>) {
    pass(bencher, &b"a line of output of the usual length, more or less\n".repeat(1000), 10, Some(b"input\t"));
}

/// Pushes all pieces, as a slot does, and then takes them, as the collector does.
fn pass(bencher: Bencher<'_, '_>, piece: &[u8], pieces: usize, tag: Option<&[u8]>) {
    let store = Store::plain(32 << 20, std::env::temp_dir());
    bencher.counter(BytesCount::new(piece.len() * pieces)).bench(|| {
        let style = Style { tag: tag.map(<[u8]>::to_vec), ..Style::default() };
        let capture = Capture::new(Seq(1), style, None, true, &store);
        for _ in 0..pieces {
            capture.push(Stream::Stdout, divan::black_box(piece), || panic!("the disk is full"), || false);
        }
        let mut buffer = Vec::new();
        loop {
            capture.take(Stream::Stdout, false, &mut buffer).expect("a readable spool");
            if buffer.is_empty() {
                break;
            }
            capture.style(Stream::Stdout, &buffer, &mut |bytes| {
                divan::black_box(bytes);
            });
        }
    });
}
