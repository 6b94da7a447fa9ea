//! The scheduler: a plain value that decides what happens next.
//!
//! Every decision is a function of its state, an event and the time. It starts no thread, sends no signal, reads no
//! clock and never waits; what it wants done it returns as [`Action`]s. It holds the few jobs that have been read
//! ahead, knows which slots run, and owns every timer, so that there is one clock to stop.
//!
//! Here stands its state and the life of a job; in `slots` who gets a job, in `again` who gets another try, in `timing`
//! whose time is over, in `pressure` who makes room, and in `stopping` what ends one job or all.

mod again;
#[cfg(test)]
mod model;
mod pressure;
mod slots;
mod stopping;
#[cfg(test)]
mod tests;
mod timing;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

use super::Rules;
use super::ending::{Ending, Shot};
use super::scarcity::Scarcity;
use crate::collect::Halted;
use crate::job::{Cause, Exit, Job, Seq, Slot};
use crate::policy::{Gate, Halt, Retry, Timeout};

/// Something that is to be done. The caller does it at once and in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Run the job in the slot.
    Start(Slot, Job),
    /// Signal a process group.
    Signal(Pid, Signal),
    /// Stop this process until it is continued.
    StopSelf,
    /// Measure the machine, and tell what it is like.
    Measure,
    /// Ask the command of `--limit`, and tell its answer.
    Ask,
    /// Look when the job in the slot wrote something last, and tell it.
    LookAtOutput(Slot),
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

/// A slot that runs a job.
#[derive(Clone, Copy, Debug, Default)]
struct Running {
    /// The job's process group, while there is one to signal.
    group: Option<Pid>,
    /// When it was started, if it was.
    since: Option<Instant>,
    /// When it is to be looked at again, if its time is limited.
    due: Option<Instant>,
    /// Why it is being ended, if it is.
    cause: Option<Cause>,
    /// The group that was being ended when the process did, in which others may be left.
    left: Option<Pid>,
    /// How long it was suspended for want of memory, and when it went on last, if it was.
    slept: Duration,
    resumed: Option<Instant>,
}

impl Running {
    /// When it would have been started if it had never been suspended.
    fn begin(&self) -> Option<Instant> {
        self.since.map(|since| since + self.slept)
    }
}

/// What becomes of a job after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    /// That was its end.
    Settle(Exit),
    /// It is to be tried again after this long, as another attempt or, if it could not help it, as the same.
    Again { exit: Exit, after: Duration, attempt: u32 },
}

#[derive(Debug)]
pub(super) struct Scheduler {
    scarcity: Scarcity,
    queue: VecDeque<Job>,
    /// Jobs that are tried again, with the time when.
    later: BTreeMap<(Instant, Seq), Job>,
    /// Jobs that are tried again so long after what their last attempt has left in this group is gone: one that still
    /// ran beside the next would be taken for a part of it.
    held: Vec<(Pid, Job, Duration)>,
    /// More jobs are asked for when there are fewer than this.
    low: usize,
    intake: Intake,
    running: BTreeMap<Slot, Running>,
    /// The slots of jobs that are suspended for want of memory, and since when.
    asleep: BTreeMap<Slot, Instant>,
    /// When which slot is to be looked at, as in `running`.
    due: BTreeSet<(Instant, Slot)>,
    /// Slots that have been used and are free, and the lowest that has not been used.
    free: BTreeSet<Slot>,
    unused: usize,
    /// A slot whose first job is being started. The next new slot waits for it: each costs a thread, and threads
    /// must not take the room that the jobs themselves need.
    beginner: Option<Slot>,
    ending: Ending,
    halt: Halt,
    retry: Retry,
    timeout: Timeout,
    /// How long a job may write nothing.
    idle: Option<Duration>,
    /// How long the run may take, and then until when.
    longest: Option<Duration>,
    deadline: Option<Instant>,
    gate: Gate,
    /// When the gate is to be asked again.
    gate_due: Option<Instant>,
    /// When the first of the jobs that are to be tried again is due, if it was not when jobs were given out last.
    again_due: Option<Instant>,
    /// When the loop will ask by itself.
    armed: Option<Instant>,
    /// Which signal has stopped the run.
    stopped_by: Option<i32>,
    /// Whether a signal, the deadline or an error ended the run before all jobs were run.
    cut_short: bool,
    /// Whether the rule by which jobs end a run has ended it.
    halted: bool,
    /// What has ended the run, until it has been told.
    news: Option<Halted>,
}

impl Scheduler {
    pub(super) fn new(slots: usize, read_ahead: usize, rules: Rules) -> Self {
        let Rules { termseq, halt, gate, timeout, idle, deadline, retry } = rules;
        Self {
            low: read_ahead.div_ceil(8),
            scarcity: Scarcity::new(slots),
            queue: VecDeque::new(),
            later: BTreeMap::new(),
            held: Vec::new(),
            intake: Intake::Open,
            running: BTreeMap::new(),
            asleep: BTreeMap::new(),
            due: BTreeSet::new(),
            free: BTreeSet::new(),
            unused: 1,
            beginner: None,
            ending: Ending::new(termseq),
            halt,
            retry,
            timeout,
            idle,
            longest: deadline,
            deadline: None,
            gate,
            gate_due: None,
            again_due: None,
            armed: None,
            stopped_by: None,
            cut_short: false,
            halted: false,
            news: None,
        }
    }

    /// The run begins.
    pub(super) fn on_begin(&mut self, now: Instant) {
        self.deadline = self.longest.map(|longest| now + longest);
    }

    /// Whether more jobs should be read.
    pub(super) fn wants_jobs(&self) -> bool {
        self.intake == Intake::Open && self.queue.len() < self.low
    }

    /// Whether all has been done.
    pub(super) fn is_done(&self) -> bool {
        let waits = !self.queue.is_empty() || self.has_again();
        self.intake != Intake::Open && !waits && self.running.is_empty() && !self.has_leaderless()
    }

    /// Whether something happened that the loop has to act upon, rather than the slot it happened in.
    pub(super) fn needs_loop(&self) -> bool {
        let is_early = |tick| self.armed.is_none_or(|armed| tick < armed);
        self.wants_jobs() || self.is_done() || self.has_leaderless() || self.next_tick().is_some_and(is_early)
    }

    /// Whether a signal, the deadline or an error ended the run before all jobs were run.
    pub(super) fn was_cut_short(&self) -> bool {
        self.cut_short
    }

    /// What has ended the run, once.
    pub(super) fn take_news(&mut self) -> Option<Halted> {
        self.news.take()
    }

    /// What has become of the rule by which jobs end a run.
    pub(super) fn halt(&self) -> &Halt {
        &self.halt
    }

    /// Whether what is left is to be left as it is.
    pub(super) fn is_abandoned(&self) -> bool {
        self.ending.is_abandoned()
    }

    /// Whether all jobs are being ended.
    pub(super) fn is_ending(&self) -> bool {
        self.ending.of_all().is_some()
    }

    /// Which signal has stopped the run, if one has.
    pub(super) fn stopped_by(&self) -> Option<i32> {
        self.stopped_by
    }

    /// When [`Scheduler::on_tick`] is to be called, if at any time.
    pub(super) fn next_tick(&self) -> Option<Instant> {
        let starts = [self.scarcity.due(), self.gate_due, self.again_due];
        let starts = starts.into_iter().flatten().filter(|_| self.intake != Intake::Refused);
        let ends = [self.ending.due(), self.due.first().map(|(due, _)| *due), self.deadline, self.look_due()];
        starts.chain(ends.into_iter().flatten()).min()
    }

    /// The loop will ask at this time.
    pub(super) fn arm(&mut self, tick: Option<Instant>) {
        self.armed = tick;
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
        // A group of this number that was being ended is gone for good.
        self.ending.forget(|gone| gone == group);
        let running = Running { group: Some(group), since: Some(now), ..Running::default() };
        self.running.insert(slot, running);
        self.watch_time(slot, now);
        self.beginner = self.beginner.filter(|beginner| *beginner != slot);
        self.scarcity.on_started();
        match self.ending.of_all() {
            Some(cause) => self.end(slot, cause, now),
            None => self.fill(now),
        }
    }

    /// A job's process has ended and is about to be reaped.
    pub(super) fn on_ended(&mut self, slot: Slot) {
        self.forget_time(slot);
        self.asleep.remove(&slot);
        if let Some(running) = self.running.get_mut(&slot)
            && let Some(group) = running.group.take()
        {
            // What it has left behind is no reason why the job itself has ended.
            let cause = self.ending.outlive(group);
            running.left = cause.map(|_| group);
            running.cause = cause.filter(|cause| *cause != Cause::Leak);
        }
    }

    /// The jobs that run, with their process groups.
    pub(super) fn jobs(&self) -> impl Iterator<Item = (Slot, Pid)> {
        self.running.iter().filter_map(|(slot, running)| running.group.map(|group| (*slot, group)))
    }

    /// Whether what holds the output of a job that has ended could still be ended, or end by itself.
    pub(super) fn waits_for(&self, slot: Slot) -> bool {
        let group = self.running.get(&slot).and_then(|running| running.group);
        !self.is_abandoned() && group.is_some_and(|group| !self.ending.is_at_its_end(group))
    }

    /// A job has been reported, and its slot is free. It ran for this long.
    pub(super) fn on_settled(&mut self, slot: Slot, exit: Exit, runtime: Duration, now: Instant) -> Vec<Action> {
        self.release(slot);
        self.scarcity.on_settled(now);
        self.gate.on_exit(exit.is_success());
        if exit.is_success() && self.timeout.on_success(runtime) {
            let slots: Vec<_> = self.running.keys().copied().collect();
            for slot in slots {
                self.watch_time(slot, now);
            }
        }
        let next = self.halt.on_exit(exit, self.running.len());
        self.go_on(next, now)
    }

    /// The number of all jobs is known.
    pub(super) fn on_total(&mut self, total: u64, now: Instant) -> Vec<Action> {
        let next = self.halt.on_total(total, self.running.len());
        self.go_on(next, now)
    }

    pub(super) fn on_tick(&mut self, now: Instant) -> Vec<Action> {
        let mut actions = signals(self.ending.advance(now));
        actions.extend(self.look_at_time(now));
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            self.deadline = None;
            self.drain();
            self.news = Some(Halted { cause: Cause::Deadline, signal: None, ends_running: true });
            self.cut_short = true;
            actions.push(Action::Say("the deadline is over; ending the jobs that run, starting no more".into()));
            actions.extend(signals(self.ending.end_all(self.groups(), Cause::Deadline, now)));
        }
        if self.look_due().is_some_and(|due| due <= now) {
            actions.push(Action::Measure);
        }
        actions.extend(self.fill(now));
        actions
    }

    /// Forgets process groups of ended jobs in which nothing is left, as told by `is_gone`.
    pub(super) fn forget_groups(&mut self, is_gone: impl FnMut(Pid) -> bool) {
        self.ending.forget(is_gone);
    }

    /// Whether this group is being ended.
    pub(super) fn is_ending_group(&self, group: Pid) -> bool {
        self.ending.concerns(group)
    }

    /// Whether processes of ended jobs may be left.
    pub(super) fn has_leaderless(&self) -> bool {
        self.ending.leaderless().next().is_some()
    }

    fn groups(&self) -> Vec<Pid> {
        self.running.values().filter_map(|running| running.group).chain(self.ending.leaderless()).collect()
    }
}

fn signals(shots: impl IntoIterator<Item = Shot>) -> Vec<Action> {
    shots.into_iter().map(|(group, signal)| Action::Signal(group, signal)).collect()
}
