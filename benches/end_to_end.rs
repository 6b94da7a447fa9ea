//! The program against the limit and against its peers, in one run: `cargo bench --bench end_to_end`.
//!
//! Machines differ and are noisy, so only ratios within one round mean anything: the commands of a row run in turn,
//! A B C A B C …, after a warm-up, and the row shows the median over the rounds. The table goes to
//! `benches/results/DAY.md`. GNU parallel and rust-parallel take part where they are installed.

#[path = "end_to_end/limit.rs"]
mod limit;
#[path = "end_to_end/measure.rs"]
mod measure;
#[path = "end_to_end/report.rs"]
mod report;
#[path = "end_to_end/rows.rs"]
mod rows;

use std::env;
use std::path::Path;

fn main() -> std::io::Result<()> {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    if arguments.first().is_some_and(|first| first == limit::ARGUMENT) {
        return limit::run(&arguments[1..]);
    }
    // `cargo bench` says --bench; `cargo test --benches` does not, and only wants to know that this starts.
    if !arguments.iter().any(|argument| argument == "--bench") || arguments.iter().any(|argument| argument == "--test")
    {
        return Ok(());
    }
    let work = tempfile::tempdir()?;
    let mut report = report::Report::new()?;
    for row in rows::rows() {
        eprintln!("{} …", row.title);
        report.add(&row, &measure::in_turn(&row, work.path())?);
    }
    let memory = measure::peak_memory(work.path())?;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/results").join(format!("{}.md", report.day()));
    report.write(&path, memory)?;
    eprintln!("written to {}", path.display());
    Ok(())
}
