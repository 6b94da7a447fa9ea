//! How much memory must be free: `--memfree`, `--memsuspend`, `--mem-per-job`.

use std::time::Instant;

use super::{MEASURE, Opening};

/// What is to be done for want of memory, or can be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relief {
    /// End the job that was started last, to run it again later.
    EndYoungest,
    /// Suspend so many of the jobs that were started last.
    Suspend(usize),
    /// Let the oldest of those that are suspended go on.
    Resume,
}

/// Watches over the memory, in bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct MemoryGate {
    /// So much must be free for another job; with less than half of it, a job is ended.
    pub(super) free: Option<u64>,
    /// With less than twice this, jobs are suspended; with less than this, all but one.
    pub(super) suspend: Option<u64>,
    /// What a job takes.
    pub(super) per_job: Option<u64>,
    /// When it was measured, and what was available then; all there can be where the system does not tell.
    measured: Option<(Instant, u64)>,
    /// The most that has been available: the jobs have to share it.
    most: u64,
    /// Jobs that were started since it was measured.
    started: u64,
}

impl MemoryGate {
    pub(super) fn is_wanted(&self) -> bool {
        self.free.is_some() || self.suspend.is_some() || self.per_job.is_some()
    }

    /// When to look again while several jobs run, which were not started before it was measured.
    pub(super) fn look_due(&self) -> Option<Instant> {
        let watches = self.free.is_some() || self.suspend.is_some();
        self.measured.filter(|_| watches).map(|(at, _)| at + MEASURE)
    }

    pub(super) fn opening(&self, running: usize, now: Instant) -> Opening {
        if !self.is_wanted() {
            return Opening::Now;
        }
        let Some((at, available)) = self.measured.filter(|(at, _)| now < *at + MEASURE) else {
            return Opening::Measure;
        };
        let is_enough = available >= self.free.unwrap_or(0)
            && available >= self.suspend.unwrap_or(0).saturating_mul(2)
            && self.per_job.is_none_or(|size| self.has_room(size, running, available));
        if is_enough { Opening::Now } else { Opening::At(at + MEASURE) }
    }

    /// Whether there is room for another job of this size. Those that were just started will take theirs.
    fn has_room(&self, size: u64, running: usize, available: u64) -> bool {
        let jobs = (running as u64).saturating_add(1);
        let promised = size.saturating_mul(self.started.saturating_add(1));
        size.saturating_mul(jobs) <= self.most && promised <= available
    }

    pub(super) fn on_memory(&mut self, available: Option<u64>, now: Instant) {
        let available = available.unwrap_or(u64::MAX);
        self.measured = Some((now, available));
        self.most = self.most.max(available);
        self.started = 0;
    }

    pub(super) fn on_start(&mut self) {
        self.started += 1;
    }

    /// What is to be done where so many jobs run and so many are suspended, by what was measured last. One is always
    /// left to run.
    pub(super) fn relief(&self, running: usize, suspended: usize) -> Option<Relief> {
        let (_, available) = self.measured?;
        if self.free.is_some_and(|free| available < free / 2) && running + suspended > 1 {
            return Some(Relief::EndYoungest);
        }
        match self.suspend? {
            size if available < size && running > 1 => Some(Relief::Suspend(running - 1)),
            size if available < size.saturating_mul(2) && running > 1 => Some(Relief::Suspend(1)),
            size if available >= size.saturating_mul(2) && suspended > 0 => Some(Relief::Resume),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(gate: MemoryGate, available: u64, now: Instant) -> MemoryGate {
        let mut gate = gate;
        gate.on_memory(Some(available), now);
        gate
    }

    #[test]
    fn so_much_has_to_be_free() {
        let now = Instant::now();
        let gate = |available| measured(MemoryGate { free: Some(100), ..MemoryGate::default() }, available, now);
        assert_eq!(MemoryGate::default().opening(3, now), Opening::Now);
        assert_eq!(gate(100).opening(3, now), Opening::Now);
        assert_eq!(gate(99).opening(3, now), Opening::At(now + MEASURE));
        assert_eq!(gate(100).opening(3, now + MEASURE), Opening::Measure);
        let reliefs = [(50, 2), (49, 2), (49, 1)].map(|(available, running)| gate(available).relief(running, 0));
        assert_eq!(reliefs, [None, Some(Relief::EndYoungest), None]);
    }

    #[test]
    fn jobs_are_suspended_one_by_one_and_all_but_one_in_need() {
        let now = Instant::now();
        let relief = |available, running, suspended| {
            let gate = MemoryGate { suspend: Some(100), ..MemoryGate::default() };
            measured(gate, available, now).relief(running, suspended)
        };
        assert_eq!(relief(200, 4, 0), None);
        assert_eq!(relief(199, 4, 0), Some(Relief::Suspend(1)));
        assert_eq!(relief(99, 4, 0), Some(Relief::Suspend(3)));
        assert_eq!(relief(99, 1, 3), None);
        assert_eq!(relief(200, 1, 3), Some(Relief::Resume));
    }

    #[test]
    fn jobs_of_a_size_share_what_there_is() {
        let now = Instant::now();
        let gate = MemoryGate { per_job: Some(100), ..MemoryGate::default() };
        let mut gate = measured(gate, 350, now);
        let mut started = 0;
        while gate.opening(started, now) == Opening::Now {
            gate.on_start();
            started += 1;
        }
        assert_eq!(started, 3);
        gate.on_memory(Some(340), now);
        assert_eq!(gate.opening(3, now), Opening::At(now + MEASURE), "they have not taken theirs yet");
        assert_eq!(gate.opening(2, now), Opening::Now);
        gate.on_memory(Some(90), now);
        assert_eq!(gate.opening(2, now), Opening::At(now + MEASURE), "others have taken it");
        gate.on_memory(None, now);
        assert_eq!(gate.opening(1000, now), Opening::Now, "nobody knows");
    }
}
