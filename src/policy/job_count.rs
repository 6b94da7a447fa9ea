//! Where the number of slots comes from: the option itself, or a file that may change while jobs run.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::Jobs;
use crate::error::Error;

/// What `-j` was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobCount {
    /// The number.
    Fixed(Jobs),
    /// A file that holds it.
    File(PathBuf),
}

impl Default for JobCount {
    fn default() -> Self {
        Self::Fixed(Jobs::default())
    }
}

impl FromStr for JobCount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(jobs) => Ok(Self::Fixed(jobs)),
            Err(_) if Path::new(text).is_file() => Ok(Self::File(text.into())),
            Err(why) => Err(format!("{why}, or the name of a file that holds one")),
        }
    }
}

impl JobCount {
    /// The number of slots on a machine with so many processors, and the file to look at again, if there is one.
    ///
    /// # Errors
    /// When the file cannot be read or holds no number.
    pub fn slots(&self, processors: usize) -> Result<(usize, Option<JobsFile>), Error> {
        match self {
            Self::Fixed(jobs) => Ok((jobs.slots(processors), None)),
            Self::File(path) => {
                let file = JobsFile { path: path.clone(), processors, seen: Arc::new(Mutex::new(modified(path))) };
                let slots = file.read().map_err(|why| Error::Usage(format!("-j {}: {why}", path.display())))?;
                Ok((slots, Some(file)))
            }
        }
    }
}

/// A file that holds the number of slots.
#[derive(Clone, Debug)]
pub struct JobsFile {
    path: PathBuf,
    processors: usize,
    /// When it had been changed when it was looked at.
    seen: Arc<Mutex<Option<SystemTime>>>,
}

impl JobsFile {
    fn read(&self) -> Result<usize, String> {
        let text = fs::read_to_string(&self.path).map_err(|error| format!("{error}; check the file"))?;
        let jobs: Jobs = text.trim().parse().map_err(|why| format!("{:?} is no number of jobs; {why}", text.trim()))?;
        Ok(jobs.slots(self.processors))
    }

    /// The number, if the file has been changed since this was asked last. What is no number, as in a file that is
    /// just being written, changes nothing.
    pub fn changed(&self) -> Option<usize> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = modified(&self.path).filter(|now| Some(*now) != *seen)?;
        let slots = self.read().ok()?;
        *seen = Some(now);
        Some(slots)
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|about| about.modified()).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_file_is_read_again_when_it_has_changed() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        fs::write(file.path(), "3\n").expect("text");
        let count: JobCount = file.path().to_str().expect("a name").parse().expect("a file");
        let (slots, jobs) = count.slots(4).expect("a number");
        let jobs = jobs.expect("a file");
        assert_eq!((slots, jobs.changed()), (3, None));
        let rewrite = |text: &str, age| {
            fs::write(file.path(), text).expect("text");
            let time = SystemTime::now() + Duration::from_secs(age);
            file.as_file().set_modified(time).expect("a time");
        };
        rewrite("", 1);
        assert_eq!(jobs.changed(), None);
        rewrite("200%", 2);
        assert_eq!((jobs.changed(), jobs.changed()), (Some(8), None));
    }

    #[test]
    fn what_is_neither_a_number_nor_a_file_is_a_mistake() {
        assert!("no-such-file".parse::<JobCount>().is_err());
        assert_eq!("2".parse(), Ok(JobCount::Fixed(Jobs::Exactly(2))));
    }
}
