//! Bad input: an error says what happened and what to do, and what is not to blame still runs.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::Forkful;

#[test]
fn an_unknown_option_is_named_with_the_nearest_one() {
    let run = |option| Forkful::new().args([option, "touch", "{}", ":::", "ran"]).stdout("").status(255).run();
    for (option, nearest) in
        [("--jbs", "--jobs"), ("--keep-ordr", "--keep-order"), ("--jolog", "--joblog"), ("--dry-rum", "--dry-run")]
    {
        let output = run(option);
        assert!(!output.dir.join("ran").exists(), "the jobs did run");
        output.complains_of(&[option, nearest]);
    }
    run("--no-such-thing-at-all").complains_of(&["--no-such-thing-at-all"]);
}

#[test]
fn a_missing_file_of_arguments_is_named() {
    for option in ["-a", "::::"] {
        let before =
            if option == "-a" { vec!["-a", "no-such-file", "echo"] } else { vec!["echo", "::::", "no-such-file"] };
        let run = Forkful::new().args(before).stdout("").status(255).run();
        run.complains_of(&["no-such-file", "No such file or directory"]);
    }
}

#[test]
fn a_directory_is_no_file_of_arguments() {
    let run = Forkful::new().args(["-a", "folder", "echo"]).file("folder/x", "").stdout("").status(255).run();
    run.complains_of(&["folder", "directory"]);
}

#[test]
fn a_file_that_may_not_be_read_is_named() {
    // A link to itself cannot be opened, not even by root.
    let run = Forkful::shell("ln -s loop loop; forkful -a loop echo").stdout("").status(255).run();
    run.complains_of(&["loop"]);
}

#[test]
fn stdin_is_read_only_once() {
    let run = Forkful::new().args(["-a", "-", "touch", "::::", "-"]).stdin("ran\n").stdout("").status(255).run();
    let run = run.complains_of(&["- is given twice"]);
    assert!(!run.dir.join("ran").exists(), "the jobs did run");
}

#[test]
fn a_bad_record_of_csv_is_named() {
    for (text, message) in [("a\nb\"c\n", "a quote within a field"), ("a\n\"b\nc\n", "does not end")] {
        let run = Forkful::new().args(["-k", "--csv", "-a", "table", "echo"]).file("table", text);
        run.stdout("a\n").status(255).run().complains_of(&["table, record 2: ", message]);
    }
}

#[test]
fn what_only_perl_has_in_a_pattern_is_named() {
    let run = Forkful::new().args(["--colsep", "a(?=b)", "echo", ":::", "x"]).stdout("").status(255).run();
    run.complains_of(&["--colsep a(?=b)", "look-around"]);
}

#[test]
fn empty_input_is_no_error() {
    Forkful::new().args(["echo"]).stdout("").stderr("").status(0).run();
    Forkful::new().args(["-a", "/dev/null", "echo"]).stdout("").stderr("").status(0).run();
    Forkful::new().args(["-k", "--bar", "echo"]).stdout("").status(0).run();
}

#[test]
fn a_record_of_a_hundred_megabytes_fails_alone() {
    let mut input = b"small\n".to_vec();
    input.resize(input.len() + 100_000_000, b'x');
    input.extend_from_slice(b"\nalso small\n");
    let run = Forkful::new().args(["-k", "--joblog", "log", "echo"]).stdin(input);
    let run = run.stdout("small\nalso small\n").status(1).run();
    let jobs = run.logged();
    let ends: Vec<_> = jobs.iter().map(|(seq, exit, ..)| format!("{seq} {exit}")).collect();
    assert_eq!(ends, ["1 0", "2 126", "3 0"]);
    assert!(run.stderr.len() < 10_000, "the message must not hold the whole argument: {} bytes", run.stderr.len());
    run.complains_of(&["the kernel takes at most 131071"]);
}

#[test]
fn an_argument_over_128_kib_fails_alone() {
    for command in ["echo", "echo {} | cat"] {
        let long = "y".repeat(131_072);
        let run = Forkful::new().args(["-k", "--joblog", "log", command]);
        let run = run.stdin(format!("a\n{long}\nb\n")).stdout("a\nb\n").status(1).run();
        let ends: Vec<_> = run.logged().iter().map(|(seq, exit, ..)| format!("{seq} {exit}")).collect();
        assert_eq!(ends, ["1 0", "2 126", "3 0"], "{command}");
        assert!(run.stderr.len() < 10_000, "a message of {} bytes", run.stderr.len());
        run.complains_of(&["the kernel takes at most 131071"]);
    }
}

#[test]
fn an_argument_just_under_128_kib_is_passed() {
    let long = "y".repeat(131_071);
    Forkful::new().args(["/bin/echo"]).stdin(format!("{long}\n")).stdout(format!("{long}\n")).status(0).run();
}

#[test]
fn a_nul_in_line_mode_is_said_and_the_others_run() {
    let run = Forkful::new().args(["-k", "echo"]).stdin("a\nb\0c\nd\n").run();
    assert!(run.stdout.starts_with(b"a\n") && run.stdout.ends_with(b"d\n"), "{}", run.stdout.escape_ascii());
    run.complains_of(&["NUL", "-0"]);
}

#[test]
fn a_command_that_is_not_there_or_not_executable_is_in_the_job_log() {
    for options in [&["-k"][..], &["-k", "-q"], &["-u"]] {
        let run = Forkful::new().args(options).args(["--joblog", "log", "{}", "x", ":::", "no-such-program", "./text"]);
        let run = run.file("text", "no program\n").stdout("").status(2).run();
        let ends: Vec<_> = run.logged().iter().map(|(seq, exit, ..)| format!("{seq} {exit}")).collect();
        assert_eq!(ends, ["1 127", "2 126"], "{options:?}");
        run.complains_of(&["no-such-program", "not found", "./text", "not executable"]);
    }
}

#[test]
fn a_command_that_lies_in_the_current_directory_is_hinted_at() {
    let run = Forkful::new().args(["my-script", ":::", "x"]).file("my-script", "#!/bin/sh\n");
    fs::set_permissions(run.dir().join("my-script"), fs::Permissions::from_mode(0o755)).expect("permissions");
    run.status(1).run().complains_of(&["my-script", "not found", "./my-script"]);
}

#[test]
fn a_script_without_its_interpreter_fails_alone() {
    let run = Forkful::new().args(["-k", "--joblog", "log", "{}", ":::", "./script", "true"]);
    let run = run.file("script", "#!/no/such/interpreter\n");
    fs::set_permissions(run.dir().join("script"), fs::Permissions::from_mode(0o755)).expect("permissions");
    let run = run.status(1).run();
    assert_eq!(run.logged()[1].1, "0");
    assert!(["126", "127"].contains(&run.logged()[0].1.as_str()), "{:?}", run.logged());
}

#[test]
fn a_directory_that_is_gone_is_no_hindrance() {
    let run = Forkful::shell("mkdir gone; cd gone; rmdir ../gone; forkful echo ::: a");
    run.stdout("a\n").stderr("").status(0).run();
}
