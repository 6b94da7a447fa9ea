//! The hot path of a job: a process started, its pipes pumped and its end awaited, with and without a shell.

use std::time::Duration;

use divan::Bencher;
use rustix::process::Pid;

use forkful::exec::{Attempt, Command, Executor, Local, OnLeak, Planner, Setup, Stdin, Watch};
use forkful::job::{Exit, Seq, Slot, Stream};
use std::sync::Arc;

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
    let local = {
        let setup = Setup {
            capture: true,
            merges: false,
            stdin: Stdin::Empty,
            nice: None,
            slot_variable: None,
            cpus: None,
            leads_group: true,
            on_leak: OnLeak::Leave,
            describes_jobs: true,
        };
        Local::new(Arc::new(Planner::new().expect("a shell")), setup, None).expect("/dev/null")
    };
    bencher.bench(|| {
        let attempt = Attempt {
            command: Command::Line { line: line.as_bytes(), with_parameters: None },
            seq: Seq(1),
            slot: Slot(1),
            directory: None,
            feed: None,
            fifo: None,
        };
        let finish = local.run(attempt, &mut Nobody).expect("room for a process");
        assert_eq!(finish.exit, Exit::Code(0));
    });
}
