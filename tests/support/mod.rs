//! What every test stands on: a run of forkful in a directory of its own, written down like a line of the manual.
//!
//! `Forkful::new().args(["-k", "echo", ":::", "a"]).stdout("a\n").status(0).run()` runs the program in a fresh empty
//! directory, kills it after [`HANG_LIMIT`], checks what was expected (showing a diff), removes the directory and ends
//! what the run has left behind. Everything is bytes. `FORKFUL_UNDER_TEST` names another program to put to the test.

mod diff;
mod processes;
mod running;

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

pub(crate) use processes::{Marker, is_stopped, peak_memory, wait_until};
pub(crate) use running::{Output, Running};

/// After this long a run is said to hang and is killed. It is no measure of speed: nothing here takes seconds.
const HANG_LIMIT: Duration = Duration::from_secs(30);

/// A run in the making: the command line, what surrounds it and what is expected of it.
pub(crate) struct Forkful {
    root: TempDir,
    program: OsString,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    stdin: Option<Vec<u8>>,
    expected: Expected,
}

/// What a run must print and how it must end; what is not named is not looked at.
#[derive(Default)]
struct Expected {
    stdout: Option<Vec<u8>>,
    stderr: Option<Vec<u8>>,
    status: Option<i32>,
}

impl Forkful {
    /// The program under test, without arguments, with an empty stdin.
    pub(crate) fn new() -> Self {
        let root = tempfile::Builder::new().prefix("forkful-test-").tempdir().expect("a temporary directory");
        for name in ["work", "home", "tmp", "bin"] {
            fs::create_dir(root.path().join(name)).expect("a fresh directory");
        }
        for name in ["forkful", "sem"] {
            symlink(program_under_test(), root.path().join("bin").join(name)).expect("a link to the program");
        }
        let expected = Expected::default();
        Self { root, program: program_under_test(), args: Vec::new(), env: Vec::new(), stdin: None, expected }
    }

    /// A command line typed into bash, in which `forkful` is the program under test.
    pub(crate) fn shell(line: impl AsRef<[u8]>) -> Self {
        Self::new().program("/bin/bash").args(["--norc", "-c"]).arg(line)
    }

    /// Runs this program instead.
    pub(crate) fn program(mut self, program: impl AsRef<OsStr>) -> Self {
        self.program = program.as_ref().into();
        self
    }

    /// Adds one argument.
    pub(crate) fn arg(mut self, arg: impl AsRef<[u8]>) -> Self {
        self.args.push(OsStr::from_bytes(arg.as_ref()).into());
        self
    }

    /// Adds arguments.
    pub(crate) fn args(self, args: impl IntoIterator<Item: AsRef<[u8]>>) -> Self {
        args.into_iter().fold(self, Self::arg)
    }

    /// Sets an environment variable of the run.
    pub(crate) fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name.as_ref().into(), value.as_ref().into()));
        self
    }

    /// Creates a file, and the folders above it, in the directory of the run.
    pub(crate) fn file(self, name: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> Self {
        let path = self.dir().join(OsStr::from_bytes(name.as_ref()));
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, content).expect("a file");
        self
    }

    /// What the run reads; a pipe that ends after it.
    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(bytes.into());
        self
    }

    /// What stdout must be.
    pub(crate) fn stdout(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.expected.stdout = Some(bytes.as_ref().into());
        self
    }

    /// What stderr must be.
    pub(crate) fn stderr(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.expected.stderr = Some(bytes.as_ref().into());
        self
    }

    /// How the run must end: its exit status, or `-n` if signal n must have killed it.
    pub(crate) fn status(mut self, status: i32) -> Self {
        self.expected.status = Some(status);
        self
    }

    /// The directory that the run starts in.
    pub(crate) fn dir(&self) -> PathBuf {
        self.root.path().join("work")
    }

    /// Runs to the end and checks what was expected.
    pub(crate) fn run(self) -> Output {
        self.start().finish()
    }

    /// Starts the run, for tests that do something while it lasts. Its stdin stays open unless bytes were given.
    pub(crate) fn start(self) -> Running {
        self.start_with(None)
    }

    /// The same with this in place of a file as the run's stdout: a pipe, a full device.
    pub(crate) fn start_with(self, stdout: Option<Stdio>) -> Running {
        let at = |name: &str| self.root.path().join(name);
        let create = |name: &str| File::create(at(name)).expect("a file for output");
        let marker = Marker::new();
        let mut command = Command::new(&self.program);
        command.args(&self.args).current_dir(self.dir()).process_group(0).stdin(Stdio::piped());
        command.stdout(stdout.unwrap_or_else(|| create("stdout").into())).stderr(create("stderr"));
        let configures = |name: &OsStr| {
            let starts = [&b"PARALLEL"[..], b"FORKFUL", b"XDG_CONFIG_HOME"];
            starts.iter().any(|start| name.as_bytes().starts_with(start))
        };
        for (name, _) in env::vars_os().filter(|(name, _)| configures(name)) {
            command.env_remove(name);
        }
        let path = [at("bin").into(), env::var_os("PATH").unwrap_or_default()].join(OsStr::new(":"));
        command.env("PATH", path).env("HOME", at("home")).env("TMPDIR", at("tmp")).env("LC_ALL", "C.UTF-8");
        command.env("TERM", "xterm").env("PARALLEL_SHELL", "/bin/sh").env(Marker::NAME, marker.value()).envs(self.env);
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", self.program.display()));
        if let Some(bytes) = self.stdin {
            let mut pipe = child.stdin.take().expect("a pipe");
            // A run that ends before it has read everything is no failure of the one that writes.
            thread::spawn(move || pipe.write_all(&bytes));
        }
        Running::new(child, self.root, marker, self.expected)
    }
}

/// The program that the tests are about.
pub(crate) fn program_under_test() -> OsString {
    env::var_os("FORKFUL_UNDER_TEST").unwrap_or_else(|| env!("CARGO_BIN_EXE_forkful").into())
}

/// A file of the project.
pub(crate) fn project(path: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Each of these on a line of its own.
pub(crate) fn lines(items: impl IntoIterator<Item: ToString>) -> String {
    let lines: Vec<_> = items.into_iter().map(|item| item.to_string() + "\n").collect();
    lines.concat()
}

/// A number that no other test of this process has got.
fn fresh_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
