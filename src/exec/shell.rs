//! Which shell runs the lines that need one.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::process::parent_id;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::job::Dialect;

/// Shells that read quotes and words as the template writes them.
const BOURNE_FAMILY: [&str; 13] =
    ["sh", "bash", "dash", "ash", "ksh", "ksh93", "ksh2020", "mksh", "oksh", "posh", "rbash", "yash", "zsh"];
/// Shells with quotes of their own.
const OTHER_FAMILIES: [(&str, Dialect); 6] = [
    ("csh", Dialect::Csh),
    ("tcsh", Dialect::Csh),
    ("bsd-csh", Dialect::Csh),
    ("fish", Dialect::Fish),
    ("rc", Dialect::Rc),
    ("rc.byron", Dialect::Rc),
];
/// Shells that the template cannot write for; they are recognised so that they can be refused.
const UNKNOWN_FAMILIES: [&str; 4] = ["es", "nu", "elvish", "xonsh"];

/// The shell of a run, and what of it decides whether a line needs one.
pub(super) struct Shell {
    /// The program, to be called with `-c LINE`.
    pub(super) path: PathBuf,
    dialect: Dialect,
    /// Whether every line is for the shell. A file of the user that it reads before the line may define anything
    /// (`$BASH_ENV`, `.cshrc`, `config.fish`), and rc has functions in the environment and an exit status of its own
    /// for programs that it does not find.
    pub(super) takes_every_line: bool,
    /// The functions that bash hands down in the environment, sorted.
    functions: Vec<Vec<u8>>,
}

impl Shell {
    /// GNU parallel's choice: `$PARALLEL_SHELL`, the shell that the runner was called from, `$SHELL`, `/bin/sh`.
    ///
    /// # Errors
    /// When that shell is known to quote in a way that cannot be written.
    pub(super) fn choose() -> Result<Self, Error> {
        let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let path = set("PARALLEL_SHELL")
            .or_else(calling_shell)
            .or_else(|| set("SHELL"))
            .unwrap_or_else(|| PathBuf::from("/bin/sh"));
        if UNKNOWN_FAMILIES.contains(&name(&path)) {
            return Err(Error::Usage(format!(
                "the shell {} has quotes that forkful does not write; set PARALLEL_SHELL=/bin/sh",
                path.display()
            )));
        }
        let is_bash = name(&path) == "bash" || fs::canonicalize(&path).is_ok_and(|path| name(&path) == "bash");
        let mut functions = if is_bash { exported_functions() } else { Vec::new() };
        functions.sort();
        let dialect = dialect(&path);
        let takes_every_line = dialect != Dialect::Bourne || is_bash && set("BASH_ENV").is_some();
        Ok(Self { path, dialect, takes_every_line, functions })
    }

    /// What it speaks.
    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub(super) fn has_function(&self, name: &[u8]) -> bool {
        self.functions.binary_search_by(|function| function.as_slice().cmp(name)).is_ok()
    }

    /// The system's own, about which nothing is special.
    pub(super) fn plain() -> Self {
        let path = PathBuf::from("/bin/sh");
        Self { path, dialect: Dialect::Bourne, takes_every_line: false, functions: Vec::new() }
    }
}

/// The dialect that goes with the program's name, or with that of the file it is a link to; Bourne for all others.
fn dialect(path: &Path) -> Dialect {
    let known =
        |path: &Path| OTHER_FAMILIES.iter().find(|(other, _)| *other == name(path)).map(|(_, dialect)| *dialect);
    known(path).or_else(|| known(&fs::canonicalize(path).ok()?)).unwrap_or_default()
}

fn is_shell(path: &Path) -> bool {
    let name = name(path);
    let others = OTHER_FAMILIES.iter().map(|(name, _)| name).chain(&UNKNOWN_FAMILIES);
    BOURNE_FAMILY.iter().chain(others).any(|shell| *shell == name)
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
        if is_shell(&path) {
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
    fn the_name_tells_the_dialect() {
        use Dialect::{Bourne, Csh, Fish, Rc};
        let names = ["/bin/csh", "tcsh", "/usr/bin/fish", "/opt/rc", "/bin/sh", "/opt/my-own-shell"];
        assert_eq!(names.map(|name| dialect(Path::new(name))), [Csh, Csh, Fish, Rc, Bourne, Bourne]);
    }

    #[test]
    fn a_remark_is_no_part_of_the_name() {
        assert_eq!(strip_remark(b"/bin/bash (deleted)"), b"/bin/bash");
    }
}
