//! How busy the machine may be: `--load`.

use std::str::FromStr;
use std::time::Instant;

use super::{MEASURE, Opening};

/// How many threads may be running or waiting for a disk, on the whole machine, for another job to be started.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Load {
    /// `N`
    Threads(f64),
    /// `+N` and `-N` beside one for each CPU
    Relative(f64),
    /// `N%` of the CPUs
    Percent(f64),
}

impl Load {
    /// The limit on a machine with this many CPUs.
    pub fn limit(self, processors: usize) -> f64 {
        let processors = f64::from(u32::try_from(processors).unwrap_or(u32::MAX));
        let limit = match self {
            Self::Threads(threads) => threads,
            Self::Relative(more) => processors + more,
            Self::Percent(percent) => processors * percent / 100.0,
        };
        // As in GNU parallel, 0 is a load that an idle machine has.
        limit.max(0.01)
    }
}

impl FromStr for Load {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| text.parse().ok().filter(|number: &f64| number.is_finite());
        let load = if let Some(percent) = text.strip_suffix('%') {
            number(percent).map(Self::Percent)
        } else if text.starts_with(['+', '-']) {
            number(text).map(Self::Relative)
        } else {
            number(text).map(Self::Threads)
        };
        load.ok_or_else(|| "use a number of threads such as 4 or 0.5, or +1, -1 or 80%".into())
    }
}

/// Lets as many jobs pass as there is room for.
#[derive(Clone, Debug)]
pub(super) struct LoadGate {
    limit: f64,
    /// When the load was measured, and how many jobs may be started before it has to be measured again.
    measured: Option<(Instant, f64)>,
}

impl LoadGate {
    pub(super) fn new(limit: f64) -> Self {
        Self { limit, measured: None }
    }

    pub(super) fn opening(&self, now: Instant) -> Opening {
        // What was measured a while ago says nothing of now, however much room there was.
        match self.measured.filter(|(at, _)| now < *at + MEASURE) {
            Some((_, room)) if room > 0.0 => Opening::Now,
            Some((at, _)) => Opening::At(at + MEASURE),
            None => Opening::Measure,
        }
    }

    /// Where the system does not tell the load, there is no limit.
    pub(super) fn on_load(&mut self, threads: Option<f64>, now: Instant) {
        self.measured = Some((now, threads.map_or(f64::INFINITY, |threads| self.limit - threads)));
    }

    pub(super) fn on_start(&mut self) {
        if let Some((_, room)) = &mut self.measured {
            *room -= 1.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loads_are_written_as_jobs_are() {
        let limit = |text: &str| text.parse().map(|load: Load| load.limit(4));
        assert_eq!(["2.5", "150%", "+1", "-1", "0"].map(limit), [Ok(2.5), Ok(6.0), Ok(5.0), Ok(3.0), Ok(0.01)]);
        assert!(["", "x", "%", "inf", "nan"].iter().all(|text| limit(text).is_err()));
    }
}
