//! The integration tests, in one binary: each module puts one part of the manual to the test, with the real program.

mod bad_input;
mod collecting;
mod configuring;
mod events;
mod faults;
mod output_modes;
mod packing;
mod page;
mod pipe;
mod policies;
mod pouring;
mod processes;
mod progress_display;
mod quoting;
mod reading;
mod real_work;
mod resume;
mod scheduling;
mod semaphore;
mod showing;
mod stopping;
mod support;
mod templating;
mod xargs;
