//! Facts about this machine and what it leaves to us: CPUs and the kernel's limits for command lines.

mod cgroup;
mod measure;

pub use measure::{Facts, Swap, Wants, measure};

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::{env, thread};

use rustix::process::{Resource, getrlimit};
use rustix::thread::{CpuSet, sched_getaffinity};

/// The longest string that can be passed to a program, without the NUL that ends it: Linux's `MAX_ARG_STRLEN`. The
/// whole line of a shell is one string.
pub const LONGEST_STRING: usize = (128 << 10) - 1;

/// The most that arguments and environment may take together, however large the stack: three quarters of 8 MiB.
const MOST_ROOM: u64 = 6 << 20;

/// What is to be left free of it for the program itself: POSIX asks that of xargs.
pub const HEADROOM: usize = 2048;

/// CPU threads that this process may use; affinity and the quota of its cgroup count, as they were when this was asked
/// first: the answer is spread over several files.
pub fn threads() -> usize {
    static THREADS: OnceLock<usize> = OnceLock::new();
    *THREADS.get_or_init(|| thread::available_parallelism().map_or(1, Into::into))
}

/// The most memory that this process has had, in bytes; 0 if it is not known. The kernel counts it for what this starts,
/// too, so that a job that took less cannot be told from this.
pub fn own_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    most.and_then(|most| most.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// CPU cores that have a thread this process may use.
pub fn cores() -> usize {
    count(Path::new("/sys/devices/system/cpu"), &allowed()).0
}

/// CPU sockets that have a thread this process may use.
pub fn sockets() -> usize {
    count(Path::new("/sys/devices/system/cpu"), &allowed()).1
}

/// Bytes that the kernel takes for arguments and environment together: a quarter of the stack's limit.
pub fn room() -> usize {
    let room = getrlimit(Resource::Stack).current.map_or(MOST_ROOM, |stack| (stack / 4).clamp(128 << 10, MOST_ROOM));
    usize::try_from(room).unwrap_or(usize::MAX)
}

/// What an environment takes of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Environment {
    /// Its variables, each with its `=` and the NUL at its end.
    pub bytes: usize,
    /// How many there are.
    pub variables: usize,
}

impl Environment {
    /// All of it, as the kernel counts: there is a pointer for each variable.
    pub fn total(self) -> usize {
        self.bytes + self.variables * size_of::<usize>()
    }
}

/// Our own environment.
pub fn environment() -> Environment {
    let sizes = env::vars_os().map(|(name, value)| name.len() + value.len() + 2);
    sizes.fold(Environment { bytes: 0, variables: 0 }, |sum, size| Environment {
        bytes: sum.bytes + size,
        variables: sum.variables + 1,
    })
}

/// The numbers of the CPUs in our affinity mask.
fn allowed() -> Vec<usize> {
    match sched_getaffinity(None) {
        Ok(mask) => (0..CpuSet::MAX_CPU).filter(|cpu| mask.is_set(*cpu)).collect(),
        // There are more CPUs than the mask has room for.
        Err(_) => (0..threads()).collect(),
    }
}

/// Cores and sockets among `cpus`, as sysfs tells them. Where it does not, each CPU is a core, all in one socket.
fn count(root: &Path, cpus: &[usize]) -> (usize, usize) {
    let id = |cpu: usize, name: &str| {
        let text = fs::read_to_string(root.join(format!("cpu{cpu}/topology/{name}"))).ok()?;
        text.trim().parse::<i32>().ok()
    };
    let places = cpus.iter().map(|&cpu| Some((id(cpu, "physical_package_id")?, id(cpu, "core_id")?)));
    let Some(places) = places.collect::<Option<BTreeSet<_>>>() else { return (cpus.len().max(1), 1) };
    let sockets: BTreeSet<_> = places.iter().map(|(socket, _)| socket).collect();
    (places.len().max(1), sockets.len().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_memory() {
        assert!(own_memory() > 1 << 20);
    }

    #[test]
    fn threads_share_cores_and_cores_share_sockets() {
        let root = tempfile::tempdir().expect("a directory");
        // Eight threads of four cores in two sockets; cores are numbered anew in each socket.
        for cpu in 0..8 {
            let topology = root.path().join(format!("cpu{cpu}/topology"));
            fs::create_dir_all(&topology).expect("directories");
            fs::write(topology.join("physical_package_id"), format!("{}\n", cpu % 2)).expect("a file");
            fs::write(topology.join("core_id"), format!("{}\n", cpu / 2 % 2)).expect("a file");
        }
        let cases: [(&[usize], _); 4] =
            [(&[0, 1, 2, 3, 4, 5, 6, 7], (4, 2)), (&[0, 4], (1, 1)), (&[0, 2, 4], (2, 1)), (&[0, 99], (2, 1))];
        for (cpus, expected) in cases {
            assert_eq!(count(root.path(), cpus), expected, "{cpus:?}");
        }
    }
}
