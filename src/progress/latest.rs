//! `--latest-line`: one row for each running job with the last line that it wrote. As many are shown as fit.

use std::collections::BTreeMap;

use anstream::adapter::strip_bytes;

use super::legible::legible;
use crate::job::Seq;

/// As much of a line as is looked at; no terminal is that wide.
const WIDEST: usize = 4096;

/// The last lines of the running jobs.
#[derive(Debug, Default)]
pub(super) struct Latest {
    rows: BTreeMap<Seq, Row>,
}

#[derive(Debug, Default)]
struct Row {
    /// What switches its colour on, if it has one.
    colour: String,
    tag: Vec<u8>,
    /// The last line that is not empty, without its end.
    line: Vec<u8>,
    /// The beginning of the next.
    begun: Vec<u8>,
}

impl Latest {
    /// A job has written this.
    pub(super) fn note(&mut self, seq: Seq, tag: &[u8], colour: &str, bytes: &[u8]) {
        let row = || Row { colour: colour.to_owned(), tag: tag.to_vec(), ..Row::default() };
        self.rows.entry(seq).or_insert_with(row).read(bytes);
    }

    /// A job has ended: its row goes; what it said last, as it was written, is to be printed for good.
    pub(super) fn end(&mut self, seq: Seq) -> Option<Vec<u8>> {
        let Row { line, begun, .. } = self.rows.remove(&seq)?;
        [begun, line].into_iter().find(|line| !line.is_empty())
    }

    /// The first `most` rows for a terminal with so many columns.
    pub(super) fn rows(&self, columns: usize, most: usize) -> impl Iterator<Item = String> {
        // Nothing stands in the last column, as in the rows of the bar.
        self.rows.values().take(most).map(move |row| row.text(columns.saturating_sub(1)))
    }
}

impl Row {
    fn read(&mut self, bytes: &[u8]) {
        for line in bytes.split_inclusive(|&byte| byte == b'\n' || byte == b'\r') {
            let (text, is_whole) = match line.split_last() {
                Some((b'\n' | b'\r', text)) => (text, true),
                _ => (line, false),
            };
            let room = WIDEST.saturating_sub(self.begun.len());
            self.begun.extend_from_slice(&text[..text.len().min(room)]);
            if is_whole && !self.begun.is_empty() {
                self.line = std::mem::take(&mut self.begun);
            }
        }
    }

    fn text(&self, width: usize) -> String {
        let line = if self.begun.is_empty() { &self.line } else { &self.begun };
        let text = legible(&strip_bytes(&[self.tag.as_slice(), line].concat()).into_vec(), width);
        if self.colour.is_empty() { text } else { format!("{}{text}\x1b[m", self.colour) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_shows_the_last_line_that_says_something() {
        let cases: [(&[&str], &str); 6] = [
            (&["a\nb\n"], "t b"),
            (&["a\n", "\n"], "t a"),
            (&["a\nb", "c"], "t bc"),
            (&["\rframe=1", "\rframe=2"], "t frame=2"),
            (&["\x1b[1;31mred\x1b[m\x07\n"], "t red"),
            (&["日本語日本語日本語"], "t 日本語..."),
        ];
        for (pieces, expected) in cases {
            let mut row = Row { tag: b"t\t".to_vec(), ..Row::default() };
            for piece in pieces {
                row.read(piece.as_bytes());
            }
            assert_eq!(row.text(11), expected, "{pieces:?}");
        }
    }

    #[test]
    fn a_line_without_an_end_does_not_pile_up() {
        let mut row = Row::default();
        for _ in 0..100 {
            row.read(&[b'x'; 1000]);
        }
        assert_eq!(row.begun.len(), WIDEST);
    }

    #[test]
    fn rows_go_with_their_jobs() {
        let mut latest = Latest::default();
        latest.note(Seq(2), b"", "", b"two\n");
        latest.note(Seq(1), b"", "\x1b[31m", b"one\n");
        latest.note(Seq(3), b"", "", b"three");
        let rows = |latest: &Latest, most| latest.rows(80, most).collect::<Vec<_>>();
        assert_eq!(rows(&latest, 2), ["\x1b[31mone\x1b[m", "two"]);
        assert_eq!(latest.end(Seq(1)), Some(b"one".to_vec()));
        assert_eq!(latest.end(Seq(1)), None);
        assert_eq!(rows(&latest, 9), ["two", "three"]);
    }
}
