//! The replacement strings of a run, and finding them in a command.

use std::os::unix::ffi::OsStrExt;

use regex::bytes::Regex;

use super::TemplateOptions;
use super::edit::{self, Edit};
use super::groups::Groups;
use crate::error::Error;
use crate::job::Values;

/// What a replacement string stands for.
#[derive(Clone, Debug)]
pub(super) enum Replacement {
    /// Values of the job: all of them, or one counted from 1, or from the last with -1; none if out of range.
    Values { position: Option<isize>, edit: Edit },
    /// `{1.2}`: what a group of an expression matches in the value at this position
    Group { position: isize, pattern: Regex, group: usize },
    /// `{#}`, or `{0#}` with zeros in front up to the width of the total
    Seq { padded: bool },
    /// `{%}`, or `{0%}`
    Slot { padded: bool },
    /// `{##}`
    Total,
    /// A variable of the job's environment, for the job's shell to read
    Variable(&'static str),
    /// `{uniq}`: all values; the job is left out if two are equal
    Unique,
    /// `{choose_k}`: all values; the job is left out unless they are in strictly increasing order
    Increasing,
}

impl Replacement {
    fn all(edit: Edit) -> Self {
        Self::Values { position: None, edit }
    }

    /// Whether it can be rendered for each value by itself, as `-N` does with the word around it.
    pub(super) fn is_each(&self) -> bool {
        matches!(self, Self::Values { position: None, .. })
    }

    /// Whether the number of all jobs has to be known.
    pub(super) fn needs_total(&self) -> bool {
        matches!(self, Self::Total | Self::Seq { padded: true })
    }
}

/// The replacement strings of a run.
pub(super) struct Replacements {
    strings: Vec<(Vec<u8>, Replacement)>,
    /// Column names; the first is that of `{1}`.
    names: Values,
    plus: bool,
    groups: Groups,
}

impl Replacements {
    pub(super) fn new(options: &TemplateOptions, names: &Values) -> Result<Self, Error> {
        let string = |option: &Option<_>, default: &str| {
            option.as_deref().map_or(default.as_bytes(), OsStrExt::as_bytes).to_vec()
        };
        let mut strings = vec![
            (string(&options.replace, "{}"), Replacement::all(Edit::Whole)),
            (string(&options.extensionreplace, "{.}"), Replacement::all(Edit::WithoutExtensions(1))),
            (string(&options.basenamereplace, "{/}"), Replacement::all(Edit::Basename)),
            (string(&options.dirnamereplace, "{//}"), Replacement::all(Edit::Dirname)),
            (string(&options.basenameextensionreplace, "{/.}"), Replacement::all(Edit::BasenameWithoutExtensions(1))),
            (string(&options.seqreplace, "{#}"), Replacement::Seq { padded: false }),
            (string(&options.slotreplace, "{%}"), Replacement::Slot { padded: false }),
        ];
        if options.plus {
            strings.extend(plus().map(|(string, replacement)| (string.as_bytes().to_vec(), replacement)));
        }
        strings.sort_by_key(|(string, _)| std::cmp::Reverse(string.len()));
        let groups = Groups::parse(&options.matches)?;
        Ok(Self { strings, names: names.clone(), plus: options.plus, groups })
    }

    /// The replacement string at the start of `text`, and its length.
    pub(super) fn at_start(&self, text: &[u8]) -> Option<(Replacement, usize)> {
        let fixed = self.strings.iter().find(|(string, _)| text.starts_with(string));
        if let Some((string, replacement)) = fixed {
            return Some((replacement.clone(), string.len()));
        }
        let inside = text.strip_prefix(b"{")?;
        let (position, length) = self.position(inside);
        let after = &inside[length..];
        let with_braces = |edit, rest: usize| (Replacement::Values { position, edit }, 1 + length + rest);
        if let Some(position) = position {
            if let Some((pattern, group, rest)) = self.groups.at_start(position, after) {
                return Some((Replacement::Group { position, pattern, group }, 1 + length + rest));
            }
            let positional = self.strings.iter().find_map(|(string, replacement)| match replacement {
                Replacement::Values { edit, .. } if after.starts_with(string.strip_prefix(b"{")?) => {
                    Some(with_braces(edit.clone(), string.len() - 1))
                }
                _ => None,
            });
            if positional.is_some() {
                return positional;
            }
        }
        let end = memchr::memchr(b'}', after).filter(|_| self.plus)?;
        let edit = edit::parse_dynamic(std::str::from_utf8(&after[..end]).ok()?)?;
        Some(with_braces(edit, end + 1))
    }

    /// The position that `inside` starts with, as a number or a column's name, and the length of that.
    fn position(&self, inside: &[u8]) -> (Option<isize>, usize) {
        let sign = usize::from(inside.first() == Some(&b'-'));
        let digits = inside[sign..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = std::str::from_utf8(&inside[..sign + digits]).ok().and_then(|text| text.parse().ok());
        if let Some(number) = number.filter(|number| *number != 0) {
            return (Some(number), sign + digits);
        }
        let named = (1..).zip(self.names.iter()).filter(|(_, name)| !name.is_empty() && inside.starts_with(name));
        let longest = named.max_by_key(|(_, name)| name.len());
        longest.map_or((None, 0), |(position, name)| (Some(position), name.len()))
    }
}

/// The replacement strings that `--plus` adds and whose text is fixed.
fn plus() -> impl Iterator<Item = (&'static str, Replacement)> {
    let edits = [
        ("{+/}", Edit::BeforeLastSlash),
        ("{+.}", Edit::Extensions(1)),
        ("{+..}", Edit::Extensions(2)),
        ("{+...}", Edit::Extensions(3)),
        ("{..}", Edit::WithoutExtensions(2)),
        ("{...}", Edit::WithoutExtensions(3)),
        ("{/..}", Edit::BasenameWithoutExtensions(2)),
        ("{/...}", Edit::BasenameWithoutExtensions(3)),
    ];
    let others = [
        ("{##}", Replacement::Total),
        ("{0#}", Replacement::Seq { padded: true }),
        ("{0%}", Replacement::Slot { padded: true }),
        ("{slot}", Replacement::Variable("PARALLEL_JOBSLOT")),
        ("{sshlogin}", Replacement::Variable("PARALLEL_SSHLOGIN")),
        ("{host}", Replacement::Variable("PARALLEL_SSHHOST")),
        ("{uniq}", Replacement::Unique),
        ("{choose_k}", Replacement::Increasing),
    ];
    edits.into_iter().map(|(string, edit)| (string, Replacement::all(edit))).chain(others)
}
