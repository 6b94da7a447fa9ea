//! How long to wait, and what to do then: `--semaphore-timeout`.

use std::str::FromStr;
use std::time::Duration;

use crate::units::parse_duration;

/// What becomes of one who waits for a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Patience {
    /// Waits for as long as it takes.
    #[default]
    Endless,
    /// Enters after this time though no place is free.
    Push(Duration),
    /// Leaves after this time.
    GiveUp(Duration),
}

impl Patience {
    /// After which time it ends.
    pub(super) fn limit(self) -> Option<Duration> {
        match self {
            Self::Endless => None,
            Self::Push(limit) | Self::GiveUp(limit) => Some(limit),
        }
    }
}

impl FromStr for Patience {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let negative = text.strip_prefix('-');
        match (parse_duration(negative.unwrap_or(text))?, negative) {
            (Duration::ZERO, _) => Ok(Self::Endless),
            (limit, None) => Ok(Self::Push(limit)),
            (limit, Some(_)) => Ok(Self::GiveUp(limit)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_says_what_happens_in_the_end() {
        let half = Duration::from_millis(500);
        let cases = [
            ("0.5", Patience::Push(half)),
            ("-.5", Patience::GiveUp(half)),
            ("0", Patience::Endless),
            ("1m", Patience::Push(half * 120)),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
        assert!(["", "x", "1y", "inf", "nan", "1e99"].iter().all(|text| text.parse::<Patience>().is_err()));
    }
}
