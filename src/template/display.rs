//! Words as somebody would type them: readable where they can be, and never more than one line.

use std::ops::RangeInclusive;

/// Characters that a shell gives a meaning of their own.
const SPECIAL: &[u8] = b" !\"$&'()*;<=>?[\\^`|";
/// Those that have one only at the start of a word.
const SPECIAL_FIRST: &[u8] = b"#~";
/// Those that keep a word with a `'` out of double quotes; `#` and `~` do so behind its start.
const NOT_IN_DOUBLE_QUOTES: &[u8] = b"!\"$&()*;<=>?[\\^`|{}";

/// C1 control characters, which come as two bytes of UTF-8.
const CONTROLS: RangeInclusive<char> = '\u{80}'..='\u{9f}';

/// Appends a word, quoted where it has to be, as GNU xargs 4.9 shows it.
pub(super) fn write(word: &[u8], line: &mut Vec<u8>) {
    let printable = std::str::from_utf8(word).is_ok_and(|text| !text.chars().any(is_hidden));
    let starts = word.first().is_some_and(|first| SPECIAL_FIRST.contains(first));
    if printable && !starts && !word.is_empty() && !matches!(word, b"{" | b"}") && !has(word, SPECIAL) {
        line.extend_from_slice(word);
    } else if printable && word.contains(&b'\'') && !has(word, NOT_IN_DOUBLE_QUOTES) && !has(&word[1..], SPECIAL_FIRST)
    {
        line.push(b'"');
        line.extend_from_slice(word);
        line.push(b'"');
    } else {
        write_quoted(word, line);
    }
}

fn is_hidden(letter: char) -> bool {
    letter.is_ascii_control() || CONTROLS.contains(&letter)
}

fn has(word: &[u8], bytes: &[u8]) -> bool {
    word.iter().any(|byte| bytes.contains(byte))
}

/// Single quotes, and `$'…'` for what cannot be shown.
fn write_quoted(word: &[u8], line: &mut Vec<u8>) {
    line.push(b'\'');
    let hidden = |letter: Option<char>, is_whole: bool| letter.is_none_or(is_hidden) || !is_whole;
    let (first, last) = (word.utf8_chunks().next(), word.utf8_chunks().last());
    let begins_hidden = first.is_some_and(|it| hidden(it.valid().chars().next(), true));
    let ends_hidden = last.is_some_and(|it| hidden(it.valid().chars().last(), it.invalid().is_empty()));
    // GNU xargs begins such a word with an empty pair of quotes.
    let mut escaping = word.contains(&b'\'') && ends_hidden && !begins_hidden;
    for chunk in word.utf8_chunks() {
        for letter in chunk.valid().chars() {
            let mut buffer = [0; 4];
            let bytes = letter.encode_utf8(&mut buffer).as_bytes();
            if is_hidden(letter) {
                for byte in bytes {
                    write_escaped(*byte, &mut escaping, line);
                }
                continue;
            }
            if letter == '\'' {
                // The quotes end, and the next begin behind it.
                line.extend_from_slice(b"'\\''");
            } else {
                if escaping {
                    line.extend_from_slice(b"''");
                }
                line.extend_from_slice(bytes);
            }
            escaping = false;
        }
        for byte in chunk.invalid() {
            write_escaped(*byte, &mut escaping, line);
        }
    }
    line.push(b'\'');
}

fn write_escaped(byte: u8, escaping: &mut bool, line: &mut Vec<u8>) {
    if !std::mem::replace(escaping, true) {
        line.extend_from_slice(b"'$'");
    }
    // From the bell, 7, to the carriage return, 13, each has a letter.
    match b"abtnvfr".get(usize::from(byte.wrapping_sub(7))) {
        Some(letter) => line.extend([b'\\', *letter]),
        None => line.extend_from_slice(format!("\\{byte:03o}").as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_shown_as_gnu_xargs_shows_them() {
        let cases = [
            ("a", "a"),
            ("a b", "'a b'"),
            ("", "''"),
            ("it's", "\"it's\""),
            ("'", "\"'\""),
            ("it's\"", r#"'it'\''s"'"#),
            ("x\"y", "'x\"y'"),
            ("it's ~", r"'it'\''s ~'"),
            ("it's, é", "\"it's, é\""),
            ("it's\n", r"'''it'\''s'$'\n'"),
            ("'\n", r"''\'''$'\n'"),
            (" \n'\n", r"''' '$'\n'\'''$'\n'"),
            ("\n'x", r"''$'\n'\''x'"),
            ("n\nl", r"'n'$'\n''l'"),
            ("\u{1}", r"''$'\001'"),
            ("é\n", r"'é'$'\n'"),
            ("\u{85}", r"''$'\302\205'"),
            ("a\u{1}\u{7f}b", r"'a'$'\001\177''b'"),
            ("~a", "'~a'"),
            ("a~", "a~"),
            ("a#{a},%]:@+/-n", "a#{a},%]:@+/-n"),
            ("{", "'{'"),
            ("a=b", "'a=b'"),
        ];
        for (word, expected) in cases {
            let mut line = Vec::new();
            write(word.as_bytes(), &mut line);
            assert_eq!(line, expected.as_bytes(), "{word:?}");
        }
        let mut line = Vec::new();
        write(b"\xe9x", &mut line);
        assert_eq!(line, br"''$'\351''x'");
    }
}
