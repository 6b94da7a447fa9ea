//! Cutting a stream into items: at blanks with quotes, at line ends, or at one delimiter.

use std::io::{BufRead, BufReader, ErrorKind, Read};

use crate::error::{Error, say};

/// How items are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Between blanks and newlines, with quotes and backslashes.
    Words,
    /// One on each line, from its first byte that is no blank, with quotes and backslashes (`-I`).
    Lines,
    /// Ended by this byte, and everything else is literal (`-0`, `-d`).
    Ended(u8),
}

/// As much as is read at a time.
const CHUNK: usize = 1 << 16;

/// The items of a stream.
pub struct Items<R> {
    stream: BufReader<R>,
    name: String,
    syntax: Syntax,
    /// The item that ends the input, if any does.
    last: Option<Vec<u8>>,
    /// More bytes than any item may have. One that goes on for ever must not fill the memory.
    longest: usize,
    /// Whether the stream has ended.
    ended: bool,
    /// Whether it has been said that there is a NUL.
    warned: bool,
    /// Whether the item before ended at the end of its line.
    at_line_start: bool,
}

/// What ended an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Something after which the line may go on.
    Blank,
    /// The end of a line that does not go on in the next, or a delimiter.
    Line,
    /// The end of the stream.
    Stream,
}

/// Bytes that are not themselves in an item: blanks, newline, quotes, backslash, and NUL, which no argument can hold.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut index = 0;
    let bytes = b" \t\n'\"\\\0";
    while index < bytes.len() {
        special[bytes[index] as usize] = true;
        index += 1;
    }
    special
};

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

impl<R: Read> Items<R> {
    /// Those of `stream`, which errors call `name`. `last` ends the input; it has no meaning with a delimiter.
    pub fn new(stream: R, name: String, syntax: Syntax, last: Option<Vec<u8>>, longest: usize) -> Self {
        let last = last.filter(|_| !matches!(syntax, Syntax::Ended(_)));
        let stream = BufReader::with_capacity(CHUNK, stream);
        Self { stream, name, syntax, last, longest, ended: false, warned: false, at_line_start: true }
    }

    /// Appends the next item to `item`; `None` if there is none, and then what was appended is nothing.
    pub(super) fn next_into(&mut self, item: &mut Vec<u8>) -> Result<Option<End>, Error> {
        let start = item.len();
        let begins_line = self.at_line_start;
        let end = match self.syntax {
            Syntax::Ended(delimiter) => self.until(delimiter, item)?,
            Syntax::Words | Syntax::Lines => self.quoted(item)?,
        };
        // At the end of the stream there is an item only if it has bytes, and GNU xargs looks what it is only if it was
        // the first on its line.
        let is_item = match end {
            End::Stream if item.len() == start => false,
            End::Stream if !begins_line => true,
            End::Stream | End::Blank | End::Line => self.last.as_deref() != Some(&item[start..]),
        };
        if !is_item {
            self.stop();
            item.truncate(start);
        }
        Ok(is_item.then_some(end))
    }

    /// Whether there is more. Reads it, if all that was read has been used up.
    fn has_more(&mut self) -> Result<bool, Error> {
        Ok(!self.stream.buffer().is_empty() || self.refill()?)
    }

    /// Reads more, after all has been used up. Returns whether there is more.
    fn refill(&mut self) -> Result<bool, Error> {
        while !self.ended {
            match self.stream.fill_buf() {
                Ok(bytes) => {
                    self.ended = bytes.is_empty();
                    return Ok(!self.ended);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(cause) => {
                    self.ended = true;
                    return Err(Error::ReadInput { name: self.name.clone(), cause });
                }
            }
        }
        Ok(false)
    }

    fn byte(&mut self) -> Result<Option<u8>, Error> {
        if !self.has_more()? {
            return Ok(None);
        }
        let byte = self.stream.buffer().first().copied();
        self.stream.consume(1);
        Ok(byte)
    }

    /// Appends what stands before the delimiter.
    fn until(&mut self, delimiter: u8, item: &mut Vec<u8>) -> Result<End, Error> {
        let start = item.len();
        let mut any = false;
        let end = loop {
            if !self.has_more()? {
                break End::Stream;
            }
            any = true;
            let rest = self.stream.buffer();
            let found = memchr::memchr(delimiter, rest);
            let length = found.unwrap_or(rest.len());
            item.extend_from_slice(&rest[..length]);
            self.stream.consume(length + usize::from(found.is_some()));
            if found.is_some() {
                break End::Line;
            }
            self.check_length(item.len() - start)?;
        };
        if delimiter != 0
            && let Some(length) = memchr::memchr(0, &item[start..])
        {
            item.truncate(start + length);
        }
        // What a NUL has emptied at the end of the stream is an item nevertheless.
        Ok(if end == End::Stream && any && item.len() == start { End::Line } else { end })
    }

    /// Appends an item with quotes and backslashes.
    fn quoted(&mut self, item: &mut Vec<u8>) -> Result<End, Error> {
        let start = item.len();
        // Whether a NUL may be in it, which cuts it off.
        let mut has_nul = false;
        let mut before = loop {
            if !self.has_more()? {
                return Ok(End::Stream);
            }
            // More than ends an item: GNU xargs skips every white space here.
            let is_space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
            let rest = self.stream.buffer();
            let spaces = rest.iter().take_while(|byte| is_space(byte)).count();
            let is_item = spaces < rest.len();
            self.stream.consume(spaces);
            if is_item {
                break b'\n';
            }
        };
        let end = loop {
            if !self.has_more()? {
                break End::Stream;
            }
            let rest = self.stream.buffer();
            let plain = rest.iter().position(|byte| SPECIAL[usize::from(*byte)]).unwrap_or(rest.len());
            item.extend_from_slice(&rest[..plain]);
            if let Some(last) = plain.checked_sub(1).map(|last| rest[last]) {
                before = last;
            }
            let byte = rest.get(plain).copied();
            self.stream.consume(plain + usize::from(byte.is_some()));
            let Some(byte) = byte else {
                self.check_length(item.len() - start)?;
                continue;
            };
            match byte {
                b'\n' => {
                    self.at_line_start = true;
                    break if is_blank(before) && self.syntax == Syntax::Words { End::Blank } else { End::Line };
                }
                b' ' | b'\t' if self.syntax == Syntax::Words => {
                    self.at_line_start = false;
                    break End::Blank;
                }
                b'\'' | b'"' => {
                    self.between_quotes(byte, item, start)?;
                    has_nul = true;
                }
                b'\\' => match self.byte()? {
                    None => break End::Stream,
                    Some(escaped) => {
                        item.push(escaped);
                        has_nul |= escaped == 0;
                        before = escaped;
                        continue;
                    }
                },
                _ => {
                    item.push(byte);
                    has_nul |= byte == 0;
                }
            }
            before = byte;
        };
        if has_nul && let Some(length) = memchr::memchr(0, &item[start..]) {
            self.warn();
            item.truncate(start + length);
            // What a NUL has emptied at the end of the stream is an item nevertheless.
            return Ok(if end == End::Stream { End::Line } else { end });
        }
        Ok(end)
    }

    /// Appends what stands before the closing quote, which must be on the same line.
    fn between_quotes(&mut self, quote: u8, item: &mut Vec<u8>, start: usize) -> Result<(), Error> {
        loop {
            if !self.has_more()? {
                // As if there were no quote, to GNU xargs, if nothing at all comes with it.
                return if item.len() == start { Ok(()) } else { Err(self.unmatched(quote)) };
            }
            let rest = self.stream.buffer();
            let found = memchr::memchr2(quote, b'\n', rest);
            let length = found.unwrap_or(rest.len());
            item.extend_from_slice(&rest[..length]);
            let closing = found.map(|found| rest[found]);
            self.stream.consume(length + usize::from(found.is_some()));
            match closing {
                None => self.check_length(item.len() - start)?,
                Some(closing) if closing == quote => return Ok(()),
                Some(_) => return Err(self.unmatched(quote)),
            }
        }
    }

    fn unmatched(&mut self, quote: u8) -> Error {
        self.stop();
        let kind = if quote == b'"' { "double" } else { "single" };
        let advice = "quotes are special in a list of items unless -0 or -d is given";
        Error::Usage(format!("unmatched {kind} quote in {}; {advice}", self.name))
    }

    fn check_length(&mut self, length: usize) -> Result<(), Error> {
        if length < self.longest {
            return Ok(());
        }
        self.stop();
        Err(too_long(length, "or more "))
    }

    /// Nothing after a mistake is read.
    fn stop(&mut self) {
        self.ended = true;
        self.stream.consume(self.stream.buffer().len());
    }

    fn warn(&mut self) {
        if !std::mem::replace(&mut self.warned, true) {
            say(
                "warning: there is a NUL in the input, which no argument can hold: what stands after it in an item is \
                 lost; use -0 if items are separated by NULs",
            );
        }
    }
}

/// The error for an item that fits on no command line.
pub(super) fn too_long(length: usize, more: &str) -> Error {
    Error::Usage(format!("argument line too long: an item has {length} {more}bytes; give a larger -s"))
}
