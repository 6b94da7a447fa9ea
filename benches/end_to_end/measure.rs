//! Measuring: commands in turn, per-job times, and the memory of a run over a million inputs.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use super::limit;
use super::rows::{Entry, FORKFUL, Row};

/// How often the commands of a row run in turn.
const ROUNDS: usize = 5;
/// Inputs of the run whose memory is measured.
const MANY: u32 = 1_000_000;

/// What the rounds gave for one runner.
pub(crate) struct Measured {
    pub(crate) runner: &'static str,
    /// Median over the rounds of forkful's time for a job by this runner's.
    pub(crate) ratio: f64,
    /// Median time for a job, in milliseconds on this machine.
    pub(crate) milliseconds: f64,
}

/// Runs the commands of a row in turn.
pub(crate) fn in_turn(row: &Row, work: &Path) -> io::Result<Vec<Measured>> {
    let mut times = vec![Vec::new(); row.commands.len()];
    for round in 0..=ROUNDS {
        for (entry, times) in row.commands.iter().zip(&mut times) {
            let time = time_per_job(entry, work)?;
            // The first round only warms up.
            if round > 0 {
                times.push(time);
            }
        }
    }
    let ours = times[0].clone();
    let measured = row.commands.iter().zip(times).map(|(entry, times)| Measured {
        runner: entry.runner,
        ratio: median(ours.iter().zip(&times).map(|(ours, theirs)| ours / theirs)),
        milliseconds: 1000.0 * median(times.iter().copied()),
    });
    Ok(measured.collect())
}

/// Seconds for one job of a run.
fn time_per_job(entry: &Entry, work: &Path) -> io::Result<f64> {
    let start = Instant::now();
    for _ in 0..entry.repeats {
        run(&entry.words, entry.inputs, work)?;
    }
    Ok(start.elapsed().as_secs_f64() / f64::from(entry.inputs * entry.repeats))
}

/// The peak resident memory of forkful over a million inputs, in KiB.
pub(crate) fn peak_memory(work: &Path) -> io::Result<i64> {
    run(&[FORKFUL, "--dry-run", "echo"].map(str::to_owned), MANY, work)
}

/// Runs a command over the numbers up to `inputs`; the result is its peak resident memory in KiB.
fn run(words: &[String], inputs: u32, work: &Path) -> io::Result<i64> {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).stdin(File::open(numbers(inputs, work)?)?).stdout(Stdio::null()).stderr(Stdio::null());
    // GNU parallel would ask its parents which shell it was called from; all get the same one.
    let child = command.env("PARALLEL_SHELL", "/bin/sh").env_remove("PARALLEL").spawn()?;
    let (status, memory) = limit::wait_for(child.id())?;
    if status == 0 { Ok(memory) } else { Err(io::Error::other(format!("{words:?} ended with wait status {status}"))) }
}

/// A file with a number a line, written piece by piece: a child's peak counts what this process held when it began.
fn numbers(up_to: u32, work: &Path) -> io::Result<PathBuf> {
    let path = work.join(up_to.to_string());
    if !path.exists() {
        let mut file = BufWriter::new(File::create(&path)?);
        (1..=up_to).try_for_each(|number| writeln!(file, "{number}"))?;
        file.flush()?;
    }
    Ok(path)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
