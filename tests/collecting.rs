//! Collecting: every byte of output once, in its block, in order when asked, without end of memory or disk.

use std::fs::{self, File};
use std::io::Read;
use std::process::Stdio;

use crate::support::{Forkful, lines, peak_memory, wait_until};

/// A shell loop that waits for a file.
fn until(file: &str) -> String {
    format!("until [ -e {file} ]; do sleep 0.01; done")
}

#[test]
fn a_group_is_all_of_stdout_and_then_all_of_stderr() {
    let run = Forkful::shell("forkful 'echo e1 >&2; echo o1; echo e2 >&2; echo {}' ::: o2 2>&1");
    run.stdout("o1\no2\ne1\ne2\n").status(0).run();
}

#[test]
fn outputs_come_as_jobs_end_and_never_mix() {
    let job = format!("echo begin {{}}; [ {{}} = 1 ] && {}; echo end {{}}; touch go", until("go"));
    let run = Forkful::new().args(["-j2", &job, ":::", "1", "2"]);
    run.stdout("begin 2\nend 2\nbegin 1\nend 1\n").stderr("").status(0).run();
}

#[test]
fn in_order_the_first_job_streams_and_the_others_wait() {
    let job = format!("echo {{}}; touch at.{{}}; [ {{}} = 1 ] && {}; echo more; touch end.{{}}", until("go"));
    let run = Forkful::new().args(["-k", "-j2", &job, ":::", "1", "2", "3"]);
    let run = run.stdout("1\nmore\n2\nmore\n3\nmore\n").stderr("").status(0).start();
    wait_until("the output of the first job, which still runs", || run.stdout() == b"1\n");
    run.wait_for_file("end.3");
    assert_eq!(run.stdout(), b"1\n", "jobs 2 and 3 wait their turn");
    run.touch("go");
    run.finish();
}

#[test]
fn in_order_the_next_job_streams_as_soon_as_it_is_first() {
    let job = format!("echo {{}}; {}", until("go.{}"));
    let run = Forkful::new().args(["-k", "-j3", &job, ":::", "1", "2", "3"]).stdout("1\n2\n3\n").status(0).start();
    for (number, shown) in [("1", "1\n"), ("2", "1\n2\n"), ("3", "1\n2\n3\n")] {
        wait_until(&format!("the output of job {number}, which runs"), || run.stdout() == shown.as_bytes());
        run.touch(&format!("go.{number}"));
    }
    run.finish();
}

#[test]
fn silent_jobs_do_not_hold_up_the_order() {
    let inputs: Vec<_> = (1..=60).map(|number| number.to_string()).collect();
    let run = Forkful::new().args(["-k", "-j4", "[ $(({} % 3)) = 0 ] && echo {} || true", ":::"]).args(inputs);
    run.stdout(lines((1..=20).map(|third| 3 * third))).stderr("").status(0).run();
}

#[test]
fn ungrouped_output_comes_at_once() {
    let run = Forkful::new().args(["-u", &format!("echo {{}}; {}; echo end", until("go")), ":::", "a"]);
    let run = run.stdout("a\nend\n").status(0).start();
    wait_until("the first line, while the job runs", || run.stdout() == b"a\n");
    run.touch("go");
    run.finish();
}

#[test]
fn line_buffered_output_comes_line_by_line_and_never_in_parts() {
    let job = format!("echo {{}}; printf part; touch at.{{}}; {}; echo -{{}}", until("go.{}"));
    let run = Forkful::new().args(["--lb", "-j2", &job, ":::", "1", "2"]).status(0).start();
    wait_until("both first lines", || matches!(run.stdout().as_slice(), b"1\n2\n" | b"2\n1\n"));
    run.wait_for_file("at.1");
    run.touch("go.2");
    wait_until("the end of the second job's line", || run.stdout().ends_with(b"\npart-2\n"));
    run.touch("go.1");
    let output = run.finish();
    assert!(output.stdout.ends_with(b"\npart-2\npart-1\n"), "{}", output.stdout.escape_ascii());
}

#[test]
fn tags_go_before_every_line() {
    let run = Forkful::shell("forkful -k --tag 'echo o; printf \"p\\nq\"; echo {} >&2' ::: 'a b' c 2>&1");
    run.stdout("a b\to\na b\tp\na b\tqa b\ta b\nc\to\nc\tp\nc\tqc\tc\n").status(0).run();
}

#[test]
fn no_newline_is_added() {
    Forkful::new().args(["-k", "printf {}", ":::", "a", "b"]).stdout("ab").stderr("").status(0).run();
}

#[test]
fn binary_output_of_many_jobs_is_the_same_bytes() {
    let mut bytes = vec![0; 3 << 20];
    File::open("/dev/urandom").expect("random").read_exact(&mut bytes).expect("bytes");
    for options in [&["-k"][..], &["-k", "-j1"], &["-k", "--lb"]] {
        let run = Forkful::new().args(options).args(["cat {}; cat {} >&2", ":::", "f", "f", "f"]).file("f", &bytes);
        run.stdout(bytes.repeat(3)).stderr(bytes.repeat(3)).status(0).run();
    }
}

#[test]
fn much_output_at_the_back_of_the_order_does_not_fill_the_memory() {
    let job = format!("if [ {{}} = 1 ]; then {}; else head -c 300000000 /dev/zero; touch done; fi", until("go"));
    let run = Forkful::new().args(["-k", "-j2", &job, ":::", "1", "2"]).status(0).start();
    run.wait_for_file("done");
    let peak = peak_memory(run.pid());
    assert!(peak < 100 << 10, "{peak} KiB with 300 MB waiting");
    run.touch("go");
    wait_until("all of it", || run.stdout_size() == 300_000_000);
    run.finish();
}

#[test]
fn a_full_spool_disk_makes_the_job_wait_and_loses_nothing() {
    // A disk of 8 MiB; job 1 ends when it is full, after which job 2 is first in the order and goes on.
    let script = "mount -t tmpfs -o size=8m none disk || exit 99
        exec forkful --tmpdir disk -k -j2 '
            if [ {} = 1 ]; then until [ $(stat -f -c %a disk) = 0 ]; do sleep 0.01; done
            else yes 0123456789abcde | head -c 268435456; fi' ::: 1 2";
    let run = Forkful::new().program("unshare").args(["-rm", "sh", "-c", script]).file("disk/below", "");
    let run = run.status(0).run();
    told_once_of_the_disk(&run.stderr);
    assert_eq!(run.stdout.len(), 268_435_456);
    assert!(run.stdout.chunks(16).all(|line| line == b"0123456789abcde\n"));
}

/// That jobs wait for want of room is worth a word.
fn told_once_of_the_disk(stderr: &[u8]) {
    let text = String::from_utf8_lossy(stderr);
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains("cannot be kept in disk") && text.contains("--tmpdir"), "{text}");
}

#[test]
fn output_that_cannot_be_read_back_ends_the_run() {
    let once = "#!/bin/sh\n[ -e tried ] && exit 1\ntouch tried\nexec cat\n";
    for order in ["-k", "--group"] {
        let job = "if [ {} = 1 ]; then until [ -e go ]; do sleep 0.01; done; fi
            yes {} | head -c 2000000; touch go; yes {} | head -c 3000000";
        let limits = "--mem-buffer 64k --max-spool 3M --compress-program cat --decompress-program 'sh once'";
        let line = format!("forkful {order} -j2 {limits} '{job}' ::: 1 2");
        Forkful::shell(line).file("once", once).status(255).run().complains_of(&["spool file", "sh once"]);
    }
}

#[test]
fn a_limit_on_the_size_of_files_is_as_good_as_a_full_disk() {
    let job = "if [ {} = 1 ]; then until [ -s log ]; do sleep 0.01; done; fi; yes {} | head -c 1000000";
    let line =
        format!("set -o pipefail; (ulimit -f 64; forkful --mem-buffer 64k -k -j3 '{job}' ::: 1 2 3 2>log) | cat");
    let run = Forkful::shell(line).env("TMPDIR", ".").status(0).run();
    let log = fs::read_to_string(run.dir.join("log")).expect("messages");
    assert!(log.contains("File too large") && log.lines().count() == 1, "{log}");
    assert_eq!(run.stdout, ["1\n", "2\n", "3\n"].map(|line| line.repeat(500_000)).concat().as_bytes());
    // Jobs have what forkful was given: the signal ends them.
    let run = Forkful::shell("ulimit -f 1; forkful --joblog log 'exec yes >file' ::: 1").status(1).run();
    assert!(fs::read_to_string(run.dir.join("log")).expect("a log").contains("\t153\t25\t"));
}

#[test]
fn a_full_spool_disk_gives_back_what_is_compressed_on_it() {
    // The disk is full before anything is on it, and with what is on it.
    for (size, options) in
        [("64k", "--compress"), ("64k", "--compress-program gzip"), ("3m", "--compress-program gzip")]
    {
        let script = format!(
            "mount -t tmpfs -o size={size} none disk && head -c 40000 /dev/zero >disk/filled || exit 99
            exec forkful --tmpdir disk --mem-buffer 512k {options} -k -j3 '
                if [ {{}} = 1 ]; then until [ -s log ]; do sleep 0.01; done; fi
                head -c 2000000 /dev/urandom | tee copy.{{}}' ::: 1 2 3 2>log"
        );
        let run = Forkful::new().program("unshare").args(["-rm", "sh", "-c", &script]).file("disk/below", "");
        let run = run.status(0).run();
        told_once_of_the_disk(&fs::read(run.dir.join("log")).expect("messages"));
        let copies = ["1", "2", "3"].map(|job| fs::read(run.dir.join(format!("copy.{job}"))).expect("a copy"));
        assert!(run.stdout == copies.concat(), "{} bytes with {options}", run.stdout.len());
    }
}

#[test]
fn a_full_spool_disk_keeps_outputs_apart() {
    let script = "mount -t tmpfs -o size=8m none disk || exit 99
        exec forkful --tmpdir disk -j3 'yes {} | head -c 67108864' ::: 1 2 3";
    let run = Forkful::new().program("unshare").args(["-rm", "sh", "-c", script]).file("disk/below", "");
    let output = run.status(0).run();
    told_once_of_the_disk(&output.stderr);
    let output = output.stdout;
    let mut firsts: Vec<u8> = output.chunks(1 << 26).map(|job| job[0]).collect();
    let is_whole = |job: &[u8]| job.chunks(2).all(|line| line == [job[0], b'\n']);
    assert!(output.chunks(1 << 26).all(is_whole), "outputs mix");
    firsts.sort_unstable();
    assert_eq!(firsts, b"123");
}

#[test]
fn a_spool_that_cannot_be_made_is_an_error_that_names_it() {
    let job = format!("if [ {{}} = 1 ]; then {}; else head -c 300000000 /dev/zero; touch go; fi", until("go"));
    let run = Forkful::new().args(["--tmpdir", "no/such/place", "-k", "-j2", &job, ":::", "1", "2"]);
    run.status(255).run().complains_of(&["no/such/place"]);
}

#[test]
fn a_grandchild_that_holds_the_pipe_does_not_hold_up_the_run() {
    let run = Forkful::new().args(["-k", "sleep 1000 & echo {}", ":::", "a", "b", "c"]);
    run.stdout("a\nb\nc\n").stderr("").status(0).run();
}

#[test]
fn a_closed_pipe_ends_the_run_in_silence() {
    let run = Forkful::shell("yes | forkful -j2 echo | head -n 2; echo ${PIPESTATUS[1]} >status");
    let output = run.stdout("y\ny\n").stderr("").status(0).run();
    let status = std::fs::read_to_string(output.dir.join("status")).expect("status");
    assert_ne!(status, "0\n", "not all was done");
}

#[test]
fn output_that_cannot_be_written_is_an_error() {
    for options in ["", "-k", "-u", "--lb"] {
        if options != "-u" {
            let full = Forkful::shell(format!("forkful {options} echo ::: a >/dev/full"));
            full.status(255).run().complains_of(&["No space left on device"]);
        }
    }
    Forkful::shell("forkful echo ::: a >&-").status(255).run().complains_of(&["Bad file descriptor"]);
}

#[test]
fn errors_that_cannot_be_written_are_an_error() {
    Forkful::shell("forkful 'echo {} >&2' ::: a 2>/dev/full").stdout("").status(255).run();
    Forkful::shell("forkful 'echo {} >&2' ::: a 2>&-").stdout("").status(255).run();
    Forkful::shell("forkful -k echo ::: a b 2>&-").stdout("a\nb\n").status(0).run();
}

#[test]
fn a_slow_reader_gets_everything() {
    let (mut reader, writer) = std::io::pipe().expect("a pipe");
    let run = Forkful::new().args(["-k", "-j2", "head -c {} /dev/zero", ":::", "500000", "600000", "400000", "500000"]);
    let run = run.stderr("").status(0).start_with(Some(Stdio::from(writer)));
    let (mut total, mut piece) = (0, [0; 1000]);
    loop {
        match reader.read(&mut piece).expect("read") {
            0 => break,
            count => total += count,
        }
    }
    assert_eq!(total, 2_000_000);
    run.finish();
}
