//! The page: a template with its style and script, and the run as JSON in it.

use std::collections::HashMap;
use std::io::{self, Write};

use serde_json::json;

use super::columns::{Columns, row};
use super::curve::{Curve, float};
use super::fate::Fate;
use super::ledger::{Ledger, Row};
use super::text::shown;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The most attempts that a page shows one by one.
const MOST: usize = 100_000;

/// The longest command line in it, in bytes.
const COMMAND: usize = 500;

/// How many values a curve has.
const PARTS: usize = 600;

/// What is known of the run as a whole.
#[derive(Debug)]
pub(super) struct About {
    /// Its command line, or the name of its log.
    pub(super) title: String,
    pub(super) machine: String,
    /// Seconds since 1970.
    pub(super) began: Option<f64>,
    /// In microseconds.
    pub(super) length: u64,
    pub(super) slots: usize,
    pub(super) exit: Option<u8>,
    /// Whether all jobs were run.
    pub(super) complete: bool,
    /// Whether it is known what jobs used, and where they ran.
    pub(super) knows_usage: bool,
    /// The memory of this process, in bytes; that of a job is only known where it was more.
    pub(super) own_memory: u64,
}

row! {
    /// An attempt as the page has it; the script knows the columns by their names.
    struct Shown {
        seq: u64,
        attempt: u32,
        slot: usize,
        start: u64,
        wall: u64,
        /// Its place in `fates`.
        fate: usize,
        /// Its place in `causes`.
        cause: usize,
        cpu: u64,
        memory: u64,
        again: u8,
        command: String,
    }
}

/// Writes it.
pub(super) fn write(out: &mut dyn Write, about: &About, ledger: &mut Ledger) -> io::Result<()> {
    let (head, tail) = PAGE.split_once("@DATA@").expect("a place for the data");
    out.write_all(head.replace("@STYLE@", STYLE).as_bytes())?;
    data(&mut Escaped(out), about, ledger)?;
    out.write_all(tail.replace("@SCRIPT@", SCRIPT).as_bytes())
}

/// The run as JSON.
fn data(out: &mut dyn Write, about: &About, ledger: &mut Ledger) -> io::Result<()> {
    let mut selection = Selection::of(ledger)?;
    let (mut running, mut memory) = (Curve::new(about.length, PARTS), Curve::new(about.length, PARTS));
    let mut counts = [0_u64; Fate::ALL.len()];
    let (mut retries, mut leaks, mut cpu, mut peak, mut first) = (0_u64, 0_u64, 0_u64, 0, true);
    let mut causes: HashMap<String, usize> = HashMap::new();
    out.write_all(b"{\"rows\":[")?;
    ledger.each(|row| {
        running.add(row.start, row.end(), 1.0);
        memory.add(row.start, row.end(), float(row.memory));
        counts[row.fate as usize] += u64::from(!row.again);
        retries += u64::from(row.again);
        leaks += u64::from(row.leaked);
        cpu += row.cpu;
        peak = row.memory.max(peak);
        if !selection.takes(&row) {
            return Ok(());
        }
        let number = causes.len();
        let cause = *causes.entry(row.cause).or_insert(number);
        let shown = Shown {
            seq: row.seq,
            attempt: row.attempt,
            slot: row.slot,
            start: row.start,
            wall: row.wall,
            fate: row.fate as usize,
            cause,
            cpu: row.cpu,
            memory: row.memory,
            again: row.again.into(),
            command: shown(&row.command.0, COMMAND),
        };
        out.write_all(if first { b"\n" } else { b",\n" })?;
        first = false;
        serde_json::to_writer(&mut *out, &shown).map_err(Into::into)
    })?;
    let mut sentences: Vec<_> = causes.into_iter().collect();
    sentences.sort_by_key(|(_, number)| *number);
    let sentences: Vec<_> = sentences.into_iter().map(|(sentence, _)| sentence).collect();
    let rest = json!({
        "maker": concat!("forkful ", env!("CARGO_PKG_VERSION")),
        "title": about.title,
        "machine": about.machine,
        "began": about.began,
        "length": about.length,
        "slots": about.slots,
        "exit": about.exit,
        "complete": about.complete,
        "knowsUsage": about.knows_usage,
        "columns": Shown::NAMES,
        "fates": Fate::ALL.map(Fate::label),
        "fine": Fate::ALL.map(Fate::is_fine),
        "counts": counts,
        "retries": retries,
        "leaks": leaks,
        "cpu": cpu,
        "peak": peak,
        "floor": about.own_memory,
        "attempts": ledger.len(),
        "causes": sentences,
        "running": running.values(),
        "memory": memory.values(),
    });
    let rest = rest.to_string();
    write!(out, "],{}", rest.trim_start_matches('{'))
}

/// Which attempts are shown where there are too many: those that failed, and the longest.
struct Selection {
    /// The least weight that is shown.
    least: u64,
    room: usize,
}

impl Selection {
    fn of(ledger: &mut Ledger) -> io::Result<Self> {
        Self::among(ledger, MOST)
    }

    fn among(ledger: &mut Ledger, room: usize) -> io::Result<Self> {
        if ledger.len() <= room {
            return Ok(Self { least: 0, room });
        }
        let mut weights = Vec::with_capacity(ledger.len());
        ledger.each(|row| {
            weights.push(weight(&row));
            Ok(())
        })?;
        let at = weights.len() - room;
        let (_, least, _) = weights.select_nth_unstable(at);
        Ok(Self { least: *least, room })
    }

    fn takes(&mut self, row: &Row) -> bool {
        let takes = weight(row) >= self.least && self.room > 0;
        self.room -= usize::from(takes);
        takes
    }
}

fn weight(row: &Row) -> u64 {
    let is_fine = row.fate.is_fine() && !row.again;
    (row.wall & (u64::MAX >> 1)) | (u64::from(!is_fine) << 63)
}

/// JSON in a page: no `<`, so that nothing in it ends the element that it stands in.
struct Escaped<'a>(&'a mut dyn Write);

impl Write for Escaped<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for (index, piece) in bytes.split(|byte| *byte == b'<').enumerate() {
            if index > 0 {
                self.0.write_all(b"\\u003c")?;
            }
            self.0.write_all(piece)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seq: u64, wall: u64, fate: Fate, command: &[u8]) -> Row {
        Row { seq, attempt: 1, slot: 1, wall, fate, command: command.to_vec().into(), ..Row::default() }
    }

    fn ledger(rows: &[Row]) -> Ledger {
        let mut ledger = Ledger::new(&std::env::temp_dir()).expect("a file");
        for row in rows {
            ledger.push(row).expect("room");
        }
        ledger
    }

    #[test]
    fn of_too_many_the_failed_and_the_longest_are_shown() {
        let fates =
            [(5, Fate::Succeeded), (1, Fate::Failed), (9, Fate::Succeeded), (7, Fate::Succeeded), (7, Fate::Flaky)];
        let rows: Vec<_> = (1..).zip(fates).map(|(seq, (wall, fate))| row(seq, wall, fate, b"")).collect();
        let shown = |room| {
            let mut ledger = ledger(&rows);
            let mut selection = Selection::among(&mut ledger, room).expect("a selection");
            let mut shown = Vec::new();
            ledger
                .each(|row| {
                    shown.extend(selection.takes(&row).then_some(row.seq));
                    Ok(())
                })
                .expect("rows");
            shown
        };
        assert_eq!([shown(1), shown(2), shown(3), shown(5)], [vec![2], vec![2, 3], vec![2, 3, 4], vec![1, 2, 3, 4, 5]]);
    }

    #[test]
    fn no_command_ends_the_data() {
        let about = About {
            title: "</script>".into(),
            machine: String::new(),
            began: None,
            length: 10,
            slots: 1,
            exit: None,
            complete: true,
            knows_usage: true,
            own_memory: 7 << 20,
        };
        let mut out = Vec::new();
        write(&mut out, &about, &mut ledger(&[row(1, 2, Fate::Failed, b"echo '</script><!--' \xff")])).expect("a page");
        let page = String::from_utf8(out).expect("text");
        let (_, data) = page.split_once("type=\"application/json\">").expect("data");
        let (data, _) = data.split_once("</script>").expect("an end");
        let data: serde_json::Value = serde_json::from_str(data).expect("json");
        assert_eq!(data["rows"][0][10], "echo '</script><!--' \\xff");
        assert_eq!((data["title"].as_str(), data["counts"][2].as_u64()), (Some("</script>"), Some(1)));
        assert_eq!(data["floor"], 7 << 20);
        assert!(!page.contains("@STYLE@") && !page.contains("@SCRIPT@"));
    }
}
