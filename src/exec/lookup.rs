//! Finding a program along PATH, once per name.

use std::collections::HashMap;
use std::env;
use std::ffi::{CString, OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rustix::fs::{Access, access};

/// Why a program cannot be run, with a shell's exit status for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// 127
    NotFound,
    /// 126
    NotExecutable,
}

/// The programs found so far.
///
/// A search in each job would try the directories of PATH one by one with execve, as `posix_spawnp` does.
pub(super) struct Programs {
    directories: Vec<PathBuf>,
    found: Mutex<HashMap<Vec<u8>, CString>>,
}

impl Programs {
    /// Takes PATH as it is now; a shell's default where there is none.
    pub(super) fn new() -> Self {
        let path = env::var_os("PATH").unwrap_or_else(|| OsString::from("/usr/local/bin:/usr/bin:/bin"));
        let current_for_empty = |path: PathBuf| if path.as_os_str().is_empty() { PathBuf::from(".") } else { path };
        Self {
            directories: env::split_paths(&path).map(current_for_empty).collect(),
            found: Mutex::new(HashMap::new()),
        }
    }

    /// The file to execute for a command's name.
    pub(super) fn find(&self, name: &[u8]) -> Result<CString, Unusable> {
        if name.contains(&b'/') {
            return CString::new(name).map_err(|_| Unusable::NotFound);
        }
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(path) = found.get(name) {
            return Ok(path.clone());
        }
        let path = self.search(Path::new(OsStr::from_bytes(name)))?;
        found.insert(name.to_vec(), path.clone());
        Ok(path)
    }

    /// Forgets a program that turned out to have gone.
    pub(super) fn forget(&self, name: &[u8]) {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    fn search(&self, name: &Path) -> Result<CString, Unusable> {
        let mut result = Err(Unusable::NotFound);
        for directory in &self.directories {
            let path = directory.join(name);
            if !path.is_file() {
                continue;
            }
            if access(&path, Access::EXEC_OK).is_ok() {
                return CString::new(path.into_os_string().into_vec()).map_err(|_| Unusable::NotFound);
            }
            result = Err(Unusable::NotExecutable);
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_searched_for_and_a_path_is_not() {
        let programs = Programs::new();
        assert!(programs.find(b"sh").is_ok_and(|path| path.to_bytes().ends_with(b"/sh")));
        assert_eq!(programs.find(b"./no/such").as_deref(), Ok(c"./no/such"));
        assert_eq!(programs.find(b"no-such-program-anywhere"), Err(Unusable::NotFound));
    }
}
