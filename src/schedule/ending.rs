//! Ending jobs: which signal is due when, and what may outlive the leader of a process group.

use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

use crate::policy::TermSeq;

/// How far the ending of all jobs has come.
#[derive(Debug)]
pub(super) struct Ending {
    termseq: TermSeq,
    stage: Stage,
    /// Process groups whose leader has ended meanwhile; others may be left in them.
    leaderless: Vec<Pid>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Jobs are not being ended.
    Not,
    /// This many steps of the term sequence have been taken; the next is due then.
    Steps(usize, Instant),
    /// The user has asked a second time, and all were killed.
    Killed,
    /// The user wants to wait no longer, for anything.
    Abandoned,
}

impl Ending {
    pub(super) fn new(termseq: TermSeq) -> Self {
        Self { termseq, stage: Stage::Not, leaderless: Vec::new() }
    }

    pub(super) fn has_begun(&self) -> bool {
        self.stage != Stage::Not
    }

    pub(super) fn is_abandoned(&self) -> bool {
        self.stage == Stage::Abandoned
    }

    /// When the next step is due, if there is one.
    pub(super) fn due(&self) -> Option<Instant> {
        match self.stage {
            Stage::Steps(_, due) => Some(due),
            _ => None,
        }
    }

    /// The user asks for the end, for the first time or again; the signal that all jobs get now. Only what cannot be
    /// killed, or waits for a reader of our output, is still there at the third time.
    pub(super) fn ask(&mut self, now: Instant) -> Option<Signal> {
        match self.stage {
            Stage::Not => self.step(0, now),
            Stage::Steps(..) => {
                self.stage = Stage::Killed;
                Some(Signal::KILL)
            }
            Stage::Killed | Stage::Abandoned => {
                self.stage = Stage::Abandoned;
                None
            }
        }
    }

    /// The signal of the step that is due, if one is.
    pub(super) fn advance(&mut self, now: Instant) -> Option<Signal> {
        match self.stage {
            Stage::Steps(taken, due) if due <= now => self.step(taken, now),
            _ => None,
        }
    }

    fn step(&mut self, step: usize, now: Instant) -> Option<Signal> {
        if let Some((signal, wait)) = self.termseq.steps().get(step) {
            self.stage = Stage::Steps(step + 1, now + *wait);
            return Some(*signal);
        }
        // What has outlived the whole sequence is not waited for, unless it is a job itself.
        self.leaderless.clear();
        self.stage = Stage::Steps(step, now + Duration::from_secs(1));
        None
    }

    /// The signal for a job that was being started while the others were signalled.
    pub(super) fn latest(&self) -> Option<Signal> {
        match self.stage {
            Stage::Not => None,
            Stage::Steps(taken, _) => self.termseq.steps().get(taken.checked_sub(1)?).map(|(signal, _)| *signal),
            Stage::Killed | Stage::Abandoned => Some(Signal::KILL),
        }
    }

    /// The leader of a group has ended.
    pub(super) fn outlive(&mut self, group: Pid) {
        if self.has_begun() {
            self.leaderless.push(group);
        }
    }

    /// The groups that may have outlived their leaders.
    pub(super) fn leaderless(&self) -> &[Pid] {
        &self.leaderless
    }

    /// Forgets groups in which nothing is left, as told by `is_gone`.
    pub(super) fn forget(&mut self, is_gone: impl Fn(Pid) -> bool) {
        self.leaderless.retain(|group| !is_gone(*group));
    }
}
