//! A line of the log: written for a job, and read back.

use std::time::UNIX_EPOCH;

use crate::job::{Outcome, Seq};

/// The first line.
pub(super) const HEADER: &[u8] = b"Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n";

/// The largest number of a job that is believed.
const MOST: u64 = 1 << 62;

/// What the log says of a job, beside its outcome.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Its number.
    pub seq: Seq,
    /// How it ended.
    pub outcome: &'a Outcome,
    /// Bytes of its stdout.
    pub received: u64,
    /// Its command line.
    pub line: &'a [u8],
}

impl Record<'_> {
    /// The line, with its end.
    pub(super) fn text(&self) -> Vec<u8> {
        let Record { seq, outcome, received, line } = self;
        let started = outcome.started.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        let (runtime, sent) = (outcome.runtime.as_secs_f64(), outcome.sent);
        let (exit, signal) = outcome.exit.log_columns();
        let mut text =
            format!("{seq}\t:\t{started:.3}\t{runtime:10.3}\t{sent}\t{received}\t{exit}\t{signal}\t").into_bytes();
        let command = text.len();
        text.extend_from_slice(line);
        if memchr::memchr(b'\n', line).is_some() {
            text[command..].iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = 0);
        }
        text.push(b'\n');
        text
    }
}

/// How the log says that a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With status 0, and by no signal.
    Succeeded,
    /// In another way of its own.
    Failed,
    /// The runner ended it.
    Ended,
    /// It was left out.
    LeftOut,
}

/// A line that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub(super) seq: u64,
    pub(super) end: End,
    /// Whether it was sent data.
    pub(super) has_data: bool,
    /// The command as it is in the log: with NUL for newline.
    pub(super) command: &'a [u8],
}

impl<'a> Entry<'a> {
    /// Reads a line without its end; `None` for the header, and for what no run has written.
    pub(super) fn parse(line: &'a [u8]) -> Option<Self> {
        let mut columns = line.splitn(9, |&byte| byte == b'\t');
        let seq = number(columns.next()?).filter(|seq| (1..=MOST).contains(seq))?;
        let mut columns = columns.skip(3);
        let sent: Option<u64> = number(columns.next()?);
        let mut columns = columns.skip(1);
        let (exit, signal): (i64, i64) = (number(columns.next()?)?, number(columns.next()?)?);
        let end = match (exit, signal) {
            (0, 0) => End::Succeeded,
            (-1, _) => End::Ended,
            (-2, _) => End::LeftOut,
            _ => End::Failed,
        };
        Some(Self { seq, end, has_data: sent.is_some_and(|bytes| bytes > 0), command: columns.next()? })
    }
}

fn number<T: std::str::FromStr>(text: &[u8]) -> Option<T> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Whether a line without an end is the beginning of one of the log's, or what a crash of the machine leaves of it.
pub(super) fn is_torn(line: &[u8]) -> bool {
    let is_beginning = || {
        let numeric = |text: &[u8]| text.iter().all(|byte| byte.is_ascii_digit() || b" .-".contains(byte));
        let mut columns = line.splitn(9, |&byte| byte == b'\t').take(8).enumerate();
        line[0].is_ascii_digit() && columns.all(|(index, text)| index == 1 || numeric(text))
    };
    HEADER.starts_with(line) || line.iter().all(|&byte| byte == 0) || is_beginning()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::job::Exit;

    #[test]
    fn a_record_is_a_line_of_nine_columns() {
        let outcome = Outcome {
            started: UNIX_EPOCH + Duration::from_millis(1_795_473_386_669),
            runtime: Duration::from_millis(2),
            ..Outcome::of(Exit::Signal(15))
        };
        let text = Record { seq: Seq(7), outcome: &outcome, received: 3, line: b"a\nb\tc" }.text();
        assert_eq!(text, b"7\t:\t1795473386.669\t     0.002\t0\t3\t143\t15\ta\0b\tc\n");
        let entry = Entry::parse(&text[..text.len() - 1]).expect("an entry");
        assert_eq!(entry, Entry { seq: 7, end: End::Failed, has_data: false, command: b"a\0b\tc" });
        assert!((1..text.len()).all(|cut| is_torn(&text[..cut])), "a beginning of it is not known");
    }

    #[test]
    fn the_way_a_job_ended_is_read_back() {
        let cases = [
            ("0\t0", Some(End::Succeeded)),
            ("0\t15", Some(End::Failed)),
            ("143\t15", Some(End::Failed)),
            ("-1\t15", Some(End::Ended)),
            ("-2\t0", Some(End::LeftOut)),
            ("Exitval\tSignal", None),
            ("0", None),
        ];
        for (columns, expected) in cases {
            let line = format!("1\thost\t1.0\t 0.1\t0\t0\t{columns}\ttrue");
            assert_eq!(Entry::parse(line.as_bytes()).map(|entry| entry.end), expected, "{line}");
        }
    }

    #[test]
    fn what_somebody_else_has_written_is_not_torn() {
        for (line, torn) in [("Seq\tHo", true), ("1", true), ("12\t:\t17", true), ("\0\0", true), ("a note", false)] {
            assert_eq!(is_torn(line.as_bytes()), torn, "{line}");
        }
    }
}
