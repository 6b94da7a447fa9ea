//! Asking the command of `--limit`, which may take its time.

use std::io;
use std::sync::Arc;
use std::thread;

use rustix::process::{Pid, Signal, kill_process_group};

use super::{Crew, STACK};
use crate::policy::Answer;
use crate::schedule::limit;

/// A question to the command of `--limit`.
#[derive(Debug, Default)]
pub(super) struct Asking {
    /// The process group that is to answer, while it runs.
    group: Option<Pid>,
    /// Whether the user knows that it does not answer, or need not know.
    told: bool,
}

impl Asking {
    /// Nobody is interested in the answer any more.
    pub(super) fn abandon(&mut self) {
        if let Some(group) = self.group {
            self.told = true;
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Crew {
    /// Asks it in a thread of its own, which tells the scheduler the answer.
    pub(super) fn ask_limit(self: &Arc<Self>) -> io::Result<()> {
        let command = self.workshop.limit.clone().unwrap_or_default();
        // It must not keep the run from its end.
        let crew = Arc::downgrade(self);
        let ask = move || {
            let ended = limit::start(&command).and_then(|mut child| {
                let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
                crew.upgrade().inspect(|crew| crew.state().asking.group = group);
                let ended = child.wait();
                crew.upgrade().inspect(|crew| crew.state().asking.group = None);
                ended
            });
            let Some(crew) = crew.upgrade() else { return };
            let answer = limit::answer(ended).unwrap_or_else(|why| {
                if !std::mem::replace(&mut crew.state().asking.told, true) {
                    let command = command.display();
                    crew.events.mention(format!("--limit {command}: {why}; going on with one job at a time"));
                }
                Answer::Wait
            });
            crew.tell(|scheduler, now| scheduler.on_answer(answer, now));
        };
        thread::Builder::new().name("limit".into()).stack_size(STACK).spawn(ask).map(drop)
    }
}
