//! Showing: the bar on a terminal and elsewhere, and the job log, whose lines are true when they can be read.

use std::fs;

use regex::bytes::Regex;

use crate::support::{Forkful, Running, wait_until};

#[test]
fn the_bar_away_from_a_terminal_is_plain_lines() {
    for option in ["--bar", "--eta", "--progress"] {
        let run = Forkful::new().args([option, "-k", "echo", ":::", "a", "b"]).stdout("a\nb\n").status(0).run();
        assert!(!run.stderr.contains(&b'\r') && !run.stderr.contains(&0x1b), "{}", run.stderr.escape_ascii());
    }
}

/// Starts a command line on a terminal of its own: `script` makes one and copies what it shows to stdout.
fn on_a_terminal(line: &str) -> Forkful {
    Forkful::new().program("script").args(["-qefc", line, "typescript"])
}

fn wait_for_text(run: &Running, text: &str) {
    wait_until(text, || String::from_utf8_lossy(&run.stdout()).contains(text));
}

#[test]
fn the_bar_on_a_terminal_counts_jobs_and_failures_below_the_output() {
    let job = "echo output {}; [ {} = 3 ] && until [ -e go ]; do sleep 0.01; done; [ {} != 2 ]";
    let run = on_a_terminal(&format!("forkful --bar -k -j1 '{job}' ::: 1 2 3")).status(1).start();
    wait_for_text(&run, "2/3  66%  \x1b[31m1 failed\x1b[39m  1 running");
    run.touch("go");
    let shown = String::from_utf8_lossy(&run.finish().stdout).into_owned();
    for number in 1..=3 {
        // An output line stands alone: the display was cleared before it, or there was none yet.
        let line = format!("output {number}\r\n");
        let at = shown.find(&line).unwrap_or_else(|| panic!("output {number} in {shown:?}"));
        let before = &shown[..at];
        assert!(before.is_empty() || before.ends_with("\r\n") || before.ends_with("\x1b[J"), "{shown:?}");
    }
}

#[test]
fn the_total_on_the_bar_grows_while_input_is_read() {
    let wait = |file| format!("until [ -e {file} ]; do sleep 0.01; done");
    let job = format!("[ {{}} = 3 ] && {}; true", wait("end"));
    let input = format!("echo 1; echo 2; {}; echo 3", wait("more"));
    let run = on_a_terminal(&format!("({input}) | forkful --bar -j1 '{job}'")).status(0).start();
    wait_for_text(&run, "2/2+  ");
    run.touch("more");
    wait_for_text(&run, "2/3  ");
    run.touch("end");
    run.finish();
}

#[test]
fn the_job_log_has_the_format_of_gnu_parallel() {
    let line = "printf abc; exit {}";
    let run = Forkful::new().args(["--joblog", "log", "-j1", line, ":::", "0", "3"]).stdout("abcabc").status(1).run();
    let log = fs::read_to_string(run.dir.join("log")).expect("a log");
    let expected = Regex::new(concat!(
        "^Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n",
        r"1\t:\t[0-9]{10}\.[0-9]{3}\t +[0-9]+\.[0-9]{3}\t0\t3\t0\t0\tprintf abc; exit 0\n",
        r"2\t:\t[0-9]{10}\.[0-9]{3}\t +[0-9]+\.[0-9]{3}\t0\t3\t3\t0\tprintf abc; exit 3\n$",
    ));
    assert!(expected.expect("a pattern").is_match(log.as_bytes()), "{log}");
}

#[test]
fn the_job_log_tells_signals_and_keeps_newlines_out_of_its_lines() {
    let run = Forkful::new().args(["--joblog", "log", "-j1", "kill -{} $$", ":::", "KILL", "TERM"]).status(2).run();
    let ends: Vec<_> = run.logged().into_iter().map(|(_, exit, signal, _)| format!("{exit} {signal}")).collect();
    assert_eq!(ends, ["137 9", "143 15"]);
    let run = Forkful::new().args(["--joblog", "log", "-0", "true"]).stdin("a\nb\0").status(0).run();
    assert_eq!(run.logged()[0].3, "true 'a\0b'");
}

#[test]
fn the_job_log_lists_jobs_as_they_end() {
    let job = "[ {} = 1 ] && until grep -q '^2' log; do sleep 0.01; done; true";
    let run = Forkful::new().args(["--joblog", "log", "-j2", job, ":::", "1", "2"]).status(0).run();
    assert_eq!(run.job_log().iter().map(|line| line[0].as_str()).collect::<Vec<_>>(), ["2", "1"]);
}

#[test]
fn what_the_job_log_lists_has_been_written() {
    let job = "echo {}; [ {} = 1 ] && until [ -e go ]; do sleep 0.01; done; touch end.{}";
    let run = Forkful::new().args(["-k", "--joblog", "log", "-j2", job, ":::", "1", "2", "3"]);
    let run = run.stdout("1\n2\n3\n").status(0).start();
    run.wait_for_file("end.3");
    let log = fs::read_to_string(run.dir().join("log")).expect("a log");
    assert_eq!(log.lines().count(), 1, "jobs 2 and 3 have ended, but nobody has seen their output:\n{log}");
    run.touch("go");
    let output = run.finish();
    assert_eq!(output.job_log().iter().map(|line| line[0].as_str()).collect::<Vec<_>>(), ["1", "2", "3"]);
}

#[test]
fn a_job_log_that_cannot_be_written_is_an_error() {
    let run = Forkful::new().args(["--joblog", "no/such/place", "touch", "{}", ":::", "ran"]).status(255).run();
    assert!(!run.dir.join("ran").exists(), "the jobs did run");
    run.complains_of(&["no/such/place"]);
}
