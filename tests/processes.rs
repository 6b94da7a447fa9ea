//! The life of processes: what a job has started goes with it when it is ended, wherever it has gone, and only then.

use std::fs;

use rustix::process::Signal;

use crate::support::{Forkful, Running, wait_until};

/// Whether a process is there that has not ended.
fn lives(pid: i32) -> bool {
    let stat = fs::read(format!("/proc/{pid}/stat")).unwrap_or_default();
    String::from_utf8_lossy(&stat).rsplit_once(") ").is_some_and(|(_, fields)| !fields.starts_with(['Z', 'X']))
}

/// The process id that a job has written to the file.
fn pid_in(run: &Running, name: &str) -> i32 {
    run.wait_for_file(name);
    let read = || fs::read_to_string(run.dir().join(name)).ok()?.trim().parse().ok();
    wait_until("a process id", || read().is_some());
    read().expect("a process id")
}

fn is_gone(what: &str, pid: i32) {
    wait_until(&format!("the end of {what}"), || !lives(pid));
}

/// Lines of shell, each of which leaves a process in the background that writes its id to `pid`.
const ESCAPES: [(&str, &str); 5] = [
    ("a child", "sh -c 'echo $$ >pid; exec sleep 1000' &"),
    ("a session of its own", "setsid sh -c 'echo $$ >pid; exec sleep 1000' &"),
    ("an orphan with a session of its own", "(setsid sh -c 'echo $$ >pid; exec sleep 1000' &);"),
    ("a session of its own without environment", "setsid env -i sh -c 'echo $$ >pid; exec sleep 1000' &"),
    ("one that ignores TERM", "setsid sh -c 'trap \"\" TERM; echo $$ >pid; while :; do sleep 0.02; done' &"),
];

#[test]
fn whatever_a_job_has_started_ends_with_it() {
    for (what, escape) in ESCAPES {
        let run = Forkful::new().args([&format!("{escape} sleep 1000; : {{}}"), ":::", "1"]).status(-15).start();
        let pid = pid_in(&run, "pid");
        run.signal(Signal::TERM);
        run.finish();
        // Not later: the runner waits for it.
        assert!(!lives(pid), "{what} has outlived the run");
    }
}

#[test]
fn what_is_started_in_the_last_moment_ends_too() {
    let job = "trap 'setsid sh -c \"echo \\$\\$ >pid; trap : TERM; while :; do sleep 0.02; done\" & exit 0' TERM; \
               touch here; while :; do sleep 0.02; done; : {}";
    let run = Forkful::new().args([job, ":::", "1"]).status(-15).start();
    run.wait_for_file("here");
    run.signal(Signal::TERM);
    let pid = pid_in(&run, "pid");
    run.finish();
    assert!(!lives(pid), "what the job left when it was asked to end");
}

#[test]
fn a_process_that_has_left_the_group_gets_one_signal_a_step() {
    let deaf = "trap \"echo {}. >>got\" TERM; echo $$ >pid; while :; do sleep 0.02; done";
    let job = format!("setsid bash -c '{deaf}' & trap '' TERM; while :; do sleep 0.02; done; : {{}}");
    let run = Forkful::new().args(["--termseq", "TERM,400,TERM,400,KILL", &job, ":::", "1"]).status(-15).start();
    let pid = pid_in(&run, "pid");
    run.signal(Signal::TERM);
    let output = run.finish();
    assert!(!lives(pid));
    assert_eq!(fs::read(output.dir.join("got")).expect("a file"), b"1.\n1.\n");
}

#[test]
fn a_stopped_job_is_ended() {
    let run = Forkful::new().args(["setsid sh -c 'echo $$ >pid; kill -STOP $$' & kill -STOP $$; : {}", ":::", "1"]);
    let run = run.status(-15).start();
    let pid = pid_in(&run, "pid");
    run.signal(Signal::TERM);
    run.finish();
    assert!(!lives(pid));
}

#[test]
fn what_ended_jobs_have_left_on_purpose_stays_when_others_are_ended() {
    let job = "if [ {} = 1 ]; then setsid sh -c 'echo $$ >pid; exec sleep 1000' >/dev/null 2>&1 & \
               until [ -e pid ]; do sleep 0.01; done; else touch here; sleep 1000; fi";
    let run = Forkful::new().args(["-j1", job, ":::", "1", "2"]).status(-15).start();
    let pid = pid_in(&run, "pid");
    run.wait_for_file("here");
    run.signal(Signal::TERM);
    let output = run.finish();
    assert!(lives(pid), "what the first job left");
    drop(output);
}

#[test]
fn the_jobs_of_a_runner_within_a_job_are_ended_by_that() {
    let inner = "trap \"echo got >>got\" TERM; touch here; while :; do sleep 0.02; done";
    let run = Forkful::shell(
        "exec forkful --termseq TERM,5000,KILL 'forkful --termseq TERM,300,KILL sh ::: {}; true' ::: inner",
    );
    let run = run.file("inner", inner).status(-15).start();
    run.wait_for_file("here");
    run.signal(Signal::TERM);
    let output = run.finish();
    assert_eq!(fs::read(output.dir.join("got")).expect("a file"), b"got\n");
}

#[test]
fn killing_the_runner_ends_what_its_jobs_have_started() {
    for (what, escape) in ESCAPES {
        let run = Forkful::new().args([&format!("{escape} sleep 1000; : {{}}"), ":::", "1"]).status(-9).start();
        let pid = pid_in(&run, "pid");
        run.signal(Signal::KILL);
        is_gone(what, pid);
        wait_until("the end of all", || run.processes().iter().all(|&pid| pid == run.pid()));
        run.finish();
    }
}

#[test]
fn orphans_are_reaped_while_jobs_run() {
    let zombies =
        "for i in 1 2 3 4 5 6 7 8; do (sleep 0 &); done; touch here; until [ -e go ]; do sleep 0.01; done; : {}";
    let run = Forkful::new().args([zombies, ":::", "1"]).status(0).start();
    run.wait_for_file("here");
    let children = || {
        let processes = fs::read_dir("/proc").expect("/proc").flatten();
        let stats = processes.filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
        let of_run = format!(" Z {} ", run.pid());
        stats.filter(|stat| stat.contains(&of_run)).count()
    };
    wait_until("all zombies to be reaped", || children() == 0);
    run.touch("go");
    run.finish();
}

#[test]
fn as_the_first_process_of_a_container_it_reaps_and_ends() {
    let job = "if [ {} = 4 ]; then until ! grep -q '^State:.Z' /proc/[0-9]*/status; do sleep 0.05; done; \
               else sleep 0.05 & fi";
    let words = ["--pid", "--fork", "--mount-proc", "--kill-child", "forkful", "-j2", job, ":::", "1", "2", "3", "4"];
    Forkful::new().program("unshare").args(words).stderr("").status(0).run();
}

#[test]
fn the_first_process_of_a_container_can_be_interrupted() {
    let line = "unshare --pid --fork --mount-proc forkful 'touch here; sleep 1000; : {}' ::: a & \
                until [ -e here ]; do sleep 0.01; done; kill -TERM $(pgrep -P $!); wait $!; echo $?";
    Forkful::shell(line).stdout("143\n").run();
}
