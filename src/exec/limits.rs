//! How much the kernel takes in one execution.

use rustix::param::page_size;
use rustix::process::{Resource, getrlimit};

/// The kernel's limits for the arguments and the environment of a program, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// All arguments together, each with its NUL and a pointer, beside the environment as it is.
    pub area: usize,
    /// The longest single argument, without its NUL.
    pub string: usize,
}

/// What a string takes of the area beside its bytes: its NUL, and the pointer to it.
pub const OVERHEAD: usize = 1 + size_of::<usize>();

/// What the kernel gives at least, and at most: three quarters of the 8 MiB that a stack usually has.
const LEAST: usize = 128 << 10;
const MOST: usize = 6 << 20;

/// What is left free for the file's name, the auxiliary vector and what the runner adds to a job's environment;
/// POSIX asks xargs to leave as much.
const RESERVE: usize = 2048 + 1024;

/// All that the arguments and the environment of a program may take together: a quarter of the stack's limit.
pub fn argument_area() -> usize {
    let stack = getrlimit(Resource::Stack).current.and_then(|bytes| usize::try_from(bytes).ok());
    stack.map_or(MOST, |stack| (stack / 4).clamp(LEAST, MOST))
}

impl Limits {
    /// Those for a program with an environment of variables of these sizes; 32 pages for one string.
    pub fn with_environment(sizes: impl Iterator<Item = usize>) -> Self {
        let taken: usize = sizes.map(|size| size + OVERHEAD).sum();
        Self { area: argument_area().saturating_sub(taken + RESERVE), string: 32 * page_size() - 1 }
    }
}
