//! Small values that each answer one question: read by `FromStr`, asked by one pure method.

mod gate;
mod halt;
mod job_count;
mod jobs;
mod options;
mod retry;
mod term_seq;
mod timeout;

pub use gate::{Delay, Gate, Load, Opening};
pub use halt::{Halt, Next, XargsHalt};
pub use job_count::{JobCount, JobsFile};
pub use jobs::Jobs;
pub use options::PolicyOptions;
pub use retry::Retry;
pub use term_seq::TermSeq;
pub use timeout::Timeout;
