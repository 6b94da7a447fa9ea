//! How long a job may take: `--timeout`.

use std::str::FromStr;
use std::time::Duration;

use super::median::Median;
use crate::units::parse_duration;

/// The limit of the time of a job.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Timeout {
    /// None.
    #[default]
    Never,
    /// This long.
    After(Duration),
    /// In proportion to how long jobs take that succeed.
    OfMedian(Share),
}

/// A multiple of the median.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    factor: f64,
    median: Median,
    /// What follows from them.
    limit: Option<Duration>,
}

impl Timeout {
    /// The limit as far as it is known; it may change when a job succeeds.
    pub fn limit(&self) -> Option<Duration> {
        match self {
            Self::Never => None,
            Self::After(time) => Some(*time),
            Self::OfMedian(share) => share.limit,
        }
    }

    /// Whether there is or will be a limit.
    pub fn is_wanted(&self) -> bool {
        *self != Self::Never
    }

    /// A job has succeeded, and took this long; whether the limit has changed.
    pub fn on_success(&mut self, runtime: Duration) -> bool {
        let Self::OfMedian(share) = self else { return false };
        share.median.add(runtime);
        let limit = share.median.get().and_then(|median| {
            // What is too long for the clock is no limit.
            Duration::try_from_secs_f64(median.as_secs_f64() * share.factor).ok().filter(|limit| *limit <= LONGEST)
        });
        std::mem::replace(&mut share.limit, limit) != limit
    }
}

/// A hundred years: the clock has no room for what could be longer.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 86_400);

impl FromStr for Timeout {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(percent) = text.strip_suffix('%') {
            let percent = percent.parse().ok().filter(|percent: &f64| percent.is_finite() && *percent >= 0.0);
            let percent = percent.ok_or("use a number of percent such as 200%, or of seconds")?;
            let share = Share { factor: percent / 100.0, median: Median::default(), limit: None };
            // As in GNU parallel, 0 is no limit.
            return Ok(if percent > 0.0 { Self::OfMedian(share) } else { Self::Never });
        }
        let time = parse_duration(text)?;
        Ok(if time.is_zero() || time > LONGEST { Self::Never } else { Self::After(time) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_time_or_a_share() {
        let limit = |text: &str| text.parse().map(|timeout: Timeout| timeout.limit());
        assert_eq!(limit("1m30.5s"), Ok(Some(Duration::from_secs_f64(90.5))));
        assert_eq!(
            [limit("0"), limit("0%"), limit("200%"), limit("99999999d")],
            [Ok(None), Ok(None), Ok(None), Ok(None)]
        );
        assert!(["", "x", "-1", "%", "-5%", "nan%", "inf%", "5 %"].iter().all(|text| limit(text).is_err()));
    }

    #[test]
    fn a_share_follows_the_median_of_jobs_that_succeed() {
        let mut timeout: Timeout = "300%".parse().expect("a share");
        let second = Duration::from_secs(1);
        assert!(timeout.on_success(second));
        assert_eq!(timeout.limit(), Some(second * 3), "the first is enough, as in GNU parallel");
        assert!(timeout.on_success(second * 9));
        assert!(timeout.on_success(second * 2));
        assert_eq!(timeout.limit(), Some(second * 6));
        assert!(!timeout.on_success(second * 2), "the same as before");
    }
}
