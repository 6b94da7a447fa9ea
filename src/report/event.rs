//! The events, as they are written: the schema, version 1.
//!
//! Each has `event` and `time`. Names are only added within a version; what is read should pass over names that it does
//! not know. The manual has this as a chapter, EVENTS.

use serde::Serialize;

use super::fate::Fate;
use super::text::Text;

/// The version of the schema. Names that are added leave it as it is.
pub(super) const SCHEMA: u32 = 1;

/// The host of every job: this machine, as the job log has it.
pub(super) const HERE: &str = ":";

/// A line.
#[derive(Debug, Serialize)]
pub(super) struct Stamped<'a> {
    pub(super) event: &'static str,
    /// Seconds since 1970.
    pub(super) time: f64,
    #[serde(flatten)]
    pub(super) what: Event<'a>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Event<'a> {
    RunStarted(RunStarted<'a>),
    Queued(Queued<'a>),
    Started(Started<'a>),
    Ended(Ended<'a>),
    Retried {
        #[serde(flatten)]
        attempt: Ended<'a>,
        /// Seconds until it is queued again.
        delay: f64,
    },
    Halted(Halted),
    RunEnded(RunEnded),
}

impl Event<'_> {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::RunStarted(_) => "run_started",
            Self::Queued(_) => "queued",
            Self::Started(_) => "started",
            Self::Ended(_) => "ended",
            Self::Retried { .. } => "retried",
            Self::Halted(_) => "halted",
            Self::RunEnded(_) => "run_ended",
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct RunStarted<'a> {
    pub(super) schema: u32,
    pub(super) version: &'static str,
    pub(super) argv: Vec<Text<'a>>,
    pub(super) directory: Text<'a>,
    pub(super) machine: Text<'a>,
    pub(super) pid: u32,
    pub(super) slots: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct Queued<'a> {
    pub(super) seq: u64,
    pub(super) args: Vec<Text<'a>>,
}

#[derive(Debug, Serialize)]
pub(super) struct Started<'a> {
    pub(super) seq: u64,
    pub(super) attempt: u32,
    pub(super) slot: usize,
    pub(super) host: &'static str,
    pub(super) pid: i32,
    pub(super) command: Text<'a>,
}

/// The end of an attempt.
#[expect(clippy::struct_field_names, reason = "the names are those of the schema")]
#[derive(Debug, Serialize)]
pub(super) struct Ended<'a> {
    pub(super) seq: u64,
    pub(super) attempt: u32,
    pub(super) slot: usize,
    pub(super) host: &'static str,
    pub(super) pid: Option<i32>,
    pub(super) command: Text<'a>,
    pub(super) outcome: Fate,
    pub(super) cause: String,
    pub(super) ended_by: Option<&'static str>,
    pub(super) exit: Option<i32>,
    pub(super) signal: Option<i32>,
    pub(super) started: f64,
    pub(super) wall: f64,
    pub(super) user: f64,
    pub(super) system: f64,
    pub(super) max_rss: u64,
    pub(super) blocks_in: u64,
    pub(super) blocks_out: u64,
    pub(super) voluntary_switches: u64,
    pub(super) involuntary_switches: u64,
    pub(super) stdin_bytes: u64,
    /// Nobody counts what goes past the runner.
    pub(super) stdout_bytes: Option<u64>,
    pub(super) stderr_bytes: Option<u64>,
    pub(super) leaked: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct Halted {
    pub(super) cause: &'static str,
    pub(super) signal: Option<i32>,
    pub(super) ends_running: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct RunEnded {
    pub(super) exit: u8,
    pub(super) complete: bool,
    pub(super) signal: Option<i32>,
    pub(super) wall: f64,
    #[serde(flatten)]
    pub(super) totals: Totals,
}

/// What all jobs together came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Totals {
    pub(super) jobs: u64,
    pub(super) succeeded: u64,
    pub(super) flaky: u64,
    pub(super) failed: u64,
    pub(super) skipped: u64,
    pub(super) retries: u64,
    pub(super) user: f64,
    pub(super) system: f64,
    pub(super) max_rss: u64,
}
