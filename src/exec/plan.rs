//! From a command to what is executed: a program with its arguments, found along PATH, or a shell with a line.

use std::ffi::{CString, OsStr};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::Command;
use super::limits::Limits;
use super::lookup::{Programs, Unusable};
use super::shell::Shell;
use super::words::{is_always_direct, is_for_shell, plain_words};
use crate::error::Error;
use crate::host;
use crate::job::{Dialect, Values};
use crate::os::{HoldsNul, Strings};

/// What to execute.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) program: CString,
    pub(super) arguments: Strings,
    pub(super) by_shell: bool,
}

/// Why a command cannot be executed, with a shell's exit status for that.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unexecutable {
    pub(super) status: i32,
    pub(super) message: Vec<u8>,
}

/// Knows what is executed for a command.
pub struct Planner {
    pub(super) shell: Shell,
    pub(super) programs: Programs,
    pub(super) limits: Limits,
}

impl Planner {
    /// With the shell that GNU parallel would choose, PATH as it is now, and the kernel's limits.
    ///
    /// # Errors
    /// When the shell is of a kind that cannot be written for.
    pub fn new() -> Result<Self, Error> {
        Ok(Self { shell: Shell::choose()?, programs: Programs::new(), limits: Limits::of_this_machine() })
    }

    /// For argument vectors: a shell runs only scripts that do not say what runs them.
    pub fn without_shell() -> Self {
        let limits = Limits::of_this_machine();
        Self { shell: Shell::plain(), programs: Programs::new(), limits }
    }

    /// How much the kernel takes for one job.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// How values have to be quoted for the shell.
    pub fn dialect(&self) -> Dialect {
        self.shell.dialect()
    }

    /// The words of a line that is executed without a shell whatever plain words follow.
    pub fn direct_words(&self, line: &[u8]) -> Option<Values> {
        plain_words(line).filter(|words| is_always_direct(words, &self.shell))
    }

    /// Whether this line is executed without a shell.
    pub fn is_direct(&self, line: &[u8]) -> bool {
        plain_words(line).is_some_and(|words| !is_for_shell(&words, &self.shell))
    }

    /// What to execute for a command: its own words, or a shell with the line.
    pub(super) fn plan(&self, command: Command<'_>) -> Result<Plan, Unexecutable> {
        match command {
            Command::Words(words) => self.words(words.get(0).unwrap_or_default(), Strings::of(words.iter())),
            Command::Line { line, .. } => match plain_words(line).filter(|words| !is_for_shell(words, &self.shell)) {
                Some(words) => self.words(words.get(0).unwrap_or_default(), Strings::of(words.iter())),
                None => self.by_shell(command),
            },
        }
    }

    fn words(&self, name: &[u8], arguments: Result<Strings, HoldsNul>) -> Result<Plan, Unexecutable> {
        let program = self.programs.find(name).map_err(|why| Unexecutable::unusable(name, why))?;
        Ok(Plan { program, arguments: arguments.map_err(|HoldsNul| Unexecutable::nul())?, by_shell: false })
    }

    /// A shell with the line; where that is too long for one string, with a line that finds its arguments in `"$@"`.
    pub(super) fn by_shell(&self, command: Command<'_>) -> Result<Plan, Unexecutable> {
        let path = self.shell.path.as_os_str().as_bytes();
        let program = self.programs.find(path).map_err(|why| Unexecutable::unusable(path, why))?;
        let start = [program.to_bytes(), b"-c"];
        let arguments = match command {
            Command::Line { line, with_parameters: Some((script, parameters)) } if line.len() > self.limits.string => {
                Strings::of(start.into_iter().chain([script, program.to_bytes()]).chain(parameters.iter()))
            }
            Command::Line { line, .. } => Strings::of(start.into_iter().chain([line])),
            // The file of the first word is a script without #!, which shells run themselves.
            Command::Words(words) => {
                let name = words.get(0).unwrap_or_default();
                let script = self.programs.find(name).map_err(|why| Unexecutable::unusable(name, why))?;
                Strings::of([program.to_bytes(), script.to_bytes()].into_iter().chain(words.iter().skip(1)))
            }
        };
        Ok(Plan { program, arguments: arguments.map_err(|HoldsNul| Unexecutable::nul())?, by_shell: true })
    }
}

impl Unexecutable {
    fn new(status: i32, name: &[u8], what: &str) -> Self {
        // A name of a hundred kilobytes helps nobody.
        let name = if name.len() > 200 { [&name[..200], "…".as_bytes()].concat() } else { name.to_vec() };
        Self { status, message: [name.as_slice(), b": ", what.as_bytes()].concat() }
    }

    /// For a job that was to read from a terminal.
    pub(super) fn without_terminal(error: &io::Error) -> Self {
        Self::new(126, b"/dev/tty", &format!("cannot open the terminal: {error}; leave -o out"))
    }

    fn nul() -> Self {
        Self { status: 126, message: b"the command line holds a NUL byte, which no argument can".to_vec() }
    }

    fn unusable(name: &[u8], why: Unusable) -> Self {
        let here = Path::new(OsStr::from_bytes(name)).is_file();
        match why {
            Unusable::NotFound if here => {
                let hint = format!("command not found; for the file in this directory write ./{}", name.escape_ascii());
                Self::new(127, name, &hint)
            }
            Unusable::NotFound => Self::new(127, name, "command not found"),
            Unusable::NotExecutable => Self::new(126, name, "not executable; chmod +x makes it so"),
        }
    }

    /// From the error of an execution.
    pub(super) fn from_error(error: &io::Error, plan: &Plan) -> Self {
        let name = plan.name();
        let file = Path::new(OsStr::from_bytes(plan.program.to_bytes()));
        match error.raw_os_error() {
            Some(libc::ENOENT) if file.exists() => {
                Self::new(127, name, "the interpreter that its first line names was not found")
            }
            Some(libc::ENOENT | libc::ENOTDIR) => Self::new(127, name, "command not found"),
            Some(libc::EACCES) if file.is_dir() => Self::new(126, name, "is a directory"),
            Some(libc::EACCES) => Self::new(126, name, "not executable; chmod +x makes it so"),
            Some(libc::E2BIG) => Self::new(126, name, &plan.too_long()),
            _ => Self::new(126, name, &error.to_string()),
        }
    }
}

impl Plan {
    /// The name that the program is called by.
    pub(super) fn name(&self) -> &[u8] {
        self.arguments.get(0).map_or(&b""[..], |name| name.to_bytes())
    }

    /// What the kernel found too long.
    fn too_long(&self) -> String {
        let (longest, total) = (self.arguments.longest(), self.arguments.total_size());
        if longest <= host::LONGEST_STRING {
            return format!("the arguments, {total} bytes in all, are more than the kernel takes; use fewer (-n)");
        }
        let what = if self.by_shell { "the line for the shell" } else { "an argument" };
        format!("{what} has {longest} bytes, the kernel takes at most {}; pass it in a file", host::LONGEST_STRING)
    }
}
