//! Stopping: whatever ends the run, no job is left, nothing finished is lost and the exit status says so.

use std::fs;
use std::io::{Read, Write};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Forkful, Running, is_stopped, wait_until};

/// A job that says that it runs and then waits for ever, in a child of its own.
const ENDLESS: &str = "touch here.{#}; sleep 1000; true";

fn nothing_is_left(run: &Running) {
    wait_until("the end of all jobs", || run.processes().iter().all(|&pid| pid == run.pid()));
}

#[test]
fn interrupting_ends_all_jobs_and_the_run() {
    for signal in [Signal::INT, Signal::TERM, Signal::QUIT] {
        let run = Forkful::new().args(["-j2", ENDLESS, ":::", "1", "2", "3"]).status(-signal.as_raw()).start();
        run.wait_for_file("here.1");
        run.wait_for_file("here.2");
        run.signal(signal);
        nothing_is_left(&run);
        let output = run.finish();
        assert!(!output.dir.join("here.3").exists(), "a job was started after {signal:?}");
    }
}

#[test]
fn jobs_are_asked_before_they_are_killed() {
    let polite = "trap 'touch asked; exit 0' TERM; touch here; while :; do sleep 0.01; done; : {}";
    let run = Forkful::new().args([polite, ":::", "1"]).status(-15).start();
    run.wait_for_file("here");
    run.signal(Signal::TERM);
    assert!(run.finish().dir.join("asked").exists());
}

#[test]
fn jobs_that_do_not_listen_are_killed() {
    let deaf = "trap '' TERM; touch here; while :; do sleep 0.01; done; : {}";
    let run = Forkful::new().args([deaf, ":::", "1"]).status(-2).start();
    run.wait_for_file("here");
    run.signal(Signal::INT);
    nothing_is_left(&run);
    run.finish();
}

#[test]
fn the_steps_of_ending_a_job_can_be_chosen() {
    let job = "trap 'touch asked' USR2; trap '' TERM; touch here; until [ -e asked ]; do sleep 0.01; done; : {}";
    let run = Forkful::new().args(["--termseq", "TERM,10,USR2,60000,KILL", job, ":::", "1"]).status(-15).start();
    run.wait_for_file("here");
    run.signal(Signal::TERM);
    assert!(run.finish().dir.join("asked").exists());
}

#[test]
fn a_second_interrupt_kills_at_once() {
    let deaf = "trap 'touch asked' TERM; touch here; while :; do sleep 0.01; done; : {}";
    // Without the second signal it would take longer than any test may.
    let run = Forkful::new().args(["--termseq", "TERM,600000,KILL,25", deaf, ":::", "1"]).status(-2).start();
    run.wait_for_file("here");
    run.signal(Signal::INT);
    run.wait_for_file("asked");
    run.signal(Signal::INT);
    nothing_is_left(&run);
    run.finish();
}

#[test]
fn output_of_finished_jobs_is_printed_when_the_run_is_interrupted() {
    let job = "echo {}; case {} in 1|4) touch here.{}; sleep 1000;; esac; true";
    let run = Forkful::new().args(["-k", "-j2", "--joblog", "log", job, ":::", "1", "2", "3", "4"]).status(-2).start();
    run.wait_for_file("here.1");
    run.wait_for_file("here.4"); // in the slot that jobs 2 and 3 have left
    run.signal(Signal::INT);
    let output = run.finish();
    assert!(output.stdout.starts_with(b"1\n2\n3\n"), "{}", output.stdout.escape_ascii());
    let logged: Vec<_> = output.logged().into_iter().map(|(seq, exit, ..)| format!("{seq} {exit}")).collect();
    assert!(["2 0", "3 0"].iter().all(|job| logged.iter().any(|line| line == job)), "{logged:?}");
}

#[test]
fn a_stalled_reader_does_not_stop_an_interrupt() {
    let (_reader, writer) = std::io::pipe().expect("a pipe");
    let run = Forkful::new().args(["-j2", "echo {} >>ran; yes", ":::", "1", "2", "3"]).status(-15);
    let run = run.start_with(Some(writer.into()));
    wait_until("both jobs", || fs::read(run.dir().join("ran")).is_ok_and(|ran| ran.len() == 4));
    run.signal(Signal::TERM);
    nothing_is_left(&run);
    // What was printed still waits for the reader; the second signal gives it up.
    run.signal(Signal::TERM);
    run.finish();
}

#[test]
fn what_has_ended_is_printed_and_logged_though_a_signal_comes_meanwhile() {
    let (mut reader, writer) = std::io::pipe().expect("a pipe");
    let run =
        Forkful::new().args(["--joblog", "log", "--events", "events", "head -c 300000 /dev/zero; : {}", ":::", "1"]);
    let run = run.start_with(Some(writer.into()));
    let ended = || fs::read_to_string(run.dir().join("events")).is_ok_and(|events| events.contains("\"ended\""));
    wait_until("the end of the job", ended);
    run.signal(Signal::TERM);
    let mut printed = Vec::new();
    reader.read_to_end(&mut printed).expect("output");
    assert_eq!(printed.len(), 300_000);
    let output = run.finish();
    assert_eq!(fs::read_to_string(output.dir.join("log")).expect("a log").lines().count(), 2);
}

#[test]
fn a_hang_up_lets_running_jobs_finish_and_is_no_success() {
    let job = "touch here.{}; until [ -e go ]; do sleep 0.01; done; echo {}";
    let run = Forkful::new().args(["-j1", job, ":::", "1", "2"]).stdout("1\n").status(255).start();
    run.wait_for_file("here.1");
    run.signal(Signal::HUP);
    wait_until("the runner to say so", || !run.stderr().is_empty());
    run.touch("go");
    assert!(!run.finish().dir.join("here.2").exists(), "a job was started");
}

#[test]
fn an_interrupt_that_the_runner_was_told_to_ignore_is_ignored() {
    let job = "touch here; until [ -e go ]; do sleep 0.01; done; echo {}";
    let line = format!("trap '' INT; exec forkful '{job}' ::: a");
    let run = Forkful::shell(line).stdout("a\n").stderr("").status(0).start();
    run.wait_for_file("here");
    run.signal(Signal::INT);
    run.touch("go");
    run.finish();
}

#[test]
fn killing_the_runner_ends_its_jobs() {
    for options in [&["-j2"][..], &["-j2", "-u"], &["-j2", "-k"]] {
        let run = Forkful::new().args(options).args([ENDLESS, ":::", "1", "2", "3"]).status(-9).start();
        run.wait_for_file("here.1");
        run.wait_for_file("here.2");
        run.signal(Signal::KILL);
        nothing_is_left(&run);
        assert!(!run.finish().dir.join("here.3").exists());
    }
}

/// The guard of a run, which has left its process group. On a busy machine jobs may run before that.
fn guard_of(run: &Running) -> i32 {
    let is_guard = |pid: &i32| fs::read(format!("/proc/{pid}/comm")).is_ok_and(|name| name == b"forkful-guard\n");
    let guard = || run.processes().into_iter().find(is_guard);
    wait_until("a guard", || guard().is_some());
    guard().expect("a guard")
}

/// `pkill -USR1 forkful` finds the guard as well.
#[test]
fn a_signal_that_asks_the_runner_does_not_end_its_guard() {
    let run = Forkful::new().args([ENDLESS, ":::", "1"]).status(-9).start();
    run.wait_for_file("here.1");
    let guard = guard_of(&run);
    for signal in [Signal::USR1, Signal::USR2, Signal::TERM, Signal::TSTP] {
        kill_process(Pid::from_raw(guard).expect("a pid"), signal).expect("a signal");
    }
    run.signal(Signal::KILL);
    nothing_is_left(&run);
    run.finish();
}

#[test]
fn killing_the_runner_leaves_no_file() {
    let job = "[ {} = 1 ] && sleep 1000; head -c 50000000 /dev/zero; touch here; sleep 1000";
    let run = Forkful::new().args(["-k", "-j2", job, ":::", "1", "2"]).status(-9).start();
    run.wait_for_file("here");
    run.signal(Signal::KILL);
    nothing_is_left(&run);
    let output = run.finish();
    let left: Vec<_> = fs::read_dir(output.dir.with_file_name("tmp")).expect("TMPDIR").flatten().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn killing_the_process_group_of_the_runner_ends_its_jobs_too() {
    // What `kill -9 %1` does in a shell: whatever guards the jobs must not be in that group.
    let run = Forkful::new().args(["-j2", ENDLESS, ":::", "1", "2"]).status(-9).start();
    run.wait_for_file("here.1");
    run.wait_for_file("here.2");
    guard_of(&run);
    let group = rustix::process::Pid::from_raw(run.pid()).expect("a process id");
    rustix::process::kill_process_group(group, Signal::KILL).expect("a group");
    nothing_is_left(&run);
    run.finish();
}

#[test]
fn killing_the_runner_spares_processes_that_are_not_its_own() {
    // A job that has ended leaves its number to others; only what runs as a job may be killed.
    let bystander = Forkful::new().program("sh").args(["-c", "touch here; sleep 1000"]).start();
    bystander.wait_for_file("here");
    let run = Forkful::new().args(["-j1", "[ {} = 1 ] || { touch here; sleep 1000; }", ":::", "1", "2"]).start();
    run.wait_for_file("here");
    run.signal(Signal::KILL);
    nothing_is_left(&run);
    assert_eq!(bystander.processes().len(), 2, "the bystander and its sleep");
    bystander.signal(Signal::KILL);
}

#[test]
fn a_run_that_ends_leaves_no_process() {
    let run = Forkful::new().args(["-j4", "true"]).stdin("1\n2\n3\n4\n5\n").status(0).start();
    wait_until("the end of the run and of what it started", || run.processes().is_empty());
    run.finish();
}

/// A job without children, which says its own number and the runner's and waits at a pipe. (A shell that has just
/// forked waits, unstoppable, for its stopped child.)
const WAITING: &str = "mkfifo go; echo $$ $PPID >pids.tmp; mv pids.tmp pids; read go <go; echo {} >end";

fn pids(run: &Running) -> Vec<i32> {
    run.wait_for_file("pids");
    let pids = fs::read_to_string(run.dir().join("pids")).expect("a file");
    pids.split_whitespace().map(|pid| pid.parse().expect("a process id")).collect()
}

#[test]
fn stopping_the_runner_stops_its_jobs_and_continuing_continues_them() {
    let run = Forkful::new().args([WAITING, ":::", "a"]).stderr("").status(0).start();
    let pids = pids(&run);
    run.signal(Signal::TSTP);
    wait_until("the runner and the job to stop", || pids.iter().all(|&pid| is_stopped(pid)));
    run.signal(Signal::CONT);
    run.touch("go");
    assert_eq!(fs::read(run.finish().dir.join("end")).expect("a file"), b"a\n");
}

/// A shell with job control on a terminal of its own, which reads what is written to its stdin as typed.
fn terminal() -> Running {
    Forkful::new().program("script").args(["-qefc", "bash --norc -i", "typescript"]).status(0).start()
}

fn type_in(terminal: &mut Running, keys: &str) {
    terminal.stdin.as_mut().expect("a pipe").write_all(keys.as_bytes()).expect("write");
}

#[test]
fn a_run_is_stopped_and_continued_from_the_keyboard() {
    let mut terminal = terminal();
    type_in(&mut terminal, &format!("forkful --bar '{WAITING}' ::: a\n"));
    let pids = pids(&terminal);
    type_in(&mut terminal, "\x1a");
    wait_until("the runner and the job to stop", || pids.iter().all(|&pid| is_stopped(pid)));
    type_in(&mut terminal, "fg\n");
    terminal.touch("go");
    terminal.wait_for_file("end");
    type_in(&mut terminal, "echo $? >status; exit\n");
    let output = terminal.finish();
    assert_eq!(fs::read(output.dir.join("status")).expect("a file"), b"0\n");
}

#[test]
fn a_run_is_interrupted_from_the_keyboard() {
    let mut terminal = terminal();
    type_in(&mut terminal, "forkful 'touch here; sleep 1000; true' ::: a\n");
    terminal.wait_for_file("here");
    type_in(&mut terminal, "\x03");
    type_in(&mut terminal, "echo $? >status; exit\n");
    let output = terminal.finish();
    assert_eq!(fs::read(output.dir.join("status")).expect("a file"), b"130\n");
}
