//! What clap cannot read: options with an attached optional value, and `:::` with its relatives.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use clap::Command;

/// Short options whose value, if they have one, is attached, and the long options they stand for.
const ATTACHED: [(u8, &str); 2] = [(b'i', "--replace"), (b'e', "--eof")];

/// Rewrites `-iSTR` and `-eSTR` as `--replace=STR` and `--eof=STR`, wherever they stand in a bundle of options.
pub(super) fn spell_out(arguments: Vec<OsString>, definition: &Command) -> Vec<OsString> {
    let mut result = Vec::with_capacity(arguments.len());
    let mut arguments = arguments.into_iter();
    result.extend(arguments.next());
    while let Some(argument) = arguments.next() {
        let bytes = argument.as_bytes();
        let next_is_value = match bytes {
            b"--" | b"-" => break_off(&mut result, argument, &mut arguments),
            [b'-', b'-', long @ ..] => {
                let attached = long.contains(&b'=');
                let found = super::find_long(definition, OsStr::from_bytes(long));
                result.push(argument.clone());
                !attached && found.is_some_and(super::takes_value)
            }
            [b'-', letters @ ..] => {
                let (words, next_is_value) = spell_out_bundle(letters, definition);
                result.extend(words);
                next_is_value
            }
            _ => break_off(&mut result, argument, &mut arguments),
        };
        if next_is_value {
            result.extend(arguments.next());
        }
    }
    result
}

/// The options are over: the rest is passed on as it is.
fn break_off(result: &mut Vec<OsString>, argument: OsString, rest: &mut impl Iterator<Item = OsString>) -> bool {
    result.push(argument);
    result.extend(rest);
    false
}

/// The words for a bundle of short options, and whether the next argument is the value of the last.
fn spell_out_bundle(letters: &[u8], definition: &Command) -> (Vec<OsString>, bool) {
    let word = |letters: &[u8]| (!letters.is_empty()).then(|| OsString::from_vec([b"-", letters].concat()));
    for (index, letter) in letters.iter().enumerate() {
        let (before, value) = (&letters[..index], &letters[index + 1..]);
        if let Some((_, long)) = ATTACHED.iter().find(|(attached, _)| attached == letter) {
            let equals: &[u8] = if value.is_empty() { b"" } else { b"=" };
            let option = OsString::from_vec([long.as_bytes(), equals, value].concat());
            return (word(before).into_iter().chain([option]).collect(), false);
        }
        let short = char::from(*letter);
        let is_this = |arg: &&clap::Arg| arg.get_short_and_visible_aliases().is_some_and(|all| all.contains(&short));
        if definition.get_arguments().find(is_this).is_some_and(super::takes_value) {
            return (word(letters).into_iter().collect(), value.is_empty());
        }
    }
    (word(letters).into_iter().collect(), false)
}

/// The words that begin an input source.
pub(super) struct Separators<'a> {
    arguments: &'a [u8],
    files: &'a [u8],
}

/// What kind of source begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Separator {
    pub(super) files: bool,
    pub(super) linked: bool,
}

impl<'a> Separators<'a> {
    pub(super) fn new(arguments: &'a OsStr, files: &'a OsStr) -> Self {
        Self { arguments: arguments.as_bytes(), files: files.as_bytes() }
    }

    pub(super) fn read(&self, word: &OsStr) -> Option<Separator> {
        let word = word.as_bytes();
        let linked = word.ends_with(b"+");
        let word = word.strip_suffix(b"+").unwrap_or(word);
        let is = |separator: &[u8]| word == separator;
        (is(self.arguments) || is(self.files)).then(|| Separator { files: is(self.files), linked })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled_out(line: &str) -> String {
        let arguments = line.split(' ').map(OsString::from).collect();
        let result = spell_out(arguments, &crate::cli::Cli::definition());
        result.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn attached_values_become_long_options() {
        let cases = [
            ("forkful -i@ echo -i@", "forkful --replace=@ echo -i@"),
            ("forkful -ki echo", "forkful -k --replace echo"),
            ("forkful -j -i x", "forkful -j -i x"),
            ("forkful --jobs -i -eEND x", "forkful --jobs -i --eof=END x"),
            ("forkful -j4 -kj1 -- -i", "forkful -j4 -kj1 -- -i"),
            ("forkful --tagst -i x", "forkful --tagst -i x"),
        ];
        for (line, expected) in cases {
            assert_eq!(spelled_out(line), expected);
        }
    }

    #[test]
    fn separators_may_be_renamed_and_linked() {
        let separators = Separators::new(OsStr::new(",,"), OsStr::new("::::"));
        let read = |word: &str| separators.read(OsStr::new(word)).map(|it| (it.files, it.linked));
        assert_eq!(
            [",,", ",,+", "::::", ":::"].map(read),
            [Some((false, false)), Some((false, true)), Some((true, false)), None]
        );
    }
}
