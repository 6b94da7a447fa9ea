//! What the scheduler decides, event by event.

mod gates;
mod policies;

use std::time::Duration;

use super::*;
use crate::host::Facts;
use crate::job::{Seq, Values};
use crate::policy::XargsHalt;
use crate::signal::Caught;

fn job(seq: u64) -> Job {
    Job::new(Seq(seq), Values::new())
}

fn group(number: i32) -> Pid {
    Pid::from_raw(number).expect("a pid")
}

fn start(slot: usize, seq: u64) -> Action {
    Action::Start(Slot(slot), job(seq))
}

fn load(threads: f64) -> Facts {
    Facts { load: Some(threads), ..Facts::default() }
}

/// A scheduler of two slots that runs jobs 1 and 2 in process groups 101 and 102, with job 3 waiting.
fn busy(now: Instant) -> Scheduler {
    let mut scheduler = Scheduler::new(2, 256, Rules::default());
    assert_eq!(scheduler.on_job(job(1), now), [start(1, 1)]);
    assert_eq!(scheduler.on_job(job(2), now), [], "one new slot after the other");
    assert_eq!(scheduler.on_job(job(3), now), []);
    assert_eq!(scheduler.on_started(Slot(1), group(101), now), [start(2, 2)]);
    assert_eq!(scheduler.on_started(Slot(2), group(102), now), []);
    scheduler
}

fn settle(scheduler: &mut Scheduler, slot: usize, now: Instant) -> Vec<Action> {
    scheduler.on_ended(Slot(slot));
    scheduler.on_settled(Slot(slot), Exit::Code(0), Duration::ZERO, now)
}

#[test]
fn the_lowest_free_slot_is_taken() {
    let now = Instant::now();
    let mut scheduler = busy(now);
    assert_eq!(settle(&mut scheduler, 2, now), [start(2, 3)]);
    assert_eq!(settle(&mut scheduler, 1, now), []);
    assert_eq!(settle(&mut scheduler, 2, now), []);
    assert_eq!(scheduler.on_job(job(4), now), [start(1, 4)]);
    scheduler.on_input_end();
    assert!(!scheduler.is_done());
    assert_eq!(settle(&mut scheduler, 1, now), []);
    assert!(scheduler.is_done() && !scheduler.was_cut_short());
}

#[test]
fn a_delay_holds_the_next_start_back_until_it_is_due() {
    let (now, second) = (Instant::now(), Duration::from_secs(1));
    let gate = Gate::new("1".parse().ok(), None);
    let mut scheduler = Scheduler::new(2, 256, Rules { gate, ..Rules::default() });
    assert_eq!(scheduler.on_job(job(1), now), [start(1, 1)]);
    assert_eq!(scheduler.on_started(Slot(1), group(101), now), []);
    assert_eq!(scheduler.on_job(job(2), now), []);
    assert_eq!(scheduler.next_tick(), Some(now + second));
    assert_eq!(scheduler.on_tick(now + second), [start(2, 2)]);
    assert_eq!(scheduler.next_tick(), None);
}

#[test]
fn a_high_load_leaves_one_job_running() {
    let now = Instant::now();
    let gate = Gate::new(None, Some(2.0));
    let mut scheduler = Scheduler::new(2, 256, Rules { gate, ..Rules::default() });
    assert_eq!(scheduler.on_job(job(1), now), [start(1, 1)]);
    scheduler.on_started(Slot(1), group(101), now);
    assert_eq!(scheduler.on_job(job(2), now), [Action::Measure]);
    assert_eq!(scheduler.on_facts(&load(7.0), now), []);
    let due = scheduler.next_tick().expect("a time to measure again");
    assert_eq!(scheduler.on_tick(due), [Action::Measure]);
    assert_eq!(scheduler.on_facts(&load(1.0), due), [start(2, 2)]);
}

#[test]
fn the_number_of_slots_may_change() {
    let now = Instant::now();
    let mut scheduler = busy(now);
    assert_eq!(scheduler.on_slots(3, now), [start(3, 3)]);
    assert_eq!(scheduler.on_slots(1, now), []);
    scheduler.on_job(job(4), now);
    assert_eq!(settle(&mut scheduler, 1, now), [], "two run, and one may");
    assert_eq!(settle(&mut scheduler, 2, now), []);
    assert_eq!(settle(&mut scheduler, 3, now), [start(1, 4)]);
}

#[test]
fn a_stop_goes_through_the_term_sequence() {
    let now = Instant::now();
    let mut scheduler = busy(now);
    let to_both = |signal| vec![Action::Signal(group(101), signal), Action::Signal(group(102), signal)];
    assert_eq!(scheduler.on_signal(Caught::Stop(2), now), to_both(Signal::TERM));
    let mut now = now;
    for signal in [Signal::TERM, Signal::TERM, Signal::KILL] {
        now = scheduler.next_tick().expect("a timer");
        assert_eq!(scheduler.on_tick(now), to_both(signal));
    }
    assert_eq!(settle(&mut scheduler, 1, now), []);
    assert_eq!(settle(&mut scheduler, 2, now), []);
    assert!(!scheduler.is_done(), "their groups may have other members");
    scheduler.forget_groups(|_| true);
    assert!(scheduler.is_done() && scheduler.was_cut_short());
}

#[test]
fn a_second_stop_kills_at_once() {
    let now = Instant::now();
    let mut scheduler = busy(now);
    scheduler.on_signal(Caught::Stop(2), now);
    let killed = scheduler.on_signal(Caught::Stop(2), now);
    assert_eq!(killed, [Action::Signal(group(101), Signal::KILL), Action::Signal(group(102), Signal::KILL)]);
    assert!(!scheduler.is_abandoned());
    scheduler.on_signal(Caught::Stop(2), now);
    assert!(scheduler.is_abandoned());
}

#[test]
fn a_job_that_starts_during_a_stop_is_signalled_too() {
    let now = Instant::now();
    let mut scheduler = Scheduler::new(2, 256, Rules::default());
    scheduler.on_job(job(1), now);
    assert_eq!(scheduler.on_signal(Caught::Stop(2), now), []);
    let actions = scheduler.on_started(Slot(1), group(101), now);
    assert_eq!(actions, [Action::Signal(group(101), Signal::TERM)]);
}

#[test]
fn suspending_stops_and_continues_every_group() {
    let now = Instant::now();
    let actions = busy(now).on_signal(Caught::Suspend, now);
    let signals = |signal| [Action::Signal(group(101), signal), Action::Signal(group(102), signal)];
    let expected = [signals(Signal::STOP).as_slice(), &[Action::StopSelf], &signals(Signal::CONT)].concat();
    assert_eq!(actions, expected);
}

#[test]
fn a_shortage_puts_the_job_back_and_lowers_the_number_of_slots() {
    let now = Instant::now();
    let mut scheduler = Scheduler::new(9, 256, Rules::default());
    scheduler.on_job(job(1), now);
    scheduler.on_job(job(2), now);
    scheduler.on_started(Slot(1), group(101), now);
    assert!(matches!(scheduler.on_shortage(Slot(2), job(2), "EAGAIN", now)[..], [Action::Say(_)]));
    assert_eq!(scheduler.on_tick(now + Duration::from_secs(1)), [], "one runs, and one is allowed");
    let later = now + Duration::from_secs(1);
    assert_eq!(settle(&mut scheduler, 1, later), [start(1, 2)]);
}

#[test]
fn a_run_that_cannot_start_anything_is_given_up() {
    let mut now = Instant::now();
    let mut scheduler = Scheduler::new(2, 256, Rules::default());
    let mut actions = scheduler.on_job(job(1), now);
    for _ in 0..100 {
        if let [Action::Start(slot, job)] = &actions[..] {
            actions = scheduler.on_shortage(*slot, job.clone(), "EAGAIN", now);
        } else if matches!(actions[..], [Action::GiveUp(_)]) {
            return;
        } else {
            now = scheduler.next_tick().expect("a timer");
            actions = scheduler.on_tick(now);
        }
    }
    panic!("it never gave up");
}

#[test]
fn slots_can_be_added_and_taken_away() {
    let now = Instant::now();
    let mut scheduler = busy(now);
    assert_eq!(scheduler.on_signal(Caught::More, now), [start(3, 3)]);
    scheduler.on_started(Slot(3), group(103), now);
    scheduler.on_job(job(4), now);
    assert_eq!(scheduler.on_signal(Caught::Fewer, now), []);
    assert_eq!(settle(&mut scheduler, 1, now), [], "two still run");
    assert_eq!(settle(&mut scheduler, 2, now), [start(1, 4)]);
}

#[test]
fn a_job_may_end_the_run() {
    let now = Instant::now();
    let mut scheduler =
        Scheduler::new(2, 256, Rules { halt: Halt::LikeXargs(XargsHalt::new("x".into())), ..Rules::default() });
    (1..4).for_each(|seq| drop(scheduler.on_job(job(seq), now)));
    scheduler.on_started(Slot(1), group(101), now);
    scheduler.on_ended(Slot(1));
    assert!(matches!(scheduler.on_settled(Slot(1), Exit::Code(255), Duration::ZERO, now)[..], [Action::Say(_)]));
    assert!(!scheduler.is_done() && !scheduler.wants_jobs(), "another job runs");
    assert_eq!(settle(&mut scheduler, 2, now), []);
    assert!(scheduler.is_done() && !scheduler.was_cut_short(), "that is for the rule to say");
}

#[test]
fn hanging_up_drains() {
    let now = Instant::now();
    let mut scheduler = busy(now);
    assert!(matches!(scheduler.on_signal(Caught::Drain, now)[..], [Action::Say(_)]));
    assert_eq!(settle(&mut scheduler, 1, now), []);
    assert_eq!(settle(&mut scheduler, 2, now), []);
    assert!(scheduler.is_done() && scheduler.was_cut_short());
}

#[test]
fn a_lost_record_lets_running_jobs_end_and_starts_no_more() {
    let now = Instant::now();
    let mut scheduler = busy(now);
    assert!(matches!(&scheduler.on_lost_record()[..], [Action::Say(text)] if text.contains("2 running jobs")));
    assert_eq!(scheduler.on_job(job(4), now), []);
    for slot in [1, 2] {
        assert!(!scheduler.is_done());
        scheduler.on_ended(Slot(slot));
        assert_eq!(scheduler.on_settled(Slot(slot), Exit::Code(0), Duration::ZERO, now), []);
    }
    scheduler.forget_groups(|_| true);
    assert!(scheduler.is_done() && scheduler.was_cut_short());
}
