//! What a user sees of a run while it goes on: the bar, or plain lines where there is no terminal.
//!
//! The display is a passive value: it is told what happens, and draws when asked to. It never waits, and nothing here
//! writes while job output is being written; see [`Progress::hide`].

mod estimate;
mod options;

pub use options::ProgressOptions;

use std::collections::BTreeMap;
use std::env;
use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::error::say;
use crate::job::{Outcome, Seq, Tally};
use estimate::Known;

/// How often the bar is drawn.
const REDRAW: Duration = Duration::from_millis(100);
/// How often a line is printed where there is no terminal.
const LINE: Duration = Duration::from_secs(5);

/// How much input there is, as far as it has been read; shared with the reader.
#[derive(Debug, Default)]
pub struct Read {
    jobs: AtomicU64,
    ended: AtomicBool,
    /// How many there will be, if the user has said so (`--total-jobs`).
    expected: Option<u64>,
}

impl Read {
    /// Nothing read yet, of so many as the user has said.
    pub fn expecting(jobs: Option<u64>) -> Self {
        Self { expected: jobs, ..Self::default() }
    }

    /// Another job was read.
    pub fn job(&self) {
        self.jobs.fetch_add(1, Ordering::Relaxed);
    }

    /// There are no more.
    pub fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    /// The jobs read so far, or those that were expected, and whether these are all.
    fn so_far(&self) -> (u64, bool) {
        let ended = self.ended.load(Ordering::Relaxed);
        let jobs = self.jobs.load(Ordering::Relaxed);
        match self.expected {
            Some(expected) if !ended => (jobs.max(expected), true),
            _ => (jobs, ended),
        }
    }
}

/// The form of the display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Bar,
    Eta,
    Progress,
}

/// The display of a run.
#[derive(Debug)]
pub struct Progress {
    form: Form,
    read: Arc<Read>,
    slots: u64,
    tally: Tally,
    spent: Duration,
    running: BTreeMap<Seq, (Instant, String)>,
    started: Instant,
    /// The bar on a terminal; `None` elsewhere.
    bar: Option<ProgressBar>,
    due: Instant,
}

impl Progress {
    /// The display that the options ask for, if any.
    pub fn new(options: ProgressOptions, read: Arc<Read>, slots: usize) -> Option<Self> {
        let form = match options {
            ProgressOptions { bar: true, .. } => Form::Bar,
            ProgressOptions { eta: true, .. } => Form::Eta,
            ProgressOptions { progress: true, .. } => Form::Progress,
            _ => return None,
        };
        let is_dumb = env::var_os("TERM").is_none_or(|term| term == "dumb" || term.is_empty());
        let bar = (io::stderr().is_terminal() && !is_dumb).then(|| {
            // The rate is kept here, so indicatif need not skip any drawing.
            let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(255));
            let template = if form == Form::Bar { "{bar:20} {wide_msg}" } else { "{wide_msg}" };
            bar.set_style(ProgressStyle::with_template(template).unwrap_or(ProgressStyle::default_bar()));
            bar
        });
        let started = Instant::now();
        let slots = slots as u64;
        let due = started + if bar.is_some() { Duration::ZERO } else { LINE };
        let (tally, running) = (Tally::default(), BTreeMap::new());
        Some(Self { form, read, slots, tally, spent: Duration::ZERO, running, started, bar, due })
    }

    /// A job was started.
    pub fn job_started(&mut self, seq: Seq, line: &[u8]) {
        // What a file name can hold must not move the cursor.
        let shown = String::from_utf8_lossy(&line[..line.len().min(200)]);
        let shown = shown.chars().map(|letter| if letter.is_control() { '?' } else { letter }).collect();
        self.running.insert(seq, (Instant::now(), shown));
    }

    /// An attempt at a job has ended, and there will be another.
    pub fn job_retried(&mut self, seq: Seq) {
        self.running.remove(&seq);
    }

    /// A job has ended.
    pub fn job_ended(&mut self, seq: Seq, outcome: &Outcome) {
        self.running.remove(&seq);
        self.tally.count(outcome.exit);
        self.spent += outcome.runtime;
    }

    /// How long nothing has to be drawn.
    pub fn wait(&self) -> Duration {
        self.due.saturating_duration_since(Instant::now())
    }

    /// Makes room for output.
    pub fn hide(&mut self, write: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Draws, if it is time to.
    pub fn draw(&mut self) {
        let now = Instant::now();
        if now < self.due {
            return;
        }
        let text = self.text(now);
        let (read, _) = self.read.so_far();
        if let Some(bar) = &self.bar {
            self.due = now + REDRAW;
            bar.set_length(read);
            bar.set_position(self.tally.settled());
            bar.set_message(text);
            bar.tick();
        } else {
            self.due = now + LINE;
            say(text.trim_end());
        }
    }

    /// Takes the bar away, or prints a last line.
    pub fn finish(&mut self) {
        let text = self.text(Instant::now());
        match &self.bar {
            Some(bar) => bar.finish_and_clear(),
            None => say(text.trim_end()),
        }
    }

    fn text(&self, now: Instant) -> String {
        let (read, all) = self.read.so_far();
        let done = self.tally.settled();
        let running = self.running.len() as u64;
        let queued = all.then(|| read.saturating_sub(done + running));
        let known = Known { ended: done, spent: self.spent, queued, slots: self.slots };
        let elapsed = self.running.values().map(|(since, _)| now.saturating_duration_since(*since));
        let left = known.time_left(elapsed).map_or("--".into(), duration);
        let average = known.average().unwrap_or_default().as_secs_f64();
        let percent = (done * 100).checked_div(read).unwrap_or(0);
        let status = || format!("local:{running}/{done}/{percent}%/{average:.1}s");
        match self.form {
            Form::Bar => {
                let plus = if all { "" } else { "+" };
                let failed = self.tally.failed;
                let taken = duration(now.saturating_duration_since(self.started));
                let current = self.running.values().next_back().map_or("", |(_, line)| line.as_str());
                format!("{done}/{read}{plus} done, {running} running, {failed} failed, {taken}, ETA {left}  {current}")
            }
            Form::Eta => {
                let unfinished = read.saturating_sub(done);
                let plus = if all { "" } else { "+" };
                format!("ETA: {left} Left: {unfinished}{plus} AVG: {average:.2}s  {}", status())
            }
            Form::Progress => status(),
        }
    }
}

/// A duration for people: `7s`, `3m07s`, `2h05m`.
fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs() + u64::from(duration.subsec_millis() >= 500);
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m{seconds:02}s"),
        (hours, minutes, _) => format!("{hours}h{minutes:02}m"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expected_total_counts_until_the_real_one_is_known() {
        let read = Read::expecting(Some(2));
        read.job();
        assert_eq!(read.so_far(), (2, true));
        (0..2).for_each(|_| read.job());
        assert_eq!(read.so_far(), (3, true));
        let read = Read::expecting(Some(9));
        read.job();
        read.end();
        assert_eq!(read.so_far(), (1, true));
        assert_eq!(Read::default().so_far(), (0, false));
    }

    #[test]
    fn durations_are_short() {
        let texts = [7_400, 59_600, 187_000, 7_500_000].map(|millis| duration(Duration::from_millis(millis)));
        assert_eq!(texts, ["7s", "1m00s", "3m07s", "2h05m"]);
    }
}
