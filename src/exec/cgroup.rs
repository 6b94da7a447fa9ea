//! Control groups, as far as memory is concerned: where this process is in their tree, and its words there.
//!
//! Version 2 has one tree, in which a group that has processes of its own hands no controllers down. Version 1, which
//! older machines still have, keeps a tree for memory, where nothing has to be handed down.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process;

use rustix::buffer::spare_capacity;

/// Which files a group has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    One,
    Two,
}

/// A group, by its directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) path: PathBuf,
    pub(super) version: Version,
}

impl Group {
    /// The group of this process that counts memory, if the system tells.
    pub(super) fn of_this_process() -> Option<Self> {
        let own = fs::read("/proc/self/cgroup").ok()?;
        let (version, path) = membership(&own)?;
        // To read what is mounted costs as much as all else here, and nearly everywhere the trees are where they belong.
        let usual = Self { path: below(Path::new(version.usual_place()), path), version };
        let located = || locate(path, &fs::read("/proc/self/mountinfo").ok()?, version);
        [Some(usual)].into_iter().chain(std::iter::once_with(located)).flatten().find(Self::counts_memory)
    }

    fn counts_memory(&self) -> bool {
        self.path.join(self.version.file_of_limit()).exists() || self.hands_memory_down() && self.path.exists()
    }

    /// Whether groups below it may have limits of memory.
    pub(super) fn hands_memory_down(&self) -> bool {
        self.version == Version::One || self.has_word("cgroup.subtree_control", b"memory")
    }

    fn has_word(&self, file: &str, word: &[u8]) -> bool {
        fs::read(self.path.join(file))
            .is_ok_and(|words| words.trim_ascii().split(|byte| *byte == b' ').any(|it| it == word))
    }

    /// A group below this one.
    pub(super) fn child(&self, name: &str) -> io::Result<Self> {
        let path = self.path.join(name);
        fs::create_dir(&path)?;
        Ok(Self { path, version: self.version })
    }

    /// Writes to one of its files.
    pub(super) fn write(&self, file: &str, text: &str) -> io::Result<()> {
        // Never makes a file where a kernel has none.
        io::Write::write_all(&mut File::options().write(true).open(self.path.join(file))?, text.as_bytes())
    }

    /// Allows groups below it to have limits of memory. This process moves to one of them, which is returned, if it is
    /// alone here.
    pub(super) fn hand_memory_down(&self) -> io::Result<Option<Self>> {
        if self.hands_memory_down() {
            return Ok(None);
        }
        if !self.has_word("cgroup.controllers", b"memory") {
            return Err(io::Error::other("its own control group was given no power over memory"));
        }
        let hand_down = || self.write("cgroup.subtree_control", "+memory");
        match hand_down() {
            Err(error) if error.raw_os_error() == Some(libc::EBUSY) => {}
            result => return result.map(|()| None),
        }
        let own = self.child(&format!("forkful-{}-runner", process::id()))?;
        match own.write("cgroup.procs", "0").and_then(|()| hand_down()) {
            Ok(()) => Ok(Some(own)),
            Err(error) => {
                own.dissolve(self);
                Err(error)
            }
        }
    }

    /// Hands no more memory down.
    pub(super) fn keep_memory(&self) {
        let _ = self.write("cgroup.subtree_control", "-memory");
    }

    /// Takes it away with the groups below it; processes that are left go to another group, or else stay.
    pub(super) fn dissolve(&self, other: &Self) {
        let below = fs::read_dir(&self.path).into_iter().flatten().flatten();
        for entry in below.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())) {
            Self { path: entry.path(), version: self.version }.dissolve(other);
        }
        for pid in fs::read_to_string(self.path.join("cgroup.procs")).unwrap_or_default().lines() {
            let _ = other.write("cgroup.procs", pid);
        }
        let _ = fs::remove_dir(&self.path);
    }

    /// Whether there is no process in it.
    pub(super) fn is_empty(&self) -> bool {
        fs::read(self.path.join("cgroup.procs")).is_ok_and(|pids| pids.is_empty())
    }

    /// What tells how often the kernel has killed a process in it.
    pub(super) fn kills(&self) -> io::Result<Kills> {
        let file = match self.version {
            Version::One => "memory.oom_control",
            Version::Two => "memory.events",
        };
        File::open(self.path.join(file)).map(Kills)
    }
}

impl Version {
    /// The file for the most memory that the processes of a group may have together.
    pub(super) fn file_of_limit(self) -> &'static str {
        match self {
            Self::One => "memory.limit_in_bytes",
            Self::Two => "memory.max",
        }
    }

    /// Where nearly every system has the tree.
    fn usual_place(self) -> &'static str {
        match self {
            Self::One => "/sys/fs/cgroup/memory",
            Self::Two => "/sys/fs/cgroup",
        }
    }
}

/// A count of processes that the kernel has killed because memory ran out.
#[derive(Debug)]
pub(super) struct Kills(File);

impl Kills {
    /// That of all that concern this process: in its control group or, where that does not tell, on the machine.
    pub(super) fn of_this_process() -> Option<Self> {
        let group = Group::of_this_process().and_then(|group| group.kills().ok());
        group.or_else(|| File::open("/proc/vmstat").ok().map(Self)).filter(|kills| kills.count().is_some())
    }

    pub(super) fn count(&self) -> Option<u64> {
        let mut text = Vec::with_capacity(1 << 14);
        rustix::io::pread(&self.0, spare_capacity(&mut text), 0).ok()?;
        let mut lines = text.split(|byte| *byte == b'\n');
        let number = lines.find_map(|line| line.strip_prefix(b"oom_kill "))?;
        std::str::from_utf8(number).ok()?.trim().parse().ok()
    }
}

fn has_memory(words: &[u8]) -> bool {
    words.split(|byte| *byte == b',').any(|word| word == b"memory")
}

/// Which tree counts the memory of a process, and its group there, by the lines of `/proc/PID/cgroup`. Memory is in one
/// tree only: in that of version 2, unless one of version 1 has it.
fn membership(own: &[u8]) -> Option<(Version, &[u8])> {
    let groups = own.split(|byte| *byte == b'\n').filter_map(|line| {
        let mut fields = line.splitn(3, |byte| *byte == b':');
        let (number, controllers, path) = (fields.next()?, fields.next()?, fields.next()?);
        match (number, controllers) {
            (b"0", b"") => Some((Version::Two, path)),
            _ => has_memory(controllers).then_some((Version::One, path)),
        }
    });
    groups.min_by_key(|(version, _)| *version == Version::Two)
}

/// The directory of a group in the tree that is mounted at `point`.
fn below(point: &Path, group: &[u8]) -> PathBuf {
    point.join(OsStr::from_bytes(group.strip_prefix(b"/").unwrap_or(group)))
}

/// Finds a group in the tree by the lines of `/proc/PID/mountinfo`.
fn locate(group: &[u8], mounts: &[u8], version: Version) -> Option<Group> {
    mounts.split(|byte| *byte == b'\n').find_map(|line| {
        let dash = memchr::memmem::find(line, b" - ")?;
        let fields: Vec<&[u8]> = line[..dash].split(|byte| *byte == b' ').collect();
        let (root, point) = (*fields.get(3)?, *fields.get(4)?);
        let kind: Vec<&[u8]> = line[dash + 3..].split(|byte| *byte == b' ').collect();
        let is_it = match version {
            Version::One => kind.first() == Some(&&b"cgroup"[..]) && kind.get(2).is_some_and(|words| has_memory(words)),
            Version::Two => kind.first() == Some(&&b"cgroup2"[..]),
        };
        let group = if root == b"/" { group } else { group.strip_prefix(root).unwrap_or(group) };
        is_it.then(|| Group { path: below(Path::new(OsStr::from_bytes(point)), group), version })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_found_in_either_tree() {
        let own = b"9:name=systemd:/\n4:memory,hugetlb:/a/b\n0::/user/x.scope\n";
        assert_eq!(membership(own), Some((Version::One, &b"/a/b"[..])));
        assert_eq!(membership(b"1:cpu:/a\n0::/user/x.scope\n"), Some((Version::Two, &b"/user/x.scope"[..])));
        assert_eq!(membership(b"1:cpu:/a\n"), None);
        let mounts = b"35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n\
            36 31 0:33 /user /sys/fs/cgroup/unified rw shared:4 - cgroup2 cgroup2 rw\n";
        let groups: [(&[u8], _); 2] = [(b"/a/b", Version::One), (b"/user/x.scope", Version::Two)];
        let found = groups.map(|(group, version)| locate(group, mounts, version).expect("a group").path);
        assert_eq!(found, ["/sys/fs/cgroup/memory/a/b", "/sys/fs/cgroup/unified/x.scope"].map(PathBuf::from));
    }

    /// A directory with the files of a group that is not one.
    fn group(files: &[(&str, &str)]) -> (tempfile::TempDir, Group) {
        let directory = tempfile::tempdir().expect("a directory");
        for (name, text) in files {
            fs::write(directory.path().join(name), text).expect("a file");
        }
        let group = Group { path: directory.path().to_path_buf(), version: Version::Two };
        (directory, group)
    }

    #[test]
    fn only_a_group_that_was_given_power_over_memory_hands_it_down() {
        let (_there, there) = group(&[("cgroup.subtree_control", "cpu memory\n")]);
        assert!(there.hand_memory_down().is_ok());
        let (_none, none) = group(&[("cgroup.subtree_control", "\n"), ("cgroup.controllers", "cpu pids\n")]);
        assert!(none.hand_memory_down().is_err());
        let (_given, given) = group(&[("cgroup.subtree_control", ""), ("cgroup.controllers", "cpu memory\n")]);
        assert!(given.hand_memory_down().is_ok());
        assert_eq!(fs::read(given.path.join("cgroup.subtree_control")).expect("a file"), b"+memory");
    }

    #[test]
    fn the_count_of_kills_is_read_again_and_again() {
        let (_directory, group) = group(&[("memory.events", "low 0\noom 4\noom_kill 3\noom_group_kill 0\n")]);
        let kills = group.kills().expect("a file");
        assert_eq!(kills.count(), Some(3));
        fs::write(group.path.join("memory.events"), "low 0\noom_kill 14\n").expect("a file");
        assert_eq!(kills.count(), Some(14));
    }
}
