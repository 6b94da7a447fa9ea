//! Configuring: how options may be spelled, where default options come from, and what is told instead of run.

use std::fs;
use std::os::unix::fs::symlink;

use crate::support::{Forkful, program_under_test};

const GNU_FILE: &str = "../home/.parallel/config";
const OWN_FILE: &str = "../home/.config/forkful/config";

/// Runs a job that shows which `--tagstring` holds.
fn shows_tag(run: Forkful, options: &[&str], expected: impl AsRef<[u8]>) {
    let expected = [expected.as_ref(), b"\ta\n"].concat();
    run.args(options).args(["echo", ":::", "a"]).stdout(expected).stderr("").status(0).run();
}

/// Runs with a job that must not be run, and gives what was said instead.
fn refuses(run: Forkful, options: &[&str], words: &[&str]) {
    let output = run.args(options).args(["touch", "{}", ":::", "ran"]).stdout("").status(255).run();
    assert!(!output.dir.join("ran").exists(), "the jobs did run");
    output.complains_of(words);
}

#[test]
fn options_are_spelled_as_getopt_has_it() {
    for options in ["--keep-order", "--keeporder", "--keep", "--KEEP-ORDER", "-kj2", "-kP2", "--k --j 2"] {
        let job = "[ {} = 1 ] && until [ -e 2 ]; do sleep 0.01; done; touch {}; echo {}";
        let run = Forkful::new().arg("-j2").args(options.split(' ')).args([job, ":::", "1", "2"]);
        run.stdout("1\n2\n").stderr("").status(0).run();
    }
    Forkful::new().args(["-i", "--", "echo", "{}", "x"]).stdin("a\n").stdout("a x\n").status(0).run();
    Forkful::new().args(["-k", "--", "echo", "-k", ":::", "a"]).stdout("-k a\n").status(0).run();
}

#[test]
fn an_abbreviation_must_mean_one_option() {
    refuses(Forkful::new(), &["--max", "1"], &["--max is the beginning of", "--max-args", "--max-procs"]);
}

#[test]
fn the_command_line_wins_over_variables_and_these_over_files() {
    let steps: [(&[&str], &[&str], &str); 5] = [
        (&["gnu file"], &[], "gnu file"),
        (&["gnu file", "own file"], &[], "own file"),
        (&["gnu file", "own file", "gnu variable"], &[], "gnu variable"),
        (&["gnu file", "own file", "gnu variable", "own variable"], &[], "own variable"),
        (&["gnu file", "own file", "gnu variable", "own variable"], &["--tagstring", "line"], "line"),
    ];
    for (places, options, expected) in steps {
        let set = |run: Forkful, place: &&str| {
            let option = format!("-k --tagstring '{place}'");
            match *place {
                "gnu file" => run.file(GNU_FILE, option),
                "own file" => run.file(OWN_FILE, option),
                "gnu variable" => run.env("PARALLEL", option),
                _ => run.env("FORKFUL", option),
            }
        };
        shows_tag(places.iter().fold(Forkful::new(), set), options, expected);
    }
}

#[test]
fn a_switch_that_is_on_by_default_can_be_taken_back() {
    // Each pair: the default, what takes it back, and the output that only the latter gives.
    let cases = [
        ("-v", "--silent", "a,b"),
        ("--tagstring x", "--tagstring=", "a,b"),
        ("-0", "-d,", "a\nb\n\n"),
        ("-d,", "-d\\n", "a,b"),
        ("-n2", "-N1", "a,b"),
    ];
    for (default, option, expected) in cases {
        let run = Forkful::new().env("PARALLEL", default).args(["-k", option, "echo"]).stdin("a,b\n");
        run.stdout(if expected.ends_with('\n') { expected.into() } else { format!("{expected}\n") }).status(0).run();
    }
    for (default, option) in [("-k", "--no-k"), ("-u", "--group"), ("--lb", "--group")] {
        // Job 2 ends while job 1, which has written a line, waits for it.
        let first = "echo early; touch go; until grep -q ^2 log; do sleep 0.01; done";
        let second = "until [ -e go ]; do sleep 0.01; done";
        let job = format!("if [ {{}} = 1 ]; then {first}; else {second}; fi; echo {{}}");
        let run =
            Forkful::new().env("PARALLEL", default).args([option, "-j2", "--joblog", "log", &job, ":::", "1", "2"]);
        run.stdout("2\nearly\n1\n").stderr("").status(0).run();
    }
}

#[test]
fn a_file_holds_comments_and_quoted_words_and_bytes() {
    let lines = b"# my defaults\n\n   -k  # in order\n--tagstring \"a b\\\"\xff\"'c d'\\ e\n";
    shows_tag(Forkful::new().file(GNU_FILE, lines), &[], b"a b\"\xffc d e");
}

#[test]
fn profiles_are_read_instead_of_the_files() {
    let run = || {
        let run = Forkful::new().file(GNU_FILE, "--dry-run").file(OWN_FILE, "--dry-run");
        let run = run.file("../home/.parallel/one", "--tagstring one").file("../home/.parallel/two", "--tagstring two");
        run.file("here", "--tagstring here").file("../home/.parallel/sub/here", "--tagstring sub")
    };
    shows_tag(run(), &["-J", "one"], "one");
    shows_tag(run(), &["-Jone", "--prof", "two"], "two");
    shows_tag(run(), &["--profile=./here"], "here");
    shows_tag(run(), &["-J", "sub/here"], "sub");
    shows_tag(run().env("PARALLEL", "--tagstring variable"), &["-J", "one"], "variable");
    refuses(run(), &["-J", "none"], &["/home/.parallel/none", "No such file", "--profile"]);
}

#[test]
fn the_folders_can_be_moved() {
    let run = Forkful::shell("PARALLEL_HOME=$PWD/ph forkful echo ::: a").file("ph/config", "--tagstring moved");
    run.stdout("moved\ta\n").status(0).run();
    let run = Forkful::shell("XDG_CONFIG_HOME=$PWD/xdg forkful echo ::: a");
    run.file("xdg/forkful/config", "--tagstring moved").stdout("moved\ta\n").status(0).run();
}

#[test]
fn plain_reads_none_of_them() {
    let run = Forkful::new().file(GNU_FILE, "--nonsense").file(OWN_FILE, "'").env("PARALLEL", "'").env("FORKFUL", "x");
    run.args(["--plain", "-J", "none", "echo", ":::", "a"]).stdout("a\n").stderr("").status(0).run();
}

#[test]
fn a_mistake_in_the_defaults_is_named_with_its_place() {
    let file = |content: &str| Forkful::new().file(GNU_FILE, content);
    refuses(file("-k\n\n--tagstring \"x\n"), &[], &[".parallel/config, line 3", "quote"]);
    refuses(file("# jobs\n-j banana\n"), &["-k"], &[".parallel/config, line 2", "--jobs banana"]);
    refuses(file("-k echo"), &[], &["line 1", "echo is no option"]);
    refuses(file("-J other"), &[], &["line 1", "--profile=other", "command line"]);
    refuses(Forkful::new().file("../home/.parallel/config/x", ""), &[], &[".parallel/config", "directory", "--plain"]);
    refuses(Forkful::new().env("PARALLEL", "-k '"), &[], &["$PARALLEL", "quote"]);
    refuses(Forkful::new().env("FORKFUL", "--kep-order"), &[], &["$FORKFUL", "--kep-order", "--keep-order"]);
}

#[test]
fn the_name_of_the_program_chooses_the_command_line() {
    let by_name = |name: &str| {
        let run = Forkful::new();
        symlink(program_under_test(), run.dir().join(name)).expect("a link");
        run.program(format!("./{name}"))
    };
    by_name("parallel").args(["echo", ":::", "a"]).stdout("a\n").status(0).run();
    let run = Forkful::new().args(["--like", "parallel", "echo", ":::", "a"]);
    run.stdout("a\n").status(0).run();
    refuses(Forkful::new().arg("--like=make"), &[], &["--like make", "parallel, xargs or sem"]);
    refuses(Forkful::new().args(["-k", "--like", "parallel"]), &[], &["--like", "first"]);
}

/// What a tool prints.
fn told(options: &[&str], status: i32) -> String {
    let output = Forkful::new().args(options).args(["touch", "{}", ":::", "ran"]).stderr("").status(status).run();
    assert!(!output.dir.join("ran").exists(), "the jobs did run");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn the_version_is_compared_with_that_of_gnu_parallel() {
    assert_eq!(told(&["--minversion", "20130101"], 0), "20260422\n");
    assert_eq!(told(&["--min-version=20990101"], 255), "20260422\n");
    refuses(Forkful::new(), &["--minversion", "banana"], &["--minversion banana"]);
}

#[test]
fn facts_of_the_machine_go_by_what_forkful_may_use() {
    let one = |option: &str| {
        let line = format!("taskset -c $(taskset -cp $$ | sed 's/.*: //; s/[-,].*//') forkful {option}");
        Forkful::shell(line).stdout("1\n").status(0).run();
    };
    for option in ["--number-of-threads", "--numberofcores", "--number-of-cpus", "--number-of-sockets"] {
        one(option);
        assert!(told(&[option], 0).trim().parse::<usize>().is_ok_and(|count| count > 0), "{option}");
    }
}

#[test]
fn the_longest_line_that_is_allowed_can_be_run() {
    let longest: usize = told(&["--max-line-length-allowed"], 0).trim().parse().expect("a number");
    let command = |length: usize| format!(": {};", "x".repeat(length - ": ;".len()));
    Forkful::new().stdin(command(longest)).stdout("").status(0).run();
    Forkful::new().stdin(command(longest + 1)).stdout("").status(1).run();
}

#[test]
fn limits_are_shown_and_the_run_goes_on() {
    let run = Forkful::new().args(["--show-limits", "echo", ":::", "a"]).stdout("a\n").status(0).run();
    run.complains_of(&["131071 bytes"]);
}

#[test]
fn what_gnu_parallel_is_told_about_itself_is_accepted() {
    for option in ["--will-cite", "--nn", "--no-notice", "--gnu", "--silent", "--env V", "--env A,_"] {
        Forkful::new().args(option.split(' ')).args(["echo", ":::", "a"]).stdout("a\n").stderr("").status(0).run();
    }
    for option in ["--citation", "--bibtex", "--bug"] {
        assert!(told(&[option], 0).contains("forkful"), "{option}");
    }
    refuses(Forkful::new(), &["--env", "A=1"], &["--env A=1", "without a value"]);
}

#[test]
fn completions_come_for_the_shell_that_is_used() {
    let bash = told(&["--shell-completion", "bash"], 0);
    assert_eq!(bash, told(&["--generate", "bash"], 0));
    let run = Forkful::new().args(["--shell-completion", "auto"]).env("SHELL", "/usr/bin/bash");
    run.stdout(bash).status(0).run();
    let run =
        Forkful::new().args(["--shell-completion", "auto"]).env("SHELL", "/bin/tcsh").stdout("").status(255).run();
    run.complains_of(&["$SHELL", "zsh"]);
}

#[test]
fn names_of_the_environment_are_recorded() {
    let run = Forkful::shell("f() { :; }; export -f f; export V=1; forkful --record-env; cat ~/.parallel/ignored_vars");
    let output = run.stderr("").status(0).run();
    let text = String::from_utf8(output.stdout).expect("text");
    for line in ["V", "HOME", "BASH_FUNC_f%%"] {
        assert!(text.lines().any(|found| found == line), "{line} in {text}");
    }
    let run = Forkful::shell("PARALLEL_HOME=$PWD/a/b forkful --record-env").status(0).run();
    assert!(fs::read_to_string(run.dir.join("a/b/ignored_vars")).expect("the list").contains("HOME\n"));
}
