//! Keeping: what is in `--results` when a disk is full, a run is killed, or another goes on with it.

use std::fs;

use crate::support::Forkful;

/// A shell script that has a disk of its own, of this size, in the folder `disk`.
fn with_disk(size: &str, script: &str) -> Forkful {
    let script = format!("mount -t tmpfs -o size={size} none disk || exit 99\n{script}");
    Forkful::new().program("unshare").args(["-rm", "sh", "-c", &script]).file("disk/below", "")
}

#[test]
fn a_full_disk_leaves_a_table_of_whole_records() {
    // Job 1 has no room; job 2, which runs already, ends when that is known, and has.
    for (name, begin) in [("t.csv", "Seq,Host"), ("t.json", "{ \"Seq\": 2")] {
        let script = "forkful -j2 --results disk/TABLE '
                if [ {} = 1 ]; then head -c 3000000 /dev/zero | tr \"\\0\" x
                else until grep -q \"could not be written\" log; do sleep 0.01; done; echo small; fi' ::: 1 2 2>log
            status=$?; cat disk/TABLE; exit $status";
        let run = with_disk("1m", &script.replace("TABLE", name)).status(255).run();
        let table = String::from_utf8(run.stdout).expect("text");
        assert!(table.starts_with(begin) && table.contains("small"), "{}", &table[..table.len().min(200)]);
        assert!(!table.contains("xxxx"), "a part of a record");
    }
}

#[test]
fn a_run_that_goes_on_adds_to_a_table_whatever_a_crash_has_left_of_it() {
    for (name, torn) in
        [("t.csv", "9,:,1,1,0,2,0,0,\"echo 9\",9,\"torn\n"), ("t.json", "{ \"Seq\": 9, \"Stdout\": \"to")]
    {
        let script = "forkful -k --joblog log --results TABLE 'echo {}; exit {}' ::: 0 3; printf '%s' \"$TORN\" >>TABLE
            forkful -k --joblog log --resume --results TABLE 'echo {}; exit {}' ::: 0 3 4
            forkful --joblog +log --retry-failed --results TABLE";
        let run = Forkful::shell(script.replace("TABLE", name)).env("TORN", torn).status(2).run();
        let table = fs::read_to_string(run.dir.join(name)).expect("a table");
        let columns: Vec<_> = if name == "t.csv" {
            let mut rows = csv::Reader::from_reader(table.as_bytes());
            rows.records().map(|row| row.expect("a row")[6].to_owned()).collect()
        } else {
            let objects = table.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("an object"));
            objects.map(|object| object["Exitval"].to_string()).collect()
        };
        assert_eq!(columns[..3], ["0", "3", "4"], "{table}");
        assert_eq!(columns.len(), 5, "those that failed are tried again");
    }
}

#[test]
fn a_table_alone_does_not_tell_what_has_been_done() {
    let run = Forkful::new().args(["--resume", "--results", "t.csv", "echo", ":::", "a"]).file("t.csv", "kept");
    let run = run.stdout("").status(255).run();
    let run = run.complains_of(&["--joblog"]);
    assert_eq!(fs::read_to_string(run.dir.join("t.csv")).expect("a table"), "kept");
}

#[test]
fn an_empty_name_is_that_of_no_place() {
    let run = Forkful::shell("forkful --results \"$UNSET\" echo ::: a").stdout("a\n").status(0).run();
    assert_eq!(fs::read_dir(&run.dir).expect("a folder").count(), 0);
}

#[test]
fn a_full_disk_leaves_events_in_whole_lines() {
    let script = "head -c 50000 /dev/zero >disk/filled
        seq 100 | forkful --events disk/events true; status=$?; cat disk/events; exit $status";
    let run = with_disk("64k", script).status(255).run().complains_of(&["the events to disk/events", "No space left"]);
    let text = String::from_utf8(run.stdout).expect("text");
    assert!(text.ends_with("}\n") && text.len() > 4096, "{text}");
    assert!(text.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "{text}");
}

#[test]
fn an_argument_that_no_name_can_hold_does_not_end_the_run() {
    let run = Forkful::new().args(["-j1", "--results", "r", "echo"]).stdin("a\0b\nc\nd\ne\n").status(1).run();
    let message = fs::read_to_string(run.dir.join("r/1/a+0b/stderr")).expect("a message");
    assert!(message.contains("NUL"), "{message}");
    assert!(run.dir.join("r/1/e/seq").exists());
}

#[test]
fn what_is_kept_is_kept_with_u_as_well() {
    let job = ["-u", "-v", "--events", "ev", "echo {}", ":::", "a"];
    let run = Forkful::new().args(["--results", "r"]).args(job).stdout("").status(0).run();
    assert_eq!(fs::read_to_string(run.dir.join("r/1/a/stdout")).expect("output"), "echo a\na\n");
    assert!(fs::read_to_string(run.dir.join("ev")).expect("events").contains("\"stdout_bytes\":9,"));
    let run = Forkful::new().args(["--results", "-.json"]).args(job).status(0).run();
    let record: serde_json::Value = serde_json::from_slice(&run.stdout).expect("one record and nothing else");
    assert_eq!(record["Stdout"], "echo a\na\n");
}

#[test]
fn files_that_have_lost_something_are_never_complete() {
    // When the loss is known there is room again.
    let script = "head -c 900000 /dev/zero >disk/filled
        forkful --results disk/r 'head -c 300000 /dev/zero
            until grep -q \"could not be written\" log; do sleep 0.01; done; rm -f disk/filled; echo end' ::: a 2>log
        status=$?; test -s disk/r/1/a/stdout && ls disk/r/1/a; exit $status";
    with_disk("1m", script).stdout("stderr\nstdout\n").status(255).run();
}

#[test]
fn a_job_whose_results_were_lost_is_not_in_the_log() {
    for results in ["disk/r", "disk/{}.out", "disk/t.csv", "disk/t.json"] {
        let script = "forkful --joblog log --results NAME 'echo >>runs; head -c 2000000 /dev/zero #' ::: a 2>/dev/null
            test $? = 255 || exit 98; umount disk
            forkful --joblog log --resume --results NAME 'echo >>runs; head -c 2000000 /dev/zero #' ::: a";
        let run = with_disk("1m", &script.replace("NAME", results)).status(0).run();
        assert_eq!(fs::read_to_string(run.dir.join("runs")).expect("a file"), "\n\n", "{results}");
        assert_eq!(run.logged().len(), 1, "{results}");
    }
}

#[test]
fn with_few_descriptors_fewer_jobs_run_and_all_are_kept() {
    for (options, names) in [("--results r", "find r -name seq"), ("--files", "cat out")] {
        let run = Forkful::shell(format!(
            "ulimit -n 64; seq 60 | forkful -j60 {options} 'echo {{}}; sleep 0.02' >out 2>err; echo $? >status; {names} | wc -l"
        ));
        let run = run.stdout("60\n").status(0).run();
        let read = |name| fs::read_to_string(run.dir.join(name)).expect("a file");
        assert_eq!((read("status").as_str(), read("err").lines().count()), ("0\n", 1), "{options}");
        assert!(read("err").contains("going on with fewer jobs"), "{}", read("err"));
    }
}
