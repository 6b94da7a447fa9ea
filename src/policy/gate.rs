//! When the next job may be started: `--delay` and `--load`.

use std::str::FromStr;
use std::time::{Duration, Instant};

use crate::units::parse_duration;

/// The time between the starts of two jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delay {
    time: Duration,
    /// Longer after a failure, shorter after a success.
    adapts: bool,
}

/// A hundred years: the clock has no room for what could be longer.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 86_400);

impl FromStr for Delay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (time, adapts) = text.strip_suffix("auto").map_or((text, false), |time| (time, true));
        // `auto` alone begins with a delay that nobody notices.
        let time = if adapts && time.is_empty() { Duration::from_millis(1) } else { parse_duration(time)? };
        Ok(Self { time: time.min(LONGEST), adapts })
    }
}

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

/// Whether a job may be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// At once.
    Now,
    /// Not before this time.
    At(Instant),
    /// It depends on the load, which has to be measured.
    Measure,
}

/// How often the load is measured.
const MEASURE: Duration = Duration::from_millis(250);

/// Lets jobs pass one after the other.
#[derive(Clone, Debug, Default)]
pub struct Gate {
    delay: Option<Delay>,
    /// The limit of the load.
    limit: Option<f64>,
    /// When the last job was started.
    last: Option<Instant>,
    /// When the load was measured, and how many jobs may be started before it has to be measured again.
    measured: Option<(Instant, f64)>,
}

impl Gate {
    /// With a delay and a limit of the load, if any.
    pub fn new(delay: Option<Delay>, limit: Option<f64>) -> Self {
        Self { delay, limit, ..Self::default() }
    }

    /// Whether a job may be started beside this many.
    pub fn opening(&self, running: usize, now: Instant) -> Opening {
        let due = self.delay.zip(self.last).map(|(delay, last)| last + delay.time);
        if let Some(due) = due.filter(|due| now < *due) {
            return Opening::At(due);
        }
        // One job at least always runs.
        if running == 0 || self.limit.is_none() {
            return Opening::Now;
        }
        // What was measured a while ago says nothing of now, however much room there was.
        match self.measured.filter(|(at, _)| now < *at + MEASURE) {
            Some((_, room)) if room > 0.0 => Opening::Now,
            Some((at, _)) => Opening::At(at + MEASURE),
            None => Opening::Measure,
        }
    }

    /// The load, in threads that run or wait for a disk.
    pub fn on_load(&mut self, threads: f64, now: Instant) {
        self.measured = self.limit.map(|limit| (now, limit - threads));
    }

    /// A job is started.
    pub fn on_start(&mut self, now: Instant) {
        self.last = Some(now);
        if let Some((_, room)) = &mut self.measured {
            *room -= 1.0;
        }
    }

    /// A job has ended: an adapting delay grows by 30 % with a failure and shrinks by 10 % with a success.
    pub fn on_exit(&mut self, success: bool) {
        if let Some(Delay { time, adapts: true }) = &mut self.delay {
            *time = time.mul_f64(if success { 0.9 } else { 1.3 }).min(LONGEST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_keep_their_distance() {
        let (now, half) = (Instant::now(), Duration::from_millis(500));
        let mut gate = Gate::new("0.5".parse().ok(), None);
        assert_eq!(gate.opening(0, now), Opening::Now);
        gate.on_start(now);
        assert_eq!(gate.opening(1, now), Opening::At(now + half));
        assert_eq!(gate.opening(1, now + half), Opening::Now);
        gate.on_exit(false);
        assert_eq!(gate.opening(1, now), Opening::At(now + half), "a fixed delay stays");
    }

    #[test]
    fn an_adapting_delay_grows_with_failures() {
        let now = Instant::now();
        let mut gate = Gate::new("1auto".parse().ok(), None);
        gate.on_start(now);
        gate.on_exit(false);
        assert_eq!(gate.opening(1, now), Opening::At(now + Duration::from_millis(1300)));
        (0..1000).for_each(|_| gate.on_exit(false));
        assert_eq!(gate.opening(1, now), Opening::At(now + LONGEST));
    }

    #[test]
    fn the_load_lets_as_many_pass_as_there_is_room_for() {
        let now = Instant::now();
        let mut gate = Gate::new(None, Some(3.0));
        assert_eq!(gate.opening(0, now), Opening::Now, "one job always runs");
        assert_eq!(gate.opening(1, now), Opening::Measure);
        gate.on_load(1.5, now);
        gate.on_start(now);
        assert_eq!(gate.opening(2, now), Opening::Now);
        gate.on_start(now);
        assert_eq!(gate.opening(3, now), Opening::At(now + MEASURE));
        assert_eq!(gate.opening(3, now + MEASURE), Opening::Measure);
        gate.on_load(0.0, now);
        assert_eq!(gate.opening(1, now + MEASURE), Opening::Measure, "it may be high by now");
    }

    #[test]
    fn loads_are_written_as_jobs_are() {
        let limit = |text: &str| text.parse().map(|load: Load| load.limit(4));
        assert_eq!(["2.5", "150%", "+1", "-1", "0"].map(limit), [Ok(2.5), Ok(6.0), Ok(5.0), Ok(3.0), Ok(0.01)]);
        assert!(["", "x", "%", "inf", "nan"].iter().all(|text| limit(text).is_err()));
    }
}
