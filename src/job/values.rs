//! The arguments of one job, in one piece of memory.

use std::fmt;

/// Arguments in order, as bytes, never decoded.
///
/// A job may have hundreds of thousands of them, so they share one buffer instead of having one each; and most jobs
/// have one, which then needs no other memory.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Values {
    bytes: Vec<u8>,
    count: usize,
    /// Where each but the first begins.
    borders: Vec<usize>,
}

impl Values {
    /// None yet.
    pub const fn new() -> Self {
        Self { bytes: Vec::new(), count: 0, borders: Vec::new() }
    }

    /// Adds one at the end.
    pub fn push(&mut self, value: &[u8]) {
        self.push_with(|bytes| bytes.extend_from_slice(value));
    }

    /// Adds the one that `write` appends to the bytes it is given.
    pub fn push_with<T>(&mut self, write: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        self.begin();
        write(&mut self.bytes)
    }

    fn begin(&mut self) {
        if self.count > 0 {
            self.borders.push(self.bytes.len());
        }
        self.count += 1;
    }

    /// Adds all of another.
    pub fn append(&mut self, other: &Self) {
        if other.is_empty() {
            return;
        }
        self.begin();
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&other.bytes);
        self.borders.extend(other.borders.iter().map(|border| start + border));
        self.count += other.count - 1;
    }

    /// Keeps the first `count`.
    pub fn truncate(&mut self, count: usize) {
        if count < self.count {
            self.bytes.truncate(self.start(count));
            self.borders.truncate(count.saturating_sub(1));
            self.count = count;
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The one at `index`, counted from 0.
    pub fn get(&self, index: usize) -> Option<&[u8]> {
        (index < self.count).then(|| &self.bytes[self.start(index)..self.start(index + 1)])
    }

    /// Where the value at `index` begins; for the number of them, where the last ends.
    fn start(&self, index: usize) -> usize {
        match index {
            0 => 0,
            _ if index == self.count => self.bytes.len(),
            _ => self.borders[index - 1],
        }
    }

    /// All of them in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &[u8]> + ExactSizeIterator + Clone {
        (0..self.len()).map(|index| self.get(index).unwrap_or_default())
    }

    /// Those from `from` up to but without `to`.
    #[must_use]
    pub fn slice(&self, from: usize, to: usize) -> Self {
        if from >= to {
            return Self::new();
        }
        let (start, end) = (self.start(from), self.start(to));
        let borders = self.borders[from..to - 1].iter().map(|border| border - start).collect();
        Self { bytes: self.bytes[start..end].to_vec(), count: to - from, borders }
    }

    /// Whether this byte occurs in any of them.
    pub fn contain_byte(&self, byte: u8) -> bool {
        memchr::memchr(byte, &self.bytes).is_some()
    }

    /// The bytes of all of them together.
    pub fn total_size(&self) -> usize {
        self.bytes.len()
    }
}

impl From<Vec<u8>> for Values {
    /// One value, without a copy.
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes, count: 1, borders: Vec::new() }
    }
}

impl<T: AsRef<[u8]>> FromIterator<T> for Values {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut all = Self::new();
        all.extend(values);
        all
    }
}

impl<T: AsRef<[u8]>> Extend<T> for Values {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        for value in values {
            self.push(value.as_ref());
        }
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|value| value.escape_ascii().to_string())).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_borders() {
        let mut values: Values = ["a", "", "bc"].into_iter().collect();
        values.append(&["", "d"].into_iter().collect());
        assert_eq!(values.iter().collect::<Vec<_>>(), [&b"a"[..], b"", b"bc", b"", b"d"]);
        assert_eq!((values.get(2), values.get(5)), (Some(&b"bc"[..]), None));
        assert_eq!(values.slice(1, 4).iter().collect::<Vec<_>>(), [&b""[..], b"bc", b""]);
        assert_eq!((values.slice(0, 0), values.slice(0, 5)), (Values::new(), values.clone()));
        assert_eq!(Values::from(b"a".to_vec()), ["a"].into_iter().collect());
        values.truncate(2);
        assert_eq!(values, ["a", ""].into_iter().collect());
    }
}
