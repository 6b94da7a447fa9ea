//! The line that runs the failed jobs of a run again, as far as the options make it up.
//!
//! The command lines of jobs are not all that they are: they run in a directory and within limits, and some read data
//! or files that were made for them.

use std::env;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use clap::ValueEnum;

use super::{Assembly, spreading};
use crate::policy::{JobCount, Jobs, Timeout};
use crate::progress::Rerun;
use crate::schedule::{Workdir, Workshop};
use crate::template::quoted;

impl Assembly {
    /// How failed jobs are run again.
    pub(super) fn rerun(&self, workshop: &Workshop) -> Rerun {
        let dialect = self.planner.dialect();
        let log = self.cli.joblog.joblog.as_ref().filter(|_| !self.shows_only);
        let depends = matches!(&workshop.workdir, Some(Workdir::Named(name)) if name.has_values());
        if depends || spreading::is_wanted(&self.cli) || !workshop.files.is_empty() {
            return Rerun::Whole { logged: log.is_some() };
        }
        let mut line = quoted(&program(env::args_os().next().unwrap_or_default().as_bytes()), dialect);
        let mut add = |option: &str, value: &[u8]| {
            line.extend([b" ", option.as_bytes()].concat());
            line.extend(quoted(value, dialect));
        };
        let (exec, policy) = (&self.cli.exec, &self.cli.policy);
        if policy.jobs != JobCount::default() {
            let slots = if policy.jobs == JobCount::Fixed(Jobs::Unlimited) { 0 } else { self.slots };
            add("-j", slots.to_string().as_bytes());
        }
        if let Some(Timeout::After(time)) = policy.timeout {
            add("--timeout ", time.as_secs_f64().to_string().as_bytes());
        }
        if let (Some(_), Some(name)) = (&workshop.workdir, &exec.workdir) {
            add("--workdir ", name.as_bytes());
        }
        if let Some(more) = exec.nice {
            add("--nice ", more.to_string().as_bytes());
        }
        if let Some(name) = &exec.process_slot_var {
            add("--process-slot-var ", name.as_bytes());
        }
        if let Some(most) = exec.memory_max {
            add("--memory-max ", most.to_string().as_bytes());
        }
        if let Some(action) = exec.on_leak.and_then(|action| action.to_possible_value()) {
            add("--on-leak ", action.get_name().as_bytes());
        }
        let Some(log) = log else {
            return Rerun::Commands { line, quote: Box::new(move |command| quoted(command, dialect)) };
        };
        line.extend(b" --retry-failed");
        line.extend(b" --joblog ");
        line.extend(quoted(log.as_bytes().strip_prefix(b"+").unwrap_or(log.as_bytes()), dialect));
        Rerun::Line(line)
    }
}

/// How this program is called, not to be `sem`.
fn program(called: &[u8]) -> Vec<u8> {
    let name = Path::new(OsStr::from_bytes(called)).file_name();
    if name.is_none_or(|name| name == "sem") { b"forkful".to_vec() } else { called.to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_named_as_it_was_called() {
        for (called, expected) in
            [("forkful", "forkful"), ("./bin/parallel", "./bin/parallel"), ("/usr/bin/sem", "forkful"), ("", "forkful")]
        {
            assert_eq!(program(called.as_bytes()), expected.as_bytes());
        }
    }
}
