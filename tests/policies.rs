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

/// Runs four jobs with these options, of which no two must run at once.
fn expect_one_at_a_time(options: &[&str]) {
    let job = "mkdir lock || echo {} is not alone; sleep 0.02; rmdir lock; echo {}";
    let run = Forkful::new().args(["-k", "-j4"]).args(options).args([job, ":::", "1", "2", "3", "4"]);
    run.stdout("1\n2\n3\n4\n").status(0).run();
}

/// Runs two jobs with these options, each of which waits for the other.
fn expect_two_at_once(options: &[&str]) {
    let run = Forkful::new().args(["-j2"]).args(options).args([meeting(2).as_str(), ":::", "1", "2"]);
    run.stderr("").status(0).run();
}

#[test]
fn one_job_always_runs() {
    for option in ["--memfree=1P", "--memsuspend=1P", "--mem-per-job=1P", "--limit=mem 1P", "--limit=exit 1"] {
        expect_one_at_a_time(&[option]);
    }
}

#[test]
fn where_there_is_room_jobs_run_together() {
    for option in ["--memfree=1k", "--memsuspend=1k", "--mem-per-job=1k", "--noswap", "--limit=exit 0"] {
        expect_two_at_once(&[option]);
    }
}

#[test]
fn a_command_that_is_no_limit_is_told_of_once() {
    let run = Forkful::new().args(["-j3", "--limit", "exit 7", "sleep 0.02; echo {}", ":::", "1", "2", "3"]);
    let run = run.status(0).run();
    let stderr = String::from_utf8(run.stderr).expect("text");
    assert_eq!(stderr.matches("--limit exit 7: it ended with 7").count(), 1, "{stderr}");
    assert_eq!(run.stdout.len(), 6);
}

#[test]
fn a_command_may_have_the_youngest_job_ended_and_run_again() {
    // The second job never ends until the command has had it ended; the first goes on when it runs again.
    let job = "echo x >> {}; if [ {} = 1 ]; then until [ \"$(wc -l < 2)\" = 2 ]; do sleep 0.01; done; \
               elif [ {}$(wc -l < 2) = 21 ]; then sleep 1000; fi; echo {}";
    // It is asked first about the second job, and then about the third.
    let limit = "[ -e 3 ] && exit 0; [ -e asked ] || { touch asked; exit 0; }; \
                 until [ -s 2 ]; do sleep 0.01; done; touch 3; exit 2";
    let run = Forkful::new().args(["-k", "-j3", "--limit", limit, job, ":::", "1", "2", "x"]);
    let run = run.stdout("1\n2\nx\n").status(0).run();
    assert_eq!(fs::read_to_string(run.dir.join("2")).expect("a file"), "x\nx\n");
}

#[test]
fn a_command_that_hangs_does_not_keep_the_run_from_its_end() {
    let run = Forkful::new().args(["-j2", "--limit", "exec sleep 1000", "echo {}", ":::", "1", "2", "3"]);
    let run = run.stderr("").status(0).run();
    assert_eq!(run.stdout.len(), 6);
}

#[test]
fn jobs_know_their_cpus() {
    let job = "echo {cpus} $OMP_NUM_THREADS {}";
    let run = Forkful::new().args(["--cpus-per-job", "3", "-k", job, ":::", "a", "b", ":::", "c"]);
    run.stdout("3 3 a c\n3 3 b c\n").status(0).run();
    let run = Forkful::new().env("OMP_NUM_THREADS", "7").args(["--cpus-per-job=3", job, ":::", "a"]);
    run.stdout("3 7 a\n").status(0).run();
    let run = Forkful::new().args(["echo {cpus} {}", ":::", "a"]);
    run.stdout("{cpus} a\n").status(0).run();
    // More CPUs than there are: one job at a time, whatever the share.
    expect_one_at_a_time(&["--cpus-per-job=100000", "-j100%"]);
    expect_two_at_once(&["--cpus-per-job=100000"]);
}
