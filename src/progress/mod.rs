//! What a user sees of a run while it goes on and at its end: the bar, or plain lines where there is no terminal; what
//! runs now, for whoever asks; the summary.
//!
//! The display is a passive value: it is told what happens, and draws when asked to. It never waits. Output that would
//! show between its rows is handed to it and taken back in one step with the next drawing, so that both change at once
//! and at most ten times a second.

mod backlog;
mod course;
mod estimate;
mod face;
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

pub use backlog::Backlog;
pub use heirloom::Heirloom;
pub use options::{BarForm, ProgressOptions, When};
pub use read::Read;
pub use screen::{leave_terminal, leave_terminal_while};
pub use status::{Current, State};
pub use summary::{NOTABLE, Quote, Rerun};

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::host;
use crate::job::{Outcome, Seq, Slot, Stream};
use course::Course;
use face::{Face, Picture};
use held::Held;
use latest::Latest;
use processes::Processes;
use screen::Screen;
use summary::{Around, Summary};
use view::Form;

/// How often the bar is drawn.
const REDRAW: Duration = Duration::from_millis(100);
/// How long another program may take to show what it read from our stdout.
const SETTLE: Duration = Duration::from_millis(40);

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

/// The display of a run.
#[derive(Debug)]
pub struct Progress {
    form: Form,
    face: Face,
    /// Whether it is to be seen; SIGUSR2 changes that.
    shown: bool,
    /// The last lines of the running jobs, where they are shown; those stay when the rest is hidden.
    latest: Option<Latest>,
    course: Course,
    due: Instant,
    /// Whether a job has been started; before that another program may have the terminal.
    begun: bool,
    held: Held,
    when: When,
    summary: Summary,
}

impl Progress {
    /// The display of a run, and what it will say at the end.
    pub fn new(options: ProgressOptions, setting: Setting) -> Self {
        let now = Instant::now();
        let face = Face::open(options, &setting);
        let latest = (setting.latest && face.shows(Stream::Stdout)).then(Latest::default);
        let shown = options.is_shown();
        let bar = options.bar.is_some() || !shown;
        let when = match options.summary() {
            When::Auto if options.bar == Some(BarForm::Zenity) => When::Never,
            when => when,
        };
        Self {
            form: Form { bar, jobs: latest.is_none(), eta: options.eta, progress: options.progress },
            due: now + face.patience(),
            face,
            shown,
            latest,
            course: Course::new(setting.read, setting.slots, now),
            begun: false,
            held: Held::default(),
            when,
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
        self.course.job_started(slot, seq, since, line);
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
        let shows = self.face.shows(stream);
        let Some(latest) = self.latest.as_mut().filter(|_| shows) else { return false };
        self.begun = true;
        let (tag, colour) = looks();
        latest.note(seq, &tag, &colour, bytes);
        true
    }

    /// Takes the row of a job that has ended; what it wrote last is to be written for good.
    pub fn take_latest(&mut self, seq: Seq) -> Option<Vec<u8>> {
        self.latest.as_mut()?.end(seq)
    }

    /// An attempt at a job has ended, and there will be another.
    pub fn job_retried(&mut self, seq: Seq, outcome: &Outcome) {
        self.course.job_retried(seq, outcome, Instant::now());
        self.summary.job_retried(seq, outcome);
    }

    /// A job has ended; its command line is known if it may be listed.
    pub fn job_ended(&mut self, seq: Seq, outcome: &Outcome, line: &[u8]) {
        self.begun = true;
        self.course.job_ended(seq, outcome);
        self.summary.job_ended(seq, outcome, line);
    }

    /// The user wants to see it, or not any more.
    pub fn toggle(&mut self) {
        self.shown = !self.shown;
        self.due = Instant::now();
        if self.face.screen().is_some() && !self.is_visible() {
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
        let Some(screen) = self.face.screen().filter(|screen| screen.shows(stream)) else { return false };
        screen.note(bytes);
        let takes = is_visible && (is_holding || self.held.settling || Screen::is_drawn());
        if takes {
            self.held.push(stream, bytes);
        }
        takes
    }

    /// Whether output of this stream shows where the rows are.
    pub fn shows(&mut self, stream: Stream) -> bool {
        self.face.screen().is_some_and(|screen| screen.is_reached_by(stream))
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
        let is_holding = self.is_holding();
        let Some(screen) = self.face.screen() else { return Vec::new() };
        if is_holding {
            Screen::make_room();
        }
        self.held.take(|stream| screen.shows_late(stream))
    }

    /// Whether output was written that has had time to show, so that this is the moment to draw below it.
    pub fn settle(&mut self) -> bool {
        std::mem::take(&mut self.held.settling)
    }

    /// Draws what there is to see, with the jobs that wait to be printed. No output may be held.
    pub fn draw(&mut self, backlog: Option<Backlog>) {
        let now = Instant::now();
        self.due = now + if self.held.settling { SETTLE } else { REDRAW };
        if self.held.settling || !self.is_visible() || !self.begun {
            return;
        }
        let view = self.course.view(now, backlog);
        let picture = Picture { view: &view, form: self.form, shown: self.shown, latest: self.latest.as_ref() };
        self.due = now + self.face.draw(&picture);
    }

    /// Takes the bar away, or prints a last line, and prints the summary. No output may be held.
    pub fn finish(&mut self) {
        let view = self.course.view(Instant::now(), None);
        let is_on_screen = self.shown && self.face.screen().is_some();
        let wanted = match self.when {
            When::Always => true,
            When::Never => false,
            When::Auto => is_on_screen && self.form.bar || view.tally.failed > 0 && io::stderr().is_terminal(),
        };
        let picture = Picture { view: &view, form: self.form, shown: self.shown, latest: None };
        self.face.close(&picture, wanted);
        if wanted && (view.read > 0 || self.when == When::Always) {
            let columns = io::stderr().is_terminal().then(|| Screen::size().0);
            let around = Around { own_memory: host::own_memory(), columns };
            face::write(&self.summary.text(&view, around));
        }
    }

    /// Describes the jobs that have not settled, with the last lines of their output, and tells of those that wait to be
    /// printed.
    pub fn describe(&self, jobs: &[(Current, Vec<u8>)], backlog: Option<Backlog>) -> String {
        let counts = self.course.view(Instant::now(), None).account();
        let processes = Processes::now();
        let described: Vec<_> = jobs.iter().map(|(job, output)| status::describe(job, output, &processes)).collect();
        let described = if jobs.is_empty() { "  no job runs\n".into() } else { described.concat() };
        // Whoever asks wants to know it at once.
        let waiting = backlog.map(|backlog| {
            let first = jobs.iter().find(|(job, _)| job.seq == backlog.first);
            format!("  {}\n", backlog.text(first.and_then(|(job, _)| job.state.elapsed())))
        });
        format!("forkful: {counts}\n{described}{}", waiting.unwrap_or_default())
    }
}
