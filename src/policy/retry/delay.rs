//! How long to wait before a job is tried again: `--retry-delay`.

use std::str::FromStr;
use std::time::Duration;

use crate::units::parse_duration;

/// The time between two attempts at a job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetryDelay {
    /// After the first attempt.
    first: Duration,
    /// At most. Where it is more than the first, it is doubled with each attempt, and blurred.
    most: Duration,
}

/// A hundred years: the clock has no room for what could be longer.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 86_400);

impl RetryDelay {
    /// The time after an attempt, counted from 1. It is up to half as long again as the doubling says, so that jobs
    /// that failed together do not come back together.
    pub(super) fn after(self, attempt: u32, random: &mut fastrand::Rng) -> Duration {
        if self.first >= self.most {
            return self.first;
        }
        let factor = 1_u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        let time = self.first.saturating_mul(factor).min(self.most);
        time.mul_f64(1.0 + random.f64() / 2.0).min(self.most)
    }
}

impl FromStr for RetryDelay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (first, most) = text.split_once("..").unwrap_or((text, text));
        let delay = Self { first: parse_duration(first)?.min(LONGEST), most: parse_duration(most)?.min(LONGEST) };
        if delay.most < delay.first {
            return Err(format!("{most} is shorter than {first}; write the shorter time before the dots"));
        }
        if delay.first.is_zero() && !delay.most.is_zero() {
            return Err("0 cannot be doubled; begin with more, as in 0.1s..1m".into());
        }
        Ok(delay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_is_doubled_up_to_its_most() {
        let mut random = fastrand::Rng::with_seed(7);
        let mut delays = |text: &str| {
            let delay: RetryDelay = text.parse().expect("a delay");
            [1, 2, 3, 4, 5, 60].map(|attempt| delay.after(attempt, &mut random).as_secs_f64())
        };
        assert!(delays("2").iter().all(|delay| (delay - 2.0).abs() < 1e-9), "one time is kept to");
        let grown = delays("1s..10s");
        for (delay, (least, most)) in grown.iter().zip([(1, 2), (2, 3), (4, 6), (8, 10), (10, 10), (10, 10)]) {
            assert!((f64::from(least)..=f64::from(most)).contains(delay), "{grown:?}");
        }
        assert_ne!(delays("1s..10s")[..2], grown[..2], "no two alike");
    }

    #[test]
    fn what_is_no_delay() {
        assert!(
            ["", "x", "1..", "..1", "5..1", "0..1", "1..2..3"].iter().all(|text| text.parse::<RetryDelay>().is_err())
        );
    }
}
