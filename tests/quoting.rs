//! Quoting: a value is data wherever `{}` stands in the command, in bash and in dash, and is never run or expanded.

use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::{Forkful, Output, lines};

const SHELLS: [&str; 2] = ["/bin/bash", "/bin/dash"];

/// A place for `{}`, a line with it there, and what that prints before the value and, with a NUL, after it.
///
/// A command substitution cuts newlines off, so a letter follows the value there. (Letting the shell remove it with
/// `${v%x}` would not do: bash 5.2 then prints freed memory for some values that are not UTF-8.)
type Place = (&'static str, &'static str, &'static str, &'static str);

/// Places where every value can stand.
const PLACES: [Place; 16] = [
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
    ("a subshell", r"(printf '%s\0' {})", "", ""),
    ("after a comment", "# it's a comment\nprintf '%s\\0' {}", "", ""),
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

/// Values that would create the file `pwned`, or turn into something else, if anything looked into them.
const HOSTILE: [&[u8]; 40] = [
    b"$(touch pwned)",
    b"`touch pwned`",
    b";touch pwned;",
    b"';touch pwned;'",
    b"\";touch pwned;\"",
    b"'\"'\"';touch pwned;'",
    b"\"'\"';touch pwned;'\"",
    b"'$(touch pwned)'",
    b"\"$(touch pwned)\"",
    b"\\';touch pwned;\\'",
    b"\\\";touch pwned;\\\"",
    b"\\`touch pwned\\`",
    b"\\\\`touch pwned\\\\`",
    b"\\$(touch pwned)",
    b"\\\\$(touch pwned)",
    b"&touch pwned&",
    b"|touch pwned",
    b");touch pwned;(",
    b"};touch pwned;{",
    b"));touch pwned;((",
    b"\ntouch pwned\n",
    b"a\nE\ntouch pwned\n",
    b"E\ntouch pwned\n: <<E\n",
    b"\tE\ntouch pwned\n",
    b"x[$(touch pwned)]",
    b"<(touch pwned)",
    b">pwned",
    b"${v:=`touch pwned`}",
    b"#';touch pwned",
    b"\\",
    b"'",
    b"\"",
    b"a\\\nb",
    b"*",
    b"~",
    b"$HOME $0 $$ $? !! !a",
    b"-n",
    b"\xff\xfe\x80",
    b"{} {.} {#} {= =}",
    b"",
];

/// Runs a line over values, all in one run.
fn run_over(values: &[Vec<u8>], line: &str, shell: &str) -> Output {
    let input: Vec<u8> = values.iter().flat_map(|value| value.iter().copied().chain([0])).collect();
    let run = Forkful::new().args(["-0", "-k", "-j2", line]).env("PARALLEL_SHELL", shell).stdin(input).run();
    assert!(!Path::new(&run.dir).join("pwned").exists(), "{shell} ran a value in this line: {line}");
    run
}

/// What was printed differently from what should have been.
fn wrong(expected: &[Vec<u8>], output: &Output) -> Vec<String> {
    let mut printed: Vec<&[u8]> = output.stdout.split(|&byte| byte == 0).collect();
    printed.pop();
    let missing = (printed.len() != expected.len()).then(|| format!("{} of {} printed", printed.len(), expected.len()));
    let pairs = expected.iter().zip(printed).filter(|(expected, printed)| expected != printed);
    let differences = pairs.map(|(one, other)| format!("{}: {}", one.escape_ascii(), other.escape_ascii()));
    missing.into_iter().chain(differences).collect()
}

/// Checks every place; all complaints at once, so that one look shows which place is weak.
fn check_places(values: &[Vec<u8>]) -> Result<(), String> {
    let mut complaints = Vec::new();
    for ((place, line, before, after), shell) in PLACES.iter().flat_map(|place| SHELLS.map(|shell| (place, shell))) {
        let output = run_over(values, line, shell);
        let around = |value: &Vec<u8>| [before.as_bytes(), value, after.as_bytes()].concat();
        let wrong = wrong(&values.iter().map(around).collect::<Vec<_>>(), &output);
        if !wrong.is_empty() || output.status != 0 {
            let stderr = output.stderr.escape_ascii().to_string();
            complaints.push(format!("{place} in {shell}: {}\n{stderr:.300}\n", wrong.join("\n  ")));
        }
    }
    if complaints.is_empty() { Ok(()) } else { Err(complaints.concat()) }
}

#[test]
fn hostile_values_arrive_as_they_are_in_every_place() {
    check_places(&HOSTILE.map(<[u8]>::to_vec)).unwrap_or_else(|complaints| panic!("{complaints}"));
}

#[test]
fn nothing_is_run_in_the_places_where_quoting_is_hardest() {
    for ((_, line), shell) in TRAPS.iter().flat_map(|trap| SHELLS.map(|shell| (trap, shell))) {
        run_over(&HOSTILE.map(<[u8]>::to_vec), line, shell);
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
    // Half of the bytes have a meaning in a shell. Forty values at a time keep the number of runs small.
    let special = prop::sample::select(b"'\"\\$`(){};&|<>#*?[]!~=- \t\n\r%E".as_slice());
    let value = prop::collection::vec(prop_oneof![special, 1..=255u8], 0..12);
    let values = prop::collection::vec(value, 40);
    let config = Config { cases: 3, max_shrink_iters: 20, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&values, |values| check_places(&values).map_err(TestCaseError::fail))
        .unwrap_or_else(|error| panic!("{error}"));
}
