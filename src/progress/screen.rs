//! The terminal under the display.
//!
//! The cursor always rests where the next output goes, at the first row of the display or, after output without a
//! final newline, above it; all that is below the cursor is the display. So one sequence removes it, however the
//! terminal has broken its rows anew since: there is nothing to count when its size has changed. The cursor is never
//! hidden, and each drawing is one write, so that no end of the program leaves the terminal in another state than it
//! was in; what stays of the display then is below the cursor.
//!
//! No crate draws these rows: they have to change in one write with output that is bytes and may end within a line.
//! indicatif (0.18.6, tried with a `TermLike` that gathers what it writes) begins its rows where the cursor is, so that
//! the bar came to stand behind the beginning of a line and stayed there. It finds its rows by counting those of the
//! last drawing, so that a narrower terminal kept some of them, and one that was then made wider lost a line of output.

use std::env;
use std::io;
use std::io::IsTerminal;
use std::os::fd::BorrowedFd;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::getpgrp;
use rustix::stdio;
use rustix::termios::{isatty, tcgetpgrp, tcgetwinsize};

use super::keys::Keys;
use super::processes::reader_shares_terminal;
use super::taskbar::{self, Task};
use crate::job::Stream;
use crate::os;

/// Removes all from the cursor on.
const CLEAR: &str = "\x1b[J";
/// The same for a cursor in the first column. In the corner of the terminal tmux would take the other for a new page,
/// and save what it removes.
const CLEAR_ROWS: &str = "\x1b[K\x1b[C\x1b[J\r";
/// How long to wait for a thread that is drawing before the terminal is left without it.
const PATIENCE: Duration = Duration::from_millis(200);

/// What has been done to the terminal, and is undone whatever happens.
#[derive(Debug)]
struct Marks {
    /// The display is on it, and this removes it.
    drawn: Option<&'static str>,
    /// The taskbar shows something.
    taskbar: bool,
    keys: Option<Keys>,
    /// Nothing more is to be drawn.
    closed: bool,
}

static MARKS: Mutex<Marks> = Mutex::new(Marks { drawn: None, taskbar: false, keys: None, closed: false });

fn marks() -> MutexGuard<'static, Marks> {
    MARKS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Marks {
    /// Leaves the terminal as it was found.
    fn undo(&mut self) {
        let drawn = std::mem::take(&mut self.drawn);
        let taskbar = std::mem::take(&mut self.taskbar);
        put(&[drawn.unwrap_or_default(), if taskbar { taskbar::REMOVE } else { "" }].concat());
        if let Some(keys) = &mut self.keys {
            keys.leave();
        }
    }
}

/// The marks, unless somebody who draws is stuck with them: a terminal may be stopped with Ctrl-S.
fn marks_in_time() -> Option<MutexGuard<'static, Marks>> {
    let until = Instant::now() + PATIENCE;
    loop {
        match MARKS.try_lock() {
            Ok(marks) => return Some(marks),
            Err(TryLockError::Poisoned(error)) => return Some(error.into_inner()),
            Err(TryLockError::WouldBlock) if Instant::now() < until => thread::sleep(Duration::from_millis(1)),
            Err(TryLockError::WouldBlock) => return None,
        }
    }
}

/// Leaves the terminal for good, as it was found.
pub fn leave_terminal() {
    if let Some(mut marks) = marks_in_time() {
        marks.undo();
        marks.closed = true;
    }
}

/// Leaves the terminal while something else has it, as the shell does while this process is stopped.
pub fn leave_terminal_while(wait: impl FnOnce()) {
    let mut marks = marks_in_time();
    if let Some(marks) = &mut marks {
        marks.undo();
    }
    wait();
}

/// A terminal on stderr, or on stdout alone.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub(super) struct Screen {
    /// Which streams of output show on it.
    shows: [bool; 2],
    /// Whether stdout does so through another program (`| tee`), once that is known: it takes a moment then.
    is_late: Option<bool>,
    shows_taskbar: bool,
    reads_keys: bool,
    pub(super) coloured: bool,
    /// What was drawn, for a terminal of which size.
    rows: Vec<String>,
    size: (usize, usize),
    task: Option<Task>,
    /// Whether the output so far ends with a whole line.
    at_line_start: bool,
}

impl Screen {
    /// The terminal that stderr is, or with `on_stdout` that stdout is, if the cursor can be moved on it.
    pub(super) fn open(reads_keys: bool, on_stdout: bool) -> Option<Self> {
        let is_dumb = env::var_os("TERM").is_none_or(|term| term == "dumb" || term.is_empty());
        let [stdout_shows, stderr_shows] = [io::stdout().is_terminal(), io::stderr().is_terminal()];
        if is_dumb || !(stderr_shows || on_stdout && stdout_shows) {
            return None;
        }
        Some(Self {
            shows: [stdout_shows, stderr_shows],
            is_late: stdout_shows.then_some(false),
            shows_taskbar: taskbar::is_there(),
            // Another program in the pipeline may have the terminal.
            reads_keys: reads_keys && stdout_shows && stderr_shows && io::stdin().is_terminal(),
            coloured: env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
            rows: Vec::new(),
            size: (0, 0),
            task: None,
            at_line_start: true,
        })
    }

    /// Columns and rows.
    pub(super) fn size() -> (usize, usize) {
        match tcgetwinsize(terminal()) {
            Ok(size) if size.ws_col > 0 && size.ws_row > 0 => (size.ws_col.into(), size.ws_row.into()),
            _ => (80, 24),
        }
    }

    /// Whether output of this stream shows on it.
    pub(super) fn shows(&self, stream: Stream) -> bool {
        self.shows[stream as usize]
    }

    /// The same, looked up where it is not known yet.
    pub(super) fn is_reached_by(&mut self, stream: Stream) -> bool {
        self.find_late();
        self.shows(stream)
    }

    /// Looks whether stdout shows on it through another program.
    fn find_late(&mut self) {
        let is_late = *self.is_late.get_or_insert_with(reader_shares_terminal);
        self.shows[Stream::Stdout as usize] |= is_late;
    }

    /// Whether output of this stream shows on it through another program, and so a moment later.
    pub(super) fn shows_late(&self, stream: Stream) -> bool {
        stream == Stream::Stdout && self.is_late == Some(true)
    }

    /// Whether there are rows that output would get between.
    pub(super) fn is_drawn() -> bool {
        marks().drawn.is_some()
    }

    /// Draws the rows in place of those that are there.
    pub(super) fn draw(&mut self, rows: Vec<String>, size: (usize, usize), task: Option<Task>) {
        let mut marks = marks();
        if marks.closed || !is_ours() {
            return;
        }
        self.find_late();
        if self.reads_keys {
            marks.keys.get_or_insert_with(Keys::start).enter();
        }
        let task = task.filter(|_| self.shows_taskbar);
        if marks.drawn.is_some() != rows.is_empty() && rows == self.rows && size == self.size && task == self.task {
            return;
        }
        let told = task.map_or(if marks.taskbar { taskbar::REMOVE.into() } else { String::new() }, Task::text);
        marks.taskbar = task.is_some();
        if rows.is_empty() {
            put(&(marks.drawn.take().unwrap_or_default().to_owned() + &told));
        } else {
            marks.drawn = Some(if self.at_line_start { CLEAR_ROWS } else { CLEAR });
            put(&(drawing(&rows, self.at_line_start) + &told));
        }
        (self.rows, self.size, self.task) = (rows, size, task);
    }

    /// Leaves the terminal; with `new_line`, to something that begins a line.
    pub(super) fn close(&mut self, new_line: bool) {
        let mut marks = marks();
        marks.undo();
        marks.closed = true;
        if new_line && !self.at_line_start {
            put("\n");
        }
    }

    /// Leaves it, until the next drawing.
    pub(super) fn hide() {
        marks().undo();
    }

    /// Makes room for output.
    pub(super) fn make_room() {
        if let Some(clear) = marks().drawn.take() {
            put(clear);
        }
    }

    /// Notes output that is written to it.
    pub(super) fn note(&mut self, bytes: &[u8]) {
        self.at_line_start = bytes.last().map_or(self.at_line_start, |end| *end == b'\n');
    }
}

/// Should the thread that draws break down, the terminal is not left with its rows.
impl Drop for Screen {
    fn drop(&mut self) {
        marks().undo();
    }
}

/// The rows, and the cursor back where it was. Lines are not broken meanwhile, should a letter be wider than it is
/// thought to be.
fn drawing(rows: &[String], at_line_start: bool) -> String {
    let (count, text) = (rows.len(), rows.join("\x1b[K\r\n"));
    if at_line_start {
        let up = if count > 1 { format!("\x1b[{}A", count - 1) } else { String::new() };
        format!("\r\x1b[?7l{text}\x1b[K{CLEAR}\x1b[?7h\r{up}")
    } else {
        // Room is made below without leaving the column, which is then restored.
        let down = "\x1bD".repeat(count);
        format!("{CLEAR}{down}\x1b[{count}A\x1b7\x1b[B\r\x1b[?7l{text}\x1b[K\x1b[?7h\x1b8")
    }
}

/// Where it is.
fn terminal() -> BorrowedFd<'static> {
    if isatty(stdio::stderr()) { stdio::stderr() } else { stdio::stdout() }
}

/// Whether the terminal is not that of another job of the shell. One that does not say is.
fn is_ours() -> bool {
    tcgetpgrp(terminal()).map_or(true, |group| group == getpgrp())
}

/// Writes all of it to the terminal; what cannot be shown is not missed.
fn put(text: &str) {
    let mut bytes = text.as_bytes();
    os::without_terminal_stops(|| {
        while !bytes.is_empty() {
            match rustix::io::write(terminal(), bytes) {
                Ok(written) if written > 0 => bytes = &bytes[written..],
                Err(rustix::io::Errno::INTR) => {}
                Err(rustix::io::Errno::AGAIN) => thread::sleep(Duration::from_millis(1)),
                _ => return,
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_returns_to_where_output_goes_on() {
        let rows = ["a".to_owned(), "b".to_owned()];
        assert_eq!(drawing(&rows, true), "\r\x1b[?7la\x1b[K\r\nb\x1b[K\x1b[J\x1b[?7h\r\x1b[1A");
        assert_eq!(drawing(&rows[..1], true), "\r\x1b[?7la\x1b[K\x1b[J\x1b[?7h\r");
        let expected = "\x1b[J\x1bD\x1bD\x1b[2A\x1b7\x1b[B\r\x1b[?7la\x1b[K\r\nb\x1b[K\x1b[?7h\x1b8";
        assert_eq!(drawing(&rows, false), expected);
    }
}
