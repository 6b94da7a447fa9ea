//! How options may be spelled: what was typed becomes the one form that clap has to know.
//!
//! clap does not read options as getopt does: its abbreviations go by spelling and not by option, an optional value
//! may stand apart, and `--` alone ends options. So the words before the first that is no option are read by `getopt`
//! and written anew, by the table that clap holds: `--keeporder`, `--keep` and `--KEEP-ORDER` become `--keep-order`,
//! `-kj2` becomes `-k --jobs=2`. What a value means is left to clap, what stands behind the options to `sources`.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use clap::{Arg, Command};

use super::getopt::{self, Table, Takes};
use super::mistakes;
use super::unbuilt::UNBUILT;
use crate::error::Error;

/// Options of forkful's own are written whole, so that no abbreviation that GNU parallel knows is ambiguous here.
const OWN: &[&str] = &[
    "cpus-per-job",
    "deadline",
    "events",
    "generate",
    "grace",
    "idle-timeout",
    "junit",
    "like",
    "max-spool",
    "mem-buffer",
    "mem-per-job",
    "memory-max",
    "merge",
    "on-leak",
    "report",
    "report-from",
    "resume-by",
    "retry-delay",
    "retry-on",
    "summary",
    "trace",
];

/// A command line, divided.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Spelled {
    /// The options: flags, and values as `--long=value`.
    pub(super) options: Vec<OsString>,
    /// The words from the first that is no option; without the `--` before it.
    pub(super) rest: Vec<OsString>,
}

/// Reads words up to the first that is no option. `definition` must be built.
pub(super) fn spell(words: Vec<OsString>, definition: &Command) -> Result<Spelled, Error> {
    let (options, rest) = getopt::read(words, &Known(definition))?;
    let spelled = options.into_iter().map(|given| match (given.takes, given.value) {
        (Takes::Nothing, _) => given.name.into(),
        (_, None) => canonical(given.option).into(),
        (_, Some(value)) => with_value(&canonical(given.option), &value),
    });
    Ok(Spelled { options: spelled.collect(), rest })
}

/// The options that clap knows.
struct Known<'a>(&'a Command);

impl<'a> Table for Known<'a> {
    type Option = &'a Arg;

    const PROGRAM: &'static str = "forkful";

    fn long(&self, typed: &[u8]) -> Result<&'a Arg, Error> {
        find_long(typed, self.0)
    }

    fn short(&self, letter: char) -> Result<&'a Arg, Error> {
        find_short(letter, self.0)
    }

    fn takes(&self, option: &'a Arg, letter: Option<char>, next: Option<&OsStr>) -> Takes {
        let next = next.map(OsStr::as_bytes);
        match option.get_num_args() {
            Some(count) if !count.takes_values() => Takes::Nothing,
            Some(count) if count.min_values() > 0 => Takes::Value,
            None => Takes::Value,
            // Where an option may go without its value, that is its small letter's business: -i and -I, -e and -E.
            _ if letter.is_some_and(|letter| letter.is_ascii_uppercase()) => Takes::Value,
            // GNU parallel takes a number that comes next for the value here: `-l 2`.
            _ if option.get_id() == "max_lines"
                && next.is_some_and(|word| word.first().is_some_and(u8::is_ascii_digit)) =>
            {
                Takes::Value
            }
            // And any word here that does not look like an option.
            _ if !option.is_require_equals_set() && next.is_some_and(|word| !word.starts_with(b"-")) => Takes::Value,
            _ => Takes::Attached,
        }
    }

    fn name(&self, option: &'a Arg) -> String {
        canonical(option)
    }
}

/// `--long`, or `-s` for an option that has no long name.
fn canonical(option: &Arg) -> String {
    match (option.get_long(), option.get_short()) {
        (Some(long), _) => format!("--{long}"),
        (None, short) => format!("-{}", short.unwrap_or_default()),
    }
}

fn with_value(name: &str, value: &OsStr) -> OsString {
    let equals = if name.starts_with("--") { "=" } else { "" };
    OsString::from_vec([name.as_bytes(), equals.as_bytes(), value.as_bytes()].concat())
}

fn find_short(short: char, definition: &Command) -> Result<&Arg, Error> {
    let goes_by = |option: &&Arg| {
        option.get_short() == Some(short) || option.get_all_short_aliases().is_some_and(|all| all.contains(&short))
    };
    let name = format!("-{short}");
    match definition.get_arguments().find(goes_by) {
        Some(option) => Ok(option),
        None if UNBUILT.iter().any(|all| all.contains(&name.as_str())) => Err(mistakes::unbuilt(&name)),
        None => Err(mistakes::unknown(&name, definition)),
    }
}

/// The option that `typed` is a spelling of, or else the beginning of a spelling of, if it is one option only.
fn find_long<'a>(typed: &[u8], definition: &'a Command) -> Result<&'a Arg, Error> {
    // getopt finds `-j` under `--j` as well.
    if let [short] = typed
        && let Ok(option) = find_short(char::from(*short), definition)
    {
        return Ok(option);
    }
    let name = || format!("--{}", String::from_utf8_lossy(typed));
    let mut begun: Vec<(&str, Option<&'a Arg>)> = Vec::new();
    for option in definition.get_arguments() {
        let is_whole = |long: &str| fit(typed, long) == Some(Fit::Whole);
        let aliases = option.get_all_aliases().unwrap_or_default();
        if option.get_long().is_some_and(is_whole) || aliases.iter().any(|alias| is_whole(alias)) {
            return Ok(option);
        }
        let spellings = option.get_long().into_iter().chain(aliases).filter(|long| !OWN.contains(long));
        begun.extend(begun_by(typed, spellings).map(|spelling| (spelling, Some(option))));
    }
    for spellings in UNBUILT {
        let longs = || spellings.iter().filter_map(|spelling| spelling.strip_prefix("--"));
        if longs().any(|long| fit(typed, long) == Some(Fit::Whole)) {
            return Err(mistakes::unbuilt(&name()));
        }
        begun.extend(begun_by(typed, longs()).map(|spelling| (spelling, None)));
    }
    match begun[..] {
        [] => Err(mistakes::unknown(&name(), definition)),
        [(_, Some(option))] => Ok(option),
        [(spelling, None)] => Err(mistakes::unbuilt(&format!("--{spelling}"))),
        _ => Err(mistakes::ambiguous(&name(), begun.iter().map(|(spelling, _)| *spelling))),
    }
}

/// The first of an option's spellings that begins with `typed`.
fn begun_by<'a>(typed: &[u8], mut spellings: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    spellings.find(|spelling| !typed.is_empty() && fit(typed, spelling).is_some())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    Begun,
    Whole,
}

/// Whether `typed` is the spelling or its beginning; getopt does not look at case, and every option of GNU parallel
/// can be written without its inner dashes.
fn fit(typed: &[u8], spelling: &str) -> Option<Fit> {
    let begins = |spelling: &mut dyn Iterator<Item = u8>| {
        let is_begun = typed.iter().all(|byte| spelling.next().is_some_and(|next| next.eq_ignore_ascii_case(byte)));
        is_begun.then(|| if spelling.next().is_none() { Fit::Whole } else { Fit::Begun })
    };
    begins(&mut spelling.bytes()).or_else(|| begins(&mut spelling.bytes().filter(|byte| *byte != b'-')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;

    /// The options, a `|` and the rest; or the complaint.
    fn spelled(line: &str) -> String {
        let words = line.split(' ').filter(|word| !word.is_empty()).map(OsString::from).collect();
        match spell(words, &Cli::definition()) {
            Ok(Spelled { options, rest }) => {
                let words = options.into_iter().chain([OsString::from("|")]).chain(rest);
                words.map(|word| word.into_string().expect("text")).collect::<Vec<_>>().join(" ")
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn every_spelling_becomes_the_one_that_clap_knows() {
        let cases = [
            // Whole, an alias, without dashes, in capitals, abbreviated.
            ("--keep-order echo -k", "--keep-order | echo -k"),
            ("--nok x", "--no-keep-order | x"),
            ("--shell_quote --keeporder --KEEP-order x", "--shellquote --keep-order --keep-order | x"),
            ("--dry-r --keep --jobs 2 x", "--dry-run --keep-order --jobs=2 | x"),
            ("--k --j 2 --j=3 x", "--keep-order --jobs=2 --jobs=3 | x"),
            // Several spellings of one option are no ambiguity, and a whole name is not the beginning of another.
            ("--argfile f --maxproc 2 --tag x", "--arg-file=f --jobs=2 --tag | x"),
            // Values: attached, apart, empty, with dashes and equals signs.
            ("--tagstring=a=b --tagstring --x --tagstring= x", "--tagstring=a=b --tagstring=--x --tagstring= | x"),
            ("-a f -a- -d, -d = -j=2 x", "--arg-file=f --arg-file=- --delimiter=, --delimiter== --jobs==2 | x"),
            // Optional values are attached.
            ("--eof echo", "--eof | echo"),
            // But that of --replace may stand apart, as GNU parallel has it.
            ("--replace @ -i @ echo", "--replace=@ --replace=@ | echo"),
            ("--replace -i -- echo", "--replace --replace | echo"),
            ("--replace=@ --eof=E x", "--replace=@ --eof=E | x"),
            ("-i@ -e -eE x", "--replace=@ --eof --eof=E | x"),
            ("-I @ -I@ -E E -EE x", "--replace=@ --replace=@ --eof=E --eof=E | x"),
            // Several letters in a word.
            ("-kj1 -j+0 -P2 -0k -0kqj 3 x", "-k --jobs=1 --jobs=+0 --jobs=2 -0 -k -0 -k -q --jobs=3 | x"),
            ("-ke x", "-k --eof | x"),
            ("-kI@ x", "-k --replace=@ | x"),
            // The end of options.
            ("-k -- -k", "-k | -k"),
            ("-k - -k", "-k | - -k"),
            ("-k ::: -k", "-k | ::: -k"),
            ("", "|"),
        ];
        for (line, expected) in cases {
            assert_eq!(spelled(line), expected, "{line}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let cases = [
            ("--plus=x", "--plus takes no value"),
            ("--joblog", "--joblog needs a value"),
            ("-kj", "-j needs a value"),
            ("-I", "-I needs a value"),
            ("--tags", "--tagstring needs a value"),
            ("--col x", "--col is the beginning of --colsep, --color and --color-failed"),
            ("--max x", "--max is the beginning of --max-args, --max-replace-args"),
            ("--sqlm x", "--sql-master is an option of GNU parallel that forkful does not have yet"),
            ("--SSH-DELAY x", "--SSH-DELAY is an option of GNU parallel"),
            ("-kZ x", "unknown option -Z"),
            ("--gen man", "unknown option --gen; did you mean --generate"),
            ("--=x", "unknown option --;"),
        ];
        for (line, expected) in cases {
            let complaint = spelled(line);
            assert!(complaint.starts_with(expected), "{line}: {complaint}");
        }
    }

    #[test]
    fn values_are_bytes() {
        let words = vec![OsString::from_vec(b"--tagstring=\xff".into()), OsString::from_vec(b"-d\xfe".into())];
        let spelled = spell(words, &Cli::definition()).expect("options");
        let bytes: Vec<_> = spelled.options.iter().map(|word| word.as_bytes()).collect();
        assert_eq!(bytes, [&b"--tagstring=\xff"[..], b"--delimiter=\xfe"]);
    }

    #[test]
    fn no_option_is_both_built_and_not() {
        let definition = Cli::definition();
        for spelling in UNBUILT.iter().copied().flatten() {
            let is_built = match spelling.strip_prefix("--") {
                Some(long) => definition.get_arguments().any(|option| {
                    let aliases = option.get_all_aliases().unwrap_or_default();
                    option
                        .get_long()
                        .into_iter()
                        .chain(aliases)
                        .any(|name| fit(long.as_bytes(), name) == Some(Fit::Whole))
                }),
                None => find_short(spelling.chars().nth(1).expect("a letter"), &definition).is_ok(),
            };
            assert!(!is_built, "{spelling} is built: take it from the table in unbuilt.rs");
        }
    }
}
