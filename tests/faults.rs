//! Faults seen in the field, one after the other: what such tools have lost, mixed up or hung on.
//!
//! The numbers are those of the checklist this project began with (process tree and signals from 1, output from 23,
//! resources from 41). Faults that belong to an option have their tests beside those of the option.

use std::collections::BTreeSet;
use std::fs;
use std::thread;
use std::time::Duration;

use rustix::process::Signal;

use crate::support::{Forkful, Output, lines};

/// The columns Exitval and Signal of the job log, in the order of the jobs.
fn ends(output: &Output) -> Vec<String> {
    output.logged().into_iter().map(|(_, exit, signal, _)| format!("{exit} {signal}")).collect()
}

/// 13: the signal comes while processes are being made.
#[test]
fn a_signal_at_any_moment_leaves_no_job_unrecorded() {
    // Spread over the first 40 ms.
    for moment in (0..25).map(|round| round * 17 % 41) {
        let job = "echo {} >> ran; sleep 0.00{}; true";
        let run = Forkful::new().args(["-j4", "--joblog", "log", job]).stdin(lines(1..100)).start();
        run.wait_for_file("log");
        thread::sleep(Duration::from_millis(moment));
        run.signal(Signal::TERM);
        let output = run.finish();
        let ran = fs::read_to_string(output.dir.join("ran")).unwrap_or_default();
        let ran: BTreeSet<String> = ran.lines().map(str::to_owned).collect();
        let logged: BTreeSet<String> = output.logged().into_iter().map(|(seq, ..)| seq).collect();
        assert!(ran.is_subset(&logged), "ran, but not logged: {:?}", ran.difference(&logged));
    }
}

/// 16: statuses that nobody would wait for.
#[test]
fn a_runner_that_is_told_to_ignore_the_end_of_children_knows_which_failed() {
    Forkful::shell("trap '' CHLD; exec forkful 'exit {}' ::: 0 3 0 4").status(2).run();
}

/// 20: a job that takes its whole process group with it.
#[test]
fn a_job_that_kills_its_group_ends_alone() {
    let output = Forkful::new().args(["-j2", "--joblog", "log", "kill -9 0", ":::", "1", "2", "3"]).status(3).run();
    assert_eq!(ends(&output), ["137 9"; 3]);
}

/// 21, 22: every way to end is told apart, and none of them stops the run.
#[test]
fn every_way_to_end_is_told_apart() {
    let commands = [
        ("true", "0 0"),
        ("exit 3", "3 0"),
        ("kill -TERM $$", "143 15"),
        ("kill -9 $$", "137 9"),
        ("kill -SEGV $$", "139 11"),
        ("exit 255", "255 0"),
        ("exit 256", "0 0"),
        ("no-such-command-at-all", "127 0"),
        ("./not-executable", "126 0"),
        ("exit 143", "143 0"),
    ];
    let run = Forkful::new().args(["--joblog", "log"]).file("not-executable", "text");
    let output = run.stdin(lines(commands.map(|(command, _)| command))).status(8).run();
    assert_eq!(ends(&output), commands.map(|(_, end)| end));
}

/// 23: the test that GNU parallel's authors put to other tools, in a smaller size.
#[test]
fn letters_on_both_streams_never_mix() {
    let job =
        r#"perl -e '$| = 1; for my $l ("a".."f") { print { $l =~ /[ace]/ ? STDOUT : STDERR } $l x 300_000 }'; : {}"#;
    let output = Forkful::new().args(["-j6", job]).stdin(lines(1..=12)).status(0).run();
    let once = |letters: [u8; 3]| letters.map(|letter| vec![letter; 300_000]).concat();
    assert!(output.stdout == once(*b"ace").repeat(12), "stdout is mixed up");
    assert!(output.stderr == once(*b"bdf").repeat(12), "stderr is mixed up");
}

/// 25: neither stream waits for the other.
#[test]
fn a_job_may_fill_one_stream_before_it_writes_to_the_other() {
    let job = "head -c 2000000 /dev/zero >&2; head -c 2000000 /dev/zero; : {}";
    let output = Forkful::new().args([job, ":::", "1"]).status(0).run();
    assert_eq!((output.stdout.len(), output.stderr.len()), (2_000_000, 2_000_000));
}

/// 35: progress text without a line end, from a job that is not looked at.
#[test]
fn carriage_returns_without_a_newline_arrive_whole() {
    let job = r"yes frame | head -n 400000 | tr '\n' '\r'; : {}";
    for mode in ["--group", "-k", "--lb"] {
        let output = Forkful::new().args(["-j2", mode, job, ":::", "1", "2"]).status(0).run();
        assert!(output.stdout == b"frame\r".repeat(800_000), "{mode}");
    }
}

/// 36: the first job waits for one that is far behind it in the order.
#[test]
fn a_stuck_head_does_not_stop_the_others() {
    let job = "if [ {} = 1 ]; then until [ -e last ]; do sleep 0.01; done; fi; [ {} = 300 ] && touch last; echo {}";
    Forkful::new().args(["-k", "-j2", job]).stdin(lines(1..=300)).stdout(lines(1..=300)).run();
}

/// 41, 43: no room for so many processes or descriptors; what is asked for is done with fewer. The jobs fork nothing
/// themselves: they would fail of that.
#[test]
fn a_shortage_of_processes_or_descriptors_means_fewer_jobs_at_a_time() {
    let nobody = "chmod 711 .. ../.. ../bin; cp $(readlink ../bin/forkful) ../bin/copy; chmod 755 ../bin/copy; cd /; \
                  seq 60 | prlimit --nproc=40 setpriv --reuid=65534 --regid=65534 --clear-groups \
                  ${OLDPWD%/work}/bin/copy -j60 'echo ok {}; exec sleep 0.05' | sort -V";
    let wanted = lines((1..=60).map(|number| format!("ok {number}")));
    if rustix::process::getuid().is_root() {
        Forkful::shell(nobody).stdout(&wanted).run();
    } else {
        eprintln!("skipped: only root can become nobody");
    }
    let few_files = "seq 60 | prlimit --nofile=24 forkful -k -j60 'echo ok {}; exec sleep 0.05'";
    Forkful::shell(few_files).stdout(wanted).run();
}

/// 44, 45: calls of the kernel that fail for a moment.
#[test]
fn calls_that_fail_for_a_moment_lose_nothing() {
    for fault in ["clone:error=EAGAIN:when=6..7", "clone:error=ENOMEM:when=7", "pipe2:error=EMFILE:when=7+9"] {
        let line =
            format!("seq 12 | strace -f -o /dev/null -e inject={fault} forkful -k -j3 'echo {{}}; true' 2> said");
        Forkful::shell(line).stdout(lines(1..=12)).status(0).run();
    }
}

/// 54: nothing that a runner likes to have around it.
#[test]
fn a_bare_environment_is_enough() {
    let lines = [
        "env -i $(readlink ../bin/forkful) echo ::: a",
        "mkdir gone; cd gone; rmdir ../gone; forkful echo ::: a",
        "HOME=/nonexistent TMPDIR=/tmp forkful echo ::: a",
        "setsid -w forkful echo ::: a",
    ];
    for line in lines {
        Forkful::shell(line).stdout("a\n").status(0).run();
    }
}
