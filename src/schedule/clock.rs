//! The clock of a run, which stands still while the run is stopped by Ctrl-Z.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The monotonic clock without the time that the run was stopped.
#[derive(Debug, Default)]
pub(super) struct Clock {
    /// Nanoseconds; there is room for 584 years.
    stopped: AtomicU64,
}

impl Clock {
    pub(super) fn now(&self) -> Instant {
        let now = Instant::now();
        // The run began after the machine did.
        now.checked_sub(self.stopped()).unwrap_or(now)
    }

    fn stopped(&self) -> Duration {
        Duration::from_nanos(self.stopped.load(Ordering::Relaxed))
    }

    /// Stops while `wait` waits.
    pub(super) fn stop_while(&self, wait: impl FnOnce()) {
        let before = Instant::now();
        wait();
        let nanos = u64::try_from(before.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.stopped.fetch_add(nanos, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stands_still_while_the_run_is_stopped() {
        let clock = Clock::default();
        let mut at_the_start = None;
        let before = clock.now();
        clock.stop_while(|| {
            let end = Instant::now() + Duration::from_millis(20);
            while Instant::now() < end {}
            at_the_start = Some(Instant::now());
        });
        assert!(clock.now() < at_the_start.expect("a time"));
        assert!(clock.now() >= before);
    }
}
