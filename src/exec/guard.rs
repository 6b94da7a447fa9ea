//! The guard: a small process that ends the jobs should the runner be killed with SIGKILL.
//!
//! It is forked before there are threads, sleeps on a pipe that only the runner holds the other end of, and shares
//! a table of the running process groups with it, so that entering a job costs one store. When the pipe closes
//! without a farewell, it ends the groups in the table with all descendants of their members, and, for a job that was
//! just being started or has left its group, every process that carries the runner's id in its environment.

use std::ffi::CStr;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, BorrowedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, setsid};

use super::{Census, ControlGroups, Family};
use crate::error::Error;
use crate::job::Slot;
use crate::os;

/// More slots than a machine has processes for; those beyond are found by their environment.
const SLOTS: usize = 1 << 16;

/// What the guard is called, so that the guard of another runner can tell it from a job.
pub(super) const NAME: &CStr = c"forkful-guard";

/// How long what has been killed may take to be gone.
const LAST_WAIT: Duration = Duration::from_secs(1);

/// How often it is looked whether all is gone.
const LOOK: Duration = Duration::from_millis(10);

/// The runner's side.
pub struct Guard {
    groups: &'static [AtomicI32],
    pipe: File,
}

impl Guard {
    /// Starts the guard. It will end jobs with these signals, each followed by a wait. It keeps `held` open, so that a
    /// lock which is to be held while jobs run is held until they have been ended, and removes their control groups
    /// then, as well as what has been made in the directory `litter` under a name with [`Guard::prefix`]. Before all
    /// it does `first`.
    ///
    /// # Errors
    /// When the process or its pipe cannot be made, or there are threads already.
    pub fn start(
        steps: &[(Signal, Duration)],
        held: Option<BorrowedFd<'_>>,
        control_groups: Option<ControlGroups>,
        litter: Option<&Path>,
        first: impl FnOnce(),
    ) -> Result<Self, Error> {
        let failed = |cause| Error::System { what: "start the guard process", cause };
        let groups = os::shared_numbers(SLOTS).map_err(failed)?;
        let (reader, writer) =
            rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC).map_err(|error| failed(error.into()))?;
        let runner = process::id();
        let other_end = writer.as_raw_fd();
        let guard = || {
            os::close(other_end);
            if watch(File::from(reader), held) == Runner::Dead {
                first();
                end_jobs(runner, groups, steps);
                if let Some(groups) = control_groups {
                    groups.dissolve();
                }
                if let Some(directory) = litter {
                    sweep(directory, &prefix_of(runner));
                }
            }
        };
        // Nothing that is sent by a name that it shares with the runner ends it, from its first moment on.
        os::without_any_signal(|| os::fork(guard)).map_err(failed)?;
        Ok(Self { groups, pipe: File::from(writer) })
    }

    /// What the names of files begin with that must not outlive this process.
    pub fn prefix() -> String {
        prefix_of(process::id())
    }

    /// A job runs.
    pub(super) fn enter(&self, slot: Slot, group: Pid) {
        self.store(slot, group.as_raw_nonzero().get());
    }

    /// It has ended.
    pub(super) fn leave(&self, slot: Slot) {
        self.store(slot, 0);
    }

    fn store(&self, slot: Slot, group: i32) {
        if let Some(place) = self.groups.get(slot.0) {
            place.store(group, Ordering::Relaxed);
        }
    }
}

impl Drop for Guard {
    /// The farewell: what jobs left in the background on purpose stays.
    fn drop(&mut self) {
        let _ = self.pipe.write_all(b"q");
    }
}

fn prefix_of(runner: u32) -> String {
    format!("forkful-{runner}-")
}

/// Removes what a runner that is dead has left in a directory.
fn sweep(directory: &Path, prefix: &str) {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().as_bytes().starts_with(prefix.as_bytes())) {
        let path = entry.path();
        let _ = fs::remove_file(&path).or_else(|_| fs::remove_dir_all(&path));
    }
}

/// What has become of the runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Runner {
    /// It has said farewell.
    Done,
    /// It was killed.
    Dead,
}

/// The guard's side: waits for the end of the runner.
fn watch(mut runner_lives: File, held: Option<BorrowedFd<'_>>) -> Runner {
    // A session of its own: what ends the runner's group for good does not end it.
    let _ = setsid();
    let _ = rustix::thread::set_name(NAME);
    let mut kept: Vec<i32> = held.iter().map(AsRawFd::as_raw_fd).chain([runner_lives.as_raw_fd()]).collect();
    kept.sort_unstable();
    release_descriptors(&kept);
    let mut farewell = [0];
    if matches!(runner_lives.read(&mut farewell), Ok(1)) { Runner::Done } else { Runner::Dead }
}

/// Ends the jobs of a runner that is dead.
fn end_jobs(runner: u32, groups: &[AtomicI32], steps: &[(Signal, Duration)]) {
    let mut family = Family::of_run(runner);
    groups.iter().map(|group| group.load(Ordering::Relaxed)).filter(|group| *group > 0).for_each(|id| family.add(id));
    for (signal, wait) in steps {
        family.signal(&Census::take(), *signal);
        if are_gone(&mut family, *signal, *wait) {
            return;
        }
    }
}

/// Waits for the end of all, who have got this signal. What appears while the others are killed is killed too.
fn are_gone(family: &mut Family, signal: Signal, wait: Duration) -> bool {
    let wait = if signal == Signal::KILL { wait.max(LAST_WAIT) } else { wait };
    let end = Instant::now() + wait;
    loop {
        let census = Census::take();
        if family.living(&census).is_empty() {
            return true;
        }
        if Instant::now() >= end {
            return false;
        }
        if signal == Signal::KILL {
            family.signal(&census, signal);
        }
        thread::sleep(LOOK.min(end.saturating_duration_since(Instant::now())));
    }
}

/// Whoever reads the runner's output must see its end when the runner ends, not when the guard does.
fn release_descriptors(kept: &[i32]) {
    let numbers: Vec<u32> = kept.iter().map(|fd| fd.cast_unsigned()).collect();
    if os::close_all_but(&numbers).is_ok() {
        return;
    }
    let Ok(open) = fs::read_dir("/proc/self/fd") else { return };
    let open: Vec<i32> = open.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    // The list holds the descriptor that it was read from, which is closed by now.
    for fd in open.into_iter().filter(|fd| !kept.contains(fd)) {
        os::close(fd);
    }
}
