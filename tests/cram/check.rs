//! Comparing what a block printed with what it must print: literal lines, `(re)`, `(glob)`, `(esc)`, `(no-eol)`, `[N]`.

use regex::bytes::Regex;

use super::block::{Block, Command};
use super::diff::diff;
use super::execute::{Tools, execute};

/// `None` when the block passes, else what is different.
pub(crate) fn check(block: &Block, tools: &Tools) -> Option<String> {
    let transcript = execute(block, tools);
    let mut differences = Vec::new();
    for (index, command) in block.commands.iter().enumerate() {
        let place = format!("{}.t:{}", block.file, command.line);
        let Some((output, status)) = transcript.outputs.get(index) else {
            let why = if transcript.timed_out { "timed out" } else { "the shell ended before this command did" };
            differences.push(format!("{place}: {why}\n"));
            break;
        };
        if let Some(difference) = compare(command, &printed_lines(output, status)) {
            let text = String::from_utf8_lossy(&command.text);
            differences.push(format!("{place}: $ {text}\n(- expected, + actual)\n{difference}"));
        }
    }
    (!differences.is_empty()).then(|| differences.concat())
}

/// A command's output in the form of a case file.
fn printed_lines(output: &[u8], status: &str) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = output.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
    match lines.pop() {
        Some(last) if !last.is_empty() => lines.push([&last, &b" (no-eol)"[..]].concat()),
        _ => {}
    }
    if status != "0" {
        lines.push(format!("[{status}]").into_bytes());
    }
    lines
}

fn compare(command: &Command, actual: &[Vec<u8>]) -> Option<String> {
    let pairs = || command.expected.iter().zip(actual);
    if command.expected.len() == actual.len() && pairs().all(|(expected, line)| matches(expected, line)) {
        return None;
    }
    // Lines that match a pattern are shown as the pattern, so that only the others stand out.
    let alike = pairs().map(|(expected, line)| if matches(expected, line) { expected } else { line });
    let actual: Vec<_> = alike.chain(actual.iter().skip(command.expected.len())).map(Vec::as_slice).collect();
    let expected: Vec<_> = command.expected.iter().map(Vec::as_slice).collect();
    diff(&[&expected.join(&b'\n'), &b"\n"[..]].concat(), &[&actual.join(&b'\n'), &b"\n"[..]].concat())
}

/// Whether a printed line is what a line of the case file asks for.
fn matches(expected: &[u8], actual: &[u8]) -> bool {
    if expected == actual {
        return true;
    }
    if let Some(escaped) = expected.strip_suffix(b" (esc)") {
        unescape(escaped) == actual
    } else if let Some(pattern) = expected.strip_suffix(b" (re)") {
        full_match(&String::from_utf8_lossy(pattern), actual)
    } else if let Some(glob) = expected.strip_suffix(b" (glob)") {
        full_match(&glob_to_regex(&String::from_utf8_lossy(glob)), actual)
    } else {
        false
    }
}

/// Whether the pattern matches all of the line, which may be any bytes.
fn full_match(pattern: &str, line: &[u8]) -> bool {
    let regex = Regex::new(&format!("^(?:{pattern})$")).unwrap_or_else(|error| panic!("({pattern}): {error}"));
    regex.is_match(line)
}

/// `*` and `?` as in a shell; a backslash makes them plain.
fn glob_to_regex(glob: &str) -> String {
    let mut regex = "(?s-u)".to_owned();
    let mut characters = glob.chars();
    while let Some(character) = characters.next() {
        match character {
            '*' => regex += ".*",
            '?' => regex += ".",
            '\\' => match characters.next() {
                Some(escaped @ ('*' | '?' | '\\')) => regex += &regex::escape(&escaped.to_string()),
                other => regex.extend(regex::escape("\\").chars().chain(other)),
            },
            plain => regex += &regex::escape(&plain.to_string()),
        }
    }
    regex
}

/// `\t`, `\r`, `\n`, `\\` and `\xHH`.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        let hexadecimal = after.strip_prefix(b"x").and_then(|digits| digits.get(..2));
        let number = hexadecimal.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        let (byte, length) = match (first, after.first(), number) {
            (b'\\', _, Some(number)) => (number, 4),
            (b'\\', Some(b't'), _) => (b'\t', 2),
            (b'\\', Some(b'r'), _) => (b'\r', 2),
            (b'\\', Some(b'n'), _) => (b'\n', 2),
            (b'\\', Some(&other), _) => (other, 2),
            (plain, _, _) => (plain, 1),
        };
        bytes.push(byte);
        rest = &rest[length..];
    }
    bytes
}
