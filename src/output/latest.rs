//! `--latest-line`: one row for each running job, at the foot of the terminal, with the last line that it wrote.
//!
//! The rows are a passive value that says what to write: what brings them up to date, and what takes them away before
//! something else is printed. As many are shown as fit.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rustix::termios::tcgetwinsize;
use unicode_width::UnicodeWidthChar;

use super::style::Colour;
use crate::job::Seq;

/// As much of a line as is looked at; no terminal is that wide.
const WIDEST: usize = 4096;
/// How often rows are drawn.
const REDRAW: Duration = Duration::from_millis(100);

/// The rows.
#[derive(Debug)]
pub struct Latest {
    rows: BTreeMap<Seq, Row>,
    /// How many rows are on the terminal.
    shown: usize,
    /// Rows have changed since they were drawn last.
    changed: bool,
    drawn: Instant,
}

#[derive(Debug, Default)]
struct Row {
    colour: Option<Colour>,
    tag: Vec<u8>,
    /// The last line that is not empty, without its end.
    line: Vec<u8>,
    /// The beginning of the next.
    begun: Vec<u8>,
}

impl Default for Latest {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), shown: 0, changed: false, drawn: Instant::now() }
    }
}

impl Latest {
    /// A job has written this.
    pub fn note(&mut self, seq: Seq, tag: &[u8], colour: Option<Colour>, bytes: &[u8]) {
        let row = || Row { colour, tag: tag.to_vec(), ..Row::default() };
        self.rows.entry(seq).or_insert_with(row).read(bytes);
        self.changed = true;
    }

    /// A job has ended: its row goes; what it said last, as it was written, is to be printed for good.
    pub fn end(&mut self, seq: Seq) -> Option<Vec<u8>> {
        let mut row = self.rows.remove(&seq)?;
        self.changed = true;
        if !row.begun.is_empty() {
            row.line = std::mem::take(&mut row.begun);
        }
        (!row.line.is_empty()).then_some(row.line)
    }

    /// When there is something to draw, if nothing happens.
    pub fn wait(&self) -> Option<Duration> {
        self.changed.then(|| REDRAW.saturating_sub(self.drawn.elapsed()))
    }

    /// What brings the terminal up to date, unless that has just been done.
    pub fn draw(&mut self) -> Vec<u8> {
        if !self.changed || self.drawn.elapsed() < REDRAW {
            return Vec::new();
        }
        let size = tcgetwinsize(rustix::stdio::stdout()).ok().filter(|size| size.ws_col > 0 && size.ws_row > 0);
        let (columns, height) = size.map_or((80, 24), |size| (usize::from(size.ws_col), usize::from(size.ws_row)));
        self.drawn = Instant::now();
        self.drawing(columns, height)
    }

    fn drawing(&mut self, columns: usize, height: usize) -> Vec<u8> {
        let mut text = self.hide();
        // The cursor stands in the row below them; a full row would take it there twice.
        let (room, width) = (height.saturating_sub(1), columns.saturating_sub(1));
        for row in self.rows.values().take(room) {
            text.extend_from_slice(row.text(width).as_bytes());
            text.push(b'\n');
            self.shown += 1;
        }
        self.changed = false;
        text
    }

    /// What takes the rows away, so that something else can be printed in their place.
    pub fn hide(&mut self) -> Vec<u8> {
        let shown = std::mem::take(&mut self.shown);
        self.changed |= shown > 0;
        if shown == 0 { Vec::new() } else { format!("\x1b[{shown}A\r\x1b[J").into_bytes() }
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

    /// What fits a row of a terminal: no control characters, nor sequences of them.
    fn text(&self, width: usize) -> String {
        let line = if self.begun.is_empty() { &self.line } else { &self.begun };
        let text = [self.tag.as_slice(), line].concat();
        let text = plain(&String::from_utf8_lossy(&text), width);
        match self.colour {
            Some(colour) => colour.around(&text),
            None => text,
        }
    }
}

fn plain(text: &str, width: usize) -> String {
    let (mut plain, mut columns) = (String::new(), 0);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '\x1b' {
            if characters.next_if_eq(&'[').is_some() {
                while characters.next_if(|next| !('@'..='~').contains(next)).is_some() {}
            }
            characters.next();
            continue;
        }
        let shown = if character == '\t' { ' ' } else { character };
        let Some(wide) = shown.width() else { continue };
        columns += wide;
        if columns > width {
            break;
        }
        plain.push(shown);
    }
    plain
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
            (&["日本語日本語日本語"], "t 日本語日"),
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
    fn rows_are_drawn_over_the_old_ones_and_taken_away() {
        let mut rows = Latest::default();
        rows.note(Seq(2), b"", None, b"two\n");
        rows.note(Seq(1), b"", None, b"one\n");
        assert_eq!(rows.drawing(80, 24), b"one\ntwo\n");
        rows.note(Seq(3), b"", None, b"three");
        assert_eq!(rows.drawing(80, 3), b"\x1b[2A\r\x1b[Jone\ntwo\n");
        assert_eq!(rows.end(Seq(1)), Some(b"one".to_vec()));
        assert_eq!(rows.hide(), b"\x1b[2A\r\x1b[J");
        assert_eq!(rows.hide(), b"");
        assert_eq!(rows.drawing(80, 24), b"two\nthree\n");
    }
}
