//! The options of semaphores.

use std::ffi::OsString;

use clap::Args;

use super::Patience;

/// How a command waits for its turn.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Semaphores")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct SemaphoreOptions {
    /// Run COMMAND once, when one of the N places (-j N, or 1) of a semaphore is free. Called as `sem`, this is implied
    ///
    /// Whoever came first enters first. The place is free again when the command has ended, or forkful itself, however
    /// it does. No arguments are read. The other options of this section imply this one.
    #[arg(long, visible_alias = "sem")]
    pub semaphore: bool,

    /// The name of the semaphore; without it, each terminal has one, and all that runs without a terminal another
    #[arg(long, visible_alias = "semaphore-name", alias = "semaphorename", value_name = "NAME")]
    #[arg(allow_hyphen_values = true)]
    pub id: Option<OsString>,

    /// Start the command in the background and exit with 0 as soon as it has got a place; this is the default
    #[arg(long, overrides_with = "fg")]
    pub bg: bool,

    /// Wait for the end of the command and exit with its status
    #[arg(long, overrides_with = "bg")]
    pub fg: bool,

    /// Run nothing: wait until nobody has a place or waits for one
    #[arg(long)]
    pub wait: bool,

    /// Wait no longer than SECS: then run the command all the same; if SECS is negative, exit with 1 instead
    #[arg(long, visible_alias = "st", value_name = "SECS", allow_hyphen_values = true, default_value = "0")]
    #[arg(hide_default_value = true)]
    pub semaphore_timeout: Patience,
}

impl SemaphoreOptions {
    /// Whether a semaphore is asked for.
    pub fn is_wanted(&self) -> bool {
        let named = self.id.is_some() || self.semaphore_timeout != Patience::Endless;
        self.semaphore || self.bg || self.fg || self.wait || named
    }
}
