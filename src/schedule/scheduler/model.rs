//! The scheduler against a small world in which jobs take their time, fail, hang, write and are killed, in every order.
//!
//! The world runs processes on a clock of its own and does what the scheduler says. How each job has to end follows
//! from its script alone, unless the user stops the run; what has to hold at each step is checked at each step.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::host::Facts;
use crate::job::Values;
use crate::policy::TermSeq;
use crate::signal::Caught;

/// What a process does.
#[derive(Clone, Copy, Debug)]
struct Script {
    /// How long it takes if nobody ends it, in milliseconds.
    takes: u64,
    /// How it ends then.
    exit: Exit,
    /// How long it takes to die of TERM; `None` if it does not.
    dies: Option<u64>,
    /// When it writes for the last time.
    writes: u64,
}

/// One job: what its attempts do; the last does what all after it do.
type Scripts = Vec<Script>;

fn script() -> impl Strategy<Value = Script> {
    let exit = prop_oneof![3 => Just(Exit::Code(0)), 1 => Just(Exit::Code(3)), 1 => Just(Exit::Signal(11))];
    let dies = prop_oneof![3 => (0_u64..20).prop_map(Some), 1 => Just(None)];
    (0_u64..400, exit, dies, 0_u64..400).prop_map(|(takes, exit, dies, writes)| Script {
        takes,
        exit,
        dies,
        writes: writes.min(takes),
    })
}

#[derive(Clone, Copy, Debug)]
struct Limits {
    slots: usize,
    attempts: u32,
    timeout: Option<u64>,
    idle: Option<u64>,
    /// Of how many bytes of memory there may be too few.
    memfree: Option<u64>,
    memsuspend: Option<u64>,
}

fn limits() -> impl Strategy<Value = Limits> {
    let time = || proptest::option::of(20_u64..300);
    (1_usize..5, 1_u32..4, time(), time()).prop_map(|(slots, attempts, timeout, idle)| Limits {
        slots,
        attempts,
        timeout,
        idle,
        memfree: None,
        memsuspend: None,
    })
}

const TERMSEQ: &str = "TERM,30,TERM,20,KILL,10";

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// How an attempt may end by its script: in more than one way where two things happen at once.
fn ends(script: Script, limits: Limits) -> Vec<Exit> {
    let timeout = limits.timeout.map(|at| (at, Cause::Timeout));
    let idle = limits.idle.map(|idle| (script.writes + idle, Cause::Idle));
    let limit = timeout.into_iter().chain(idle).min_by_key(|(at, _)| *at).filter(|(at, _)| *at <= script.takes);
    let Some((at, cause)) = limit else { return vec![script.exit] };
    // It may end by itself before the signals have ended it.
    let (dead, by_signal) = match script.dies {
        Some(dies) => (at + dies, Exit::Signal(15)),
        None => (at + 50, Exit::Signal(9)),
    };
    let mut ends = Vec::new();
    ends.extend((at == script.takes).then_some(script.exit));
    ends.extend((script.takes <= dead).then(|| script.exit.by_runner(cause)));
    ends.extend((dead <= script.takes).then(|| by_signal.by_runner(cause)));
    ends
}

/// How a job may end, with the number of the attempt: the reference.
fn expected(scripts: &Scripts, limits: Limits) -> Vec<(u32, Exit)> {
    let mut expected = Vec::new();
    for attempt in 1..=limits.attempts {
        let ends = ends(scripts[scripts.len().min(attempt as usize) - 1], limits);
        let last = |exit: &Exit| !exit.is_failure() || attempt == limits.attempts;
        expected.extend(ends.iter().filter(|exit| last(exit)).map(|exit| (attempt, *exit)));
        if ends.iter().all(last) {
            break;
        }
    }
    expected
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Happens {
    Starts(Slot),
    Ends(Slot, i32),
    Interrupt,
}

/// A process.
#[derive(Debug)]
struct Process {
    job: Job,
    script: Script,
    began: Instant,
    exit: Exit,
    shots: Vec<(Instant, Signal)>,
    /// Since when it is stopped, if it is.
    stopped: Option<Instant>,
}

struct World {
    scheduler: Scheduler,
    scripts: Vec<Scripts>,
    now: Instant,
    agenda: Vec<(Instant, Happens)>,
    starting: BTreeMap<Slot, Job>,
    processes: BTreeMap<Slot, (i32, Process)>,
    next_pid: i32,
    settled: BTreeMap<Seq, (u32, Exit)>,
    /// How often the user has asked for the end.
    asked: usize,
    /// Which of the things that happen at once is the first.
    whims: Vec<u8>,
}

impl World {
    fn new(scripts: Vec<Scripts>, limits: Limits, whims: Vec<u8>, interrupts: &[u64]) -> Self {
        let rules = Rules {
            termseq: TERMSEQ.parse().expect("a term sequence"),
            timeout: limits.timeout.map_or(Timeout::Never, |timeout| Timeout::After(ms(timeout))),
            idle: limits.idle.map(ms),
            retry: Retry { attempts: Some(limits.attempts), ..Retry::default() },
            gate: Gate::default().with_free_memory(limits.memfree).with_suspending(limits.memsuspend),
            ..Rules::default()
        };
        let now = Instant::now();
        let agenda = interrupts.iter().map(|at| (now + ms(*at), Happens::Interrupt)).collect();
        let scheduler = Scheduler::new(limits.slots, 256, rules);
        let (starting, processes, settled) = Default::default();
        Self { scheduler, scripts, now, agenda, starting, processes, next_pid: 100, settled, asked: 0, whims }
    }

    fn whim(&mut self, among: usize) -> usize {
        let whim = self.whims.pop().unwrap_or(0);
        self.whims.insert(0, whim.wrapping_mul(31).wrapping_add(7));
        usize::from(whim) % among
    }

    fn run(&mut self) {
        self.scheduler.on_begin(self.now);
        let mut unread = (1..=self.scripts.len() as u64).map(|seq| Job::new(Seq(seq), Values::new()));
        for _ in 0..100_000 {
            while self.scheduler.wants_jobs() {
                let Some(job) = unread.next() else {
                    self.scheduler.on_input_end();
                    break;
                };
                let actions = self.scheduler.on_job(job, self.now);
                self.act(actions);
            }
            if self.scheduler.is_done() || self.scheduler.is_abandoned() {
                return;
            }
            self.step();
        }
        panic!("it never ended");
    }

    /// Lets the next thing happen.
    fn step(&mut self) {
        let tick = self.scheduler.next_tick();
        let first = self.agenda.iter().map(|(at, _)| *at).chain(tick).min().expect("nothing will ever happen");
        self.now = self.now.max(first);
        let now = self.now;
        let due: Vec<usize> = (0..self.agenda.len()).filter(|index| self.agenda[*index].0 <= now).collect();
        let ticks = tick.is_some_and(|tick| tick <= now);
        let choice = self.whim(due.len() + usize::from(ticks));
        let actions = match due.get(choice) {
            None => {
                let actions = self.scheduler.on_tick(now);
                let again = self.scheduler.next_tick().is_some_and(|tick| tick <= now);
                assert!(!again || !actions.is_empty(), "a tick that changes nothing is due again at once");
                actions
            }
            Some(index) => {
                let (_, happens) = self.agenda.remove(*index);
                self.happen(happens)
            }
        };
        self.act(actions);
        self.scheduler.forget_groups(|_| true);
        if self.scheduler.holds_back() {
            let actions = self.scheduler.on_tick(now);
            self.act(actions);
        }
    }

    fn happen(&mut self, happens: Happens) -> Vec<Action> {
        let now = self.now;
        match happens {
            Happens::Interrupt => {
                self.asked += 1;
                self.scheduler.on_signal(Caught::Stop(2), now)
            }
            Happens::Starts(slot) => {
                let job = self.starting.remove(&slot).expect("a job that is being started");
                let scripts = &self.scripts[usize::try_from(job.seq.0).expect("a small number") - 1];
                let script = scripts[scripts.len().min(job.attempt as usize) - 1];
                let pid = self.next_pid;
                self.next_pid += 1;
                let process = Process { job, script, began: now, exit: script.exit, shots: Vec::new(), stopped: None };
                self.processes.insert(slot, (pid, process));
                self.agenda.push((now + ms(script.takes), Happens::Ends(slot, pid)));
                self.scheduler.on_started(slot, Pid::from_raw(pid).expect("a pid"), now)
            }
            Happens::Ends(slot, pid) => {
                if self.processes.get(&slot).is_none_or(|(running, _)| *running != pid) {
                    return Vec::new();
                }
                let (_, process) = self.processes.remove(&slot).expect("a process");
                process.check_signals(self.asked);
                self.scheduler.on_ended(slot);
                let Process { mut job, exit, began, .. } = process;
                match self.scheduler.on_attempt(slot, job.attempt, exit) {
                    Judgement::Settle(exit) => {
                        let before = self.settled.insert(job.seq, (job.attempt, exit));
                        assert_eq!(before, None, "job {} has settled twice", job.seq);
                        self.scheduler.on_settled(slot, exit, now - began, now)
                    }
                    Judgement::Again { after, attempt, .. } => {
                        job.attempt = attempt;
                        self.scheduler.on_again(slot, job, after, now)
                    }
                }
            }
        }
    }

    fn act(&mut self, actions: Vec<Action>) {
        for action in actions {
            match action {
                Action::Start(slot, job) => {
                    assert!(!self.processes.contains_key(&slot), "{slot:?} is in use");
                    assert_eq!(self.starting.insert(slot, job), None, "{slot:?} is in use");
                    let delay = self.whim(3) as u64;
                    self.agenda.push((self.now + ms(delay), Happens::Starts(slot)));
                }
                Action::Signal(group, Signal::STOP) => {
                    let now = self.now;
                    let (slot, process) = self.process(group);
                    process.stopped = Some(now);
                    let end = Happens::Ends(slot, group.as_raw_nonzero().get());
                    self.agenda.retain(|(_, happens)| *happens != end);
                }
                Action::Signal(group, Signal::CONT) => self.go_on(group),
                Action::Signal(group, signal) => {
                    self.go_on(group);
                    self.signal(group, signal);
                }
                Action::Measure => {
                    let memory = [10, 70, 150, 1000, 1000][self.whim(5)];
                    let facts = Facts { memory: Some(memory), ..Facts::default() };
                    let actions = self.scheduler.on_facts(&facts, self.now);
                    self.act(actions);
                }
                Action::LookAtOutput(slot) => {
                    let (_, process) = &self.processes[&slot];
                    let writes = process.began + ms(process.script.writes);
                    // What is still to be written is written by the time.
                    let last = writes.min(self.now);
                    let actions = self.scheduler.on_output_seen(slot, Some(last), self.now);
                    self.act(actions);
                }
                Action::Say(_) | Action::StopSelf | Action::Ask | Action::GiveUp(_) => {}
            }
        }
    }

    fn process(&mut self, group: Pid) -> (Slot, &mut Process) {
        let pid = group.as_raw_nonzero().get();
        let found = self.processes.iter_mut().find(|(_, (other, _))| *other == pid);
        found.map(|(slot, (_, process))| (*slot, process)).expect("a group that is there gets a signal")
    }

    /// What was stopped has as much still to do as when it was.
    fn go_on(&mut self, group: Pid) {
        let now = self.now;
        let (slot, process) = self.process(group);
        let Some(stopped) = process.stopped.take() else { return };
        process.began += now - stopped;
        let end = process.began + ms(process.script.takes);
        self.agenda.push((end, Happens::Ends(slot, group.as_raw_nonzero().get())));
    }

    fn signal(&mut self, group: Pid, signal: Signal) {
        let pid = group.as_raw_nonzero().get();
        let Some((slot, (_, process))) = self.processes.iter_mut().find(|(_, (other, _))| *other == pid) else {
            panic!("a group that is gone gets a signal");
        };
        process.shots.push((self.now, signal));
        let dies = if signal == Signal::KILL { Some(0) } else { process.script.dies };
        if let Some(dies) = dies.filter(|_| process.exit == process.script.exit || signal == Signal::KILL) {
            let at = self.now + ms(dies);
            if at <= process.began + ms(process.script.takes) {
                process.exit = Exit::Signal(signal.as_raw());
                self.agenda.push((at, Happens::Ends(*slot, pid)));
            }
        }
    }
}

impl Process {
    /// Each step of the term sequence once, in order, and not before its time.
    fn check_signals(&self, asked: usize) {
        let termseq: TermSeq = TERMSEQ.parse().expect("a term sequence");
        let mut due = None;
        for ((at, signal), (step, wait)) in self.shots.iter().zip(termseq.steps()) {
            // The user who asks again has all killed at once.
            let skipped = asked > 1 && *signal == Signal::KILL;
            assert!(skipped || signal == step, "{:?}", self.shots);
            assert!(skipped || due.is_none_or(|due| *at >= due), "{:?}", self.shots);
            due = Some(*at + *wait);
        }
        assert!(self.shots.len() <= termseq.steps().len() + 1, "{:?}", self.shots);
    }
}

/// Runs it to its end, in which every job has settled once, in one of the ways that its scripts allow.
fn run_as_scripted(scripts: Vec<Scripts>, limits: Limits, whims: Vec<u8>) -> Result<World, TestCaseError> {
    let wanted: Vec<_> = scripts.iter().map(|scripts| expected(scripts, limits)).collect();
    let mut world = World::new(scripts, limits, whims, &[]);
    world.run();
    prop_assert_eq!(world.settled.len(), wanted.len());
    for (end, wanted) in world.settled.values().zip(wanted) {
        prop_assert!(wanted.contains(end), "{end:?} is none of {wanted:?}");
    }
    Ok(world)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_job_settles_once_and_as_its_script_says(
        scripts in proptest::collection::vec(proptest::collection::vec(script(), 1..4), 0..12),
        limits in limits(),
        whims in proptest::collection::vec(any::<u8>(), 16),
    ) {
        let world = run_as_scripted(scripts, limits, whims)?;
        prop_assert!(!world.scheduler.was_cut_short());
    }

    #[test]
    fn jobs_end_in_the_same_way_where_memory_runs_short(
        scripts in proptest::collection::vec(proptest::collection::vec(script(), 1..4), 0..12),
        limits in limits(),
        whims in proptest::collection::vec(any::<u8>(), 16),
        suspends in any::<bool>(),
    ) {
        // After it was suspended, a job gets all its time for silence again.
        let limits = if suspends {
            Limits { memsuspend: Some(100), idle: None, ..limits }
        } else {
            Limits { memfree: Some(100), ..limits }
        };
        run_as_scripted(scripts, limits, whims)?;
    }

    #[test]
    fn a_run_that_is_stopped_ends_and_settles_what_it_has_started(
        scripts in proptest::collection::vec(proptest::collection::vec(script(), 1..4), 0..12),
        limits in limits(),
        whims in proptest::collection::vec(any::<u8>(), 16),
        interrupts in proptest::collection::vec(0_u64..500, 1..3),
    ) {
        let mut world = World::new(scripts, limits, whims, &interrupts);
        world.run();
        prop_assert!(world.processes.is_empty() && world.starting.is_empty());
        let stopped = world.settled.values().any(|(_, exit)| matches!(exit, Exit::Killed(Cause::Stop, _)));
        prop_assert!(!stopped || world.scheduler.was_cut_short());
    }
}
