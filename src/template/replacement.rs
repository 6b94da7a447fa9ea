//! The replacement strings of a run, and finding them in a command.

use std::borrow::Cow;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::TemplateOptions;
use super::define::{Definition, fill_in};
use super::edit::{self, Edit};
use super::expression::Expression;
use super::groups::Groups;
use crate::error::Error;
use crate::job::Values;

/// What a replacement string stands for.
#[derive(Clone, Debug)]
pub(super) enum Replacement {
    /// Values of the job: all of them, or one counted from 1, or from the last with -1; none if out of range.
    Values { position: Option<isize>, edit: Edit },
    /// `{1.2}`: what a group of an expression matches in the value at this position.
    Group { position: isize, pattern: Regex, group: usize },
    /// `{= … =}`, and what `--rpl` defines, of the same values.
    Expression { position: Option<isize>, expression: Expression },
    /// `{…:%FORMAT}`: another one, formatted.
    Formatted { inner: Box<Self>, format: Expression },
    /// `{#}`, or `{0#}` with zeros in front up to the width of the total
    Seq { padded: bool },
    /// `{%}`, or `{0%}`
    Slot { padded: bool },
    /// `{##}`
    Total,
    /// `{cpus}`
    Cpus(usize),
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

    /// `{}`
    pub(super) fn all_values() -> Self {
        Self::all(Edit::Whole)
    }

    /// Whether it can be rendered for each value by itself, as `-N` does with the word around it.
    pub(super) fn is_each(&self) -> bool {
        match self {
            Self::Values { position, .. } | Self::Expression { position, .. } => position.is_none(),
            Self::Formatted { inner, .. } => inner.is_each(),
            _ => false,
        }
    }

    /// Whether it means something else for a part of the values: it goes by their places.
    pub(super) fn minds_places(&self) -> bool {
        match self {
            Self::Values { position, .. } => position.is_some(),
            Self::Expression { position, expression } => position.is_some() || expression.minds_arguments(),
            Self::Formatted { inner, format } => inner.minds_places() || format.minds_arguments(),
            Self::Group { .. } | Self::Unique | Self::Increasing => true,
            Self::Seq { .. } | Self::Slot { .. } | Self::Total | Self::Cpus(_) | Self::Variable(_) => false,
        }
    }

    /// Whether the number of all jobs has to be known.
    pub(super) fn needs_total(&self) -> bool {
        match self {
            Self::Total | Self::Seq { padded: true } => true,
            Self::Expression { expression, .. } => expression.needs_total(),
            Self::Formatted { inner, .. } => inner.needs_total(),
            _ => false,
        }
    }

    /// The same of the value at a position, if it is one of all values.
    fn at(&self, position: Option<isize>) -> Option<Self> {
        match self {
            Self::Values { edit, .. } => Some(Self::Values { position, edit: edit.clone() }),
            Self::Expression { expression, .. } => Some(Self::Expression { position, expression: expression.clone() }),
            _ => None,
        }
    }
}

/// The replacement strings of a run.
pub(super) struct Replacements {
    /// Those whose text is fixed, the longest first.
    strings: Vec<(Vec<u8>, Replacement)>,
    /// Those of `--rpl` with parts in parentheses.
    captured: Vec<(Regex, Vec<u8>)>,
    /// What expressions stand between.
    parentheses: (Vec<u8>, Vec<u8>),
    /// Column names; the first is that of `{1}`.
    names: Values,
    plus: bool,
    groups: Groups,
}

/// What was found at the start of a text: what it stands for, and its length.
type Found = Option<(Replacement, usize)>;

/// A replacement string with a format: `{#:%04d}`.
static FORMATTED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?-u)^\{([^}]*):(%[-+ 0#]*[0-9]*(?:\.[0-9]+)?[diouxXeEfgGsc])\}").ok());

impl Replacements {
    pub(super) fn new(options: &TemplateOptions, names: &Values) -> Result<Self, Error> {
        let string = |option: &Option<_>, default: &str| {
            option.as_deref().map_or(default.as_bytes(), OsStrExt::as_bytes).to_vec()
        };
        let mut strings = Vec::new();
        let mut captured = Vec::new();
        for definition in &options.rpl {
            match Definition::parse(definition.as_bytes())? {
                Definition::Fixed { tag, expression } => {
                    // Of two with the same tag the later one counts.
                    strings.insert(0, (tag, Replacement::Expression { position: None, expression }));
                }
                Definition::Captured { pattern, expression } => captured.insert(0, (pattern, expression)),
            }
        }
        strings.extend([
            (string(&options.replace, "{}"), Replacement::all(Edit::Whole)),
            (string(&options.extensionreplace, "{.}"), Replacement::all(Edit::WithoutExtensions(1))),
            (string(&options.basenamereplace, "{/}"), Replacement::all(Edit::Basename)),
            (string(&options.dirnamereplace, "{//}"), Replacement::all(Edit::Dirname)),
            (string(&options.basenameextensionreplace, "{/.}"), Replacement::all(Edit::BasenameWithoutExtensions(1))),
            (string(&options.seqreplace, "{#}"), Replacement::Seq { padded: false }),
            (string(&options.slotreplace, "{%}"), Replacement::Slot { padded: false }),
        ]);
        strings.extend(options.cpus.map(|cpus| (b"{cpus}".to_vec(), Replacement::Cpus(cpus))));
        if options.plus {
            strings.extend(plus().map(|(string, replacement)| (string.as_bytes().to_vec(), replacement)));
        }
        strings.extend(less_one(options.plus)?);
        strings.sort_by_key(|(string, _)| std::cmp::Reverse(string.len()));
        let groups = Groups::parse(&options.matches)?;
        let parentheses = parentheses(options)?;
        Ok(Self { strings, captured, parentheses, names: names.clone(), plus: options.plus, groups })
    }

    /// The words, with those that one expression stretches over as one.
    pub(super) fn join_expressions<'a>(&self, words: &'a [OsString]) -> Vec<Cow<'a, [u8]>> {
        let (open, close) = &self.parentheses;
        let finds = |text: &[u8], part: &[u8]| memchr::memmem::rfind(text, part);
        let is_open =
            |text: &[u8]| finds(text, open).is_some_and(|at| finds(&text[at + open.len()..], close).is_none());
        let mut joined: Vec<Cow<'a, [u8]>> = Vec::new();
        for (index, word) in words.iter().map(|word| word.as_bytes()).enumerate() {
            let closes = || words[index..].iter().any(|word| finds(word.as_bytes(), close).is_some());
            match joined.last_mut() {
                Some(last) if is_open(last) && closes() => {
                    let last = last.to_mut();
                    last.push(b' ');
                    last.extend_from_slice(word);
                }
                _ => joined.push(word.into()),
            }
        }
        joined
    }

    /// The replacement string at the start of `text`, and its length.
    ///
    /// # Errors
    /// When it is an expression that is no good.
    pub(super) fn at_start(&self, text: &[u8]) -> Result<Found, Error> {
        if let Some(found) = self.expression(text)? {
            return Ok(Some(found));
        }
        if let Some(found) = self.captured(text)? {
            return Ok(Some(found));
        }
        if let Some(found) = self.formatted(text)? {
            return Ok(Some(found));
        }
        Ok(self.string(text))
    }

    /// `{= … =}`
    fn expression(&self, text: &[u8]) -> Result<Found, Error> {
        let (open, close) = &self.parentheses;
        let Some(inside) = text.strip_prefix(open.as_slice()) else { return Ok(None) };
        let Some(end) = memchr::memmem::find(inside, close) else { return Ok(None) };
        let (position, length) = self.position(&inside[..end]);
        let expression = Expression::parse(&inside[length..end])?;
        Ok(Some((Replacement::Expression { position, expression }, open.len() + end + close.len())))
    }

    /// One of `--rpl` with parts in parentheses.
    fn captured(&self, text: &[u8]) -> Result<Found, Error> {
        for (pattern, expression) in &self.captured {
            let Some(captures) = pattern.captures(text) else { continue };
            let position = captures.get(1).and_then(|digits| std::str::from_utf8(digits.as_bytes()).ok()?.parse().ok());
            let groups: Vec<&[u8]> =
                captures.iter().skip(2).map(|group| group.map_or(&b""[..], |group| group.as_bytes())).collect();
            let expression = Expression::parse(&fill_in(expression, &groups))?;
            return Ok(Some((Replacement::Expression { position, expression }, captures[0].len())));
        }
        Ok(None)
    }

    /// `{…:%FORMAT}`
    fn formatted(&self, text: &[u8]) -> Result<Found, Error> {
        // To compile the expression takes longer than to start a job, so it is asked only where it may match.
        let may_match = text.starts_with(b"{") && memchr::memmem::find(text, b":%").is_some();
        let captures = may_match.then(|| FORMATTED.as_ref()?.captures(text)).flatten();
        let Some(captures) = captures else { return Ok(None) };
        let base = [b"{", &captures[1], b"}"].concat();
        let Some((inner, length)) = self.string(&base) else { return Ok(None) };
        if length != base.len() {
            return Ok(None);
        }
        let format = Expression::parse(&[b"$_ = sprintf('", &captures[2], b"', $_)"].concat())?;
        Ok(Some((Replacement::Formatted { inner: Box::new(inner), format }, captures[0].len())))
    }

    /// One whose text is fixed, perhaps with a position in it, or one of `--plus`.
    fn string(&self, text: &[u8]) -> Found {
        let fixed = self.strings.iter().find(|(string, _)| !string.is_empty() && text.starts_with(string));
        if let Some((string, replacement)) = fixed {
            return Some((replacement.clone(), string.len()));
        }
        let inside = text.strip_prefix(b"{")?;
        let (position, length) = self.position(inside);
        let after = &inside[length..];
        if let Some(position) = position
            && let Some((pattern, group, rest)) = self.groups.at_start(position, after)
        {
            return Some((Replacement::Group { position, pattern, group }, 1 + length + rest));
        }
        if position.is_some() {
            let positional = self.strings.iter().find_map(|(string, replacement)| {
                let rest = string.strip_prefix(b"{").filter(|rest| after.starts_with(rest))?;
                Some((replacement.at(position)?, 1 + length + rest.len()))
            });
            if positional.is_some() {
                return positional;
            }
        }
        let end = memchr::memchr(b'}', after).filter(|_| self.plus)?;
        let edit = edit::parse_dynamic(std::str::from_utf8(&after[..end]).ok()?)?;
        Some((Replacement::Values { position, edit }, 1 + length + end + 1))
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
        // Of two sources with the same name the first has it.
        let longest = named.min_by_key(|(_, name)| std::cmp::Reverse(name.len()));
        longest.map_or((None, 0), |(position, name)| (Some(position), name.len()))
    }
}

/// `{seq-1}` and `{slot-1}`, which count from 0.
fn less_one(plus: bool) -> Result<Vec<(Vec<u8>, Replacement)>, Error> {
    let numbers = [("{seq-1}", Replacement::Seq { padded: false }), ("{slot-1}", Replacement::Slot { padded: false })];
    let formatted = |(string, inner): (&str, _)| {
        let format = Expression::parse(b"$_ = $_ - 1")?;
        Ok((string.as_bytes().to_vec(), Replacement::Formatted { inner: Box::new(inner), format }))
    };
    if plus { numbers.into_iter().map(formatted).collect() } else { Ok(Vec::new()) }
}

/// What expressions stand between: the halves of `--parens`.
fn parentheses(options: &TemplateOptions) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let Some(text) = &options.parens else { return Ok((b"{=".to_vec(), b"=}".to_vec())) };
    let text = text.as_bytes();
    if text.is_empty() || text.len() % 2 == 1 {
        let text = text.escape_ascii();
        return Err(Error::Usage(format!("--parens {text}: it is cut in halves; give an even number of bytes")));
    }
    let (open, close) = text.split_at(text.len() / 2);
    Ok((open.to_vec(), close.to_vec()))
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
        ("{hgrp}", Replacement::Variable("PARALLEL_HOSTGROUPS")),
        ("{agrp}", Replacement::Variable("PARALLEL_ARGHOSTGROUPS")),
        ("{uniq}", Replacement::Unique),
        ("{choose_k}", Replacement::Increasing),
    ];
    edits.into_iter().map(|(string, edit)| (string, Replacement::all(edit))).chain(others)
}
