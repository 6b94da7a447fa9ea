//! The scheduler behind its lock, and the threads that do what it says.
//!
//! Decisions are made one after the other, in whichever thread the event comes from: a slot that has finished gets
//! its next job in the same breath. Actions are done while the lock is held, so that no process group is signalled
//! that a slot has just reaped; none of them waits.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use crossbeam_channel::{Receiver, Sender, bounded};
use rustix::process::{
    Pid, Signal, getpgid, getpgrp, getpid, kill_process, kill_process_group, test_kill_process_group,
};

use super::scheduler::{Action, Scheduler};
use super::slot::Postponed;
use super::workshop::Workshop;
use crate::collect::Post;
use crate::host;
use crate::job::{Job, Slot};
use crate::policy::JobsFile;

/// What the slots and the loop of a run share.
pub(super) struct Crew {
    state: Mutex<State>,
    workshop: Workshop,
    events: Post,
    /// Wakes the loop.
    nudge: Sender<()>,
}

struct State {
    scheduler: Scheduler,
    /// The inboxes of the slots that have a thread, by number.
    inboxes: Vec<Sender<Job>>,
    threads: Vec<thread::JoinHandle<()>>,
    given_up: Option<String>,
}

/// A slot renders, spawns and reads pipes; its buffers are on the heap.
const STACK: usize = 256 << 10;

impl Crew {
    pub(super) fn new(scheduler: Scheduler, workshop: Workshop, events: Post) -> (Arc<Self>, Receiver<()>) {
        let (nudge, nudged) = bounded(1);
        let state = State { scheduler, inboxes: Vec::new(), threads: Vec::new(), given_up: None };
        (Arc::new(Self { state: Mutex::new(state), workshop, events, nudge }), nudged)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the scheduler something.
    pub(super) fn ask<T>(&self, question: impl FnOnce(&Scheduler) -> T) -> T {
        question(&self.state().scheduler)
    }

    /// Why nothing could be started, if so.
    pub(super) fn given_up(&self) -> Option<String> {
        self.state().given_up.take()
    }

    /// Tells the scheduler something, and does what it says.
    pub(super) fn tell(self: &Arc<Self>, event: impl FnOnce(&mut Scheduler, Instant) -> Vec<Action>) {
        self.decide(None, event);
    }

    /// As [`Crew::tell`]; a job for the slot that asks is returned instead of sent.
    fn decide(
        self: &Arc<Self>,
        asking: Option<Slot>,
        event: impl FnOnce(&mut Scheduler, Instant) -> Vec<Action>,
    ) -> Option<Job> {
        let mut state = self.state();
        let mut own = None;
        let mut actions = event(&mut state.scheduler, Instant::now());
        while !actions.is_empty() {
            for action in std::mem::take(&mut actions) {
                match action {
                    Action::Start(slot, job) if Some(slot) == asking => own = Some(job),
                    Action::Start(slot, job) => actions.extend(self.start(&mut state, slot, job)),
                    Action::Signal(group, signal) => signal_group(group, signal),
                    Action::StopSelf => drop(kill_process(getpid(), Signal::STOP)),
                    Action::Measure => actions.extend(state.scheduler.on_load(host::load(), Instant::now())),
                    Action::Say(text) => self.events.mention(text),
                    Action::GiveUp(text) => state.given_up = Some(text),
                }
            }
        }
        if state.scheduler.needs_loop() {
            let _ = self.nudge.try_send(());
        }
        own
    }

    /// Hands a job to a slot, which gets a thread with its first job.
    fn start(self: &Arc<Self>, state: &mut State, slot: Slot, job: Job) -> Vec<Action> {
        if slot.0 > state.inboxes.len() {
            let (inbox, jobs) = bounded(1);
            let crew = Arc::clone(self);
            let builder = thread::Builder::new().name(format!("slot {slot}")).stack_size(STACK);
            // Without one of the slots before it, a slot cannot be made either.
            let made = match slot.0 - state.inboxes.len() {
                1 => builder.spawn(move || crew.work(slot, &jobs)),
                _ => Err(io::ErrorKind::WouldBlock.into()),
            };
            match made {
                Ok(thread) => state.threads.push(thread),
                Err(error) => {
                    state.scheduler.withdraw(slot);
                    return state.scheduler.on_shortage(slot, job, &error.to_string(), Instant::now());
                }
            }
            state.inboxes.push(inbox);
        }
        // There is room: a slot that is given a job has none.
        let _ = state.inboxes[slot.0 - 1].try_send(job);
        Vec::new()
    }

    /// The life of a slot's thread.
    fn work(self: &Arc<Self>, slot: Slot, jobs: &Receiver<Job>) {
        for job in jobs {
            let mut next = Some(job);
            while let Some(job) = next {
                let ended = self.workshop.run(slot, job, self, &self.events);
                if let Some(slots) = self.workshop.jobs_file.as_ref().and_then(JobsFile::changed) {
                    self.tell(|scheduler, now| scheduler.on_slots(slots, now));
                }
                next = match ended {
                    Ok(exit) => self.decide(Some(slot), |scheduler, now| scheduler.on_settled(slot, exit, now)),
                    Err(Postponed { job, why }) => self
                        .decide(Some(slot), |scheduler, now| scheduler.on_shortage(slot, job, &why.to_string(), now)),
                };
            }
        }
    }

    pub(super) fn started(self: &Arc<Self>, slot: Slot, group: Pid) {
        self.tell(|scheduler, now| scheduler.on_started(slot, group, now));
    }

    pub(super) fn ended(&self, slot: Slot) {
        self.state().scheduler.on_ended(slot);
    }

    pub(super) fn is_ending(&self) -> bool {
        self.ask(Scheduler::is_ending)
    }

    /// Looks which process groups of ended jobs still have members.
    pub(super) fn look_after_leaderless(&self) {
        self.state().scheduler.forget_groups(|group| test_kill_process_group(group).is_err());
    }

    /// Ends the slots' threads, which must all be free, and waits for them.
    pub(super) fn dismiss(&self) {
        let threads = {
            let mut state = self.state();
            state.inboxes.clear();
            std::mem::take(&mut state.threads)
        };
        for thread in threads {
            let _ = thread.join();
        }
    }
}

/// A group that has ended meanwhile needs no signal. A stopped process gets TERM only once it is continued.
fn signal_group(group: Pid, signal: Signal) {
    // A job that may use the terminal leads no group, but stays in ours.
    let is_alone = getpgid(Some(group)).is_ok_and(|of_job| of_job != group && of_job == getpgrp());
    let send = if is_alone { kill_process } else { kill_process_group };
    let _ = send(group, signal);
    if signal != Signal::STOP && signal != Signal::CONT && signal != Signal::KILL {
        let _ = send(group, Signal::CONT);
    }
}
