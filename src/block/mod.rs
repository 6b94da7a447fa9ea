//! Cutting data at record borders: a stream for `--pipe`, a file for `--pipe-part`.
//!
//! A [`Rule`] says where a record ends. A [`Cutter`] finds with it where a block ends in the bytes that are there,
//! [`Blocks`] reads a stream and gives it block by block, and [`Parts`] finds the borders in a file without reading
//! what lies between them. A [`Key`] says which records belong together or where they go: `--group-by`, `--shard`,
//! `--bin`. What is done with the blocks is left to others, and so is the perl expression of a key, which comes as a
//! closure.

mod blocks;
mod border;
mod change;
mod columns;
mod csv;
mod cutter;
mod groups;
mod header;
mod key;
mod options;
mod parts;
#[cfg(test)]
mod properties;
mod rule;
mod scan;
mod size;
mod spread;
mod stream;

pub use blocks::Blocks;
pub use columns::Columns;
pub use cutter::{Cut, Cutter};
pub use groups::Groups;
pub use header::Header;
pub use key::{Evaluate, Key, KeySpec, Keys};
pub use options::BlockOptions;
pub use parts::Parts;
pub use rule::{Counts, Rule};
pub use size::Size;
pub use spread::{Spread, Spreading};
pub use stream::{Descriptor, Filled, Reader, Stream};
