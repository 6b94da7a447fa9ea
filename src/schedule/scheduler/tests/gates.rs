//! Memory and `--limit`: what starts, what is suspended, what is ended and run again.

use super::*;
use crate::policy::{Answer, Limit};

const SECOND: Duration = Duration::from_secs(1);

fn memory(available: u64) -> Facts {
    Facts { memory: Some(available), ..Facts::default() }
}

fn signalled(number: i32, signal: Signal) -> Action {
    Action::Signal(group(number), signal)
}

/// A scheduler of three slots in which jobs 1, 2 and 3 run, started a second apart, with job 4 waiting, and the time.
fn busy_behind(gate: Gate, timeout: Timeout) -> (Scheduler, Instant) {
    let mut now = Instant::now();
    let mut scheduler = Scheduler::new(3, 256, Rules { gate, timeout, ..Rules::default() });
    (1..=4).for_each(|seq| drop(scheduler.on_job(job(seq), now)));
    for slot in 1..=3 {
        scheduler.on_started(Slot(slot), group(100 + i32::try_from(slot).expect("a slot")), now);
        scheduler.on_facts(&memory(1000), now);
        now += SECOND;
    }
    assert_eq!(scheduler.running.len(), 3);
    (scheduler, now)
}

#[test]
fn without_memory_one_job_runs() {
    let now = Instant::now();
    let gate = Gate::default().with_free_memory(Some(100));
    let mut scheduler = Scheduler::new(3, 256, Rules { gate, ..Rules::default() });
    assert_eq!(scheduler.on_job(job(1), now), [start(1, 1)]);
    assert_eq!(scheduler.on_job(job(2), now), []);
    assert_eq!(scheduler.on_started(Slot(1), group(101), now), [Action::Measure]);
    assert_eq!(scheduler.on_facts(&memory(10), now), [], "the only job is left alone");
    let due = scheduler.next_tick().expect("a time to measure again");
    assert_eq!(scheduler.on_tick(due), [Action::Measure]);
    assert_eq!(scheduler.on_facts(&memory(100), due), [start(2, 2)]);
}

#[test]
fn for_want_of_memory_the_youngest_is_ended_and_run_again() {
    let (mut scheduler, now) = busy_behind(Gate::default().with_free_memory(Some(100)), Timeout::Never);
    assert_eq!(scheduler.on_tick(now), [Action::Measure], "while jobs run it is watched");
    assert_eq!(scheduler.on_facts(&memory(49), now), [signalled(103, Signal::TERM)]);
    assert_eq!(scheduler.on_facts(&memory(49), now), [], "one after the other");
    scheduler.on_ended(Slot(3));
    let exit = Exit::Killed(Cause::Memory, 15);
    let judgement = scheduler.on_attempt(Slot(3), 1, Exit::Signal(15));
    assert_eq!(judgement, Judgement::Again { exit, after: Duration::ZERO, attempt: 1 }, "not used up");
    assert_eq!(scheduler.on_again(Slot(3), job(3), Duration::ZERO, now), []);
    scheduler.forget_groups(|_| true);
    assert_eq!(scheduler.on_facts(&memory(49), now + SECOND), [signalled(102, Signal::TERM)]);
    scheduler.on_ended(Slot(2));
    scheduler.on_again(Slot(2), job(2), Duration::ZERO, now);
    scheduler.forget_groups(|_| true);
    assert_eq!(scheduler.on_facts(&memory(0), now + SECOND), [], "the oldest goes on");
    let later = now + SECOND * 2;
    scheduler.on_tick(later);
    assert_eq!(scheduler.on_facts(&memory(500), later), [start(2, 2), start(3, 3)], "before job 4");
}

#[test]
fn nothing_is_ended_that_could_not_be_run_again() {
    let (mut scheduler, now) = busy_behind(Gate::default().with_free_memory(Some(100)), Timeout::Never);
    scheduler.on_signal(Caught::Drain, now);
    assert_eq!(scheduler.on_facts(&memory(0), now), []);
}

#[test]
fn jobs_are_suspended_and_go_on() {
    let (mut scheduler, now) = busy_behind(Gate::default().with_suspending(Some(100)), Timeout::Never);
    let (stop, go_on) = (Signal::STOP, Signal::CONT);
    assert_eq!(scheduler.on_facts(&memory(199), now), [signalled(103, stop)]);
    assert_eq!(scheduler.on_facts(&memory(99), now), [signalled(102, stop)]);
    assert_eq!(scheduler.on_facts(&memory(0), now), []);
    let suspend = [signalled(101, stop), signalled(102, stop), signalled(103, stop)];
    let actions = [suspend.as_slice(), &[Action::StopSelf, signalled(101, go_on)]].concat();
    assert_eq!(scheduler.on_signal(Caught::Suspend, now), actions, "Ctrl-Z does not wake them");
    assert_eq!(scheduler.on_facts(&memory(200), now), [signalled(102, go_on)]);
    assert_eq!(settle(&mut scheduler, 1, now), [], "job 3 comes before job 4");
    assert_eq!(settle(&mut scheduler, 2, now), [signalled(103, go_on), start(1, 4)], "one always runs");
}

#[test]
fn time_that_a_job_was_suspended_does_not_count() {
    let timeout = Timeout::After(SECOND * 10);
    let (mut scheduler, now) = busy_behind(Gate::default().with_suspending(Some(100)), timeout);
    scheduler.on_facts(&memory(0), now);
    let hour = now + SECOND * 3600;
    assert_eq!(scheduler.on_tick(now + SECOND * 7)[..1], [signalled(101, Signal::TERM)], "3 seconds and 7");
    scheduler.on_ended(Slot(1));
    scheduler.on_settled(Slot(1), Exit::Killed(Cause::Timeout, 15), SECOND, hour);
    scheduler.on_ended(Slot(2));
    scheduler.on_settled(Slot(2), Exit::Code(0), SECOND, hour);
    // Job 3 goes on an hour later; it had run for a second.
    assert_eq!(scheduler.due.first(), Some(&(hour + SECOND * 9, Slot(3))));
}

#[test]
fn what_is_ended_is_not_suspended_any_more() {
    let (mut scheduler, now) =
        busy_behind(Gate::default().with_suspending(Some(100)).with_free_memory(Some(100)), Timeout::Never);
    scheduler.on_facts(&memory(60), now);
    assert!(!scheduler.asleep.is_empty());
    assert_eq!(scheduler.on_facts(&memory(40), now), [signalled(103, Signal::TERM)], "it holds memory for nothing");
    scheduler.on_signal(Caught::Stop(2), now);
    (1..=3).for_each(|slot| drop(settle(&mut scheduler, slot, now)));
    scheduler.forget_groups(|_| true);
    assert!(scheduler.is_done());
}

#[test]
fn a_command_is_asked_for_each_job_but_the_first() {
    let now = Instant::now();
    let limit = Limit::Command("x".into());
    let gate = Gate::default().with_limit(Some(&limit), 1);
    let mut scheduler = Scheduler::new(3, 256, Rules { gate, ..Rules::default() });
    assert_eq!(scheduler.on_job(job(1), now), [start(1, 1)]);
    assert_eq!(scheduler.on_started(Slot(1), group(101), now), []);
    assert_eq!(scheduler.on_job(job(2), now), [Action::Ask]);
    assert_eq!(scheduler.on_job(job(3), now), [], "it has not answered yet");
    assert_eq!(scheduler.on_answer(Answer::Start, now), [start(2, 2)]);
    assert_eq!(scheduler.on_started(Slot(2), group(102), now + SECOND), [Action::Ask]);
    assert_eq!(scheduler.on_answer(Answer::Wait, now), []);
    let due = scheduler.next_tick().expect("a time to ask again");
    assert_eq!(scheduler.on_tick(due), [Action::Ask]);
    assert_eq!(scheduler.on_answer(Answer::EndYoungest, due), [signalled(102, Signal::TERM)]);
}
