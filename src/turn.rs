//! A command that waits for its turn: `--semaphore`, and the program called `sem`.
//!
//! The command is one job, run as any other, by a runner that holds a place of the semaphore as long as it lives. In
//! the background that is a forked process, which has the place from the moment it exists.

use std::fs::File;
use std::io::{self, PipeWriter, Read};

use super::{TROUBLE, run_jobs, single_status, tell};
use crate::assemble::{Assembly, slots};
use crate::cli::Cli;
use crate::error::{Error, say};
use crate::input::Input;
use crate::os;
use crate::schedule::Ended;
use crate::semaphore::{Entry, Patience, Semaphore};

/// The exit status of one who gave up, as GNU parallel's.
const GAVE_UP: u8 = 1;

/// Waits, and runs the command.
pub(crate) fn run_in_turn(cli: Cli) -> Result<u8, Error> {
    let (options, (places, _)) = (cli.semaphore.clone(), slots(&cli)?);
    if options.wait && !cli.command_and_sources().0.is_empty() {
        let text = "--wait runs nothing, it waits for what others run; give the command to a call without --wait";
        return Err(Error::Usage(text.into()));
    }
    // Mistakes are to be known now, and not when its turn has come.
    let (mut assembly, input) = Assembly::new(cli)?;
    let semaphore = Semaphore::open(options.id.as_deref())?;
    let patience = options.semaphore_timeout;
    if options.wait {
        let free = semaphore.wait(patience)?;
        let gives_up = matches!(patience, Patience::GiveUp(_));
        if !free {
            say("the semaphore is still in use; waiting no longer");
        }
        return Ok(if !free && gives_up { GAVE_UP } else { 0 });
    }
    let place = match semaphore.enter(places, patience)? {
        Entry::Entered(place) => place,
        Entry::Pushed(place) => {
            say("no place of the semaphore was free in time; running the command all the same");
            place
        }
        Entry::GaveUp => {
            say("no place of the semaphore was free in time; the command was not run");
            return Ok(GAVE_UP);
        }
    };
    // Should this process be killed, its guard has the place until the command has been ended.
    assembly.held = Some(place.share()?);
    if options.fg {
        let ended = run_jobs(&assembly, input, None)?;
        place.release()?;
        return Ok(single_status(ended));
    }
    let failed = |cause| Error::System { what: "go to the background", cause };
    let (mut begins, caller) = io::pipe().map_err(failed)?;
    os::fork(move || {
        match run_in_background(&assembly, input, caller).and_then(|ended| place.release().map(|()| ended)) {
            Ok(ended) => {
                single_status(ended);
            }
            Err(error) => tell(&error),
        }
    })
    .map_err(failed)?;
    // Until then it may find mistakes, and it looks at its parents for the shell that it was called from.
    Ok(if begins.read_exact(&mut [0]).is_ok() { 0 } else { TROUBLE })
}

/// The list that the caller reads from its stdin is not ours to keep open.
fn run_in_background(assembly: &Assembly, input: Input, caller: PipeWriter) -> Result<Ended, Error> {
    let leave = || rustix::stdio::dup2_stdin(File::open("/dev/null")?).map_err(Into::into);
    if !assembly.passes_stdin_on() {
        leave().map_err(|cause| Error::System { what: "leave stdin", cause })?;
    }
    run_jobs(assembly, input, Some(caller))
}
