//! When the next job may be started: `--delay`, `--load`, `--memfree` and their kin.
//!
//! Each of them is a small value of its own; together they are a [`Gate`], which is open where all are. They measure
//! nothing: what they want to know about the machine they are told as [`Facts`].

mod delay;
mod disks;
mod limit;
mod load;
mod memory;
mod swap;

pub use delay::Delay;
pub use limit::{Answer, Limit};
pub use load::Load;
pub use memory::Relief;

use std::time::{Duration, Instant};

use crate::host::{Facts, Wants};
use disks::DiskGate;
use limit::LimitGate;
use load::LoadGate;
use memory::MemoryGate;
use swap::SwapGate;

/// How often the machine is measured.
const MEASURE: Duration = Duration::from_millis(250);

/// Whether a job may be started. What comes later outweighs what comes before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Opening {
    /// At once.
    Now,
    /// It depends on the command of `--limit`, which has to be asked.
    Ask,
    /// It depends on the machine, which has to be measured.
    Measure,
    /// It depends on what has been asked already.
    Wait,
    /// Not before this time.
    At(Instant),
}

/// Lets jobs pass one after the other.
#[derive(Clone, Debug, Default)]
pub struct Gate {
    delay: Option<Delay>,
    /// When the last job was started.
    last: Option<Instant>,
    load: Option<LoadGate>,
    memory: MemoryGate,
    swap: SwapGate,
    disks: Option<DiskGate>,
    limit: LimitGate,
}

impl Gate {
    /// With a delay and a limit of the load, if any.
    pub fn new(delay: Option<Delay>, limit: Option<f64>) -> Self {
        Self { delay, load: limit.map(LoadGate::new), ..Self::default() }
    }

    /// So many bytes must be free for a start, and half of them always.
    #[must_use]
    pub fn with_free_memory(mut self, size: Option<u64>) -> Self {
        self.memory.free = self.memory.free.max(size);
        self
    }

    /// Twice so many bytes must be free for all to run, and so many for more than one.
    #[must_use]
    pub fn with_suspending(mut self, size: Option<u64>) -> Self {
        self.memory.suspend = size;
        self
    }

    /// A job takes so many bytes.
    #[must_use]
    pub fn with_memory_per_job(mut self, size: Option<u64>) -> Self {
        self.memory.per_job = size;
        self
    }

    /// Closed while memory is swapped, if wanted.
    #[must_use]
    pub fn without_swapping(mut self, is_wanted: bool) -> Self {
        self.swap.is_wanted = is_wanted;
        self
    }

    /// With a limit of another kind, by these CPUs.
    #[must_use]
    pub fn with_limit(mut self, limit: Option<&Limit>, processors: usize) -> Self {
        match limit {
            None => {}
            Some(Limit::Disks(percent)) => self.disks = Some(DiskGate::new(*percent)),
            Some(Limit::Load(load)) => self.load = Some(LoadGate::new(load.limit(processors))),
            Some(Limit::Memory(size)) => return self.with_free_memory(Some(*size)),
            Some(Limit::Command(_)) => self.limit = LimitGate::Open,
        }
        self
    }

    /// Whether a job that runs may be ended, to be run again.
    pub fn may_end_jobs(&self) -> bool {
        self.memory.free.is_some() || !matches!(self.limit, LimitGate::None)
    }

    /// Whether a job may be started beside this many.
    pub fn opening(&self, running: usize, now: Instant) -> Opening {
        let due = self.delay.zip(self.last).map(|(delay, last)| last + delay.time);
        if let Some(due) = due.filter(|due| now < *due) {
            return Opening::At(due);
        }
        // One job at least always runs.
        if running == 0 {
            return Opening::Now;
        }
        let load = self.load.as_ref().map(|load| load.opening(now));
        let disks = self.disks.as_ref().map(|disks| disks.opening(now));
        let others = [self.memory.opening(running, now), self.swap.opening(now), self.limit.opening(now)];
        others.into_iter().chain(load).chain(disks).max().unwrap_or(Opening::Now)
    }

    /// What has to be known about the machine.
    pub fn wants(&self) -> Wants {
        Wants {
            load: self.load.is_some(),
            memory: self.memory.is_wanted(),
            swap: self.swap.is_wanted,
            disks: self.disks.is_some(),
        }
    }

    /// When the machine is to be measured again while several jobs run, if it is.
    pub fn look_due(&self) -> Option<Instant> {
        self.memory.look_due()
    }

    /// What has been measured.
    pub fn on_facts(&mut self, facts: &Facts, now: Instant) {
        if let Some(load) = &mut self.load {
            load.on_load(facts.load, now);
        }
        self.memory.on_memory(facts.memory, now);
        self.swap.on_swap(facts.swap, now);
        if let Some(disks) = &mut self.disks {
            disks.on_disks(&facts.disks, now);
        }
    }

    /// What is to be done for the memory where so many jobs run and so many are suspended.
    pub fn relief(&self, running: usize, suspended: usize) -> Option<Relief> {
        self.memory.relief(running, suspended)
    }

    /// The command of `--limit` is being asked.
    pub fn on_ask(&mut self) {
        self.limit = LimitGate::Asked;
    }

    /// It has answered.
    pub fn on_answer(&mut self, answer: Answer, now: Instant) {
        self.limit.on_answer(answer, now);
    }

    /// A job is started.
    pub fn on_start(&mut self, now: Instant) {
        self.last = Some(now);
        if let Some(load) = &mut self.load {
            load.on_start();
        }
        if let Some(disks) = &mut self.disks {
            disks.on_start();
        }
        self.memory.on_start();
        self.limit.on_start();
    }

    /// A job has ended.
    pub fn on_exit(&mut self, success: bool) {
        if let Some(delay) = &mut self.delay {
            delay.on_exit(success);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::delay::LONGEST;
    use super::*;

    fn load(threads: f64) -> Facts {
        Facts { load: Some(threads), ..Facts::default() }
    }

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
        gate.on_facts(&load(1.5), now);
        gate.on_start(now);
        assert_eq!(gate.opening(2, now), Opening::Now);
        gate.on_start(now);
        assert_eq!(gate.opening(3, now), Opening::At(now + MEASURE));
        assert_eq!(gate.opening(3, now + MEASURE), Opening::Measure);
        gate.on_facts(&load(0.0), now);
        assert_eq!(gate.opening(1, now + MEASURE), Opening::Measure, "it may be high by now");
    }
}
