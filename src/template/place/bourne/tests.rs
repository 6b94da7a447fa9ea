//! In which place each value of a command stands.

use super::*;

/// The place of each `@` in the text.
fn places(text: &str) -> Vec<Place> {
    let mut reader = Reader::new();
    let mut parts = text.split('@');
    reader.text(parts.next().unwrap_or_default().as_bytes());
    parts
        .map(|part| {
            let (place, _) = reader.value();
            reader.text(part.as_bytes());
            place
        })
        .collect()
}

#[test]
fn quotes_decide_the_place() {
    use Place::{Bare, DollarQuotes, DoubleQuotes, SingleQuotes};
    assert_eq!(places("@ '@' \"@\" $'@' @"), [Bare, SingleQuotes, DoubleQuotes, DollarQuotes, Bare]);
    assert_eq!(places(r#"a\'@ "\"@" '\'@"#), [Bare, DoubleQuotes, Bare]);
    assert_eq!(places("\"'@'\" '\"@\"'"), [DoubleQuotes, SingleQuotes]);
}

#[test]
fn substitutions_begin_anew() {
    use Place::{Bare, DoubleQuotes, Plain, SingleQuotes};
    assert_eq!(places("\"$(cat @ '@' \"@\") @\" @"), [Bare, SingleQuotes, DoubleQuotes, DoubleQuotes, Bare]);
    assert_eq!(places("\"`cat @` @\" @"), [Bare, DoubleQuotes, Bare]);
    assert_eq!(places("${x:-@} \"${x:-@} @\""), [Bare, Plain, DoubleQuotes]);
    assert_eq!(places("$((1 + (@))) $[@] @"), [Plain, Plain, Bare]);
    assert_eq!(places("(cd @; ((i < @))) > @"), [Bare, Plain, Bare]);
}

#[test]
fn backslash_and_dollar_reach_into_the_value() {
    use Place::{Bare, Name, Plain};
    assert_eq!(places("\\@ \"\\@\" $@ \"$@\" $$@"), [Plain, Plain, Name, Name, Bare]);
}

#[test]
fn a_variable_in_double_quotes_reaches_up_to_the_value() {
    use Place::{AfterVariable, DoubleQuotes};
    let (variable, plain) = (AfterVariable, DoubleQuotes);
    let expected = [&variable, &variable, &plain, &variable, &plain, &plain].map(Clone::clone);
    assert_eq!(places(r#""$#@" $#@"#), [true, false].map(|it| Place::Apart { in_double_quotes: it }));
    assert_eq!(places(r#""$x@@ @" "$1@" "${x}@ \$x @""#), expected);
}

#[test]
fn comments_end_with_their_line() {
    use Place::{Bare, Comment};
    assert_eq!(places("echo @ # @ it's\necho @ a#@"), [Bare, Comment, Bare, Bare]);
}

#[test]
fn here_documents_end_with_their_delimiter() {
    use Place::{Bare, HereDocument, Plain};
    assert_eq!(places("cat <<E >@\n@\nE\ncat @"), [Bare, HereDocument, Bare]);
    let raw = || Place::RawHereDocument(b"E".to_vec());
    assert_eq!(places("cat <<'E' <<-F\n@\nE\n@\n\tF\n@"), [raw(), HereDocument, Bare]);
    assert_eq!(places("cat <<E\n$(cat @)\nE\n"), [Plain]);
    assert_eq!(places("cat <<< @; @"), [Bare, Bare]);
}

#[test]
fn what_is_not_followed_makes_it_unsure() {
    assert_eq!(places("$(case x in a) echo @;; esac)"), [Place::Plain]);
    assert_eq!(places("`echo \\$x @`"), [Place::Plain]);
    assert_eq!(places("case x in @) echo @;; esac; @"), [Place::Bare, Place::Bare, Place::Bare]);
}
