//! csh, fish and rc, whose quotes are their own.

use super::{Place, check_places, check_words, hostile, installed, random_values, run_over};
use crate::support::Forkful;

const CSH: &str = "/bin/tcsh";
const FISH: &str = "/usr/bin/fish";
const RC: &str = "/usr/bin/rc";

/// Places where every value can stand; rc has no double quotes.
const IN_CSH: [Place; 9] = [
    ("bare", r"printf '%s\0' {}; true", "", ""),
    ("a variable", r"set v = {}; printf '%s\0' $v:q", "", ""),
    ("a quoted variable", r"set v = 'a {}'; printf '%s\0' $v:q", "a ", ""),
    ("a subshell in a pipe", r"(printf '%s\0' {}) | cat", "", ""),
    ("after a variable", r"set x = abc; printf '%s\0' ${x}{}", "abc", ""),
    ("after a variable in double quotes", r#"set x = abc; printf '%s\0' "$x-{}""#, "abc-", ""),
    ("before a redirection", r"printf '%s\0' {}>/dev/stdout", "", ""),
    ("a condition", r"if ({} == {}) printf '%s\0' {}", "", ""),
    ("a list", r"set v = (a {} b); printf '%s\0' $v[2]:q", "", ""),
];
const IN_FISH: [Place; 8] = [
    ("bare", r"printf '%s\0' {}; true", "", ""),
    ("a variable", r"set v {}; printf '%s\0' $v", "", ""),
    ("a block in a pipe", r"begin; printf '%s\0' {}; end | cat", "", ""),
    ("a command substitution", r"printf '%s\0' (printf '%sx' {} | string collect -N)", "", "x"),
    ("after a variable", r"set x abc; printf '%s\0' {$x}{}", "abc", ""),
    ("after a variable in double quotes", r#"set x abc; printf '%s\0' "$x-{}""#, "abc-", ""),
    ("before a redirection", r"printf '%s\0' {}>/dev/stdout", "", ""),
    ("braces", r"printf '%s%s\0' x{,-{}}", "xx-", ""),
];
const IN_RC: [Place; 8] = [
    ("bare", r"printf '%s\0' {}; true", "", ""),
    ("a variable", r"v={}; printf '%s\0' $v", "", ""),
    ("a list", r"v=(a {} b); printf '%s\0' $v(2)", "", ""),
    ("a subshell in a pipe", r"@ {printf '%s\0' {}} | cat", "", ""),
    ("a command substitution", r"printf '%s\0' ``(){printf '%sx' {}}", "", "x"),
    ("after a variable", r"x=abc; printf '%s\0' $x^{}", "abc", ""),
    ("before a redirection", r"printf '%s\0' {}>/dev/stdout", "", ""),
    ("a function", r"fn f {printf '%s\0' $1}; f {}", "", ""),
];

/// Words that are repeated for each value, so that one shell reads hundreds of them; rc takes the first half.
const WORDS: [Place; 8] = [
    ("bare", "{}", "", ""),
    ("single quotes", "'{}'", "", ""),
    ("between single quotes", "'a'{}'b'", "a", "b"),
    ("in the middle of single quotes", "x'-{}-'y", "x-", "-y"),
    ("double quotes", "\"{}\"", "", ""),
    ("between double quotes", "\"a\"{}\"b\"", "a", "b"),
    ("in the middle of double quotes", "x\"-{}-\"y", "x-", "-y"),
    ("single quotes in double quotes", "\"'{}'\"", "'", "'"),
];

/// Places where not every value can be printed, but none may be run.
const TRAPS: [(&str, &[&str]); 3] = [
    (
        CSH,
        &[
            "echo `echo {}` \"`echo {}`\"",
            "echo x # {}",
            "cat << E\n{}\nE",
            r#"echo \{} "\{}" '\{}'"#,
            "echo $path[{}] \"$path[{}]\"",
            "echo $?{} $#{} ${{}}",
            "echo $path:{} $path:s/a/{}/",
            "@ x = {}; echo $x",
            "if ({}) echo x",
            "if ({} == 1 || { true }) echo x",
            "echo {} '!#'",
            "echo {} !# \"!#\"",
            "echo a{b,{}} ~{} $x{}",
        ],
    ),
    (
        FISH,
        &[
            r#"echo "$(echo {})" "$(echo '{}')""#,
            r#"echo \{} "\{}" '\{}'"#,
            r"echo \x{} \u{} \c{} \0{}1",
            "echo x # {}",
            "echo $PATH[{}] \"$PATH[{}]\" $PATH{} \"$PATH{}\"",
            "echo (echo {}) {a,{}} ~{} `{}` %{}",
            "math {}; test {}; string match -r {} x",
        ],
    ),
    (
        RC,
        &[
            "echo `{echo {}} `{echo '{}'}",
            r"echo \{}",
            "echo x # {}",
            "cat <<E\n{}\nE",
            "cat <<'E'\n{}\nE",
            "cat <<< {}",
            "echo $path({}) $path^{} $#{} $\"{}",
            "echo $'{}'",
            "if (~ x {}) echo y; switch (x) {case {}; echo y}",
            "echo \"{}\" ~{} {}{}",
        ],
    ),
];

/// rc cannot read the byte 255.
fn readable(values: &[Vec<u8>]) -> Vec<Vec<u8>> {
    values.iter().filter(|value| !value.contains(&255)).cloned().collect()
}

#[test]
fn hostile_values_arrive_as_they_are_in_every_place() {
    let values = readable(&hostile());
    let all = [(CSH, &IN_CSH[..]), (FISH, &IN_FISH), (RC, &IN_RC)]
        .map(|(shell, places)| check_places(&values, places, &[shell]));
    let complaints: Vec<String> = all.into_iter().filter_map(Result::err).collect();
    assert!(complaints.is_empty(), "{}", complaints.concat());
}

#[test]
fn nothing_is_run_in_the_places_where_quoting_is_hardest() {
    for (shell, traps) in TRAPS {
        for (shell, line) in installed(&[shell]).flat_map(|shell| traps.iter().map(move |line| (shell, line))) {
            run_over(&hostile(), line, shell);
        }
    }
}

#[test]
fn random_bytes_arrive_as_they_are_in_repeated_words() {
    random_values(300, |values| {
        check_words(values, &WORDS, &[CSH, FISH])?;
        check_words(&readable(values), &WORDS[..4], &[RC])
    });
}

#[test]
fn quoted_values_side_by_side_stay_apart() {
    for shell in installed(&[CSH, FISH, RC]) {
        let run = Forkful::new().args(["echo {1}{2}'c d'{1}", ":::", "a b", ":::", "'"]).env("PARALLEL_SHELL", shell);
        run.stdout("a b'c da b\n").stderr("").status(0).run();
    }
}

#[test]
fn rc_is_not_given_a_byte_that_it_cannot_read() {
    for shell in installed(&[RC]) {
        let run = Forkful::new().args(["-k", "echo"]).stdin(b"a\n\xff\nb\n").env("PARALLEL_SHELL", shell);
        run.stdout("a\nb\n").status(1).run().complains_of(&["job 2"]);
    }
}

#[test]
fn shellquote_prints_what_the_shell_reads_back() {
    let value = "a'b!c \"$d\" `e` \\f";
    for shell in installed(&[CSH, FISH, RC]) {
        let quoted = Forkful::new().args(["--shellquote", ":::", value]).env("PARALLEL_SHELL", shell).status(0).run();
        let line = [b"printf %s ", quoted.stdout.as_slice()].concat();
        Forkful::new().program(shell).arg("-c").arg(line).stdout(value).status(0).run();
    }
}
