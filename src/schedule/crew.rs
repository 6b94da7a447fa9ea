//! The scheduler behind its lock, and the threads that do what it says.
//!
//! Decisions are made one after the other, in whichever thread the event comes from: a slot that has finished gets
//! its next job in the same breath. Actions are done while the lock is held, so that no process group is signalled
//! that a slot has just reaped; none of them waits.

mod asking;
mod heard;
mod lookout;

pub(super) use heard::Heard;

use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use crossbeam_channel::{Receiver, Sender, bounded};
use rustix::process::{Pid, Signal, getpid, kill_process};

use super::clock::Clock;
use super::current::{self, Place};
use super::hunt::{Hunt, pause};
use super::scheduler::{Action, Judgement, Scheduler};
use super::slot::Ended;
use super::workshop::Workshop;
use crate::collect::{Event, Post};
use crate::host;
use crate::job::{Exit, Job, Seq, Slot};
use crate::policy::{Answer, JobsFile};
use crate::progress::leave_terminal_while;
use crate::signal::Caught;
use asking::Asking;

/// What the slots and the loop of a run share.
pub(super) struct Crew {
    state: Mutex<State>,
    workshop: Workshop,
    events: Post,
    pub(super) clock: Clock,
    /// Wakes the loop.
    nudge: Sender<()>,
}

struct State {
    scheduler: Scheduler,
    /// The slots that have a thread, by number.
    inboxes: Vec<Inbox>,
    threads: Vec<thread::JoinHandle<()>>,
    hunt: Hunt,
    given_up: Option<String>,
    asking: Asking,
}

/// The runner's end of a slot.
struct Inbox {
    jobs: Sender<Job>,
    heard: Arc<Heard>,
    place: Arc<Place>,
    /// The process group of the job that was started last, and its number.
    runs: Option<(Pid, Seq)>,
}

/// A slot renders, spawns and reads pipes; its buffers are on the heap.
const STACK: usize = 256 << 10;

impl Crew {
    pub(super) fn new(scheduler: Scheduler, workshop: Workshop, events: Post) -> (Arc<Self>, Receiver<()>) {
        let (nudge, nudged) = bounded(1);
        let state = State {
            scheduler,
            inboxes: Vec::new(),
            threads: Vec::new(),
            hunt: Hunt::default(),
            given_up: None,
            asking: Asking::default(),
        };
        (Arc::new(Self { state: Mutex::new(state), workshop, events, clock: Clock::default(), nudge }), nudged)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the scheduler something.
    pub(super) fn ask<T>(&self, question: impl FnOnce(&Scheduler) -> T) -> T {
        question(&self.state().scheduler)
    }

    /// When the loop is to ask again, which it will.
    pub(super) fn arm(&self) -> Option<Instant> {
        let scheduler = &mut self.state().scheduler;
        let tick = scheduler.next_tick();
        scheduler.arm(tick);
        tick
    }

    /// What becomes of a job after an attempt in the slot.
    pub(super) fn judge(&self, slot: Slot, attempt: u32, exit: Exit) -> Judgement {
        self.state().scheduler.on_attempt(slot, attempt, exit)
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
        let actions = event(&mut state.scheduler, self.clock.now());
        self.act(&mut state, asking, actions)
    }

    /// Does what the scheduler says, and what follows from that; returns a job for the slot that asks.
    fn act(self: &Arc<Self>, state: &mut State, asking: Option<Slot>, mut actions: Vec<Action>) -> Option<Job> {
        let mut own = None;
        while !actions.is_empty() {
            // Jobs that are ended at the same moment are looked for at once.
            let mut shots = Vec::new();
            for action in std::mem::take(&mut actions) {
                match action {
                    Action::Start(slot, job) if Some(slot) == asking => own = Some(job),
                    Action::Start(slot, job) => actions.extend(self.start(state, slot, job)),
                    Action::Signal(group, signal @ (Signal::STOP | Signal::CONT)) => pause(group, signal),
                    Action::Signal(group, signal) => shots.push((group, signal)),
                    Action::StopSelf => self.clock.stop_while(|| {
                        leave_terminal_while(|| {
                            let _ = kill_process(getpid(), Signal::STOP);
                        });
                    }),
                    Action::Measure => {
                        let facts = host::measure(state.scheduler.wants());
                        actions.extend(state.scheduler.on_facts(&facts, self.clock.now()));
                    }
                    Action::Ask if self.ask_limit().is_ok() => {}
                    Action::Ask => actions.extend(state.scheduler.on_answer(Answer::Wait, self.clock.now())),
                    Action::LookAtOutput(slot) => {
                        let now = self.clock.now();
                        let last = state.inboxes.get(slot.0 - 1).and_then(|inbox| inbox.heard.last(now));
                        actions.extend(state.scheduler.on_output_seen(slot, last, now));
                    }
                    Action::Say(text) => self.events.mention(text),
                    Action::GiveUp(text) => state.given_up = Some(text),
                }
            }
            if !shots.is_empty() {
                let State { hunt, inboxes, .. } = &mut *state;
                let runs = |group| inboxes.iter().filter_map(|inbox| inbox.runs).find(|(own, _)| *own == group);
                hunt.shoot(&shots, |group| runs(group).map(|(_, seq)| seq));
            }
        }
        if let Some(halted) = state.scheduler.take_news() {
            self.events.halted(halted);
        }
        if state.scheduler.is_done() && state.hunt.is_over() {
            // The collector ends meanwhile.
            self.events.close();
        }
        if state.scheduler.needs_loop() {
            let _ = self.nudge.try_send(());
        }
        own
    }

    /// Hands a job to a slot, which gets a thread with its first job.
    fn start(self: &Arc<Self>, state: &mut State, slot: Slot, job: Job) -> Vec<Action> {
        if slot.0 > state.inboxes.len() {
            let (sender, jobs) = bounded(1);
            let heard = Arc::new(Heard::new(self.clock.now()));
            let place = Arc::new(Place::default());
            let (crew, ear, own_place) = (Arc::clone(self), Arc::clone(&heard), Arc::clone(&place));
            let builder = thread::Builder::new().name(format!("slot {slot}")).stack_size(STACK);
            // Without one of the slots before it, a slot cannot be made either.
            let made = match slot.0 - state.inboxes.len() {
                1 => builder.spawn(move || crew.work(slot, &jobs, &ear, &own_place)),
                _ => Err(io::ErrorKind::WouldBlock.into()),
            };
            match made {
                Ok(thread) => state.threads.push(thread),
                Err(error) => {
                    state.scheduler.withdraw(slot);
                    return state.scheduler.on_shortage(slot, job, &error.to_string(), self.clock.now());
                }
            }
            state.inboxes.push(Inbox { jobs: sender, heard, place, runs: None });
        }
        // There is room: a slot that is given a job has none.
        let _ = state.inboxes[slot.0 - 1].jobs.try_send(job);
        Vec::new()
    }

    /// The life of a slot's thread.
    fn work(self: &Arc<Self>, slot: Slot, jobs: &Receiver<Job>, heard: &Heard, place: &Place) {
        for job in jobs {
            let mut next = Some(job);
            while let Some(job) = next {
                let ended = self.workshop.run(slot, job, self, heard, place, &self.events);
                if let Some(slots) = self.workshop.jobs_file.as_ref().and_then(JobsFile::changed) {
                    self.tell(|scheduler, now| scheduler.on_slots(slots, now));
                }
                next = match ended {
                    Ended::Settled(exit, runtime) => {
                        self.decide(Some(slot), |scheduler, now| scheduler.on_settled(slot, exit, runtime, now))
                    }
                    Ended::Again(job, after) => {
                        self.decide(Some(slot), |scheduler, now| scheduler.on_again(slot, job, after, now))
                    }
                    Ended::Postponed(job, why) => self
                        .decide(Some(slot), |scheduler, now| scheduler.on_shortage(slot, job, &why.to_string(), now)),
                };
            }
            // Nobody has to wake it up to tell it that.
            if self.ask(Scheduler::is_done) {
                return;
            }
        }
    }

    /// Has the collector tell or show what runs, if the signal asks for that. Reading is done without the lock, so that
    /// no slot waits.
    pub(super) fn answer(&self, signal: Caught) {
        if !matches!(signal, Caught::Tell | Caught::Toggle) {
            return;
        }
        // From now on the collector hears of starts.
        self.workshop.tells_starts.fetch_or(signal == Caught::Toggle, Ordering::Relaxed);
        let now = self.clock.now();
        let (places, again): (Vec<_>, Vec<_>) = {
            let state = self.state();
            let places = state.inboxes.iter().map(|inbox| Arc::clone(&inbox.place)).collect();
            (places, state.scheduler.waiting().map(|(due, job)| (due, job.clone())).collect())
        };
        let running = places.iter().zip(1..).filter_map(|(place, slot)| place.running(Slot(slot), &self.workshop));
        let waiting = again.iter().map(|(due, job)| current::waiting(job, *due, now, &self.workshop));
        let jobs = running.chain(waiting).collect();
        self.events.offer(if signal == Caught::Tell { Event::Asked(jobs) } else { Event::Toggled(jobs) });
    }

    /// The process of a job runs. What is hunted by this number is gone for good, before the job can be ended itself.
    pub(super) fn started(self: &Arc<Self>, slot: Slot, seq: Seq, group: Pid) {
        let state = &mut *self.state();
        if let Some(inbox) = state.inboxes.get_mut(slot.0 - 1) {
            inbox.runs = Some((group, seq));
        }
        state.hunt.forget(group);
        let actions = state.scheduler.on_started(slot, group, self.clock.now());
        self.act(state, None, actions);
    }

    pub(super) fn ended(&self, slot: Slot) {
        self.state().scheduler.on_ended(slot);
    }

    /// Ends the slots' threads, which must all be free, and waits for them.
    pub(super) fn dismiss(&self) {
        let threads = {
            let mut state = self.state();
            state.inboxes.clear();
            state.asking.abandon();
            std::mem::take(&mut state.threads)
        };
        for thread in threads {
            let _ = thread.join();
        }
    }
}
