//! Running a block: a shell of its own in a session of its own, an empty directory and home, and ten seconds.

use std::fs::{self, Permissions};
use std::io::{Read, pipe};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use std::{env, thread};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::block::Block;

/// How long a block may take.
const LIMIT: Duration = Duration::from_secs(10);
/// What the script prints after each command, before the command's number and exit status.
const MARK: &str = "==conformance-mark-7d2e==";

/// The directory with `par` and `xpar`, the names that the cases call the tools by.
pub(crate) struct Tools {
    folder: TempDir,
    references: bool,
}

impl Tools {
    /// Wraps the program as `par`, and its xargs mode as `xpar`.
    pub(crate) fn new(program: &str) -> Self {
        let references = Path::new(program).file_name().is_some_and(|name| name == "parallel");
        let path = env::var("PATH").unwrap_or_default();
        let mut places = path.split(':').map(|folder| Path::new(folder).join(program));
        let found = places.find(|place| place.exists()).unwrap_or_else(|| program.into());
        let program = fs::canonicalize(found).unwrap_or_else(|error| panic!("{program}: {error}"));
        let program = format!("'{}'", program.display().to_string().replace('\'', "'\\''"));
        let folder = tempfile::tempdir().expect("a temporary directory");
        let xargs = if references { "xargs".to_owned() } else { format!("{program} --like xargs") };
        for (name, command) in [("par", &program), ("xpar", &xargs)] {
            let path = folder.path().join(name);
            fs::write(&path, format!("#!/bin/bash\nexec {command} \"$@\"\n")).expect("a script");
            fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("permissions");
        }
        Self { folder, references }
    }

    /// Whether `par` is GNU parallel itself.
    pub(crate) fn are_the_references(&self) -> bool {
        self.references
    }
}

/// What each command printed, for those that ended.
pub(crate) struct Transcript {
    /// The output of each command, and its exit status.
    pub(crate) outputs: Vec<(Vec<u8>, String)>,
    pub(crate) timed_out: bool,
}

/// Runs a block.
pub(crate) fn execute(block: &Block, tools: &Tools) -> Transcript {
    let root = tempfile::tempdir().expect("a temporary directory");
    for name in ["home/.parallel", "work", "tmp"] {
        fs::create_dir_all(root.path().join(name)).expect("a folder");
    }
    fs::write(root.path().join("home/.parallel/will-cite"), "").expect("a file");
    let mut script = Vec::new();
    for (index, command) in block.commands.iter().enumerate() {
        script.extend_from_slice(&command.text);
        script.extend_from_slice(format!("\necho \"{MARK} {index} $?\"\n").as_bytes());
    }
    fs::write(root.path().join("script"), script).expect("a script");
    let (output, timed_out) = run_script(root.path(), tools.folder.path());
    Transcript { outputs: split(&output), timed_out }
}

/// Runs the script until nothing holds its output open any more, or the time is up.
fn run_script(root: &Path, tools: &Path) -> (Vec<u8>, bool) {
    let (mut reader, writer) = pipe().expect("a pipe");
    let path = format!("{}:{}", tools.display(), env::var("PATH").unwrap_or_default());
    // `setsid` executes its command in its own process, which so leads the session that is killed afterwards.
    let mut command = Command::new("setsid");
    command.args(["/bin/bash", "--norc"]).arg(root.join("script")).current_dir(root.join("work"));
    command.env_clear().envs(env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("FORKFUL")));
    command.env("PATH", path).env("HOME", root.join("home")).env("SHELL", "/bin/bash").env("TMPDIR", root.join("tmp"));
    command
        .env("PARALLEL_HOME", root.join("home/.parallel"))
        .env("LC_ALL", "C.UTF-8")
        .env("TZ", "UTC")
        .env("COLUMNS", "80")
        .stdin(Stdio::null());
    command.stdout(writer.try_clone().expect("a descriptor")).stderr(writer);
    let mut shell = command.spawn().expect("setsid");
    drop(command); // with its write ends of the pipe
    let session = i32::try_from(shell.id()).expect("a process id");
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut output = Vec::new();
        reader.read_to_end(&mut output).expect("a readable pipe");
        sender.send(output)
    });
    let in_time = receiver.recv_timeout(LIMIT);
    let timed_out = in_time.is_err();
    if timed_out {
        kill_session(session);
    }
    let output = in_time.unwrap_or_else(|_| receiver.recv_timeout(LIMIT).unwrap_or_default());
    kill_session(session);
    shell.wait().expect("wait");
    (output, timed_out)
}

/// Kills the processes of a session, those in process groups of their own too.
fn kill_session(session: i32) {
    for entry in fs::read_dir("/proc").expect("/proc").flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let stat = fs::read(entry.path().join("stat")).unwrap_or_default();
        let stat = String::from_utf8_lossy(&stat).into_owned();
        let field = stat.rsplit_once(") ").and_then(|(_, fields)| fields.split(' ').nth(3)?.parse().ok());
        if field == Some(session)
            && let Some(pid) = Pid::from_raw(pid)
        {
            kill_process(pid, Signal::KILL).ok();
        }
    }
}

/// Takes the output apart at the marks.
fn split(output: &[u8]) -> Vec<(Vec<u8>, String)> {
    let mut outputs = Vec::new();
    let mut rest = output;
    while let Some(at) = memchr::memmem::find(rest, MARK.as_bytes()) {
        let end = memchr::memchr(b'\n', &rest[at..]).map_or(rest.len(), |end| at + end);
        let status = String::from_utf8_lossy(&rest[at..end]);
        outputs.push((rest[..at].to_vec(), status.rsplit(' ').next().unwrap_or_default().to_owned()));
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    outputs
}
