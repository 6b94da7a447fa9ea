//! What becomes of the output of jobs: spooled while it waits, tagged, kept in files or written, in order or not.
//!
//! Bytes go through unchanged but for tags. In which order jobs are printed is decided by [`Order`]; when, by the
//! collector, which is the only caller of the [`Writer`].

mod capture;
mod lines;
mod options;
mod order;
mod passed;
mod results;
mod spool;
mod writer;

pub use capture::Capture;
pub use options::OutputOptions;
pub use order::Order;
pub use passed::Passed;
pub use results::{Kept, Results};
pub use spool::Store;
pub use writer::Writer;
