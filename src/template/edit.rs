//! What a replacement string makes of a value: parts of a path, and the edits of `--plus`.

use std::borrow::Cow;

use regex::bytes::{NoExpand, Regex};

use super::path;

/// An edit of one value.
#[derive(Clone, Debug)]
pub(super) enum Edit {
    /// `{}`
    Whole,
    /// `{/}`
    Basename,
    /// `{//}`
    Dirname,
    /// `{.}` and, of `--plus`, `{..}` and `{...}`
    WithoutExtensions(usize),
    /// `{/.}` and, of `--plus`, `{/..}` and `{/...}`
    BasenameWithoutExtensions(usize),
    /// `{+/}`
    BeforeLastSlash,
    /// `{+.}`, `{+..}` and `{+...}`
    Extensions(usize),
    /// `{:-STR}`: STR for an empty value
    Default(Vec<u8>),
    /// `{:FROM}` and `{:FROM:LENGTH}`
    Substring { from: usize, length: Option<usize> },
    /// `{/RE/STR}` and `{//RE/STR}`, and `{#RE}`, `{##RE}` and `{%%RE}`
    Replace { pattern: Regex, by: Vec<u8>, all: bool },
    /// `{%RE}`: without the shortest end that matches
    WithoutEnd(Regex),
    /// `{^RE}`, `{^^RE}`, `{,RE}` and `{,,RE}`
    Case { pattern: Regex, upper: bool, all: bool },
}

impl Edit {
    pub(super) fn apply<'a>(&self, value: &'a [u8]) -> Cow<'a, [u8]> {
        match self {
            Self::Basename => path::basename(value).into(),
            Self::Dirname => match value {
                b"" => Cow::Borrowed(b"."),
                value => path::dirname(value).into(),
            },
            Self::WithoutExtensions(count) => path::without_extensions(value, *count).into(),
            Self::BasenameWithoutExtensions(count) => path::without_extensions(path::basename(value), *count).into(),
            Self::BeforeLastSlash => path::before_last_slash(value).into(),
            Self::Extensions(count) => path::extensions(value, *count).into(),
            Self::Default(default) if value.is_empty() => default.clone().into(),
            Self::Whole | Self::Default(_) => value.into(),
            Self::Substring { from, length } => {
                let rest = value.get(*from..).unwrap_or_default();
                rest[..length.unwrap_or(rest.len()).min(rest.len())].into()
            }
            Self::Replace { pattern, by, all } => pattern.replacen(value, limit(*all), NoExpand(by)),
            Self::WithoutEnd(pattern) => match pattern.captures(value).and_then(|captures| captures.get(1)) {
                Some(kept) => kept.as_bytes().into(),
                None => value.into(),
            },
            Self::Case { pattern, upper, all } => {
                let change = |captures: &regex::bytes::Captures<'_>| {
                    if *upper { captures[0].to_ascii_uppercase() } else { captures[0].to_ascii_lowercase() }
                };
                pattern.replacen(value, limit(*all), change)
            }
        }
    }
}

/// The limit of `Regex::replacen`, where 0 stands for none.
fn limit(all: bool) -> usize {
    usize::from(!all)
}

/// Reads the inside of a replacement string of `--plus` whose text is part of it, such as `:-none` or `/from/to`.
///
/// `None` if it is none, or if its pattern is no regular expression.
pub(super) fn parse_dynamic(inside: &str) -> Option<Edit> {
    let regex = |pattern: String| Regex::new(&pattern).ok();
    let replace = |pattern: String, by: &str, all| {
        Some(Edit::Replace { pattern: regex(pattern)?, by: by.as_bytes().to_vec(), all })
    };
    let case = |pattern: &str, upper, all| {
        let anchor = if all { "" } else { "^" };
        Some(Edit::Case { pattern: regex(format!("(?s-u){anchor}(?:{pattern})"))?, upper, all })
    };
    let (kind, rest) = inside.split_at_checked(1)?;
    let (doubled, text) = match rest.strip_prefix(kind) {
        Some(text) if !text.is_empty() => (true, text),
        // The pattern of `{^^}` is `^`.
        Some(_) if kind != "/" => (false, rest),
        Some(text) => (true, text),
        None => (false, rest),
    };
    match kind {
        _ if rest.is_empty() || inside == ":-" => None,
        ":" if rest.starts_with('-') => Some(Edit::Default(rest.as_bytes()[1..].to_vec())),
        ":" => {
            let (from, length) = rest.split_once(':').map_or((rest, None), |(from, length)| (from, Some(length)));
            let length = length.map(str::parse).transpose().ok()?;
            Some(Edit::Substring { from: from.parse().ok()?, length })
        }
        _ if text.is_empty() => None,
        "#" if doubled => replace(format!("(?s-u)^(?:{text})"), "", false),
        "#" => replace(format!("(?Us-u)^(?:{text})"), "", false),
        "%" if doubled => replace(format!("(?s-u)(?:{text})$"), "", false),
        "%" => Some(Edit::WithoutEnd(regex(format!("(?s-u)^(.*)(?:{text})$"))?)),
        "/" => {
            let (pattern, by) = text.split_once('/')?;
            replace(format!("(?s-u){pattern}"), by, doubled)
        }
        "^" => case(text, true, doubled),
        "," => case(text, false, doubled),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(inside: &str, value: &str) -> String {
        let edit = parse_dynamic(inside).expect("an edit");
        String::from_utf8(edit.apply(value.as_bytes()).into_owned()).expect("utf-8")
    }

    #[test]
    fn the_dynamic_strings_of_plus() {
        let cases = [
            (":-none", "", "none"),
            (":-none", "a", "a"),
            (":2", "abcAaAdef", "cAaAdef"),
            (":2:3", "abcAaAdef", "cAa"),
            (":9:3", "ab", ""),
            ("#abc", "abcAaAdef", "AaAdef"),
            ("#bc", "abcAaAdef", "abcAaAdef"),
            ("#a.*A", "abcAaAdef", "aAdef"),
            ("##a.*A", "abcAaAdef", "def"),
            ("%def", "abcAaAdef", "abcAaA"),
            ("%A.*", "abcAaAdef", "abcAa"),
            ("%%A.*", "abcAaAdef", "abc"),
            ("/a/X", "banana", "bXnana"),
            ("//a/X", "banana", "bXnXnX"),
            ("//a/", "banana", "bnn"),
            ("^a", "abcAaAdef", "AbcAaAdef"),
            ("^^a", "banana", "bAnAnA"),
            (",A", "ABA", "aBA"),
            (",,[A-Z]", "ABc", "abc"),
        ];
        for (inside, value, expected) in cases {
            assert_eq!(edited(inside, value), expected, "{{{inside}}} of {value}");
        }
    }

    #[test]
    fn what_is_no_edit_is_left_alone() {
        assert!(
            ["", ":", ":-", "#", "/", "//", "^", "x", ":x", "/a", "#("]
                .iter()
                .all(|text| parse_dynamic(text).is_none())
        );
    }
}
