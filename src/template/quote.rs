//! Writing a value so that a shell reads it as that value, whatever it holds, in every place of a command line.

use crate::job::{Dialect, Value};

/// Where in a command line a value stands, which decides how it has to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The value is shell text itself: it is the command, or no shell will see it.
    Verbatim,
    /// Outside quotes.
    Bare,
    /// Outside quotes, straight before `<` or `>`, which take a number for that of a descriptor.
    BeforeRedirection,
    /// Between `'` and `'`.
    SingleQuotes,
    /// Between `$'` and `'`.
    DollarQuotes,
    /// Between `"` and `"`.
    DoubleQuotes,
    /// Between `"` and `"`, straight after a variable, which zsh reads on into `[` and `:`.
    AfterVariable,
    /// Straight after what may be a variable or the beginning of one.
    Apart { in_double_quotes: bool },
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
    pub(super) dialect: Dialect,
    pub(super) place: Place,
    pub(super) backquotes: usize,
}

impl Position {
    pub(super) const VERBATIM: Self = Self { dialect: Dialect::Bourne, place: Place::Verbatim, backquotes: 0 };

    /// Whether it is outside all quotes, of a shell of the Bourne family.
    pub(super) fn is_bare(&self) -> bool {
        *self == Self { dialect: Dialect::Bourne, place: Place::Bare, backquotes: 0 }
    }

    /// Appends `value` to the command line `line`; `Err` if there is no way to write it here.
    pub(super) fn write(&self, value: &[u8], line: &mut Vec<u8>) -> Result<(), ()> {
        // The byte 255 is the end of the text to rc.
        if self.dialect == Dialect::Rc && value.contains(&255) {
            return Err(());
        }
        if self.backquotes == 0 {
            return self.write_as_text(value, line);
        }
        let mut text = Vec::new();
        self.write_as_text(value, &mut text)?;
        for _ in 0..self.backquotes {
            let mut escaped = Vec::with_capacity(text.len());
            escape(&text, b"\\`$", &mut escaped);
            text = escaped;
        }
        line.extend(text);
        Ok(())
    }

    fn write_as_text(&self, value: &[u8], line: &mut Vec<u8>) -> Result<(), ()> {
        let plain = value.iter().all(|&byte| is_plain(byte));
        let allowed = match &self.place {
            Place::DollarQuotes => !value.iter().any(|byte| b"'\\".contains(byte)),
            Place::RawHereDocument(end) => !value.contains(&b'\n') && !contains(end, value),
            Place::Name => is_name(value) || value.iter().all(u8::is_ascii_digit),
            Place::Plain => plain,
            _ => true,
        };
        if !allowed {
            return Err(());
        }
        match (&self.place, self.dialect) {
            (Place::BeforeRedirection, _) if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                line.extend([b"'", value, b"'"].concat());
            }
            (Place::Apart { in_double_quotes }, dialect) => {
                let outside: &[u8] = if *in_double_quotes { b"\"" } else { b"" };
                let value = if plain { [b"'", value, b"'"].concat() } else { quoted(value, dialect) };
                line.extend([outside, &value, outside].concat());
            }
            (Place::Bare | Place::BeforeRedirection, dialect) => {
                // Two quoted strings side by side would be one with a quote in it.
                if dialect == Dialect::Rc && line.ends_with(b"'") {
                    line.push(b'^');
                }
                quote(value, dialect, line);
            }
            (Place::SingleQuotes, Dialect::Bourne) => replace(value, b'\'', b"'\"'\"'", line),
            (Place::SingleQuotes, Dialect::Fish) => escape(value, b"\\'", line),
            (Place::SingleQuotes, Dialect::Rc) => replace(value, b'\'', b"''", line),
            (Place::DoubleQuotes, Dialect::Bourne) => escape(value, b"\\\"$`", line),
            (Place::SingleQuotes | Place::DoubleQuotes | Place::AfterVariable, _) if plain => {
                line.extend_from_slice(value);
            }
            // These shells have bytes that cannot be written within quotes, or mean something there with what is
            // before.
            (Place::SingleQuotes, dialect) => between(b'\'', value, dialect, line),
            (Place::DoubleQuotes | Place::AfterVariable, dialect) => between(b'"', value, dialect, line),
            (Place::HereDocument, _) => {
                // `${_+}` is nothing in every shell, but a line that holds it is never the one that ends the document.
                for (index, part) in value.split(|&byte| byte == b'\n').enumerate() {
                    line.extend_from_slice(if index == 0 { b"${_+}" } else { b"\n${_+}" });
                    escape(part, b"\\$`", line);
                }
            }
            (Place::Comment, _) => {
                line.extend(value.iter().map(|&byte| if byte == b'\n' { b' ' } else { byte }));
            }
            (Place::Verbatim | Place::DollarQuotes | Place::RawHereDocument(_) | Place::Name | Place::Plain, _) => {
                line.extend_from_slice(value);
            }
        }
        Ok(())
    }
}

/// Appends `value` as one word for a shell: as it is if it holds plain characters only, as `''` if it is empty, and
/// otherwise quoted as the dialect has it.
pub fn quote(value: &[u8], dialect: Dialect, line: &mut Vec<u8>) {
    if value.is_empty() {
        line.extend_from_slice(b"''");
    } else if value.iter().all(|&byte| is_plain(byte)) {
        line.extend_from_slice(value);
    } else {
        match dialect {
            Dialect::Bourne => quote_for_bourne(value, line),
            Dialect::Csh => quote_for_csh(value, line),
            Dialect::Fish => {
                line.push(b'\'');
                escape(value, b"\\'", line);
                line.push(b'\'');
            }
            Dialect::Rc => {
                line.push(b'\'');
                replace(value, b'\'', b"''", line);
                line.push(b'\'');
            }
        }
    }
}

/// In single quotes, with `"'"` for those in it.
fn quote_for_bourne(value: &[u8], line: &mut Vec<u8>) {
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

/// With backslashes: what one means within quotes depends on a setting of the user, and `!` has a meaning even there.
fn quote_for_csh(value: &[u8], line: &mut Vec<u8>) {
    for &byte in value {
        match byte {
            b'\n' => line.extend_from_slice(b"\"\\\n\""),
            _ if is_plain(byte) || !byte.is_ascii() => line.push(byte),
            _ => line.extend([b'\\', byte]),
        }
    }
}

/// Closes the quotes around a value, appends it as text outside quotes, and opens them again.
fn between(quotes: u8, value: &[u8], dialect: Dialect, line: &mut Vec<u8>) {
    line.push(quotes);
    quote(value, dialect, line);
    line.push(quotes);
}

/// [`quote`] into a string of its own.
pub fn quoted(value: &[u8], dialect: Dialect) -> Value {
    let mut line = Vec::with_capacity(value.len() + 2);
    quote(value, dialect, &mut line);
    line
}

fn replace(value: &[u8], special: u8, by: &[u8], line: &mut Vec<u8>) {
    for &byte in value {
        if byte == special {
            line.extend_from_slice(by);
        } else {
            line.push(byte);
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

    fn written_for(dialect: Dialect, place: Place, value: &str) -> Option<String> {
        let mut line = Vec::new();
        let position = Position { dialect, place, backquotes: 0 };
        position.write(value.as_bytes(), &mut line).ok().map(|()| String::from_utf8(line).expect("utf-8"))
    }

    fn written(place: Place, value: &str) -> Option<String> {
        written_for(Dialect::Bourne, place, value)
    }

    #[test]
    fn values_are_quoted_as_their_place_demands() {
        let value = "it's \"$x\" `y`\\";
        assert_eq!(written(Place::Bare, value).as_deref(), Some("'it'\"'\"'s \"$x\" `y`\\'"));
        assert_eq!(written(Place::SingleQuotes, value).as_deref(), Some("it'\"'\"'s \"$x\" `y`\\"));
        assert_eq!(written(Place::DoubleQuotes, value).as_deref(), Some("it's \\\"\\$x\\\" \\`y\\`\\\\"));
        assert_eq!(written(Place::AfterVariable, "[1]").as_deref(), Some("\"'[1]'\""));
        assert_eq!(written(Place::Apart { in_double_quotes: true }, "x").as_deref(), Some("\"'x'\""));
        assert_eq!(written(Place::Apart { in_double_quotes: false }, "x").as_deref(), Some("'x'"));
        assert_eq!(written(Place::BeforeRedirection, "2").as_deref(), Some("'2'"));
        assert_eq!(written(Place::BeforeRedirection, "a2").as_deref(), Some("a2"));
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

    #[test]
    fn each_dialect_has_quotes_of_its_own() {
        use Dialect::{Csh, Fish, Rc};
        use Place::{Bare, DoubleQuotes, SingleQuotes};
        let cases = [
            (Csh, Bare, "a'b!\n\\", "a\\'b\\!\"\\\n\"\\\\"),
            (Csh, SingleQuotes, "it's", "'it\\'s'"),
            (Csh, DoubleQuotes, "$x", "\"\\$x\""),
            (Csh, DoubleQuotes, "plain", "plain"),
            (Fish, Bare, "it's \\n", "'it\\'s \\\\n'"),
            (Fish, SingleQuotes, "it's \\n", "it\\'s \\\\n"),
            (Fish, DoubleQuotes, "$x", "\"'$x'\""),
            (Rc, Bare, "it's \\n", "'it''s \\n'"),
            (Rc, SingleQuotes, "it's \\n", "it''s \\n"),
        ];
        for (dialect, place, value, expected) in cases {
            assert_eq!(written_for(dialect, place, value).as_deref(), Some(expected), "{dialect:?}: {value}");
            assert_eq!(written_for(dialect, Bare, "").as_deref(), Some("''"));
        }
    }

    #[test]
    fn rc_gets_a_caret_between_quoted_strings_and_no_byte_255() {
        let position = Position { dialect: Dialect::Rc, place: Place::Bare, backquotes: 0 };
        let mut line = b"'a'".to_vec();
        position.write(b";", &mut line).expect("it can be written");
        assert_eq!(line, b"'a'^';'");
        assert_eq!(position.write(b"\xff", &mut line), Err(()));
    }
}
