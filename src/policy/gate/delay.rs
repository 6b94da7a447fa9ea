//! The time between two starts: `--delay`.

use std::str::FromStr;
use std::time::Duration;

use crate::units::parse_duration;

/// The time between the starts of two jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delay {
    pub(super) time: Duration,
    /// Longer after a failure, shorter after a success.
    adapts: bool,
}

/// A hundred years: the clock has no room for what could be longer.
pub(super) const LONGEST: Duration = Duration::from_secs(100 * 365 * 86_400);

impl Delay {
    /// A job has ended: an adapting delay grows by 30 % with a failure and shrinks by 10 % with a success.
    pub(super) fn on_exit(&mut self, success: bool) {
        if self.adapts {
            self.time = self.time.mul_f64(if success { 0.9 } else { 1.3 }).min(LONGEST);
        }
    }
}

impl FromStr for Delay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (time, adapts) = text.strip_suffix("auto").map_or((text, false), |time| (time, true));
        // `auto` alone begins with a delay that nobody notices.
        let time = if adapts && time.is_empty() { Duration::from_millis(1) } else { parse_duration(time)? };
        Ok(Self { time: time.min(LONGEST), adapts })
    }
}
