//! Quantities as options have them: numbers with units, durations.

use std::time::Duration;

/// Reads a whole number with K, M, G, T, P for powers of 1024 and k, m, g, t, p for those of 1000.
///
/// # Errors
/// What would do instead.
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

/// Reads a number of bytes, which may have a fraction: `1.5G`. The units are those of [`parse_number`].
///
/// # Errors
/// What would do instead.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let wrong = || "use a number of bytes such as 500M or 1.5G".to_owned();
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let factor = parse_number(&format!("1{}", &text[digits.len()..])).map_err(|_| wrong())?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return Err(wrong());
    }
    if let Ok(number) = digits.parse::<u64>() {
        return number.checked_mul(factor as u64).ok_or_else(wrong);
    }
    let number: f64 = digits.parse().map_err(|_| wrong())?;
    let size = Duration::try_from_secs_f64(number).map_err(|_| wrong())?;
    let nanos = size.as_nanos() * factor as u128 / 1_000_000_000;
    u64::try_from(nanos).map_err(|_| wrong())
}

/// Reads a duration: seconds, or a sum of parts with the units d, h, m and s, as in `1d3.5h16.6m4s`.
///
/// # Errors
/// What would do instead.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || "use a number of seconds such as 10 or 0.5, or parts such as 1h30m".to_owned();
    let mut total = Duration::ZERO;
    let mut rest = text;
    loop {
        let digits = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
        let number: f64 = rest[..digits].parse().map_err(|_| wrong())?;
        rest = &rest[digits..];
        let mut letters = rest.chars();
        let seconds = match letters.next() {
            None | Some('s') => 1.0,
            Some('m') => 60.0,
            Some('h') => 3600.0,
            Some('d') => 86_400.0,
            Some(_) => return Err(wrong()),
        };
        rest = letters.as_str();
        let part = Duration::try_from_secs_f64(number * seconds).map_err(|_| wrong())?;
        total = total.checked_add(part).ok_or_else(wrong)?;
        if rest.is_empty() {
            return Ok(total);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_units() {
        assert_eq!(["7", "1k", "1K", "2M"].map(parse_number), [Ok(7), Ok(1000), Ok(1024), Ok(2 << 20)]);
        assert!(["", "k", "1.5", "-1", "1x", "ü", "99999P"].iter().all(|text| parse_number(text).is_err()));
    }

    #[test]
    fn sizes_may_have_a_fraction() {
        assert_eq!(["7", "1.5K", "0.5G", "2m"].map(parse_size), [Ok(7), Ok(1536), Ok(1 << 29), Ok(2_000_000)]);
        let wrong = ["", "K", ".", "-1", "+1", "1e3", "1x", "1KK", "inf", "99999P", "1.5PP"];
        assert_eq!(wrong.iter().find(|text| parse_size(text).is_ok()), None);
    }

    #[test]
    fn durations_are_sums_of_parts() {
        let cases = [("0.5", 0.5), (".25", 0.25), ("10", 10.0), ("1m30.5s", 90.5), ("1d3.5h16.6m4s", 100_000.0)];
        for (text, seconds) in cases {
            assert_eq!(parse_duration(text), Ok(Duration::from_secs_f64(seconds)), "{text}");
        }
        assert!(["", "s", "-1", "1x", "1 ", "1.2.3", "1e9", "inf"].iter().all(|text| parse_duration(text).is_err()));
    }
}
