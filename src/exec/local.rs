//! Jobs as processes on this machine.

use std::cell::RefCell;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::{Pid, WaitId, WaitIdOptions, test_kill_process_group, waitid};
use rustix::stdio;

use super::environment::Environment;
use super::feeding::{Feeding, Ready};
use super::memory::Limit;
use super::plan::{Plan, Planner, Unexecutable};
use super::pump::{Pipes, unfed};
use super::{Attempt, Executor, Finish, Guard, Memory, OnLeak, Refusal, Watch, is_shortage};
use crate::error::Error;
use crate::job::{Cause, Exit, Stream};
use crate::os::{Launch, Spawner, Status, adopt_orphans, reap, was_closed_at_start};

/// Starts each job as a process, which usually leads its own process group and has an empty stdin.
pub struct Local {
    spawner: Spawner,
    planner: Arc<Planner>,
    environment: Environment,
    /// The stdin of jobs; `None` for the runner's own.
    stdin: Option<File>,
    setup: Setup,
    guard: Option<Guard>,
    memory: Option<Memory>,
}

/// What is the same for all jobs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Setup {
    /// Whether output is captured; otherwise jobs write to the runner's own stdout and stderr (`-u`).
    pub capture: bool,
    /// Whether they write stdout and stderr to one stream.
    pub merges: bool,
    /// What they read.
    pub stdin: Stdin,
    /// The niceness they get.
    pub nice: Option<i32>,
    /// The variable that holds the number of the slot, counted from 0.
    pub slot_variable: Option<Vec<u8>>,
    /// How many CPUs each job may use, if that is limited.
    pub cpus: Option<usize>,
    /// Whether each job leads a process group, so that all it has started is ended with it. Otherwise it stays in the
    /// group of the runner, which may use the terminal.
    pub leads_group: bool,
    /// What becomes of what a job leaves behind, if its output is captured.
    pub on_leak: OnLeak,
    /// Whether jobs find their number, their slot and the like in their environment.
    pub describes_jobs: bool,
}

/// What jobs read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stdin {
    /// Nothing.
    Empty,
    /// What the runner was given, which then reads its arguments elsewhere.
    Inherited,
    /// The terminal.
    Terminal,
}

/// How long a program that is being written is waited for.
const BUSY: Duration = Duration::from_millis(500);

thread_local! {
    /// What a slot reads pipes into.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl Local {
    /// Must be called before signals are blocked or PATH and the environment are changed.
    ///
    /// # Errors
    /// When /dev/null cannot be opened.
    pub fn new(planner: Arc<Planner>, setup: Setup, guard: Option<Guard>) -> Result<Self, Error> {
        let system = |what| move |cause| Error::System { what, cause };
        let environment = Environment::new(setup.slot_variable.as_deref(), setup.describes_jobs, setup.cpus);
        let stdin = match setup.stdin {
            Stdin::Empty => Some(File::open("/dev/null").map_err(system("open /dev/null"))?),
            // The terminal is opened for each job, so that a run without jobs needs none.
            Stdin::Inherited | Stdin::Terminal => None,
        };
        if !setup.capture {
            keep_closed()?;
        }
        let spawner = Spawner::new().map_err(system("prepare to start processes"))?;
        adopt_orphans();
        Ok(Self { spawner, planner, environment, stdin, setup, guard, memory: None })
    }

    /// The same with jobs whose memory is looked at.
    #[must_use]
    pub fn with_memory(self, memory: Memory) -> Self {
        Self { memory: Some(memory), ..self }
    }

    /// A job that reads the terminal has to belong to the process group that may.
    fn leads_group(&self) -> bool {
        match self.setup.stdin {
            _ if !self.setup.leads_group => false,
            Stdin::Empty => true,
            Stdin::Inherited => !rustix::termios::isatty(stdio::stdin()),
            Stdin::Terminal => false,
        }
    }

    fn spawn(
        &self,
        plan: &Plan,
        attempt: Attempt<'_>,
        stdin: Option<BorrowedFd<'_>>,
        limit: &Limit,
        pipes: Option<&Pipes>,
    ) -> io::Result<(Pid, OwnedFd)> {
        let own = self.environment.of(attempt);
        self.spawner.spawn(&Launch {
            program: &plan.program,
            arguments: &plan.arguments,
            environment: [self.environment.common(), &own],
            leads_group: self.leads_group(),
            directory: attempt.directory,
            nice: self.setup.nice,
            addresses: limit.addresses,
            joins: limit.joins(),
            stdin: stdin.or(self.stdin.as_ref().map(AsFd::as_fd)),
            outputs: match pipes {
                Some(pipes) => pipes.writers(),
                None => self.setup.merges.then(|| [stdio::stdout(), stdio::stdout()]),
            },
        })
    }

    /// Starts the job; returns its process group and a pidfd.
    fn start(
        &self,
        attempt: Attempt<'_>,
        feed: Option<&Ready<'_>>,
        limit: &Limit,
        pipes: Option<&Pipes>,
    ) -> Result<(Pid, OwnedFd), Failure> {
        let mut plan = self.planner.plan(attempt.command)?;
        let terminal = match self.setup.stdin {
            Stdin::Terminal => Some(File::open("/dev/tty").map_err(|error| Unexecutable::without_terminal(&error))?),
            Stdin::Empty | Stdin::Inherited => None,
        };
        let stdin = feed.and_then(Ready::stdin).or(terminal.as_ref().map(AsFd::as_fd));
        let spawn = |plan: &Plan| self.spawn(plan, attempt, stdin, limit, pipes);
        let mut started = spawn(&plan);
        // Somebody has the file open to write it, most often a process that another thread is just starting.
        let mut patience = BUSY;
        while matches!(&started, Err(error) if error.raw_os_error() == Some(libc::ETXTBSY)) && !patience.is_zero() {
            let pause = Duration::from_millis(10).min(patience);
            thread::sleep(pause);
            patience -= pause;
            started = spawn(&plan);
        }
        // A script without #! is one for the shell, as every shell has it.
        if matches!(&started, Err(error) if error.raw_os_error() == Some(libc::ENOEXEC)) && !plan.by_shell {
            plan = self.planner.by_shell(attempt.command)?;
            started = spawn(&plan);
        }
        let error = match started {
            Ok(started) => return Ok(started),
            Err(error) => error,
        };
        self.planner.programs.forget(plan.name());
        let unexecutable = Unexecutable::from_error(&error, &plan);
        Err(match error.raw_os_error() {
            _ if is_shortage(&error) => Failure::Refused(Refusal::Shortage(error)),
            Some(libc::E2BIG) => Failure::Refused(Refusal::TooLong(unexecutable.message)),
            _ => Failure::Unexecutable(unexecutable),
        })
    }
}

impl Executor for Local {
    fn run(&self, attempt: Attempt<'_>, watch: &mut dyn Watch) -> Result<Finish, Refusal> {
        let pipes = self.setup.capture.then(|| Pipes::new(self.setup.merges)).transpose().map_err(Refusal::Shortage)?;
        let limit =
            self.memory.as_ref().map(|memory| memory.of(attempt.slot)).transpose().map_err(Refusal::Shortage)?;
        let limit = limit.unwrap_or_default();
        let feed = match attempt.feed.map(|feed| Ready::new(feed, attempt.fifo)).transpose() {
            Ok(Some(None)) => {
                let text = b"forkful: what this job was to read has been given to it before, and is gone\n";
                watch.output(Stream::Stderr, text);
                return Ok(Exit::Unstarted(126).into());
            }
            Ok(feed) => feed.flatten(),
            Err(error) if is_shortage(&error) => return Err(Refusal::Shortage(error)),
            Err(error) => {
                watch.output(Stream::Stderr, &unfed(&error));
                return Ok(Exit::Unstarted(126).into());
            }
        };
        let (pid, process) = match self.start(attempt, feed.as_ref(), &limit, pipes.as_ref()) {
            Ok(started) => started,
            Err(Failure::Refused(refusal)) => {
                feed.into_iter().for_each(Ready::give_back);
                return Err(refusal);
            }
            Err(Failure::Unexecutable(Unexecutable { status, message })) => {
                watch.output(Stream::Stderr, &[b"forkful: ", message.as_slice(), b"\n"].concat());
                return Ok(Exit::Unstarted(status).into());
            }
        };
        if let Some(guard) = &self.guard {
            guard.enter(attempt.slot, pid);
        }
        watch.started(pid);
        let feeding = feed.map(Ready::started);
        let finish =
            attend(pid, process.as_fd(), (pipes, feeding), self.setup.on_leak, watch).unwrap_or_else(|error| {
                watch.output(Stream::Stderr, format!("forkful: lost track of a job: {error}\n").as_bytes());
                Exit::Unstarted(126).into()
            });
        if let Some(guard) = &self.guard {
            guard.leave(attempt.slot);
        }
        let exit = self.memory.as_ref().map_or(finish.exit, |memory| memory.judge(&limit, finish.exit));
        if exit == Exit::OutOfMemory {
            watch.output(Stream::Stderr, NO_MEMORY.as_bytes());
        }
        Ok(Finish { exit, ..finish })
    }
}

/// Jobs that write to the runner's own stdout and stderr find closed what was closed when the runner was started: the
/// runtime has opened /dev/null there, in which their output would be lost in silence.
fn keep_closed() -> Result<(), Error> {
    for (number, fd) in [(1, stdio::stdout()), (2, stdio::stderr())] {
        if was_closed_at_start(number) {
            fcntl_setfd(fd, FdFlags::CLOEXEC)
                .map_err(|error| Error::System { what: "close stdout for jobs", cause: error.into() })?;
        }
    }
    Ok(())
}

/// Why a job has failed that ended with 0.
const LEAKED: &str = "forkful: the job has left processes running that held its output, and counts as failed; \
                      have it wait for them, or give them another output\n";

/// What has killed a job that the kernel has killed.
const NO_MEMORY: &str = "forkful: the kernel has killed a process of the job, because memory ran out; \
                         run fewer jobs at a time, or allow them more\n";

/// Sees a process through to its end.
fn attend(
    pid: Pid,
    process: BorrowedFd<'_>,
    (mut pipes, mut feeding): (Option<Pipes>, Option<Feeding>),
    on_leak: OnLeak,
    watch: &mut dyn Watch,
) -> io::Result<Finish> {
    BUFFER.with_borrow_mut(|buffer| {
        if let Some(Err(error)) = feeding.as_mut().map(Feeding::advance) {
            watch.output(Stream::Stderr, &unfed(&error));
        }
        match &mut pipes {
            Some(pipes) => pipes.pump(process, &mut feeding, buffer, watch)?,
            None if feeding.is_some() => Pipes::none().pump(process, &mut feeding, buffer, watch)?,
            None => wait(process)?,
        }
        let sent = feeding.map_or(0, Feeding::end);
        let mut leaked = false;
        if let Some(pipes) = pipes.as_mut().filter(|_| on_leak != OnLeak::Leave) {
            // Until it is reaped, its process group is its own and can be ended.
            leaked = pipes.pump_left_behind(buffer, watch)?;
            if leaked && on_leak != OnLeak::Wait {
                watch.leaked();
            }
            pipes.pump_until_closed(buffer, watch)?;
        }
        watch.ended();
        let (status, usage) = reap(pid)?;
        // Its number cannot have been given to another group so soon.
        let leaves = |_: &&mut Pipes| on_leak == OnLeak::Leave && test_kill_process_group(pid).is_ok();
        if let Some(pipes) = pipes.as_mut().filter(leaves) {
            leaked = pipes.pump_left_behind(buffer, watch)?;
        }
        let mut exit = match status {
            Status::Exited(code) => Exit::Code(code),
            Status::Killed(signal) => Exit::Signal(signal),
        };
        if leaked && on_leak == OnLeak::Fail && exit.is_success() {
            watch.output(Stream::Stderr, LEAKED.as_bytes());
            exit = Exit::Killed(Cause::Leak, 0);
        }
        Ok(Finish { usage, sent, leaked, ..Finish::from(exit) })
    })
}

/// Waits for the end of a process, which is still to be reaped.
fn wait(process: BorrowedFd<'_>) -> io::Result<()> {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    rustix::io::retry_on_intr(|| waitid(WaitId::PidFd(process), options)).map(drop).map_err(Into::into)
}

/// Why nothing was started.
enum Failure {
    Refused(Refusal),
    Unexecutable(Unexecutable),
}

impl From<Unexecutable> for Failure {
    fn from(unexecutable: Unexecutable) -> Self {
        Self::Unexecutable(unexecutable)
    }
}
