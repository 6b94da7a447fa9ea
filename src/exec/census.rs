//! All processes of the machine at one moment, as /proc has them.

use std::fs;

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

/// A process. Its id alone may belong to another one a moment later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Process {
    pub(super) pid: i32,
    pub(super) parent: i32,
    pub(super) group: i32,
    pub(super) session: i32,
    /// When it was made, in ticks since the machine was started.
    pub(super) born: u64,
    /// It has ended, and waits for its parent.
    pub(super) has_ended: bool,
    /// What its program is called, as far as the kernel keeps that.
    pub(super) name: Vec<u8>,
}

impl Process {
    /// The process of this id, if there is one.
    pub(super) fn find(pid: i32) -> Option<Self> {
        Self::parse(&fs::read(format!("/proc/{pid}/stat")).ok()?)
    }

    /// From `/proc/PID/stat`. The name, in parentheses, may hold any byte.
    fn parse(stat: &[u8]) -> Option<Self> {
        let (open, close) = (memchr::memchr(b'(', stat)?, memchr::memrchr(b')', stat)?);
        let pid = number(&stat[..open])?;
        let fields: Vec<&[u8]> = stat.get(close + 1..)?.trim_ascii().split(|&byte| byte == b' ').collect();
        let field = |at: usize| fields.get(at).and_then(|field| number(field));
        Some(Self {
            pid,
            parent: field(1)?,
            group: field(2)?,
            session: field(3)?,
            born: std::str::from_utf8(fields.get(19)?).ok()?.parse().ok()?,
            has_ended: matches!(fields.first(), Some(&(b"Z" | b"X"))),
            name: stat.get(open + 1..close)?.to_vec(),
        })
    }

    /// The variables that its program was given, each with a NUL after it.
    pub(super) fn environment(&self) -> Vec<u8> {
        fs::read(format!("/proc/{}/environ", self.pid)).unwrap_or_default()
    }

    /// Signals this process and no other that may have got its id meanwhile; whether it was there.
    pub(super) fn signal(&self, signals: &[Signal]) -> bool {
        let Some(pid) = Pid::from_raw(self.pid) else { return false };
        let Ok(handle) = pidfd_open(pid, PidfdFlags::empty()) else { return false };
        let is_same = Self::find(self.pid).is_some_and(|now| now.born == self.born && !now.has_ended);
        is_same && signals.iter().all(|signal| pidfd_send_signal(&handle, *signal).is_ok())
    }
}

fn number(text: &[u8]) -> Option<i32> {
    std::str::from_utf8(text.trim_ascii()).ok()?.parse().ok()
}

/// All processes; none where there is no /proc.
#[derive(Debug, Default)]
pub struct Census {
    pub(super) processes: Vec<Process>,
}

impl Census {
    /// Looks at every process. That takes milliseconds, so it is for when jobs are being ended.
    pub fn take() -> Self {
        let Ok(entries) = fs::read_dir("/proc") else { return Self::default() };
        let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        Self { processes: pids.filter_map(Process::find).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_look_like_what_follows_it() {
        let stat = b"12 (a) R 1 (b) S 3 4 5 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 987 1 2";
        let process = Process::parse(stat).expect("a process");
        assert_eq!((process.pid, process.parent, process.group, process.session), (12, 3, 4, 5));
        assert_eq!((process.born, process.has_ended, process.name), (987, false, b"a) R 1 (b".to_vec()));
    }

    #[test]
    fn this_process_is_among_them() {
        let own = i32::try_from(std::process::id()).expect("a process id");
        assert!(Census::take().processes.iter().any(|process| process.pid == own && !process.has_ended));
    }
}
