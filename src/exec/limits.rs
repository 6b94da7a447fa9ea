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

/// What the runner adds to a job's environment is less.
const ADDED: usize = 1024;

impl Limits {
    /// Those for a program that gets our own environment.
    pub fn of_this_machine() -> Self {
        let taken = host::environment().total() + ADDED + host::HEADROOM;
        Self { area: host::room().saturating_sub(taken), string: host::LONGEST_STRING }
    }
}
