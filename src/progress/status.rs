//! What runs now, told when somebody asks: SIGUSR1, or the key `t`.

use std::time::Duration;

use super::legible::{legible, legible_ends};
use super::processes::Processes;
use super::words::{duration, fine, size};
use crate::job::{CommandLine, Seq, Slot};

/// As much of a command or of a line of output as is shown.
const SHOWN: usize = 200;

/// A job that has been started, but has not settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Current {
    /// Its number.
    pub seq: Seq,
    /// Which attempt it is, or will be, from 1.
    pub attempt: u32,
    /// Its command line.
    pub line: CommandLine,
    /// What it does.
    pub state: State,
}

/// What a job does that has not settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Its process runs.
    Runs {
        /// Where.
        slot: Slot,
        /// The process.
        pid: i32,
        /// For how long.
        elapsed: Duration,
    },
    /// It is to be tried again after this long.
    Waits(Duration),
    /// It is to be tried again when the processes that its last attempt has left are gone.
    Held,
}

impl State {
    /// For how long its process has run, if it does.
    pub(super) fn elapsed(&self) -> Option<Duration> {
        match self {
            Self::Runs { elapsed, .. } => Some(*elapsed),
            Self::Waits(_) | Self::Held => None,
        }
    }
}

/// A job's lines; `output` is the last line that it wrote.
pub(super) fn describe(job: &Current, output: &[u8], processes: &Processes) -> String {
    let (seq, line) = (job.seq, legible_ends(&job.line, SHOWN));
    let attempt = if job.attempt > 1 { format!(", attempt {}", job.attempt) } else { String::new() };
    let told = match job.state {
        State::Waits(time) => format!("  job {seq}{attempt} waits {} for another try: {line}\n", fine(time)),
        State::Held => format!("  job {seq}{attempt} waits for what its last try has left running: {line}\n"),
        State::Runs { slot, pid, elapsed } => {
            let used = processes.of(pid);
            let state = if used.is_some_and(|used| used.stopped) { "stopped" } else { "running" };
            let elapsed = duration(elapsed);
            let used = used.map_or("ending".into(), |used| format!("CPU {}, {}", fine(used.cpu), size(used.memory)));
            format!("  job {seq}{attempt}, slot {slot}, pid {pid}, {state}, {elapsed}, {used}: {line}\n")
        }
    };
    let output = legible(output, SHOWN);
    if output.trim().is_empty() { told } else { told + &format!("    last line: {output}\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_job_tells_its_state_and_nothing_that_garbles() {
        let runs = State::Runs { slot: Slot(2), pid: i32::MAX, elapsed: Duration::from_secs(61) };
        let job = Current { seq: Seq(7), attempt: 2, line: b"echo \x1b[2J".to_vec(), state: runs };
        let told = describe(&job, b"50%\x07", &Processes::default());
        let expected = format!("  job 7, attempt 2, slot 2, pid {}, running, 1m01s, ending: echo ?[2J\n", i32::MAX);
        assert_eq!(told, expected + "    last line: 50%?\n");
        for (attempt, state, expected) in [
            (1, State::Waits(Duration::from_secs(3)), "  job 7 waits 3.0s for another try: echo ?[2J\n"),
            (2, State::Held, "  job 7, attempt 2 waits for what its last try has left running: echo ?[2J\n"),
        ] {
            let waits = Current { attempt, state, ..job.clone() };
            assert_eq!(describe(&waits, b"", &Processes::default()), expected);
        }
    }
}
