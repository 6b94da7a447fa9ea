//! Tags: what each line of a job's output begins with.

use crate::job::Value;

/// Puts a tag before each line of a stream that comes in pieces.
///
/// A carriage return begins a line as well, so that the tag stays readable before a progress display. A piece without
/// a final newline gets none.
#[derive(Debug)]
pub(super) struct Tagger {
    tag: Option<Value>,
    at_line_start: bool,
}

impl Tagger {
    pub(super) fn new(tag: Option<Value>) -> Self {
        Self { tag, at_line_start: true }
    }

    pub(super) fn apply(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        let Some(tag) = &self.tag else { return bytes };
        let mut tagged = Vec::with_capacity(bytes.len() + tag.len());
        for line in bytes.split_inclusive(|&byte| byte == b'\n' || byte == b'\r') {
            if self.at_line_start {
                tagged.extend_from_slice(tag);
            }
            tagged.extend_from_slice(line);
            self.at_line_start = line.ends_with(b"\n") || line.ends_with(b"\r");
        }
        tagged
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_tagged_once_however_it_arrives() {
        let whole = b"x\ry\r\nz\n\nw".to_vec();
        let expected = b"A:x\rA:y\rA:\nA:z\nA:\nA:w".to_vec();
        for cut in 0..whole.len() {
            let mut tagger = Tagger::new(Some(b"A:".to_vec()));
            let pieces = [tagger.apply(whole[..cut].to_vec()), tagger.apply(whole[cut..].to_vec())];
            assert_eq!(pieces.concat(), expected, "cut at {cut}");
        }
    }

    #[test]
    fn without_output_there_is_no_tag() {
        assert_eq!(Tagger::new(Some(b"A:".to_vec())).apply(Vec::new()), b"");
    }
}
