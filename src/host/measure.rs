//! What changes from moment to moment: load, memory, swapping, disks.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use super::cgroup;

/// What is to be measured: each costs a few system calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Wants {
    /// The load.
    pub load: bool,
    /// The memory.
    pub memory: bool,
    /// The swapping.
    pub swap: bool,
    /// The disks.
    pub disks: bool,
}

/// What was measured; what was not wanted, or what the system does not tell, is missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Threads that run, or wait for a disk, on the whole machine, without the one that asks.
    pub load: Option<f64>,
    /// Bytes of memory that can be had without swapping; the limits of our cgroup count.
    pub memory: Option<u64>,
    /// What has been swapped since the machine was started.
    pub swap: Option<Swap>,
    /// How long each disk has been busy since the machine was started.
    pub disks: BTreeMap<String, Duration>,
}

/// Pages that were swapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swap {
    /// From the disk.
    pub pages_in: u64,
    /// To the disk.
    pub pages_out: u64,
}

/// Measures what is wanted.
pub fn measure(wants: Wants) -> Facts {
    let read = |wanted: bool, name: &str| if wanted { fs::read_to_string(name).ok() } else { None };
    Facts {
        load: read(wants.load, "/proc/stat").and_then(|text| load(&text)),
        memory: read(wants.memory, "/proc/meminfo")
            .and_then(|text| memory(&text))
            .map(|available| cgroup::available().map_or(available, |of_cgroup| available.min(of_cgroup))),
        swap: read(wants.swap, "/proc/vmstat").and_then(|text| swap(&text)),
        disks: read(wants.disks, "/proc/diskstats").map(|text| disks(&text)).unwrap_or_default(),
    }
}

/// The number behind a name at the start of a line.
fn number(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.split_ascii_whitespace().next()?.parse().ok())
}

fn load(stat: &str) -> Option<f64> {
    let number = |name| number(stat, name).and_then(|number| u32::try_from(number).ok()).map(f64::from);
    Some((number("procs_running ")? - 1.0).max(0.0) + number("procs_blocked ")?)
}

fn memory(meminfo: &str) -> Option<u64> {
    Some(number(meminfo, "MemAvailable:")? * 1024)
}

fn swap(vmstat: &str) -> Option<Swap> {
    Some(Swap { pages_in: number(vmstat, "pswpin ")?, pages_out: number(vmstat, "pswpout ")? })
}

/// The tenth number of a disk is the time, in milliseconds, in which it had something to do.
fn disks(diskstats: &str) -> BTreeMap<String, Duration> {
    let disk = |line: &str| {
        let mut fields = line.split_ascii_whitespace().skip(2);
        let name = fields.next()?;
        let busy = fields.nth(9)?.parse().ok()?;
        Some((name.to_owned(), Duration::from_millis(busy)))
    };
    diskstats.lines().filter_map(disk).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_the_kernel_are_understood() {
        assert_eq!(load("cpu 1 2\nprocs_running 3\nprocs_blocked 1\n"), Some(3.0));
        assert_eq!(memory("MemTotal:  9 kB\nMemAvailable:    7 kB\n"), Some(7 << 10));
        assert_eq!(swap("pswpin 4\npswpout 5\n"), Some(Swap { pages_in: 4, pages_out: 5 }));
        let stats = "   8       0 sda 1 2 3 4 5 6 7 8 0 950 11 0 0\n   8  1 sda1 1 2 3\n";
        assert_eq!(disks(stats), BTreeMap::from([("sda".into(), Duration::from_millis(950))]));
    }

    #[test]
    fn this_machine_tells_what_is_wanted() {
        let facts = measure(Wants { load: true, memory: true, swap: true, disks: false });
        assert!(facts.load.is_some() && facts.memory.is_some_and(|bytes| bytes > 0) && facts.swap.is_some());
        assert_eq!(measure(Wants::default()), Facts::default());
    }
}
