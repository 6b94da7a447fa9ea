//! A run that has been started: watching it, waiting for it and checking what came of it.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use tempfile::TempDir;

use super::diff::diff;
use super::{Expected, HANG_LIMIT, Marker, processes, wait_until};

/// A run that may still be going on.
pub(crate) struct Running {
    /// The write end of the run's stdin, unless its bytes were given beforehand. Dropping it is the end of input.
    pub(crate) stdin: Option<ChildStdin>,
    child: Child,
    remains: Remains,
    expected: Expected,
}

/// What came of a run. Its directory lives as long as this does.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    /// The exit status, or `-n` if signal n killed the run.
    pub(crate) status: i32,
    /// The directory that the run was started in.
    pub(crate) dir: PathBuf,
    _remains: Remains,
}

/// The run's directory and processes, which end with it.
struct Remains {
    root: TempDir,
    marker: Marker,
}

impl Drop for Remains {
    fn drop(&mut self) {
        self.marker.sweep();
    }
}

impl std::fmt::Debug for Remains {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.root.path().fmt(f)
    }
}

impl Output {
    /// Checks that stderr says all of this.
    pub(crate) fn complains_of(self, words: &[&str]) -> Self {
        let stderr = String::from_utf8_lossy(&self.stderr);
        for word in words {
            assert!(stderr.contains(word), "nothing of `{word}` on stderr: {stderr}");
        }
        drop(stderr);
        self
    }

    /// The lines of the job log `log`, without its header, as columns.
    pub(crate) fn job_log(&self) -> Vec<Vec<String>> {
        let log = fs::read(self.dir.join("log")).expect("a job log");
        let lines = String::from_utf8_lossy(&log).lines().map(str::to_owned).collect::<Vec<_>>();
        lines.iter().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
    }

    /// Number, exit value, signal and command of every job in the job log `log`, in the order of their numbers.
    pub(crate) fn logged(&self) -> Vec<(String, String, String, String)> {
        let mut lines = self.job_log();
        lines.sort_by_key(|line| line[0].parse::<u64>().expect("a number"));
        lines.into_iter().map(|line| (line[0].clone(), line[6].clone(), line[7].clone(), line[8].clone())).collect()
    }
}

impl Running {
    pub(super) fn new(mut child: Child, root: TempDir, marker: Marker, expected: Expected) -> Self {
        Self { stdin: child.stdin.take(), child, remains: Remains { root, marker }, expected }
    }

    /// The directory that the run was started in.
    pub(crate) fn dir(&self) -> PathBuf {
        self.remains.root.path().join("work")
    }

    /// The process id of the program.
    pub(crate) fn pid(&self) -> i32 {
        i32::try_from(self.child.id()).expect("a process id")
    }

    /// Sends the program a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        processes::signal(self.pid(), signal);
    }

    /// All processes of the run that have not ended.
    pub(crate) fn processes(&self) -> Vec<i32> {
        self.remains.marker.processes()
    }

    /// What has come out so far.
    pub(crate) fn stdout(&self) -> Vec<u8> {
        fs::read(self.remains.root.path().join("stdout")).unwrap_or_default()
    }

    /// How much of it that is.
    pub(crate) fn stdout_size(&self) -> usize {
        let file = fs::metadata(self.remains.root.path().join("stdout")).expect("a file");
        usize::try_from(file.len()).expect("a size")
    }

    /// What has come out on stderr so far.
    pub(crate) fn stderr(&self) -> Vec<u8> {
        fs::read(self.remains.root.path().join("stderr")).unwrap_or_default()
    }

    /// Waits for a file in the directory of the run, by which a job says how far it is.
    pub(crate) fn wait_for_file(&self, name: &str) {
        let path = self.dir().join(name);
        wait_until(&format!("the file {name}; stderr: {}", self.stderr().escape_ascii()), || path.exists());
    }

    /// Creates a file in the directory of the run, for which a job waits.
    pub(crate) fn touch(&self, name: &str) {
        fs::write(self.dir().join(name), "").expect("a file");
    }

    /// Waits for the end of the run, of input first, and checks what was expected.
    pub(crate) fn finish(mut self) -> Output {
        self.stdin = None;
        let status = self.wait();
        let [stdout, stderr] = [self.stdout(), self.stderr()];
        let status = status.code().unwrap_or_else(|| -status.signal().unwrap_or_default());
        let compared = [("stdout", &self.expected.stdout, &stdout), ("stderr", &self.expected.stderr, &stderr)];
        let mut complaints: Vec<String> = (compared.into_iter())
            .filter_map(|(name, expected, actual)| Some((name, diff(expected.as_ref()?, actual)?)))
            .map(|(name, text)| format!("{name} (- expected, + actual):\n{text}"))
            .collect();
        if let Some(expected) = self.expected.status.filter(|&expected| expected != status) {
            complaints.push(format!("exit status: expected {expected}, got {status}\n"));
        }
        assert!(complaints.is_empty(), "\n{}stderr was: {}", complaints.concat(), stderr.escape_ascii());
        let dir = self.dir();
        Output { stdout, stderr, status, dir, _remains: self.remains }
    }

    fn wait(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("wait") {
                return status;
            }
            if start.elapsed() > HANG_LIMIT {
                self.signal(Signal::KILL);
                self.child.wait().expect("wait");
                let [stdout, stderr] = [self.stdout(), self.stderr()].map(|bytes| bytes.escape_ascii().to_string());
                panic!("hangs: killed after {HANG_LIMIT:?}\nstdout: {stdout:.2000}\nstderr: {stderr:.2000}");
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}
