//! How much the kernel takes in one execution.

use crate::host;

/// The kernel's limits for the arguments of a program, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// All arguments together, each with [`OVERHEAD`], beside the environment as it is.
    pub area: usize,
    /// The longest single argument, without its NUL.
    pub string: usize,
}

/// What a string takes of the area beside its bytes: its NUL, and the pointer to it.
pub const OVERHEAD: usize = 1 + size_of::<usize>();

/// What is left free: 2 KiB, as POSIX asks of xargs, and as much as the runner adds to a job's environment.
const RESERVE: usize = 2048 + 1024;

impl Limits {
    /// Those for a program that gets our own environment.
    pub fn of_this_machine() -> Self {
        let room = usize::try_from(host::room()).unwrap_or(usize::MAX);
        Self { area: room.saturating_sub(host::environment() + RESERVE), string: host::LONGEST_STRING }
    }
}
