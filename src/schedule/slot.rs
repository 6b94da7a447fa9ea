//! A slot: takes a job, renders its command line, runs it, reports how it ended, and takes the next.
//!
//! A job is reported exactly once, whatever happens to it, a panic included. Between two jobs a slot asks the
//! scheduler itself for the next, under its lock, so that no other thread has to wake up first.

use std::ffi::{CStr, OsStr};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crossbeam_channel::bounded;
use rustix::process::Pid;

use super::crew::Crew;
use super::template_file::TemplateFile;
use super::workdir::Workdir;
use crate::collect::{Event, Post, Settled};
use crate::exec::{Attempt, Command, Executor, Prompt, Refusal, Watch};
use crate::job::{Exit, Job, Outcome, Slot, Stream, Value, Values};
use crate::output::{Capture, Results, Store};
use crate::template::{Filter, Template, Unrendered};

/// How long output waits before a running job says that there is some. Short jobs end sooner and need say nothing.
const PAUSE: Duration = Duration::from_millis(10);

/// What every slot of a run works with.
pub struct Workshop {
    /// The command line.
    pub template: Arc<Template>,
    /// What each line of output begins with, before a tab.
    pub tag: Option<Template>,
    /// Where output is kept in files.
    pub keep: Option<Keep>,
    /// By which jobs are left out.
    pub filters: Vec<Filter>,
    /// What is written before a job.
    pub files: Vec<TemplateFile>,
    /// The directory that jobs run in, if not that of the runner.
    pub workdir: Option<Workdir>,
    /// Who is asked before each job, if anybody.
    pub prompt: Option<Prompt>,
    /// Runs the jobs.
    pub executor: Box<dyn Executor>,
    /// Where output waits.
    pub store: Arc<Store>,
    /// The number of all jobs, if the template asks for it.
    pub total: Arc<OnceLock<u64>>,
    /// Whether output is passed on while a job runs.
    pub streams: bool,
    /// Whether the collector is told when a job starts.
    pub announce: Announce,
    /// A line that is longer than this, in bytes, may be executed with parameters.
    pub longest_line: usize,
    /// Whether a job that is too long for the kernel may be executed in parts.
    pub splits: bool,
    /// Whether the command line is printed before the output.
    pub verbose: bool,
}

/// Whether the collector is told when a job starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Announce {
    /// Nobody asks.
    Never,
    /// It shows or prints the command line.
    Start,
    /// It prints the command line, and the job, which writes to the same place itself, waits for that.
    AndWait,
}

/// Where the output of jobs is kept.
pub enum Keep {
    /// In files of their own in this directory.
    Files(PathBuf),
    /// In a tree below this directory, by values and by these names of columns.
    Tree(PathBuf, Values),
    /// In files that a template names.
    Template(Template),
}

/// A job that could not be started for want of resources.
pub(super) struct Postponed {
    pub(super) job: Job,
    pub(super) why: io::Error,
}

impl Workshop {
    /// Whether the number of all jobs has to be known before the first is rendered.
    pub(super) fn needs_total(&self) -> bool {
        let names = match &self.keep {
            Some(Keep::Template(names)) => Some(names),
            _ => None,
        };
        let templates = [Some(&*self.template), self.tag.as_ref(), names].into_iter().flatten();
        let files = self.files.iter().flat_map(|file| [&file.content, &file.target]);
        templates.chain(files).any(Template::needs_total) || self.filters.iter().any(Filter::needs_total)
    }

    /// Runs one job to its end and reports it, unless it has to be tried again.
    pub(super) fn run(&self, slot: Slot, job: Job, crew: &Arc<Crew>, events: &Post) -> Result<(), Postponed> {
        let (started, begun) = (SystemTime::now(), Instant::now());
        let tag = self.tag.as_ref().map(|tag| {
            let text = tag.render(&job, slot, self.total.get().copied()).unwrap_or_default();
            [text.as_slice(), b"\t"].concat()
        });
        let capture = Capture::new(job.seq, tag, self.results(slot, &job), &self.store);
        let mut watcher = Watcher { capture: &capture, crew, events, slot, streams: self.streams, since: None };
        let attempt = catch_unwind(AssertUnwindSafe(|| self.attempt(slot, &job, &mut watcher)));
        let (line, exit) = match attempt {
            Ok((line, Ok(exit))) => (line, exit),
            Ok((_, Err(why))) => return Err(Postponed { job, why }),
            Err(_) => {
                watcher
                    .output(Stream::Stderr, b"forkful: a fault in forkful itself ended this job; please report it\n");
                (Value::new(), Exit::Unstarted(126))
            }
        };
        let exit = if crew.is_ending() { exit.by_runner() } else { exit };
        let outcome = Outcome { exit, started, runtime: begun.elapsed() };
        events.send(Event::Settled(Settled { seq: job.seq, outcome, line, capture }));
        Ok(())
    }

    fn attempt(&self, slot: Slot, job: &Job, watcher: &mut Watcher<'_>) -> (Value, Result<Exit, io::Error>) {
        let total = self.total.get().copied();
        let rendered = self.template.render(job, slot, total).and_then(|line| {
            for filter in &self.filters {
                if !filter.keeps(job, slot, total)? {
                    return Err(Unrendered::LeftOut(line));
                }
            }
            Ok(line)
        });
        let line = match rendered {
            Ok(line) => line,
            Err(Unrendered::LeftOut(line)) => return (line, Ok(Exit::Skipped)),
            Err(unrendered) => {
                let message = format!("forkful: job {}: {}\n", job.seq, explain(&unrendered));
                watcher.output(Stream::Stderr, message.as_bytes());
                return (Value::new(), Ok(Exit::Unstarted(126)));
            }
        };
        if self.verbose {
            watcher.output(Stream::Stdout, &[line.as_slice(), b"\n"].concat());
            watcher.since = None;
        }
        if self.announce != Announce::Never {
            let (printed, wait) = bounded(1);
            let printed = (self.announce == Announce::AndWait).then_some(printed);
            watcher.events.send(Event::Started { seq: job.seq, line: line.clone(), printed });
            // Without anybody to answer, this returns at once.
            let _ = wait.recv();
        }
        match self.consent(&line) {
            Ok(true) => {}
            Ok(false) => return (line, Ok(Exit::Skipped)),
            Err(error) => {
                watcher.output(Stream::Stderr, format!("forkful: cannot ask on the terminal: {error}\n").as_bytes());
                return (line, Ok(Exit::Unstarted(126)));
            }
        }
        let directory =
            self.workdir.as_ref().map(|workdir| workdir.of(job, slot, self.total.get().copied())).transpose();
        let written: Result<Vec<_>, String> = self.files.iter().map(|file| file.write(job, slot, total)).collect();
        let exit =
            match directory.map_err(|why| format!("--workdir: cannot make {why}")).and_then(|it| Ok((it, written?))) {
                Ok((directory, _written)) => {
                    let path = directory.as_ref().map(|directory| directory.path.as_c_str());
                    self.execute(slot, job, &line, path, watcher)
                }
                Err(why) => {
                    watcher.output(Stream::Stderr, format!("forkful: {why}\n").as_bytes());
                    Ok(Exit::Unstarted(126))
                }
            };
        (line, exit)
    }

    /// Whether the user, if asked, wants this line to be run.
    fn consent(&self, line: &[u8]) -> io::Result<bool> {
        self.prompt.as_ref().map_or(Ok(true), |prompt| prompt.ask(line))
    }

    /// Executes a rendered line. One that is too long after all is executed in parts, so that no value is lost.
    fn execute(
        &self,
        slot: Slot,
        job: &Job,
        line: &[u8],
        directory: Option<&CStr>,
        watcher: &mut Watcher<'_>,
    ) -> Result<Exit, io::Error> {
        let total = self.total.get().copied();
        let parameters =
            if line.len() > self.longest_line { self.template.render_with_parameters(job, slot, total) } else { None };
        let with_parameters = parameters.as_ref().map(|(line, values)| (line.as_slice(), values));
        let command = Command::Line { line, with_parameters };
        let message = match self.executor.run(Attempt { command, seq: job.seq, slot, directory }, watcher) {
            Ok(exit) => return Ok(exit),
            Err(Refusal::Shortage(error)) => return Err(error),
            Err(Refusal::TooLong(message)) => message,
        };
        let count = job.values.len();
        if !self.splits || count < 2 {
            watcher.output(Stream::Stderr, &[b"forkful: ", message.as_slice(), b"\n"].concat());
            return Ok(Exit::Unstarted(126));
        }
        let mut exit = Exit::Code(0);
        for (from, to) in [(0, count / 2), (count / 2, count)] {
            let part = Job { seq: job.seq, values: job.values.slice(from, to) };
            let Ok(line) = self.template.render(&part, slot, total) else { continue };
            // The first part has run, so the job as a whole cannot be put off any more.
            let part_exit = loop {
                match self.execute(slot, &part, &line, directory, watcher) {
                    Ok(exit) => break exit,
                    Err(_) => thread::sleep(PAUSE),
                }
            };
            exit = if exit.is_success() { part_exit } else { exit };
        }
        Ok(exit)
    }

    fn results(&self, slot: Slot, job: &Job) -> Option<Results> {
        match self.keep.as_ref()? {
            Keep::Files(directory) => Some(Results::File(directory.clone())),
            Keep::Tree(base, names) => Some(Results::in_tree(base, &job.values, names)),
            Keep::Template(template) => {
                let path = template.render(job, slot, self.total.get().copied()).ok()?;
                Some(Results::at(OsStr::from_bytes(&path).as_bytes().to_vec()))
            }
        }
    }
}

fn explain(unrendered: &Unrendered) -> &str {
    match unrendered {
        Unrendered::Failed(why) => why,
        Unrendered::Nul => {
            "an argument holds a NUL byte, which no command can be given; use -0 to split the input at NUL"
        }
        Unrendered::Unsafe => {
            "a value stands where the shell would interpret it (after $ or \\, in arithmetic, …); give it a word of its own"
        }
        Unrendered::LeftOut(_) => "left out",
    }
}

/// Passes on what an attempt tells: output to the capture, life and death to the scheduler.
struct Watcher<'a> {
    capture: &'a Arc<Capture>,
    crew: &'a Arc<Crew>,
    events: &'a Post,
    slot: Slot,
    streams: bool,
    /// Since when there is output that the collector has not been told of.
    since: Option<Instant>,
}

impl Watch for Watcher<'_> {
    fn started(&mut self, group: Pid) {
        self.crew.started(self.slot, group);
    }

    fn output(&mut self, stream: Stream, bytes: &[u8]) {
        let stalled = || self.events.send(Event::Stalled(Arc::clone(self.capture)));
        self.capture.push(stream, bytes, stalled);
        if self.streams && self.since.get_or_insert_with(Instant::now).elapsed() > PAUSE {
            self.idle();
        }
    }

    fn idle_after(&self) -> Option<Duration> {
        self.since.map(|_| PAUSE)
    }

    fn idle(&mut self) {
        if self.since.take().is_some() {
            self.events.send(Event::Output(Arc::clone(self.capture)));
        }
    }

    fn ended(&mut self) {
        self.crew.ended(self.slot);
    }
}
