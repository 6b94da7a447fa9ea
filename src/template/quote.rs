//! Writing a value so that a shell reads it as that value, whatever it holds, in every place of a command line.

use crate::job::Value;

/// Where in a command line a value stands, which decides how it has to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The value is shell text itself: it is the command, or no shell will see it.
    Verbatim,
    /// Outside quotes.
    Bare,
    /// Between `'` and `'`.
    SingleQuotes,
    /// Between `$'` and `'`.
    DollarQuotes,
    /// Between `"` and `"`.
    DoubleQuotes,
    /// In a here-document that the shell expands.
    HereDocument,
    /// In a here-document that it does not expand, which ends at this line.
    RawHereDocument(Vec<u8>),
    /// After `#`.
    Comment,
    /// Straight after `$`: the name of a variable.
    Name,
    /// Where nothing but plain characters can be written safely: in arithmetic, straight after `\`, and after
    /// anything whose meaning this reader of shell text is not certain of.
    Plain,
}

/// A place, and how many pairs of backquotes are around it, each of which takes one layer of backslashes away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) place: Place,
    pub(super) backquotes: usize,
}

impl Position {
    pub(super) const VERBATIM: Self = Self { place: Place::Verbatim, backquotes: 0 };

    /// Appends `value` to the command line `line`; `Err` if there is no way to write it here.
    pub(super) fn write(&self, value: &[u8], line: &mut Vec<u8>) -> Result<(), ()> {
        if self.backquotes == 0 {
            return self.place.write(value, line);
        }
        let mut text = Vec::new();
        self.place.write(value, &mut text)?;
        for _ in 0..self.backquotes {
            let mut escaped = Vec::with_capacity(text.len());
            escape(&text, b"\\`$", &mut escaped);
            text = escaped;
        }
        line.extend(text);
        Ok(())
    }
}

impl Place {
    fn write(&self, value: &[u8], line: &mut Vec<u8>) -> Result<(), ()> {
        let allowed = match self {
            Self::DollarQuotes => !value.iter().any(|byte| b"'\\".contains(byte)),
            Self::RawHereDocument(end) => !value.contains(&b'\n') && !contains(end, value),
            Self::Name => is_name(value) || value.iter().all(u8::is_ascii_digit),
            Self::Plain => value.iter().all(|&byte| is_plain(byte)),
            _ => true,
        };
        if !allowed {
            return Err(());
        }
        match self {
            Self::Bare => quote(value, line),
            Self::SingleQuotes => inside_single_quotes(value, line),
            Self::DoubleQuotes => escape(value, b"\\\"$`", line),
            Self::HereDocument => {
                // `${_+}` is nothing in every shell, but a line that holds it is never the one that ends the document.
                for (index, part) in value.split(|&byte| byte == b'\n').enumerate() {
                    line.extend_from_slice(if index == 0 { b"${_+}" } else { b"\n${_+}" });
                    escape(part, b"\\$`", line);
                }
            }
            Self::Comment => line.extend(value.iter().map(|&byte| if byte == b'\n' { b' ' } else { byte })),
            _ => line.extend_from_slice(value),
        }
        Ok(())
    }
}

/// Appends `value` as one word for a shell of the Bourne family: as it is if it holds plain characters only, as `''`
/// if it is empty, and in single quotes otherwise, with `"'"` for those in it.
pub fn quote(value: &[u8], line: &mut Vec<u8>) {
    if value.is_empty() {
        line.extend_from_slice(b"''");
    } else if value.iter().all(|&byte| is_plain(byte)) {
        line.extend_from_slice(value);
    } else {
        let ends_in_quotes = !value.ends_with(b"'");
        if !value.starts_with(b"'") {
            line.push(b'\'');
        }
        let mut parts = value.split(|&byte| byte == b'\'').enumerate().peekable();
        while let Some((index, part)) = parts.next() {
            if index > 0 {
                line.extend_from_slice(if index == 1 && value.starts_with(b"'") { b"\"'\"" } else { b"'\"'\"" });
                if parts.peek().is_some() || ends_in_quotes {
                    line.push(b'\'');
                }
            }
            line.extend_from_slice(part);
        }
        if ends_in_quotes {
            line.push(b'\'');
        }
    }
}

/// [`quote`] into a string of its own.
pub fn quoted(value: &[u8]) -> Value {
    let mut line = Vec::with_capacity(value.len() + 2);
    quote(value, &mut line);
    line
}

fn inside_single_quotes(value: &[u8], line: &mut Vec<u8>) {
    for &byte in value {
        match byte {
            b'\'' => line.extend_from_slice(b"'\"'\"'"),
            _ => line.push(byte),
        }
    }
}

fn escape(value: &[u8], special: &[u8], line: &mut Vec<u8>) {
    for byte in value {
        if special.contains(byte) {
            line.push(b'\\');
        }
        line.push(*byte);
    }
}

/// Characters that mean themselves to every shell, anywhere in a word.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-+/.".contains(&byte)
}

fn is_name(value: &[u8]) -> bool {
    let starts_well = value.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    starts_well && value.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(text, part).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(place: Place, value: &str) -> Option<String> {
        let mut line = Vec::new();
        let position = Position { place, backquotes: 0 };
        position.write(value.as_bytes(), &mut line).ok().map(|()| String::from_utf8(line).expect("utf-8"))
    }

    #[test]
    fn values_are_quoted_as_their_place_demands() {
        let value = "it's \"$x\" `y`\\";
        assert_eq!(written(Place::Bare, value).as_deref(), Some("'it'\"'\"'s \"$x\" `y`\\'"));
        assert_eq!(written(Place::SingleQuotes, value).as_deref(), Some("it'\"'\"'s \"$x\" `y`\\"));
        assert_eq!(written(Place::DoubleQuotes, value).as_deref(), Some("it's \\\"\\$x\\\" \\`y\\`\\\\"));
        assert_eq!(written(Place::Comment, "a\nb").as_deref(), Some("a b"));
        assert_eq!(written(Place::Bare, "").as_deref(), Some("''"));
        assert_eq!(written(Place::Bare, "a-b_c+d/e.f9").as_deref(), Some("a-b_c+d/e.f9"));
    }

    #[test]
    fn a_value_that_cannot_be_written_safely_is_refused() {
        assert_eq!(written(Place::Plain, "1;2"), None);
        assert_eq!(written(Place::Plain, "12").as_deref(), Some("12"));
        assert_eq!(written(Place::Name, "(id)"), None);
        assert_eq!(written(Place::Name, "HOME").as_deref(), Some("HOME"));
        assert_eq!(written(Place::DollarQuotes, "\\'"), None);
        assert_eq!(written(Place::RawHereDocument(b"EOF".to_vec()), "EOF"), None);
    }
}
