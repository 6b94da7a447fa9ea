//! `:::` and its relatives, which are no options: they divide the words after them from the command.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

use crate::input::{Content, SourceSpec};

/// Divides the words of a command line at the separators for arguments (`:::`) and for files (`::::`), and the same
/// with a `+`, which links a source to the one before.
pub(super) fn divide(words: &[OsString], arguments: &OsString, files: &OsString) -> (Vec<OsString>, Vec<SourceSpec>) {
    let separator = |word: &OsString| {
        let linked = word.as_bytes().ends_with(b"+");
        let plain = word.as_bytes().strip_suffix(b"+").unwrap_or(word.as_bytes());
        let names_files = plain == files.as_bytes();
        (names_files || plain == arguments.as_bytes()).then_some((names_files, linked))
    };
    let mut parts = words.chunk_by(|_, next| separator(next).is_none()).peekable();
    let command = parts.next_if(|part| separator(&part[0]).is_none()).unwrap_or_default();
    let sources = parts.flat_map(|part| {
        let (names_files, linked) = separator(&part[0]).unwrap_or_default();
        let values = &part[1..];
        let contents = if names_files {
            values.iter().map(|name| Content::File(name.into())).collect()
        } else {
            vec![Content::Arguments(values.to_vec())]
        };
        contents.into_iter().map(move |content| SourceSpec { content, linked })
    });
    (command.to_vec(), sources.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn divided(line: &str) -> (Vec<OsString>, Vec<SourceSpec>) {
        let words: Vec<OsString> = line.split_ascii_whitespace().map(OsString::from).collect();
        divide(&words, &",,".into(), &"::::".into())
    }

    #[test]
    fn separators_may_be_renamed_and_linked() {
        let (command, sources) = divided("echo ::: ,, a b :::: f g ,,+ c");
        let arguments = |values: &[&str], linked| SourceSpec {
            content: Content::Arguments(values.iter().map(OsString::from).collect()),
            linked,
        };
        let file = |name: &str| SourceSpec { content: Content::File(name.into()), linked: false };
        assert_eq!(command, ["echo", ":::"]);
        assert_eq!(sources, [arguments(&["a", "b"], false), file("f"), file("g"), arguments(&["c"], true)]);
    }

    #[test]
    fn the_command_may_be_missing() {
        assert_eq!(divided(",, a").0, Vec::<OsString>::new());
        assert_eq!(divided("").1, []);
    }
}
