//! `--pipe` and its relatives: one stream, or one file, over many jobs.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use rustix::process::Signal;

use crate::support::{Forkful, lines, peak_memory, wait_until};

/// Runs `forkful` on the file `data` in each way that data can come in, and returns what is printed.
fn each_way(data: &str, options: &str) -> Vec<(&'static str, String)> {
    let python = "import os, socket, subprocess, sys
data = open('data', 'rb').read()
if sys.argv[1] == 'socket':
    ours, theirs = socket.socketpair()
    process = subprocess.Popen(['sh', '-c', sys.argv[2]], stdin=theirs)
    theirs.close()
    ours.sendall(data)
    ours.close()
else:
    process = subprocess.Popen(['sh', '-c', sys.argv[2]], stdin=subprocess.PIPE, bufsize=0)
    step = int(sys.argv[1])
    for start in range(0, len(data), step):
        process.stdin.write(data[start:start + step])
    process.stdin.close()
sys.exit(process.wait())";
    let forkful = format!("forkful -k --pipe {options}");
    let shell = |line: String| Forkful::shell(line).file("data", data).status(0).stderr("").run();
    let program = |way: &str| {
        let run = Forkful::new().program("python3").args(["-c", python, way, &forkful]).file("data", data);
        run.status(0).stderr("").run()
    };
    let runs = [
        ("a pipe", shell(format!("cat data | {forkful}"))),
        ("a file", shell(format!("{forkful} < data"))),
        ("a file that is read", shell(format!("forkful -k --pipe --retries 2 {options} < data"))),
        ("-a", shell(format!("forkful -k --pipe -a data {options}"))),
        ("a socket", program("socket")),
        ("small writes", program("997")),
        ("large writes", program("1000000")),
    ];
    runs.map(|(way, run)| (way, String::from_utf8(run.stdout).expect("text"))).into()
}

/// Blocks of whole lines as full as they can be, and one that is too long by itself.
fn expected_blocks(data: &str, limit: usize) -> String {
    let (mut sizes, mut size) = (Vec::new(), 0);
    for line in data.split_inclusive('\n') {
        if size > 0 && size + line.len() > limit {
            sizes.push(size);
            size = 0;
        }
        size += line.len();
    }
    sizes.push(size);
    lines(sizes)
}

fn numbers(last: usize) -> String {
    lines(1..=last)
}

#[test]
fn blocks_are_the_same_however_data_comes_in() {
    let mut long = numbers(60_000);
    for length in [100_000, 400_000, 10, 300_000] {
        let _ = writeln!(long, "{}", "x".repeat(length));
        long += &numbers(40_000);
    }
    long += "no end";
    for limit in [200_000, 1 << 18] {
        let expected = expected_blocks(&long, limit);
        for (way, sizes) in each_way(&long, &format!("--block {limit} wc -c")) {
            assert_eq!(sizes, expected, "{way}, blocks of {limit}");
        }
    }
}

#[test]
fn blocks_together_are_the_input() {
    let data = numbers(400_000);
    for (way, output) in each_way(&data, "cat") {
        assert!(output == data, "{way}: {} bytes of {}", output.len(), data.len());
    }
}

#[test]
fn a_header_goes_to_every_job_however_data_comes_in() {
    let data = format!("head\n{}", numbers(100_000));
    for (way, output) in each_way(&data, "--header : --block 200k 'sed 1q; wc -l'") {
        let counts: Vec<&str> = output.split("head\n").skip(1).collect();
        assert_eq!(counts.len(), 3, "{way}: {output}");
        let sum: u32 = counts.iter().map(|count| count.trim().parse::<u32>().unwrap_or(0)).sum();
        assert!(sum <= 100_000, "{way}");
    }
}

#[test]
fn a_file_on_stdin_is_left_where_a_reader_would_leave_it() {
    let line = "{ read first; forkful -k --pipe --block 1k cat; echo rest; cat; } < data";
    let data = numbers(2000);
    let expected = data.split_once('\n').expect("lines").1.to_owned() + "rest\n";
    Forkful::shell(line).file("data", &data).stdout(expected).stderr("").status(0).run();
}

#[test]
fn a_job_that_stops_reading_is_judged_by_its_own_exit_status() {
    let data = numbers(500_000);
    for options in [&["--pipe"][..], &["--pipe", "--retries", "2"], &["--pipe", "--round-robin"], &["--pipe", "--tee"]]
    {
        let run = Forkful::new().args(["-j2"]).args(options);
        run.arg("head -n 1 > /dev/null").stdin(data.clone()).stderr("").status(0).run();
    }
    Forkful::new().args(["--pipe", "exit 3"]).stdin(data.clone()).stderr("").status(4).run();
    Forkful::new().args(["--pipe", "no-such-command"]).stdin(data).status(4).run();
}

#[test]
fn a_job_that_writes_more_than_it_has_read_does_not_wait_for_itself() {
    let data = numbers(200_000);
    let run = Forkful::new().args(["-k", "--pipe", "--block", "10M", "head -c 3000000 /dev/zero | tr '\\0' y; wc -l"]);
    let run = run.stdin(data).stderr("").status(0).run();
    assert!(run.stdout.ends_with(b"y200000\n"));
}

#[test]
fn a_block_is_run_while_the_stream_goes_on() {
    let mut run = Forkful::new().args(["--pipe", "--block", "200k", "wc -l"]).status(0).start();
    let mut stdin = run.stdin.take().expect("a pipe");
    stdin.write_all(numbers(100_000).as_bytes()).expect("a reader");
    wait_until("two blocks have been counted", || String::from_utf8_lossy(&run.stdout()).lines().count() == 2);
    stdin.write_all(b"half a li").expect("a reader");
    drop(stdin);
    let output = run.finish();
    let counts = String::from_utf8(output.stdout).expect("text");
    let counts: u32 = counts.lines().map(|count| count.trim().parse::<u32>().expect("a number")).sum();
    assert_eq!(counts, 100_000);
}

#[test]
fn what_has_come_is_run_when_the_rest_is_late() {
    let mut run = Forkful::new().args(["-k", "--pipe", "--block-timeout", "1", "cat; echo end"]).status(0).start();
    let mut stdin = run.stdin.take().expect("a pipe");
    stdin.write_all(b"a\nb").expect("a reader");
    wait_until("the whole line has been printed", || run.stdout() == b"a\nend\n");
    stdin.write_all(b"c\n").expect("a reader");
    drop(stdin);
    assert_eq!(run.finish().stdout, b"a\nend\nbc\nend\n");
}

#[test]
fn no_more_is_read_than_jobs_can_take() {
    for options in [&["--pipe"][..], &["--pipe", "--retries", "2"], &["--pipe", "--round-robin"], &["--pipe", "--tee"]]
    {
        let job = "touch here; until [ -e go ]; do sleep 0.01; done; wc -c";
        let mut run = Forkful::new().args(["-j2"]).args(options).arg(job).status(0).start();
        let mut stdin = run.stdin.take().expect("a pipe");
        let written = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&written);
        let total = 100 << 20;
        let writer = thread::spawn(move || {
            let chunk = "0123456\n".repeat(1 << 13);
            while count.load(Ordering::Relaxed) < total {
                stdin.write_all(chunk.as_bytes()).expect("a reader");
                count.fetch_add(chunk.len(), Ordering::Relaxed);
            }
        });
        run.wait_for_file("here");
        // Until nothing moves any more.
        let mut before = usize::MAX;
        wait_until("the writer waits", || {
            thread::sleep(Duration::from_millis(100));
            let now = written.load(Ordering::Relaxed);
            std::mem::replace(&mut before, now) == now && now > 0
        });
        let held = written.load(Ordering::Relaxed);
        assert!(held < 12 << 20, "{options:?}: {held} bytes were read ahead");
        let memory = peak_memory(run.pid());
        run.touch("go");
        writer.join().expect("all is written");
        assert!(memory < 64 << 10, "{options:?}: {memory} KiB");
        let output = String::from_utf8(run.finish().stdout).expect("text");
        let sum: usize = output.lines().map(|count| count.trim().parse::<usize>().expect("a number")).sum();
        assert_eq!(sum, total, "{options:?}");
    }
}

#[test]
fn output_is_what_it_is_with_arguments() {
    let run = |options: &[&str]| Forkful::new().args(options).args(["--pipe", "-N1", "cat; echo e{#} >&2"]);
    run(&["-k", "--tagstring", "{#}"]).stdin("a\nb\n").stdout("1\ta\n2\tb\n").stderr("1\te1\n2\te2\n").status(0).run();
    run(&["-j1", "--lb"]).stdin("a\nb\n").stdout("a\nb\n").stderr("e1\ne2\n").status(0).run();
    run(&["-j1", "-u"]).stdin("a\nb\n").stdout("a\nb\n").stderr("e1\ne2\n").status(0).run();
    let output = run(&["--results", "out/{#}", "-k"]).stdin("a\nb\n").stdout("").status(0).run();
    assert_eq!(fs::read(output.dir.join("out/2")).expect("a file"), b"b\n");
}

#[test]
fn a_job_that_is_tried_again_gets_its_data_again() {
    let job = "cat; [ -e tried.{#} ] || { touch tried.{#}; exit 1; }";
    let data = numbers(300_000);
    for options in [&["--pipe"][..], &["--cat"], &["--fifo"]] {
        let job = if options == ["--pipe"] { job.to_owned() } else { job.replace("cat;", "cat {};") };
        let run = Forkful::new().args(["-k", "--retries", "2"]).args(options).arg(job);
        run.stdin(data.clone()).stdout(&data).stderr("").status(0).run();
    }
}

#[test]
fn the_log_has_what_was_sent_and_received() {
    let run = Forkful::new().args(["-j1", "--pipe", "--block", "90", "--joblog", "log", "wc -l"]);
    let log = run.stdin(lines(10..100)).status(0).run().job_log();
    let columns: Vec<_> = log.iter().map(|line| (&line[0][..], &line[4][..], &line[5][..], &line[8][..])).collect();
    assert_eq!(columns, [("1", "90", "3", "wc -l"), ("2", "90", "3", "wc -l"), ("3", "90", "3", "wc -l")]);
    let run =
        Forkful::new().args(["-k", "--round-robin", "--pipe", "-j2", "--block", "90", "--joblog", "log", "wc -l"]);
    let log = run.stdin(lines(10..100)).status(0).run().job_log();
    let mut sent: Vec<_> = log.iter().map(|line| &line[4][..]).collect();
    sent.sort_unstable();
    assert_eq!(sent, ["180", "90"]);
}

#[test]
fn blocks_are_dealt_in_turn_with_k() {
    let run = Forkful::new().args(["-k", "-j3", "--pipe", "--round-robin", "-N1", "paste -sd,"]);
    run.stdin(lines(1..=8)).stdout("1,4,7\n2,5,8\n3,6\n").stderr("").status(0).run();
    let run = Forkful::new().args(["-k", "-j9", "--pipe", "--round-robin", "-N1", "cat"]);
    run.stdin("a\nb\n").stdout("a\nb\n").status(0).run();
    Forkful::new().args(["--pipe", "--round-robin", "echo"]).stdin("").stdout("").stderr("").status(0).run();
}

#[test]
fn a_job_that_has_gone_is_dealt_nothing() {
    // The first ends when it has read a line; the second, which waits for that, gets all that is left.
    let job =
        "[ {#} = 2 ] || { head -n 1 > /dev/null; touch gone; exit 0; }; until [ -e gone ]; do sleep 0.01; done; wc -l";
    let run = Forkful::new().args(["-j2", "--pipe", "--round-robin", "--block", "200k", job]);
    let run = run.stdin(numbers(1_000_000)).stderr("").status(0).run();
    let count: u32 = String::from_utf8(run.stdout).expect("text").trim().parse().expect("a number");
    assert!(count > 500_000, "{count}");
}

#[test]
fn records_go_where_their_key_says() {
    let data = lines((0..6000).map(|number| format!("k{} {number}", number % 7)));
    let job = "cut -d' ' -f1 | sort | uniq -c | sed 's/^ *//'";
    let run = Forkful::new().args(["-j3", "--pipe", "--block", "9k", "--colsep", " ", "--shard", "1", job]);
    let run = run.stdin(data.clone()).stderr("").status(0).run();
    let mut counts: Vec<_> = run.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    counts.sort_unstable();
    assert_eq!(counts.len(), 7, "each key in one job");
    let run = Forkful::new().args(["-k", "-j3", "--pipe", "--colsep", " ", "--bin", "2 $_ = $_ % 3 + 1", "head -n 1"]);
    run.stdin(data).stdout("k0 0\nk1 1\nk2 2\n").stderr("").status(0).run();
    let run =
        Forkful::new().args(["-k", "--pipe", "--header", ":", "--colsep", ",", "--group-by", "b", "-N1", "paste -sd-"]);
    run.stdin("a,b\n1,x\n2,x\n3,y\n").stdout("a,b-1,x-2,x\na,b-3,y\n").stderr("").status(0).run();
}

#[test]
fn all_data_goes_to_every_job_at_once() {
    let data = numbers(300_000);
    let jobs = ["-l", "-c", "-w", "-m"];
    let size = data.len();
    let expected = format!("300000\n{size}\n300000\n{size}\n");
    let options = ["-j2", "-k", "--pipe", "--tee", "wc", ":::"];
    Forkful::new().args(options).args(jobs).stdin(data.clone()).stdout(&expected).stderr("").status(0).run();
    let run = Forkful::shell("forkful -j1 -k --pipe --tee wc ::: -l -c -w -m < data").file("data", &data);
    run.stdout(&expected).stderr("").status(0).run();
    let run = Forkful::shell("forkful -j1 -k --pipe-part --tee -a data wc ::: -l -c -w -m").file("data", &data);
    run.stdout(&expected).stderr("").status(0).run();
    let run = Forkful::new().args(["-k", "--pipe", "--tee", "{}", ":::", "true", "wc -l", "head -n 1"]);
    run.stdin(data).stdout("300000\n1\n").stderr("").status(0).run();
}

#[test]
fn a_block_can_have_a_name() {
    let data = numbers(300_000);
    for option in ["--cat", "--fifo"] {
        let run =
            Forkful::new().args(["-k", option, "cat {}"]).stdin(data.clone()).stdout(&data).stderr("").status(0).run();
        let left = fs::read_dir(run.dir.join("../tmp")).expect("a directory").count();
        assert_eq!(left, 0, "{option}: nothing is left");
        // One that does not look at it, and one that looks at a part.
        Forkful::new().args([option, "true {}"]).stdin(data.clone()).stderr("").status(0).run();
        let run = Forkful::new().args(["-j1", option, "-N100000", "head -n 1 {}"]).stdin(data.clone());
        run.stdout("1\n100001\n200001\n").stderr("").status(0).run();
    }
    let run = Forkful::new().args(["-k", "-j2", "--pipe", "--round-robin", "--fifo", "-N1", "paste -sd, {}"]);
    run.stdin("1\n2\n3\n").stdout("1,3\n2\n").stderr("").status(0).run();
}

#[test]
fn parts_of_files_are_read_by_their_jobs() {
    let data = numbers(300_000);
    let run = |line: &str| Forkful::shell(line).file("data", &data).file("more", "x\n").stderr("").status(0);
    run("forkful -k --pipe-part -a data --block 100k cat").stdout(&data).run();
    run("forkful -k --pipepart --block 100k cat :::: data more").stdout(data.clone() + "x\n").run();
    run("forkful -k -j3 --pipepart --block -2 -a data wc -l | wc -l").stdout("6\n").run();
    run("forkful -k --pipepart --block 1M --joblog log wc -c -a data 2>&1").status(255).run();
    let output = run("forkful -j1 --pipepart --block 10M --joblog log -a data wc -l").run();
    assert_eq!(output.job_log()[0][4], data.len().to_string());
    run("forkful --pipepart -k --round-robin -j2 --block 1M -a data cat | sort -n").stdout(&data).run();
}

#[test]
fn what_cannot_be_together_is_said() {
    let cases: [(&[&str], &str); 12] = [
        (&["--pipe"], "no command"),
        (&["--pipe", "cat", ":::", "a"], "leave out :::"),
        (&["--pipe", "-n1", "cat"], "use -N"),
        (&["--pipe", "-X", "cat"], "use -N"),
        (&["--pipe", "--shuf", "cat"], "--shuf"),
        (&["--pipe", "--plus", "echo {##}"], "--total-jobs"),
        (&["--pipe", "--round-robin", "--retries", "3", "cat"], "--retries"),
        (&["--pipe", "--block", "-2", "cat"], "how long"),
        (&["--pipe-part", "cat"], "-a"),
        (&["--pipe-part", "-a", "missing", "cat"], "missing"),
        (&["--pipe-part", "-a", "/dev/null", "-N1", "cat"], "--pipe"),
        (&["--cat", "--round-robin", "cat"], "--fifo"),
    ];
    for (arguments, words) in cases {
        let run = Forkful::new().args(arguments).stdin("1\n").stdout("").status(255).run();
        run.complains_of(&[words]);
    }
}

#[test]
fn a_semaphore_passes_stdin_on() {
    let line =
        "seq 3 | sem --fg --id a --pipe cat; seq 4 | sem --id b --pipe 'wc -l > out'; sem --id b --wait; cat out";
    Forkful::shell(line).stdout("1\n2\n3\n4\n").stderr("").status(0).run();
}

#[test]
fn nothing_with_a_name_outlives_a_runner_that_is_killed() {
    for option in ["--cat", "--fifo"] {
        let run = Forkful::new().args(["--pipe", option, "-N1", "--tmpdir", ".", "touch here; sleep 100; cat {}"]);
        let run = run.stdin("1\n").start();
        run.wait_for_file("here");
        run.signal(Signal::KILL);
        let left = || {
            let entries = fs::read_dir(run.dir()).expect("a folder").flatten();
            entries.filter(|entry| entry.file_name().as_encoded_bytes().starts_with(b"forkful-")).count()
        };
        wait_until("the guard", || left() == 0);
        run.finish();
    }
}
