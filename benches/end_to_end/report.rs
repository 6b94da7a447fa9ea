//! The dated table: ratios, and what they were measured on.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use std::thread;

use super::measure::Measured;
use super::rows::{FORKFUL, PEERS, Row};

/// The table in the making.
pub(crate) struct Report {
    day: String,
    lines: Vec<String>,
}

impl Report {
    /// Begins a table of today.
    pub(crate) fn new() -> io::Result<Self> {
        let columns = PEERS.map(|peer| format!(" forkful / {peer} |")).concat();
        let lines = vec![
            format!("| job |{columns} ms a job (absolute: this machine, this day) |"),
            format!("|---|{}---|", "---:|".repeat(PEERS.len())),
        ];
        Ok(Self { day: first_line("date", &["+%F"])?, lines })
    }

    /// The day in ISO 8601.
    pub(crate) fn day(&self) -> &str {
        &self.day
    }

    /// Adds a row.
    pub(crate) fn add(&mut self, row: &Row, measured: &[Measured]) {
        let ratio = |peer: &str| {
            let found = measured.iter().find(|measured| measured.runner == peer);
            found.map_or(" – |".to_owned(), |found| format!(" {:.3} |", found.ratio))
        };
        let ratios = PEERS.map(ratio).concat();
        let absolute = measured.iter().map(|one| format!("{} {:.3}", one.runner, one.milliseconds));
        self.lines.push(format!("| {} |{ratios} {} |", row.title, absolute.collect::<Vec<_>>().join(", ")));
    }

    /// Writes the table, replacing an earlier one of the same day.
    pub(crate) fn write(&self, path: &Path, peak_memory: i64) -> io::Result<()> {
        let cores = thread::available_parallelism()?;
        let kernel = first_line("uname", &["-sr"])?;
        let versions = [FORKFUL, "parallel", "xargs", "rust-parallel"]
            .map(|program| first_line(program, &["--version"]).unwrap_or_else(|_| format!("no {program}")))
            .join(", ");
        let text = format!(
            "# End to end, {}\n\n{cores} cores, {kernel}; {versions}.\n\n\
             Time for a job, forkful's by the other's, median over rounds in turn: below 1 means that forkful is\n\
             faster. 4,000 inputs at two jobs at a time; GNU parallel gets 400. The limit is two threads in a loop of\n\
             `posix_spawnp` and `waitpid` that capture nothing.\n\n{}\n\n\
             Peak resident memory over 1,000,000 inputs from stdin with `--dry-run`: {:.1} MiB.\n",
            self.day,
            self.lines.join("\n"),
            f64::from(i32::try_from(peak_memory).unwrap_or(i32::MAX)) / 1024.0,
        );
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        fs::write(path, text)
    }
}

/// The first line that a program prints.
fn first_line(program: &str, arguments: &[&str]) -> io::Result<String> {
    let output = Command::new(program).args(arguments).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned())
}
