//! The trace: the events of Chrome's trace format, which Perfetto reads too.
//!
//! A slot is a thread of one process; an attempt is a complete event (`X`) with its facts as arguments. Counters (`C`)
//! tell the average number of running jobs and the sum of their peak memory in each of [`PARTS`] parts of the run.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::curve::{Curve, float};
use super::ledger::{Ledger, Row};
use super::page::About;
use super::text::shown;

/// How many values a counter has.
const PARTS: usize = 1000;

/// The longest name of an event, in bytes; the arguments have it whole.
const NAME: usize = 100;

/// Writes it.
pub(super) fn write(out: &mut dyn Write, about: &About, ledger: &mut Ledger) -> io::Result<()> {
    out.write_all(b"{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n")?;
    let name = json!({"name": "process_name", "ph": "M", "pid": 1, "tid": 0, "args": {"name": about.title}});
    write!(out, "{name}")?;
    let mut put = |event: &Value| write!(out, ",\n{event}");
    let (mut running, mut memory) = (Curve::new(about.length, PARTS), Curve::new(about.length, PARTS));
    let mut slots = 0;
    ledger.each(|row| {
        running.add(row.start, row.end(), 1.0);
        memory.add(row.start, row.end(), float(row.memory));
        // Slots appear in the order of their numbers.
        for slot in slots + 1..=row.slot {
            put(&json!({"name": "thread_name", "ph": "M", "pid": 1, "tid": slot, "args": {"name": format!("slot {slot}")}}))?;
        }
        slots = slots.max(row.slot);
        put(&complete(&row))
    })?;
    let time = |part: usize| float(about.length) * float(part as u64) / float(PARTS as u64);
    for (name, value, curve) in [("jobs", "running", running), ("memory", "bytes", memory)] {
        let mut last = None;
        for (part, height) in
            curve.values().into_iter().enumerate().filter(|(_, height)| last.replace(*height) != Some(*height))
        {
            put(&json!({"name": name, "ph": "C", "pid": 1, "ts": time(part), "args": {value: height}}))?;
        }
        put(&json!({"name": name, "ph": "C", "pid": 1, "ts": about.length, "args": {value: 0}}))?;
    }
    out.write_all(b"\n]}\n")
}

fn complete(row: &Row) -> Value {
    json!({
        "name": shown(&row.command.0, NAME),
        "cat": row.fate.label(),
        "ph": "X",
        "pid": 1,
        "tid": row.slot,
        "ts": row.start,
        "dur": row.wall,
        "args": {
            "seq": row.seq,
            "attempt": row.attempt,
            "outcome": row.fate,
            "cause": row.cause,
            "retried": row.again,
            "command": row.command,
            "cpu_us": row.cpu,
            "max_rss": row.memory,
            "stdout_bytes": row.stdout,
            "stderr_bytes": row.stderr,
        },
    })
}
