//! What is said of a run at its end.
//!
//! It holds no more than a few jobs, however many there are: the slowest, and the first that failed.

use std::fmt::{self, Write};
use std::time::Duration;

use super::legible::{ends, legible_ends};
use super::view::View;
use super::words::{end, fine, size};
use crate::job::{Cause, CommandLine, Exit, Outcome, Seq, Tally};

/// Jobs that are listed.
const LISTED: usize = 10;
/// As much of a command as is shown.
const SHOWN: usize = 200;
/// The longest line that runs failed jobs again.
const LONGEST: usize = 2000;
/// As much of a command line as is kept: a longer one is neither shown whole nor offered to be run again, and what is
/// kept of it is longer than those that are.
const KEPT: usize = LONGEST + 100;

/// Makes of text one word of a command line.
pub type Quote = Box<dyn Fn(&[u8]) -> Vec<u8> + Send>;

/// How the failed jobs of a run are run again.
pub enum Rerun {
    /// By this line, which has them from the job log.
    Line(Vec<u8>),
    /// By their command lines.
    Commands {
        /// What stands before them.
        line: Vec<u8>,
        /// Quotes one for the shell of the user.
        quote: Quote,
    },
    /// By the command line of the run, because they are more than their command lines.
    Whole {
        /// Whether there is a job log, which tells what has succeeded.
        logged: bool,
    },
}

impl fmt::Debug for Rerun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Line(_) => "Line",
            Self::Commands { .. } => "Commands",
            Self::Whole { .. } => "Whole",
        })
    }
}

/// What else counts for the account.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around {
    /// The most memory that this process had, in bytes: the kernel counts it for what it has started, too.
    pub(super) own_memory: u64,
    /// The columns of the terminal that it is printed on, if it is.
    pub(super) columns: Option<usize>,
}

/// The account of a run.
#[derive(Debug)]
pub(super) struct Summary {
    rerun: Rerun,
    cpu: Duration,
    /// The most memory that a process of a job had, and the job.
    largest: (u64, Seq),
    timed_out: u64,
    killed: u64,
    /// Attempts after which there was another, and jobs that succeeded after such.
    retries: u64,
    flaky: u64,
    /// The slowest jobs, the slowest first.
    slowest: Vec<(Duration, Seq, CommandLine)>,
    failed: Vec<(Seq, Exit, Duration, CommandLine)>,
}

impl Summary {
    pub(super) fn new(rerun: Rerun) -> Self {
        Self {
            rerun,
            cpu: Duration::ZERO,
            largest: (0, Seq(0)),
            timed_out: 0,
            killed: 0,
            retries: 0,
            flaky: 0,
            slowest: Vec::new(),
            failed: Vec::new(),
        }
    }

    /// An attempt has ended, and there will be another.
    pub(super) fn job_retried(&mut self, seq: Seq, outcome: &Outcome) {
        self.retries += 1;
        self.count_use(seq, outcome);
    }

    /// A job has ended. Where its line was not kept, it is not to be listed.
    pub(super) fn job_ended(&mut self, seq: Seq, outcome: &Outcome, line: &[u8]) {
        self.count_use(seq, outcome);
        let Outcome { exit, runtime, .. } = *outcome;
        let line = ends(line, KEPT);
        match exit {
            Exit::Code(0) => self.flaky += u64::from(outcome.attempt > 1),
            Exit::Killed(Cause::Timeout | Cause::Idle, _) => self.timed_out += 1,
            Exit::Code(_) | Exit::Unstarted(_) | Exit::Skipped | Exit::Killed(Cause::Leak, _) => {}
            Exit::Signal(_) | Exit::OutOfMemory | Exit::Killed(..) => self.killed += 1,
        }
        if exit.is_failure() && self.failed.len() < LISTED {
            self.failed.push((seq, exit, runtime, line.clone()));
        }
        let is_full = self.slowest.len() == LISTED;
        let is_slow = runtime >= NOTABLE && exit != Exit::Skipped && !line.is_empty();
        if !is_slow || is_full && self.slowest.last().is_some_and(|(least, ..)| *least >= runtime) {
            return;
        }
        let place = self.slowest.partition_point(|(other, ..)| *other >= runtime);
        self.slowest.insert(place, (runtime, seq, line));
        self.slowest.truncate(LISTED);
    }

    fn count_use(&mut self, seq: Seq, outcome: &Outcome) {
        self.cpu += outcome.usage.cpu();
        if outcome.usage.memory > self.largest.0 {
            self.largest = (outcome.usage.memory, seq);
        }
    }

    /// All of it, in lines.
    pub(super) fn text(&self, run: &View<'_>, around: Around) -> Vec<u8> {
        let mut text = format!("forkful: {}\n", self.counts(run));
        let _ = writeln!(text, "  {}", self.costs(run, around));
        // A list of the slowest of two says nothing that the user did not see.
        if run.tally.settled() > 1 && !self.slowest.is_empty() {
            text += "  slowest:\n";
            for (time, seq, line) in &self.slowest {
                let head = format!("    {:>7}  job {seq}: ", fine(*time));
                let room =
                    around.columns.map_or(SHOWN, |columns| columns.saturating_sub(head.len() + 1).clamp(20, SHOWN));
                text += &(head + &legible_ends(line, room) + "\n");
            }
        }
        if run.tally.failed == 0 {
            return text.into_bytes();
        }
        text += "  failed:\n";
        for (seq, exit, time, line) in &self.failed {
            let _ = writeln!(text, "    job {seq}, {}: {}", end(*exit, *time), legible_ends(line, SHOWN));
        }
        let more = run.tally.failed - self.failed.len() as u64;
        if more > 0 {
            let _ = writeln!(text, "    and {more} more");
        }
        let mut text = text.into_bytes();
        let which = if more == 0 { "them" } else { "all of them" };
        text.extend(match (self.rerun_line(more), &self.rerun) {
            (Some(line), _) => [b"  to run ", which.as_bytes(), b" again: ", &line].concat(),
            (None, Rerun::Whole { logged: true }) => {
                format!("  to run {which} again: the same command line and data, with --resume-failed").into()
            }
            (None, Rerun::Whole { logged: false }) => {
                b"  with --joblog FILE, --resume-failed would run them again from the same data".to_vec()
            }
            (None, _) => b"  with --joblog FILE, --retry-failed would run them again".to_vec(),
        });
        text.push(b'\n');
        text
    }

    fn counts(&self, run: &View<'_>) -> String {
        let Tally { succeeded, failed, skipped, .. } = run.tally;
        let settled = run.tally.settled();
        let of_failed: Vec<_> = [(self.timed_out, "timed out"), (self.killed, "killed")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        let failures = if of_failed.is_empty() {
            format!("{failed} failed")
        } else {
            format!("{failed} failed ({})", of_failed.join(", "))
        };
        let flaky = format!("{} succeeded at another try", self.flaky);
        let not_run = run.read.saturating_sub(settled + run.tried);
        // The last attempt at such a job was not followed by another.
        let again = self.retries.saturating_sub(run.tried);
        let plus = if run.all { "" } else { " or more" };
        let rest = [
            (skipped, format!("{skipped} left out")),
            (not_run, format!("{not_run}{plus} not run")),
            (run.tried, format!("{} stopped before another try", run.tried)),
            (again, format!("{again} tried again")),
            (self.flaky, flaky),
        ];
        let rest = rest.into_iter().filter(|(count, _)| *count > 0).map(|(_, text)| text);
        let jobs = if settled == 1 { "1 job".into() } else { format!("{settled} jobs") };
        let all: Vec<_> = [format!("{succeeded} succeeded"), failures].into_iter().chain(rest).collect();
        format!("{jobs} in {}: {}", fine(run.elapsed), all.join(", "))
    }

    fn costs(&self, run: &View<'_>, around: Around) -> String {
        // With -j 0 there are more slots than anybody could use.
        let used = run.slots.min(run.read).max(1);
        let slots = u32::try_from(used).unwrap_or(u32::MAX);
        let share = 100.0 * self.cpu.as_secs_f64() / (run.elapsed * slots).as_secs_f64().max(0.001);
        let cpu = format!("{} on processors, {share:.0}% of {}", fine(self.cpu), of_slots(used));
        match self.largest {
            (0, _) => cpu,
            (memory, _) if memory <= around.own_memory => format!("{cpu}; most memory: {} or less", size(memory)),
            (memory, seq) => format!("{cpu}; most memory: {}, job {seq}", size(memory)),
        }
    }

    /// The line that runs the failed jobs again, if there is one that can be copied from a terminal.
    fn rerun_line(&self, more: u64) -> Option<Vec<u8>> {
        let line = match &self.rerun {
            Rerun::Line(line) => line.clone(),
            Rerun::Commands { line, quote } if more == 0 => {
                // Of one that is longer there is only the beginning.
                if !self.failed.iter().all(|(.., line)| (1..=LONGEST).contains(&line.len())) {
                    return None;
                }
                let words = self.failed.iter().flat_map(|(.., line)| [b" ".to_vec(), quote(line)]);
                [line.clone(), b" :::".to_vec()].into_iter().chain(words).collect::<Vec<_>>().concat()
            }
            Rerun::Commands { .. } | Rerun::Whole { .. } => return None,
        };
        let is_plain = str::from_utf8(&line).is_ok_and(|text| !text.contains(char::is_control));
        (is_plain && line.len() <= LONGEST).then_some(line)
    }
}

fn of_slots(slots: u64) -> String {
    if slots == 1 { "1 slot".into() } else { format!("{slots} slots") }
}

/// How long a job takes at least to be worth its line.
pub const NOTABLE: Duration = Duration::from_millis(10);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::Usage;

    fn outcome(exit: Exit, millis: u64) -> Outcome {
        let (user, memory) = (Duration::from_millis(millis / 2), millis * 1000);
        let usage = Usage { user, memory, ..Usage::default() };
        Outcome { runtime: Duration::from_millis(millis), usage, ..Outcome::of(exit) }
    }

    fn told(summary: &Summary, jobs: &[Exit], read: u64) -> String {
        let mut tally = Tally::default();
        for exit in jobs {
            tally.count(*exit);
        }
        let run = View { tally, read, all: true, elapsed: Duration::from_secs(10), slots: 2, ..View::default() };
        let around = Around { own_memory: 4_000_000, columns: Some(40) };
        String::from_utf8(summary.text(&run, around)).expect("text")
    }

    fn commands() -> Rerun {
        Rerun::Commands { line: b"forkful".to_vec(), quote: Box::new(|line| [b"'", line, b"'"].concat()) }
    }

    #[test]
    fn it_tells_counts_costs_and_failures() {
        let mut summary = Summary::new(commands());
        let ends = [
            (Exit::Code(0), 1000),
            (Exit::Code(3), 2000),
            (Exit::Signal(11), 3000),
            (Exit::Killed(Cause::Timeout, 15), 5000),
            (Exit::Skipped, 100),
            (Exit::Code(9), 9),
            (Exit::Killed(Cause::Leak, 0), 500),
        ];
        for (number, (exit, millis)) in (1..).zip(ends) {
            summary.job_ended(Seq(number), &outcome(exit, millis), format!("job {number}").as_bytes());
        }
        summary.job_retried(Seq(8), &outcome(Exit::Code(1), 0));
        summary.job_ended(Seq(8), &Outcome { attempt: 2, ..outcome(Exit::Code(0), 0) }, b"");
        let jobs: Vec<_> = ends.map(|(exit, _)| exit).into_iter().chain([Exit::Code(0)]).collect();
        assert_eq!(told(&summary, &jobs, 10), "\
forkful: 8 jobs in 10s: 2 succeeded, 5 failed (1 timed out, 1 killed), 1 left out, 2 not run, 1 tried again, 1 succeeded at another try
  5.8s on processors, 29% of 2 slots; most memory: 5.0 MB, job 4
  slowest:
       5.0s  job 4: job 4
       3.0s  job 3: job 3
       2.0s  job 2: job 2
       1.0s  job 1: job 1
      0.50s  job 7: job 7
  failed:
    job 2, exit 3: job 2
    job 3, killed by SIGSEGV: job 3
    job 4, timed out after 5.0s: job 4
    job 6, exit 9: job 6
    job 7, left processes running: job 7
  to run them again: forkful ::: 'job 2' 'job 3' 'job 4' 'job 6' 'job 7'
");
    }

    #[test]
    fn slow_jobs_have_a_row_each_on_a_terminal_and_failed_ones_all_that_they_need() {
        let (mut summary, line) = (Summary::new(commands()), b"convert a-long-name.jpg another.png");
        for (seq, code) in [(1, 0), (2, 1)] {
            summary.job_ended(Seq(seq), &outcome(Exit::Code(code), 20), line);
        }
        let told = told(&summary, &[Exit::Code(0), Exit::Code(1)], 2);
        for row in
            ["      0.02s  job 1: convert a-lo...r.png\n", "    job 2, exit 1: convert a-long-name.jpg another.png\n"]
        {
            assert!(told.contains(row), "{told}");
        }
    }

    #[test]
    fn a_job_that_was_to_be_tried_again_is_not_one_that_never_ran() {
        let mut summary = Summary::new(commands());
        for seq in [1, 2, 2] {
            summary.job_retried(Seq(seq), &outcome(Exit::Code(1), 0));
        }
        summary.job_ended(Seq(1), &Outcome { attempt: 2, ..outcome(Exit::Code(0), 0) }, b"");
        let mut tally = Tally::default();
        tally.count(Exit::Code(0));
        let run = View { tally, read: 3, all: true, tried: 1, ..View::default() };
        let told = summary.counts(&run);
        let expected = "1 not run, 1 stopped before another try, 2 tried again, 1 succeeded at another try";
        assert!(told.ends_with(expected), "{told}");
    }

    #[test]
    fn the_share_is_that_of_slots_that_could_have_had_a_job() {
        let mut summary = Summary::new(commands());
        summary.job_ended(Seq(1), &outcome(Exit::Code(0), 5000), b"one");
        assert!(told(&summary, &[Exit::Code(0)], 1).contains("2.5s on processors, 25% of 1 slot; "));
    }

    #[test]
    fn memory_that_may_be_our_own_is_no_fact_about_a_job() {
        let mut summary = Summary::new(commands());
        summary.job_ended(Seq(1), &outcome(Exit::Code(0), 3900), b"true");
        assert!(told(&summary, &[Exit::Code(0)], 1).contains("; most memory: 3.9 MB or less\n"));
        summary.job_ended(Seq(2), &outcome(Exit::Code(0), 4100), b"large");
        assert!(told(&summary, &[Exit::Code(0); 2], 2).contains("; most memory: 4.1 MB, job 2\n"));
    }

    #[test]
    fn it_holds_a_few_jobs_and_lists_the_slowest_first() {
        let mut summary = Summary::new(Rerun::Line(b"forkful --retry-failed --joblog log".to_vec()));
        for number in 0..1000 {
            let exit = if number < 30 { Exit::Code(1) } else { Exit::Code(0) };
            summary.job_ended(Seq(number), &outcome(exit, 1 + number * 7 % 1000), b"x");
        }
        let seqs: Vec<_> = summary.slowest.iter().map(|(time, ..)| time.as_millis()).collect();
        assert_eq!(seqs, [1000, 999, 998, 997, 996, 995, 994, 993, 992, 991]);
        assert_eq!(summary.failed.len(), 10);
        let told = told(&summary, &[Exit::Code(1); 30], 30);
        let end = "    and 20 more\n  to run all of them again: forkful --retry-failed --joblog log\n";
        assert!(told.ends_with(end), "{told}");
    }

    #[test]
    fn a_line_that_cannot_be_copied_is_not_offered() {
        for (line, shown) in [(&b"echo 'a\nb\x1b[2J'"[..], "echo 'a b?[2J'"), (b"echo \xff", "echo \u{fffd}")] {
            let mut summary = Summary::new(commands());
            summary.job_ended(Seq(1), &outcome(Exit::Code(1), 20), line);
            let told = told(&summary, &[Exit::Code(1)], 1);
            assert!(told.contains(&format!("job 1, exit 1: {shown}\n  with --joblog FILE")), "{told}");
        }
    }

    #[test]
    fn of_a_line_that_is_too_long_to_be_copied_the_ends_are_told() {
        let mut summary = Summary::new(commands());
        summary.job_ended(Seq(1), &outcome(Exit::Code(1), 1), format!("echo {} last", "x".repeat(9000)).as_bytes());
        let told = told(&summary, &[Exit::Code(1)], 1);
        assert!(told.contains("exit 1: echo xx") && told.contains("xx last\n  with --joblog FILE"), "{told}");
    }

    #[test]
    fn jobs_that_are_more_than_their_lines_are_run_again_with_all() {
        for (logged, expected) in [(true, "same command line and data, with --resume-failed"), (false, "with --joblog")]
        {
            let mut summary = Summary::new(Rerun::Whole { logged });
            summary.job_ended(Seq(1), &outcome(Exit::Code(1), 20), b"cat");
            let told = told(&summary, &[Exit::Code(1)], 1);
            assert!(told.contains(expected) && !told.contains(":::"), "{told}");
        }
    }
}
