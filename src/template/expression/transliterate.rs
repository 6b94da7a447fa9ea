//! `tr///`.

use super::class::escaped_byte;
use super::{Stop, Unsupported};

/// What becomes of each byte.
#[derive(Debug)]
pub(super) struct Table {
    to: Box<[Change; 256]>,
    squeeze: bool,
    /// The changed text is the value, and the target stays as it is.
    pub(super) copies: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Keep,
    To(u8),
    Delete,
}

impl Table {
    pub(super) fn parse(from: &[u8], to: &[u8], flags: &[u8]) -> Result<Self, Unsupported> {
        let (mut from, mut to) = (expanded(from)?, expanded(to)?);
        let has = |flag| flags.contains(&flag);
        if has(b'c') {
            from = (0..=255).filter(|byte| !from.contains(byte)).collect();
        }
        if to.is_empty() && !has(b'd') {
            to.clone_from(&from);
        }
        let mut table = Box::new([Change::Keep; 256]);
        for (index, byte) in from.into_iter().enumerate() {
            let change = match to.get(index) {
                Some(&to) => Change::To(to),
                None if has(b'd') => Change::Delete,
                None => to.last().map_or(Change::Keep, |&last| Change::To(last)),
            };
            let entry = &mut table[usize::from(byte)];
            if *entry == Change::Keep {
                *entry = change;
            }
        }
        Ok(Self { to: table, squeeze: has(b's'), copies: has(b'r') })
    }

    /// Whether it may change its target, and not just count.
    pub(super) fn changes(&self) -> bool {
        let changed = |(byte, change): (usize, &Change)| match change {
            Change::Keep => false,
            Change::To(to) => usize::from(*to) != byte,
            Change::Delete => true,
        };
        !self.copies && (self.squeeze || self.to.iter().enumerate().any(changed))
    }

    /// The changed text, and how many bytes were found.
    pub(super) fn apply(&self, text: &[u8]) -> Result<(Vec<u8>, i64), Stop> {
        let mut result = Vec::with_capacity(text.len());
        let mut found = 0_usize;
        let mut last = None;
        for &byte in text {
            match self.to[usize::from(byte)] {
                Change::Keep => {
                    result.push(byte);
                    last = None;
                }
                Change::To(to) => {
                    found += 1;
                    if !(self.squeeze && last == Some(to)) {
                        result.push(to);
                    }
                    last = Some(to);
                }
                Change::Delete => found += 1,
            }
        }
        Ok((result, i64::try_from(found).map_err(|_| Stop::Inexact)?))
    }
}

/// The bytes of a list with ranges.
fn expanded(list: &[u8]) -> Result<Vec<u8>, Unsupported> {
    let mut result = Vec::new();
    let mut at = 0;
    let mut range_from = None;
    while at < list.len() {
        let is_dash = list[at] == b'-';
        if is_dash && range_from.is_none() && !result.is_empty() && at + 1 < list.len() {
            range_from = result.pop();
            at += 1;
            continue;
        }
        let byte = list[at];
        at += 1;
        let byte = match byte {
            b'\\' => {
                let letter = *list.get(at).ok_or(Unsupported)?;
                at += 1;
                escaped_byte(letter, list, &mut at)?
            }
            _ => byte,
        };
        match range_from.take() {
            None => result.push(byte),
            Some(first) if first <= byte => {
                result.extend(first..=byte);
                // `a-c-e` is an error.
                if list.get(at) == Some(&b'-') && at + 1 < list.len() {
                    return Err(Unsupported);
                }
            }
            Some(_) => return Err(Unsupported),
        }
    }
    Ok(result)
}
