//! Command lines without the numbers that only this run gave to a job.
//!
//! `{#}`, `{##}` and `{%}` are other numbers when the list has changed or another slot was free, and the job is still
//! the same. Its command line is made once more, with a stand-in for each of them; and of each line of the log all
//! lines are made that it may have been with stand-ins. Two of these are the same only if the line of the log is one
//! that the job could have had.

/// A number of the run that stands in a command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blank {
    /// `{#}`
    Seq,
    /// `{##}`
    Total,
    /// `{%}`
    Slot,
}

/// What stands for each of [`Blank`] in a line: numbers that no run gives.
pub const STANDINS: [u64; 3] = [7_310_992_846_015_543_201, 7_310_992_846_015_543_202, 7_310_992_846_015_543_203];

/// Numbers in a line of the log that are tried at most; of lines with more, the first.
const MOST: usize = 64;

impl Blank {
    /// What stands for it.
    pub fn standin(self) -> u64 {
        STANDINS[self as usize]
    }

    /// Whether digits of a line may be this number of job `seq`.
    fn may_be(self, digits: &[u8], seq: u64) -> bool {
        let number = std::str::from_utf8(digits).ok().and_then(|text| text.parse::<u64>().ok());
        match self {
            Self::Seq => number == Some(seq),
            Self::Total => number.is_some_and(|number| number >= seq),
            Self::Slot => number.is_some_and(|number| (1..1 << 20).contains(&number)),
        }
    }
}

/// Calls `each` with what the line may have been with stand-ins for these numbers, in their order.
pub(super) fn variants(line: &[u8], blanks: &[Blank], seq: u64, each: &mut dyn FnMut(&[u8])) {
    let mut walk = Walk { line, seq, left: MOST, text: Vec::with_capacity(line.len() + 20 * blanks.len()), each };
    walk.from(0, blanks);
}

struct Walk<'a> {
    line: &'a [u8],
    seq: u64,
    left: usize,
    /// The line up to where the walk is.
    text: Vec<u8>,
    each: &'a mut dyn FnMut(&[u8]),
}

impl Walk<'_> {
    fn from(&mut self, mut at: usize, blanks: &[Blank]) {
        let kept = self.text.len();
        let Some((blank, rest)) = blanks.split_first() else {
            self.text.extend_from_slice(&self.line[at..]);
            (self.each)(&self.text);
            self.text.truncate(kept);
            self.left -= 1;
            return;
        };
        while self.left > 0 {
            let is_digit = |byte: &u8| byte.is_ascii_digit();
            let Some(start) = self.line[at..].iter().position(is_digit).map(|found| at + found) else { break };
            let end = self.line[start..].iter().position(|byte| !is_digit(byte)).map_or(self.line.len(), |n| start + n);
            self.text.extend_from_slice(&self.line[at..start]);
            if blank.may_be(&self.line[start..end], self.seq) {
                let before = self.text.len();
                self.text.extend_from_slice(blank.standin().to_string().as_bytes());
                self.from(end, rest);
                self.text.truncate(before);
            }
            self.text.extend_from_slice(&self.line[start..end]);
            at = end;
        }
        self.text.truncate(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(line: &str, blanks: &[Blank], seq: u64) -> Vec<String> {
        let mut found = Vec::new();
        variants(line.as_bytes(), blanks, seq, &mut |text| {
            let mut text = String::from_utf8(text.to_vec()).expect("text");
            for (standin, name) in STANDINS.into_iter().zip(["#", "##", "%"]) {
                text = text.replace(&standin.to_string(), name);
            }
            found.push(text);
        });
        found
    }

    #[test]
    fn every_number_that_may_be_meant_is_tried() {
        use Blank::{Seq, Slot, Total};
        assert_eq!(all("a 7 b 07 c 71", &[Seq], 7), ["a # b 07 c 71", "a 7 b # c 71"]);
        assert_eq!(all("3 x 20 3", &[Slot], 9), ["% x 20 3", "3 x % 3", "3 x 20 %"]);
        assert_eq!(all("2/9: 2", &[Seq, Total], 2), ["#/##: 2", "#/9: ##"]);
        assert_eq!(all("none", &[Slot], 1), [""; 0]);
        assert_eq!(all(&"1 ".repeat(500), &[Seq, Slot], 1).len(), MOST);
    }
}
