//! Whether a command line needs a shell, and its words if it does not.
//!
//! A shell costs more than most of what it starts. A line of plain words and quotes means the same to every shell of
//! the Bourne family, so its words can be executed as they are; at the least doubt the answer is that a shell is
//! needed.

use super::shell::Shell;
use crate::job::Values;

/// The words of a line that holds nothing a shell would interpret but quotes; `None` if a shell is needed.
pub(super) fn plain_words(line: &[u8]) -> Option<Values> {
    let mut words = Values::new();
    let mut rest = line;
    loop {
        let blanks = rest.iter().take_while(|&&byte| byte == b' ' || byte == b'\t').count();
        rest = &rest[blanks..];
        if rest.is_empty() {
            return Some(words);
        }
        rest = words.push_with(|word| plain_word(rest, word))?;
    }
}

/// Appends the word at the start of `line` to `word`; returns what follows it, or `None` if a shell is needed.
fn plain_word<'a>(line: &'a [u8], word: &mut Vec<u8>) -> Option<&'a [u8]> {
    let mut rest = line;
    loop {
        let plain = rest.iter().take_while(|&&byte| is_plain(byte)).count();
        word.extend_from_slice(&rest[..plain]);
        rest = &rest[plain..];
        match *rest {
            [] | [b' ' | b'\t', ..] => return Some(rest),
            [b'\'', ..] => {
                let length = memchr::memchr(b'\'', &rest[1..])?;
                word.extend_from_slice(&rest[1..=length]);
                rest = &rest[length + 2..];
            }
            [b'"', ..] => rest = double_quoted(&rest[1..], word)?,
            [b'\\', byte, ..] if byte != b'\n' => {
                word.push(byte);
                rest = &rest[2..];
            }
            [b'=', ..] if rest.len() < line.len() => {
                word.push(b'=');
                rest = &rest[1..];
            }
            _ => return None,
        }
    }
}

/// Appends what stands before the closing `"`; returns what follows it.
fn double_quoted<'a>(mut rest: &'a [u8], word: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        let plain = memchr::memchr3(b'"', b'\\', b'$', rest)?;
        word.extend_from_slice(&rest[..plain]);
        if rest[..plain].contains(&b'`') {
            return None;
        }
        rest = match rest[plain..] {
            [b'"', ..] => return Some(&rest[plain + 1..]),
            [b'\\', byte @ (b'$' | b'`' | b'"' | b'\\'), ..] => {
                word.push(byte);
                &rest[plain + 2..]
            }
            [b'\\', byte, ..] if byte != b'\n' => {
                word.extend([b'\\', byte]);
                &rest[plain + 2..]
            }
            _ => return None,
        };
    }
}

/// Bytes that mean themselves in the middle of a word, to every shell of the Bourne family.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-+/.,:@%^]".contains(&byte) || !byte.is_ascii()
}

/// Whether these words, with this first one, are for the shell itself: keywords, builtins, assignments, functions.
pub(super) fn is_for_shell(words: &Values, shell: &Shell) -> bool {
    let mut arguments = words.iter();
    let Some(name) = arguments.next() else { return true };
    if name.contains(&b'=') || shell.takes_every_line || shell.has_function(name) {
        return true;
    }
    match name {
        // The programs of these names do the same as the builtins, but for options and backslashes.
        b"echo" => arguments.any(|word| word.starts_with(b"-") || word.contains(&b'\\')),
        b"true" | b"false" => arguments.len() > 0,
        name => SHELL_WORDS.split(' ').any(|word| word.as_bytes() == name),
    }
}

/// Whether these words are not for the shell, whatever words follow.
pub(super) fn is_always_direct(words: &Values, shell: &Shell) -> bool {
    let depends = |name: &[u8]| [&b"echo"[..], b"true", b"false"].contains(&name);
    words.get(0).is_some_and(|name| !depends(name)) && !is_for_shell(words, shell)
}

/// Keywords and builtins of bash, dash, ksh and zsh for which a program, if there is one, is no substitute.
const SHELL_WORDS: &str = "\
    ! . : [ [[ ]] alias autoload bg bind bindkey break builtin bye caller case cd chdir command compgen complete \
    compopt continue coproc declare dirs disable disown do done elif else emulate enable end esac eval exec exit \
    export fc fg fi float for foreach function functions getln getopts hash hashinfo help hist history if in integer \
    jobs kill let limit local logout mapfile nameref nocorrect noglob popd print printf pushd pushln pwd r read \
    readarray readonly rehash repeat return sched select set setopt shift shopt source stop suspend test then time \
    times trap ttyctl type typeset ulimit umask unalias unfunction unhash unlimit unset unsetopt until wait whence \
    where which while zcompile zformat zle zmodload zparseopts zstyle";

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Option<Vec<String>> {
        let words = plain_words(line.as_bytes())?;
        Some(words.iter().map(|word| String::from_utf8(word.to_vec()).expect("utf-8")).collect())
    }

    #[test]
    fn quotes_are_taken_away() {
        let expected = ["cmd", "a b", "it's", "", "x'y", r#"a\b"c"#].map(String::from).to_vec();
        assert_eq!(words(r#"cmd 'a b' "it's" '' x\'y "a\b\"c""#), Some(expected));
        assert_eq!(words("  a\t b  "), Some(vec!["a".into(), "b".into()]));
        assert_eq!(words("dd if=x of=y"), Some(vec!["dd".into(), "if=x".into(), "of=y".into()]));
    }

    #[test]
    fn whatever_a_shell_would_interpret_needs_one() {
        let lines = [
            "a;b",
            "a|b",
            "a&",
            "a>b",
            "a<b",
            "(a)",
            "a $b",
            "a `b`",
            "a \"$b\"",
            "a \"`b`\"",
            "a*",
            "a?",
            "a[b]",
            "a {b,c}",
            "a ~",
            "a #b",
            "a\nb",
            "a 'b",
            "a \"b",
            "a =b",
            "a\\",
            "a\\\nb",
            "!a",
        ];
        for line in lines {
            assert_eq!(words(line), None, "{line}");
        }
    }

    #[test]
    fn the_shells_own_words_are_for_the_shell() {
        let shell = Shell::plain();
        let is_for_shell = |line: &str| is_for_shell(&plain_words(line.as_bytes()).expect("plain"), &shell);
        assert!(
            ["cd /", "exit 3", "A=1 b", "echo -n a", "true --help", "printf x", "wait"]
                .iter()
                .all(|it| is_for_shell(it))
        );
        assert!(["echo a", "echo", "true", "gzip -k a", "./cd"].iter().all(|it| !is_for_shell(it)));
    }
}
