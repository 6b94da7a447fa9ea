//! argv in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    forkful::run(std::env::args_os().collect())
}
