//! The files that are written for each job (`--template`).

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use crate::job::{Job, Slot};
use crate::template::Template;

/// A file that is written before each job.
pub struct TemplateFile {
    /// What it holds.
    pub content: Template,
    /// Its name.
    pub target: Template,
    /// Whether it is removed after the job.
    pub remove: bool,
}

/// A file that was written for a job, which ends with this if it is to be removed.
pub(super) struct Written {
    path: PathBuf,
    remove: bool,
}

impl TemplateFile {
    /// Writes the file for a job; `Err` says why it could not be.
    pub(super) fn write(&self, job: &Job, slot: Slot, total: Option<u64>) -> Result<Written, String> {
        let render = |template: &Template| template.render(job, slot, total);
        let path = render(&self.target).map_err(|why| format!("--template: no name for the target: {why}"))?;
        let path = PathBuf::from(OsStr::from_bytes(&path));
        let content = render(&self.content).map_err(|why| format!("--template: no content for the file: {why}"))?;
        fs::write(&path, content).map_err(|error| format!("--template: cannot write {}: {error}", path.display()))?;
        Ok(Written { path, remove: self.remove })
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        if self.remove {
            // One that the job has removed itself is gone.
            let _ = fs::remove_file(&self.path);
        }
    }
}
