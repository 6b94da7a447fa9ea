//! What the processes of running jobs use now, as /proc tells it.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::time::Duration;

use rustix::param::{clock_ticks_per_second, page_size};
use rustix::process::{getpgrp, getpid};

/// All processes at one moment.
#[derive(Debug, Default)]
pub(super) struct Processes {
    all: Vec<Process>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Process {
    pid: i32,
    parent: i32,
    group: i32,
    state: u8,
    /// Its own time and that of its children that have ended.
    ticks: u64,
    pages: u64,
}

/// What a tree of processes uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Use {
    pub(super) cpu: Duration,
    /// In bytes; what they share is counted for each.
    pub(super) memory: u64,
    /// Whether its first process is stopped.
    pub(super) stopped: bool,
}

impl Processes {
    /// Looks at all that there are.
    pub(super) fn now() -> Self {
        let Ok(entries) = fs::read_dir("/proc") else { return Self::default() };
        let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        let all = pids.filter_map(|pid| Process::parse(&fs::read(format!("/proc/{pid}/stat")).ok()?)).collect();
        Self { all }
    }

    /// What the process uses with its descendants and its process group; `None` if it is gone.
    pub(super) fn of(&self, pid: i32) -> Option<Use> {
        let first = self.all.iter().find(|process| process.pid == pid)?;
        let mut children: HashMap<i32, Vec<&Process>> = HashMap::new();
        for process in &self.all {
            children.entry(process.parent).or_default().push(process);
        }
        let mut found: Vec<&Process> = self.all.iter().filter(|process| process.group == pid).chain([first]).collect();
        let mut seen = HashSet::new();
        let (mut ticks, mut pages) = (0, 0);
        while let Some(process) = found.pop() {
            if seen.insert(process.pid) {
                ticks += process.ticks;
                pages += process.pages;
                found.extend(children.get(&process.pid).into_iter().flatten());
            }
        }
        let milliseconds = ticks * 1000 / clock_ticks_per_second().max(1);
        let stopped = matches!(first.state, b'T' | b't');
        Some(Use { cpu: Duration::from_millis(milliseconds), memory: pages * page_size() as u64, stopped })
    }
}

/// Whether another process of this pipeline, the reader of our stdout perhaps, writes to the terminal on our stderr.
pub(super) fn reader_shares_terminal() -> bool {
    let terminal = |path: &str| fs::metadata(path).ok().map(|terminal| terminal.rdev()).filter(|device| *device != 0);
    let Some(ours) = terminal("/proc/self/fd/2") else { return false };
    let (own, group) = (getpid().as_raw_nonzero().get(), getpgrp().as_raw_nonzero().get());
    let all = Processes::now().all;
    let others = all.iter().filter(|process| process.group == group && process.pid != own);
    others.into_iter().any(|process| terminal(&format!("/proc/{}/fd/1", process.pid)) == Some(ours))
}

impl Process {
    /// A line of `/proc/PID/stat`. The name of a process may hold anything, brackets and blanks included.
    fn parse(stat: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(stat);
        let (head, rest) = text.rsplit_once(") ")?;
        let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
        let number = |index: usize| fields.get(index)?.parse::<i64>().ok();
        let unsigned = |index| number(index).map(|number| u64::try_from(number).unwrap_or(0));
        Some(Self {
            pid: head.split(' ').next()?.parse().ok()?,
            parent: i32::try_from(number(1)?).ok()?,
            group: i32::try_from(number(2)?).ok()?,
            state: *fields.first()?.as_bytes().first()?,
            ticks: [11, 12, 13, 14].into_iter().map(unsigned).sum::<Option<u64>>()?,
            pages: unsigned(21)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(pid: i32, parent: i32, group: i32) -> Process {
        Process { pid, parent, group, state: b'S', ticks: 100, pages: 10 }
    }

    #[test]
    fn a_line_of_proc_is_read_whatever_the_name() {
        let line = b"42 (a) b (c) T 1 40 40 0 -1 4194560 900 0 0 0 7 3 2 1 20 0 1 0 12 999 55 184467";
        let expected = Process { pid: 42, parent: 1, group: 40, state: b'T', ticks: 13, pages: 55 };
        assert_eq!(Process::parse(line), Some(expected));
        assert_eq!(Process::parse(b"42 (a"), None);
    }

    #[test]
    fn a_job_is_its_group_and_its_descendants() {
        // 10 is a job; 11 is its child, 12 left the group, 13 was left by its parent; 20 is another job.
        let all =
            vec![process(10, 1, 10), process(11, 10, 10), process(12, 11, 12), process(13, 1, 10), process(20, 1, 20)];
        let processes = Processes { all };
        let memory = |pid| processes.of(pid).map(|used| used.memory / page_size() as u64);
        assert_eq!([10, 20, 11, 99].map(memory), [Some(40), Some(10), Some(20), None]);
    }

    #[test]
    fn this_process_is_among_them() {
        let own = i32::try_from(std::process::id()).expect("a pid");
        assert!(Processes::now().of(own).is_some_and(|used| used.memory > 0 && !used.stopped));
    }
}
