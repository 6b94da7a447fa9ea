//! The `JUnit` report: each job is a test case.
//!
//! It is built in memory, about 1 KiB a job, because a suite begins with the number of its tests.

use std::collections::HashMap;
use std::error::Error;
use std::io::{self, Write};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestRerun, TestSuite, XmlString};

use super::fate::Fate;
use super::ledger::{Ledger, Row};
use super::legal::{Restored, legal};
use super::tail::{Ends, Tails};
use super::text::shown;

/// The longest command line in it, in bytes.
const NAME: usize = 4 << 10;

/// Writes it.
pub(super) fn write(out: &mut dyn Write, length: Duration, ledger: &mut Ledger, mut tails: Tails) -> io::Result<()> {
    let mut suite = TestSuite::new("forkful");
    // Attempts that were not the last, by their job.
    let mut earlier: HashMap<u64, Vec<(Row, Option<Ends>)>> = HashMap::new();
    ledger.each(|row| {
        let ends = if row.fate == Fate::Succeeded && !row.again { None } else { tails.next(row.seq) };
        if row.again {
            earlier.entry(row.seq).or_default().push((row, ends));
        } else {
            let reruns = earlier.remove(&row.seq).unwrap_or_default();
            suite.add_test_case(case(&row, ends, reruns));
        }
        Ok(())
    })?;
    // Those that were to be tried again when the run was ended.
    let mut left: Vec<_> = earlier.into_values().collect();
    left.sort_by_key(|attempts| attempts[0].0.seq);
    for mut attempts in left {
        if let Some((row, ends)) = attempts.pop() {
            suite.add_test_case(case(&row, ends, attempts));
        }
    }
    suite.set_time(length);
    let mut report = Report::new("forkful");
    report.set_time(length).add_test_suite(suite);
    let mut restored = Restored::new(out);
    report.serialize(&mut restored).map_err(|error| io::Error::other(cause(&error)))?;
    restored.finish()
}

/// The error below it all, which says what happened.
fn cause(error: &dyn Error) -> String {
    error.source().map_or_else(|| error.to_string(), cause)
}

fn case(row: &Row, ends: Option<Ends>, reruns: Vec<(Row, Option<Ends>)>) -> TestCase {
    let mut status = match row.fate {
        Fate::Succeeded | Fate::Flaky => TestCaseStatus::success(),
        Fate::Skipped => TestCaseStatus::skipped(),
        fate => TestCaseStatus::non_success(kind(fate)),
    };
    status.set_message(row.cause.as_str()).set_type(row.fate.label());
    status.add_reruns(reruns.into_iter().map(|(row, ends)| {
        let mut rerun = TestRerun::new(kind(row.fate));
        rerun.set_time(Duration::from_micros(row.wall)).set_message(row.cause).set_type(row.fate.label());
        let [stdout, stderr] = texts(ends);
        rerun.system_out = stdout;
        rerun.system_err = stderr;
        rerun
    }));
    let mut case = TestCase::new(legal(&shown(&row.command.0, NAME)), status);
    case.set_classname("forkful").set_time(Duration::from_micros(row.wall));
    let [stdout, stderr] = texts(ends);
    case.system_out = stdout;
    case.system_err = stderr;
    case
}

/// A failure is the job's doing; an error is what kept it from showing what it does.
fn kind(fate: Fate) -> NonSuccessKind {
    match fate {
        Fate::NotStarted | Fate::Ended | Fate::OutOfMemory => NonSuccessKind::Error,
        _ => NonSuccessKind::Failure,
    }
}

/// What a test case quotes of both streams.
fn texts(ends: Option<Ends>) -> [Option<XmlString>; 2] {
    ends.unwrap_or_default().map(|tail| {
        let bytes = tail.into_bytes();
        (!bytes.is_empty()).then(|| legal(&shown(&bytes, usize::MAX)).into())
    })
}
