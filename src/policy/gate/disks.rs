//! How busy the disks may be: `--limit 'io N'`.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::Opening;

/// How long a sample takes.
const SAMPLE: Duration = Duration::from_secs(1);

/// For each disk how long it has been busy in all.
type Busy = BTreeMap<String, Duration>;

/// One job for each sample in which no disk was busier than so.
#[derive(Clone, Debug)]
pub(super) struct DiskGate {
    /// The limit, in percent of the time.
    limit: f64,
    /// The beginning of a sample.
    begin: Option<(Instant, Busy)>,
    /// When a sample had ended, and how busy the busiest disk was.
    sample: Option<(Instant, f64)>,
}

impl DiskGate {
    pub(super) fn new(limit: f64) -> Self {
        Self { limit, begin: None, sample: None }
    }

    pub(super) fn opening(&self, now: Instant) -> Opening {
        let is_low = self.sample.is_some_and(|(at, busy)| now < at + SAMPLE && busy < self.limit);
        match &self.begin {
            _ if is_low => Opening::Now,
            Some((at, _)) if now < *at + SAMPLE => Opening::At(*at + SAMPLE),
            _ => Opening::Measure,
        }
    }

    pub(super) fn on_disks(&mut self, disks: &Busy, now: Instant) {
        if let Some((at, before)) = &self.begin {
            if now < *at + SAMPLE {
                return;
            }
            let share = |(name, busy): (&String, &Duration)| {
                let busy = busy.saturating_sub(before.get(name).copied().unwrap_or(*busy));
                100.0 * busy.as_secs_f64() / (now - *at).as_secs_f64()
            };
            self.sample = Some((now, disks.iter().map(share).fold(0.0, f64::max)));
        }
        self.begin = Some((now, disks.clone()));
    }

    /// What the job does to the disks will be seen by the next sample, which begins now.
    pub(super) fn on_start(&mut self) {
        (self.begin, self.sample) = (None, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_passes_after_a_second_in_which_no_disk_was_too_busy() {
        let start = Instant::now();
        let mut gate = DiskGate::new(50.0);
        let busy = |sda, sdb| {
            Busy::from([("sda".into(), Duration::from_millis(sda)), ("sdb".into(), Duration::from_millis(sdb))])
        };
        assert_eq!(gate.opening(start), Opening::Measure);
        gate.on_disks(&busy(0, 7000), start);
        assert_eq!(gate.opening(start), Opening::At(start + SAMPLE));
        let now = start + SAMPLE;
        assert_eq!(gate.opening(now), Opening::Measure);
        gate.on_disks(&busy(600, 7100), now);
        assert_eq!(gate.opening(now), Opening::At(now + SAMPLE), "sda was busy for 60 % of the time");
        let now = now + SAMPLE;
        gate.on_disks(&busy(1000, 7500), now);
        assert_eq!(gate.opening(now), Opening::Now);
        gate.on_start();
        assert_eq!(gate.opening(now), Opening::Measure);
    }
}
