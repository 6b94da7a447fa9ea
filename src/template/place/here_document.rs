//! Where a here-document of the Bourne family ends, and whether the shell expands it.

/// A here-document whose end is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HereDocument {
    pub(super) end: Vec<u8>,
    /// Whether the shell leaves it as it is.
    pub(super) raw: bool,
    strip_tabs: bool,
}

impl HereDocument {
    /// Whether this line is the one that ends it.
    pub(super) fn ends_with(&self, line: &[u8]) -> bool {
        let tabs = if self.strip_tabs { line.iter().take_while(|byte| **byte == b'\t').count() } else { 0 };
        line[tabs..] == self.end
    }
}

/// The word after `<<`, as far as it has been read.
#[derive(Debug)]
pub(super) struct Delimiter {
    document: HereDocument,
    quote: Option<u8>,
}

impl Delimiter {
    pub(super) fn new(strip_tabs: bool) -> Self {
        Self { document: HereDocument { end: Vec::new(), raw: false, strip_tabs }, quote: None }
    }

    /// Reads a byte; returns whether it is the first one behind the word.
    pub(super) fn read(&mut self, byte: u8) -> bool {
        match (self.quote, byte) {
            (Some(quote), _) if quote == byte => self.quote = None,
            (None, b'\'' | b'"') => {
                self.quote = Some(byte);
                self.document.raw = true;
            }
            (None, b'\\') => self.document.raw = true,
            (None, b' ' | b'\t') if self.document.end.is_empty() && !self.document.raw => {}
            (None, b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')') => return true,
            _ => self.document.end.push(byte),
        }
        false
    }

    pub(super) fn document(self) -> HereDocument {
        self.document
    }
}
