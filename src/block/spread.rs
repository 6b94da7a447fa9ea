//! Which job slot a record goes to (`--shard`, `--bin`).

use super::key::Keys;
use super::rule::Rule;
use crate::error::Error;
use crate::job::Slot;

/// How a key becomes the number of a job slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spreading {
    /// By a hash, the same for the same key in every run: `--shard`.
    Shard,
    /// The key is the number; those past the last slot begin again with the first: `--bin`.
    Bin,
}

impl Spreading {
    /// The slot for a key, of so many.
    pub fn slot(self, key: &[u8], slots: usize) -> Slot {
        let slots = slots.max(1);
        Slot(match self {
            Self::Shard => 1 + usize::try_from(hash(key) % slots as u64).unwrap_or_default(),
            Self::Bin => {
                let index = (number(key) - 1).rem_euclid(i128::try_from(slots).unwrap_or(i128::MAX));
                1 + usize::try_from(index).unwrap_or_default()
            }
        })
    }
}

/// Gives each record to the slot of its key.
#[derive(Debug)]
pub struct Spread {
    rule: Rule,
    keys: Keys,
    spreading: Spreading,
    slots: usize,
}

impl Spread {
    /// Over so many slots.
    pub fn new(rule: Rule, keys: Keys, spreading: Spreading, slots: usize) -> Self {
        Self { rule, keys, spreading, slots }
    }

    /// Tells the records of a block with their slots, in order; neighbours with the same slot may come in one piece.
    ///
    /// # Errors
    /// When the key of a record cannot be had.
    pub fn spread<'a>(&mut self, block: &'a [u8], mut tell: impl FnMut(Slot, &'a [u8])) -> Result<(), Error> {
        let (mut start, mut end, mut before) = (0, 0, None);
        for record in self.rule.records(block).filter(|record| !record.is_empty()) {
            let slot = self.spreading.slot(&self.keys.of(record)?, self.slots);
            if let Some(before) = before.filter(|before| *before != slot) {
                tell(before, &block[start..end]);
                start = end;
            }
            before = Some(slot);
            end += record.len();
        }
        if let Some(slot) = before {
            tell(slot, &block[start..end]);
        }
        Ok(())
    }
}

/// FNV-1a, with the bits mixed so that the lowest depend on all.
fn hash(key: &[u8]) -> u64 {
    let hash = key
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16
}

/// The number that text begins with, as Perl reads it, without its fraction; 0 if there is none.
fn number(text: &[u8]) -> i128 {
    let text = text.trim_ascii_start();
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let digits = |from: usize| text.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let whole = sign + digits(sign);
    let fraction = if text.get(whole) == Some(&b'.') { 1 + digits(whole + 1) } else { 0 };
    let mut end = whole + fraction;
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        end += if exponent > 0 { 1 + sign + exponent } else { 0 };
    }
    let parsed = |end: usize| std::str::from_utf8(&text[..end]).unwrap_or_default();
    let exact = if end == whole { parsed(whole).parse().ok() } else { None };
    #[expect(clippy::cast_possible_truncation, reason = "a float saturates")]
    let number = exact.unwrap_or_else(|| parsed(end).parse::<f64>().unwrap_or(0.0) as i128);
    // Leaves room to go down by one.
    number.max(i128::MIN + 1)
}

#[cfg(test)]
mod tests {
    use super::super::columns::Columns;
    use super::super::key::Key;
    use super::*;

    #[test]
    fn a_bin_is_a_number_that_begins_again() {
        // As GNU parallel has it for three slots.
        let cases = [(1, "1 4 1.7 1e1 +1 1x"), (2, "2 5 -1 -4 2.2 2e 2."), (3, "3 0 -3 a 3x .5")];
        for (slot, keys) in cases {
            for key in keys.split(' ') {
                assert_eq!(Spreading::Bin.slot(key.as_bytes(), 3), Slot(slot), "{key}");
            }
        }
        assert_eq!(Spreading::Bin.slot(b"", 3), Slot(3));
        assert_eq!(Spreading::Bin.slot(b" 2", 3), Slot(2));
        for key in
            ["1e99", "-1e99", "99999999999999999999999999999999999999999", "-99999999999999999999999999999999999999999"]
        {
            assert!((1..=3).contains(&Spreading::Bin.slot(key.as_bytes(), 3).0), "{key}");
        }
    }

    #[test]
    fn a_shard_is_the_same_in_every_run_and_every_slot_gets_some() {
        let slots: Vec<_> = (0..8).map(|key: u8| Spreading::Shard.slot(&[b'0' + key], 3).0).collect();
        assert_eq!(slots, [1, 2, 3, 2, 2, 1, 2, 1]);
        for slots in [2_u8, 3, 7, 16] {
            let mut counts = vec![0; usize::from(slots)];
            for key in 0..1600 {
                counts[Spreading::Shard.slot(format!("k{key}").as_bytes(), slots.into()).0 - 1] += 1;
            }
            let fair = 1600 / i32::from(slots);
            assert!(counts.iter().all(|count| (fair / 2..fair * 3 / 2).contains(count)), "{counts:?}");
        }
    }

    #[test]
    fn each_record_goes_to_the_slot_of_its_key() {
        let columns = Columns::new(None, false).expect("columns");
        let keys = Keys::new(&Key { column: Some(1), expression: None }, columns, None);
        let mut spread = Spread::new(Rule::default(), keys, Spreading::Bin, 2);
        let mut told = Vec::new();
        spread.spread(b"1\ta\n1\tb\n2\tc\n3\td", |slot, text| told.push((slot.0, text))).expect("keys");
        assert_eq!(told, [(1, &b"1\ta\n1\tb\n"[..]), (2, b"2\tc\n"), (1, b"3\td")]);
        spread.spread(b"", |_, _| panic!("nothing was there")).expect("keys");
    }
}
