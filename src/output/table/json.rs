//! Text as a string of JSON, every byte of which can be had back.

/// Bytes as a JSON string, without its quotes. A byte that is not part of UTF-8 is written as `\udcXX`, from which
/// Python's `surrogateescape` makes the byte again.
pub(super) fn escape(bytes: &[u8], record: &mut Vec<u8>) {
    let mut escaper = Escaper::default();
    escaper.push(bytes, record);
    escaper.finish(record);
}

/// The same for a text that comes in pieces.
#[derive(Default)]
pub(super) struct Escaper {
    /// The beginning of a character.
    begun: Vec<u8>,
}

impl Escaper {
    pub(super) fn push(&mut self, bytes: &[u8], record: &mut Vec<u8>) {
        let joined = (!self.begun.is_empty()).then(|| [self.begun.as_slice(), bytes].concat());
        self.begun.clear();
        let mut rest = joined.as_deref().unwrap_or(bytes);
        loop {
            match std::str::from_utf8(rest) {
                Ok(_) => return escape_text(rest, record),
                Err(error) => {
                    let (valid, invalid) = rest.split_at(error.valid_up_to());
                    escape_text(valid, record);
                    let Some(length) = error.error_len() else {
                        self.begun.extend_from_slice(invalid);
                        return;
                    };
                    let (invalid, after) = invalid.split_at(length);
                    escape_bytes(invalid, record);
                    rest = after;
                }
            }
        }
    }

    pub(super) fn finish(&mut self, record: &mut Vec<u8>) {
        escape_bytes(&std::mem::take(&mut self.begun), record);
    }
}

/// Bytes that are no text.
fn escape_bytes(bytes: &[u8], record: &mut Vec<u8>) {
    for byte in bytes {
        record.extend_from_slice(format!("\\udc{byte:02x}").as_bytes());
    }
}

/// Text, with what JSON has no place for.
fn escape_text(text: &[u8], record: &mut Vec<u8>) {
    for &byte in text {
        match byte {
            b'"' | b'\\' => record.extend_from_slice(&[b'\\', byte]),
            0..=0x1f => record.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => record.push(byte),
        }
    }
}
