//! Taking the lines out of a log that a later one has made pointless.
//!
//! A job that the runner ended is logged with -1, and once more when a resumed run has run it again. Its first line
//! then says nothing any more, and who counts lines would count the job twice. The log is written anew beside the old
//! one and takes its name, so that there is a whole log at any moment.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use super::record::{End, Entry};

/// Takes them out of the log, if there are any. A log that has another owner or name besides stays as it is.
pub(super) fn tidy(file: &File, path: &Path) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let about = file.metadata()?;
    let is_ours = about.uid() == rustix::process::geteuid().as_raw() && about.nlink() == 1;
    let is_there = fs::metadata(&path).is_ok_and(|found| (found.dev(), found.ino()) == (about.dev(), about.ino()));
    let pointless = pointless(&path)?;
    let Some(folder) = path.parent().filter(|_| is_ours && is_there && !pointless.is_empty()) else { return Ok(()) };
    let fresh = tempfile::Builder::new().prefix(".forkful-log-").tempfile_in(folder)?;
    let mut writer = BufWriter::new(fresh.as_file());
    each_line(&path, |number, line| if pointless.contains(&number) { Ok(()) } else { writer.write_all(line) })?;
    writer.flush()?;
    drop(writer);
    fresh.as_file().set_permissions(fs::Permissions::from_mode(about.mode() & 0o7777))?;
    fresh.as_file().sync_data()?;
    fresh.persist(&path)?;
    Ok(())
}

/// The numbers of the lines with -1 that have a later one of the same job.
fn pointless(path: &Path) -> io::Result<HashSet<usize>> {
    let (mut ended, mut pointless) = (HashMap::new(), HashSet::new());
    each_line(path, |number, line| {
        let Some(entry) = line.strip_suffix(b"\n").and_then(Entry::parse) else { return Ok(()) };
        if entry.end == End::Ended {
            pointless.extend(ended.insert((entry.seq, entry.command.to_vec()), number));
        } else if !ended.is_empty() {
            pointless.extend(ended.remove(&(entry.seq, entry.command.to_vec())));
        }
        Ok(())
    })?;
    Ok(pointless)
}

fn each_line(path: &Path, mut each: impl FnMut(usize, &[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut log = BufReader::with_capacity(1 << 16, File::open(path)?);
    let mut line = Vec::new();
    for number in 0.. {
        line.clear();
        if log.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        each(number, &line)?;
    }
    Ok(())
}
