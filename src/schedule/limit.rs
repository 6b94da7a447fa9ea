//! The command of `--limit`, which says whether a job may be started.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{self, Child, Command, Stdio};

use crate::policy::Answer;

/// Starts it, in a process group of its own.
pub(super) fn start(command: &OsString) -> io::Result<Child> {
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg(command).env("PARALLEL_PID", process::id().to_string());
    shell.stdin(Stdio::null()).process_group(0).spawn()
}

/// What it says by its end; what is none of the answers it may give is told, and means no.
pub(super) fn answer(ended: io::Result<process::ExitStatus>) -> Result<Answer, String> {
    match ended.map(|status| status.code()) {
        Ok(Some(0)) => Ok(Answer::Start),
        Ok(Some(1)) => Ok(Answer::Wait),
        Ok(Some(2)) => Ok(Answer::EndYoungest),
        Ok(Some(status)) => Err(format!("it ended with {status}; 0 is to start a job, 1 is to wait, 2 is to end one")),
        Ok(None) => Err("a signal has ended it".into()),
        Err(error) => Err(error.to_string()),
    }
}
