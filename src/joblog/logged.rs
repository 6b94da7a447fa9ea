//! What a log says that has been done.
//!
//! A million lines fit into 32 MB: of each command only a hash is kept, with a key of this process, so that nobody
//! can make two commands that look the same to it. The lines are sorted once and searched from then on.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufRead, BufReader, ErrorKind};
use std::path::Path;

use super::blank::{Blank, variants};
use super::record::{End, Entry};
use super::{ResumeBy, describe};
use crate::error::Error;

/// Which jobs of the log are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// Those that have had their turn (`--resume`).
    Runs,
    /// Those that succeeded (`--resume-failed`).
    Successes,
}

/// The jobs of a log, each of which answers for one job of this run.
#[derive(Debug)]
pub struct Logged {
    counts: Counts,
    by: ResumeBy,
    lines: Vec<Line>,
    /// Whether the line of the log with this number has answered for a job.
    used: Vec<bool>,
    /// How many of the lines with a key have been looked at in vain, or used, for jobs with other numbers.
    looked_at: HashMap<u128, usize>,
    keys: Keys,
    /// The number of the first job of the log.
    first: Option<u64>,
}

/// A line of the log, under one of the keys that it may be looked for by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    key: u128,
    seq: u64,
    /// Which line of the log it is.
    number: u32,
    end: u8,
}

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub struct Sought<'a> {
    /// Its number.
    pub seq: u64,
    /// Its command line.
    pub line: &'a [u8],
    /// The same with stand-ins for the numbers of the run, if it holds any.
    pub blanked: Option<&'a [u8]>,
    /// Whether only the log's line with its number may be its.
    pub with_number: bool,
    /// Whether this run would leave it out.
    pub left_out: bool,
}

/// Makes keys of commands.
#[derive(Debug, Default)]
struct Keys(RandomState, RandomState);

impl Keys {
    fn of(&self, command: &[u8]) -> u128 {
        u128::from(self.0.hash_one(command)) << 64 | u128::from(self.1.hash_one(command))
    }
}

impl Logged {
    /// Reads a log. Where it does not exist, nothing has been done. `blanks` are the numbers of the run in the command.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(path: &Path, counts: Counts, by: ResumeBy, blanks: &[Blank]) -> Result<Self, Error> {
        let failed = |cause| Error::ReadInput { name: describe(path), cause };
        let (lines, used, looked_at) = (Vec::new(), Vec::new(), HashMap::new());
        let mut logged = Self { counts, by, lines, used, looked_at, keys: Keys::default(), first: None };
        let about = std::fs::metadata(path);
        // What is no file holds nothing that could be read back.
        if about.as_ref().is_ok_and(|about| !about.is_file()) {
            return Ok(logged);
        }
        match File::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
            Ok(file) => each_entry(BufReader::with_capacity(1 << 16, file), |entry| logged.add(entry, blanks))
                .map_err(failed)?,
        }
        logged.lines.sort_unstable();
        Ok(logged)
    }

    fn add(&mut self, entry: Entry<'_>, blanks: &[Blank]) {
        let Entry { seq, end, command, .. } = entry;
        let Ok(number) = u32::try_from(self.used.len()) else { return };
        self.used.push(false);
        self.first.get_or_insert(seq);
        let (lines, keys) = (&mut self.lines, &self.keys);
        let mut add = |key| lines.push(Line { key, seq, number, end: end as u8 });
        if self.by == ResumeBy::Seq {
            return add(seq.into());
        }
        add(keys.of(command));
        if !blanks.is_empty() {
            variants(command, blanks, seq, &mut |text| add(keys.of(text)));
        }
    }

    /// Whether the log says that a job need not be run, or that it must; `None` if it says nothing of it. Each line
    /// speaks of one job.
    pub fn answer(&mut self, sought: Sought<'_>) -> Option<bool> {
        if self.by == ResumeBy::Seq {
            return self.find(sought.seq.into(), sought, true);
        }
        let plain = self.keys.of(&without_newlines(sought.line));
        let Some(blanked) = sought.blanked else { return self.find(plain, sought, sought.with_number) };
        let key = self.keys.of(&without_newlines(blanked));
        self.find(key, sought, false).or_else(|| self.find(plain, sought, true))
    }

    /// Whether the runner has ended jobs of the log.
    pub fn has_ended(&self) -> bool {
        self.lines.iter().any(|line| line.end == End::Ended as u8)
    }

    /// Whether the log begins with a job of this number, which is then most likely meant to be this one.
    pub fn begins_with(&self, seq: u64) -> bool {
        self.first == Some(seq)
    }

    /// What a line with this key says, one with the number of the job before all others.
    fn find(&mut self, key: u128, sought: Sought<'_>, with_number: bool) -> Option<bool> {
        let start = self.lines.partition_point(|line| line.key < key);
        let lines = &self.lines[start..];
        let lines = &lines[..lines.partition_point(|line| line.key == key)];
        let is_free = |group: &[Line]| group.iter().all(|line| !self.used[line.number as usize]);
        let answers = |group: &[Line]| group.last().is_some_and(|line| line.answers(self.counts, sought.left_out));
        let own = lines.partition_point(|line| line.seq < sought.seq);
        let own = lines[own..].chunk_by(same_job).next().filter(|group| group[0].seq == sought.seq);
        let (group, answer) = match own.filter(|own| is_free(own)) {
            // The last time counts.
            Some(own) => (own, answers(own)),
            None if with_number || lines.is_empty() => return None,
            None => {
                let looked_at = self.looked_at.entry(key).or_default();
                let mut groups = lines[*looked_at..].chunk_by(same_job);
                let found = groups.by_ref().inspect(|group| *looked_at += group.len());
                (found.filter(|group| is_free(group)).find(|group| answers(group))?, true)
            }
        };
        for line in group {
            self.used[line.number as usize] = true;
        }
        Some(answer)
    }
}

fn same_job(one: &Line, other: &Line) -> bool {
    one.seq == other.seq
}

impl Line {
    fn answers(&self, counts: Counts, left_out: bool) -> bool {
        match counts {
            _ if self.end == End::LeftOut as u8 => left_out,
            _ if self.end == End::Succeeded as u8 => true,
            Counts::Runs => self.end == End::Failed as u8,
            Counts::Successes => false,
        }
    }
}

/// The log has NUL for newline.
fn without_newlines(line: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\n', line).is_none() {
        return line.into();
    }
    line.iter().map(|&byte| if byte == b'\n' { 0 } else { byte }).collect::<Vec<_>>().into()
}

/// Calls `each` with the jobs of a log. A line that has no end has not been written to the end.
pub(super) fn each_entry(mut log: impl BufRead, mut each: impl FnMut(Entry<'_>)) -> io::Result<()> {
    let mut line = Vec::new();
    while log.read_until(b'\n', &mut line)? > 0 {
        if let Some(entry) = line.strip_suffix(b"\n").and_then(Entry::parse) {
            each(entry);
        }
        line.clear();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Number, exit value and command of a line.
    type LogLine = (u64, i32, &'static str);
    /// Lines, the jobs that are looked for, and those that are not found.
    type Case = (&'static [LogLine], &'static [(u64, &'static str)], &'static [u64]);

    fn logged(lines: &[LogLine], counts: Counts, by: ResumeBy, blanks: &[Blank]) -> Logged {
        let line =
            |(seq, exit, command): &(u64, i32, &str)| format!("{seq}\t:\t1.0\t1.0\t0\t0\t{exit}\t0\t{command}\n");
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), lines.iter().map(line).collect::<String>()).expect("a log");
        Logged::read(file.path(), counts, by, blanks).expect("a log")
    }

    fn sought(seq: u64, line: &str) -> Sought<'_> {
        Sought { seq, line: line.as_bytes(), blanked: None, with_number: false, left_out: false }
    }

    /// The jobs that are still to be run.
    fn left(mut logged: Logged, jobs: &[(u64, &str)]) -> Vec<u64> {
        let jobs = jobs.iter().filter(|(seq, line)| logged.answer(sought(*seq, line)) != Some(true));
        jobs.map(|(seq, _)| *seq).collect()
    }

    #[test]
    fn a_line_answers_for_one_job_with_its_command() {
        let cases: [Case; 7] = [
            (&[(1, 0, "a"), (2, 0, "b")], &[(1, "b"), (2, "a"), (3, "c")], &[3]),
            (&[(1, 0, "a"), (2, 0, "b")], &[(1, "x"), (2, "y")], &[1, 2]),
            (&[(1, 0, "a"), (3, 0, "a")], &[(1, "a"), (2, "a"), (3, "a")], &[3]),
            (&[(1, 0, "a"), (1, 0, "a")], &[(1, "a"), (2, "a")], &[2]),
            (&[(1, 3, "a"), (2, -1, "b"), (3, -2, "c")], &[(1, "a"), (2, "b"), (3, "c")], &[2, 3]),
            (&[(1, -1, "a"), (1, 0, "a")], &[(1, "a")], &[]),
            (&[(1, 0, "a\0b")], &[(1, "a\nb"), (2, "a b")], &[2]),
        ];
        for (log, jobs, expected) in cases {
            assert_eq!(left(logged(log, Counts::Runs, ResumeBy::Command, &[]), jobs), expected, "{log:?} for {jobs:?}");
        }
    }

    #[test]
    fn the_last_line_of_a_job_tells_whether_it_failed() {
        let cases: [Case; 4] = [
            (&[(1, 1, "a"), (1, 0, "a")], &[(1, "a")], &[]),
            (&[(1, 0, "a"), (1, 1, "a")], &[(1, "a")], &[1]),
            (&[(1, 0, "a"), (2, 1, "a")], &[(1, "a"), (2, "a")], &[2]),
            (&[(1, 1, "a"), (3, 0, "a")], &[(3, "a"), (4, "a")], &[4]),
        ];
        for (log, jobs, expected) in cases {
            let logged = logged(log, Counts::Successes, ResumeBy::Command, &[]);
            assert_eq!(left(logged, jobs), expected, "{log:?} for {jobs:?}");
        }
    }

    #[test]
    fn by_number_the_command_does_not_matter() {
        let log: &[_] = &[(1, 0, "a"), (2, 5, "b"), (2, 0, "b"), (3, 5, "c")];
        let jobs: &[_] = &[(1, "x"), (2, "y"), (3, "z"), (4, "a")];
        for (counts, expected) in [(Counts::Runs, [4].as_slice()), (Counts::Successes, &[3, 4])] {
            assert_eq!(left(logged(log, counts, ResumeBy::Seq, &[]), jobs), expected);
        }
    }

    #[test]
    fn a_job_that_was_left_out_stays_so_only_if_it_still_is() {
        for left_out in [false, true] {
            let mut logged = logged(&[(1, -2, "a")], Counts::Runs, ResumeBy::Command, &[]);
            assert_eq!(logged.answer(Sought { left_out, ..sought(1, "a") }), Some(left_out));
        }
    }

    #[test]
    fn numbers_of_the_run_do_not_matter() {
        let log = [(1, 0, "do 1 x1 on 3"), (2, 0, "do 2 x2 on 1")];
        let blanked = |value: &str| format!("do {} x{value} on {}", Blank::Seq.standin(), Blank::Slot.standin());
        let mut logged = logged(&log, Counts::Runs, ResumeBy::Command, &[Blank::Seq, Blank::Slot]);
        for (seq, value, done) in [(5, "3", false), (6, "2", true), (7, "2", false), (1, "1", true)] {
            let (line, blanked) = (format!("do {seq} x{value} on 1"), blanked(value));
            let sought = Sought { blanked: Some(blanked.as_bytes()), ..sought(seq, &line) };
            assert_eq!(logged.answer(sought) == Some(true), done, "{line}");
        }
    }
}
