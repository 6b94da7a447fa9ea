//! How a run goes on with `--halt`, as in GNU parallel.

use super::{Ends, Goal, Next, When};
use crate::job::Exit;

/// The count of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GnuHalt {
    when: When,
    ends: Ends,
    goal: Goal,
    /// How many jobs there are in all, once it is known.
    total: Option<u64>,
    /// How many of the ends that count there were.
    count: u64,
    /// How many jobs have failed; those that this rule has ended do not count.
    failed: u64,
    /// How the first of the jobs ended that count.
    first: Option<Exit>,
    /// The exit status when the goal was met: what jobs that still run come to does not change it.
    status: Option<u8>,
}

impl GnuHalt {
    /// The beginning of a run of so many jobs, if that is known.
    pub fn new(when: When, ends: Ends, goal: Goal, total: Option<u64>) -> Self {
        Self { when, ends, goal, total, count: 0, failed: 0, first: None, status: None }
    }

    /// Whether the number of all jobs has to be known as soon as can be.
    pub(super) fn needs_total(&self) -> bool {
        matches!(self.goal, Goal::Percent(_)) && self.total.is_none()
    }

    pub(super) fn tells_of(&self) -> Ends {
        self.ends
    }

    pub(super) fn on_exit(&mut self, exit: Exit, running: usize) -> Next {
        if Ends::Failures.contain(exit) {
            self.failed += 1;
        }
        if !self.ends.contain(exit) {
            return Next::GoOn;
        }
        self.count += 1;
        self.first.get_or_insert(exit);
        self.next(running)
    }

    pub(super) fn on_total(&mut self, total: u64, running: usize) -> Next {
        // What the user says about it (`--total-jobs`) stands.
        self.total.get_or_insert(total);
        if self.count > 0 { self.next(running) } else { Next::GoOn }
    }

    fn next(&mut self, running: usize) -> Next {
        if !self.is_met() {
            return Next::GoOn;
        }
        self.status = Some(self.exit_status());
        match self.when {
            When::Now => Next::EndAll(None),
            When::Soon if running == 0 => Next::StartNoMore(None),
            When::Soon => {
                let what = format!("Starting no more jobs. Waiting for {running} jobs to finish.");
                Next::StartNoMore(Some(what))
            }
        }
    }

    /// Whether there were as many ends as there were to be.
    fn is_met(&self) -> bool {
        match self.goal {
            Goal::Count(count) => self.count >= count,
            // As long as the total is not known, more jobs may come, and the share gets smaller.
            Goal::Percent(percent) => self.total.is_some_and(|total| {
                u128::from(self.count) * 100 >= u128::from(percent) * u128::from(total) && self.count > 0
            }),
        }
    }

    /// The exit status, as GNU parallel's: the status of the first job that counts where one is enough, the failed jobs
    /// in percent where the goal is, else their number; 0 if there were enough successes.
    pub(super) fn exit_status(&self) -> u8 {
        if let Some(status) = self.status {
            return status;
        }
        match (self.goal, self.ends) {
            (_, Ends::Successes) if self.is_met() => 0,
            (Goal::Count(1), Ends::Failures | Ends::All) => self.first.map_or(0, status),
            (Goal::Count(_), _) => u8::try_from(self.failed.min(101)).unwrap_or(101),
            (Goal::Percent(_), _) => {
                let percent = u128::from(self.failed) * 100;
                let percent = percent.div_ceil(u128::from(self.total.unwrap_or(self.failed)).max(1));
                u8::try_from(percent.min(100)).unwrap_or(100)
            }
        }
    }
}

/// That of a job. One that the runner has ended has the -1 of the job log, which is 255 here.
fn status(exit: Exit) -> u8 {
    match exit {
        Exit::Killed(..) => u8::MAX,
        other => other.status(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Halt, HaltRule};
    use super::*;
    use crate::job::Cause;

    fn halt(rule: &str, total: Option<u64>) -> Halt {
        match rule.parse() {
            Ok(HaltRule::After(when, ends, goal)) => Halt::LikeGnu(GnuHalt::new(when, ends, goal, total)),
            other => panic!("{rule}: {other:?}"),
        }
    }

    /// After which job a run is ended where jobs exit with these one after the other (n above 1000 for signal n -
    /// 1000), and its exit status.
    fn run(rule: &str, exits: &[i32]) -> (Option<usize>, Option<u8>) {
        let exit = |&code: &i32| if code > 1000 { Exit::Signal(code - 1000) } else { Exit::Code(code) };
        let mut halt = halt(rule, Some(exits.len() as u64));
        let end = exits.iter().map(exit).position(|exit| halt.on_exit(exit, 0) != Next::GoOn);
        (end.map(|at| at + 1), halt.exit_status())
    }

    #[test]
    fn the_jobs_that_are_waited_for_do_not_change_the_status() {
        for (rule, status) in [("soon,fail=3", 3), ("soon,done=2", 2), ("soon,fail=50%", 60), ("soon,done=40%", 40)] {
            let mut halt = halt(rule, Some(5));
            for code in 1..=5 {
                halt.on_exit(Exit::Code(code), 5);
            }
            assert_eq!(halt.exit_status(), Some(status), "{rule}");
        }
    }

    #[test]
    fn the_exit_statuses_of_gnu_parallel() {
        let cases: &[(&str, &[i32], Option<usize>, u8)] = &[
            ("now,fail=1", &[0, 3, 4], Some(2), 3),
            ("soon,fail=1", &[0, 0], None, 0),
            ("now,fail=1", &[1015, 0], Some(1), 143),
            ("soon,fail=2", &[5, 0, 8, 6], Some(3), 2),
            ("now,fail=3", &[5, 0, 8], None, 2),
            ("now,success=1", &[1, 2, 0, 3, 0], Some(3), 0),
            ("now,success=3", &[1, 2, 0, 3, 0], None, 3),
            ("soon,success=1", &[7, 8], None, 2),
            ("now,done=1", &[3, 0], Some(1), 3),
            ("soon,done=1", &[0, 3], Some(1), 0),
            ("now,done=2", &[3, 4, 0], Some(2), 2),
            ("now,done=3", &[3, 0, 0, 5], Some(3), 1),
            ("soon,done=50%", &[3, 0, 1, 1], Some(2), 25),
            ("now,success=50%", &[3, 0, 0, 1], Some(3), 0),
            ("now,success=50%", &[3, 1, 1, 0], None, 75),
            ("now,fail=30%", &[1, 0, 1, 1, 0, 0], Some(3), 34),
            ("now,fail=5%", &[1, 0, 1, 1, 0, 0], Some(1), 17),
            ("now,fail=100%", &[1, 1, 1], Some(3), 100),
            ("50%", &[1, 1, 1, 0], Some(2), 50),
            ("soon,fail=25%", &[0, 1, 0, 1, 0, 0, 0, 0], Some(4), 25),
            ("soon,fail=90%", &[0, 0, 0, 0, 0, 0, 7, 8, 9, 10], None, 40),
            ("now,fail=101%", &[0, 1], None, 50),
        ];
        for (rule, exits, end, status) in cases {
            assert_eq!(run(rule, exits), (*end, Some(*status)), "{rule} {exits:?}");
        }
        assert_eq!(run("now,fail=500", &[1; 300]), (None, Some(101)));
    }

    #[test]
    fn the_first_failure_counts_and_what_is_waited_for_is_told() {
        let mut halt = halt("soon,fail=1", None);
        let told =
            |count| Next::StartNoMore(Some(format!("Starting no more jobs. Waiting for {count} jobs to finish.")));
        assert_eq!(halt.on_exit(Exit::Code(5), 2), told(2));
        assert_eq!(halt.on_exit(Exit::Code(6), 1), told(1));
        assert_eq!((halt.on_exit(Exit::Code(0), 0), halt.exit_status()), (Next::GoOn, Some(5)));
    }

    #[test]
    fn jobs_that_are_ended_for_another_do_not_count_but_those_that_took_too_long_do() {
        let mut halt = halt("now,fail=1", None);
        assert_eq!(halt.on_exit(Exit::Killed(Cause::Memory, 15), 1), Next::GoOn);
        assert_eq!(halt.on_exit(Exit::Skipped, 1), Next::GoOn);
        assert_eq!(halt.on_exit(Exit::Killed(Cause::Timeout, 15), 1), Next::EndAll(None));
        assert_eq!(halt.on_exit(Exit::Killed(Cause::Halt, 15), 0), Next::GoOn);
        assert_eq!(halt.exit_status(), Some(255), "as GNU parallel has it");
    }

    #[test]
    fn a_share_is_known_when_the_total_is() {
        let mut halt = halt("now,fail=50%", None);
        assert!(halt.needs_total());
        assert_eq!(halt.on_exit(Exit::Code(1), 1), Next::GoOn, "many more jobs may come");
        assert_eq!(halt.on_total(2, 1), Next::EndAll(None));
        assert!(!halt.needs_total());
        assert_eq!(halt.on_total(7, 1), Next::EndAll(None), "the first total stands");
    }
}
