//! What a user sees of a run while it goes on and at its end: the bar, or plain lines where there is no terminal; what
//! runs now, for whoever asks; the summary.
//!
//! The display is a passive value: it is told what happens, and draws when asked to. It never waits. Output that would
//! show between its rows is handed to it and taken back in one step with the next drawing, so that both change at once
//! and at most ten times a second.

mod estimate;
mod heirloom;
mod held;
mod keys;
mod latest;
mod legible;
mod options;
mod processes;
mod read;
mod screen;
mod status;
mod summary;
mod taskbar;
mod view;
mod words;

pub use heirloom::Heirloom;
pub use options::{BarForm, ProgressOptions, When};
pub use read::Read;
pub use screen::{leave_terminal, leave_terminal_while};
pub use status::{Current, State};
pub use summary::{NOTABLE, Quote, Rerun};

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::say;
use crate::host;
use crate::job::{CommandLine, Outcome, Seq, Slot, Stream, Tally};
use estimate::Known;
use held::Held;
use latest::Latest;
use processes::Processes;
use screen::Screen;
use summary::{Run, Summary};
use taskbar::Task;
use view::{Form, View};

/// How often the bar is drawn.
const REDRAW: Duration = Duration::from_millis(100);
/// How long another program may take to show what it read from our stdout.
const SETTLE: Duration = Duration::from_millis(40);
/// After how long the first line is printed where there is no terminal, and after how long each of the later ones at
/// most: the time between them grows, so that the log of a long run stays short and that of a short one tells something.
const FIRST_LINE: Duration = Duration::from_secs(5);
const LAST_LINE: Duration = Duration::from_secs(60);
/// How often zenity is told.
const MESSAGE: Duration = Duration::from_secs(1);

/// What a display has to know of its run.
#[derive(Debug)]
pub struct Setting {
    /// Where the reader notes how many jobs there are.
    pub read: Arc<Read>,
    /// The number of slots.
    pub slots: usize,
    /// Whether jobs may write to the terminal, or read it, by themselves.
    pub shares_terminal: bool,
    /// Whether the last lines of the running jobs are shown, if stdout is a terminal.
    pub latest: bool,
    /// Whether stdin is read for something else than keys.
    pub reads_stdin: bool,
    /// How failed jobs are run again.
    pub rerun: Rerun,
}

/// Where the display appears.
#[derive(Debug)]
enum Face {
    /// At the end of a terminal.
    Screen(Screen),
    /// As lines, of which the next comes after so long.
    Lines(Duration),
    /// As messages to zenity.
    Zenity,
}

/// The display of a run.
#[derive(Debug)]
pub struct Progress {
    form: Form,
    face: Face,
    /// Whether it is to be seen; SIGUSR2 changes that.
    shown: bool,
    /// The last lines of the running jobs, where they are shown; those stay when the rest is hidden.
    latest: Option<Latest>,
    /// Whether the first lines of `--progress` have been printed.
    headed: bool,
    read: Arc<Read>,
    slots: u64,
    tally: Tally,
    spent: Duration,
    /// The jobs that run, as far as the display was told of them.
    running: BTreeMap<Slot, (Seq, Instant, CommandLine)>,
    started: Instant,
    due: Instant,
    /// Whether a job has been started; before that another program may have the terminal.
    begun: bool,
    held: Held,
    when: When,
    summary: Summary,
}

/// As much of a command line as a row can show.
const LINE: usize = 1000;

impl Progress {
    /// The display of a run, and what it will say at the end.
    pub fn new(options: ProgressOptions, setting: Setting) -> Self {
        let shown = options.is_shown();
        let zenity = options.bar == Some(BarForm::Zenity);
        let on_stdout = setting.latest && !shown;
        let screen = || Screen::open(!setting.reads_stdin, on_stdout).filter(|_| !setting.shares_terminal);
        let face = if zenity { Face::Zenity } else { screen().map_or(Face::Lines(FIRST_LINE), Face::Screen) };
        let has_rows = matches!(&face, Face::Screen(screen) if screen.shows(Stream::Stdout));
        let latest = (setting.latest && has_rows).then(Latest::default);
        let bar = options.bar.is_some() || !shown;
        let now = Instant::now();
        let due = now + if matches!(face, Face::Lines(_)) { FIRST_LINE } else { Duration::ZERO };
        let summary = match options.summary() {
            When::Auto if zenity => When::Never,
            summary => summary,
        };
        Self {
            form: Form { bar, jobs: latest.is_none(), eta: options.eta, progress: options.progress },
            face,
            shown,
            latest,
            headed: false,
            read: setting.read,
            slots: setting.slots as u64,
            tally: Tally::default(),
            spent: Duration::ZERO,
            running: BTreeMap::new(),
            started: now,
            due,
            begun: false,
            held: Held::default(),
            when: summary,
            summary: Summary::new(setting.rerun),
        }
    }

    /// Whether a summary with these options may list jobs, so that their command lines are needed.
    pub fn may_list_jobs(options: ProgressOptions) -> bool {
        match options.summary() {
            When::Auto => io::stderr().is_terminal(),
            When::Always => true,
            When::Never => false,
        }
    }

    /// A job was started.
    pub fn job_started(&mut self, slot: Slot, seq: Seq, since: Instant, line: &[u8]) {
        self.begun = true;
        self.running.insert(slot, (seq, since, line[..line.len().min(LINE)].to_vec()));
    }

    /// Whether the running jobs have rows with their last lines, and so print these alone.
    pub fn has_latest(&self) -> bool {
        self.latest.is_some()
    }

    /// A job has written to a stream, whose lines have a tag and perhaps something that switches a colour on. Whether
    /// that is shown in the row of the job; it is to be written otherwise.
    pub fn job_wrote(
        &mut self,
        seq: Seq,
        stream: Stream,
        looks: impl FnOnce() -> (Vec<u8>, String),
        bytes: &[u8],
    ) -> bool {
        let (Some(latest), Face::Screen(screen)) = (&mut self.latest, &self.face) else { return false };
        let shows = screen.shows(stream);
        if shows {
            self.begun = true;
            let (tag, colour) = looks();
            latest.note(seq, &tag, &colour, bytes);
        }
        shows
    }

    /// Takes the row of a job that has ended; what it wrote last is to be written for good.
    pub fn take_latest(&mut self, seq: Seq) -> Option<Vec<u8>> {
        self.latest.as_mut()?.end(seq)
    }

    /// An attempt at a job has ended, and there will be another.
    pub fn job_retried(&mut self, seq: Seq, outcome: &Outcome) {
        self.forget(seq, outcome.slot);
        self.summary.job_retried(seq, outcome);
    }

    /// A job has ended; its command line is known if it may be listed.
    pub fn job_ended(&mut self, seq: Seq, outcome: &Outcome, line: &[u8]) {
        self.begun = true;
        self.forget(seq, outcome.slot);
        self.tally.count(outcome.exit);
        self.spent += outcome.runtime;
        self.summary.job_ended(seq, outcome, line);
    }

    fn forget(&mut self, seq: Seq, slot: Slot) {
        if self.running.get(&slot).is_some_and(|(running, ..)| *running == seq) {
            self.running.remove(&slot);
        }
    }

    /// The user wants to see it, or not any more.
    pub fn toggle(&mut self) {
        self.shown = !self.shown;
        self.due = Instant::now();
        if matches!(self.face, Face::Screen(_)) && !self.is_visible() {
            Screen::hide();
        }
    }

    /// Whether there is something to see.
    fn is_visible(&self) -> bool {
        self.shown || self.latest.is_some()
    }

    /// How long nothing has to be drawn; `None` for ever.
    pub fn wait(&self) -> Option<Duration> {
        (self.is_visible() || self.is_holding()).then(|| self.due.saturating_duration_since(Instant::now()))
    }

    /// Whether it is time to draw.
    pub fn is_due(&self) -> bool {
        self.wait().is_some_and(|wait| wait.is_zero())
    }

    /// Takes output that would get between the rows, to be written before the next drawing. Whether it did; it is to be
    /// written at once otherwise.
    pub fn hold(&mut self, stream: Stream, bytes: &[u8]) -> bool {
        let (is_holding, is_visible) = (self.is_holding(), self.is_visible());
        let Face::Screen(screen) = &mut self.face else { return false };
        if !screen.shows(stream) {
            return false;
        }
        screen.note(bytes);
        let takes = is_visible && (is_holding || self.held.settling || Screen::is_drawn());
        if takes {
            self.held.push(stream, bytes);
        }
        takes
    }

    /// Whether there is such output.
    pub fn is_holding(&self) -> bool {
        self.held.is_some()
    }

    /// Whether there is so much of it that it should be written now.
    pub fn is_full(&self) -> bool {
        self.held.is_full()
    }

    /// Makes room for the output that was held, and gives it back.
    pub fn make_room(&mut self) -> Vec<(Stream, Vec<u8>)> {
        let Face::Screen(screen) = &self.face else { return Vec::new() };
        if self.is_holding() {
            Screen::make_room();
        }
        self.held.take(|stream| screen.shows_late(stream))
    }

    /// Whether output was written that has had time to show, so that this is the moment to draw below it.
    pub fn settle(&mut self) -> bool {
        std::mem::take(&mut self.held.settling)
    }

    /// Draws what there is to see. No output may be held.
    pub fn draw(&mut self) {
        let now = Instant::now();
        self.due = now + if self.held.settling { SETTLE } else { REDRAW };
        if self.held.settling || !self.is_visible() || !self.begun {
            return;
        }
        let head = self.head();
        let (size, coloured) = match &self.face {
            Face::Screen(screen) => (Screen::size(), screen.coloured),
            Face::Lines(_) | Face::Zenity => Default::default(),
        };
        let view = self.view(now);
        let (line, zenity) = (plain(self.form, &view), view.zenity());
        let task = || Task { percent: view.all.then(|| view.percent()), failed: view.tally.failed > 0 };
        let task = self.shown.then(task);
        let mut rows = if self.shown { view.rows(self.form, size.0, size.1, coloured) } else { Vec::new() };
        if let Some(latest) = &self.latest {
            // Below the last row of the output.
            rows.extend(latest.rows(size.0, size.1.saturating_sub(1 + rows.len())));
        }
        match &mut self.face {
            Face::Screen(screen) => {
                if let Some(head) = head {
                    Screen::make_room();
                    write(head.as_bytes());
                }
                screen.draw(rows, size, task);
            }
            Face::Lines(pause) => {
                *pause = (*pause * 2).min(LAST_LINE);
                self.due = now + *pause;
                tell(head, &line);
            }
            Face::Zenity => {
                self.due = now + MESSAGE;
                write(zenity.as_bytes());
            }
        }
    }

    /// Takes the bar away, or prints a last line, and prints the summary. No output may be held.
    pub fn finish(&mut self) {
        let now = Instant::now();
        let (read, all) = self.read.so_far();
        let is_on_screen = self.shown && matches!(self.face, Face::Screen(_));
        let wanted = match self.when {
            When::Always => true,
            When::Never => false,
            When::Auto => is_on_screen && self.form.bar || self.tally.failed > 0 && io::stderr().is_terminal(),
        };
        // The summary tells more than the last line of the bar would.
        let is_told = wanted && self.form.bar && !self.form.eta && !self.form.progress;
        let head = (self.shown && !is_on_screen).then(|| self.head()).flatten();
        let view = self.view(now);
        let (line, zenity) = (plain(self.form, &view), view.zenity());
        match &mut self.face {
            Face::Screen(screen) => screen.close(wanted && read > 0),
            Face::Zenity if self.shown => write(zenity.as_bytes()),
            Face::Lines(_) if self.shown && !is_told => tell(head, &line),
            Face::Lines(_) | Face::Zenity => {}
        }
        if wanted && (read > 0 || self.when == When::Always) {
            let elapsed = now.saturating_duration_since(self.started);
            let (tally, slots, own_memory) = (self.tally, self.slots, processes::own_memory());
            let columns = io::stderr().is_terminal().then(|| Screen::size().0);
            write(&self.summary.text(Run { tally, read, all, elapsed, slots, own_memory, columns }));
        }
    }

    /// Describes the jobs that have not settled, with the last lines of their output.
    pub fn describe(&self, jobs: &[(Current, Vec<u8>)]) -> String {
        let (read, all) = self.read.so_far();
        let plus = if all { "" } else { "+" };
        let elapsed = words::duration(self.started.elapsed());
        let Tally { failed, .. } = self.tally;
        let counts = format!("{} of {read}{plus} jobs done, {failed} failed, {elapsed}", self.tally.settled());
        let processes = Processes::now();
        let jobs: Vec<_> = jobs.iter().map(|(job, output)| status::describe(job, output, &processes)).collect();
        let jobs = if jobs.is_empty() { "  no job runs\n".into() } else { jobs.concat() };
        format!("forkful: {counts}\n{jobs}")
    }

    /// What is printed once before GNU parallel's line.
    fn head(&mut self) -> Option<String> {
        let Form { bar, eta, progress, .. } = self.form;
        if !(progress || eta && !bar) || std::mem::replace(&mut self.headed, true) {
            return None;
        }
        let (cores, slots) = (host::threads(), self.slots);
        Some(format!(
            "\nComputers / CPU cores / Max jobs to run\n1:local / {cores} / {slots}\n\n\
             Computer:jobs running/jobs completed/%of started jobs/Average seconds to complete\n"
        ))
    }

    fn view(&self, now: Instant) -> View<'_> {
        let (read, all) = self.read.so_far();
        let (done, running) = (self.tally.settled(), self.running.len() as u64);
        let queued = all.then(|| read.saturating_sub(done + running));
        let elapsed = now.saturating_duration_since(self.started);
        let (ended, spent) = (done - self.tally.skipped, self.spent);
        let known = Known { ended, spent, elapsed, queued, slots: self.slots };
        let mut jobs: Vec<_> = (self.running.values())
            .map(|(seq, since, line)| view::Current { seq: *seq, elapsed: now.saturating_duration_since(*since), line })
            .collect();
        jobs.sort_by_key(|job| (std::cmp::Reverse(job.elapsed), job.seq));
        let left = known.time_left(&jobs.iter().map(|job| job.elapsed).collect::<Vec<_>>());
        let average = known.average().unwrap_or_default();
        View { tally: self.tally, read, all, elapsed, left, average, running: jobs }
    }
}

/// A line for a log.
fn plain(form: Form, view: &View<'_>) -> String {
    let status = (form.eta || form.progress).then(|| view.status(form));
    form.bar.then(|| view.line()).into_iter().chain(status).collect::<Vec<_>>().join("; ")
}

fn tell(head: Option<String>, line: &str) {
    if let Some(head) = head {
        write(head.as_bytes());
    }
    say(line);
}

/// Writes to stderr. That nobody can read it must not end the run.
fn write(text: &[u8]) {
    let _ = io::stderr().write_all(text);
}
