//! Stopping: what a signal, a lost record, the deadline or the rule of `--halt` ends, one job or all.

use std::time::Instant;

use rustix::process::{Pid, Signal};

use super::{Action, Intake, Scheduler, signals};
use crate::collect::Halted;
use crate::job::{Cause, Slot};
use crate::policy::Next;
use crate::signal::Caught;

impl Scheduler {
    pub(in crate::schedule) fn on_signal(&mut self, signal: Caught, now: Instant) -> Vec<Action> {
        match signal {
            Caught::Suspend => {
                let groups = self.groups();
                let stop = groups.iter().map(|group| Action::Signal(*group, Signal::STOP));
                let asleep = self.asleep.keys().filter_map(|slot| self.running.get(slot)?.group);
                let asleep: Vec<_> = asleep.collect();
                let go_on = groups.iter().filter(|group| !asleep.contains(group));
                let go_on = go_on.map(|group| Action::Signal(*group, Signal::CONT));
                stop.chain([Action::StopSelf]).chain(go_on).collect()
            }
            // These ask what is, and change nothing; see `Crew::answer`.
            Caught::Tell | Caught::Toggle => Vec::new(),
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
                self.news = Some(Halted { cause: Cause::Stop, signal: Some(libc::SIGHUP), ends_running: false });
                vec![Action::Say(format!("hung up; waiting for {} running jobs, starting no more", self.running.len()))]
            }
            Caught::Stop(signal) => {
                self.stopped_by.get_or_insert(signal);
                self.news = Some(Halted { cause: Cause::Stop, signal: Some(signal), ends_running: true });
                self.stop(now)
            }
        }
    }

    /// The user asks for the end.
    pub(super) fn stop(&mut self, now: Instant) -> Vec<Action> {
        self.drain();
        self.cut_short = true;
        signals(self.ending.ask(self.groups(), now))
    }

    /// A record was lost: what runs may end, but nothing is begun that could not be recorded either.
    pub(in crate::schedule) fn on_lost_record(&mut self) -> Vec<Action> {
        if !self.is_ending() {
            self.news = Some(Halted { cause: Cause::Stop, signal: None, ends_running: false });
        }
        self.drain();
        self.cut_short = true;
        match self.running.len() {
            0 => Vec::new(),
            running => vec![Action::Say(format!(
                "a record could not be written; waiting for {running} running jobs, starting no more"
            ))],
        }
    }

    /// Output was lost: nothing more can be done that counts.
    pub(in crate::schedule) fn on_abort(&mut self, now: Instant) -> Vec<Action> {
        if self.is_ending() {
            return Vec::new();
        }
        self.news = Some(Halted { cause: Cause::Stop, signal: None, ends_running: true });
        self.stop(now)
    }

    pub(super) fn go_on(&mut self, next: Next, now: Instant) -> Vec<Action> {
        let (why, ends_all) = match next {
            Next::GoOn => return self.fill(now),
            Next::StartNoMore(why) => (why, false),
            Next::EndAll(why) => (why, true),
        };
        if !self.halted {
            self.news = Some(Halted { cause: Cause::Halt, signal: None, ends_running: ends_all });
        }
        self.halted = true;
        let cut_short = self.cut_short;
        self.drain();
        self.cut_short = cut_short;
        let shots = if ends_all { self.ending.end_all(self.groups(), Cause::Halt, now) } else { Vec::new() };
        why.map(Action::Say).into_iter().chain(signals(shots)).collect()
    }

    /// Begins to end the job in a slot.
    pub(super) fn end(&mut self, slot: Slot, cause: Cause, now: Instant) -> Vec<Action> {
        self.forget_time(slot);
        // If it was suspended, it is continued to take notice.
        self.asleep.remove(&slot);
        let group = self.running.get(&slot).and_then(|running| running.group);
        signals(group.and_then(|group| self.ending.end(group, cause, now)))
    }

    /// A job's process has ended; what it has left behind is to be ended too.
    pub(in crate::schedule) fn on_leak(&mut self, slot: Slot, now: Instant) -> Vec<Action> {
        self.end(slot, Cause::Leak, now)
    }

    /// The job of this process group is stopped because it wants the terminal.
    pub(in crate::schedule) fn on_terminal_wanted(&mut self, group: Pid, now: Instant) -> Vec<Action> {
        let slot = self.jobs().find(|(_, running)| *running == group).map(|(slot, _)| slot);
        slot.map_or(Vec::new(), |slot| self.end(slot, Cause::Terminal, now))
    }

    /// Starts no more jobs.
    pub(super) fn drain(&mut self) {
        self.cut_short |= self.intake == Intake::Open || !self.queue.is_empty() || self.has_again();
        self.intake = Intake::Refused;
        self.queue.clear();
        self.later.clear();
        self.held.clear();
    }
}
