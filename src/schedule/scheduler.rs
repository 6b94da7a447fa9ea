//! The scheduler: a plain value that decides what happens next.
//!
//! Every decision is a function of its state, an event and the time. It starts no thread, sends no signal, reads no
//! clock and never waits; what it wants done it returns as [`Action`]s. It holds the few jobs that have been read
//! ahead, knows which slots run, and owns every timer, so that there is one clock to stop.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Instant;

use rustix::process::{Pid, Signal};

use super::Rules;
use super::ending::Ending;
use super::scarcity::{Scarcity, Verdict};
use crate::job::{Exit, Job, Slot};
use crate::policy::{Gate, Halt, Next, Opening};
use crate::signal::Caught;

/// Something that is to be done. The caller does it at once and in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Run the job in the slot.
    Start(Slot, Job),
    /// Signal a process group.
    Signal(Pid, Signal),
    /// Stop this process until it is continued.
    StopSelf,
    /// Measure the load of the machine, and tell it.
    Measure,
    /// Tell the user.
    Say(String),
    /// Nothing can be started; end the run with this message.
    GiveUp(String),
}

/// Jobs with one value each that are read ahead at most.
const READ_AHEAD: usize = 256;

/// How many jobs of which each may hold this many values are read ahead at most: fewer where they are large.
pub fn read_ahead(values: usize) -> usize {
    (READ_AHEAD / values.max(1)).max(8)
}

/// What becomes of jobs that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Intake {
    Open,
    /// There are no more.
    Ended,
    /// No more are to be started, although there may be some.
    Refused,
}

#[derive(Debug)]
pub(super) struct Scheduler {
    scarcity: Scarcity,
    queue: VecDeque<Job>,
    /// More jobs are asked for when there are fewer than this.
    low: usize,
    intake: Intake,
    /// The slots that run a job, with its process group while there is one to signal.
    running: BTreeMap<Slot, Option<Pid>>,
    /// Slots that have been used and are free, and the lowest that has not been used.
    free: BTreeSet<Slot>,
    unused: usize,
    /// A slot whose first job is being started. The next new slot waits for it: each costs a thread, and threads
    /// must not take the room that the jobs themselves need.
    beginner: Option<Slot>,
    ending: Ending,
    halt: Halt,
    gate: Gate,
    /// When the gate is to be asked again.
    gate_due: Option<Instant>,
    /// Whether a signal or an error ended the run before all jobs were run.
    cut_short: bool,
}

impl Scheduler {
    pub(super) fn new(slots: usize, read_ahead: usize, Rules { termseq, halt, gate }: Rules) -> Self {
        Self {
            low: read_ahead.div_ceil(8),
            scarcity: Scarcity::new(slots),
            queue: VecDeque::new(),
            intake: Intake::Open,
            running: BTreeMap::new(),
            free: BTreeSet::new(),
            unused: 1,
            beginner: None,
            ending: Ending::new(termseq),
            halt,
            gate,
            gate_due: None,
            cut_short: false,
        }
    }

    /// Whether more jobs should be read.
    pub(super) fn wants_jobs(&self) -> bool {
        self.intake == Intake::Open && self.queue.len() < self.low
    }

    /// Whether all has been done.
    pub(super) fn is_done(&self) -> bool {
        self.intake != Intake::Open && self.queue.is_empty() && self.running.is_empty() && !self.has_leaderless()
    }

    /// Whether something happened that the loop has to act upon, rather than the slot it happened in.
    pub(super) fn needs_loop(&self) -> bool {
        self.wants_jobs() || self.is_done() || self.scarcity.due().or(self.gate_due).is_some() || self.has_leaderless()
    }

    /// Whether the run was ended before all jobs were run.
    pub(super) fn was_cut_short(&self) -> bool {
        self.cut_short
    }

    /// What has become of the rule by which jobs end a run.
    pub(super) fn halt(&self) -> &Halt {
        &self.halt
    }

    /// Whether what is left is to be left as it is.
    pub(super) fn is_abandoned(&self) -> bool {
        self.ending.is_abandoned()
    }

    /// Whether jobs are being ended.
    pub(super) fn is_ending(&self) -> bool {
        self.ending.has_begun()
    }

    /// When [`Scheduler::on_tick`] is to be called, if at any time.
    pub(super) fn next_tick(&self) -> Option<Instant> {
        let retry = self.scarcity.due().filter(|_| self.intake != Intake::Refused);
        let gate = self.gate_due.filter(|_| self.intake != Intake::Refused);
        [self.ending.due(), retry, gate].into_iter().flatten().min()
    }

    pub(super) fn on_job(&mut self, job: Job, now: Instant) -> Vec<Action> {
        if self.intake != Intake::Refused {
            self.queue.push_back(job);
        }
        self.fill(now)
    }

    pub(super) fn on_input_end(&mut self) {
        if self.intake == Intake::Open {
            self.intake = Intake::Ended;
        }
    }

    /// A job's process runs.
    pub(super) fn on_started(&mut self, slot: Slot, group: Pid, now: Instant) -> Vec<Action> {
        self.running.insert(slot, Some(group));
        self.beginner = self.beginner.filter(|beginner| *beginner != slot);
        self.scarcity.on_started();
        match self.ending.latest() {
            Some(signal) => vec![Action::Signal(group, signal)],
            None => self.fill(now),
        }
    }

    /// A job's process has ended and is about to be reaped.
    pub(super) fn on_ended(&mut self, slot: Slot) {
        if let Some(group) = self.running.insert(slot, None).flatten() {
            self.ending.outlive(group);
        }
    }

    /// A job has been reported, and its slot is free.
    pub(super) fn on_settled(&mut self, slot: Slot, exit: Exit, now: Instant) -> Vec<Action> {
        self.release(slot);
        self.scarcity.on_settled(now);
        self.gate.on_exit(exit.is_success());
        match self.halt.on_exit(exit) {
            Next::GoOn => self.fill(now),
            Next::StartNoMore(why) => {
                self.drain();
                why.map(Action::Say).into_iter().collect()
            }
        }
    }

    /// A job could not be started for want of resources; it is tried again with fewer slots.
    pub(super) fn on_shortage(&mut self, slot: Slot, job: Job, why: &str, now: Instant) -> Vec<Action> {
        self.release(slot);
        if self.intake == Intake::Refused {
            self.cut_short = true;
        } else {
            self.queue.push_front(job);
        }
        match self.scarcity.on_shortage(self.running.len(), now) {
            Verdict::GoOn => Vec::new(),
            Verdict::Tell => {
                let advice = "going on with fewer jobs at a time; lower -j, or raise the limit (see ulimit -a)";
                vec![Action::Say(format!("cannot start another job now: {why}; {advice}"))]
            }
            Verdict::GiveUp => {
                self.drain();
                vec![Action::GiveUp(format!("cannot start any job: {why}; raise the limit (see ulimit -a)"))]
            }
        }
    }

    pub(super) fn on_signal(&mut self, signal: Caught, now: Instant) -> Vec<Action> {
        match signal {
            Caught::Suspend => {
                let stop = self.groups().map(|group| Action::Signal(group, Signal::STOP));
                let go_on = self.groups().map(|group| Action::Signal(group, Signal::CONT));
                stop.chain([Action::StopSelf]).chain(go_on).collect()
            }
            Caught::More => {
                self.scarcity.grow();
                self.fill(now)
            }
            Caught::Fewer => {
                self.scarcity.shrink();
                self.fill(now)
            }
            Caught::Drain => {
                self.drain();
                vec![Action::Say(format!("hung up; waiting for {} running jobs, starting no more", self.running.len()))]
            }
            Caught::Stop => {
                self.drain();
                self.cut_short = true;
                let signal = self.ending.ask(now);
                self.signal_all(signal)
            }
        }
    }

    /// Output or a record was lost: nothing more can be done that counts.
    pub(super) fn on_abort(&mut self, now: Instant) -> Vec<Action> {
        if self.is_ending() { Vec::new() } else { self.on_signal(Caught::Stop, now) }
    }

    pub(super) fn on_tick(&mut self, now: Instant) -> Vec<Action> {
        let signal = self.ending.advance(now);
        if self.is_ending() { self.signal_all(signal) } else { self.fill(now) }
    }

    /// The load that was asked for; where the system does not tell, there is no limit.
    pub(super) fn on_load(&mut self, load: Option<f64>, now: Instant) -> Vec<Action> {
        self.gate.on_load(load.unwrap_or(f64::NEG_INFINITY), now);
        self.fill(now)
    }

    /// There are to be so many slots; jobs that run are left to run.
    pub(super) fn on_slots(&mut self, slots: usize, now: Instant) -> Vec<Action> {
        self.scarcity.set(slots);
        self.fill(now)
    }

    /// Forgets process groups of ended jobs in which nothing is left, as told by `is_gone`.
    pub(super) fn forget_groups(&mut self, is_gone: impl Fn(Pid) -> bool) {
        self.ending.forget(is_gone);
    }

    /// Whether processes of ended jobs may be left.
    pub(super) fn has_leaderless(&self) -> bool {
        !self.ending.leaderless().is_empty()
    }

    /// A slot could not be made: its number stays unused.
    pub(super) fn withdraw(&mut self, slot: Slot) {
        self.running.remove(&slot);
        self.unused = self.unused.min(slot.0);
    }

    fn release(&mut self, slot: Slot) {
        self.beginner = self.beginner.filter(|beginner| *beginner != slot);
        // A slot that has been withdrawn has nothing to give back.
        if self.running.remove(&slot).is_some() {
            self.free.insert(slot);
        }
    }

    /// Starts no more jobs.
    fn drain(&mut self) {
        self.cut_short |= self.intake == Intake::Open || !self.queue.is_empty();
        self.intake = Intake::Refused;
        self.queue.clear();
    }

    fn signal_all(&self, signal: Option<Signal>) -> Vec<Action> {
        signal.map_or(Vec::new(), |signal| self.groups().map(|group| Action::Signal(group, signal)).collect())
    }

    fn groups(&self) -> impl Iterator<Item = Pid> {
        self.running.values().flatten().chain(self.ending.leaderless()).copied()
    }

    /// Gives jobs to free slots, the lowest first.
    fn fill(&mut self, now: Instant) -> Vec<Action> {
        let mut actions = Vec::new();
        self.gate_due = None;
        let allowed = self.scarcity.allowed(now);
        while self.running.len() < allowed && self.intake != Intake::Refused {
            if self.queue.is_empty() {
                break;
            }
            match self.gate.opening(self.running.len(), now) {
                Opening::Now => {}
                Opening::At(due) => {
                    self.gate_due = Some(due);
                    break;
                }
                Opening::Measure => {
                    actions.push(Action::Measure);
                    break;
                }
            }
            let Some(slot) = self.free.pop_first().or_else(|| self.new_slot()) else { break };
            self.gate.on_start(now);
            self.running.insert(slot, None);
            actions.extend(self.queue.pop_front().map(|job| Action::Start(slot, job)));
        }
        actions
    }

    fn new_slot(&mut self) -> Option<Slot> {
        if self.beginner.is_some() {
            return None;
        }
        self.beginner = Some(Slot(self.unused));
        self.unused += 1;
        self.beginner
    }
}

#[cfg(test)]
mod tests;
