//! What becomes of the output of jobs: spooled while it waits, tagged, kept in files or written, in order or not.
//!
//! Bytes go through unchanged but for tags and colours. In which order jobs are printed is decided by [`Order`]; when,
//! by the collector, which is the only caller of the [`Writer`].

mod capture;
mod flow;
mod options;
mod order;
mod packing;
mod passed;
mod results;
mod spill;
mod spool;
mod store;
mod style;
mod table;
mod tree;
mod writer;

pub use capture::Capture;
pub use options::{OutputOptions, When};
pub use order::Order;
pub use packing::Packing;
pub use passed::Passed;
pub use results::{Kept, Results};
pub use store::{Room, Store};
pub use style::{Colour, Style};
pub use table::{Form, Table, Told};
pub use writer::Writer;
