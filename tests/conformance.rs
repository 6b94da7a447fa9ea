//! The conformance cases: every block of `tests/conformance/*.t` is one test, run against the program itself.
//!
//! A block is a line that says what it pins, commands, and the output that GNU parallel gives. Blocks that forkful
//! fails on purpose, or cannot pass yet, are named in `expected-failures.txt`, which can only shrink: an entry whose
//! block passes, or that names no block, fails. Called with `FORKFUL_UNDER_TEST=parallel`, the cases are checked
//! against GNU parallel and GNU xargs themselves, and the list does not count.

#[path = "cram/block.rs"]
mod block;
#[path = "cram/check.rs"]
mod check;
#[path = "support/diff.rs"]
mod diff;
#[path = "cram/execute.rs"]
mod execute;
#[path = "cram/expected.rs"]
mod expected;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::{env, fs};

use libtest_mimic::{Arguments, Failed, Trial};

use block::Block;
use execute::Tools;
use expected::ExpectedFailures;

fn main() -> ExitCode {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let program = env::var("FORKFUL_UNDER_TEST").unwrap_or_else(|_| env!("CARGO_BIN_EXE_forkful").into());
    let tools = Arc::new(Tools::new(&program));
    let files: Vec<_> = case_files(&folder).iter().map(|path| Block::read(path)).collect();
    let titles = files.iter().flatten().map(|block| (block.file.clone(), block.title.clone()));
    let list = if tools.are_the_references() { String::new() } else { list_of(&folder) };
    let (list, complaints) = ExpectedFailures::parse(&list, &titles.collect::<Vec<_>>());
    let mut trials = vec![Trial::test("expected-failures", move || complain(&complaints))];
    for block in files.into_iter().flatten() {
        let (tools, reason) = (Arc::clone(&tools), list.reason(&block.file, &block.title));
        trials.push(Trial::test(block.name(), move || judge(&block, &tools, reason.as_deref())));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// The case files in order.
fn case_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|end| end == "t")).collect();
    files.sort();
    files
}

fn list_of(folder: &Path) -> String {
    fs::read_to_string(folder.join("expected-failures.txt")).unwrap_or_default()
}

/// What is wrong with the list, if anything.
fn complain(complaints: &[String]) -> Result<(), Failed> {
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n").into()) }
}

/// Runs a block; an expected failure must fail.
fn judge(block: &Block, tools: &Tools, expected_to_fail: Option<&str>) -> Result<(), Failed> {
    match (check::check(block, tools), expected_to_fail) {
        (None, None) | (Some(_), Some(_)) => Ok(()),
        (Some(difference), None) => Err(difference.into()),
        (None, Some(reason)) => {
            Err(format!("passes now ({reason}): remove it from tests/conformance/expected-failures.txt").into())
        }
    }
}
