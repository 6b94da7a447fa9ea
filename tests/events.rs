//! What a run tells machines: events, a `JUnit` report, a trace and a page.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use data_encoding::BASE64;
use quick_junit::{Report, TestCaseStatus};
use rustix::process::Signal;
use serde_json::Value;

use crate::support::{Forkful, lines, wait_until};

/// The events in a file, of which every line must be one.
fn events(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).expect("events");
    assert!(text.ends_with('\n'), "a torn line: {text}");
    text.lines().map(|line| serde_json::from_str(line).expect("an object")).collect()
}

fn named<'a>(events: &'a [Value], name: &'a str) -> impl Iterator<Item = &'a Value> {
    events.iter().filter(move |event| event["event"] == name)
}

/// Bytes as the events have them.
fn bytes(value: &Value) -> Vec<u8> {
    match value.as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => BASE64.decode(value["bytes"].as_str().expect("base64").as_bytes()).expect("base64"),
    }
}

#[test]
fn each_job_is_queued_started_and_ended_once_and_in_this_order() {
    let numbers = (1..=40).map(|number| number.to_string());
    let run = Forkful::new().args(["-j3", "--events", "ev", "printf %05d {}; exit $(({} % 2))", ":::"]).args(numbers);
    let output = run.status(20).run();
    let events = events(&output.dir.join("ev"));
    let (first, last) = (&events[0], &events[events.len() - 1]);
    assert_eq!((&first["event"], &first["schema"], &first["slots"]), (&"run_started".into(), &1.into(), &3.into()));
    assert_eq!(first["argv"][2], "--events");
    assert_eq!((&last["event"], &last["exit"], &last["complete"]), (&"run_ended".into(), &20.into(), &true.into()));
    assert_eq!((&last["jobs"], &last["succeeded"], &last["failed"]), (&40.into(), &20.into(), &20.into()));
    let mut stories: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
    for event in events.iter().filter(|event| event.get("seq").is_some()) {
        let story = stories.entry(event["seq"].as_u64().expect("a number")).or_default();
        story.push(event["event"].as_str().expect("a name"));
    }
    assert_eq!(stories.len(), 40);
    assert!(stories.values().all(|story| *story == ["queued", "started", "ended"]), "{stories:?}");
    let pids: HashMap<_, _> =
        named(&events, "started").map(|event| (event["seq"].to_string(), &event["pid"])).collect();
    for event in named(&events, "ended") {
        let odd = event["seq"].as_i64().expect("a number") % 2;
        assert_eq!((&event["exit"], &event["cause"]), (&odd.into(), &format!("exit status {odd}").into()));
        assert_eq!(
            (&event["stdout_bytes"], &event["stderr_bytes"], &event["signal"]),
            (&5.into(), &0.into(), &Value::Null)
        );
        assert_eq!((&event["attempt"], &event["host"]), (&1.into(), &":".into()));
        assert_eq!(pids[&event["seq"].to_string()], &event["pid"]);
        assert!((1..=3).contains(&event["slot"].as_u64().expect("a slot")));
        assert!(event["max_rss"].as_u64() > Some(100_000) && event["wall"].as_f64() > Some(0.0), "{event}");
    }
}

#[test]
fn bytes_that_are_no_text_survive() {
    let values: [&[u8]; 3] = [b"a\xffb", "ä".as_bytes(), b"</script>\"\\\x01"];
    let run = Forkful::new().args(["-0", "-k", "--events", "ev", "printf %s"]).stdin(values.join(&0));
    let output = run.stdout(values.concat()).status(0).run();
    let events = events(&output.dir.join("ev"));
    let read: Vec<_> = named(&events, "queued").map(|event| bytes(&event["args"][0])).collect();
    assert_eq!(read, values);
    assert_eq!(named(&events, "queued").next().expect("an event")["args"][0]["bytes"], "Yf9i");
    let mut commands: Vec<_> = named(&events, "ended").map(|event| bytes(&event["command"])).collect();
    commands.sort();
    assert!(commands.iter().any(|command| command.contains(&0xff)), "{commands:?}");
}

#[test]
fn a_job_that_is_not_started_ends_all_the_same() {
    let run = Forkful::new().args(["-k", "--events", "ev", "{}", ":::", "true", "no-such-command-here"]);
    let events = events(&run.status(1).run().dir.join("ev"));
    let facts: Vec<_> =
        named(&events, "ended").map(|event| (&event["outcome"], &event["exit"], &event["pid"])).collect();
    assert_eq!(facts.len(), 2);
    assert!(facts.contains(&(&"not_started".into(), &127.into(), &Value::Null)), "{facts:?}");
}

#[test]
fn an_attempt_that_is_followed_by_another_is_told_as_retried() {
    let job = "echo $PARALLEL_SEQ; test -e f{} || { touch f{}; exit 3; }";
    let run = Forkful::new().args(["-j1", "--retries", "2", "--events", "ev", "--junit", "xml", job, ":::", "a", "b"]);
    let output = run.stdout("1\n2\n").status(0).run();
    let events = events(&output.dir.join("ev"));
    let facts = |name| -> Vec<_> {
        named(&events, name).map(|event| (&event["attempt"], &event["outcome"], &event["stdout_bytes"])).collect()
    };
    assert_eq!(facts("retried"), [(&1.into(), &"failed".into(), &2.into()); 2]);
    assert_eq!(facts("ended"), [(&2.into(), &"flaky".into(), &2.into()); 2]);
    assert!(named(&events, "retried").all(|event| event["delay"].as_f64() == Some(0.0)));
    let last = &events[events.len() - 1];
    assert_eq!((&last["jobs"], &last["flaky"], &last["retries"]), (&2.into(), &2.into(), &2.into()));
    let report = Report::deserialize(&fs::read(output.dir.join("xml")).expect("a report")[..]).expect("junit");
    let TestCaseStatus::Success { flaky_runs } = &report.test_suites[0].test_cases[1].status else {
        panic!("{report:?}")
    };
    assert_eq!(flaky_runs[0].message.as_deref(), Some("exit status 3"));
    assert_eq!(flaky_runs[0].system_out.as_deref(), Some("2"));
}

#[test]
fn a_job_that_was_done_before_is_not_queued() {
    let script = "forkful --joblog log echo ::: a b; forkful --joblog log --resume --events ev echo ::: b c a";
    let events = events(&Forkful::shell(script).status(0).run().dir.join("ev"));
    let args: Vec<_> = named(&events, "queued").map(|event| &event["args"][0]).collect();
    assert_eq!((args, named(&events, "ended").count()), (vec![&Value::from("c")], 1));
}

#[test]
fn a_record_that_is_lost_is_why_no_more_jobs_are_started() {
    let job = "[ {} = 1 ] || until grep -q '^..event...halted' ev; do sleep 0.01; done";
    let run = Forkful::new().args(["-j1", "--results", "no-folder", "--events", "ev", job, ":::", "1", "2", "3"]);
    let run = run.file("no-folder", "");
    let events = events(&run.status(255).run().dir.join("ev"));
    let halted: Vec<_> = named(&events, "halted").map(|event| (&event["cause"], &event["ends_running"])).collect();
    assert_eq!(halted, [(&"loss".into(), &false.into())]);
}

#[test]
fn a_run_that_a_job_has_ended_tells_so_once() {
    let run =
        Forkful::new().args(["-j2", "--halt", "now,fail=1", "--events", "ev", "{}", ":::", "exec sleep 100", "false"]);
    let events = events(&run.args(["true", "true"]).status(1).run().dir.join("ev"));
    let halted: Vec<_> = named(&events, "halted").map(|event| (&event["cause"], &event["ends_running"])).collect();
    assert_eq!(halted, [(&"halt".into(), &true.into())]);
    let ends: Vec<_> = named(&events, "ended").map(|event| (&event["outcome"], &event["ended_by"])).collect();
    assert_eq!(ends, [(&"failed".into(), &Value::Null), (&"ended".into(), &"halt".into())]);
    assert_eq!(events[events.len() - 1]["complete"], false);
}

#[test]
fn a_stopped_run_tells_how_it_ended_and_leaves_no_half_line() {
    let run = Forkful::new().args(["-j2", "--events", "ev", "--junit", "xml", "--report", "html", "--trace", "json"]);
    let run = run.args(["sleep 100; true {}", ":::", "1", "2", "3", "4"]).start();
    let path = run.dir().join("ev");
    wait_until("two jobs that have started", || {
        fs::read_to_string(&path).is_ok_and(|text| text.matches("\"event\":\"started\"").count() == 2)
    });
    run.signal(Signal::TERM);
    let output = run.finish();
    assert_ne!(output.status, 0);
    let events = events(&path);
    let halted: Vec<_> = named(&events, "halted").map(|event| (&event["signal"], &event["ends_running"])).collect();
    assert_eq!(halted, [(&Value::from(15), &Value::from(true))]);
    let ended: Vec<_> = named(&events, "ended").map(|event| (&event["outcome"], &event["signal"])).collect();
    assert_eq!(ended, [(&Value::from("ended"), &Value::from(15)); 2]);
    let last = &events[events.len() - 1];
    assert_eq!((&last["event"], &last["complete"], &last["signal"]), (&"run_ended".into(), &false.into(), &15.into()));
    let report = Report::deserialize(&fs::read(output.dir.join("xml")).expect("a report")[..]).expect("junit");
    assert_eq!((report.tests, report.errors), (2, 2));
    assert!(output.dir.join("html").exists() && output.dir.join("json").exists());
}

#[test]
fn events_go_to_a_descriptor_that_jobs_do_not_get() {
    let run =
        Forkful::shell("exec 5>ev; forkful --events fd:5 'test ! -e /proc/$$/fd/5 && echo {}' ::: a; echo more >&5");
    let output = run.stdout("a\n").stderr("").status(0).run();
    let text = fs::read_to_string(output.dir.join("ev")).expect("events");
    let names: Vec<_> = text.lines().filter_map(|line| line.split('"').nth(3)).collect();
    assert_eq!(names, ["run_started", "queued", "started", "ended", "run_ended"]);
    assert!(text.ends_with("\nmore\n"), "it is left open, and at its end: {text}");
}

#[test]
fn places_that_make_no_sense_are_refused_before_any_job_runs() {
    let cases: [(&str, &[&str]); 7] = [
        ("forkful --events - touch ::: made", &["--events -", "--results"]),
        ("forkful --events fd:1 touch ::: made", &["fd:1", "--results"]),
        ("forkful --events fd:2 touch ::: made", &["fd:2", "fd:3"]),
        ("forkful --events fd:7 touch ::: made", &["fd:7", "7>FILE"]),
        ("forkful --events fd:x touch ::: made", &["fd:x", "fd:3"]),
        ("forkful --events fd:5 touch ::: made 5</dev/null", &["reading only"]),
        ("forkful --report no/such/place touch ::: made", &["no/such/place", "No such file or directory"]),
    ];
    for (line, words) in cases {
        let output = Forkful::shell(line).stdout("").status(255).run().complains_of(words);
        assert!(!output.dir.join("made").exists(), "{line}");
    }
}

#[test]
fn stdout_is_for_events_where_output_is_kept() {
    let output = Forkful::new().args(["--results", "out", "--events", "-", "echo", ":::", "a"]).status(0).run();
    let text = String::from_utf8(output.stdout.clone()).expect("text");
    let names: Vec<Value> =
        text.lines().map(|line| serde_json::from_str::<Value>(line).expect("json")["event"].take()).collect();
    assert_eq!(names, ["run_started", "queued", "started", "ended", "run_ended"]);
    for mixing in
        [["--results=-.csv", "-k"], ["--results=-.json", "-k"], ["--results=", "-k"], ["--results=out", "--files0"]]
    {
        let run = Forkful::new().args(mixing).args(["--events", "-", "echo", ":::", "a"]).stdout("").status(255).run();
        run.complains_of(&["--events -"]);
    }
}

#[test]
fn a_report_goes_to_stdout_where_nothing_else_does() {
    for (option, begins, ends) in
        [("--report", "<!doctype html>", "</html>"), ("--junit", "<?xml", "</testsuites>"), ("--trace", "{", "}")]
    {
        let output = Forkful::new().args(["--results", "out", option, "-", "echo", ":::", "a"]).status(0).run();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.starts_with(begins) && text.trim_end().ends_with(ends), "{option}: {text:.200}");
        assert!(!output.dir.join("-").exists());
        let run = Forkful::new().args([option, "-", "touch", ":::", "made"]).stdout("").status(255).run();
        assert!(!run.complains_of(&[option, " -: ", "--results DIR"]).dir.join("made").exists());
        let both = Forkful::new().args(["--results", "out", "--events", "-", option, "-", "touch", ":::", "made"]);
        both.stdout("").status(255).run().complains_of(&[option, "--events -"]);
        let full = format!("forkful --results out --joblog log {option} - echo ::: a >/dev/full");
        let output = Forkful::shell(full).status(255).run().complains_of(&[" to stdout: No space left"]);
        assert_eq!(output.logged().len(), 1);
    }
    let run = Forkful::new().args(["--report-from", "log", "-"]).file("log", "1\t:\t1.0\t1.0\t0\t0\t0\t0\ttrue\n");
    let output = run.stderr("").status(0).run();
    assert!(output.stdout.starts_with(b"<!doctype html>") && !output.dir.join("-").exists());
}

#[test]
fn events_that_are_lost_are_an_error_told_once_and_nothing_else_is_lost() {
    let full = "forkful -k --events /dev/full --joblog log echo ::: a b c";
    let left = "exec 5> >(exit); wait $!; forkful -k --events fd:5 --joblog log echo ::: a b c";
    for (line, reason) in [(full, "No space left"), (left, "Broken pipe")] {
        let output = Forkful::shell(line).stdout("a\nb\nc\n").status(255).run().complains_of(&["events", reason]);
        assert_eq!(output.stderr.split(|byte| *byte == b'\n').count(), 2, "{}", output.stderr.escape_ascii());
        assert_eq!(output.logged().len(), 3);
    }
}

#[test]
fn a_dry_run_tells_nothing() {
    let run = Forkful::new().args(["--dry-run", "--events", "ev", "--junit", "xml", "echo", ":::", "a"]);
    let output = run.stdout("echo a\n").status(0).run();
    assert!(!output.dir.join("ev").exists() && !output.dir.join("xml").exists());
}

#[test]
fn a_junit_report_is_legal_whatever_a_job_writes() {
    let job = r"printf '\357\277\277\1\t\377\033[31mred\033]x\r'; false";
    let output = Forkful::new().args(["--junit", "report.xml", job, ":::", "\u{fffe}\t"]).status(1).run();
    let report = fs::read_to_string(output.dir.join("report.xml")).expect("a report");
    assert!(report.contains(r"<system-out>\u{ffff}\x01&#9;\xffred\x1b]x&#13;</system-out>"), "{report}");
    assert!(report.contains(r"false &apos;\u{fffe}&#9;&apos;"), "{report}");
}

#[test]
fn a_junit_report_has_a_case_for_each_job() {
    let job = "echo out; echo err >&2; printf 'a\\033[1mb\\001\\377'; exit {}";
    let run = Forkful::new().args(["-j1", "--junit", "report.xml", job, ":::", "0", "3"]);
    let output = run.status(1).run();
    let report = Report::deserialize(&fs::read(output.dir.join("report.xml")).expect("a report")[..]).expect("junit");
    let cases = &report.test_suites[0].test_cases;
    assert_eq!((report.tests, report.failures, cases.len()), (2, 1, 2));
    assert!(matches!(cases[0].status, TestCaseStatus::Success { .. }) && cases[0].system_out.is_none());
    assert!(cases[1].name.ends_with("exit 3"));
    let TestCaseStatus::NonSuccess { message, .. } = &cases[1].status else { panic!("{:?}", cases[1]) };
    assert_eq!(message.as_deref(), Some("exit status 3"));
    let text = |text: &Option<quick_junit::XmlString>| text.as_ref().map(|text| text.as_str().trim().to_owned());
    assert_eq!(
        (text(&cases[1].system_out), text(&cases[1].system_err)),
        (Some("out\nab\\x01\\xff".into()), Some("err".into()))
    );
}

#[test]
fn a_trace_has_a_row_for_each_slot_in_which_jobs_do_not_overlap() {
    let numbers = (1..=20).map(|number| number.to_string());
    let run = Forkful::new().args(["-j2", "--trace", "run.json", "echo {}; exit {}", ":::"]).args(numbers);
    let output = run.status(20).run();
    let trace: Value = serde_json::from_slice(&fs::read(output.dir.join("run.json")).expect("a trace")).expect("json");
    let events = trace["traceEvents"].as_array().expect("events");
    let of_kind = |kind: &'static str| events.iter().filter(move |event| event["ph"] == kind);
    let mut rows: BTreeMap<u64, Vec<(u64, u64)>> = BTreeMap::new();
    for event in of_kind("X") {
        let number = |name: &str| event[name].as_u64().expect("a number");
        rows.entry(number("tid")).or_default().push((number("ts"), number("dur")));
        assert_eq!(event["args"]["cause"], format!("exit status {}", event["args"]["seq"]));
    }
    assert_eq!(rows.values().map(Vec::len).sum::<usize>(), 20);
    assert!(rows.keys().all(|slot| [1, 2].contains(slot)), "{rows:?}");
    for row in rows.values_mut() {
        row.sort_unstable();
        // Starts are on the wall clock and lengths on another, which differ by a few microseconds.
        assert!(row.windows(2).all(|pair| pair[0].0 + pair[0].1 <= pair[1].0 + 1000), "{row:?}");
    }
    assert!(of_kind("C").any(|event| event["args"]["running"].as_f64() > Some(0.0)));
    assert!(of_kind("C").any(|event| event["args"]["bytes"].as_f64() > Some(0.0)));
    assert!(of_kind("M").any(|event| event["args"]["name"] == "slot 1"));
}

#[test]
fn a_log_that_is_none_is_refused() {
    let run = Forkful::new().args(["--report-from", "log", "page.html"]).file("log", "what is this?\n");
    let output = run.status(255).run().complains_of(&["no record of a job", "--joblog"]);
    assert!(!output.dir.join("page.html").exists());
    Forkful::new().args(["--report-from", "log"]).status(255).run().complains_of(&["FILE.html"]);
    let numbers = lines(1..=3);
    let run = Forkful::new().args(["--joblog", "log", "--report", "log.html", "echo"]).stdin(numbers);
    let output = run.status(0).run();
    assert_eq!(fs::read_dir(output.dir).expect("a directory").count(), 2, "no temporary file is left");
}
