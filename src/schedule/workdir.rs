//! The directory that a job runs in (`--workdir`).

use std::ffi::{CString, OsStr};
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::job::{Job, Slot};
use crate::template::Template;

/// Where jobs run.
pub enum Workdir {
    /// In a directory that this names for each.
    Named(Template),
    /// In a new one for each, below this; it is removed after the job if wanted.
    Fresh {
        /// Where the directories are made.
        below: PathBuf,
        /// Whether they are removed.
        remove: bool,
    },
}

/// The directory of one job, which lives as long as this if it is to be removed.
pub(super) struct Directory {
    pub(super) path: CString,
    _removed: Option<TempDir>,
}

impl Workdir {
    /// The directory for a job, made if it is missing; `Err` says why there is none.
    pub(super) fn of(&self, job: &Job, slot: Slot, total: Option<u64>) -> Result<Directory, String> {
        let (path, removed) = match self {
            Self::Named(template) => {
                let path = template.render(job, slot, total).map_err(|why| format!("its name: {why}"))?;
                let path = PathBuf::from(OsStr::from_bytes(&path));
                make(&path)?;
                (path, None)
            }
            Self::Fresh { below, remove } => {
                let made = tempfile::Builder::new().prefix("forkful-").tempdir_in(below);
                let made = made.map_err(|error| format!("{}: {error}", below.display()))?;
                if *remove { (made.path().to_path_buf(), Some(made)) } else { (made.keep(), None) }
            }
        };
        let path =
            CString::new(path.into_os_string().into_vec()).map_err(|_| "its name holds a NUL byte".to_owned())?;
        Ok(Directory { path, _removed: removed })
    }
}

fn make(path: &Path) -> Result<(), String> {
    fs::create_dir_all(path).map_err(|error| format!("{}: {error}", path.display()))
}
