//! How many jobs run at a time: `-j`.

use std::str::FromStr;

/// A number of slots as it is written: absolute, or relative to the CPU threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jobs {
    /// `N`
    Exactly(usize),
    /// `0`: as many as the system has room for
    Unlimited,
    /// `+N` and `-N`
    Relative(isize),
    /// `N%`
    Percent(usize),
}

impl Default for Jobs {
    fn default() -> Self {
        Self::Percent(100)
    }
}

impl Jobs {
    /// More than any machine has processes for.
    pub const MOST: usize = 60_000;

    /// The number of slots on a machine with this many CPU threads; at least 1.
    pub fn slots(self, threads: usize) -> usize {
        let slots = match self {
            Self::Exactly(slots) => slots,
            Self::Unlimited => Self::MOST,
            Self::Relative(more) => threads.saturating_add_signed(more),
            Self::Percent(percent) => threads.saturating_mul(percent) / 100,
        };
        slots.clamp(1, Self::MOST)
    }
}

impl FromStr for Jobs {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = if let Some(percent) = text.strip_suffix('%') {
            percent.parse().ok().map(Self::Percent)
        } else if text.starts_with(['+', '-']) {
            text.parse().ok().map(Self::Relative)
        } else {
            text.parse().ok().map(|slots| if slots == 0 { Self::Unlimited } else { Self::Exactly(slots) })
        };
        parsed.ok_or_else(|| "use a number such as 8, or 0, +2, -1 or 50%".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_j() {
        let slots = |text: &str| text.parse().map(|jobs: Jobs| jobs.slots(4));
        let cases = [("3", 3), ("+0", 4), ("+2", 6), ("-1", 3), ("-9", 1), ("100%", 4), ("50%", 2), ("10%", 1)];
        for (text, expected) in cases {
            assert_eq!(slots(text), Ok(expected), "-j {text}");
        }
        assert_eq!(slots("0"), Ok(Jobs::MOST));
        assert!(["", "x", "1.5", "-", "%", "5 %"].iter().all(|text| slots(text).is_err()));
    }
}
