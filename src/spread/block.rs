//! A block on its way to a job.

use std::sync::Arc;

use crate::error::Error;
use crate::job::feed::Piece;

/// A block, and what a job that gets it gets first.
pub(super) struct Block {
    pub(super) header: Arc<Vec<u8>>,
    pub(super) piece: Piece,
}

/// Blocks in order.
pub(super) type Pieces = Box<dyn Iterator<Item = Result<Block, Error>> + Send>;
