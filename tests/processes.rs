//! The life of processes: what a job has started goes with it when it is ended, wherever it has gone, and only then.

use std::fs;
use std::path::PathBuf;

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
        let _output = run.finish();
        // Not later: the runner waits for it.
        assert!(!lives(pid), "{what} has outlived the run");
    }
}

#[test]
fn what_is_started_in_the_last_moment_ends_too() {
    // On a busy machine the next signal may come before what was started can say anything itself.
    let job = "trap 'setsid sh -c \"trap : TERM; while :; do sleep 0.02; done\" & echo $! >pid; exit 0' TERM; \
               touch here; while :; do sleep 0.02; done; : {}";
    let run = Forkful::new().args([job, ":::", "1"]).status(-15).start();
    run.wait_for_file("here");
    run.signal(Signal::TERM);
    let pid = pid_in(&run, "pid");
    let _output = run.finish();
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
    let _output = run.finish();
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
    let job = "if [ {} = 4 ]; then until ! grep -qs '^State:.Z' /proc/[0-9]*/status; do sleep 0.05; done; \
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

/// A job that ends and leaves a process that holds its output and writes its id to `pid`.
const LEAKY: &str = "sh -c 'echo $$ >pid; exec sleep 1000' & until [ -s pid ]; do sleep 0.01; done; echo {}";
/// The same with a process that has left its group.
const LEAKY_FROM_AFAR: &str =
    "setsid sh -c 'echo $$ >pid; exec sleep 1000' & until [ -s pid ]; do sleep 0.01; done; echo {}";

#[test]
fn what_holds_the_output_of_a_job_that_has_ended_is_left_alone() {
    let run = Forkful::new().args([LEAKY, ":::", "a"]).stdout("a\n").stderr("").status(0).start();
    let pid = pid_in(&run, "pid");
    let _output = run.finish();
    assert!(lives(pid));
}

#[test]
fn what_holds_the_output_of_a_job_that_has_ended_can_be_ended_and_count() {
    for job in [LEAKY, LEAKY_FROM_AFAR] {
        for (action, status, complaint) in [("kill", 0, ""), ("fail", 1, "left processes running")] {
            let args = ["--on-leak", action, "--joblog", "log", job, ":::", "a"];
            let run = Forkful::new().args(args).stdout("a\n").status(status).start();
            let pid = pid_in(&run, "pid");
            let output = run.finish().complains_of(&[complaint]);
            assert!(!lives(pid), "{action}");
            assert_eq!(output.logged()[0].1, ["0", "-1"][usize::from(status == 1)], "{action}");
        }
    }
}

#[test]
fn a_job_that_leaves_nothing_does_not_leak() {
    for action in ["wait", "kill", "fail"] {
        // A child that has not ended, but has let go of the output.
        let job = "sh -c 'exec >&- 2>&-; echo $$ >pid; exec sleep 1000' & until [ -s pid ]; do sleep 0.01; done; echo a; : {}";
        let run =
            Forkful::new().args(["--on-leak", action, job, ":::", "a"]).stdout("a\n").stderr("").status(0).start();
        let pid = pid_in(&run, "pid");
        let _output = run.finish();
        assert!(lives(pid), "{action}");
    }
}

#[test]
fn a_job_that_fails_and_leaks_fails_in_its_own_way() {
    let job = "sleep 1000 & exit {}";
    let output = Forkful::new().args(["--on-leak", "fail", "--joblog", "log", job, ":::", "3"]).status(1).run();
    assert_eq!(output.logged()[0].1, "3");
}

#[test]
fn what_holds_the_output_of_a_job_that_has_ended_can_be_waited_for() {
    let job = "(touch here; until [ -e go ]; do sleep 0.01; done; echo late) & echo early; : {}";
    let run = Forkful::new().args(["--on-leak", "wait", job, ":::", "a"]).stdout("early\nlate\n").status(0).start();
    run.wait_for_file("here");
    // Longer than output is waited for without being asked to; nothing depends on when exactly.
    std::thread::sleep(std::time::Duration::from_millis(400));
    run.touch("go");
    run.finish();
}

#[test]
fn to_wait_for_what_holds_the_output_can_be_interrupted() {
    for job in [LEAKY, LEAKY_FROM_AFAR] {
        let run = Forkful::new().args(["--on-leak", "wait", job, ":::", "a"]).status(-15).start();
        let pid = pid_in(&run, "pid");
        run.signal(Signal::TERM);
        let _output = run.finish();
        assert!(!lives(pid));
    }
}

#[test]
fn leaks_cannot_be_seen_without_capturing() {
    let run = Forkful::new().args(["-u", "--on-leak", "kill", "echo", ":::", "a"]).stdout("").status(255);
    run.run().complains_of(&["--on-leak", "-u"]);
}

/// The control groups that a run has made, by what it says about them; none where it may not make any.
fn control_groups(stderr: &[u8]) -> Option<PathBuf> {
    let said = String::from_utf8_lossy(stderr).into_owned();
    let path = said.lines().find_map(|line| line.split_once("control groups in ")).map(|(_, path)| PathBuf::from(path));
    assert!(path.is_some() || said.contains("address space"), "how memory is limited is not said: {said}");
    path
}

/// Needs as much memory as it is told.
const GREEDY: &str = "head -c {} /dev/zero | tail >/dev/null";

#[test]
fn a_job_that_needs_more_memory_than_it_may_have_fails_alone() {
    let args = ["--memory-max", "50M", "--joblog", "log", "-k", GREEDY, ":::", "1M", "200M", "2M"];
    let output = Forkful::new().args(args).status(1).run();
    let codes: Vec<_> = output.logged().into_iter().map(|(_, code, ..)| code).collect();
    match control_groups(&output.stderr) {
        Some(path) => {
            assert_eq!(codes, ["0", "137", "0"]);
            assert!(!path.exists(), "{} is left", path.display());
        }
        None => assert_eq!(codes, ["0", "1", "0"]),
    }
}

#[test]
fn what_a_job_leaves_behind_does_not_keep_its_control_group() {
    let job = "sleep 1000 >/dev/null 2>&1 & echo {}";
    let output = Forkful::new().args(["--memory-max", "1G", "-j1", "-k", job, ":::", "1", "2"]).stdout("1\n2\n").run();
    assert!(!control_groups(&output.stderr).is_some_and(|path| path.exists()));
}

#[test]
fn killing_the_runner_leaves_no_control_group() {
    let job = "touch here; sleep 1000; : {}";
    let run = Forkful::new().args(["--memory-max", "1G", job, ":::", "1"]).status(-9).start();
    run.wait_for_file("here");
    run.signal(Signal::KILL);
    let path = control_groups(&run.stderr());
    wait_until("the end of all control groups", || !path.as_ref().is_some_and(|path| path.exists()));
    run.finish();
}

#[test]
fn where_there_are_no_control_groups_the_address_space_is_limited() {
    // Nothing below /proc/self tells of any.
    let line = "mount -t tmpfs none /sys/fs/cgroup; exec forkful --memory-max 50M 'ulimit -v; : {}' ::: 1";
    let run = Forkful::new().program("unshare").args(["-m", "bash", "-c", line]).stdout("51200\n").status(0);
    run.run().complains_of(&["--memory-max", "address space", "no control group"]);
}

#[test]
fn a_job_that_the_kernel_kills_for_want_of_memory_is_told_apart() {
    // Only where a group for memory can be made that holds the whole run.
    let own = fs::read_to_string("/proc/self/cgroup").expect("a file");
    let Some(path) = own.lines().find_map(|line| line.split_once(":memory:")).map(|(_, path)| path) else { return };
    let group = PathBuf::from(format!("/sys/fs/cgroup/memory{path}/forkful-test-{}", std::process::id()));
    if fs::create_dir(&group).is_err() {
        return;
    }
    let enter = format!("cd {}; echo 100M >memory.limit_in_bytes; echo $$ >cgroup.procs; cd - >&2; ", group.display());
    let job = "if [ {} = 1 ]; then exec tail /dev/zero; else kill -9 $$; fi";
    let run = Forkful::shell(format!("{enter} exec forkful -j1 --joblog log '{job}' ::: 1 2")).status(2).run();
    let run = run.complains_of(&["memory ran out"]);
    let said = String::from_utf8_lossy(&run.stderr).matches("memory ran out").count();
    assert_eq!(said, 1, "a job that somebody else has killed");
    assert_eq!(run.logged().into_iter().map(|(_, code, ..)| code).collect::<Vec<_>>(), ["137", "137"]);
    wait_until("the end of the group", || fs::remove_dir(&group).is_ok());
}

#[test]
fn a_program_that_is_being_written_is_waited_for() {
    let write = "cp /bin/true prog; (exec 3>>prog; touch here; sleep 0.1) & until [ -e here ]; do :; done; ";
    Forkful::shell(format!("{write} exec forkful ./prog ::: a")).stderr("").status(0).run();
}

#[test]
fn a_program_that_is_being_written_for_ever_fails() {
    let write = "cp /bin/true prog; exec 3>>prog; ";
    Forkful::shell(format!("{write} forkful ./prog ::: a")).status(1).run().complains_of(&["./prog", "busy"]);
}

#[test]
fn an_interactive_shell_as_a_job_is_ended() {
    let run = "forkful 'bash -ic true; echo done; : {}' ::: a >out 2>err; echo $? >status";
    let output = Forkful::new().program("script").args(["-qefc", run, "typescript"]).run();
    let read = |name: &str| fs::read_to_string(output.dir.join(name)).expect("a file");
    assert!(read("err").contains("job 1 wants the terminal"), "{}", read("err"));
    assert_eq!((read("status").as_str(), read("out").as_str()), ("1\n", ""));
}
