//! The hot path of a job: a process started, its pipes pumped and its end awaited, with and without a shell.

use std::time::Duration;

use divan::Bencher;
use rustix::process::Pid;

use forkful::exec::{Attempt, Executor, Local, Watch};
use forkful::job::{Exit, Seq, Slot, Stream};

fn main() {
    divan::main();
}

/// Takes note of nothing.
struct Nobody;

impl Watch for Nobody {
    fn started(&mut self, _: Pid) {}
    fn output(&mut self, _: Stream, bytes: &[u8]) {
        divan::black_box(bytes);
    }
    fn idle_after(&self) -> Option<Duration> {
        None
    }
    fn idle(&mut self) {}
    fn ended(&mut self) {}
}

#[divan::bench(args = ["/bin/true", "echo a", "echo a; true", "head -c 1000000 /dev/zero"])]
fn local(bencher: Bencher<'_, '_>, line: &str) {
    let local = Local::new(true, None).expect("a shell");
    bencher.bench(|| {
        let attempt = Attempt { line: line.as_bytes(), seq: Seq(1), slot: Slot(1) };
        let exit = local.run(attempt, &mut Nobody).expect("room for a process");
        assert_eq!(exit, Exit::Code(0));
    });
}
