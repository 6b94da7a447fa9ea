//! Reading the text of a command as csh, fish or rc does.
//!
//! These are read less far than the Bourne family: quotes, backslashes and variables are followed, and that is all.
//! Command substitutions within double quotes, backquotes, here-documents and comments make the reader unsure.

use crate::job::Dialect;
use crate::template::quote::Place;

/// How much of a variable has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Variable {
    No,
    /// `$`, and what may stand between it and the name.
    Dollar,
    Name,
    /// An index or a modifier, or the inside of `${…}`.
    Detail,
}

/// The reader of all three, which differ in some bytes.
#[derive(Debug)]
pub(super) struct Reader {
    dialect: Dialect,
    /// The quote that is open.
    quote: Option<u8>,
    /// The byte before, if it may change the meaning of the next one.
    previous: u8,
    variable: Variable,
    in_word: bool,
    sure: bool,
    copies_itself: bool,
}

impl Reader {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            quote: None,
            previous: 0,
            variable: Variable::No,
            in_word: false,
            sure: true,
            copies_itself: false,
        }
    }

    pub(super) fn value(&mut self) -> Place {
        let previous = std::mem::take(&mut self.previous);
        let escaped = previous == b'\\';
        self.copies_itself |= self.dialect == Dialect::Csh && previous == b'!';
        let place = match (self.variable, self.quote) {
            _ if !self.sure || escaped || self.variable == Variable::Detail => Place::Plain,
            (Variable::Dollar, _) => Place::Name,
            (_, None) => Place::Bare,
            (_, Some(b'\'')) => Place::SingleQuotes,
            _ => Place::DoubleQuotes,
        };
        // What a backslash and the value mean together goes on in the text behind them: \x4{}1.
        self.sure &= !escaped || self.quote.is_some();
        self.in_word = true;
        if self.variable == Variable::Dollar {
            self.variable = Variable::Name;
        }
        place
    }

    /// Whether what follows is read as if nothing stood before it.
    pub(super) fn is_at_rest(&self) -> bool {
        self.quote.is_none() && self.previous != b'\\' && self.sure && !self.copies_itself
    }

    pub(super) fn copies_itself(&self) -> bool {
        self.copies_itself
    }

    pub(super) fn text(&mut self, text: &[u8]) {
        for byte in text {
            self.read(*byte);
        }
    }

    fn read(&mut self, byte: u8) {
        let previous = std::mem::replace(&mut self.previous, byte);
        // History substitution: `!!`, `!#`, `!-1`, …
        self.copies_itself |= self.dialect == Dialect::Csh && previous == b'!' && !b" \t\n=(".contains(&byte);
        if previous == b'\\' {
            self.previous = 0;
            self.read_escaped(byte);
            return;
        }
        match (self.quote, byte) {
            (Some(_), b'\\') if self.dialect == Dialect::Rc => self.previous = 0,
            (None, b'\\') if self.dialect == Dialect::Rc => self.sure = false,
            (_, b'\\') => {
                self.variable = Variable::No;
                self.in_word = true;
            }
            (Some(quote), _) if quote == byte => {
                self.quote = None;
                self.variable = Variable::No;
            }
            (Some(_), b'\n') if self.dialect == Dialect::Csh => self.sure = false,
            (Some(b'\''), _) => {}
            (Some(_), _) => self.read_expandable(byte),
            (None, _) => {
                self.read_bare(byte, previous);
                self.read_expandable(byte);
            }
        }
    }

    /// The byte after a backslash.
    fn read_escaped(&mut self, byte: u8) {
        self.sure &= match (self.dialect, self.quote) {
            // `set backslash_quote` in a startup file decides whether it takes the meaning from these.
            (Dialect::Csh, Some(_)) => !b"\\'\"`$".contains(&byte),
            // A number in digits, which may go on in a value.
            (Dialect::Fish, None) => !b"xXuUc01234567".contains(&byte),
            _ => true,
        };
        self.in_word = self.quote.is_some() || byte != b'\n';
    }

    /// Outside quotes.
    fn read_bare(&mut self, byte: u8, previous: u8) {
        let has_double_quotes = self.dialect != Dialect::Rc;
        match byte {
            b'\'' | b'"' if byte == b'\'' || has_double_quotes => {
                // The name of a variable can be quoted in rc.
                self.sure &= self.variable != Variable::Dollar;
                self.variable = Variable::No;
                self.quote = Some(byte);
            }
            b'#' if self.dialect == Dialect::Rc => self.sure &= self.variable == Variable::Dollar,
            b'#' => self.sure &= self.in_word,
            b'<' => self.sure &= previous != b'<',
            _ => {}
        }
        self.in_word = !byte.is_ascii_whitespace() && !b";&|<>()".contains(&byte);
    }

    /// Where `$` and backquotes have their meaning.
    fn read_expandable(&mut self, byte: u8) {
        use Variable::{Detail, Dollar, Name, No};
        let quoted = self.quote.is_some();
        self.sure &= !(byte == b'`' && self.dialect == Dialect::Csh);
        self.sure &= !(byte == b'(' && self.variable == Dollar && (quoted || self.dialect != Dialect::Rc));
        self.variable = match (self.variable, byte) {
            (_, b'$') | (Dollar, b'#' | b'?' | b'%' | b'^' | b'"') => Dollar,
            (Dollar | Name, b'{') => Detail,
            (Dollar | Name, byte) if byte == b'_' || byte == b'*' || byte.is_ascii_alphanumeric() => Name,
            (Name, b'[' | b':') => Detail,
            (Detail, b']' | b'}') => Name,
            (Detail, byte) if !byte.is_ascii_whitespace() => Detail,
            _ => No,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place of each `@` in the text, as a letter.
    fn places(dialect: Dialect, text: &str) -> String {
        let mut reader = Reader::new(dialect);
        let mut parts = text.split('@');
        reader.text(parts.next().unwrap_or_default().as_bytes());
        let letters = parts.map(|part| {
            let place = reader.value();
            reader.text(part.as_bytes());
            match place {
                Place::Bare => 'b',
                Place::SingleQuotes => 's',
                Place::DoubleQuotes => 'd',
                Place::Name => 'n',
                Place::Plain => '-',
                other => panic!("{other:?} is no place of these"),
            }
        });
        letters.collect()
    }

    #[test]
    fn quotes_variables_and_backslashes_decide_the_place() {
        use Dialect::{Csh, Fish, Rc};
        let cases = [
            (Csh, r#"@ '@' "@" x'"@"' a\'@ "'@'""#, "bsdsbd"),
            (Fish, r#"@ '@' "@" x'"@"' a\'@ "\"@" '\'@'"#, "bsdsbds"),
            (Rc, r#"@ '@' "@" 'it''s @' @"#, "bsbsb"),
            (Csh, r#"$@ $?@ $x@ "$x @" $x[@] $x:@ ${@} ${x}@"#, "nnbd---b"),
            (Fish, r#"$@ $x@ "$x@" $x[@] $x[1]@"#, "nbd-b"),
            (Rc, r#"$@ $#@ $x@ $"@ $x(@)"#, "nnbnb"),
            (Fish, r"(cat @ '@') @ {@,b}", "bsbb"),
            (Rc, "`{cat @ '@'} @ <{@}", "bsbb"),
            (Csh, r"(cd @; ls) > @", "bb"),
            (Fish, "echo a#@ x", "b"),
        ];
        for (dialect, text, expected) in cases {
            assert_eq!(places(dialect, text), expected, "{dialect:?}: {text}");
        }
    }

    #[test]
    fn what_is_not_followed_makes_it_unsure() {
        use Dialect::{Csh, Fish, Rc};
        let texts = [
            (Csh, "`@` @"),
            (Csh, "\"`@`\" @"),
            (Csh, r"'\'@ @"),
            (Csh, "# @\n@"),
            (Csh, "cat << E @\n@"),
            (Csh, "'a\n@' @"),
            (Fish, "\"$(echo @)\" @"),
            (Fish, "# @\n@"),
            (Fish, r"\x@ @"),
            (Fish, r"\@ @"),
            (Rc, r"\@ @"),
            (Rc, "a#@\n@"),
            (Rc, "cat << E @\n@"),
            (Rc, "$'@' @"),
        ];
        for (dialect, text) in texts {
            assert_eq!(places(dialect, text), "--", "{dialect:?}: {text}");
        }
    }

    #[test]
    fn history_substitution_copies_what_stands_before_it() {
        let copies = |text: &str| {
            let mut reader = Reader::new(Dialect::Csh);
            reader.text(text.as_bytes());
            reader.copies_itself()
        };
        assert!(["echo !#", "echo '!#'", "echo \"!!\""].into_iter().all(copies));
        assert!(!["echo \\!#", "if (! x) y", "if ($x != y) z", "echo '\\!#'"].into_iter().any(copies));
    }
}
