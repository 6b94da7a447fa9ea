//! Templating: what `{}` and its kin become, and how the command line is shown.
//!
//! That no value is ever interpreted has a module of its own, `quoting`.

use crate::support::Forkful;

#[test]
fn replacement_strings_cut_a_path() {
    let strings = "echo {} {.} {/} {//} {/.} {#}";
    let run = Forkful::new().args(["-k", strings, ":::", "d.x/a.tar.gz", "b"]);
    run.stdout("d.x/a.tar.gz d.x/a.tar a.tar.gz d.x a.tar 1\nb b b . b 2\n").stderr("").status(0).run();
}

#[test]
fn positions_choose_a_source_from_either_end() {
    let run = Forkful::new().args(["echo {2}{1} {-1} {2/.} {1/}", ":::", "a/b", ":::", "c/d.e"]);
    run.stdout("c/d.ea/b c/d.e d b\n").status(0).run();
}

#[test]
fn a_replacement_string_is_added_only_where_there_is_none() {
    Forkful::new().args(["echo", "x", ":::", "a"]).stdout("x a\n").status(0).run();
    Forkful::new().args(["echo", "{#}", ":::", "a"]).stdout("1\n").status(0).run();
}

#[test]
fn a_value_that_looks_like_a_replacement_string_stays_as_it_is() {
    Forkful::new().args(["echo {} {.}", ":::", "{/}.{#}"]).stdout("{/}.{#} {/}\n").status(0).run();
}

#[test]
fn without_a_command_every_line_is_one() {
    let run = Forkful::new().args(["-k"]).stdin("echo $((1 + 1))\necho 'a   b' | tr a c\n");
    run.stdout("2\nc   b\n").stderr("").status(0).run();
}

#[test]
fn words_of_the_command_are_a_shell_line_unless_quoted() {
    Forkful::new().args(["echo", "a   b", ";", "echo", ":::", "c"]).stdout("a b\nc\n").status(0).run();
    Forkful::new().args(["-q", "echo", "a   b", ";", ":::", "c"]).stdout("a   b ; c\n").status(0).run();
}

#[test]
fn a_dry_run_prints_lines_that_a_shell_can_run() {
    let values = ["plain", "two words", "it's", "$(touch pwned)", "a\\b", "", "*"];
    let line = "printf '<%s>' {} '{}' \"{}\"; echo";
    let real = Forkful::new().args(["-k", line, ":::"]).args(values).stderr("").status(0).run();
    let printed = Forkful::new().args(["-k", "--dry-run", line, ":::"]).args(values).stderr("").status(0).run();
    assert_ne!(real.stdout, printed.stdout);
    Forkful::new().program("/bin/sh").stdin(printed.stdout).stdout(&real.stdout).status(0).run();
}

#[test]
fn the_command_can_be_shown_before_its_output() {
    Forkful::new().args(["-v", "echo", ":::", "a b"]).stdout("echo 'a b'\na b\n").stderr("").status(0).run();
    Forkful::new().args(["-t", "echo", ":::", "a b"]).stdout("a b\n").stderr("echo 'a b'\n").status(0).run();
}

#[test]
fn a_tag_or_a_place_for_results_without_a_text_fails_its_job() {
    for option in ["--tagstring", "--results"] {
        let name = "{= $_ eq \"b\" ? die \"no name\" : $_ =}";
        let run =
            Forkful::new().args(["-k", option, name, "--joblog", "log", "echo {}; touch ran.{}", ":::", "a", "b", "c"]);
        let output = run.status(1).run().complains_of(&["job 2: ", "no name"]);
        assert!(!output.dir.join("ran.b").exists() && output.dir.join("ran.c").exists(), "{option}");
        let log = output.logged();
        assert_eq!((log[1].1.as_str(), log[1].3.as_str()), ("126", "echo b; touch ran.b"), "{option}");
    }
}
