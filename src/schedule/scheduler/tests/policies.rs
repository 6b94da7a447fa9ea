//! Halting, time-outs and retries, by a clock that is set by hand.

use super::*;
use crate::policy::{GnuHalt, HaltRule, RetryDelay};

const SECOND: Duration = Duration::from_secs(1);

fn halt(rule: &str) -> Halt {
    match rule.parse() {
        Ok(HaltRule::After(when, ends, goal)) => Halt::LikeGnu(GnuHalt::new(when, ends, goal, None)),
        other => panic!("{rule}: {other:?}"),
    }
}

/// As [`busy`], by these rules.
fn busy_by(rules: Rules, now: Instant) -> Scheduler {
    let mut scheduler = Scheduler::new(2, 256, rules);
    scheduler.on_begin(now);
    (1..=3).for_each(|seq| drop(scheduler.on_job(job(seq), now)));
    scheduler.on_started(Slot(1), group(101), now);
    scheduler.on_started(Slot(2), group(102), now);
    scheduler
}

/// An attempt at the job in the slot ends, and so does the job, if it is not tried again.
fn exit(scheduler: &mut Scheduler, slot: usize, exit: Exit, now: Instant) -> (Exit, Vec<Action>) {
    scheduler.on_ended(Slot(slot));
    match scheduler.on_attempt(Slot(slot), 1, exit) {
        Judgement::Settle(exit) => (exit, scheduler.on_settled(Slot(slot), exit, Duration::ZERO, now)),
        again @ Judgement::Again { .. } => panic!("{again:?}"),
    }
}

fn signalled(number: i32, signal: Signal) -> Action {
    Action::Signal(group(number), signal)
}

#[test]
fn halting_now_ends_the_others_and_is_no_trouble() {
    let now = Instant::now();
    let mut scheduler = busy_by(Rules { halt: halt("now,fail=1"), ..Rules::default() }, now);
    assert_eq!(exit(&mut scheduler, 2, Exit::Code(0), now).1, [start(2, 3)]);
    scheduler.on_started(Slot(2), group(103), now);
    assert_eq!(scheduler.on_job(job(4), now), []);
    assert_eq!(exit(&mut scheduler, 1, Exit::Code(3), now).1, [signalled(103, Signal::TERM)]);
    let killed = Exit::Killed(Cause::Halt, 15);
    assert_eq!(exit(&mut scheduler, 2, Exit::Signal(15), now), (killed, Vec::new()));
    scheduler.forget_groups(|_| true);
    assert!(scheduler.is_done() && !scheduler.was_cut_short());
    assert_eq!(scheduler.halt().exit_status(), Some(3));
}

#[test]
fn halting_soon_waits_for_the_others_and_says_so() {
    let now = Instant::now();
    let mut scheduler = busy_by(Rules { halt: halt("soon,done=1"), ..Rules::default() }, now);
    let said = Action::Say("Starting no more jobs. Waiting for 1 jobs to finish.".into());
    assert_eq!(exit(&mut scheduler, 1, Exit::Code(0), now).1, [said]);
    assert_eq!(scheduler.on_job(job(4), now), []);
    assert_eq!(exit(&mut scheduler, 2, Exit::Code(5), now).1, []);
    assert!(scheduler.is_done() && !scheduler.was_cut_short());
    assert_eq!(scheduler.halt().exit_status(), Some(0));
}

#[test]
fn a_share_of_jobs_ends_the_run_when_the_input_has_been_read() {
    let now = Instant::now();
    let mut scheduler = busy_by(Rules { halt: halt("now,fail=30%"), ..Rules::default() }, now);
    assert_eq!(exit(&mut scheduler, 1, Exit::Code(1), now).1, [start(1, 3)]);
    scheduler.on_started(Slot(1), group(103), now);
    let killed = [signalled(103, Signal::TERM), signalled(102, Signal::TERM)];
    assert_eq!(scheduler.on_total(3, now), killed);
}

#[test]
fn a_signal_after_halting_is_trouble_all_the_same() {
    let now = Instant::now();
    let mut scheduler = busy_by(Rules { halt: halt("soon,fail=1"), ..Rules::default() }, now);
    exit(&mut scheduler, 1, Exit::Code(3), now);
    scheduler.on_signal(Caught::Stop(2), now);
    exit(&mut scheduler, 2, Exit::Signal(15), now);
    assert!(scheduler.was_cut_short());
}

#[test]
fn a_job_that_takes_too_long_goes_down_the_ladder_alone() {
    let now = Instant::now();
    let timeout = Timeout::After(SECOND);
    let mut scheduler = busy_by(Rules { timeout, ..Rules::default() }, now);
    let later = now + SECOND / 2;
    assert_eq!(exit(&mut scheduler, 2, Exit::Code(0), later).1, [start(2, 3)]);
    scheduler.on_started(Slot(2), group(103), later);
    assert_eq!(scheduler.next_tick(), Some(now + SECOND));
    assert_eq!(scheduler.on_tick(now + SECOND), [signalled(101, Signal::TERM)]);
    let killed = Exit::Killed(Cause::Timeout, 15);
    assert_eq!(exit(&mut scheduler, 1, Exit::Signal(15), now + SECOND).0, killed);
    assert_eq!(exit(&mut scheduler, 2, Exit::Code(7), now + SECOND).0, Exit::Code(7));
}

#[test]
fn a_limit_in_percent_holds_for_jobs_that_run_already() {
    let now = Instant::now();
    let timeout = "200%".parse().expect("a share");
    let mut scheduler = busy_by(Rules { timeout, ..Rules::default() }, now);
    assert_eq!(scheduler.next_tick(), None);
    let later = now + SECOND * 3;
    scheduler.on_ended(Slot(2));
    scheduler.on_settled(Slot(2), Exit::Code(0), SECOND, later);
    assert_eq!(scheduler.next_tick(), Some(now + SECOND * 2), "twice as long as that one took");
    assert_eq!(scheduler.on_tick(later), [signalled(101, Signal::TERM)]);
}

#[test]
fn a_job_that_writes_nothing_is_ended_but_not_one_that_does() {
    let now = Instant::now();
    let mut scheduler = busy_by(Rules { idle: Some(SECOND), ..Rules::default() }, now);
    let due = now + SECOND;
    assert_eq!(scheduler.on_tick(due), [Action::LookAtOutput(Slot(1)), Action::LookAtOutput(Slot(2))]);
    assert_eq!(scheduler.on_output_seen(Slot(1), None, due), [signalled(101, Signal::TERM)]);
    assert_eq!(scheduler.on_output_seen(Slot(2), Some(now + SECOND / 4), due), []);
    assert_eq!(exit(&mut scheduler, 1, Exit::Code(0), due).0, Exit::Killed(Cause::Idle, 0));
    scheduler.forget_groups(|_| true);
    assert_eq!(scheduler.next_tick(), Some(due + SECOND / 4));
}

#[test]
fn at_the_deadline_all_are_ended() {
    let now = Instant::now();
    let mut scheduler = busy_by(Rules { deadline: Some(SECOND), ..Rules::default() }, now);
    assert_eq!(scheduler.next_tick(), Some(now + SECOND));
    let actions = scheduler.on_tick(now + SECOND);
    assert!(matches!(actions[0], Action::Say(_)));
    assert_eq!(actions[1..], [signalled(101, Signal::TERM), signalled(102, Signal::TERM)]);
    assert_eq!(exit(&mut scheduler, 1, Exit::Signal(15), now).0, Exit::Killed(Cause::Deadline, 15));
    assert_eq!(exit(&mut scheduler, 2, Exit::Code(0), now).1, []);
    assert!(scheduler.was_cut_short());
}

#[test]
fn a_job_is_tried_again_after_its_delay_while_others_run() {
    let now = Instant::now();
    let delay: RetryDelay = "5".parse().expect("a delay");
    let retry = Retry { attempts: Some(2), delay, ..Retry::default() };
    let mut scheduler = busy_by(Rules { retry, ..Rules::default() }, now);
    scheduler.on_ended(Slot(1));
    let failed = Exit::Code(1);
    let judgement = scheduler.on_attempt(Slot(1), 1, failed);
    assert_eq!(judgement, Judgement::Again { exit: failed, after: SECOND * 5, attempt: 2 });
    let again = Job { attempt: 2, ..job(1) };
    assert_eq!(scheduler.on_again(Slot(1), again.clone(), SECOND * 5, now), [start(1, 3)]);
    scheduler.on_started(Slot(1), group(103), now);
    assert_eq!(settle(&mut scheduler, 2, now), []);
    scheduler.on_input_end();
    assert_eq!(scheduler.next_tick(), Some(now + SECOND * 5));
    assert!(!scheduler.is_done());
    assert_eq!(scheduler.on_tick(now + SECOND * 5), [Action::Start(Slot(2), again)]);
    scheduler.on_started(Slot(2), group(104), now);
    scheduler.on_ended(Slot(2));
    assert_eq!(scheduler.on_attempt(Slot(2), 2, failed), Judgement::Settle(failed));
}

#[test]
fn all_jobs_that_are_to_be_tried_again_are_told() {
    let now = Instant::now();
    let retry = Retry { attempts: None, delay: "5".parse().expect("a delay"), ..Retry::default() };
    let timeout = "1".parse().expect("a time-out");
    let mut scheduler = busy_by(Rules { timeout, retry, ..Rules::default() }, now);
    // Job 1 is being ended when its process ends, so that something may be left in its group.
    assert_eq!(scheduler.on_tick(now + SECOND).len(), 2);
    scheduler.on_ended(Slot(1));
    scheduler.on_again(Slot(1), Job { attempt: 2, ..job(1) }, SECOND * 5, now);
    let waiting = |scheduler: &Scheduler| scheduler.waiting().map(|(due, job)| (due, job.seq.0)).collect::<Vec<_>>();
    assert_eq!(waiting(&scheduler), [(None, 1)]);
    scheduler.forget_groups(|_| true);
    scheduler.on_tick(now + SECOND);
    assert_eq!(waiting(&scheduler), [(Some(now + SECOND * 6), 1)]);
}

#[test]
fn a_job_that_waits_for_another_attempt_is_given_up_when_the_run_is_halted() {
    let now = Instant::now();
    let retry = Retry { attempts: None, delay: "1h".parse().expect("a delay"), ..Retry::default() };
    let mut scheduler = busy_by(Rules { retry, halt: halt("soon,success=1"), ..Rules::default() }, now);
    scheduler.on_ended(Slot(1));
    assert!(matches!(scheduler.on_attempt(Slot(1), 1, Exit::Code(1)), Judgement::Again { .. }));
    scheduler.on_again(Slot(1), Job { attempt: 2, ..job(1) }, SECOND * 3600, now);
    scheduler.on_started(Slot(1), group(103), now);
    settle(&mut scheduler, 2, now);
    scheduler.on_ended(Slot(1));
    assert_eq!(scheduler.on_attempt(Slot(1), 1, Exit::Code(1)), Judgement::Settle(Exit::Code(1)), "none is to follow");
    scheduler.on_settled(Slot(1), Exit::Code(1), SECOND, now);
    assert!(scheduler.is_done() && !scheduler.was_cut_short());
}
