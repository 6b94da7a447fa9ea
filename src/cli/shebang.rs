//! Scripts that begin with `#!/usr/bin/parallel --shebang …` or `--shebang-wrap …`.
//!
//! The kernel passes all that follows the interpreter on the first line as one argument, then the script's name, then
//! the script's arguments. Here this is turned into the command line that does the same, before anything else looks
//! at it. After `env -S`, which divides the line into words, the script is the argument whose first line says so.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use crate::error::Error;
use crate::job::Dialect;
use crate::template::quoted;

/// How much of a first line is looked at. Linux itself takes 255 bytes.
const FIRST_LINE: u64 = 4096;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The lines of the script are the input.
    List,
    /// The script is run for each of its arguments.
    Wrap,
}

/// The command line of a script, or `arguments` themselves if they are none.
pub(super) fn unfold(arguments: Vec<OsString>) -> Result<Vec<OsString>, Error> {
    let first = arguments.get(1).cloned().unwrap_or_default();
    let Some((kind, rest)) = kind(first.as_bytes()) else { return Ok(arguments) };
    let mut arguments = arguments.into_iter();
    let program = arguments.next().unwrap_or_default();
    arguments.next();
    let mut others: Vec<OsString> = arguments.collect();
    let mut words = split(rest)?;
    let script = if words.is_empty() { others.iter().position(is_script) } else { (!others.is_empty()).then_some(0) };
    let script = script.ok_or_else(|| {
        let option = if kind == Kind::List { "--shebang" } else { "--shebang-wrap" };
        Error::Usage(format!(
            "{option} belongs on the first line of a script; begin one with #!/usr/bin/parallel {option} ..."
        ))
    })?;
    let after = others.split_off(script + 1);
    let script = others.pop().unwrap_or_default();
    words.append(&mut others);
    Ok(std::iter::once(program).chain(command_line(kind, words, script, after)).collect())
}

/// The options and the command of a script's first line, its name and its arguments as a command line.
fn command_line(kind: Kind, words: Vec<OsString>, script: OsString, after: Vec<OsString>) -> Vec<OsString> {
    match kind {
        Kind::List => {
            let options = ["--arg-file".into(), script, "--skip-first-line".into()];
            options.into_iter().chain(words).chain(after).collect()
        }
        Kind::Wrap => {
            // A word of the command is shell text, and with -q it is not. Which shell is not known yet; the quotes of
            // most are alike.
            let is_quoted = words.iter().any(|word| word == "-q" || word == "--quote");
            let script =
                if is_quoted { script } else { OsString::from_vec(quoted(script.as_bytes(), Dialect::Bourne)) };
            let names_sources =
                |word: &OsString| [":::", "::::", ":::+", "::::+"].iter().any(|separator| word == separator);
            let values = after.first().is_some_and(|first| !names_sources(first)).then(|| ":::".into());
            words.into_iter().chain([script]).chain(values).chain(after).collect()
        }
    }
}

/// What the first argument asks for, and the rest of it.
fn kind(first: &[u8]) -> Option<(Kind, &[u8])> {
    let options = [("--shebang-wrap", Kind::Wrap), ("--shebang", Kind::List), ("--hashbang", Kind::List)];
    options.into_iter().find_map(|(option, kind)| {
        let rest = first.strip_prefix(option.as_bytes())?;
        rest.first().is_none_or(u8::is_ascii_whitespace).then_some((kind, rest))
    })
}

/// Words as a shell has them, without expansions.
fn split(text: &[u8]) -> Result<Vec<OsString>, Error> {
    let words = shlex::bytes::split(text).ok_or_else(|| {
        Error::Usage("a quote does not end on the first line of the script; Linux takes 255 bytes of it".into())
    })?;
    Ok(words.into_iter().map(OsString::from_vec).collect())
}

/// Whether this is a file whose first line sends it here.
fn is_script(name: &OsString) -> bool {
    let mut line = Vec::new();
    let read = File::open(OsStr::new(name))
        .and_then(|file| BufReader::new(file.take(FIRST_LINE)).read_until(b'\n', &mut line));
    let says = |option: &[u8]| memchr::memmem::find(&line, option).is_some();
    read.is_ok() && line.starts_with(b"#!") && (says(b"--shebang") || says(b"--hashbang"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unfolded(arguments: &[&str]) -> Vec<String> {
        let words = unfold(arguments.iter().map(OsString::from).collect()).expect("a command line");
        words.into_iter().map(|word| word.into_string().expect("text")).collect()
    }

    #[test]
    fn the_first_line_of_a_script_is_a_command_line() {
        let cases: [(&[&str], &[&str]); 6] = [
            (
                &["p", "--shebang -k 'a b' c\\ d", "./s"],
                &["p", "--arg-file", "./s", "--skip-first-line", "-k", "a b", "c d"],
            ),
            (
                &["p", "--hashbang echo", "s", ":::", "x"],
                &["p", "--arg-file", "s", "--skip-first-line", "echo", ":::", "x"],
            ),
            (
                &["p", "--shebang-wrap -j2 sh -e", "./s", "a b", "-x"],
                &["p", "-j2", "sh", "-e", "./s", ":::", "a b", "-x"],
            ),
            (&["p", "--shebang-wrap sh", "./s t"], &["p", "sh", "'./s t'"]),
            (&["p", "--shebang-wrap sh", "s", ":::", "a"], &["p", "sh", "s", ":::", "a"]),
            (&["p", "--shebangs"], &["p", "--shebangs"]),
        ];
        for (arguments, expected) in cases {
            assert_eq!(unfolded(arguments), expected);
        }
    }

    #[test]
    fn without_a_script_there_is_an_error() {
        for first in ["--shebang echo", "--shebang", "--shebang-wrap 'sh"] {
            assert!(unfold(vec!["p".into(), first.into()]).is_err(), "{first}");
        }
    }
}
