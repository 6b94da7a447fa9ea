//! Numbers of arguments and of bytes, as options have them.

/// Reads a whole number with K, M, G, T, P for powers of 1024 and k, m, g, t, p for those of 1000.
pub fn parse_number(text: &str) -> Result<usize, String> {
    let (digits, unit) = match text.char_indices().last() {
        Some((end, letter)) if letter.is_ascii_alphabetic() => (&text[..end], Some(letter)),
        _ => (text, None),
    };
    let factor = match unit {
        None => Some(1),
        Some(letter) => "KMGTP"
            .find(letter.to_ascii_uppercase())
            .and_then(|power| u32::try_from(power).ok())
            .and_then(|power| if letter.is_ascii_uppercase() { 1024_usize } else { 1000 }.checked_pow(power + 1)),
    };
    let number = digits.parse::<usize>().ok();
    number.zip(factor).and_then(|(number, factor)| number.checked_mul(factor)).ok_or("use a whole number".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_units() {
        assert_eq!(["7", "1k", "1K", "2M"].map(parse_number), [Ok(7), Ok(1000), Ok(1024), Ok(2 << 20)]);
        assert!(["", "k", "1.5", "-1", "1x", "ü", "99999P"].iter().all(|text| parse_number(text).is_err()));
    }
}
