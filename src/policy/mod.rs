//! Small values that each answer one question: read by `FromStr`, asked by one pure method.

mod gate;
mod halt;
mod job_count;
mod jobs;
mod median;
mod options;
mod remarks;
mod retry;
mod term_seq;
mod timeout;

pub use gate::{Answer, Delay, Gate, Limit, Load, Opening, Relief};
pub use halt::{Ends, GnuHalt, Goal, Halt, HaltRule, Next, When, XargsHalt};
pub use job_count::{JobCount, JobsFile};
pub use jobs::Jobs;
pub use options::PolicyOptions;
pub use remarks::Remarks;
pub use retry::{Retry, RetryDelay, RetryOn};
pub use term_seq::TermSeq;
pub use timeout::Timeout;
