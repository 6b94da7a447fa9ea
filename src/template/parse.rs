//! From the words of a command, or from text, to the segments of a template.

use std::ffi::OsString;

use super::place::ShellText;
use super::quote::{Place, Position, quoted};
use super::replacement::{Replacement, Replacements};
use super::{Segment, Setting};
use crate::error::Error;
use crate::job::Dialect;

/// A stretch of text, or a replacement string in it.
pub(super) enum Part<'a> {
    Text(&'a [u8]),
    Value(Replacement),
}

/// Cuts text at its replacement strings.
pub(super) fn split<'a>(text: &'a [u8], replacements: &Replacements) -> Result<Vec<Part<'a>>, Error> {
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        let Some((replacement, length)) = replacements.at_start(&text[at..])? else {
            at += 1;
            continue;
        };
        if start < at {
            parts.push(Part::Text(&text[start..at]));
        }
        parts.push(Part::Value(replacement));
        at += length;
        start = at;
    }
    if start < at {
        parts.push(Part::Text(&text[start..at]));
    }
    Ok(parts)
}

/// The segments of a command, with all values at the end if there is no other place for them.
pub(super) fn command(words: &[OsString], setting: Setting<'_>) -> Result<Vec<Segment>, Error> {
    let mut parser = parse_command(words, setting)?;
    if !parser.found {
        if !words.is_empty() {
            parser.literal(b" ");
        }
        parser.value(Replacement::all_values());
    }
    Ok(parser.finish())
}

/// The segments of a command as it is.
pub(super) fn fixed_command(words: &[OsString], setting: Setting<'_>) -> Result<Vec<Segment>, Error> {
    parse_command(words, setting).map(Parser::finish)
}

fn parse_command(words: &[OsString], setting: Setting<'_>) -> Result<Parser, Error> {
    let replacements = Replacements::new(setting.options, setting.names)?;
    let words = replacements.join_expressions(words);
    let shell = ShellText::new(setting.dialect);
    let mut parser = Parser { replacements, dialect: setting.dialect, shell, segments: Vec::new(), found: false };
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            parser.literal(b" ");
        }
        parser.word(word, setting.options.quote)?;
    }
    Ok(parser)
}

/// The segments of text that no shell will see.
pub(super) fn text(text: &[u8], setting: Setting<'_>) -> Result<Vec<Segment>, Error> {
    let replacements = Replacements::new(setting.options, setting.names)?;
    let segments = split(text, &replacements)?.into_iter().map(|part| match part {
        Part::Text(text) => Segment::Text(text.to_vec()),
        Part::Value(replacement) => Segment::Value(replacement, Position::VERBATIM),
    });
    Ok(segments.collect())
}

struct Parser {
    replacements: Replacements,
    dialect: Dialect,
    shell: ShellText,
    segments: Vec<Segment>,
    /// Whether there was a replacement string.
    found: bool,
}

impl Parser {
    fn word(&mut self, word: &[u8], quote: bool) -> Result<(), Error> {
        if quote && word.is_empty() {
            self.literal(b"''");
        }
        let parts = split(word, &self.replacements)?;
        if quote && is_quoted_whole(&parts) {
            self.quoted_word(parts);
            return Ok(());
        }
        for part in parts {
            match part {
                Part::Text(text) if quote => self.literal(&quoted(text, self.dialect)),
                Part::Text(text) => self.literal(text),
                Part::Value(replacement) => self.value(replacement),
            }
        }
        Ok(())
    }

    /// A word of `-q` with replacement strings in it.
    fn quoted_word(&mut self, parts: Vec<Part<'_>>) {
        self.found = true;
        if let [Part::Value(all @ Replacement::Values { position: None, .. })] = &parts[..] {
            self.value(all.clone());
            return;
        }
        let segments = parts.into_iter().map(|part| match part {
            Part::Text(text) => Segment::Text(text.to_vec()),
            Part::Value(replacement) => Segment::Value(replacement, Position::VERBATIM),
        });
        self.segments.push(Segment::Quoted(segments.collect(), self.dialect));
    }

    fn literal(&mut self, text: &[u8]) {
        match self.segments.last_mut() {
            Some(Segment::Text(before)) => before.extend_from_slice(text),
            last => {
                let glue = match last {
                    Some(Segment::Value(_, position)) => self.shell.followed_by(&mut position.place, text),
                    _ => b"",
                };
                self.segments.push(Segment::Text([glue, text].concat()));
            }
        }
        self.shell.text(text);
    }

    fn value(&mut self, replacement: Replacement) {
        self.found = true;
        self.segments.push(Segment::Value(replacement, self.shell.value()));
    }

    fn finish(mut self) -> Vec<Segment> {
        if self.shell.copies_itself() {
            for segment in &mut self.segments {
                if let Segment::Value(_, position) = segment {
                    position.place = Place::Plain;
                }
            }
        }
        self.segments
    }
}

/// Whether a word of `-q` holds values, which can be quoted with it; the shell's variables cannot.
fn is_quoted_whole(parts: &[Part<'_>]) -> bool {
    let is_variable = |part: &Part<'_>| matches!(part, Part::Value(Replacement::Variable(_)));
    parts.iter().any(|part| matches!(part, Part::Value(_))) && !parts.iter().any(is_variable)
}

/// Turns each word, up to the next white space, that holds a replacement string for all values into a repeated one.
///
/// A word that opens or closes quotes stays as it is, with the values side by side: if it were repeated, every other
/// value would stand on the wrong side of the quotes. Without a `dialect` no shell reads the text.
pub(super) fn repeat_words(segments: Vec<Segment>, dialect: Option<Dialect>) -> Vec<Segment> {
    let mut result = Vec::new();
    let mut word = Vec::new();
    let end_word = |word: &mut Vec<Segment>, result: &mut Vec<Segment>| {
        let is_each = |segment: &Segment| matches!(segment, Segment::Value(replacement, _) if replacement.is_each());
        if word.iter().any(is_each) && dialect.is_none_or(|dialect| can_be_repeated(word, dialect)) {
            result.push(Segment::Repeated(std::mem::take(word)));
        } else {
            for segment in word.drain(..) {
                push(result, segment);
            }
        }
    };
    for segment in segments {
        let text = match segment {
            Segment::Text(text) => text,
            Segment::Quoted(quoted, dialect) => {
                end_word(&mut word, &mut result);
                result.push(Segment::Quoted(repeat_words(quoted, None), dialect));
                continue;
            }
            segment => {
                word.push(segment);
                continue;
            }
        };
        for piece in text.chunk_by(|one, other| one.is_ascii_whitespace() == other.is_ascii_whitespace()) {
            if piece[0].is_ascii_whitespace() {
                end_word(&mut word, &mut result);
                push(&mut result, Segment::Text(piece.to_vec()));
            } else {
                word.push(Segment::Text(piece.to_vec()));
            }
        }
    }
    end_word(&mut word, &mut result);
    result
}

/// Adds a segment, text to text.
fn push(segments: &mut Vec<Segment>, segment: Segment) {
    match (segments.last_mut(), segment) {
        (Some(Segment::Text(before)), Segment::Text(text)) => before.extend(text),
        (_, segment) => segments.push(segment),
    }
}

/// Whether the shell reads a word the same way a second time: either nothing in it means anything to a shell, or it
/// ends all that it begins, and its values stand where they would stand if nothing were before it.
fn can_be_repeated(word: &[Segment], dialect: Dialect) -> bool {
    let is_neutral = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-+/.,:@%=".contains(byte);
    let mut texts = word.iter().filter_map(|segment| match segment {
        Segment::Text(text) => Some(text),
        _ => None,
    });
    if texts.clone().all(|text| text.iter().all(is_neutral)) {
        return true;
    }
    // A parenthesis or a backquote may end what was begun long before.
    if texts.any(|text| text.iter().any(|byte| b"()`".contains(byte))) {
        return false;
    }
    let mut shell = ShellText::new(dialect);
    let mut place = None;
    for segment in word {
        match segment {
            Segment::Text(text) => {
                if let Some((mut simulated, actual)) = place.take() {
                    let _: &[u8] = shell.followed_by(&mut simulated, text);
                    if simulated != actual {
                        return false;
                    }
                }
                shell.text(text);
            }
            Segment::Value(_, position) => {
                let simulated = shell.value();
                if simulated.backquotes != position.backquotes {
                    return false;
                }
                if let Some((simulated, actual)) = place.replace((simulated.place, position.place.clone()))
                    && simulated != actual
                {
                    return false;
                }
            }
            Segment::Repeated(_) | Segment::Quoted(..) => return false,
        }
    }
    place.is_none_or(|(simulated, actual)| simulated == actual) && shell.is_at_rest()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{Job, Seq, Slot, Values};
    use crate::template::{Template, TemplateOptions};

    fn template(command: &str) -> Template {
        let (options, names) = (TemplateOptions::default(), Values::new());
        let setting =
            Setting { options: &options, names: &names, repeat_words: true, slots: 1, dialect: Dialect::Bourne };
        Template::command(&[command.into()], setting).expect("a template")
    }

    fn rendered(command: &str) -> String {
        let job = Job::new(Seq(1), ["a", "b;c"].into_iter().collect());
        String::from_utf8(template(command).render(&job, Slot(1), None).expect("a line")).expect("utf-8")
    }

    #[test]
    fn values_at_the_end_follow_one_piece_of_text() {
        assert_eq!(template("cp -t 'a b'").text_before_values(), Some(&b"cp -t 'a b' "[..]));
        assert_eq!(template("cp {} b").text_before_values(), None);
        assert_eq!(template("cp a{}").text_before_values(), None);
    }

    #[test]
    fn a_word_is_repeated_unless_that_would_move_values_out_of_quotes() {
        let cases = [
            ("echo x{}y", "echo xay x'b;c'y"),
            ("echo 'x{}y' \"{}\"", "echo 'xay' 'xb;cy' \"a\" \"b;c\""),
            ("echo 'x {} y'", "echo 'x a b;c y'"),
            ("echo \"a {}\" b", "echo \"a a b;c\" b"),
            ("echo '{} a'", "echo 'a b;c a'"),
            ("echo \"$(echo {}) x\"", "echo \"$(echo a 'b;c') x\""),
            ("echo `echo {}` x", "echo `echo a 'b;c'` x"),
            ("echo {};echo", "echo a;echo 'b;c';echo"),
        ];
        for (command, expected) in cases {
            assert_eq!(rendered(command), expected, "{command}");
        }
    }
}
