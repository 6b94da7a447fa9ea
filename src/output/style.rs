//! Tags and colours: what the lines of a job's output begin and end with.

use crate::job::{Seq, Value};

/// As much as is put together before it is passed on: a tag may be long, and lines short.
const PIECE: usize = 1 << 16;

/// What each line of a job looks like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// What it begins with.
    pub tag: Option<Value>,
    /// The colour of it, tag and all, on stdout and on stderr.
    pub colours: [Option<Colour>; 2],
}

/// Colours of a line, as numbers of the 256 that terminals have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    ground: u8,
    text: u8,
}

impl Colour {
    /// White on red.
    pub const FAILED: Self = Self { ground: 196, text: 231 };

    /// Grounds that are easy to tell apart, each with white or black on it, whichever reads better.
    const WHEEL: [Self; 12] = {
        const fn on(ground: u8, text: u8) -> Colour {
            Colour { ground, text }
        }
        [
            on(24, 231),
            on(180, 16),
            on(90, 231),
            on(114, 16),
            on(58, 231),
            on(117, 16),
            on(125, 231),
            on(186, 16),
            on(29, 231),
            on(183, 16),
            on(239, 231),
            on(216, 16),
        ]
    };

    /// That of a job: neighbours differ.
    pub fn of(seq: Seq) -> Self {
        let index = seq.0.saturating_sub(1) % Self::WHEEL.len() as u64;
        usize::try_from(index).ok().and_then(|index| Self::WHEEL.get(index)).copied().unwrap_or(Self::FAILED)
    }

    /// Switches it on.
    fn begin(self) -> String {
        format!("\x1b[48;5;{};38;5;{}m", self.ground, self.text)
    }
}

/// To the end of the line in the colour of the ground.
const FILL: &[u8] = b"\x1b[K";
/// Back to normal.
const END: &[u8] = b"\x1b[m";

/// Puts tags and colours on the lines of a stream that comes in pieces.
///
/// A carriage return begins a line as well, so that the tag stays readable before a progress display. A piece without
/// a final newline gets none.
#[derive(Debug)]
pub(super) struct Styler {
    tag: Value,
    colour: Option<Colour>,
    at_line_start: bool,
    /// The colour is on.
    is_open: bool,
    together: Vec<u8>,
}

impl Styler {
    pub(super) fn new(tag: Option<Value>, colour: Option<Colour>) -> Self {
        let tag = tag.unwrap_or_default();
        Self { tag, colour, at_line_start: true, is_open: false, together: Vec::new() }
    }

    /// From now on in another colour.
    pub(super) fn recolour(&mut self, colour: Colour) {
        self.colour = Some(colour);
    }

    pub(super) fn looks(&self) -> (Value, String) {
        (self.tag.clone(), self.colour.map(Colour::begin).unwrap_or_default())
    }

    /// Passes bytes on as they are to look.
    pub(super) fn apply(&mut self, bytes: &[u8], sink: &mut dyn FnMut(&[u8])) {
        if self.tag.is_empty() && self.colour.is_none() {
            sink(bytes);
            return;
        }
        for line in bytes.split_inclusive(|&byte| byte == b'\n' || byte == b'\r') {
            self.line(line);
            if self.together.len() >= PIECE {
                sink(&self.together);
                self.together.clear();
            }
        }
        if !self.together.is_empty() {
            sink(&self.together);
            self.together.clear();
        }
        self.together.shrink_to(PIECE);
    }

    fn line(&mut self, line: &[u8]) {
        let (text, end) = match line.split_last() {
            Some((b'\n', text)) => (text, &b"\n"[..]),
            Some((b'\r', text)) => (text, &b"\r"[..]),
            _ => (line, &b""[..]),
        };
        if let Some(colour) = self.colour.filter(|_| !self.is_open) {
            self.together.extend_from_slice(colour.begin().as_bytes());
            if self.at_line_start {
                self.together.extend_from_slice(FILL);
            }
            self.is_open = true;
        }
        if self.at_line_start {
            self.together.extend_from_slice(&self.tag);
        }
        self.together.extend_from_slice(text);
        // A carriage return does not end the colour: what comes next may be the newline of the same line.
        if end == b"\n" {
            self.close();
        }
        self.together.extend_from_slice(end);
        self.at_line_start = !end.is_empty();
    }

    fn close(&mut self) {
        if std::mem::take(&mut self.is_open) {
            self.together.extend_from_slice(END);
        }
    }

    /// Nothing more comes, or something that is not of this job.
    pub(super) fn finish(&mut self, sink: &mut dyn FnMut(&[u8])) {
        self.close();
        if !self.together.is_empty() {
            sink(&self.together);
            self.together.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn styled(styler: &mut Styler, pieces: &[&[u8]]) -> Vec<u8> {
        let mut out = Vec::new();
        for piece in pieces {
            styler.apply(piece, &mut |bytes| out.extend_from_slice(bytes));
        }
        styler.finish(&mut |bytes| out.extend_from_slice(bytes));
        out
    }

    #[test]
    fn each_line_is_tagged_once_however_it_arrives() {
        let whole = b"x\ry\r\nz\n\nw";
        for cut in 0..whole.len() {
            let mut styler = Styler::new(Some(b"A:".to_vec()), None);
            let out = styled(&mut styler, &[&whole[..cut], &whole[cut..]]);
            assert_eq!(out, b"A:x\rA:y\rA:\nA:z\nA:\nA:w", "cut at {cut}");
        }
    }

    #[test]
    fn each_line_is_coloured_and_the_colour_ends_before_its_newline() {
        let whole = b"x\n50%\r60%\r\nw";
        let (on, fill, off) = ("\x1b[48;5;196;38;5;231m", "\x1b[K", "\x1b[m");
        let expected = format!("{on}{fill}A:x{off}\n{on}{fill}A:50%\rA:60%\rA:{off}\n{on}{fill}A:w{off}");
        for cut in 0..whole.len() {
            let mut styler = Styler::new(Some(b"A:".to_vec()), Some(Colour::FAILED));
            let out = styled(&mut styler, &[&whole[..cut], &whole[cut..]]);
            assert_eq!(out, expected.as_bytes(), "cut at {cut}");
        }
    }

    #[test]
    fn without_output_there_is_no_tag() {
        assert_eq!(styled(&mut Styler::new(Some(b"A:".to_vec()), Some(Colour::FAILED)), &[b"", b""]), b"");
    }

    #[test]
    fn long_tags_before_short_lines_are_passed_on_in_pieces() {
        let mut styler = Styler::new(Some(vec![b't'; 1000]), None);
        let mut sizes = Vec::new();
        styler.apply(&[b'\n'; 10_000], &mut |bytes| sizes.push(bytes.len()));
        assert_eq!(sizes.iter().sum::<usize>(), 10_010_000);
        assert!(sizes.iter().all(|&size| size < 2 * PIECE), "{sizes:?}");
    }
}
