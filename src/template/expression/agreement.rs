//! Whether what is evaluated here comes to what perl makes of it.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::tests::{FACTS, has_perl};
use super::*;

/// One a line, without regard to which of them are understood here.
const EXPRESSIONS: &str = include_str!("agreement.txt");

const VALUES: &[&str] = &[
    "",
    "0",
    "a",
    "abc",
    "aAbB",
    "12",
    "-7",
    "007",
    "3.14",
    "0.0",
    " 42 ",
    "1e3",
    "12abc",
    "dir.d/sub/file.tar.gz",
    "/abs/path/",
    "no_ext",
    "two words",
    "it's \"q\" $x @y `z` \\",
    "line\n",
    "one\ntwo\n",
    "\n",
    "a-b-c",
    "Zz9",
    "caf\u{e9}",
    "x=1;y=2",
    "2024-01-31",
    "0x1F",
    "a  b\tc",
];

/// What the expression comes to here; `None` where perl would be asked.
fn ours(program: &ast::Program, value: &[u8]) -> Option<(Evaluated, Option<bool>)> {
    match evaluate::evaluate(program, value, &FACTS) {
        Ok((evaluated, last)) => Some((evaluated, last.map(|last| last.is_true()))),
        Err(_) => None,
    }
}

/// Why the two differ, if they do.
fn difference(text: &str, program: &ast::Program, value: &[u8]) -> Option<String> {
    let (here, last) = ours(program, value)?;
    let shown = String::from_utf8_lossy(value);
    match perl::evaluate(text.as_bytes(), value, &FACTS) {
        Ok((there, is_true)) if here == there && last.is_none_or(|last| last == is_true) => None,
        other => {
            let value = String::from_utf8_lossy(&here.value);
            Some(format!("{text}\n  of {shown:?}: {value:?} {last:?} {here:?}, perl: {other:?}"))
        }
    }
}

#[test]
fn perl_agrees() {
    if !has_perl() {
        return;
    }
    let (mut understood, mut evaluated, mut differences) = (0, 0, Vec::new());
    for text in EXPRESSIONS.lines().filter(|line| !line.is_empty()) {
        let Ok(program) = parser::parse(text.as_bytes()) else { continue };
        understood += 1;
        for value in VALUES {
            evaluated += usize::from(ours(&program, value.as_bytes()).is_some());
            differences.extend(difference(text, &program, value.as_bytes()));
        }
    }
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
    assert!(understood >= 250, "only {understood} expressions were understood");
    assert!(evaluated * 10 >= understood * VALUES.len() * 9, "only {evaluated} evaluations were done here");
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    let any = prop::collection::vec(any::<u8>(), 0..12);
    let words = prop::collection::vec(prop::sample::select(b"aAbz019 ./-_\n\\$".to_vec()), 0..12);
    let numbers = (-1_000_000_i64..1_000_000, 0_u32..4).prop_map(|(number, decimals)| {
        let scaled = number.to_string();
        if decimals == 0 { scaled.into_bytes() } else { format!("{scaled}.{decimals}").into_bytes() }
    });
    prop_oneof![any, words, numbers]
}

/// Text that is almost one of the expressions above: a few bytes of it have become a few of another.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let lines: Vec<&str> = EXPRESSIONS.lines().filter(|line| !line.is_empty()).collect();
    let line = prop::sample::select(lines);
    let stretch = || (any::<prop::sample::Index>(), 0_usize..8);
    (line.clone(), stretch(), line, stretch()).prop_map(|(line, (at, length), other, (from, count))| {
        let at = at.index(line.len());
        let from = from.index(other.len());
        let new = &other.as_bytes()[from..other.len().min(from + count)];
        [&line.as_bytes()[..at], new, &line.as_bytes()[line.len().min(at + length)..]].concat()
    })
}

/// Whether perl may be asked about text that nobody has read: it might run a program or never end.
fn is_harmless(text: &[u8]) -> bool {
    let has = |part: &[u8]| memchr::memmem::find(text, part).is_some();
    ![b"`".as_slice(), b"while", b"for", b"exec", b"system", b"do", b"@y", b"x="].iter().any(|part| has(part))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn perl_agrees_about_any_value(value in value(), line in any::<prop::sample::Index>()) {
        let lines: Vec<&str> = EXPRESSIONS.lines().filter(|line| !line.is_empty()).collect();
        let text = lines[line.index(lines.len())];
        if let (true, Ok(program)) = (has_perl(), parser::parse(text.as_bytes())) {
            let difference = difference(text, &program, &value);
            prop_assert!(difference.is_none(), "{}", difference.unwrap_or_default());
        }
    }

    #[test]
    fn parsing_never_panics(text in prop::collection::vec(any::<u8>(), 0..60)) {
        if let Ok(program) = parser::parse(&text) {
            let _ = evaluate::evaluate(&program, b"a", &FACTS);
        }
    }

}

proptest! {
    // The same ones each time: there is always one more corner of perl, and whoever finds it should be looking for it.
    #![proptest_config(ProptestConfig {
        cases: 2000,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// What is understood here is perl, and means the same.
    #[test]
    fn perl_agrees_about_any_expression(text in mutated(), value in value()) {
        let Ok(program) = parser::parse(&text) else { return Ok(()) };
        let Ok(text) = String::from_utf8(text) else { return Ok(()) };
        if has_perl() && is_harmless(text.as_bytes()) {
            let difference = difference(&text, &program, &value);
            prop_assert!(difference.is_none(), "{}", difference.unwrap_or_default());
        }
    }
}
