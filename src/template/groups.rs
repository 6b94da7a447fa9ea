//! `--match`: parts of a value by the groups of a regular expression.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

use regex::bytes::Regex;

use crate::error::Error;
use crate::pattern::regex;

/// The expressions for `{1.…}`, `{2.…}` and so on.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups(Vec<Option<Regex>>);

impl Groups {
    /// Reads the values of `--match`: an expression, the number of an earlier one after a plus, or nothing.
    pub(super) fn parse(matches: &[OsString]) -> Result<Self, Error> {
        let mut read: Vec<Option<Regex>> = Vec::new();
        for text in matches {
            read.push(match text.as_bytes().strip_prefix(b"+") {
                _ if text.is_empty() => None,
                None => Some(regex("--match", text)?),
                Some(number) => {
                    let number = std::str::from_utf8(number).ok().and_then(|number| number.parse::<usize>().ok());
                    let earlier = number.and_then(|number| read.get(number.checked_sub(1)?)).cloned();
                    earlier.ok_or_else(|| {
                        let text = text.display();
                        Error::Usage(format!("--match {text}: after + stands the number of an earlier --match"))
                    })?
                }
            });
        }
        Ok(Self(read))
    }

    /// The expression and the group that `after` names, such as `.2}` after the position, and the length of that.
    pub(super) fn at_start(&self, position: isize, after: &[u8]) -> Option<(Regex, usize, usize)> {
        let digits = after.strip_prefix(b".")?;
        let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let group = std::str::from_utf8(&digits[..length]).ok()?.parse().ok().filter(|group| *group > 0)?;
        let pattern = self.0.get(usize::try_from(position - 1).ok()?)?.as_ref()?;
        let is_there = digits.get(length) == Some(&b'}') && group < pattern.captures_len();
        is_there.then(|| (pattern.clone(), group, length + 2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(matches: &[&str]) -> Result<Groups, Error> {
        Groups::parse(&matches.iter().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn an_expression_may_be_used_again_or_left_out() {
        let groups = groups(&["(a)(b)", "", "+1"]).expect("expressions");
        let found =
            |position, after: &str| groups.at_start(position, after.as_bytes()).map(|(_, group, end)| (group, end));
        assert_eq!(found(1, ".2}x"), Some((2, 3)));
        assert_eq!(found(3, ".1}"), Some((1, 3)));
        let none = [(2, ".1}"), (4, ".1}"), (-1, ".1}"), (1, ".3}"), (1, ".0}"), (1, ".1"), (1, ".}"), (1, "1}")];
        assert!(none.iter().all(|(position, after)| found(*position, after).is_none()));
    }

    #[test]
    fn a_bad_expression_is_named() {
        for (text, expected) in
            [("(", "unclosed group"), ("+2", "an earlier"), ("+0", "an earlier"), ("(?=a)", "look-around")]
        {
            let error = groups(&["a", text]).expect_err("no expression").to_string();
            assert!(error.starts_with(&format!("--match {text}: ")) && error.contains(expected), "{error}");
        }
    }
}
