//! Which shell runs the lines that need one.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::process::parent_id;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// Shells that read quotes and words as the template writes them.
const BOURNE_FAMILY: [&str; 13] =
    ["sh", "bash", "dash", "ash", "ksh", "ksh93", "ksh2020", "mksh", "oksh", "posh", "rbash", "yash", "zsh"];
/// Shells that do not; they are recognised so that they can be refused.
const OTHER_FAMILIES: [&str; 8] = ["csh", "tcsh", "fish", "rc", "es", "nu", "elvish", "xonsh"];

/// The shell of a run, and what of it decides whether a line needs one.
pub(super) struct Shell {
    /// The program, to be called with `-c LINE`.
    pub(super) path: PathBuf,
    /// Whether it reads a file of the user before every line, which may define anything (`$BASH_ENV`).
    pub(super) reads_startup_file: bool,
    /// The functions that bash hands down in the environment, sorted.
    functions: Vec<Vec<u8>>,
}

impl Shell {
    /// GNU parallel's choice: `$PARALLEL_SHELL`, the shell that the runner was called from, `$SHELL`, `/bin/sh`.
    pub(super) fn choose() -> Result<Self, Error> {
        let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let path = set("PARALLEL_SHELL")
            .or_else(calling_shell)
            .or_else(|| set("SHELL"))
            .unwrap_or_else(|| PathBuf::from("/bin/sh"));
        if OTHER_FAMILIES.contains(&name(&path)) {
            return Err(Error::Usage(format!(
                "the shell {} quotes in a way that is not built yet; set PARALLEL_SHELL=/bin/sh",
                path.display()
            )));
        }
        let is_bash = name(&path) == "bash" || fs::canonicalize(&path).is_ok_and(|path| name(&path) == "bash");
        let mut functions = if is_bash { exported_functions() } else { Vec::new() };
        functions.sort();
        Ok(Self { path, reads_startup_file: is_bash && set("BASH_ENV").is_some(), functions })
    }

    pub(super) fn has_function(&self, name: &[u8]) -> bool {
        self.functions.binary_search_by(|function| function.as_slice().cmp(name)).is_ok()
    }

    /// The system's own, about which nothing is special.
    pub(super) fn plain() -> Self {
        Self { path: PathBuf::from("/bin/sh"), reads_startup_file: false, functions: Vec::new() }
    }
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// The functions that `export -f` left in the environment, as `BASH_FUNC_name%%`.
fn exported_functions() -> Vec<Vec<u8>> {
    let names = env::vars_os().map(|(name, _): (OsString, OsString)| name.into_vec());
    names.filter_map(|name| Some(name.strip_prefix(b"BASH_FUNC_")?.strip_suffix(b"%%")?.to_vec())).collect()
}

/// The nearest ancestor process that is a shell.
fn calling_shell() -> Option<PathBuf> {
    let mut pid = parent_id();
    while pid > 1 {
        // A program that was replaced while it ran is shown with a remark after its name.
        let shown = fs::read_link(format!("/proc/{pid}/exe")).ok()?;
        let path = PathBuf::from(OsString::from_vec(strip_remark(shown.as_os_str().as_bytes()).to_vec()));
        if BOURNE_FAMILY.contains(&name(&path)) || OTHER_FAMILIES.contains(&name(&path)) {
            return Some(path);
        }
        pid = parent_of(pid)?;
    }
    None
}

fn strip_remark(path: &[u8]) -> &[u8] {
    path.strip_suffix(b" (deleted)").unwrap_or(path)
}

/// The parent's id, which follows the state after the name in parentheses.
fn parent_of(pid: u32) -> Option<u32> {
    let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
    let after_name = &stat[stat.iter().rposition(|&byte| byte == b')')? + 1..];
    std::str::from_utf8(after_name).ok()?.split_ascii_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parent_of_this_process_is_found_in_proc() {
        assert_eq!(parent_of(std::process::id()), Some(parent_id()));
    }

    #[test]
    fn a_remark_is_no_part_of_the_name() {
        assert_eq!(strip_remark(b"/bin/bash (deleted)"), b"/bin/bash");
    }
}
