//! `--latest-line`: one row for each running job, at the foot of the terminal, with the last line that it wrote.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::style::Colour;
use crate::job::Seq;

/// As much of a line as is looked at; no terminal is that wide.
const WIDEST: usize = 4096;
/// How often rows are drawn.
const REDRAW: Duration = Duration::from_millis(100);

/// The rows.
#[derive(Debug)]
pub struct Latest {
    display: MultiProgress,
    rows: BTreeMap<Seq, Row>,
    /// Rows that have changed since they were drawn last.
    changed: bool,
    drawn: Instant,
}

#[derive(Debug)]
struct Row {
    bar: ProgressBar,
    colour: Option<Colour>,
    tag: Vec<u8>,
    /// The last line that is not empty, without its end.
    line: Vec<u8>,
    /// The beginning of the next.
    begun: Vec<u8>,
}

impl Default for Latest {
    fn default() -> Self {
        let target = ProgressDrawTarget::stdout_with_hz(20);
        Self {
            display: MultiProgress::with_draw_target(target),
            rows: BTreeMap::new(),
            changed: false,
            drawn: Instant::now(),
        }
    }
}

impl Latest {
    /// A job has written this.
    pub fn show(&mut self, seq: Seq, tag: &[u8], colour: Option<Colour>, bytes: &[u8]) {
        let display = &self.display;
        let row = self.rows.entry(seq).or_insert_with(|| {
            let style = ProgressStyle::with_template("{wide_msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar = display.add(ProgressBar::no_length().with_style(style));
            Row { bar, colour, tag: tag.to_vec(), line: Vec::new(), begun: Vec::new() }
        });
        row.read(bytes);
        self.changed = true;
        self.draw();
    }

    /// Draws what has changed, unless that has just been done.
    pub fn draw(&mut self) {
        if self.changed && self.drawn.elapsed() >= REDRAW {
            for row in self.rows.values() {
                row.bar.set_message(row.text());
            }
            (self.changed, self.drawn) = (false, Instant::now());
        }
    }

    /// When there is something to draw, if nothing happens.
    pub fn wait(&self) -> Option<Duration> {
        self.changed.then(|| REDRAW.saturating_sub(self.drawn.elapsed()))
    }

    /// A job has ended: its row goes; what it said last, as it was written, is to be printed for good.
    pub fn end(&mut self, seq: Seq) -> Option<Vec<u8>> {
        let mut row = self.rows.remove(&seq)?;
        row.bar.finish_and_clear();
        self.display.remove(&row.bar);
        if !row.begun.is_empty() {
            row.line = std::mem::take(&mut row.begun);
        }
        (!row.line.is_empty()).then_some(row.line)
    }

    /// Clears the rows while something else is printed.
    pub fn hide(&self, print: impl FnOnce()) {
        self.display.suspend(print);
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
    fn text(&self) -> String {
        let line = if self.begun.is_empty() { &self.line } else { &self.begun };
        let text = [self.tag.as_slice(), line].concat();
        let text = plain(&String::from_utf8_lossy(&text));
        match self.colour {
            Some(colour) => colour.around(&text),
            None => text,
        }
    }
}

fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\t' => plain.push_str("  "),
            '\x1b' => {
                if characters.next_if_eq(&'[').is_some() {
                    while characters.next_if(|next| !('@'..='~').contains(next)).is_some() {}
                }
                characters.next();
            }
            character if character.is_control() => {}
            character => plain.push(character),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        Row { bar: ProgressBar::hidden(), colour: None, tag: b"t\t".to_vec(), line: Vec::new(), begun: Vec::new() }
    }

    #[test]
    fn a_row_shows_the_last_line_that_says_something() {
        let cases: [(&[&str], &str); 5] = [
            (&["a\nb\n"], "t  b"),
            (&["a\n", "\n"], "t  a"),
            (&["a\nb", "c"], "t  bc"),
            (&["\rframe=1", "\rframe=2"], "t  frame=2"),
            (&["\x1b[1;31mred\x1b[m\x07\n"], "t  red"),
        ];
        for (pieces, expected) in cases {
            let mut row = row();
            for piece in pieces {
                row.read(piece.as_bytes());
            }
            assert_eq!(row.text(), expected, "{pieces:?}");
        }
    }

    #[test]
    fn a_line_without_an_end_does_not_pile_up() {
        let mut row = row();
        for _ in 0..100 {
            row.read(&[b'x'; 1000]);
        }
        assert_eq!(row.begun.len(), WIDEST);
    }
}
