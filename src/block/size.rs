//! The size of a block as `--block` has it: a number of bytes with units and arithmetic, or blocks for each slot.

use std::str::FromStr;

/// How large blocks are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// At most so many bytes, unless one record is longer.
    Bytes(usize),
    /// As many as make so many blocks for each job slot of all the data.
    PerSlot(usize),
}

impl Size {
    /// The size when nothing is asked for: 1 MiB.
    pub const DEFAULT: Self = Self::Bytes(1 << 20);
    /// The size of parts of files when nothing is asked for: parts cost no memory, so they can be as large as their
    /// number allows, and ten for a slot even out jobs that take longer than others.
    pub const DEFAULT_OF_PARTS: Self = Self::PerSlot(10);

    /// In bytes, for data of this length and so many job slots; never 0.
    pub fn of(self, length: u64, slots: usize) -> usize {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::PerSlot(blocks) => {
                let blocks = (blocks as u64).saturating_mul(slots as u64).max(1);
                usize::try_from(length.div_ceil(blocks)).unwrap_or(usize::MAX).max(1)
            }
        }
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "use a number of bytes such as 10M or 1M-1k, or -N for N blocks for each job slot".to_owned();
        if text.is_empty() {
            return Ok(Self::DEFAULT);
        }
        let mut reader = Reader(text.as_bytes());
        let value = reader.sum().filter(|value| reader.0.is_empty() && value.is_finite()).ok_or_else(wrong)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float saturates")]
        let whole = value.abs() as usize;
        match whole {
            0 if value == 0.0 => Ok(Self::DEFAULT),
            0 => Err(wrong()),
            whole if value < 0.0 => Ok(Self::PerSlot(whole)),
            whole => Ok(Self::Bytes(whole)),
        }
    }
}

/// What is left to read of an expression; each part takes its text off, or gives nothing where there is none.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take(&mut self, wanted: &[u8]) -> Option<u8> {
        self.0 = self.0.trim_ascii_start();
        let first = *self.0.first().filter(|first| wanted.contains(first))?;
        self.0 = &self.0[1..];
        Some(first)
    }

    fn sum(&mut self) -> Option<f64> {
        let mut value = self.product()?;
        while let Some(sign) = self.take(b"+-") {
            let other = self.product()?;
            value += if sign == b'+' { other } else { -other };
        }
        Some(value)
    }

    fn product(&mut self) -> Option<f64> {
        let mut value = self.factor()?;
        while let Some(sign) = self.take(b"*/") {
            let other = self.factor()?;
            value = if sign == b'*' { value * other } else { value / other };
        }
        Some(value)
    }

    fn factor(&mut self) -> Option<f64> {
        match self.take(b"+-(") {
            Some(b'-') => return self.factor().map(|value| -value),
            Some(b'+') => return self.factor(),
            Some(_) => return self.sum().filter(|_| self.take(b")").is_some()),
            None => {}
        }
        let length = self.0.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
        let (digits, rest) = self.0.split_at(length);
        self.0 = rest;
        let number: f64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
        let Some(unit) = self.take(b"KMGTPkmgtp") else { return Some(number) };
        let power = 1 + "KMGTP".find(char::from(unit.to_ascii_uppercase()))?;
        let base = if unit.is_ascii_uppercase() { 1024.0 } else { 1000.0_f64 };
        Some(number * base.powi(i32::try_from(power).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_a_sum_of_products_with_units() {
        let cases = [
            ("1000", 1000),
            ("1k", 1000),
            ("1K", 1024),
            ("1.5k", 1500),
            ("2*3", 6),
            ("1M-1", (1 << 20) - 1),
            ("1M-12*2.024*2k", (1 << 20) - 48576),
            (" ( 1k + 1 ) * 2 ", 2002),
            ("10/4", 2),
            ("7--1", 8),
            ("", 1 << 20),
            ("0", 1 << 20),
        ];
        for (text, bytes) in cases {
            assert_eq!(text.parse(), Ok(Size::Bytes(bytes)), "{text:?}");
        }
        assert_eq!("-10".parse(), Ok(Size::PerSlot(10)));
        assert!(
            ["abc", "1x", "1 2", "(1", "1)", "1/0", ".", "0.5", "1kk", "-"]
                .iter()
                .all(|text| text.parse::<Size>().is_err())
        );
    }

    #[test]
    fn blocks_for_each_slot_share_the_length() {
        assert_eq!(Size::PerSlot(1).of(300, 3), 100);
        assert_eq!(Size::PerSlot(2).of(301, 3), 51);
        assert_eq!(Size::PerSlot(7).of(0, 3), 1);
        assert_eq!(Size::Bytes(9).of(300, 3), 9);
    }
}
