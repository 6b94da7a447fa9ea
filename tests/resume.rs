//! Resuming: whatever ended a run, another with the same log does what is missing, and does nothing twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, SystemTime};
use std::{env, thread};

use rustix::fs::{FlockOperation, fcntl_lock};
use rustix::process::Signal;

use crate::support::{Forkful, lines, program_under_test, wait_until};

const HEADER: &str = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n";

/// A log of these jobs: number, exit value, signal and command.
fn log(jobs: &[(u64, i32, i32, &str)]) -> String {
    let line =
        |(seq, exit, signal, command)| format!("{seq}\t:\t1.000\t     0.001\t0\t0\t{exit}\t{signal}\t{command}\n");
    HEADER.to_owned() + &jobs.iter().map(|&job| line(job)).collect::<String>()
}

/// A run with a log.
fn resumed(log: impl AsRef<[u8]>, options: &str) -> Forkful {
    Forkful::new().file("log", log).args(["-k", "-j2", "--joblog", "log"]).args(options.split(' '))
}

/// The commands of a log, each of whose lines must be whole.
fn commands(log: &Path, what: &str) -> Vec<String> {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(text.is_empty() || text.ends_with('\n'), "{what}: the log ends with a torn line: {text:?}");
    let columns = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let commands = columns.map(|columns| {
        assert_eq!(columns.len(), 9, "{what}: a line without nine columns: {columns:?}");
        columns[8].to_owned()
    });
    commands.skip(1).collect()
}

#[test]
fn a_list_that_was_changed_runs_what_is_missing() {
    let log = log(&[(1, 0, 0, "echo a"), (2, 0, 0, "echo b"), (3, 0, 0, "echo b")]);
    for (list, out) in [
        ("a b c", "c\n"),
        ("b a", ""),
        ("x y z", "x\ny\nz\n"),
        ("d b a c", "d\nc\n"),
        ("b b b", "b\n"),
        ("b a b a b", "a\nb\n"),
    ] {
        resumed(&log, &format!("--resume echo ::: {list}")).stdout(out).status(0).run();
    }
}

#[test]
fn numbers_of_the_run_do_not_make_another_job() {
    for template in ["echo {#} {}", "echo {} {%} of {#}", "echo {= $_ = 'n' . slot() =} {}"] {
        let run = |list: &str| format!("forkful -j1 --joblog log --resume '{template}' ::: {list}; ");
        let count = "forkful --joblog log --dry-run --resume";
        let line =
            run("1 b 22") + &run(if template.contains('=') { "1 b 22" } else { "22 b 3 1" }) + "cut -f 9 log | wc -l";
        let output = Forkful::shell(line).status(0).run();
        let lines = String::from_utf8(output.stdout).expect("text");
        let wanted = if template.contains('=') { "4\n" } else { "5\n" };
        assert!(lines.ends_with(wanted), "{count} {template}: {lines}");
    }
}

#[test]
fn a_command_that_was_changed_is_run_again_with_a_word() {
    let log = log(&[(1, 0, 0, "echo a"), (2, 0, 0, "echo b")]);
    let run = resumed(&log, "--resume echo new ::: a b").stdout("new a\nnew b\n").status(0).run();
    run.complains_of(&["job 1", "--resume-by seq"]);
    resumed(&log, "--resume --resume-by seq echo new ::: x y z").stdout("new z\n").stderr("").status(0).run();
    resumed(&log, "--resume echo ::: c a b").stdout("c\n").run();
}

#[test]
fn what_counts_as_done_depends_on_the_option() {
    let jobs = [
        (1, 0, 0, "echo 1"),
        (2, 3, 0, "echo 2"),
        (3, 137, 9, "echo 3"),
        (4, 0, 15, "echo 4"),
        (5, -1, 15, "echo 5"),
        (6, 1, 0, "echo 6"),
        (6, 0, 0, "echo 6"),
        (7, 0, 0, "echo 7"),
        (7, 1, 0, "echo 7"),
    ];
    for by in ["command", "seq"] {
        for (option, again) in [("--resume", [5, 8].as_slice()), ("--resume-failed", &[2, 3, 4, 5, 7, 8])] {
            let options = format!("{option} --resume-by {by} echo ::: 1 2 3 4 5 6 7 8");
            resumed(log(&jobs), &options).stdout(lines(again)).status(0).run();
        }
    }
    let output = resumed(log(&jobs), "--retry-failed echo of no account ::: x").stdout(lines([2, 3, 4, 5, 7])).run();
    let logged = output.logged().into_iter().filter(|(_, exit, ..)| exit == "0");
    let numbers: BTreeSet<_> = logged.map(|(seq, ..)| seq).collect();
    assert_eq!(numbers, (1..=7).map(|number| number.to_string()).collect(), "each has succeeded now");
}

#[test]
fn retrying_takes_any_command_as_it_is_in_the_log() {
    let job = "printf '%s\\n' {}; [ -e go ]";
    let values = ["two\nlines", "it's", "{} {#}", "$HOME `x`", "tab\t"];
    let run = Forkful::new().args(["-k", "--joblog", "log", job, ":::"]).args(values).status(5).run();
    let log = fs::read(run.dir.join("log")).expect("a log");
    assert_eq!(log.split(|&byte| byte == b'\n').count(), 7, "a line each");
    let again = Forkful::new().file("log", log).file("go", "").args(["-k", "--joblog", "log", "--retry-failed"]);
    again.stdout(lines(values)).status(0).run();
    resumed(log_of_nothing(), "--retry-failed").stdout("").status(0).run();
    let missing = Forkful::new().args(["--joblog", "nowhere", "--retry-failed", "echo", ":::", "a"]).status(255).run();
    assert!(!missing.complains_of(&["nowhere"]).dir.join("nowhere").exists());
}

#[test]
fn jobs_that_read_data_are_not_retried_without_it() {
    let job = "read line; echo \"$line\"; [ -e go ] || [ \"$line\" != two ]";
    let run = |options: &[&str]| Forkful::new().args(["-k", "--joblog", "log"]).args(options).stdin("one\ntwo\n");
    let first = run(&["--pipe", "-N1", job]).stdout("one\ntwo\n").status(1).run();
    let log = fs::read(first.dir.join("log")).expect("a log");
    let retried = run(&["--retry-failed"]).file("log", &log).stdout("").status(255).run();
    let retried = retried.complains_of(&["is of jobs that read data", "--resume-failed in place of --retry-failed"]);
    assert_eq!(fs::read(retried.dir.join("log")).expect("a log"), log);
    run(&["--resume-failed", "--pipe", "-N1", job]).file("log", &log).file("go", "").stdout("two\n").status(0).run();
}

fn log_of_nothing() -> String {
    log(&[])
}

#[test]
fn what_cannot_be_resumed_is_refused() {
    for (options, word) in [
        ("--resume", "--joblog"),
        ("--resume-failed", "--joblog"),
        ("--retry-failed", "--joblog"),
        ("--resume --joblog log --resume-by seq --shuf", "--shuf"),
        ("--resume --joblog log --resume-by name", "--resume-by"),
    ] {
        let run = Forkful::new().args(options.split(' ')).args(["touch", ":::", "ran"]).status(255).run();
        assert!(!run.complains_of(&[word]).dir.join("ran").exists());
    }
}

#[test]
fn a_dry_run_shows_what_is_missing_and_changes_nothing() {
    let text = log(&[(1, 0, 0, "echo a")]) + "2\t:\t1.0";
    let run = resumed(&text, "--dry-run --resume echo ::: a b").stdout("echo b\n").status(0).run();
    assert_eq!(fs::read_to_string(run.dir.join("log")).expect("a log"), text);
}

#[test]
fn a_job_that_is_not_run_is_passed_over_by_the_order() {
    let done: Vec<_> = (1..=300).filter(|number| number % 3 != 0).map(|number| format!("echo {number}")).collect();
    let done: Vec<_> = (1..).zip(&done).map(|(seq, command)| (seq, 0, 0, command.as_str())).collect();
    let run = resumed(log(&done), "-j4 --resume echo").stdin(lines(1..=302)).status(0);
    run.stdout(lines((1..=100).map(|third| 3 * third).chain([301, 302]))).run();
}

#[test]
fn jobs_that_a_signal_ended_are_run_again_and_logged_once() {
    let job = "echo {} >> started.{}; [ -e go ] || sleep 1000; echo {}";
    let run = Forkful::new().args(["-j2", "--joblog", "log", job, ":::", "1", "2", "3"]).status(-15).start();
    run.wait_for_file("started.1");
    run.wait_for_file("started.2");
    run.signal(Signal::TERM);
    let output = run.finish();
    let ends: Vec<_> = output.logged().into_iter().map(|(seq, exit, ..)| format!("{seq} {exit}")).collect();
    assert_eq!(ends, ["1 -1", "2 -1"]);
    let log = fs::read(output.dir.join("log")).expect("a log");
    let again = resumed(log, "--resume").arg(job).args([":::", "1", "2", "3"]).file("go", "").status(0).run();
    let ends: Vec<_> = again.logged().into_iter().map(|(seq, exit, ..)| format!("{seq} {exit}")).collect();
    assert_eq!(ends, ["1 0", "2 0", "3 0"]);
}

#[test]
fn jobs_that_were_left_out_are_asked_about_again() {
    let run = |filter: &str| format!("forkful -k --joblog log --resume --filter '{filter}' echo ::: 1 2 3; ");
    let line = run("{} > 1") + &run("{} > 1") + &run("{} > 0") + "cut -f 1,7 log";
    Forkful::shell(line).stdout("2\n3\n1\nSeq\tExitval\n1\t-2\n2\t0\n3\t0\n1\t0\n").status(0).run();
}

#[test]
fn results_tell_what_is_done_without_a_log() {
    let job = "echo {} >> ran; echo {}; [ {} != 3 ] || sleep 1000";
    let run = Forkful::new().args(["-j1", "--results", "kept", job, ":::", "1", "2", "3"]).status(-15).start();
    wait_until("the third job", || fs::read(run.dir().join("ran")).is_ok_and(|ran| ran == b"1\n2\n3\n"));
    run.signal(Signal::TERM);
    let output = run.finish();
    assert_eq!(fs::read(output.dir.join("kept/1/3/stdout")).expect("what the job had written"), b"3\n");
    let resume = "forkful -j1 --results kept --resume 'echo {} >> again; echo {}' ::: 3 1 4 2; cat again";
    let line = format!("cp -r '{}'/kept .; {resume}", output.dir.display());
    Forkful::shell(line).stdout("3\n4\n").status(0).run();
}

#[test]
fn two_runs_with_one_log_refuse() {
    let run =
        Forkful::new().args(["--joblog", "log", "touch here; until [ -e go ]; do sleep 0.01; done; : {}", ":::", "1"]);
    let run = run.status(0).start();
    run.wait_for_file("here");
    let log = run.dir().join("log");
    let name = log.to_str().expect("a name");
    for mode in [name.to_owned(), format!("+{name}")] {
        let other = Forkful::new().args(["--joblog", &mode, "--resume", "touch", ":::", "ran"]).status(255).run();
        assert!(!other.complains_of(&["in use by another run"]).dir.join("ran").exists());
    }
    run.touch("go");
    let output = run.finish();
    assert_eq!(output.logged().len(), 1);
}

/// Cuts a log anywhere in its last two lines.
#[test]
fn a_log_cut_anywhere_skips_nothing_and_repeats_one_job_at_most() {
    let whole = log(&[(1, 0, 0, "echo a"), (2, 0, 0, "echo bb"), (3, 0, 0, "echo c")]);
    let second = whole.find("\n2\t").expect("a line") + 1;
    let third = whole.find("\n3\t").expect("a line") + 1;
    for cut in second..=whole.len() {
        let out = match cut {
            _ if cut == whole.len() => "d\n",
            _ if cut >= third => "c\nd\n",
            _ => "bb\nc\nd\n",
        };
        let run = resumed(&whole[..cut], "--resume echo ::: a bb c d").stdout(out).stderr("").status(0).run();
        let logged = commands(&run.dir.join("log"), &format!("cut at {cut}"));
        assert_eq!(BTreeSet::from_iter(&logged).len(), 4, "cut at {cut}");
        assert_eq!(logged.len(), 4, "cut at {cut}: logged twice: {logged:?}");
    }
    for cut in [0, 1, 10, HEADER.len() - 1] {
        let run = resumed(&whole[..cut], "--resume echo ::: a").stdout("a\n").status(0).run();
        assert_eq!(commands(&run.dir.join("log"), "cut in the header"), ["echo a"]);
    }
}

/// What a name can hold must not become a line of the log.
#[test]
fn no_value_can_forge_a_line_of_the_log() {
    let forged = "\n2\t:\t1.000\t     0.001\t0\t0\t0\t0\techo done\n";
    let values = [forged.as_bytes(), b"done", b"\xff\xfe", b"tab\tand\x1b[0m"].join(&0);
    let run = || Forkful::new().args(["-0", "-k", "-j1", "--joblog", "log", "--resume", "echo"]).stdin(values.clone());
    let first = run().status(0).run();
    let log = fs::read(first.dir.join("log")).expect("a log");
    assert_eq!(log.split(|&byte| byte == b'\n').count(), 6, "four lines and the header");
    // The first job alone does not answer for the second.
    let end = log.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(1).expect("two lines").0;
    run().file("log", &log[..=end]).stdout(b"done\n\xff\xfe\ntab\tand\x1b[0m\n").status(0).run();
    run().file("log", log).stdout("").status(0).run();
}

#[test]
fn a_log_that_cannot_be_kept_starts_no_more_jobs_and_loses_no_output() {
    let job = "echo {}; [ {} != 2 ] || rm log; [ {} != 1 ] || until [ -e go ]; do sleep 0.01; done";
    let run = Forkful::new().args(["-j2", "--joblog", "log", job]).stdin(lines(1..=2000)).status(255).start();
    wait_until("a word about the log", || !run.stderr().is_empty());
    run.touch("go");
    let output = run.finish().complains_of(&["the job log log", "removed", "starting no more"]);
    let printed = String::from_utf8(output.stdout).expect("text").lines().count();
    assert!((2..1000).contains(&printed), "the first job was printed, and not many were started: {printed}");
    let nowhere = Forkful::new().args(["--joblog", "nowhere/log", "touch", ":::", "ran"]).status(255).run();
    assert!(!nowhere.complains_of(&["nowhere/log"]).dir.join("ran").exists());
}

/// A disk of 64 KiB.
#[test]
fn a_log_on_a_full_disk_ends_the_run_and_stays_readable() {
    if !rustix::process::getuid().is_root() {
        eprintln!("skipped: only root can mount a small disk");
        return;
    }
    let line = "mkdir disk; unshare -m sh -c 'mount -t tmpfs -o size=64k none disk; \
                forkful -j2 --joblog disk/log \"echo {} >> ran; echo {}\" < list > printed 2> said; echo $?; cp disk/log full; \
                mount -o remount,size=10m disk; \
                forkful -j2 --joblog disk/log --resume \"echo {} >> ran; echo {}\" < list >> printed; echo $?; \
                cp disk/log log'";
    let list = lines((1..=2000).map(|number| format!("{number:060}")));
    let output = Forkful::shell(line).file("list", &list).stdout("255\n0\n").run();
    let read = |name: &str| fs::read_to_string(output.dir.join(name)).expect("text");
    assert!(read("said").contains("No space left"), "{}", read("said"));
    let full = commands(&output.dir.join("full"), "on a full disk");
    assert!((100..2000).contains(&full.len()), "{} lines fit", full.len());
    assert_eq!(read("ran").lines().count(), read("printed").lines().count(), "output was lost");
    let sorted = |text: String| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(sorted(read("ran")), sorted(list), "jobs are missing");
    let repeated = read("ran").lines().count() - 2000;
    assert!(repeated < 300, "{repeated} jobs were run twice");
    assert_eq!(commands(&output.dir.join("log"), "in the end").len(), 2000);
}

/// One run of the crash test, in a directory that all share.
fn start(directory: &Path) -> Child {
    let mut command = Command::new(program_under_test());
    // The guard of a run that was killed is to be quick, since the next run waits for it.
    command.args(["-j2", "--termseq", "KILL,1", "--joblog", "log", "--resume", "echo {} >> ran; echo {} >/dev/null"]);
    command.current_dir(directory).env("TMPDIR", directory).env("PARALLEL_SHELL", "/bin/sh").env_remove("PARALLEL");
    let out = File::create(directory.join("out")).expect("a file");
    let said = File::options().create(true).append(true).open(directory.join("said")).expect("a file");
    let list = File::open(directory.join("list")).expect("a list");
    command.stdin(list).stdout(out).stderr(said).spawn().expect("a run")
}

/// Waits for the end of the jobs of a run that was killed: until then somebody has the log locked.
fn wait_for_guard(log: &Path) {
    if let Ok(file) = File::options().read(true).write(true).open(log) {
        fcntl_lock(&file, FlockOperation::LockExclusive).expect("a lock");
    }
}

/// Killed two hundred times at random moments.
#[test]
fn killed_at_any_moment_every_job_is_done_and_none_that_is_logged_is_repeated() {
    const JOBS: usize = 500;
    const KILLS: usize = 200;
    let seed = env::var("FORKFUL_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_secs()));
    let mut random = fastrand::Rng::with_seed(seed);
    let directory = tempfile::tempdir().expect("a directory");
    let at = |name: &str| directory.path().join(name);
    fs::write(at("list"), lines(1..=JOBS)).expect("a list");
    let ran = || {
        let mut counts = BTreeMap::<String, usize>::new();
        let text = fs::read_to_string(at("ran")).unwrap_or_default();
        text.lines().for_each(|line| *counts.entry(line.to_owned()).or_default() += 1);
        counts
    };
    // How often each job may have been run by now.
    let mut allowed = BTreeMap::<String, usize>::new();
    let mut killed = 0;
    // How far a run gets in a moment depends on the machine: most kills are to come before the end.
    let mut longest = 20_000;
    for round in 1..=KILLS {
        let what = format!("FORKFUL_SEED={seed}, kill {round}");
        let mut run = start(directory.path());
        thread::sleep(Duration::from_micros(random.u64(0..longest)));
        run.kill().expect("a signal");
        killed += usize::from(!run.wait().expect("an end").success());
        wait_for_guard(&at("log"));
        let logged: BTreeSet<_> = commands(&at("log"), &what).into_iter().collect();
        let ran = ran();
        for (job, count) in &ran {
            let limit = allowed.entry(job.clone()).or_insert(1);
            assert!(count <= limit, "{what}: job {job} was run {count} times, {limit} of them for good reason");
            if !logged.contains(&format!("echo {job} >> ran; echo {job} >/dev/null")) {
                *limit = count + 1;
            }
        }
        let is_ahead = ran.len() * KILLS > round * JOBS;
        longest = if is_ahead { longest * 9 / 10 } else { longest * 11 / 10 }.clamp(2_000, 200_000);
    }
    let status = start(directory.path()).wait().expect("an end");
    let said = fs::read_to_string(at("said")).expect("text");
    assert!(status.success(), "FORKFUL_SEED={seed}: {status}: {said}");
    let ran = ran();
    assert_eq!(ran.len(), JOBS, "FORKFUL_SEED={seed}: jobs are missing");
    let repeated = ran.values().sum::<usize>() - JOBS;
    assert_eq!(commands(&at("log"), "in the end").len(), JOBS, "FORKFUL_SEED={seed}");
    assert!(killed > KILLS / 2, "FORKFUL_SEED={seed}: only {killed} runs were killed before their end");
    println!("{killed} runs were killed, {repeated} jobs repeated");
}
