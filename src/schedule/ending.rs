//! Ending jobs: which signal is due when, and what may outlive the leader of a process group.
//!
//! Each process group that is being ended goes down a ladder of its own, the term sequence, and gets one signal a step.
//! When the user asks again, all are killed; when for the third time, nothing is waited for any more.

use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

use crate::job::Cause;
use crate::policy::TermSeq;

/// How long what has been killed may take to be gone.
const LAST_WAIT: Duration = Duration::from_secs(1);

/// What is being ended, and how far that has come.
#[derive(Debug)]
pub(super) struct Ending {
    termseq: TermSeq,
    ladders: Vec<Ladder>,
    /// Why all jobs are being ended, if they are.
    all: Option<Cause>,
    /// How often the user has asked for the end.
    asked: u32,
}

/// The way of one process group.
#[derive(Debug)]
struct Ladder {
    group: Pid,
    cause: Cause,
    /// Steps that have been taken.
    taken: usize,
    /// When the next is due; `None` once there is none.
    due: Option<Instant>,
    /// Its leader has ended; others may be left in it.
    is_leaderless: bool,
}

/// A signal for a process group.
pub(super) type Shot = (Pid, Signal);

impl Ending {
    pub(super) fn new(termseq: TermSeq) -> Self {
        Self { termseq, ladders: Vec::new(), all: None, asked: 0 }
    }

    /// Why all jobs are being ended, if they are.
    pub(super) fn of_all(&self) -> Option<Cause> {
        self.all
    }

    /// Whether the user wants to wait no longer, for anything.
    pub(super) fn is_abandoned(&self) -> bool {
        self.asked > 2
    }

    /// When the next step is due, if there is one.
    pub(super) fn due(&self) -> Option<Instant> {
        self.ladders.iter().filter_map(|ladder| ladder.due).min()
    }

    /// Begins to end one group, unless that has begun.
    pub(super) fn end(&mut self, group: Pid, cause: Cause, now: Instant) -> Option<Shot> {
        if self.ladders.iter().any(|ladder| ladder.group == group) {
            return None;
        }
        let mut ladder = Ladder { group, cause, taken: 0, due: Some(now), is_leaderless: false };
        let signal = if self.asked > 1 { Some(ladder.kill(now)) } else { ladder.step(&self.termseq, now) };
        self.ladders.push(ladder);
        signal.map(|signal| (group, signal))
    }

    /// Begins to end all of these groups, and those that are started from now on.
    pub(super) fn end_all(&mut self, groups: Vec<Pid>, cause: Cause, now: Instant) -> Vec<Shot> {
        self.all.get_or_insert(cause);
        groups.into_iter().filter_map(|group| self.end(group, cause, now)).collect()
    }

    /// The user asks for the end of all, for the first time or again. Only what cannot be killed, or waits for a reader
    /// of our output, is still there at the third time.
    pub(super) fn ask(&mut self, groups: Vec<Pid>, now: Instant) -> Vec<Shot> {
        self.asked += 1;
        match self.asked {
            1 => self.end_all(groups, Cause::Stop, now),
            2 => {
                self.end_all(groups, Cause::Stop, now);
                self.ladders.iter_mut().map(|ladder| (ladder.group, ladder.kill(now))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The signals of the steps that are due. What has outlived its whole ladder is not waited for, unless it is a job.
    pub(super) fn advance(&mut self, now: Instant) -> Vec<Shot> {
        let termseq = &self.termseq;
        let mut shots = Vec::new();
        self.ladders.retain_mut(|ladder| {
            if ladder.due.is_some_and(|due| due <= now) {
                shots.extend(ladder.step(termseq, now).map(|signal| (ladder.group, signal)));
            }
            ladder.due.is_some() || !ladder.is_leaderless
        });
        shots
    }

    /// The leader of a group has ended; why it was being ended, if it was.
    pub(super) fn outlive(&mut self, group: Pid) -> Option<Cause> {
        let at = self.ladders.iter().position(|ladder| ladder.group == group)?;
        let ladder = &mut self.ladders[at];
        ladder.is_leaderless = true;
        let cause = ladder.cause;
        if ladder.due.is_none() {
            self.ladders.remove(at);
        }
        Some(cause)
    }

    /// Whether this group is being ended.
    pub(super) fn is_ending(&self, group: Pid) -> bool {
        self.ladders.iter().any(|ladder| ladder.group == group)
    }

    /// Whether any group is being ended for this cause, or what has outlived its leader is.
    pub(super) fn is_ending_for(&self, cause: Cause) -> bool {
        self.ladders.iter().any(|ladder| ladder.cause == cause)
    }

    /// The groups that may have outlived their leaders.
    pub(super) fn leaderless(&self) -> impl Iterator<Item = Pid> {
        self.ladders.iter().filter(|ladder| ladder.is_leaderless).map(|ladder| ladder.group)
    }

    /// Forgets groups in which nothing is left, as told by `is_gone`.
    pub(super) fn forget(&mut self, mut is_gone: impl FnMut(Pid) -> bool) {
        self.ladders.retain(|ladder| !ladder.is_leaderless || !is_gone(ladder.group));
    }

    /// Whether all has been done to end this group.
    pub(super) fn is_at_its_end(&self, group: Pid) -> bool {
        self.ladders.iter().any(|ladder| ladder.group == group && ladder.due.is_none())
    }

    /// Whether this group is being ended.
    pub(super) fn concerns(&self, group: Pid) -> bool {
        self.ladders.iter().any(|ladder| ladder.group == group)
    }
}

impl Ladder {
    fn step(&mut self, termseq: &TermSeq, now: Instant) -> Option<Signal> {
        let step = termseq.steps().get(self.taken);
        self.taken += 1;
        let is_last = termseq.steps().len() == self.taken;
        self.due = step.map(|(signal, wait)| match *signal {
            Signal::KILL if is_last => now + LAST_WAIT.max(*wait),
            _ => now + *wait,
        });
        step.map(|(signal, _)| *signal)
    }

    /// The last step.
    fn kill(&mut self, now: Instant) -> Signal {
        self.taken = usize::MAX - 1;
        self.due = Some(now + LAST_WAIT);
        Signal::KILL
    }
}
