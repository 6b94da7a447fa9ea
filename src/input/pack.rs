//! Several records for one job: `-n` and `-N`.

use super::combine::{Row, Rows};

/// Reads a number of arguments: a whole number, with K, M, G for powers of 1024 and k, m, g for those of 1000.
pub(super) fn parse_count(text: &str) -> Result<usize, String> {
    let (digits, unit) = match text.char_indices().last() {
        Some((end, letter)) if letter.is_ascii_alphabetic() => (&text[..end], Some(letter)),
        _ => (text, None),
    };
    let factor = match unit {
        None => Some(1),
        Some('k') => Some(1000),
        Some('m') => Some(1_000_000),
        Some('g') => Some(1_000_000_000),
        Some('K') => Some(1 << 10),
        Some('M') => Some(1 << 20),
        Some('G') => Some(1 << 30),
        Some(_) => None,
    };
    let number = digits.parse::<usize>().ok();
    number.zip(factor).and_then(|(number, factor)| number.checked_mul(factor)).ok_or("use a whole number".into())
}

/// Puts the values of `count` rows into one; the last may have fewer. With 0, each row is used up for nothing.
pub(super) fn pack(mut rows: Rows, count: usize) -> Rows {
    if count == 0 {
        return Box::new(rows.map(|row| row.map(|_| Row::new())));
    }
    Box::new(std::iter::from_fn(move || {
        let mut packed = rows.next()?;
        for row in rows.by_ref().take(count - 1) {
            match (&mut packed, row) {
                (Ok(packed), Ok(row)) => packed.extend(row),
                (_, Err(error)) => return Some(Err(error)),
                (Err(_), _) => break,
            }
        }
        Some(packed)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_units() {
        assert_eq!(["7", "1k", "1K", "2M"].map(parse_count), [Ok(7), Ok(1000), Ok(1024), Ok(2 << 20)]);
        assert!(["", "k", "1.5", "-1", "1x", "ü"].iter().all(|text| parse_count(text).is_err()));
    }

    #[test]
    fn packing_loses_and_reorders_nothing() {
        for count in 1..12 {
            let rows: Rows = Box::new((0..10_u8).map(|value| Ok(vec![vec![value]])));
            let packed: Vec<Row> = pack(rows, count).collect::<Result<_, _>>().expect("rows");
            assert!(packed.iter().all(|row| row.len() <= count));
            assert_eq!(packed.concat(), (0..10).map(|value| vec![value]).collect::<Vec<_>>());
        }
    }
}
