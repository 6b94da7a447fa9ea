//! Whether a command line needs a shell, and its words if it does not.
//!
//! A shell costs more than most of what it starts. A line of plain words and quotes means the same to every shell of
//! the Bourne family, so its words can be executed as they are; at the least doubt the answer is that a shell is
//! needed.

use super::shell::Shell;

/// The words of a line that holds nothing a shell would interpret but quotes; `None` if a shell is needed.
pub(super) fn plain_words(line: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut words = Vec::new();
    let mut word: Option<Vec<u8>> = None;
    let mut rest = line.iter().copied();
    while let Some(byte) = rest.next() {
        match byte {
            b' ' | b'\t' => words.extend(word.take()),
            b'\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next()? {
                        b'\'' => break,
                        byte => word.push(byte),
                    }
                }
            }
            b'"' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next()? {
                        b'"' => break,
                        b'$' | b'`' => return None,
                        b'\\' => match rest.next()? {
                            b'\n' => return None,
                            byte @ (b'$' | b'`' | b'"' | b'\\') => word.push(byte),
                            byte => word.extend([b'\\', byte]),
                        },
                        byte => word.push(byte),
                    }
                }
            }
            b'\\' => match rest.next()? {
                b'\n' => return None,
                byte => word.get_or_insert_default().push(byte),
            },
            byte if byte.is_ascii_alphanumeric() || b"_-+/.,:@%^]".contains(&byte) || !byte.is_ascii() => {
                word.get_or_insert_default().push(byte);
            }
            b'=' if word.is_some() => word.get_or_insert_default().push(byte),
            _ => return None,
        }
    }
    words.extend(word);
    Some(words)
}

/// Whether these words, with this first one, are for the shell itself: keywords, builtins, assignments, functions.
pub(super) fn is_for_shell(words: &[Vec<u8>], shell: &Shell) -> bool {
    let [name, arguments @ ..] = words else { return true };
    if name.contains(&b'=') || shell.reads_startup_file || shell.has_function(name) {
        return true;
    }
    match name.as_slice() {
        // The programs of these names do the same as the builtins, but for options and backslashes.
        b"echo" => arguments.iter().any(|word| word.starts_with(b"-") || word.contains(&b'\\')),
        b"true" | b"false" => !arguments.is_empty(),
        name => SHELL_WORDS.split(' ').any(|word| word.as_bytes() == name),
    }
}

/// Keywords and builtins of bash, dash, ksh and zsh for which a program, if there is one, is no substitute.
const SHELL_WORDS: &str = "! . : [ [[ ]] alias autoload bg bind bindkey break builtin bye caller case cd chdir command compgen complete \
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
        Some(words.into_iter().map(|word| String::from_utf8(word).expect("utf-8")).collect())
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
        let shell = Shell::for_tests();
        let is_for_shell = |line: &str| is_for_shell(&plain_words(line.as_bytes()).expect("plain"), &shell);
        assert!(
            ["cd /", "exit 3", "A=1 b", "echo -n a", "true --help", "printf x", "wait"]
                .iter()
                .all(|it| is_for_shell(it))
        );
        assert!(["echo a", "echo", "true", "gzip -k a", "./cd"].iter().all(|it| !is_for_shell(it)));
    }
}
