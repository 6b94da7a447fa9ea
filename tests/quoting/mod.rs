//! Quoting: a value is data wherever `{}` stands in the command, in every shell, and is never run or expanded.

mod bourne;
mod others;

use std::env;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestError, TestRunner};

use crate::support::{Forkful, Output};

/// A place for `{}`, a line with it there, and what that prints before the value and, with a NUL, after it.
///
/// A command substitution cuts newlines off, so a letter follows the value there. (Letting the shell remove it with
/// `${v%x}` would not do: bash 5.2 then prints freed memory for some values that are not UTF-8.)
type Place = (&'static str, &'static str, &'static str, &'static str);

/// Values that would create the file `pwned`, or turn into something else, if anything looked into them.
const HOSTILE: [&[u8]; 60] = [
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
    b"(touch pwned)",
    b"`{touch pwned}",
    b"{ touch pwned }",
    b"'';touch pwned;''",
    b"]`touch pwned`",
    b"\\",
    b"'",
    b"''",
    b"\"",
    b"a'b!c",
    b"!!",
    b"!#",
    b"a\\\nb",
    b"\\!\n\\",
    b"*",
    b"~",
    b"~root",
    b"%self",
    b"^a^b",
    b"{a,b}",
    b"a\tb",
    b"=ls",
    b"[2]",
    b":h",
    b"2",
    b"$HOME $0 $$ $? !! !a",
    b"-n",
    b"if",
    b"\xfe\xee\x80",
    b"{} {.} {#} {= =}",
    b"",
];

fn hostile() -> Vec<Vec<u8>> {
    HOSTILE.map(<[u8]>::to_vec).to_vec()
}

/// The shells of these that are here; of the others it is said that they were not tested.
fn installed<'a>(shells: &'a [&str]) -> impl Iterator<Item = &'a str> {
    shells.iter().copied().filter(|shell| {
        let here = Path::new(shell).exists();
        if !here {
            println!("skipped: {shell} is not installed");
        }
        here
    })
}

/// Runs a line over values, one job for each.
fn run_over(values: &[Vec<u8>], line: &str, shell: &str) -> Output {
    run_with(&["-j2"], values, line, shell)
}

fn run_with(options: &[&str], values: &[Vec<u8>], line: &str, shell: &str) -> Output {
    let input: Vec<u8> = values.iter().flat_map(|value| value.iter().copied().chain([0])).collect();
    let run = Forkful::new().args(["-0", "-k"]).args(options).arg(line).env("PARALLEL_SHELL", shell).stdin(input).run();
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
fn check_places(values: &[Vec<u8>], places: &[Place], shells: &[&str]) -> Result<(), String> {
    check(values, places, shells, |place, shell| run_over(values, place, shell))
}

/// The same with words that are repeated for each value, so that one shell reads all of them.
fn check_words(values: &[Vec<u8>], places: &[Place], shells: &[&str]) -> Result<(), String> {
    let count = values.len().to_string();
    check(values, places, shells, |word, shell| {
        run_with(&["-N", &count], values, &format!("printf '%s\\0' {word}"), shell)
    })
}

fn check(
    values: &[Vec<u8>],
    places: &[Place],
    shells: &[&str],
    run: impl Fn(&str, &str) -> Output,
) -> Result<(), String> {
    let mut complaints = Vec::new();
    for (shell, (place, text, before, after)) in
        installed(shells).flat_map(|shell| places.iter().map(move |it| (shell, it)))
    {
        let output = run(text, shell);
        let around = |value: &Vec<u8>| [before.as_bytes(), value, after.as_bytes()].concat();
        let wrong = wrong(&values.iter().map(around).collect::<Vec<_>>(), &output);
        if !wrong.is_empty() || output.status != 0 {
            let stderr = output.stderr.escape_ascii().to_string();
            complaints.push(format!("{place} in {shell}: {}\n{stderr:.300}\n", wrong.join("\n  ")));
        }
    }
    if complaints.is_empty() { Ok(()) } else { Err(complaints.concat()) }
}

/// Checks lists of random values, of which half of the bytes have a meaning in a shell. `PROPTEST_CASES` says how many.
fn random_values(count: usize, check: impl Fn(&[Vec<u8>]) -> Result<(), String>) {
    let special = prop::sample::select(b"'\"\\$`(){};&|<>#*?[]!~=-^%:,@+ \t\n\r2E".as_slice());
    let value = prop::collection::vec(prop_oneof![special, 1..=255u8], 0..12);
    let cases = env::var("PROPTEST_CASES").map_or(2, |cases| cases.parse().expect("a number"));
    let config = Config { cases, max_shrink_iters: 20, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&prop::collection::vec(value, count), |values| check(&values).map_err(TestCaseError::fail))
        .unwrap_or_else(|error| match error {
            // The complaints show the values that matter.
            TestError::Fail(complaints, _) => panic!("{complaints}"),
            TestError::Abort(reason) => panic!("{reason}"),
        });
}
