//! The Bourne family: every place of a command line that a shell of it has.

use super::{HOSTILE, Place, check_places, check_words, hostile, installed, random_values, run_over};
use crate::support::{Forkful, lines};

const SHELLS: [&str; 5] = ["/bin/bash", "/bin/dash", "/bin/zsh", "/bin/ksh", "/bin/mksh"];

/// Places where every value can stand.
const PLACES: [Place; 20] = [
    ("bare", r"printf '%s\0' {}", "", ""),
    ("bare, with a shell", r"printf '%s\0' {}; true", "", ""),
    ("single quotes", r"printf '%s\0' '{}'", "", ""),
    ("double quotes", r#"printf '%s\0' "{}""#, "", ""),
    ("an assignment", r#"v={}; printf '%s\0' "$v""#, "", ""),
    ("single quotes in the middle of a word", r#"v=x'-{}-'y; printf '%s\0' "$v""#, "x-", "-y"),
    ("double quotes beside single ones", r#"v='it'"-{}"''; printf '%s\0' "$v""#, "it-", ""),
    ("a command substitution", r#"v=$(printf '%sx' {}); printf '%s\0' "$v""#, "", "x"),
    ("quotes in a quoted command substitution", r#"v="$(printf '%sx' "{}")"; printf '%s\0' "$v""#, "", "x"),
    ("single quotes in a quoted command substitution", r#"v="$(printf '%sx' '{}')"; printf '%s\0' "$v""#, "", "x"),
    ("backquotes", r#"v=`printf '%sx' {}`; printf '%s\0' "$v""#, "", "x"),
    ("single quotes in backquotes", r#"v=`printf '%sx' '{}'`; printf '%s\0' "$v""#, "", "x"),
    ("double quotes in backquotes", r#"v=`printf '%sx' "{}"`; printf '%s\0' "$v""#, "", "x"),
    ("backquotes in double quotes", r#"v="`printf '%sx' {}`"; printf '%s\0' "$v""#, "", "x"),
    ("after a variable in double quotes", r#"x=abc; printf '%s\0' "$x-{}""#, "abc-", ""),
    ("after a special variable in double quotes", r#"printf '%s\0' "$#{}""#, "0", ""),
    ("after a special variable", r"printf '%s\0' $#{}", "0", ""),
    ("before a redirection", r"printf '%s\0' {}>/dev/stdout", "", ""),
    ("a subshell", r"(printf '%s\0' {})", "", ""),
    ("after a comment", "# it's a comment\nprintf '%s\\0' {}", "", ""),
];

/// Words that are repeated for each value, so that one shell reads hundreds of them.
const WORDS: [Place; 8] = [
    ("bare", "{}", "", ""),
    ("single quotes", "'{}'", "", ""),
    ("double quotes", "\"{}\"", "", ""),
    ("between single quotes", "'a'{}'b'", "a", "b"),
    ("between double quotes", "\"a\"{}\"b\"", "a", "b"),
    ("in the middle of single quotes", "x'-{}-'y", "x-", "-y"),
    ("in the middle of double quotes", "x\"-{}-\"y", "x-", "-y"),
    ("after a variable in double quotes", "\"$#{}\"", "0", ""),
];

/// Places where not every value can be printed, but none may be run.
const TRAPS: [(&str, &str); 14] = [
    ("a comment", "true # {}"),
    ("a comment in a command substitution", "true $(true # {}\n)"),
    ("a here-document", "cat <<E\n{}\nE"),
    ("a quoted here-document", "cat <<'E'\n{}\nE"),
    ("a here-document with tabs", "cat <<-E\n\t{}\n\tE"),
    ("a here-document in a command substitution", "echo $(cat <<E\n{}\nE\n)"),
    ("after a backslash", r"echo \{}"),
    ("after a backslash in double quotes", r#"echo "\{}""#),
    ("a default in double quotes", r#"echo "${v:-{}}""#),
    ("a quoted default", r#"echo "${v:-'{}'}" ${v:-"{}"}"#),
    ("a pattern", r#"v=x; echo "${v#{}}""#),
    ("an arithmetic expansion", "echo $(({}))"),
    ("dollar quotes", "echo $'{}'"),
    ("dollar double quotes", r#"echo $"{}""#),
];

#[test]
fn hostile_values_arrive_as_they_are_in_every_place() {
    check_places(&hostile(), &PLACES, &SHELLS).unwrap_or_else(|complaints| panic!("{complaints}"));
}

#[test]
fn nothing_is_run_in_the_places_where_quoting_is_hardest() {
    for ((_, line), shell) in TRAPS.iter().flat_map(|trap| SHELLS.map(|shell| (trap, shell))) {
        // ksh93 never ends reading a here-document that is not UTF-8.
        let readable = |value: &&&[u8]| shell != "/bin/ksh" || std::str::from_utf8(value).is_ok();
        run_over(&HOSTILE.iter().filter(readable).map(|value| value.to_vec()).collect::<Vec<_>>(), line, shell);
    }
}

#[test]
fn a_value_does_not_index_the_variable_before_it() {
    // To zsh, "$x[2]" is the second letter, and "$x:h" the folder.
    for shell in installed(&SHELLS) {
        let run =
            Forkful::new().args(["-k", r#"x=/a/b; echo "$x{}""#, ":::", "[2]", ":h"]).env("PARALLEL_SHELL", shell);
        run.stdout("/a/b[2]\n/a/b:h\n").status(0).run();
    }
}

#[test]
fn a_value_is_not_the_number_of_a_descriptor() {
    for shell in installed(&SHELLS) {
        let run = Forkful::new().args(["-k", "echo {}>&1; echo x{}>&1", ":::", "2"]).env("PARALLEL_SHELL", shell);
        run.stdout("2\nx2\n").stderr("").status(0).run();
    }
}

#[test]
fn a_job_that_cannot_be_written_safely_fails_alone() {
    let run =
        Forkful::new().args(["-k", "-0", "--joblog", "log", "echo {#} $(({}))"]).stdin("1\0x[$(touch pwned)]\x003\0");
    let run = run.stdout("1 1\n3 3\n").status(1).run();
    let ends: Vec<_> = run.logged().into_iter().map(|(seq, exit, ..)| format!("{seq} {exit}")).collect();
    assert_eq!(ends, ["1 0", "2 126", "3 0"]);
    run.complains_of(&["job 2"]);
}

#[test]
fn a_here_document_shows_the_value() {
    let values = ["plain", "$HOME `id` $(id)", "it's \"quoted\" \\ and \\$x", "*"];
    for (line, shell) in ["cat <<E\n{}\nE", "cat <<'E'\n{}\nE"].iter().flat_map(|line| SHELLS.map(|s| (line, s))) {
        let run = Forkful::new().args(["-k", line, ":::"]).args(values).env("PARALLEL_SHELL", shell);
        run.stdout(lines(values)).stderr("").status(0).run();
    }
}

#[test]
fn random_bytes_arrive_as_they_are_in_every_place() {
    random_values(40, |values| check_places(values, &PLACES, &SHELLS[..2]));
}

#[test]
fn random_bytes_arrive_as_they_are_in_repeated_words() {
    random_values(300, |values| check_words(values, &WORDS, &SHELLS));
}

#[test]
fn packed_values_stay_on_their_side_of_the_quotes() {
    let values =
        ["a b", ";touch run;", "$(touch run)", "`touch run`", "\";touch run;\"", "';touch run;'", "\n touch run\n"];
    let words = ["\"a {}\" b", "'a {}' b", "\"{} a\"", "x'{} y'z", "\"$(echo {}) x\"", "x{}y \"z {}\"", "a={}\" b\""];
    for shell in installed(&SHELLS) {
        for (word, option) in words.iter().flat_map(|word| ["-X", "-N3", "-L2", "-m"].map(|option| (word, option))) {
            let run = Forkful::new().env("PARALLEL_SHELL", shell).args([option, &format!("echo {word}; :"), ":::"]);
            let output = run.args(values).run();
            assert!(!output.dir.join("run").exists(), "a value was run: {option} {word} under {shell}");
        }
    }
}
