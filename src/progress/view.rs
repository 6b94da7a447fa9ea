//! What a run looks like at one moment, as text that fits a terminal of a given size or a line of a log.

use std::time::Duration;

use super::Backlog;
use super::legible::{legible, legible_ends};
use super::words::duration;
use crate::host;
use crate::job::{Seq, Tally};

/// Jobs that are shown at most.
const JOBS: usize = 8;
/// The bar itself, without brackets.
const WIDEST_BAR: usize = 30;
const NARROWEST_BAR: usize = 10;
/// Red, and back.
const FAILED: (&str, &str) = ("\x1b[31m", "\x1b[39m");

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub(super) struct Form {
    pub(super) bar: bool,
    /// With the jobs below it.
    pub(super) jobs: bool,
    pub(super) eta: bool,
    pub(super) progress: bool,
}

/// A run at one moment.
#[derive(Clone, Debug, Default)]
pub(super) struct View<'a> {
    pub(super) tally: Tally,
    /// Jobs read, and whether that is all.
    pub(super) read: u64,
    pub(super) all: bool,
    pub(super) slots: u64,
    pub(super) elapsed: Duration,
    pub(super) left: Option<Duration>,
    /// The mean time of a job.
    pub(super) average: Duration,
    /// The jobs that run, the oldest first.
    pub(super) running: Vec<Current<'a>>,
    /// The jobs that wait to be printed, where that is worth a word, and how long the one that they wait for has taken.
    pub(super) waiting: Option<(Backlog, Duration)>,
    /// Jobs of which an attempt has ended, and that have not settled.
    pub(super) tried: u64,
}

/// A job that runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Current<'a> {
    pub(super) seq: Seq,
    pub(super) elapsed: Duration,
    pub(super) line: &'a [u8],
}

impl View<'_> {
    /// Of a hundred.
    pub(super) fn percent(&self) -> u64 {
        (self.tally.settled() * 100).checked_div(self.read).unwrap_or(0).min(100)
    }

    fn plus(&self) -> &'static str {
        if self.all { "" } else { "+" }
    }

    /// Jobs done of all.
    fn counts(&self) -> String {
        format!("{}/{}{}", self.tally.settled(), self.read, self.plus())
    }

    fn time_left(&self) -> String {
        self.left.map_or("--".into(), duration)
    }

    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    fn rate(&self) -> String {
        let rate = self.tally.settled() as f64 / self.elapsed.as_secs_f64().max(0.001);
        match rate {
            10.0.. => format!("{rate:.0}/s"),
            1.0.. => format!("{rate:.1}/s"),
            _ => format!("{:.1}/min", rate * 60.0),
        }
    }

    /// The rows for a terminal with so many columns and rows, of which the display takes no more than half.
    pub(super) fn rows(&self, form: Form, columns: usize, rows: usize, coloured: bool) -> Vec<String> {
        // Nothing stands in the last column, beyond which terminals differ in what the next letter does.
        let width = columns.saturating_sub(1).max(1);
        let most = (rows / 2).max(1);
        let status = (form.eta || form.progress).then(|| legible(self.status(form).as_bytes(), width));
        let waiting = self.waiting().filter(|_| form.bar).map(|text| legible(text.as_bytes(), width));
        let bar = form.bar.then(|| self.bar(width, coloured));
        let mut shown: Vec<String> = bar.into_iter().chain(status).chain(waiting).collect();
        shown.truncate(most);
        if form.bar && form.jobs {
            let room = (most - shown.len()).min(JOBS);
            let hidden = if self.running.len() > room { self.running.len() + 1 - room } else { 0 };
            let fit = room.min(self.running.len()) - usize::from(hidden > 0 && room > 0);
            shown.extend(self.running.iter().take(fit).map(|job| job.row(width)));
            if hidden > 0 && room > 0 {
                shown.push(legible(format!("        and {hidden} more").as_bytes(), width));
            }
        }
        shown
    }

    /// What the output waits for, if it does so for long.
    fn waiting(&self) -> Option<String> {
        self.waiting.map(|(backlog, time)| backlog.text(Some(time)))
    }

    /// The first row: the bar with counts, of which the least important are left out where there is no room.
    fn bar(&self, width: usize, coloured: bool) -> String {
        let failed = self.tally.failed;
        let running = self.running.len();
        // In the order of the row, with the order in which they are left out.
        let mut parts = [
            (0, self.counts()),
            (4, format!("{}%", self.percent())),
            (1, if failed > 0 { format!("{failed} failed") } else { String::new() }),
            (3, format!("{running} running")),
            (6, if self.tally.settled() > 0 { self.rate() } else { String::new() }),
            (5, duration(self.elapsed)),
            (2, format!("ETA {}", self.time_left())),
        ];
        let taken = |parts: &[(i32, String)]| {
            let shown = parts.iter().filter(|(_, text)| !text.is_empty());
            shown.map(|(_, text)| text.len() + 2).sum::<usize>().saturating_sub(2)
        };
        for least in (1..=6).rev() {
            if taken(&parts) <= width {
                break;
            }
            parts.iter_mut().filter(|(rank, _)| *rank == least).for_each(|(_, text)| text.clear());
        }
        let room = width.saturating_sub(taken(&parts) + "[]  ".len()).min(WIDEST_BAR);
        let texts = parts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(rank, text)| match rank {
            1 if coloured => format!("{}{text}{}", FAILED.0, FAILED.1),
            0 => legible(text.as_bytes(), width),
            _ => text,
        });
        let bar = (room >= NARROWEST_BAR).then(|| self.gauge(room));
        bar.into_iter().chain(texts).collect::<Vec<_>>().join("  ")
    }

    fn gauge(&self, room: usize) -> String {
        let settled = usize::try_from(self.tally.settled()).unwrap_or(usize::MAX);
        let read = usize::try_from(self.read).unwrap_or(usize::MAX).max(1);
        let done = (settled.saturating_mul(room) / read).min(room);
        let head = if done < room { ">" } else { "" };
        format!("[{}{head}{}]", "=".repeat(done), " ".repeat(room - done - head.len()))
    }

    /// GNU parallel's line. The percentage is that of this machine among all jobs started, all of which are here.
    pub(super) fn status(&self, form: Form) -> String {
        let (done, running) = (self.tally.settled(), self.running.len());
        let average = self.average.as_secs_f64();
        let status = format!("local:{running}/{done}/100%/{average:.1}s");
        if !form.eta {
            return status;
        }
        let unfinished = self.read.saturating_sub(done);
        format!("ETA: {} Left: {unfinished}{} AVG: {average:.2}s  {status}", self.time_left(), self.plus())
    }

    /// GNU parallel's first lines.
    pub(super) fn head(&self) -> String {
        let (cores, slots) = (host::threads(), self.slots);
        format!(
            "\nComputers / CPU cores / Max jobs to run\n1:local / {cores} / {slots}\n\n\
             Computer:jobs running/jobs completed/%of started jobs/Average seconds to complete\n"
        )
    }

    /// How far it is, for whoever asks.
    pub(super) fn account(&self) -> String {
        let (done, read, plus) = (self.tally.settled(), self.read, self.plus());
        format!("{done} of {read}{plus} jobs done, {} failed, {}", self.tally.failed, duration(self.elapsed))
    }

    /// The same as the bar, for a log.
    pub(super) fn line(&self) -> String {
        let (counts, failed, running) = (self.counts(), self.tally.failed, self.running.len());
        let (elapsed, left) = (duration(self.elapsed), self.time_left());
        let waiting = self.waiting().map(|text| format!("; {text}")).unwrap_or_default();
        format!("{counts} done, {running} running, {failed} failed, {elapsed}, ETA {left}{waiting}")
    }

    /// What zenity and its kin read from their stdin: a percentage, and a text.
    pub(super) fn zenity(&self) -> String {
        // 100 would close the window.
        let percent = if self.all { self.percent() } else { self.percent().min(99) };
        format!("# {}\n{percent}\n", self.line())
    }
}

impl Current<'_> {
    fn row(&self, width: usize) -> String {
        let head = format!("{:>7}  {}: ", duration(self.elapsed), self.seq);
        if head.len() >= width {
            return legible(head.trim_ascii().as_bytes(), width);
        }
        let line = legible_ends(self.line, width - head.len());
        head + &line
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;

    const BAR: Form = Form { bar: true, jobs: true, eta: false, progress: false };

    fn view(running: usize) -> View<'static> {
        let tally = Tally { succeeded: 35, failed: 2, ..Tally::default() };
        let seconds = Duration::from_secs;
        let current = |number: u64| Current {
            seq: Seq(38 + number),
            elapsed: seconds(70 - 10 * number.min(6)),
            line: "convert 日本\u{202e}語\n\x1b[31m.png and then something that is long".as_bytes(),
        };
        let running = (0..running as u64).map(current).collect();
        let (elapsed, left, average) = (seconds(63), Some(seconds(130)), seconds(3));
        View { tally, read: 210, all: false, slots: 4, elapsed, left, average, running, waiting: None, tried: 0 }
    }

    /// The same with jobs that wait to be printed.
    fn stuck(running: usize) -> View<'static> {
        let backlog = Backlog { first: Seq(3), ended: 240 };
        View { waiting: Some((backlog, Duration::from_secs(725))), ..view(running) }
    }

    #[test]
    fn the_rows_fit_every_terminal() {
        for running in [0, 1, 3, 8, 9, 60] {
            for (columns, rows) in (1..=130).flat_map(|columns| [1, 2, 5, 10, 24, 60].map(|rows| (columns, rows))) {
                for form in [BAR, Form { eta: true, ..BAR }, Form { bar: false, progress: true, ..BAR }] {
                    for view in [view(running), stuck(running)] {
                        let shown = view.rows(form, columns, rows, false);
                        assert!((1..=(rows / 2).max(1)).contains(&shown.len()), "{columns}x{rows}: {shown:#?}");
                        for row in shown {
                            assert!(row.width() < columns.max(2), "{columns}x{rows}: {row}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn what_matters_least_is_left_out_first() {
        let first = |columns| view(4).rows(BAR, columns, 2, false).remove(0);
        for (columns, expected) in [
            (110, "[=====>                        ]  37/210+  17%  2 failed  4 running  35.2/min  1m03s  ETA 2m10s"),
            (60, "37/210+  17%  2 failed  4 running  1m03s  ETA 2m10s"),
            (40, "37/210+  2 failed  4 running  ETA 2m10s"),
            (39, "37/210+  2 failed  ETA 2m10s"),
            (30, "37/210+  2 failed  ETA 2m10s"),
            (20, "37/210+  2 failed"),
            (10, "37/210+"),
            (5, "37/2"),
        ] {
            assert_eq!(first(columns), expected, "{columns} columns");
        }
    }

    #[test]
    fn the_jobs_stand_below_the_oldest_first_and_no_more_than_fit() {
        let rows = view(3).rows(BAR, 40, 24, false);
        assert_eq!(
            rows[1..],
            [
                "  1m10s  38: convert 日本?語 ...is long",
                "  1m00s  39: convert 日本?語 ...is long",
                "    50s  40: convert 日本?語 ...is long",
            ]
        );
        let rows = view(50).rows(BAR, 40, 10, false);
        assert_eq!((rows.len(), rows[4].as_str()), (5, "        and 47 more"));
        assert_eq!(view(50).rows(BAR, 40, 24, false).len(), 9);
        assert_eq!(view(50).rows(BAR, 40, 2, false).len(), 1);
        assert_eq!(view(8).rows(BAR, 40, 24, false)[8], "    10s  45: convert 日本?語 ...is long");
    }

    #[test]
    fn what_the_output_waits_for_stands_between_the_bar_and_the_jobs() {
        let rows = stuck(3).rows(BAR, 80, 24, false);
        assert_eq!((rows.len(), rows[1].as_str()), (5, "waiting for job 3 (12m05s): 240 done behind it"));
        assert_eq!(stuck(3).rows(BAR, 80, 4, false)[1..], rows[1..2]);
        assert_eq!(stuck(3).rows(Form { bar: false, progress: true, ..BAR }, 80, 24, false).len(), 1);
        let line =
            "37/210+ done, 4 running, 2 failed, 1m03s, ETA 2m10s; waiting for job 3 (12m05s): 240 done behind it";
        assert_eq!(stuck(4).line(), line);
    }

    #[test]
    fn failures_are_red() {
        let row = view(0).rows(BAR, 80, 24, true).remove(0);
        assert!(row.contains("  \x1b[31m2 failed\x1b[39m  "), "{row}");
    }

    #[test]
    fn lines_for_logs_and_for_other_programs() {
        assert_eq!(view(4).line(), "37/210+ done, 4 running, 2 failed, 1m03s, ETA 2m10s");
        let status = |bar, eta, progress| view(4).status(Form { bar, jobs: true, eta, progress });
        assert_eq!(status(false, false, true), "local:4/37/100%/3.0s");
        assert_eq!(status(false, true, false), "ETA: 2m10s Left: 173+ AVG: 3.00s  local:4/37/100%/3.0s");
        assert_eq!(view(0).zenity(), "# 37/210+ done, 0 running, 2 failed, 1m03s, ETA 2m10s\n17\n");
    }
}
