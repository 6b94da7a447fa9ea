//! Pouring: jobs that write much go straight to where they are printed, and nobody can see a difference.

use std::fs::{self, File};
use std::io::Read;
use std::process::Stdio;

use rustix::io::ioctl_fionread;

use crate::support::{Forkful, peak_memory, wait_until};

/// What a job writes: pieces that are large and small in turn, of lines that say whose they are.
const JOB: &str = "for n in 1 2 3; do seq -f '{} %.0f' 60000; echo small; echo '{}' >&2; done; printf '{} end'";

fn written(job: &str) -> String {
    let large = (1..=60_000).map(|line| format!("{job} {line}\n")).collect::<Vec<_>>().concat();
    format!("{}{job} end", format!("{large}small\n").repeat(3))
}

#[test]
fn the_bytes_are_the_same_wherever_they_go() {
    let jobs = ["a", "b", "c"].map(written).concat();
    for sink in ["> out", ">> out", "| cat > out", "| { sleep 0.2; cat; } > out"] {
        for options in ["-k", "-j1", "-k --compress", "-k --lb", "-k --retries 2", "--bar -k"] {
            let run = Forkful::shell(format!("forkful {options} \"$JOB\" ::: a b c 2> err {sink}"));
            let output = run.env("JOB", JOB).status(0).run();
            let out = fs::read(output.dir.join("out")).expect("what was printed");
            assert!(out == jobs.as_bytes(), "{options} {sink}: {} bytes of {}", out.len(), jobs.len());
            if options != "--bar -k" {
                let err = fs::read_to_string(output.dir.join("err")).expect("what was printed");
                assert_eq!(err, "a\na\na\nb\nb\nb\nc\nc\nc\n", "{options} {sink}");
            }
        }
    }
}

#[test]
fn only_what_is_printed_as_it_is_goes_by_unread() {
    // Once the job has been seen to be printed as it comes, or has not for a while, a write that is larger than a pipe
    // fills it before anybody can read.
    let job = "echo begun; n=0; until [ -s out ] || [ $((n+=1)) -gt 20 ]; do sleep 0.01; done; \
               dd if=/dev/zero bs=1M count=4 status=none; : {}";
    let (by, read) = (true, false);
    for (options, sink, wanted) in [
        ("-k", "| cat > out", by),
        ("-k --bar", "| cat > out", by),
        ("-k --tag", "| cat > out", read),
        ("-k --ctag", "| cat > out", read),
        ("-k --color-failed=always", "| cat > out", read),
        ("-k --retries 2", "| cat > out", read),
        ("-k -v", "| cat > out", by),
        ("-k --results dir", "| cat > out", read),
        ("-k --junit shards.xml", "| cat > out", read),
        ("--lb", "| cat > out", read),
        // Others may write to the same file.
        ("-k", "> out", read),
        ("-k", ">> out", read),
    ] {
        let run = Forkful::shell(format!("strace -f -o calls -e trace=splice forkful {options} '{job}' ::: 1 {sink}"));
        let output = run.run();
        let calls = fs::read_to_string(output.dir.join("calls")).expect("the calls");
        // Where it is asked for and refused, it is asked for once.
        let passed = calls.lines().filter(|line| line.contains("splice(") && !line.contains("= -1")).count();
        assert_eq!(passed > 0, wanted, "{options} {sink}");
    }
}

#[test]
fn what_others_write_to_the_same_file_is_not_written_over() {
    let job = "yes {} | head -c 100000000";
    let script = format!("exec > out; forkful -k '{job}' ::: a & forkful -k '{job}' ::: b & wait");
    let output = Forkful::shell(script).status(0).run();
    let out = fs::read(output.dir.join("out")).expect("what was printed");
    assert_eq!(b"ab".map(|job| memchr::memchr_iter(job, &out).count()), [50_000_000; 2]);
}

#[test]
fn memory_stays_small_and_outputs_stay_apart() {
    let job = "yes {} | head -c 200000000";
    let run = Forkful::shell(format!("forkful -j3 '{job}' ::: 1 2 3 | cat > out")).status(0).run();
    let out = fs::read(run.dir.join("out")).expect("what was printed");
    let mut firsts: Vec<u8> = out.chunks(200_000_000).map(|job| job[0]).collect();
    let is_whole = |job: &[u8]| job.chunks(2).all(|line| line == [job[0], b'\n']);
    assert!(out.chunks(200_000_000).all(is_whole), "outputs mix");
    firsts.sort_unstable();
    assert_eq!(firsts, b"123");
}

#[test]
fn a_full_disk_ends_the_run_and_is_told() {
    let script = "mount -t tmpfs -o size=4m none disk || exit 99
        forkful -k --joblog log 'yes' ::: 1 > disk/out; echo $? > status; stat -c %s disk/out > size";
    let run = Forkful::new().program("unshare").args(["-rm", "sh", "-c", script]).file("disk/below", "");
    let output = run.run().complains_of(&["No space left on device"]);
    let read = |name| fs::read_to_string(output.dir.join(name)).expect("a file");
    assert_eq!((read("status").as_str(), read("size").as_str()), ("255\n", "4194304\n"));
}

#[test]
fn a_reader_that_leaves_ends_the_run_in_silence() {
    let run = Forkful::shell("forkful -k yes ::: 1 2 3 | head -c 5000000 | wc -c; echo ${PIPESTATUS[0]} > status");
    let output = run.stdout("5000000\n").stderr("").status(0).run();
    assert_ne!(fs::read_to_string(output.dir.join("status")).expect("status"), "0\n");
}

#[test]
fn a_reader_that_stalls_stops_neither_the_clock_nor_the_slots() {
    let (mut reader, writer) = std::io::pipe().expect("a pipe");
    let job = "if [ {} = y ]; then exec yes; else touch second; fi";
    let run = Forkful::new().args(["-k", "-j1", "--timeout", "1", "--joblog", "log", job, ":::", "y", "n"]);
    let run = run.start_with(Some(Stdio::from(writer)));
    wait_until("a full pipe", || ioctl_fionread(&reader).expect("a pipe") >= 60_000);
    run.wait_for_file("second");
    let peak = peak_memory(run.pid());
    assert!(peak < 50 << 10, "{peak} KiB");
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest).expect("the rest");
    assert!(rest.chunks(2).all(|line| line == b"y\n" || line == b"y"));
    let logged = run.finish().job_log();
    assert_eq!(logged[0][6..8], ["-1", "15"]);
    assert_eq!(logged[0][5], rest.len().to_string());
}

#[test]
fn a_job_that_ends_while_another_is_printed_keeps_nobody_from_being_printed() {
    // Job 2 has no room, and ends before it would be its turn; job 3 comes after it and has none either.
    let job = "case {} in
        1) head -c 200000 /dev/zero; until [ -e third ]; do sleep 0.01; done;;
        2) until [ -s out ]; do sleep 0.01; done; head -c 50000 /dev/zero;;
        3) touch third; head -c 200000 /dev/zero;;
    esac";
    let line = "forkful -j2 --mem-buffer 0 --max-spool 0 \"$JOB\" ::: 1 2 3 > out";
    let output = Forkful::shell(line).env("JOB", job).status(0).run();
    assert_eq!(fs::metadata(output.dir.join("out")).expect("what was printed").len(), 450_000);
}

#[test]
fn what_waits_does_not_become_more_and_more_while_the_reader_stalls() {
    let (mut reader, writer) = std::io::pipe().expect("a pipe");
    let job = "head -c 50000 /dev/zero; echo >> ended; : {}";
    let run = Forkful::new().args(["-j2", "--mem-buffer", "0", "--max-spool", "0", job, "::::", "list"]);
    let run = run.file("list", "x\n".repeat(60)).status(0).start_with(Some(Stdio::from(writer)));
    let ended = || fs::read(run.dir().join("ended")).map_or(0, |ended| ended.len());
    let mut before = 0;
    wait_until("a rest", || {
        std::thread::sleep(std::time::Duration::from_secs(1));
        std::mem::replace(&mut before, ended()) == ended() && before > 0
    });
    // One that is printed, one of each slot that was kept, one of each that is not; and some of which the pipe has room.
    assert!(before <= 8, "{before} jobs have ended");
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest).expect("the rest");
    assert_eq!(rest.len(), 60 * 50_000);
    run.finish();
}

#[test]
fn a_job_whose_reader_stalls_is_not_idle() {
    let (mut reader, writer) = std::io::pipe().expect("a pipe");
    let run = Forkful::new().args(["-k", "--idle-timeout", "2", "yes {} | head -c 30000000", ":::", "y"]);
    let run = run.status(0).start_with(Some(Stdio::from(writer)));
    let mut first = vec![0; 10_000_000];
    reader.read_exact(&mut first).expect("a first part");
    // Longer than it may be idle.
    std::thread::sleep(std::time::Duration::from_secs(4));
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest).expect("the rest");
    assert_eq!(rest.len(), 20_000_000);
    run.finish();
}

#[test]
fn what_runs_can_be_asked_meanwhile() {
    let script = "forkful -k 'yes | head -c 3000000; echo last words; touch said; until [ -e go ]; do sleep 0.01; done; : {}' \
                  ::: 1 > >(exec cat > out)";
    let run = Forkful::shell(format!("exec {script}")).status(0).start();
    run.wait_for_file("said");
    wait_until("all of it", || {
        File::open(run.dir().join("out")).is_ok_and(|out| out.metadata().is_ok_and(|it| it.len() > 3_000_000))
    });
    run.signal(rustix::process::Signal::USR1);
    wait_until("an answer", || String::from_utf8_lossy(&run.stderr()).contains("last words"));
    run.touch("go");
    run.finish();
}
