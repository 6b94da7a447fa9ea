//! The memory of jobs: how much each may have, and whether the kernel has killed one because it ran out.
//!
//! A limit is kept by a control group for each slot, where this process may make some; otherwise by the address space
//! of each process of a job, which is more than the memory it uses. Without a limit, a job that was killed is compared
//! with the kernel's count of such kills.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::cgroup::{Group, Kills, Version};
use crate::job::{Exit, Slot};

/// How much memory each job may have.
#[derive(Debug)]
pub struct Memory(Kind);

#[derive(Debug)]
enum Kind {
    /// What there is; how often the kernel has killed is compared.
    Unlimited(Mutex<Deaths>),
    /// A control group for each slot.
    Groups(Cells),
    /// This many bytes of addresses for each process.
    Addresses(u64),
}

/// A limit for one attempt.
#[derive(Debug, Default)]
pub(super) struct Limit {
    cell: Option<Arc<Cell>>,
    pub(super) addresses: Option<u64>,
    /// Kills in the cell before.
    before: u64,
}

impl Memory {
    /// Limits each job to this many bytes, if any; with what to tell the user about how. Must be called before the
    /// guard is started and there is a second thread, because this process may move to another control group.
    pub fn new(limit: Option<u64>) -> (Self, Option<String>) {
        let Some(limit) = limit else {
            return (Self(Kind::Unlimited(Mutex::new(Deaths::new(Kills::of_this_process())))), None);
        };
        match Cells::new(limit) {
            Ok(cells) => {
                let place = cells.groups.base.path.display();
                let text =
                    format!("--memory-max: the processes of a job have a limit together, by control groups in {place}");
                (Self(Kind::Groups(cells)), Some(text))
            }
            Err(why) => {
                let text = format!(
                    "--memory-max: each process of a job has a limit of its own, for its address space (as by ulimit -v), \
                     because there can be no control group: {why}"
                );
                (Self(Kind::Addresses(limit)), Some(text))
            }
        }
    }

    /// The control groups, which are to be dissolved when all jobs have ended.
    pub fn control_groups(&self) -> Option<ControlGroups> {
        match &self.0 {
            Kind::Groups(cells) => Some(cells.groups.clone()),
            Kind::Unlimited(_) | Kind::Addresses(_) => None,
        }
    }

    /// The limit for an attempt in a slot.
    pub(super) fn of(&self, slot: Slot) -> io::Result<Limit> {
        match &self.0 {
            Kind::Unlimited(_) => Ok(Limit::default()),
            Kind::Addresses(limit) => Ok(Limit { addresses: Some(*limit), ..Limit::default() }),
            Kind::Groups(cells) => {
                let cell = cells.of(slot)?;
                let before = cell.kills.count().unwrap_or(0);
                Ok(Limit { cell: Some(cell), before, addresses: None })
            }
        }
    }

    /// How an attempt has ended, when it is known whether memory ran out.
    pub(super) fn judge(&self, limit: &Limit, exit: Exit) -> Exit {
        // A shell tells of what it has waited for by 128 + n.
        let looks_killed = matches!(exit, Exit::Signal(libc::SIGKILL) | Exit::Code(137));
        let ran_out = match (&self.0, &limit.cell) {
            (Kind::Groups(_), Some(cell)) => {
                exit.is_failure() && cell.kills.count().is_some_and(|count| count > limit.before)
            }
            (Kind::Unlimited(deaths), _) => {
                looks_killed && deaths.lock().unwrap_or_else(PoisonError::into_inner).has_new(Instant::now())
            }
            _ => false,
        };
        if ran_out { Exit::OutOfMemory } else { exit }
    }
}

impl Limit {
    /// The file that moves the process that writes to it into the control group.
    pub(super) fn joins(&self) -> Option<BorrowedFd<'_>> {
        self.cell.as_ref().map(|cell| cell.members.as_fd())
    }
}

/// Those that are made for a run.
#[derive(Clone, Debug)]
pub struct ControlGroups {
    /// That in which this process was.
    own: Group,
    /// The one to which it has moved, if it has.
    runner: Option<Group>,
    /// What the jobs are below.
    base: Group,
}

impl ControlGroups {
    /// Takes them away. Processes that jobs have left behind on purpose go to where the runner was.
    pub(super) fn dissolve(&self) {
        self.base.dissolve(&self.own);
        if let Some(runner) = &self.runner {
            self.own.keep_memory();
            runner.dissolve(&self.own);
        }
    }
}

/// The control groups of a run.
#[derive(Debug)]
struct Cells {
    groups: ControlGroups,
    limit: u64,
    slots: Mutex<BTreeMap<Slot, Arc<Cell>>>,
    /// How many have been made.
    made: AtomicU64,
}

#[derive(Debug)]
struct Cell {
    group: Group,
    members: File,
    kills: Kills,
}

impl Cells {
    fn new(limit: u64) -> io::Result<Self> {
        let own = Group::of_this_process().ok_or_else(|| io::Error::other("there is none for memory"))?;
        let runner = own.hand_memory_down()?;
        let base = own.child(&format!("forkful-{}", process::id()))?;
        // From now on they are dissolved if something fails.
        let cells = Self {
            groups: ControlGroups { own, runner, base },
            limit,
            slots: Mutex::new(BTreeMap::new()),
            made: AtomicU64::new(0),
        };
        cells.groups.base.hand_memory_down()?;
        cells.of(Slot(1))?;
        Ok(cells)
    }

    /// That of the slot; a new one if the last job has left something in it.
    fn of(&self, slot: Slot) -> io::Result<Arc<Cell>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cell) = slots.get(&slot).filter(|cell| cell.group.is_empty()) {
            return Ok(Arc::clone(cell));
        }
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let cell = Arc::new(self.make(&format!("slot-{slot}-{number}"))?);
        slots.insert(slot, Arc::clone(&cell));
        Ok(cell)
    }

    fn make(&self, name: &str) -> io::Result<Cell> {
        let group = self.groups.base.child(name)?;
        let limit = self.limit.to_string();
        group.write(group.version.file_of_limit(), &limit)?;
        // Memory on a disk is none; where the kernel cannot tell them apart, the limit is for the rest.
        let more: &[(&str, &str)] = match group.version {
            Version::One => &[("memory.memsw.limit_in_bytes", limit.as_str())],
            Version::Two => &[("memory.swap.max", "0"), ("memory.oom.group", "1")],
        };
        for (file, text) in more {
            let _ = group.write(file, text);
        }
        let members = File::options().write(true).open(group.path.join("cgroup.procs"))?;
        Ok(Cell { members, kills: group.kills()?, group })
    }
}

impl Drop for Cells {
    fn drop(&mut self) {
        self.groups.dissolve();
    }
}

/// Kills that no job has been charged with.
#[derive(Debug, Default)]
struct Deaths {
    kills: Option<Kills>,
    seen: u64,
    /// How many that were seen may be those of other jobs that end just now, and since when.
    spare: u64,
    since: Option<Instant>,
}

/// Within this time a kill and the end of a job belong together.
const TOGETHER: Duration = Duration::from_secs(1);

impl Deaths {
    fn new(kills: Option<Kills>) -> Self {
        let seen = kills.as_ref().and_then(Kills::count).unwrap_or(0);
        Self { kills, seen, ..Self::default() }
    }

    /// Whether there was one more.
    fn has_new(&mut self, now: Instant) -> bool {
        let Some(count) = self.kills.as_ref().and_then(Kills::count) else { return false };
        self.charge(count, now)
    }

    fn charge(&mut self, count: u64, now: Instant) -> bool {
        if self.since.is_some_and(|since| now.duration_since(since) > TOGETHER) {
            self.spare = 0;
        }
        if count > self.seen {
            self.spare += count - self.seen;
            self.since = Some(now);
            self.seen = count;
        }
        let any = self.spare > 0;
        self.spare = self.spare.saturating_sub(1);
        any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kill_is_charged_to_one_job_that_has_just_ended() {
        let (now, mut deaths) = (Instant::now(), Deaths { seen: 5, ..Deaths::default() });
        assert!(!deaths.charge(5, now), "none");
        assert!(deaths.charge(7, now), "two, and the first job");
        assert!(deaths.charge(7, now), "the second job");
        assert!(!deaths.charge(7, now), "a third job");
        assert!(deaths.charge(9, now));
        assert!(!deaths.charge(9, now + 2 * TOGETHER), "long after");
    }
}
