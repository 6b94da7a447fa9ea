//! A difference between two outputs that a person can read: lines escaped, what is the same at both ends left out.

/// How many lines of either side are shown.
const SHOWN: usize = 30;

/// `None` if the two are equal.
pub(crate) fn diff(expected: &[u8], actual: &[u8]) -> Option<String> {
    if expected == actual {
        return None;
    }
    let (expected, actual) = (lines(expected), lines(actual));
    let same_before = expected.iter().zip(&actual).take_while(|(e, a)| e == a).count();
    let (expected, actual) = (&expected[same_before..], &actual[same_before..]);
    let same_after = expected.iter().rev().zip(actual.iter().rev()).take_while(|(e, a)| e == a).count();
    let alike = |count: usize| (count > 0).then(|| format!("   ({count} lines alike)"));
    let mut shown = Vec::from_iter(alike(same_before));
    shown.extend(side("  -", &expected[..expected.len() - same_after]));
    shown.extend(side("  +", &actual[..actual.len() - same_after]));
    shown.extend(alike(same_after));
    Some(shown.join("\n") + "\n")
}

/// Lines with what ends them, so that a missing last newline is a difference.
fn lines(bytes: &[u8]) -> Vec<String> {
    bytes.split_inclusive(|&byte| byte == b'\n').map(|line| line.escape_ascii().to_string()).collect()
}

fn side(sign: &str, lines: &[String]) -> Vec<String> {
    let left_out = lines.len().saturating_sub(SHOWN);
    let shown = lines.iter().take(SHOWN).map(|line| format!("{sign}{line:.300}"));
    shown.chain((left_out > 0).then(|| format!("{sign}… and {left_out} more lines"))).collect()
}
