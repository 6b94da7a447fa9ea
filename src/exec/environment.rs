//! The environment of a job: that of the runner, and what tells a job about itself.

use std::env;
use std::ffi::CString;
use std::os::unix::ffi::OsStringExt;
use std::process;

use super::Attempt;

/// Every variable as `NAME=value`.
pub(super) struct Environment {
    /// What is the same for all jobs.
    common: Vec<CString>,
}

impl Environment {
    /// Takes the runner's environment as it is now.
    pub(super) fn new() -> Self {
        let own = [
            variable("PARALLEL_PID", &process::id().to_string()),
            variable("PARALLEL_SSHLOGIN", ":"),
            variable("PARALLEL_SSHHOST", ":"),
        ];
        let replaced = |name: &[u8]| {
            let names: [&[u8]; 5] =
                [b"PARALLEL_PID", b"PARALLEL_SSHLOGIN", b"PARALLEL_SSHHOST", b"PARALLEL_SEQ", b"PARALLEL_JOBSLOT"];
            names.contains(&name)
        };
        let inherited = env::vars_os().filter_map(|(name, value)| {
            let name = name.into_vec();
            (!replaced(&name)).then(|| CString::new([name, b"=".to_vec(), value.into_vec()].concat()).ok())?
        });
        Self { common: inherited.chain(own.into_iter().flatten()).collect() }
    }

    pub(super) fn common(&self) -> &[CString] {
        &self.common
    }

    /// What differs from job to job.
    pub(super) fn of(attempt: Attempt<'_>) -> Vec<CString> {
        let seq = variable("PARALLEL_SEQ", &attempt.seq.to_string());
        let slot = variable("PARALLEL_JOBSLOT", &attempt.slot.to_string());
        seq.into_iter().chain(slot).collect()
    }
}

fn variable(name: &str, value: &str) -> Option<CString> {
    CString::new(format!("{name}={value}")).ok()
}
