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
    /// The variable for the slot's number counted from 0, beside `PARALLEL_JOBSLOT0`.
    slot_variable: Option<Vec<u8>>,
    /// Whether there are `PARALLEL_SEQ` and the like.
    describes_jobs: bool,
}

/// What tells the guard of a run the processes that belong to it, where `PARALLEL_PID` is not made anew.
pub(super) const MARK: &[u8] = b"FORKFUL_PID";

/// How many threads a program of OpenMP starts.
const THREADS: &str = "OMP_NUM_THREADS";

/// The variables that are made anew for each job.
const OWN: [&[u8]; 6] = [
    b"PARALLEL_PID",
    b"PARALLEL_SSHLOGIN",
    b"PARALLEL_SSHHOST",
    b"PARALLEL_SEQ",
    b"PARALLEL_JOBSLOT",
    b"PARALLEL_JOBSLOT0",
];

impl Environment {
    /// Takes the runner's environment as it is now.
    pub(super) fn new(slot_variable: Option<&[u8]>, describes_jobs: bool, cpus: Option<usize>) -> Self {
        let runner = process::id().to_string();
        let own = if describes_jobs {
            vec![
                variable(b"PARALLEL_PID", &runner),
                variable(b"PARALLEL_SSHLOGIN", ":"),
                variable(b"PARALLEL_SSHHOST", ":"),
            ]
        } else {
            vec![variable(MARK, &runner)]
        };
        let replaced =
            |name: &[u8]| name == MARK || describes_jobs && OWN.contains(&name) || Some(name) == slot_variable;
        let inherited = env::vars_os().filter_map(|(name, value)| {
            let name = name.into_vec();
            (!replaced(&name)).then(|| CString::new([name, b"=".to_vec(), value.into_vec()].concat()).ok())?
        });
        // Programs made with OpenMP, BLAS libraries among them, take all CPUs unless they are told.
        let threads = cpus.filter(|_| env::var_os(THREADS).is_none());
        let threads = threads.and_then(|cpus| variable(THREADS.as_bytes(), &cpus.to_string()));
        let common = inherited.chain(own.into_iter().flatten()).chain(threads).collect();
        Self { common, slot_variable: slot_variable.map(<[u8]>::to_vec), describes_jobs }
    }

    pub(super) fn common(&self) -> &[CString] {
        &self.common
    }

    /// What differs from job to job.
    pub(super) fn of(&self, attempt: Attempt<'_>) -> Vec<CString> {
        let slot_from_zero = (attempt.slot.0 - 1).to_string();
        let named = self.slot_variable.as_deref().and_then(|name| variable(name, &slot_from_zero));
        if !self.describes_jobs {
            return named.into_iter().collect();
        }
        let own = [
            variable(b"PARALLEL_SEQ", &attempt.seq.to_string()),
            variable(b"PARALLEL_JOBSLOT", &attempt.slot.to_string()),
            variable(b"PARALLEL_JOBSLOT0", &slot_from_zero),
        ];
        own.into_iter().flatten().chain(named).collect()
    }
}

fn variable(name: &[u8], value: &str) -> Option<CString> {
    CString::new([name, b"=", value.as_bytes()].concat()).ok()
}
