//! Regular expressions that options have for values, which are bytes.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use regex::bytes::{Regex, RegexBuilder};

use crate::error::Error;

/// Reads the expression given to `option`. As in Perl it goes by bytes; one that has characters beyond ASCII in a
/// class goes by characters.
///
/// # Errors
/// When it is no expression, or one with what only Perl has.
pub fn regex(option: &str, text: &OsStr) -> Result<Regex, Error> {
    let escaped = |bytes: &[u8]| bytes.escape_ascii().to_string();
    let chunks = text.as_bytes().utf8_chunks();
    let pattern: String = chunks.map(|chunk| chunk.valid().to_owned() + &escaped(chunk.invalid())).collect();
    let build = |by_characters| RegexBuilder::new(&pattern).unicode(by_characters).build();
    build(false).or_else(|_| build(true)).map_err(|error| {
        let error = error.to_string();
        let cause = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
        Error::Usage(format!("{option} {}: {cause}; write it without, as for grep -E", text.display()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_a_character_unless_a_class_says_otherwise() {
        let matches =
            |pattern: &[u8], text: &[u8]| regex("-x", OsStr::from_bytes(pattern)).expect("a regex").is_match(text);
        assert!(matches(b"^a\xffb$", b"a\xffb"));
        assert!(matches(br"^a\xffb$", b"a\xffb"));
        assert!(matches("^[äö]$".as_bytes(), "ö".as_bytes()));
        assert!(!matches(br"\s", "\u{a0}".as_bytes()));
    }

    #[test]
    fn what_only_perl_has_is_named() {
        let error = |pattern: &str| regex("--colsep", OsStr::new(pattern)).expect_err("no regex").to_string();
        assert!(error("a(?=b)").starts_with("--colsep a(?=b): look-around"));
        assert!(error(r"(a)\1").contains("backreferences"));
        assert!(error("(").contains("unclosed group"));
    }
}
