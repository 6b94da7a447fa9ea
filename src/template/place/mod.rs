//! Reading the text of a command as its shell would, just far enough to know in which place each value stands.
//!
//! Each family of shells has a reader. They have one rule in common: what a reader does not follow with certainty makes
//! it unsure, and from there on only plain values are let through. Wrong guesses must refuse a value, never run one.

mod bourne;
mod here_document;
mod others;

use super::quote::{Place, Position};
use crate::job::Dialect;

/// The reader: feed it text and values in the order in which they stand in the command.
#[derive(Debug)]
pub(super) struct ShellText {
    dialect: Dialect,
    reader: Reader,
}

#[derive(Debug)]
enum Reader {
    Bourne(bourne::Reader),
    Other(others::Reader),
}

impl ShellText {
    pub(super) fn new(dialect: Dialect) -> Self {
        let reader = match dialect {
            Dialect::Bourne => Reader::Bourne(bourne::Reader::new()),
            _ => Reader::Other(others::Reader::new(dialect)),
        };
        Self { dialect, reader }
    }

    /// Reads on.
    pub(super) fn text(&mut self, text: &[u8]) {
        match &mut self.reader {
            Reader::Bourne(reader) => reader.text(text),
            Reader::Other(reader) => reader.text(text),
        }
    }

    /// The position of a value that stands here.
    pub(super) fn value(&mut self) -> Position {
        let (place, backquotes) = match &mut self.reader {
            Reader::Bourne(reader) => reader.value(),
            Reader::Other(reader) => (reader.value(), 0),
        };
        Position { dialect: self.dialect, place, backquotes }
    }

    /// The place of a value just read, now that this text follows it; and what has to be put between the two.
    pub(super) fn followed_by(&self, place: &mut Place, text: &[u8]) -> &'static [u8] {
        match (&place, text.first()) {
            (Place::Bare, Some(b'<' | b'>')) => *place = Place::BeforeRedirection,
            // Two quoted strings side by side are one with a quote in it.
            (Place::Bare, Some(b'\'')) if self.dialect == Dialect::Rc => return b"^",
            _ => {}
        }
        b""
    }

    /// Whether what follows is read as if nothing stood before it.
    pub(super) fn is_at_rest(&self) -> bool {
        match &self.reader {
            Reader::Bourne(reader) => reader.is_at_rest(),
            Reader::Other(reader) => reader.is_at_rest(),
        }
    }

    /// Whether the text copies what stands before it, so that no value has a single place.
    pub(super) fn copies_itself(&self) -> bool {
        matches!(&self.reader, Reader::Other(reader) if reader.copies_itself())
    }
}
