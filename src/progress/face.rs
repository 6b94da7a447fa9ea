//! Where the display appears, and how it is drawn there: rows on a terminal, lines for a log, or messages to zenity.

use std::io::{self, Write};
use std::time::Duration;

use super::latest::Latest;
use super::options::BarForm;
use super::screen::Screen;
use super::taskbar::Task;
use super::view::{Form, View};
use super::{ProgressOptions, REDRAW, Setting};
use crate::error::say;
use crate::job::Stream;

/// After how long the first line is printed where there is no terminal, and after how long each of the later ones at
/// most: the time between them grows, so that the log of a long run stays short and that of a short one tells
/// something.
const FIRST_LINE: Duration = Duration::from_secs(5);
const LAST_LINE: Duration = Duration::from_secs(60);
/// How often zenity is told.
const MESSAGE: Duration = Duration::from_secs(1);

/// Where the display appears.
#[derive(Debug)]
pub(super) enum Face {
    /// At the end of a terminal.
    Screen(Screen, Head),
    /// As lines, of which the next comes after so long.
    Lines(Duration, Head),
    /// As messages to zenity.
    Zenity,
}

/// What is to be seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Picture<'a> {
    pub(super) view: &'a View<'a>,
    pub(super) form: Form,
    /// Whether the run itself is to be seen, or just the last lines of its jobs.
    pub(super) shown: bool,
    pub(super) latest: Option<&'a Latest>,
}

/// GNU parallel's first lines, which are printed once.
#[derive(Debug, Default)]
pub(super) struct Head {
    printed: bool,
}

impl Head {
    fn take(&mut self, picture: &Picture<'_>) -> Option<String> {
        let Form { bar, eta, progress, .. } = picture.form;
        let wanted = progress || eta && !bar;
        (wanted && !std::mem::replace(&mut self.printed, true)).then(|| picture.view.head())
    }
}

impl Face {
    /// The one that fits the options, and where stderr goes to.
    pub(super) fn open(options: ProgressOptions, setting: &Setting) -> Self {
        if options.bar == Some(BarForm::Zenity) {
            return Self::Zenity;
        }
        let on_stdout = setting.latest && !options.is_shown();
        let screen = Screen::open(!setting.reads_stdin, on_stdout).filter(|_| !setting.shares_terminal);
        screen.map_or(Self::Lines(FIRST_LINE, Head::default()), |screen| Self::Screen(screen, Head::default()))
    }

    /// The terminal, if that is where it appears.
    pub(super) fn screen(&mut self) -> Option<&mut Screen> {
        match self {
            Self::Screen(screen, _) => Some(screen),
            Self::Lines(..) | Self::Zenity => None,
        }
    }

    /// Whether output of this stream appears at the same place.
    pub(super) fn shows(&self, stream: Stream) -> bool {
        matches!(self, Self::Screen(screen, _) if screen.shows(stream))
    }

    /// After how long it is drawn first.
    pub(super) fn patience(&self) -> Duration {
        match self {
            Self::Lines(pause, _) => *pause,
            Self::Screen(..) | Self::Zenity => Duration::ZERO,
        }
    }

    /// Draws it; after how long it is to be drawn again.
    pub(super) fn draw(&mut self, picture: &Picture<'_>) -> Duration {
        match self {
            Self::Screen(screen, head) => {
                if let Some(head) = head.take(picture) {
                    Screen::make_room();
                    write(head.as_bytes());
                }
                let size = Screen::size();
                screen.draw(picture.rows(size, screen.coloured), size, picture.task());
                REDRAW
            }
            Self::Lines(pause, head) => {
                picture.tell(head);
                *pause = (*pause * 2).min(LAST_LINE);
                *pause
            }
            Self::Zenity => {
                write(picture.view.zenity().as_bytes());
                MESSAGE
            }
        }
    }

    /// Takes it away, or draws it for the last time. `summed_up`: whether a summary is wanted.
    pub(super) fn close(&mut self, picture: &Picture<'_>, summed_up: bool) {
        let Form { bar, eta, progress, .. } = picture.form;
        // The summary tells more than the last line of the bar would.
        let is_told = summed_up && bar && !eta && !progress;
        match self {
            Self::Screen(screen, _) => screen.close(summed_up && picture.view.read > 0),
            Self::Lines(_, head) if picture.shown && !is_told => picture.tell(head),
            Self::Zenity if picture.shown => write(picture.view.zenity().as_bytes()),
            Self::Lines(..) | Self::Zenity => {}
        }
    }
}

impl Picture<'_> {
    /// For a terminal with so many columns and rows.
    fn rows(&self, (columns, most): (usize, usize), coloured: bool) -> Vec<String> {
        let mut rows = if self.shown { self.view.rows(self.form, columns, most, coloured) } else { Vec::new() };
        if let Some(latest) = self.latest {
            // Below the last row of the output.
            rows.extend(latest.rows(columns, most.saturating_sub(1 + rows.len())));
        }
        rows
    }

    fn task(&self) -> Option<Task> {
        let View { all, tally, .. } = self.view;
        self.shown.then(|| Task { percent: all.then(|| self.view.percent()), failed: tally.failed > 0 })
    }

    /// Prints a line for a log.
    fn tell(&self, head: &mut Head) {
        if let Some(head) = head.take(self) {
            write(head.as_bytes());
        }
        let Form { bar, eta, progress, .. } = self.form;
        let status = (eta || progress).then(|| self.view.status(self.form));
        say(bar.then(|| self.view.line()).into_iter().chain(status).collect::<Vec<_>>().join("; "));
    }
}

/// Writes to stderr. That nobody can read it must not end the run.
pub(super) fn write(text: &[u8]) {
    let _ = io::stderr().write_all(text);
}
