//! Text as a field between separators, `.csv` and `.tsv`.

use super::LARGE;

/// A field that comes in pieces.
pub(super) struct Field {
    separator: u8,
    /// What may still turn out to need no quotes.
    text: Vec<u8>,
    is_quoted: bool,
}

impl Field {
    pub(super) fn new(separator: u8) -> Self {
        Self { separator, text: Vec::new(), is_quoted: false }
    }

    pub(super) fn push(&mut self, piece: &[u8], record: &mut Vec<u8>) {
        if self.is_quoted {
            return double(piece, record);
        }
        self.text.extend_from_slice(piece);
        // Nobody waits for the end of what is large to see whether it has to be quoted.
        if self.text.len() > LARGE {
            self.is_quoted = true;
            record.push(b'"');
            double(&std::mem::take(&mut self.text), record);
        }
    }

    pub(super) fn finish(self, record: &mut Vec<u8>) {
        if self.is_quoted {
            record.push(b'"');
        } else {
            quote(&self.text, self.separator, record);
        }
    }
}

/// A field, in quotes if it holds a blank, a quote, a NUL or the separator, as GNU parallel does it.
pub(super) fn quote(text: &[u8], separator: u8, record: &mut Vec<u8>) {
    if text.iter().any(|&byte| byte == separator || b" \t\r\n\"\0".contains(&byte)) {
        record.push(b'"');
        double(text, record);
        record.push(b'"');
    } else {
        record.extend_from_slice(text);
    }
}

/// Text between quotes, with its own quotes doubled.
fn double(text: &[u8], record: &mut Vec<u8>) {
    for piece in text.split_inclusive(|&byte| byte == b'"') {
        record.extend_from_slice(piece);
        if piece.ends_with(b"\"") {
            record.push(b'"');
        }
    }
}
