//! Processes as tests see them: found by a mark in their environment, signalled, waited for without guessing.

use std::fs;
use std::process;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// How long a condition may take to come true.
const PATIENCE: Duration = Duration::from_secs(20);

/// A variable that all processes of one run inherit, wherever they move to.
pub(crate) struct Marker(String);

impl Marker {
    /// The variable's name.
    pub(crate) const NAME: &str = "FORKFUL_TEST_RUN";

    /// A mark that no other run carries.
    pub(crate) fn new() -> Self {
        Self(format!("{}-{}", process::id(), super::fresh_number()))
    }

    /// The variable's value.
    pub(crate) fn value(&self) -> &str {
        &self.0
    }

    /// The processes that carry the mark and have not ended.
    pub(crate) fn processes(&self) -> Vec<i32> {
        let mark = format!("{}={}", Self::NAME, self.0);
        let carries = |pid: &i32| {
            let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            environment.split(|&byte| byte == 0).any(|variable| variable == mark.as_bytes())
        };
        all_processes().filter(carries).collect()
    }

    /// Ends what carries the mark.
    pub(crate) fn sweep(&self) {
        self.processes().into_iter().for_each(|pid| signal(pid, Signal::KILL));
    }
}

fn all_processes() -> impl Iterator<Item = i32> {
    let entries = fs::read_dir("/proc").expect("/proc").flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// Whether the process is stopped by a signal.
pub(crate) fn is_stopped(pid: i32) -> bool {
    let stat = fs::read(format!("/proc/{pid}/stat")).unwrap_or_default();
    String::from_utf8_lossy(&stat).rsplit_once(") ").is_some_and(|(_, fields)| fields.starts_with('T'))
}

/// The most memory that a living process has had in use, in KiB.
pub(crate) fn peak_memory(pid: i32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("a living process");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB"));
    peak.and_then(|peak| peak.trim().parse().ok()).expect("a number of kB")
}

/// Sends a signal; a process that has ended gets none.
pub(crate) fn signal(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        kill_process(pid, signal).ok();
    }
}

/// Waits for something that must come true, and fails the test if it does not.
pub(crate) fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "waited {PATIENCE:?} for this: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}
