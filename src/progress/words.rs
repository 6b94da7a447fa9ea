//! Durations, sizes and ends of jobs as people say them.

use std::time::Duration;

use crate::job::{Cause, Exit};

/// A duration in whole seconds: `7s`, `3m07s`, `2h05m`, `3d04h`.
pub(super) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs() + u64::from(duration.subsec_millis() >= 500);
    match (seconds / 86400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60) {
        (0, 0, 0, seconds) => format!("{seconds}s"),
        (0, 0, minutes, seconds) => format!("{minutes}m{seconds:02}s"),
        (0, hours, minutes, _) => format!("{hours}h{minutes:02}m"),
        (days, hours, ..) => format!("{days}d{hours:02}h"),
    }
}

/// A duration with what is below a second, where there is little else: `0.25s`, `9.8s`, `12s`.
pub(super) fn fine(time: Duration) -> String {
    match time.as_millis() {
        0..1_000 => format!("{:.2}s", time.as_secs_f64()),
        1_000..9_950 => format!("{:.1}s", time.as_secs_f64()),
        _ => duration(time),
    }
}

/// A number of bytes: `312 KB`, `1.2 GB`.
#[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
pub(super) fn size(bytes: u64) -> String {
    let mut value = bytes as f64;
    let mut units = ["B", "KB", "MB", "GB", "TB", "PB"].into_iter();
    let mut unit = units.next().unwrap_or_default();
    while value >= 999.5
        && let Some(next) = units.next()
    {
        (value, unit) = (value / 1000.0, next);
    }
    if value >= 9.95 || unit == "B" { format!("{value:.0} {unit}") } else { format!("{value:.1} {unit}") }
}

/// How a job ended that took so long.
pub(super) fn end(exit: Exit, took: Duration) -> String {
    match exit {
        Exit::Killed(Cause::Timeout | Cause::Idle, _) => format!("{} after {}", exit.in_short(), fine(took)),
        _ => exit.in_short(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short() {
        let texts = [7_400, 59_600, 187_000, 7_500_000, 200_000_000];
        assert_eq!(
            texts.map(|millis| duration(Duration::from_millis(millis))),
            ["7s", "1m00s", "3m07s", "2h05m", "2d07h"]
        );
        let texts = [4, 250, 1_250, 9_949, 9_960].map(|millis| fine(Duration::from_millis(millis)));
        assert_eq!(texts, ["0.00s", "0.25s", "1.2s", "9.9s", "10s"]);
    }

    #[test]
    fn sizes_have_two_digits() {
        let sizes = [0, 999, 1_000, 9_960, 312_000_000, 999_600_000, 1_200_000_000].map(size);
        assert_eq!(sizes, ["0 B", "999 B", "1.0 KB", "10 KB", "312 MB", "1.0 GB", "1.2 GB"]);
    }

    #[test]
    fn a_job_that_took_too_long_is_told_with_its_time() {
        let end = |exit| end(exit, Duration::from_secs(5));
        assert_eq!(end(Exit::Killed(Cause::Timeout, 15)), "timed out after 5.0s");
        assert_eq!(end(Exit::Killed(Cause::Idle, 0)), "timed out without output after 5.0s");
        assert_eq!(end(Exit::Code(3)), "exit 3");
    }
}
