//! Jobs as processes on this machine.

use std::cell::RefCell;
use std::ffi::CString;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::process::{Pid, WaitId, WaitIdOptions, WaitIdStatus, test_kill_process_group, waitid};

use super::environment::Environment;
use super::lookup::{Programs, Unusable};
use super::pump::Pipes;
use super::shell::Shell;
use super::words::{is_for_shell, plain_words};
use super::{Attempt, Executor, Guard, Shortage, Watch};
use crate::error::Error;
use crate::job::{Exit, Stream};
use crate::os::{Launch, Spawner};

/// Starts each job as a process that leads its own process group, with an empty stdin.
pub struct Local {
    spawner: Spawner,
    shell: Shell,
    programs: Programs,
    environment: Environment,
    stdin: File,
    guard: Option<Guard>,
    /// Whether output is captured; otherwise jobs write to the runner's own stdout and stderr (`-u`).
    capture: bool,
}

thread_local! {
    /// What a slot reads pipes into.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl Local {
    /// Must be called before signals are blocked or PATH and the environment are changed.
    ///
    /// # Errors
    /// When /dev/null cannot be opened, or the shell is of a kind that cannot be written for.
    pub fn new(capture: bool, guard: Option<Guard>) -> Result<Self, Error> {
        let system = |what| move |cause| Error::System { what, cause };
        Ok(Self {
            spawner: Spawner::new().map_err(system("prepare to start processes"))?,
            shell: Shell::choose()?,
            programs: Programs::new(),
            environment: Environment::new(),
            stdin: File::open("/dev/null").map_err(system("open /dev/null"))?,
            guard,
            capture,
        })
    }

    /// What to execute for a line: its own words, or a shell with the line.
    fn plan(&self, line: &[u8]) -> Result<Plan, Failure> {
        let Some(words) = plain_words(line).filter(|words| !is_for_shell(words, &self.shell)) else {
            return self.shell_plan(line);
        };
        let program = self.programs.find(&words[0]).map_err(|why| Failure::unusable(&words[0], why))?;
        let arguments = words.into_iter().map(CString::new).collect::<Result<_, _>>().map_err(|_| Failure::nul())?;
        Ok(Plan { program, arguments, by_shell: false })
    }

    fn shell_plan(&self, line: &[u8]) -> Result<Plan, Failure> {
        let path = self.shell.path.as_os_str().as_bytes();
        let program = self.programs.find(path).map_err(|why| Failure::unusable(path, why))?;
        let line = CString::new(line).map_err(|_| Failure::nul())?;
        Ok(Plan { arguments: vec![program.clone(), c"-c".to_owned(), line], program, by_shell: true })
    }

    fn spawn(&self, plan: &Plan, attempt: Attempt<'_>, pipes: Option<&Pipes>) -> io::Result<(Pid, OwnedFd)> {
        let own = Environment::of(attempt);
        self.spawner.spawn(&Launch {
            program: &plan.program,
            arguments: &plan.arguments,
            environment: [self.environment.common(), &own],
            stdin: self.stdin.as_fd(),
            outputs: pipes.and_then(Pipes::writers),
        })
    }

    /// Starts the job; returns its process group and a pidfd.
    fn start(&self, attempt: Attempt<'_>, pipes: Option<&Pipes>) -> Result<(Pid, OwnedFd), Failure> {
        let plan = self.plan(attempt.line)?;
        let error = match self.spawn(&plan, attempt, pipes) {
            Ok(started) => return Ok(started),
            // A script without #! is one for the shell, as every shell has it.
            Err(error) if error.raw_os_error() == Some(libc::ENOEXEC) && !plan.by_shell => {
                let plan = self.shell_plan(attempt.line)?;
                match self.spawn(&plan, attempt, pipes) {
                    Ok(started) => return Ok(started),
                    Err(error) => error,
                }
            }
            Err(error) => error,
        };
        let name = plan.arguments.first().map_or(&b""[..], |name| name.to_bytes());
        self.programs.forget(name);
        Err(match Shortage::from_error(error) {
            Ok(shortage) => Failure::Shortage(shortage),
            Err(error) => Failure::exec(name, &error, &plan),
        })
    }
}

impl Executor for Local {
    fn run(&self, attempt: Attempt<'_>, watch: &mut dyn Watch) -> Result<Exit, Shortage> {
        let pipes = self.capture.then(Pipes::new).transpose().map_err(Shortage)?;
        let (pid, process) = match self.start(attempt, pipes.as_ref()) {
            Ok(started) => started,
            Err(Failure::Shortage(shortage)) => return Err(shortage),
            Err(Failure::Unstarted { status, message }) => {
                watch.output(Stream::Stderr, &[b"forkful: ", message.as_slice(), b"\n"].concat());
                return Ok(Exit::Unstarted(status));
            }
        };
        if let Some(guard) = &self.guard {
            guard.enter(attempt.slot, pid);
        }
        watch.started(pid);
        let exit = attend(pid, &process, pipes, watch).unwrap_or_else(|error| {
            watch.output(Stream::Stderr, format!("forkful: lost track of a job: {error}\n").as_bytes());
            Exit::Unstarted(126)
        });
        if let Some(guard) = &self.guard {
            guard.leave(attempt.slot);
        }
        Ok(exit)
    }
}

/// Sees a process through to its end.
fn attend(pid: Pid, process: &OwnedFd, mut pipes: Option<Pipes>, watch: &mut dyn Watch) -> io::Result<Exit> {
    BUFFER.with_borrow_mut(|buffer| {
        match &mut pipes {
            Some(pipes) => pipes.pump(process, buffer, watch)?,
            None => drop(wait(process, WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)?),
        }
        watch.ended();
        let status = wait(process, WaitIdOptions::EXITED)?.ok_or_else(|| io::Error::other("no exit status"))?;
        // Its number cannot have been given to another group so soon.
        if let Some(pipes) = pipes.as_mut().filter(|_| test_kill_process_group(pid).is_ok()) {
            pipes.pump_left_behind(buffer, watch)?;
        }
        let code = status.exit_status().map(Exit::Code);
        let signal = status.terminating_signal().map(Exit::Signal);
        code.or(signal).ok_or_else(|| io::Error::other("neither exit status nor signal"))
    })
}

fn wait(process: &OwnedFd, options: WaitIdOptions) -> io::Result<Option<WaitIdStatus>> {
    Ok(rustix::io::retry_on_intr(|| waitid(WaitId::PidFd(process.as_fd()), options))?)
}

/// What to execute.
struct Plan {
    program: CString,
    arguments: Vec<CString>,
    by_shell: bool,
}

/// Why nothing was started.
enum Failure {
    Shortage(Shortage),
    Unstarted { status: i32, message: Vec<u8> },
}

impl Failure {
    fn unstarted(status: i32, name: &[u8], what: &str) -> Self {
        // A name of a hundred kilobytes helps nobody.
        let name = if name.len() > 200 { [&name[..200], "…".as_bytes()].concat() } else { name.to_vec() };
        Self::Unstarted { status, message: [name.as_slice(), b": ", what.as_bytes()].concat() }
    }

    fn nul() -> Self {
        Self::Unstarted { status: 126, message: b"the command line holds a NUL byte, which no argument can".to_vec() }
    }

    fn unusable(name: &[u8], why: Unusable) -> Self {
        let here = Path::new(std::ffi::OsStr::from_bytes(name)).is_file();
        match why {
            Unusable::NotFound if here => {
                let hint = format!("command not found; for the file in this directory write ./{}", name.escape_ascii());
                Self::unstarted(127, name, &hint)
            }
            Unusable::NotFound => Self::unstarted(127, name, "command not found"),
            Unusable::NotExecutable => Self::unstarted(126, name, "not executable; chmod +x makes it so"),
        }
    }

    fn exec(name: &[u8], error: &io::Error, plan: &Plan) -> Self {
        let file = Path::new(std::ffi::OsStr::from_bytes(plan.program.to_bytes()));
        match error.raw_os_error() {
            Some(libc::ENOENT) if file.exists() => {
                Self::unstarted(127, name, "the interpreter that its first line names was not found")
            }
            Some(libc::ENOENT | libc::ENOTDIR) => Self::unstarted(127, name, "command not found"),
            Some(libc::EACCES) if file.is_dir() => Self::unstarted(126, name, "is a directory"),
            Some(libc::EACCES) => Self::unstarted(126, name, "not executable; chmod +x makes it so"),
            Some(libc::E2BIG) => Self::unstarted(126, name, &too_long(plan)),
            _ => Self::unstarted(126, name, &error.to_string()),
        }
    }
}

/// The kernel takes 128 KiB for one argument, and for all of them with the environment a quarter of the stack's limit.
fn too_long(plan: &Plan) -> String {
    let longest = plan.arguments.iter().map(|argument| argument.as_bytes_with_nul().len()).max().unwrap_or(0);
    let total: usize = plan.arguments.iter().map(|argument| argument.as_bytes_with_nul().len()).sum();
    if longest <= 128 << 10 {
        return format!("the arguments, {total} bytes in all, are more than the kernel takes; use fewer (-n)");
    }
    let what = if plan.by_shell { "the line for the shell" } else { "an argument" };
    format!("{what} has {} bytes, the kernel takes at most 131071; pass it in a file", longest - 1)
}
