//! Policies: which jobs end a run, how long a job may take, and whether it is tried again.

use std::fs;

use crate::support::Forkful;

/// A job that says it is there and waits until `count` are.
fn meeting(count: usize) -> String {
    format!("touch here.{{#}}; until [ $(ls here.* | wc -l) -ge {count} ]; do sleep 0.01; done")
}

#[test]
fn halting_now_prints_what_has_ended_and_logs_what_is_killed() {
    // 1 waits for ever; 2 ends; 3 fails when it sees that both are that far.
    let script = "echo $1\n\
                  case $1 in\n\
                  1) touch one; exec sleep 1000;;\n\
                  2) echo $$ > two;;\n\
                  3) until [ -e one ] && [ -s two ] && ! kill -0 $(cat two) 2> no; do sleep 0.01; done; exit 7;;\n\
                  esac\n";
    let job = "sh script {}";
    let run = Forkful::new().args(["-k", "-j3", "--halt", "now,fail=1", "--joblog", "log", job, ":::", "1", "2", "3"]);
    let run = run.file("script", script).stdout("1\n2\n3\n").status(7).run();
    let log = fs::read_to_string(run.dir.join("log")).expect("a log");
    let fields = log.lines().skip(1).map(|line| {
        let fields: Vec<_> = line.split('\t').collect();
        [fields[0], fields[6], fields[7]].join(" ")
    });
    let mut fields: Vec<_> = fields.collect();
    fields.sort();
    assert_eq!(fields, ["1 -1 15", "2 0 0", "3 7 0"]);
}

#[test]
fn the_user_is_told_why_a_run_ends() {
    let run = Forkful::new().args(["-j1", "--halt", "soon,fail=1", "exit {}", ":::", "0", "4", "5"]);
    run.stderr("forkful: This job failed:\nexit 4\n").status(4).run();
    let run = Forkful::new().args(["-j1", "--halt=-2", "exit {}", ":::", "4", "0", "5"]);
    run.stderr("forkful: This job succeeded:\nexit 0\n").status(0).run();
    let job = meeting(2) + "; [ {} = a ] || until [ -e done ]; do sleep 0.01; done; [ {} = b ] || touch done; exit 3";
    let run = Forkful::new().args(["-j2", "--halt", "soon,fail=1", &job, ":::", "a", "b", "c"]).status(3).run();
    let stderr = String::from_utf8(run.stderr).expect("text");
    assert_eq!(stderr.matches("This job failed:").count(), 2, "{stderr}");
    assert!(stderr.contains("forkful: Starting no more jobs. Waiting for 1 jobs to finish.\n"), "{stderr}");
}

#[test]
fn a_share_of_all_jobs_needs_no_end_of_the_input_where_the_total_is_given() {
    // The input never ends.
    let input = "<(echo 1; echo 1; exec sleep 1000)";
    let run = Forkful::shell(format!("forkful -j1 --total-jobs 4 --halt now,fail=50% exit < {input}"));
    run.status(50).run();
}

#[test]
fn bad_values_are_named() {
    let cases = [
        ["--halt", "now"],
        ["--halt", "now,fail=0"],
        ["--timeout", "x"],
        ["--retries", "-1"],
        ["--retry-delay", "5..1"],
        ["--retry-on", "exit:0"],
        ["--idle-timeout", "-"],
        ["--deadline", "soon"],
        ["--grace", "x"],
    ];
    for [option, value] in cases {
        let retries = if option.starts_with("--retry") { "--retries=2" } else { "-k" };
        let run = Forkful::new().args([retries, option, value, "touch", "{}", ":::", "ran"]).status(255).run();
        let stderr = String::from_utf8(run.stderr).expect("text");
        assert!(stderr.contains(option) && !run.dir.join("ran").exists(), "{option} {value}: {stderr}");
    }
    let run = Forkful::new().args(["-u", "--idle-timeout", "5", "touch", "{}", ":::", "ran"]).status(255).run();
    assert!(!run.dir.join("ran").exists());
}

#[test]
fn a_job_that_takes_too_long_is_ended_and_named() {
    let run = Forkful::new().args(["-j1", "--timeout", "0.2", "echo {}; sleep {}", ":::", "1000", "0"]);
    let warning = "Warning: This job was killed because it timed out:\nforkful: Warning: echo 1000; sleep 1000\n";
    run.stdout("1000\n0\n").stderr(format!("forkful: {warning}")).status(1).run();
}

#[test]
fn a_job_that_is_silent_is_ended() {
    let run = Forkful::new().args(["-j1", "--idle-timeout", "0.3", "echo {}; exec sleep {}", ":::", "1000"]);
    let run = run.stdout("1000\n").status(1).run();
    assert!(String::from_utf8_lossy(&run.stderr).contains("wrote nothing for too long"));
}

#[test]
fn a_job_that_does_not_go_is_killed_after_its_grace() {
    let job = "trap '' TERM; while :; do sleep 0.05; done; : {}";
    let run = Forkful::new().args(["--grace", "0.1", "--timeout", "0.1", "--joblog", "log", job, ":::", "a"]);
    let run = run.status(1).run();
    let log = fs::read_to_string(run.dir.join("log")).expect("a log");
    assert!(log.contains("\t-1\t9\ttrap"), "{log}");
}

#[test]
fn the_deadline_ends_the_run() {
    let run = Forkful::new().args(["-j1", "--deadline", "0.2", "echo {}; exec sleep 1000", ":::", "1", "2"]);
    let run = run.stdout("1\n").status(255).run();
    assert!(String::from_utf8_lossy(&run.stderr).contains("deadline"));
}

/// A job that succeeds when it is tried for the third time.
const THIRD: &str = "echo x >> {}; n=$(wc -l < {}); echo {} try $n; [ $n -ge 3 ]";

#[test]
fn only_the_last_attempt_is_printed_and_logged() {
    for way in ["--group", "--keep-order", "--line-buffer"] {
        let run = Forkful::new().args([way, "-j1", "--retries", "5", "--joblog", "log", THIRD, ":::", "a", "b"]);
        let run = run.stdout("a try 3\nb try 3\n").stderr("").status(0).run();
        assert_eq!(fs::read_to_string(run.dir.join("log")).expect("a log").lines().count(), 3, "{way}");
    }
}

#[test]
fn retries_may_be_without_end_and_with_delays() {
    let run = Forkful::new().args(["--retries", "0", "--retry-delay", "0.01..0.05", THIRD, ":::", "a"]);
    run.stdout("a try 3\n").status(0).run();
}

#[test]
fn only_some_ends_are_tried_again() {
    let job = "echo {} >> tries; exit {}";
    let run = Forkful::new().args(["-j1", "--retries", "3", "--retry-on", "exit:70-80,signal", job, ":::", "1", "75"]);
    let run = run.status(2).run();
    assert_eq!(fs::read_to_string(run.dir.join("tries")).expect("tries"), "1\n75\n75\n75\n");
    let job = "echo x >> tries; sleep 1000; : {}";
    let run = Forkful::new().args(["--retries", "2", "--retry-on", "timeout", "--timeout", "0.1", job, ":::", "a"]);
    let run = run.status(1).run();
    assert_eq!(fs::read_to_string(run.dir.join("tries")).expect("tries"), "x\nx\n");
}

#[test]
fn halting_counts_only_the_last_attempt() {
    let run = Forkful::new().args(["-j1", "--retries", "3", "--halt", "now,fail=1", THIRD, ":::", "a", "b"]);
    run.stdout("a try 3\nb try 3\n").stderr("").status(0).run();
}
