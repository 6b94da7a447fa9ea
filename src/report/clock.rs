//! Times as they are written: seconds since 1970, or microseconds since the start of the run.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Seconds since 1970.
pub(super) fn unix(time: SystemTime) -> f64 {
    rounded(time.duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// In seconds, to the microsecond: more digits would only be those of a binary fraction.
pub(super) fn rounded(time: Duration) -> f64 {
    Duration::from_micros(micros(time)).as_secs_f64()
}

/// In microseconds.
pub(super) fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
