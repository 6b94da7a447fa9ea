//! The processes of a job, wherever they have gone: its process group, and those of its descendants that left it.
//!
//! Descendants are found by their parents. One whose parents have died has become a child of the runner, the subreaper
//! of all its jobs; it is known by having been seen before, by the group or the session it shares with one that is
//! known, or else by the variables that tell a job about itself. One that has lost all of these is nobody's.

use std::collections::{BTreeMap, BTreeSet};
use std::process;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::census::{Census, Process};
use super::environment::MARK;
use super::guard;
use crate::job::Seq;
use crate::os::group_of;

/// The processes of a job, or of all jobs of a run.
#[derive(Debug)]
pub struct Family {
    /// The process groups of the jobs, each with the id of the process that leads or led it.
    groups: BTreeSet<i32>,
    /// Orphans become children of this process; of some other one, if it is `None`.
    heir: Option<i32>,
    /// An orphan with the variables of one of these lines is one of ours.
    marks: Vec<Vec<Vec<u8>>>,
    /// Processes that were there when one looked last, with the time of their birth.
    known: BTreeMap<i32, u64>,
    /// Groups and sessions that were led by one of them, and still have members.
    led: BTreeSet<i32>,
}

/// One of a family.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Member {
    process: Process,
    /// Another runner that is still there looks after it.
    has_other_runner: bool,
}

impl Family {
    /// That of a job of this process, whose process leads a group.
    pub fn of_job(leader: Pid, seq: Option<Seq>) -> Self {
        let own = process::id();
        let marks =
            seq.map(|seq| vec![mark(b"PARALLEL_PID", &own.to_string()), mark(b"PARALLEL_SEQ", &seq.to_string())]);
        Self {
            groups: BTreeSet::from([leader.as_raw_nonzero().get()]),
            heir: i32::try_from(own).ok(),
            marks: marks.into_iter().collect(),
            known: BTreeMap::new(),
            led: BTreeSet::new(),
        }
    }

    /// That of all jobs of a runner that is gone.
    pub(super) fn of_run(runner: u32) -> Self {
        let marks = [b"PARALLEL_PID", MARK].map(|name| vec![mark(name, &runner.to_string())]);
        Self {
            groups: BTreeSet::new(),
            heir: None,
            marks: marks.to_vec(),
            known: BTreeMap::new(),
            led: BTreeSet::new(),
        }
    }

    /// There is one more group.
    pub(super) fn add(&mut self, group: i32) {
        self.groups.insert(group);
    }

    /// Sends each process a signal; whether there was one. A stopped process gets TERM only once it is continued.
    ///
    /// What another runner looks after is left to that, which gets the signal and ends its own jobs, unless nothing but
    /// KILL is left to say.
    pub fn signal(&mut self, census: &Census, signal: Signal) -> bool {
        let members = self.members(census);
        let is_polite = signal != Signal::KILL;
        let signals = if is_polite { vec![signal, Signal::CONT] } else { vec![signal] };
        let mut any = false;
        for group in self.groups.iter().filter_map(|group| Pid::from_raw(*group)) {
            any |= signal_group(group, &signals);
        }
        let shared = group_of(None).unwrap_or(0);
        let has_it = |process: &Process| {
            let leads = self.groups.contains(&process.pid) && process.group == shared;
            self.groups.contains(&process.group) || leads
        };
        let others = members.iter().filter(|member| !has_it(&member.process));
        for member in others.filter(|member| !(is_polite && member.has_other_runner)) {
            any |= member.process.signal(&signals);
        }
        any
    }

    /// The processes that have not ended.
    pub fn living(&mut self, census: &Census) -> Vec<i32> {
        let members = self.members(census).into_iter();
        members.map(|member| member.process).filter(|process| !process.has_ended).map(|process| process.pid).collect()
    }

    fn members(&mut self, census: &Census) -> Vec<Member> {
        let own = i32::try_from(process::id()).unwrap_or(0);
        let processes: Vec<&Process> = (census.processes.iter())
            .filter(|process| process.pid != own && process.name != guard::NAME.to_bytes())
            .collect();
        // Those of a group that a job shares with the runner are only found as its descendants.
        let shared = group_of(None).unwrap_or(0);
        let is_known = |process: &Process| self.known.get(&process.pid) == Some(&process.born);
        let starts = |process: &Process| {
            self.groups.contains(&process.pid)
                || self.groups.contains(&process.group)
                || is_known(process)
                || self.is_orphan(process) && self.is_marked(process)
        };
        let mut found: BTreeSet<i32> =
            processes.iter().filter(|process| starts(process)).map(|process| process.pid).collect();
        let leads = |found: &BTreeSet<i32>, id: i32| id != shared && (found.contains(&id) || self.led.contains(&id));
        loop {
            let before = found.len();
            for process in &processes {
                if found.contains(&process.parent) || leads(&found, process.group) || leads(&found, process.session) {
                    found.insert(process.pid);
                }
            }
            if found.len() == before {
                break;
            }
        }
        let runners: BTreeSet<i32> = (census.processes.iter())
            .filter(|process| process.name == guard::NAME.to_bytes() && process.parent != own)
            .map(|process| process.parent)
            .collect();
        let parents: BTreeMap<i32, i32> = processes.iter().map(|process| (process.pid, process.parent)).collect();
        let has_other_runner = |pid: i32| {
            let line = std::iter::successors(parents.get(&pid), |pid| parents.get(pid));
            line.take(processes.len()).take_while(|pid| found.contains(pid)).any(|pid| runners.contains(pid))
        };
        let members: Vec<Member> = (processes.iter())
            .filter(|process| found.contains(&process.pid))
            .map(|process| Member { process: (*process).clone(), has_other_runner: has_other_runner(process.pid) })
            .collect();
        let ids = members.iter().flat_map(|member| [member.process.group, member.process.session]);
        self.led = ids.filter(|id| leads(&found, *id)).collect();
        self.known = members.iter().map(|member| (member.process.pid, member.process.born)).collect();
        members
    }

    fn is_orphan(&self, process: &Process) -> bool {
        // Where there is no subreaper, orphans belong to init.
        self.heir.is_none_or(|heir| process.parent == heir || process.parent == 1)
    }

    fn is_marked(&self, process: &Process) -> bool {
        if self.marks.is_empty() {
            return false;
        }
        let environment = process.environment();
        let has = |mark: &Vec<u8>| {
            environment.starts_with(mark)
                || memchr::memmem::find(&environment, &[b"\0", mark.as_slice()].concat()).is_some()
        };
        self.marks.iter().any(|marks| marks.iter().all(has))
    }
}

/// A variable as it stands in an environment.
fn mark(name: &[u8], value: &str) -> Vec<u8> {
    [name, b"=", value.as_bytes(), b"\0"].concat()
}

/// Signals a process group, or the one process that stays in the group of the runner because it may use the terminal;
/// whether there was one.
pub fn signal_group(group: Pid, signals: &[Signal]) -> bool {
    let of_job = group_of(Some(group));
    let is_alone = of_job != Some(group.as_raw_nonzero().get()) && of_job.is_some() && of_job == group_of(None);
    let send = if is_alone { kill_process } else { kill_process_group };
    signals.iter().fold(false, |any, signal| any | send(group, *signal).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A process with its parent, group and session, all of one name.
    fn process([pid, parent, group, session]: [i32; 4], name: &[u8]) -> Process {
        Process { pid, parent, group, session, born: 1, has_ended: false, name: name.to_vec() }
    }

    fn members(family: &mut Family, processes: &[Process]) -> Vec<(i32, bool)> {
        let census = Census { processes: processes.to_vec() };
        let members = family.members(&census).into_iter();
        members.map(|member| (member.process.pid, member.has_other_runner)).collect()
    }

    fn family() -> Family {
        Family::of_job(Pid::from_raw(900_010).expect("an id"), None)
    }

    #[test]
    fn descendants_belong_to_it_wherever_they_have_gone() {
        let processes = [
            process([900_010, 900_000, 900_010, 900_000], b"job"),
            process([900_011, 900_010, 900_010, 900_000], b"child"),
            process([900_012, 900_011, 900_012, 900_012], b"session leader"),
            process([900_013, 900_012, 900_012, 900_012], b"its child"),
            process([900_020, 900_000, 900_020, 900_000], b"other job"),
        ];
        let expected = [900_010, 900_011, 900_012, 900_013].map(|pid| (pid, false));
        assert_eq!(members(&mut family(), &processes), expected);
    }

    #[test]
    fn who_has_been_seen_is_known_when_its_parents_have_died() {
        let mut family = family();
        let before = [
            process([900_010, 900_000, 900_010, 900_000], b"job"),
            process([900_012, 900_010, 900_012, 900_012], b"session leader"),
        ];
        members(&mut family, &before);
        let after = [
            process([900_012, 900_000, 900_012, 900_012], b"session leader"),
            process([900_013, 900_000, 900_013, 900_012], b"of its session"),
        ];
        assert_eq!(members(&mut family, &after), [(900_012, false), (900_013, false)]);
        // Another process that has got the number of one that was known is a stranger.
        let reborn = [Process { born: 2, ..process([900_012, 900_000, 900_000, 900_000], b"stranger") }];
        assert_eq!(members(&mut family, &reborn), []);
    }

    #[test]
    fn the_jobs_of_another_runner_are_told_apart_and_its_guard_is_left_alone() {
        let processes = [
            process([900_010, 900_000, 900_010, 900_000], b"forkful"),
            process([900_011, 900_010, 900_011, 900_011], b"forkful-guard"),
            process([900_012, 900_010, 900_012, 900_000], b"its job"),
        ];
        assert_eq!(members(&mut family(), &processes), [(900_010, false), (900_012, true)]);
    }
}
