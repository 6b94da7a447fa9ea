//! What the cgroup of this process leaves it of the machine's memory (version 2 of cgroups).

use std::fs;
use std::path::{Path, PathBuf};

/// The cgroup that this process is in, below `root`, as `/proc/self/cgroup` tells it.
fn own(root: &Path, membership: &str) -> Option<PathBuf> {
    let path = membership.lines().find_map(|line| line.strip_prefix("0::/"))?;
    Some(root.join(path))
}

/// Bytes that may still be had in the cgroup of this process and all above it; `None` without a limit.
pub(super) fn available() -> Option<u64> {
    let membership = fs::read_to_string("/proc/self/cgroup").ok()?;
    let root = Path::new("/sys/fs/cgroup");
    available_below(root, &own(root, &membership)?)
}

fn available_below(root: &Path, group: &Path) -> Option<u64> {
    group.ancestors().take_while(|group| group.starts_with(root)).filter_map(available_in).min()
}

/// What one cgroup leaves. Files that were read but have not been used lately can be dropped, so they do not count.
fn available_in(group: &Path) -> Option<u64> {
    let read = |name: &str| fs::read_to_string(group.join(name)).ok();
    let limit = |name: &str| read(name)?.trim().parse::<u64>().ok();
    // Above the one the kernel slows the group down, above the other it kills.
    let limit = limit("memory.high").into_iter().chain(limit("memory.max")).min()?;
    let used: u64 = read("memory.current")?.trim().parse().ok()?;
    let stat = read("memory.stat").unwrap_or_default();
    let files = stat.lines().find_map(|line| line.strip_prefix("inactive_file ")?.trim().parse::<u64>().ok());
    Some(limit.saturating_sub(used.saturating_sub(files.unwrap_or(0))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tightest_of_the_cgroups_above_counts() {
        let root = tempfile::tempdir().expect("a directory");
        let (root, group) = (root.path(), root.path().join("a/b"));
        fs::create_dir_all(&group).expect("directories");
        let write = |group: &str, max: &str, high: &str, current: &str, stat: &str| {
            for (name, text) in [("max", max), ("high", high), ("current", current), ("stat", stat)] {
                fs::write(root.join(group).join(format!("memory.{name}")), format!("{text}\n")).expect("a file");
            }
        };
        assert_eq!(available_below(root, &group), None);
        write("a/b", "max", "max", "70", "");
        assert_eq!(available_below(root, &group), None);
        write("a", "1000", "max", "900", "anon 7\ninactive_file 300\nactive_file 5");
        assert_eq!(available_below(root, &group), Some(400));
        write("a/b", "500", "90", "70", "");
        assert_eq!(available_below(root, &group), Some(20));
        assert_eq!(own(root, "1:name=x:/y\n0::/a/b\n"), Some(group));
    }
}
