//! Output modes: colours, rows, one stream, compression, limits, and results in files and tables.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use crate::support::{Forkful, lines, peak_memory, wait_until};

/// A shell loop that waits for a file.
fn until(file: &str) -> String {
    format!("until [ -e {file} ]; do sleep 0.01; done")
}

/// Starts a command line on a terminal of its own: `script` makes one and copies what it shows to stdout.
fn on_a_terminal(line: &str) -> Forkful {
    Forkful::new().program("script").args(["-qefc", line, "typescript"])
}

#[test]
fn merged_streams_keep_the_order_of_arrival() {
    let job = "echo 1; echo 2 >&2; echo 3; echo 4 >&2; : {}";
    for option in ["-k", "--lb", "-u"] {
        let run = Forkful::new().args(["--merge", option, job, ":::", "a"]);
        run.stdout("1\n2\n3\n4\n").stderr("").status(0).run();
    }
}

#[test]
fn colours_are_for_terminals_and_for_those_who_insist() {
    let job = ["-k", "echo {}; exit {}", ":::", "0", "1"];
    Forkful::new().args(["--color", "--cf"]).args(job).stdout("0\n1\n").status(1).run();
    let run = Forkful::new().args(["--color=always"]).args(job).status(1).run();
    let shown = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(shown.contains("\x1b[K0\x1b[m\n") && shown.contains("\x1b[K1\x1b[m\n"), "{shown:?}");
    let failed = "0\n\x1b[48;5;196;38;5;231m\x1b[K1\x1b[m\n";
    Forkful::new().args(["--color-failed=always"]).args(job).stdout(failed).status(1).run();
    let line = "forkful --ctag -k echo ::: a; NO_COLOR=1 forkful --ctag -k echo ::: b";
    let shown = on_a_terminal(&format!("sh -c '{line}'")).env("TERM", "xterm").status(0).run().stdout;
    let shown = String::from_utf8_lossy(&shown).into_owned();
    assert!(shown.contains("\x1b[Ka\ta\x1b[m\r\n") && shown.contains("\r\nb\tb\r\n"), "{shown:?}");
}

#[test]
fn the_latest_line_of_each_job_has_a_row_and_the_last_one_stays() {
    let job = format!("echo first {{}}; touch at.{{}}; {}; echo last {{}}", until("go.{}"));
    let run = on_a_terminal(&format!("forkful --ll -j2 '{job}' ::: 1 2")).env("TERM", "xterm").status(0).start();
    let shown = || String::from_utf8_lossy(&run.stdout()).into_owned();
    wait_until("both rows", || shown().contains("first 1\x1b[K\r\r\nfirst 2\x1b[K"));
    run.touch("go.1");
    wait_until("the end of job 1", || shown().contains("last 1\r\n"));
    run.touch("go.2");
    let output = run.finish().stdout;
    assert!(output.ends_with(b"last 2\r\n"), "{}", output.escape_ascii());
}

#[test]
fn the_latest_line_away_from_a_terminal_is_every_line() {
    let run = Forkful::new().args(["--ll", "--tag", "-j1", "seq {}; seq {} >&2", ":::", "2"]);
    run.stdout("2\t1\n2\t2\n").stderr("2\t1\n2\t2\n").status(0).run();
}

#[test]
fn command_lines_are_printed_unless_silence_is_asked_for() {
    let cases = [("-v", "echo a\na\n"), ("-vv", "echo a\na\n"), ("--silent -v", "a\n"), ("-v --silent", "a\n")];
    for (options, expected) in cases {
        Forkful::shell(format!("forkful {options} echo ::: a")).stdout(expected).stderr("").status(0).run();
    }
    Forkful::shell("forkful --silent -t echo ::: a").stdout("a\n").stderr("echo a\n").status(0).run();
}

#[test]
fn names_of_files_can_end_with_nul() {
    let run = Forkful::shell("forkful -k --files0 --tmpdir . echo ::: a b | xargs -0 cat");
    run.stdout("a\nb\n").status(0).run();
}

#[test]
fn a_storm_of_carriage_returns_passes_in_little_memory() {
    for option in ["--lb", "--group", "--tag"] {
        let job = format!("seq 400000 | tr '\\n' '\\r' >&2; touch done; {}; : {{}}", until("go"));
        let run = Forkful::new().args([option, &job, ":::", "x"]).status(0).start();
        run.wait_for_file("done");
        if option == "--lb" {
            // All but the last, which may be half of a line end.
            wait_until("lines without a newline", || run.stderr().len() > 2_688_895 - 8);
        }
        assert!(peak_memory(run.pid()) < 60 << 10, "{option}: {} KiB", peak_memory(run.pid()));
        run.touch("go");
        let tags = if option == "--tag" { 400_000 * 2 } else { 0 };
        assert_eq!(run.finish().stderr.len(), 2_688_895 + tags, "{option}");
    }
}

#[test]
fn compressed_spools_give_back_every_byte() {
    for options in ["--compress", "--compress-program=gzip", "--compress-program=cat --decompress-program=cat"] {
        // Job 2 ends before job 1 is printed, and there is no memory for what it writes.
        let job = format!("[ {{}} = 1 ] && {}; seq {{}}00000; seq {{}}0 >&2; touch end.{{}}", until("end.2"));
        let run = Forkful::new().args(options.split(' ')).args(["-k", "--mem-buffer", "100k", "-j2", &job, ":::"]);
        let run = run.args(["1", "2"]).stdout([lines(1..=100_000), lines(1..=200_000)].concat());
        run.stderr([lines(1..=10), lines(1..=20)].concat()).status(0).run();
    }
}

#[test]
fn programs_that_lose_bytes_are_refused_before_the_first_job() {
    for (pack, unpack) in [("no-such-program", "cat"), ("gzip", "cat"), ("cat", "false"), ("false", "cat")] {
        let run = Forkful::new().args(["--compress-program", pack, "--decompress-program", unpack]);
        let output = run.args(["touch", ":::", "ran"]).stdout("").status(255).run();
        assert!(!output.dir.join("ran").exists(), "{pack} {unpack}");
        output.complains_of(&["--compress-program"]);
    }
}

#[test]
fn output_that_does_not_come_back_is_an_error_of_the_run() {
    let unpack = "#!/bin/sh\n[ -e broken ] && exit 1\nexec cat\n";
    let job = format!("[ {{}} = 1 ] && {}; seq 100000", until("broken"));
    let run = Forkful::new().file("unpack", unpack);
    fs::set_permissions(run.dir().join("unpack"), fs::Permissions::from_mode(0o755)).expect("a program");
    let run = run.args(["--compress-program=cat", "--decompress-program=./unpack", "--mem-buffer=10k", "-k", "-j2"]);
    let run = run.args([&format!("{job}; touch end.{{}}"), ":::", "1", "2"]).status(255).start();
    run.wait_for_file("end.2");
    run.touch("broken");
    run.finish().complains_of(&["unpack"]);
}

#[test]
fn a_limit_of_the_spool_makes_jobs_wait() {
    // Job 2 cannot end before it is printed, and job 1 only when job 2 has filled what room there is.
    let fill = "seq 1000000; touch end.2";
    let job = format!("if [ {{}} = 1 ]; then {}; else touch at.2; {fill}; fi", until("go"));
    let run = Forkful::new().args(["--mem-buffer", "64k", "--max-spool", "128k", "-k", "-j2", &job, ":::", "1", "2"]);
    let run = run.stdout(lines(1..=1_000_000)).stderr("").status(0).start();
    run.wait_for_file("at.2");
    assert!(!run.dir().join("end.2").exists());
    run.touch("go");
    run.finish();
}

#[test]
fn with_no_room_at_all_the_first_job_goes_on() {
    for order in ["-k", "--group", "--lb"] {
        let run = Forkful::new().args(["--mem-buffer", "0", "--max-spool", "0", order, "-j3"]);
        let output = run.args(["seq 20000; seq 20000 >&2; : {}", ":::", "1", "2", "3", "4"]).status(0).run();
        assert_eq!(output.stdout.len(), 4 * lines(1..=20_000).len(), "{order}");
        assert_eq!(output.stderr.len(), 4 * lines(1..=20_000).len(), "{order}");
        if order != "--lb" {
            assert_eq!(output.stdout, lines(1..=20_000).repeat(4).as_bytes(), "{order}");
        }
    }
}

#[test]
fn a_reader_that_stands_still_makes_nothing_grow() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    let run = Forkful::new().args(["-k", "-j2", "if [ {} = 1 ]; then yes; else touch ran; fi", ":::", "1", "2"]);
    let run = run.start_with(Some(Stdio::from(writer)));
    run.wait_for_file("ran");
    let job = wait_for_wait(&run);
    assert!(peak_memory(run.pid()) < 60 << 10, "{} KiB", peak_memory(run.pid()));
    assert!(job, "the job that nobody reads from still writes");
    drop(reader);
    run.finish();
}

/// Waits until the job that writes without end has nowhere to write to.
fn wait_for_wait(run: &crate::support::Running) -> bool {
    let is_in_write = |pid: &i32| {
        let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        name == "yes\n" && stat.contains(") S ")
    };
    wait_until("a job that waits", || run.processes().iter().any(is_in_write));
    true
}

#[test]
fn tables_have_a_row_for_each_job_whatever_it_writes() {
    let job = "printf 'a\"b,\\n'; head -c 6000000 /dev/zero | tr '\\0' x; echo e >&2; exit {}";
    let run = Forkful::new().args(["--results", "t.csv", "-k", job, ":::", "0", "3"]).stdout("").stderr("").status(1);
    let output = run.run();
    let mut reader = csv::Reader::from_path(output.dir.join("t.csv")).expect("a table");
    let rows: Vec<csv::ByteRecord> = reader.byte_records().collect::<Result<_, _>>().expect("rows");
    let stdout = [&b"a\"b,\n"[..], &vec![b'x'; 6_000_000]].concat();
    for (row, exit) in rows.iter().zip(["0", "3"]) {
        assert_eq!((&row[6], &row[9], &row[11]), (exit.as_bytes(), exit.as_bytes(), &b"e\n"[..]));
        assert!(row[10] == stdout[..], "{} bytes", row[10].len());
    }
    assert_eq!(rows.len(), 2);
}

#[test]
fn results_show_by_the_number_that_they_are_complete() {
    let job = format!("echo {{}}; touch at; {}", until("go"));
    let run = Forkful::new().args(["--results", "r", &job, ":::", "x"]).stdout("").stderr("").status(0);
    let run = run.file("r/1/x/seq", "7").file("r/1/x/stdout", "old").start();
    let read = |name: &str| fs::read_to_string(run.dir().join("r/1/x").join(name)).ok();
    wait_until("the output of a job that runs", || read("stdout").as_deref() == Some("x\n"));
    assert_eq!(read("seq"), None);
    run.touch("go");
    let output = run.finish();
    assert_eq!(fs::read_to_string(output.dir.join("r/1/x/seq")).expect("a number"), "1");
}

#[test]
fn results_have_names_that_cannot_meet_or_leave() {
    let long = "x".repeat(300);
    let values = ["..", ".", "", "a/b", "a+zb", &long, &long[1..]];
    let run = Forkful::new().args(["--results", "r", "echo", ":::"]).args(values).stdout("").status(0).run();
    let mut found = Vec::new();
    let mut folders = vec![run.dir.join("r/1")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.file_name().and_then(|name| name.to_str()) {
                Some("stdout") => found.push(fs::read_to_string(path).expect("output")),
                _ if path.is_dir() => folders.push(path),
                _ => {}
            }
        }
    }
    let mut expected: Vec<String> = values.iter().map(|value| format!("{value}\n")).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn a_dry_run_keeps_no_results() {
    for results in ["r", "r.csv", "r.json", "{}.out"] {
        let run = Forkful::new().args(["--results", results, "--dry-run", "echo", ":::", "a"]).stdout("echo a\n");
        let output = run.status(0).run();
        assert_eq!(fs::read_dir(&output.dir).expect("a folder").count(), 0, "{results}");
    }
}

#[test]
fn results_without_values_go_by_number() {
    let output = Forkful::new().args(["--results", "r", "-N0", "echo x", ":::", "a", "b"]).status(0).run();
    for seq in ["1", "2"] {
        assert_eq!(fs::read_to_string(output.dir.join("r/0").join(seq).join("stdout")).expect("output"), "x\n");
    }
}

#[test]
fn records_are_written_where_there_is_less_room_than_one_needs() {
    let job = "yes {} | head -c 300000";
    for order in ["-k", "--lb", "--group"] {
        let limits = ["--mem-buffer", "64k", "--max-spool", "64k", "--results", "r.json", order];
        let run = Forkful::new().args(limits).args(["-j2", job, ":::", "1", "2", "3"]);
        let output = run.status(0).run();
        let records = fs::read_to_string(output.dir.join("r.json")).expect("a table");
        assert_eq!(records.lines().map(|line| line.matches("\\u000a").count()).collect::<Vec<_>>(), [150_000; 3]);
    }
}

#[test]
fn stderr_may_be_long_where_only_stdout_goes_to_a_file() {
    for limit in [["--max-spool", "1G"], ["--max-spool", "64k"]] {
        let run = Forkful::new().args(limit).args(["--files", "--mem-buffer", "64k"]);
        let run = run.args(["head -c 3000000 /dev/zero >&2; : {}", ":::", "1"]);
        run.stderr(vec![0; 3_000_000]).status(0).run();
    }
}

#[test]
fn a_job_is_tried_again_though_all_slots_wait_for_room() {
    let job =
        "[ {} = 1 ] && [ ! -e failed ] && { touch failed; yes | head -c 300000; exit 1; }; head -c 300000 /dev/zero";
    let retries = ["-j2", "--retries", "2", "--retry-delay", "0.3"];
    for order in ["-k", "--group"] {
        let run = Forkful::new().args(["--mem-buffer", "64k", "--max-spool", "64k", order]).args(retries);
        run.args([job, ":::", "1", "2", "3", "4"]).stdout(vec![0; 1_200_000]).status(0).run();
    }
}
