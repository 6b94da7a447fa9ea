//! What a job has used, as the kernel counts it for a process and all its descendants that were waited for.

use std::ops::Add;
use std::time::Duration;

/// The resources that a job has used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Time on a processor in its own code.
    pub user: Duration,
    /// Time on a processor in the kernel.
    pub system: Duration,
    /// The memory of its largest process at its largest, in bytes.
    pub memory: u64,
    /// Blocks of 512 bytes that had to be read from a device.
    pub blocks_in: u64,
    /// Blocks of 512 bytes that were written to a device.
    pub blocks_out: u64,
    /// How often it gave its processor away to wait for something.
    pub waits: u64,
    /// How often its processor was taken from it.
    pub preemptions: u64,
}

impl Usage {
    /// Time on a processor.
    pub fn cpu(&self) -> Duration {
        self.user + self.system
    }
}

impl Add for Usage {
    type Output = Self;

    /// What two processes have used that ran one after the other.
    fn add(self, other: Self) -> Self {
        Self {
            user: self.user + other.user,
            system: self.system + other.system,
            memory: self.memory.max(other.memory),
            blocks_in: self.blocks_in + other.blocks_in,
            blocks_out: self.blocks_out + other.blocks_out,
            waits: self.waits + other.waits,
            preemptions: self.preemptions + other.preemptions,
        }
    }
}
