//! What the cgroups of this process leave it of the machine's memory, in either version of cgroups.

use std::fs;
use std::path::{Path, PathBuf};

/// The folders of the cgroups that limit the memory of this process, each with the top of its tree, as
/// `/proc/self/cgroup` tells them: `0::/a/b` in version 2, `4:memory:/a/b` in version 1.
fn own(root: &Path, membership: &str) -> Vec<(PathBuf, PathBuf)> {
    let group = |line: &str| {
        let (_, line) = line.split_once(':')?;
        let (controllers, path) = line.split_once(":/")?;
        let top = match controllers {
            "" => root.to_path_buf(),
            _ if controllers.split(',').any(|name| name == "memory") => root.join("memory"),
            _ => return None,
        };
        let group = top.join(path);
        Some((top, group))
    };
    membership.lines().filter_map(group).collect()
}

/// Bytes that may still be had in the cgroups of this process and all above them; `None` without a limit.
pub(super) fn available() -> Option<u64> {
    let membership = fs::read_to_string("/proc/self/cgroup").ok()?;
    let groups = own(Path::new("/sys/fs/cgroup"), &membership);
    groups.iter().filter_map(|(top, group)| available_below(top, group)).min()
}

fn available_below(top: &Path, group: &Path) -> Option<u64> {
    group.ancestors().take_while(|group| group.starts_with(top)).filter_map(available_in).min()
}

/// What one cgroup leaves. Files that were read but have not been used lately can be dropped, so they do not count.
fn available_in(group: &Path) -> Option<u64> {
    let read = |name: &str| fs::read_to_string(group.join(name)).ok();
    let number = |name: &&str| read(name)?.trim().parse::<u64>().ok();
    // Above the first of version 2 the kernel slows the group down, above the second it kills.
    let limit = ["memory.high", "memory.max", "memory.limit_in_bytes"].iter().filter_map(number).min()?;
    let used = ["memory.current", "memory.usage_in_bytes"].iter().find_map(number)?;
    let stat = read("memory.stat").unwrap_or_default();
    let files = ["total_inactive_file ", "inactive_file "]
        .iter()
        .find_map(|name| stat.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<u64>().ok()));
    Some(limit.saturating_sub(used.saturating_sub(files.unwrap_or(0))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(group: &Path, files: &[(&str, &str)]) {
        fs::create_dir_all(group).expect("directories");
        for (name, text) in files {
            fs::write(group.join(format!("memory.{name}")), format!("{text}\n")).expect("a file");
        }
    }

    #[test]
    fn the_tightest_of_the_cgroups_above_counts() {
        let root = tempfile::tempdir().expect("a directory");
        let (root, group) = (root.path(), root.path().join("a/b"));
        assert_eq!(available_below(root, &group), None);
        write(&group, &[("max", "max"), ("high", "max"), ("current", "70")]);
        assert_eq!(available_below(root, &group), None);
        let stat = "anon 7\ninactive_file 300\nactive_file 5";
        write(&root.join("a"), &[("max", "1000"), ("high", "max"), ("current", "900"), ("stat", stat)]);
        assert_eq!(available_below(root, &group), Some(400));
        write(&group, &[("max", "500"), ("high", "90")]);
        assert_eq!(available_below(root, &group), Some(20));
    }

    #[test]
    fn version_1_has_other_names() {
        let root = tempfile::tempdir().expect("a directory");
        let stat = "inactive_file 1\ntotal_inactive_file 30";
        write(root.path(), &[("limit_in_bytes", "100"), ("usage_in_bytes", "90"), ("stat", stat)]);
        assert_eq!(available_in(root.path()), Some(40));
    }

    #[test]
    fn the_cgroups_of_a_process_are_found_in_either_version() {
        let root = Path::new("/r");
        let pair = |top: &str, group: &str| (PathBuf::from(top), PathBuf::from(group));
        assert_eq!(own(root, "0::/a/b\n"), [pair("/r", "/r/a/b")]);
        assert_eq!(own(root, "5:cpu:/x\n4:hugetlb,memory:/a\n1:name=systemd:/y\n"), [pair("/r/memory", "/r/memory/a")]);
    }
}
