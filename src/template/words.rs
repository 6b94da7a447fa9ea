//! Commands that no shell sees: words, and where the values of a job go.

use memchr::memmem;

use super::display;
use crate::job::{CommandLine, Values};

/// The words of a command, with a place for values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    words: Values,
    /// What stands for the value, in every word but the first; otherwise values are added at the end.
    replaced: Option<Vec<u8>>,
}

impl Words {
    /// Values are added after these words.
    pub fn appended(words: Values) -> Self {
        Self { words, replaced: None }
    }

    /// The value is put where `text`, which is not empty, stands in a word.
    pub fn replacing(words: Values, text: Vec<u8>) -> Self {
        Self { words, replaced: Some(text) }
    }

    /// How often a value stands in the command.
    pub fn places(&self) -> usize {
        let Some(text) = &self.replaced else { return 1 };
        self.words.iter().skip(1).map(|word| memmem::find_iter(word, text).count()).sum()
    }

    /// The bytes of the command without values, each word with its NUL.
    pub fn size(&self) -> usize {
        let replaced = self.replaced.as_ref().map_or(0, |text| self.places() * text.len());
        self.words.total_size() + self.words.len() - replaced
    }

    /// The argument vector of a job.
    pub fn render(&self, values: &Values) -> Values {
        let Some(text) = &self.replaced else {
            let mut words = self.words.clone();
            words.append(values);
            return words;
        };
        let value = values.get(0).unwrap_or_default();
        let mut words = Values::new();
        for (index, word) in self.words.iter().enumerate() {
            words.push_with(|bytes| {
                let mut rest = 0;
                let found = memmem::find_iter(word, text).filter(|_| index > 0);
                for place in found {
                    bytes.extend_from_slice(&word[rest..place]);
                    bytes.extend_from_slice(value);
                    rest = place + text.len();
                }
                bytes.extend_from_slice(&word[rest..]);
            });
        }
        words
    }

    /// An argument vector as somebody would type it.
    pub fn show(vector: &Values) -> CommandLine {
        let mut line = CommandLine::new();
        for word in vector.iter() {
            if !line.is_empty() {
                line.push(b' ');
            }
            display::write(word, &mut line);
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(words: &[&str]) -> Values {
        words.iter().collect()
    }

    #[test]
    fn values_are_appended_or_replace() {
        let appended = Words::appended(values(&["echo", "{}"]));
        assert_eq!(appended.render(&values(&["a b", ""])), values(&["echo", "{}", "a b", ""]));
        assert_eq!((appended.places(), appended.size()), (1, 8));
        let replacing = Words::replacing(values(&["{}", "{}{}", "x{}y", "z"]), b"{}".to_vec());
        assert_eq!(replacing.render(&values(&["{}1"])), values(&["{}", "{}1{}1", "x{}1y", "z"]));
        assert_eq!((replacing.places(), replacing.size()), (3, 3 + 1 + 3 + 2));
        assert_eq!(
            Words::replacing(values(&["e", "aaa"]), b"aa".to_vec()).render(&values(&["b"])),
            values(&["e", "ba"])
        );
    }
}
