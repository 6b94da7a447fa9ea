//! The commands of a log that have failed, to be run again as they are in there (`--retry-failed`).

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use super::describe;
use super::logged::each_entry;
use super::record::End;
use crate::error::Error;
use crate::job::{Job, Seq, Values};

/// The jobs that have failed or were ended, in the order of their numbers, and the numbers of the log for those that
/// need others here: a log of several lists may have a number twice.
///
/// # Errors
/// When the log cannot be read, and when jobs were sent data: it is not in the log, and without it the commands do
/// something else, perhaps with success.
pub fn failed(path: &Path) -> Result<(Vec<Job>, HashMap<Seq, Seq>), Error> {
    let cannot = |cause| {
        Error::Usage(format!(
            "cannot read {}: {cause}; --retry-failed runs what has failed in the log of an earlier run",
            describe(path)
        ))
    };
    let file = File::open(path).map_err(cannot)?;
    // What counts is how a command with a number ended the last time.
    let mut failed: BTreeSet<(u64, Vec<u8>)> = BTreeSet::new();
    let (mut largest, mut has_data) = (0, false);
    each_entry(BufReader::with_capacity(1 << 16, file), |entry| {
        largest = largest.max(entry.seq);
        // Of one that read nothing the log does not tell whether there was something.
        has_data |= entry.has_data;
        let key = (entry.seq, entry.command.to_vec());
        match entry.end {
            End::Succeeded | End::LeftOut => failed.remove(&key),
            End::Failed | End::Ended => failed.insert(key),
        };
    })
    .map_err(cannot)?;
    if has_data && !failed.is_empty() {
        return Err(Error::Usage(format!(
            "--retry-failed: {} is of jobs that read data, which is not in it; run the command line of that run again with \
             the same data, and --resume-failed in place of --retry-failed",
            describe(path)
        )));
    }
    let (mut jobs, mut others, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    let mut numbers = HashMap::new();
    for (seq, mut command) in failed {
        command.iter_mut().filter(|byte| **byte == 0).for_each(|byte| *byte = b'\n');
        let values = Values::from(command);
        if seen.insert(seq) {
            jobs.push(Job::new(Seq(seq), values));
        } else {
            largest += 1;
            numbers.insert(Seq(largest), Seq(seq));
            others.push(Job::new(Seq(largest), values));
        }
    }
    jobs.append(&mut others);
    Ok((jobs, numbers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_are_not_run_without_the_data_that_they_had() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let outcome = |sent: u64, exits: [u8; 2]| {
            let line =
                |(seq, exit)| format!("{seq}\t:\t1.0\t1.0\t{}\t0\t{exit}\t0\tcat\n", if seq == 1 { sent } else { 0 });
            std::fs::write(file.path(), [(1, exits[0]), (2, exits[1])].map(line).concat()).expect("a log");
            failed(file.path()).map(|(jobs, _)| jobs.len())
        };
        assert!(matches!(outcome(0, [1, 1]), Ok(2)));
        // The second may have failed before it could read any.
        for exits in [[1, 0], [0, 1]] {
            let text = outcome(7, exits).expect_err("data").to_string();
            assert!(text.contains("read data") && text.contains("--resume-failed"), "{text}");
        }
        assert!(matches!(outcome(7, [0, 0]), Ok(0)));
    }

    #[test]
    fn what_failed_last_is_run_again_under_a_number_of_its_own() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let lines =
            [(2, 1, "b"), (1, -1, "a\0x"), (3, 1, "c"), (3, 0, "c"), (2, 7, "other"), (4, -2, "d"), (5, 0, "e")];
        let line = |(seq, exit, command)| format!("{seq}\t:\t1.0\t1.0\t0\t0\t{exit}\t0\t{command}\n");
        std::fs::write(file.path(), lines.map(line).concat()).expect("a log");
        let (jobs, numbers) = failed(file.path()).expect("a log");
        let jobs: Vec<_> = jobs.iter().map(|job| (job.seq.0, job.values.get(0).expect("a command"))).collect();
        assert_eq!(jobs, [(1, &b"a\nx"[..]), (2, b"b"), (6, b"other")]);
        assert_eq!(numbers, HashMap::from([(Seq(6), Seq(2))]));
    }
}
