//! A page about a run of which only the job log is left, forkful's or GNU parallel's.
//!
//! The log has no slots: each job gets the lowest lane that is free when it starts.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::io;
use std::path::Path;
use std::{env, fs};

use super::curve::float;
use super::fate::Fate;
use super::file::{Place, is_stdout};
use super::ledger::{Ledger, Row};
use super::page::{self, About};
use super::text::shown;
use crate::error::Error;
use crate::job::Exit;

/// By how much jobs in one slot may seem to overlap, in microseconds: the log has milliseconds.
const SLACK: u64 = 2_000;

/// Writes a page about the run of a job log to a file; returns what is to be written to stdout, which is the page if the
/// file is `-`.
///
/// # Errors
/// When the log cannot be read or is none, and when the page cannot be written.
pub fn page_from_log(log: &Path, page: &Path) -> Result<Vec<u8>, Error> {
    let name = log.display();
    let text = fs::read(log).map_err(|cause| {
        Error::Usage(format!("--report-from {name}: {cause}; name a job log that --joblog has written"))
    })?;
    let place = (!is_stdout(page)).then(|| Place::new("the report", page)).transpose()?;
    let (mut rows, unread) = read(&text);
    if rows.is_empty() {
        let text =
            format!("--report-from {name}: there is no record of a job; name a job log that --joblog has written");
        return Err(Error::Usage(text));
    }
    let began = rows.iter().map(|row| row.start).min().unwrap_or_default();
    for row in &mut rows {
        row.start -= began;
    }
    let slots = assign_lanes(&mut rows);
    let unread = if unread > 0 { format!(" ({unread} of its lines are no records)") } else { String::new() };
    let title = format!("job log {}{unread}", shown(log.as_os_str().as_encoded_bytes(), 500));
    let about = About {
        title,
        machine: String::new(),
        began: Some(float(began) / 1e6),
        length: rows.iter().map(Row::end).max().unwrap_or_default(),
        slots,
        exit: None,
        complete: true,
        knows_usage: false,
        own_memory: 0,
    };
    let ledger = || -> io::Result<Ledger> {
        let mut ledger = Ledger::new(&env::temp_dir())?;
        rows.iter().try_for_each(|row| ledger.push(row))?;
        Ok(ledger)
    };
    let cannot = |cause| Error::System { what: "write what the report is made of", cause };
    let mut ledger = ledger().map_err(cannot)?;
    let mut text = Vec::new();
    match place {
        Some(place) => {
            let written = place.write(|out| page::write(out, &about, &mut ledger));
            written.map_err(|cause| place.unusable(&cause))?;
        }
        None => page::write(&mut text, &about, &mut ledger).map_err(cannot)?,
    }
    Ok(text)
}

/// The records, and how many lines are none.
fn read(log: &[u8]) -> (Vec<Row>, usize) {
    let (mut rows, mut unread) = (Vec::new(), 0);
    for line in log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty() && !line.starts_with(b"Seq\t")) {
        match record(line) {
            Some(row) => rows.push(row),
            None => unread += 1,
        }
    }
    (rows, unread)
}

fn record(line: &[u8]) -> Option<Row> {
    let mut columns = line.splitn(9, |byte| *byte == b'\t');
    let mut number = || std::str::from_utf8(columns.next()?).ok().map(str::trim);
    let seq = number()?.parse().ok()?;
    let _host = number()?;
    let [start, wall] = [micros(number()?)?, micros(number()?)?];
    let (_sent, received) = (number()?, number()?.parse().ok());
    let (status, signal): (i32, i32) = (number()?.parse().ok()?, number()?.parse().ok()?);
    let command = columns.next()?.iter().map(|&byte| if byte == 0 { b'\n' } else { byte }).collect::<Vec<_>>();
    let exit = Exit::from_log_columns(status, signal);
    let cause = match exit {
        // It may have been a time-out, --halt or a signal to the runner: the log does not tell.
        Exit::Killed(..) => "ended by the runner".into(),
        exit => exit.in_full(),
    };
    let (stdout, fate) = (received, Fate::of(exit, 1));
    // What the log does not tell is nothing.
    Some(Row { seq, attempt: 1, start, wall, stdout, fate, cause, command: command.into(), ..Row::default() })
}

/// Microseconds from seconds with a fraction.
fn micros(seconds: &str) -> Option<u64> {
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let digits: String = fraction.chars().chain("000000".chars()).take(6).collect();
    whole.parse::<u64>().ok()?.checked_mul(1_000_000)?.checked_add(digits.parse().ok()?)
}

/// Gives each row a lane, and sorts them by their start; how many lanes there are.
fn assign_lanes(rows: &mut [Row]) -> usize {
    rows.sort_by_key(|row| (row.start, row.seq));
    let (mut free, mut taken, mut lanes) = (BTreeSet::new(), BinaryHeap::new(), 0);
    for row in rows {
        while let Some(&Reverse((end, lane))) = taken.peek()
            && end <= row.start + SLACK
        {
            taken.pop();
            free.insert(lane);
        }
        row.slot = free.pop_first().unwrap_or_else(|| {
            lanes += 1;
            lanes
        });
        taken.push(Reverse((row.end(), row.slot)));
    }
    lanes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_either_program_are_read() {
        let log = b"Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n\
            1\t:\t1795473386.669\t     0.002\t0\t3\t0\t0\techo a\0b\tc\n\
            2\t:\t1795473386.5\t1.25\t0\t0\t143\t15\t\xff\n\
            3\t:\t1795473386.670\t1\t0\t0\t-1\t9\tsleep 9\n\
            torn\t:\n4\t:\t17";
        let (rows, unread) = read(log);
        let facts: Vec<_> = rows.iter().map(|row| (row.seq, row.start % 1_000_000, row.wall, row.fate)).collect();
        let expected = [
            (1, 669_000, 2_000, Fate::Succeeded),
            (2, 500_000, 1_250_000, Fate::Killed),
            (3, 670_000, 1_000_000, Fate::Ended),
        ];
        assert_eq!((facts.as_slice(), unread), (&expected[..], 2));
        assert_eq!((&*rows[0].command.0, &*rows[1].command.0), (&b"echo a\nb\tc"[..], &b"\xff"[..]));
    }

    #[test]
    fn a_job_gets_the_lowest_lane_that_is_free() {
        let row = |start: u64, wall: u64| {
            let line = format!("1\t:\t{start}\t{wall}\t0\t0\t0\t0\tx");
            record(line.as_bytes()).expect("a record")
        };
        let mut rows = [row(0, 10), row(1, 2), row(2, 5), row(3, 1), row(4, 9), row(20, 1)];
        assert_eq!(assign_lanes(&mut rows), 3);
        assert_eq!(rows.map(|row| row.slot), [1, 2, 3, 2, 2, 1]);
    }
}
