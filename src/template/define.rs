//! Replacement strings that users define: `--rpl 'TAG EXPRESSION'`.

use regex::bytes::Regex;

use super::expression::Expression;
use crate::error::Error;

/// A replacement string of `--rpl`.
pub(super) enum Definition {
    /// A tag that is just text.
    Fixed { tag: Vec<u8>, expression: Expression },
    /// A tag with parts in parentheses, whose matches stand for `$$1`, `$$2` and so on in the expression.
    Captured { pattern: Regex, expression: Vec<u8> },
}

impl Definition {
    /// Reads `TAG EXPRESSION`; without an expression the values are left as they are.
    ///
    /// # Errors
    /// When there is no tag, or the expression or a part in parentheses is no good.
    pub(super) fn parse(text: &[u8]) -> Result<Self, Error> {
        let end = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
        let (tag, expression) = text.split_at(end);
        let usage =
            |why: &str| Error::Usage(format!("--rpl {}: {why}; write it as 'TAG EXPRESSION'", text.escape_ascii()));
        if tag.is_empty() {
            return Err(usage("it begins with a blank"));
        }
        if !tag.contains(&b'(') {
            return Ok(Self::Fixed { tag: tag.to_vec(), expression: Expression::parse(expression)? });
        }
        let pattern = pattern(tag).ok_or_else(|| usage("its parentheses do not match"))?;
        let pattern = Regex::new(&pattern).map_err(|error| usage(&error.to_string()))?;
        Ok(Self::Captured { pattern, expression: expression.to_vec() })
    }
}

/// The pattern of a tag: its parts in parentheses are patterns, the others text. After a `{` at its start may stand a
/// position, the first group of the pattern. `None` if a parenthesis has no partner.
fn pattern(tag: &[u8]) -> Option<String> {
    let tag: String = tag.iter().map(|&byte| char::from(byte)).collect();
    let mut pattern = String::from("^(?s-u)");
    let mut rest = tag.as_str();
    match rest.strip_prefix('{') {
        Some(inside) => {
            pattern.push_str(r"\{(-?[0-9]+)?");
            rest = inside;
        }
        None => pattern.push_str("()"),
    }
    while let Some(open) = rest.find('(') {
        let length = length_of_group(&rest[open..])?;
        pattern.push_str(&escape(&rest[..open]));
        pattern.push_str(&rest[open..open + length]);
        rest = &rest[open + length..];
    }
    pattern.push_str(&escape(rest));
    Some(pattern)
}

/// The length of the part in parentheses at the start of `text`.
fn length_of_group(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    let mut escaped = false;
    for (index, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' => open += 1,
            ')' => {
                open -= 1;
                if open == 0 {
                    return Some(index + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// Text as a pattern on bytes.
fn escape(text: &str) -> String {
    let byte =
        |letter: char| if letter.is_ascii() { letter.to_string() } else { format!("\\x{:02x}", u32::from(letter)) };
    text.chars().map(|letter| if letter.is_ascii() { regex::escape(&byte(letter)) } else { byte(letter) }).collect()
}

/// The expression with the matches in place of `$$1`, `$$2` and so on.
pub(super) fn fill_in(expression: &[u8], groups: &[&[u8]]) -> Vec<u8> {
    let mut filled = Vec::with_capacity(expression.len());
    let mut rest = expression;
    while let Some(start) = memchr::memmem::find(rest, b"$$") {
        let digits = rest[start + 2..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let end = start + 2 + digits;
        let number = std::str::from_utf8(&rest[start + 2..end]).ok().and_then(|digits| digits.parse::<usize>().ok());
        match number.and_then(|number| groups.get(number.checked_sub(1)?)) {
            Some(group) => {
                filled.extend_from_slice(&rest[..start]);
                filled.extend_from_slice(group);
            }
            None => filled.extend_from_slice(&rest[..end]),
        }
        rest = &rest[end..];
    }
    filled.extend_from_slice(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_in_parentheses_are_patterns() {
        assert_eq!(pattern(b"{%(.+?)}"), Some(r"^(?s-u)\{(-?[0-9]+)?%(.+?)\}".into()));
        assert_eq!(pattern(b"a((b))"), Some("^(?s-u)()a((b))".into()));
        assert_eq!(pattern(b"{(a}"), None);
    }

    #[test]
    fn matches_are_filled_in() {
        assert_eq!(fill_in(b"s/$$1$/$$2/; $$3 $$", &[b"x", b"y"]), b"s/x$/y/; $$3 $$");
    }
}
