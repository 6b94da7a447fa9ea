//! Small values that each answer one question: read by `FromStr`, asked by one pure method.

mod halt;
mod jobs;
mod options;
mod term_seq;

pub use halt::{Halt, Next, XargsHalt};
pub use jobs::Jobs;
pub use options::PolicyOptions;
pub use term_seq::TermSeq;
