//! Reading the text of a command as a shell of the Bourne family does.
//!
//! This is no parser of shell programs. What it does not follow with certainty (a `case` within parentheses, a
//! backslash within backquotes, …) makes it unsure, and from there on only plain values are let through: wrong
//! guesses must refuse a value, never run one.

use super::here_document::{Delimiter, HereDocument};
use crate::template::quote::Place;

/// What encloses the byte being read.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Frame {
    /// Commands, up to the closing parenthesis, or to the end of the text for the outermost.
    Commands,
    Backquotes,
    SingleQuotes,
    DollarQuotes,
    DoubleQuotes,
    /// `${…}`, inside or outside double quotes.
    Braces {
        quoted: bool,
    },
    /// `$((…))` and `((…))` with the parentheses that are still open, or `$[…]` as one.
    Arithmetic {
        open: usize,
    },
    Comment,
    HereDocument(HereDocument),
}

/// How much of a variable has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Variable {
    No,
    /// A `$` with its meaning.
    Dollar,
    /// `$#` and, in zsh, some others, which may be a variable of their own or the beginning of one.
    Prefix,
    /// `$` and a name, to which zsh takes a `[` or `:` that follows.
    Name,
}

/// The reader: feed it text and values in the order in which they stand in the command.
#[derive(Debug)]
pub(super) struct Reader {
    frames: Vec<Frame>,
    /// The byte before was a backslash that takes the meaning from the next one.
    escaped: bool,
    variable: Variable,
    /// The bare word being read; empty at the start of one.
    word: Vec<u8>,
    /// `<<` was read: the delimiter follows, as far as it has been read.
    delimiter: Option<Delimiter>,
    /// Here-documents that begin at the next line.
    pending: Vec<HereDocument>,
    /// The line of a here-document being read.
    line: Vec<u8>,
    sure: bool,
}

impl Reader {
    pub(super) fn new() -> Self {
        Self {
            frames: vec![Frame::Commands],
            escaped: false,
            variable: Variable::No,
            word: Vec::new(),
            delimiter: None,
            pending: Vec::new(),
            line: Vec::new(),
            sure: true,
        }
    }

    /// Whether what follows is read as if nothing stood before it.
    pub(super) fn is_at_rest(&self) -> bool {
        self.frames.len() == 1 && !self.escaped && self.delimiter.is_none() && self.pending.is_empty() && self.sure
    }

    /// The place of a value that stands here, and how many pairs of backquotes are around it.
    pub(super) fn value(&mut self) -> (Place, usize) {
        let backquotes = self.frames.iter().filter(|frame| **frame == Frame::Backquotes).count();
        let place = self.place();
        if self.delimiter.is_some() {
            self.sure = false;
        }
        self.escaped = false;
        if self.variable == Variable::Dollar {
            self.variable = Variable::Name;
        }
        self.word.push(b'x');
        self.line.push(b'x');
        (place, backquotes)
    }

    fn place(&self) -> Place {
        let frame = self.frames.last().unwrap_or(&Frame::Commands);
        let literal = matches!(frame, Frame::SingleQuotes | Frame::Comment);
        match frame {
            _ if !self.sure || self.delimiter.is_some() => Place::Plain,
            _ if self.escaped && !literal => Place::Plain,
            _ if self.variable == Variable::Dollar && !literal => Place::Name,
            Frame::Commands | Frame::Backquotes | Frame::DoubleQuotes if self.variable == Variable::Prefix => {
                Place::Apart { in_double_quotes: *frame == Frame::DoubleQuotes }
            }
            Frame::Commands | Frame::Backquotes | Frame::Braces { quoted: false } => Place::Bare,
            Frame::SingleQuotes => Place::SingleQuotes,
            Frame::DollarQuotes => Place::DollarQuotes,
            Frame::DoubleQuotes if self.variable == Variable::Name => Place::AfterVariable,
            Frame::DoubleQuotes => Place::DoubleQuotes,
            Frame::Braces { quoted: true } | Frame::Arithmetic { .. } => Place::Plain,
            Frame::Comment => Place::Comment,
            Frame::HereDocument(HereDocument { raw: true, end, .. }) => Place::RawHereDocument(end.clone()),
            Frame::HereDocument(_) => Place::HereDocument,
        }
    }

    /// Reads on.
    pub(super) fn text(&mut self, text: &[u8]) {
        let mut rest = text;
        while let [byte, tail @ ..] = rest {
            rest = &rest[self.read(*byte, tail)..];
        }
    }

    /// Reads `byte`, with what follows it in sight; returns how many bytes were used up.
    fn read(&mut self, byte: u8, next: &[u8]) -> usize {
        if self.delimiter.is_some() && !self.read_delimiter(byte) {
            return 1;
        }
        match self.frames.last() {
            Some(Frame::SingleQuotes) => {
                if byte == b'\'' {
                    self.frames.pop();
                }
                return 1;
            }
            Some(Frame::Comment) => {
                if byte != b'\n' {
                    return 1;
                }
                self.frames.pop();
            }
            Some(Frame::HereDocument(document)) => {
                let document = document.clone();
                self.read_document(byte, &document);
                return 1;
            }
            _ => {}
        }
        if std::mem::take(&mut self.escaped) {
            self.variable = Variable::No;
            self.word.push(byte);
            return 1;
        }
        if byte == b'\\' {
            self.escaped = true;
            self.variable = Variable::No;
            self.sure &= !self.frames.contains(&Frame::Backquotes);
            return 1;
        }
        let after_dollar = self.variable == Variable::Dollar;
        self.variable = match self.variable {
            Variable::Dollar if b"#+^=~".contains(&byte) => Variable::Prefix,
            Variable::Dollar if b"$@*?!-".contains(&byte) => Variable::Name,
            // Digits end after the first one in some shells, but nothing is lost by reading on.
            Variable::Dollar | Variable::Name if byte == b'_' || byte.is_ascii_alphanumeric() => Variable::Name,
            _ => Variable::No,
        };
        match self.frames.last().cloned().unwrap_or(Frame::Commands) {
            Frame::DollarQuotes => {
                if byte == b'\'' {
                    self.frames.pop();
                }
                1
            }
            Frame::DoubleQuotes if byte == b'"' => {
                self.frames.pop();
                1
            }
            Frame::Braces { .. } if byte == b'}' => {
                self.frames.pop();
                1
            }
            Frame::Arithmetic { open } => {
                self.read_arithmetic(byte, open);
                1
            }
            frame => self.read_expandable(byte, next, after_dollar, &frame),
        }
    }

    /// Text in which `$` and backquotes have their meaning.
    fn read_expandable(&mut self, byte: u8, next: &[u8], after_dollar: bool, frame: &Frame) -> usize {
        let quoted = matches!(frame, Frame::DoubleQuotes | Frame::Braces { quoted: true });
        match byte {
            b'`' if *frame == Frame::Backquotes => drop(self.frames.pop()),
            b'`' => {
                self.sure &= !self.frames.contains(&Frame::Backquotes);
                self.enter(Frame::Backquotes);
            }
            b'{' if after_dollar => self.enter(Frame::Braces { quoted }),
            b'(' if after_dollar && next.first() == Some(&b'(') => {
                self.enter(Frame::Arithmetic { open: 2 });
                return 2;
            }
            b'(' if after_dollar => self.enter(Frame::Commands),
            b'[' if after_dollar => self.enter(Frame::Arithmetic { open: 1 }),
            b'\'' if after_dollar && !quoted => self.enter(Frame::DollarQuotes),
            b'"' if *frame != Frame::DoubleQuotes => {
                self.word.push(byte);
                self.frames.push(Frame::DoubleQuotes);
            }
            b'$' => {
                if !after_dollar {
                    self.variable = Variable::Dollar;
                }
                self.word.push(byte);
            }
            b'\'' if !quoted => {
                self.word.push(byte);
                self.frames.push(Frame::SingleQuotes);
            }
            _ if matches!(frame, Frame::Commands | Frame::Backquotes) => return self.read_command(byte, next),
            _ => {}
        }
        1
    }

    /// Commands outside quotes.
    fn read_command(&mut self, byte: u8, next: &[u8]) -> usize {
        match byte {
            b'(' if self.word.is_empty() && next.first() == Some(&b'(') => {
                self.enter(Frame::Arithmetic { open: 2 });
                return 2;
            }
            b'(' => self.enter(Frame::Commands),
            b')' if self.frames.len() > 1 => {
                // One that closes nothing, as in `a) …` of a case, leaves the outermost commands as they are.
                self.frames.pop();
                self.word = b"x".to_vec();
            }
            b'#' if self.word.is_empty() => {
                self.sure &= !self.frames.contains(&Frame::Backquotes);
                self.frames.push(Frame::Comment);
            }
            b'<' if next.starts_with(b"<<") => {
                self.word.clear();
                return 3;
            }
            b'<' if next.first() == Some(&b'<') => {
                let strip_tabs = next.get(1) == Some(&b'-');
                self.delimiter = Some(Delimiter::new(strip_tabs));
                self.sure &= self.frames.len() == 1;
                return 2 + usize::from(strip_tabs);
            }
            b'\n' => {
                self.end_word();
                // The last of them is read first if they are pushed in order, so they go in backwards.
                self.frames.extend(self.pending.drain(..).rev().map(Frame::HereDocument));
                self.line.clear();
            }
            b' ' | b'\t' | b';' | b'&' | b'|' | b'<' | b'>' | b')' => self.end_word(),
            _ => self.word.push(byte),
        }
        1
    }

    fn end_word(&mut self) {
        // Within parentheses the `)` of a case's patterns cannot be told from the closing one.
        self.sure &= self.word != b"case" || self.frames.len() == 1;
        self.word.clear();
    }

    fn enter(&mut self, frame: Frame) {
        self.word.clear();
        self.frames.push(frame);
    }

    fn read_arithmetic(&mut self, byte: u8, open: usize) {
        let open = match byte {
            b'(' | b'[' => open + 1,
            b')' | b']' => open - 1,
            b'\'' | b'"' | b'`' => {
                self.sure = false;
                open
            }
            _ => open,
        };
        self.frames.pop();
        if open > 0 {
            self.frames.push(Frame::Arithmetic { open });
        } else {
            self.word = b"x".to_vec();
        }
    }

    /// Reads the word after `<<`. Returns whether the byte, which ended it, has still to be read as text.
    fn read_delimiter(&mut self, byte: u8) -> bool {
        let Some(delimiter) = &mut self.delimiter else { return true };
        let ended = delimiter.read(byte);
        if ended {
            self.pending.extend(self.delimiter.take().map(Delimiter::document));
        }
        ended
    }

    fn read_document(&mut self, byte: u8, document: &HereDocument) {
        if byte == b'\n' {
            if document.ends_with(&self.line) {
                self.frames.pop();
            }
            self.line.clear();
            self.escaped = false;
            self.variable = Variable::No;
            return;
        }
        self.line.push(byte);
        if document.raw {
            return;
        }
        // Expansions within the document are not followed.
        self.sure &= !(byte == b'`' || self.variable == Variable::Dollar && b"({[".contains(&byte));
        self.variable = if byte == b'$' && !self.escaped { Variable::Dollar } else { Variable::No };
        self.escaped = byte == b'\\' && !self.escaped;
    }
}

#[cfg(test)]
mod tests;
