//! What happens in a run, written down for machines and as a picture.
//!
//! A [`Reporter`] is told of each job and writes the events of `--events` at once. For `--junit`, `--trace` and
//! `--report`, which can only be made at the end, it keeps a row for each attempt in an unlinked file, so that the
//! memory that a run takes does not grow with the number of its jobs. What was lost here is an error of the run, told
//! once; it ends no job.
//!
//! When something happens is decided elsewhere, and the output of jobs only passes by here.

mod clock;
mod columns;
mod curve;
mod event;
mod fate;
mod file;
mod from_log;
mod junit;
mod ledger;
mod legal;
mod options;
mod page;
mod reporter;
mod sink;
mod stdout;
mod tail;
mod text;
mod trace;

pub use from_log::page_from_log;
pub use options::ReportOptions;
pub use reporter::{Attempt, Circumstances, Ending, Reporter};
