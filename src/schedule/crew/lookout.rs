//! What no event tells of, so that the loop has to look now and then: whether jobs that were being ended have left
//! something behind, and whether a job waits for the terminal.

use std::sync::Arc;

use rustix::process::Pid;

use super::{Crew, State};
use crate::exec::Census;
use crate::job::{Seq, Slot};
use crate::os;

impl Crew {
    /// Whether it is to be looked what is left of jobs.
    pub(in crate::schedule) fn hunts(&self) -> bool {
        !self.state().hunt.is_over()
    }

    /// Looks which jobs that were being ended have left nothing behind.
    pub(in crate::schedule) fn look_after_leaderless(self: &Arc<Self>) {
        let mut state = self.state();
        let State { scheduler, hunt, .. } = &mut *state;
        if scheduler.has_leaderless() {
            let census = Census::take();
            scheduler.forget_groups(|group| hunt.is_gone(&census, group));
        }
        let left = hunt.give_up(|group| scheduler.is_ending_group(group));
        if !left.is_empty() {
            let pids: Vec<String> = left.iter().map(ToString::to_string).collect();
            let text = format!("could not end processes that jobs have started; look at these: {}", pids.join(" "));
            self.events.mention(text);
        }
        if scheduler.holds_back() {
            let actions = scheduler.on_tick(self.clock.now());
            self.act(&mut state, None, actions);
        }
    }

    /// Ends jobs that would wait for the terminal for ever, such as an interactive shell: only a job that stays in our
    /// process group may use it.
    pub(in crate::schedule) fn look_for_stopped(self: &Arc<Self>) {
        let waits = |group: Pid| {
            let leads = os::group_of(Some(group)) == Some(group.as_raw_nonzero().get());
            leads && matches!(os::stopped_by(group), Some(libc::SIGTTIN | libc::SIGTTOU))
        };
        let stopped: Vec<(Pid, Option<Seq>)> = {
            // While the state is locked, no job is reaped.
            let state = self.state();
            let seq = |slot: Slot| state.inboxes.get(slot.0 - 1).and_then(|inbox| inbox.runs).map(|(_, seq)| seq);
            let jobs = state.scheduler.jobs().filter(|(_, group)| waits(*group));
            jobs.filter(|(_, group)| !state.scheduler.is_ending_group(*group))
                .map(|(slot, group)| (group, seq(slot)))
                .collect()
        };
        for (group, seq) in stopped {
            let name = seq.map_or_else(|| "a job".to_owned(), |seq| format!("job {seq}"));
            let advice = "give it the terminal with -o, or leave out what makes it interactive";
            self.events.mention(format!(
                "{name} wants the terminal, for which it would wait for ever, and is ended; {advice}"
            ));
            self.tell(|scheduler, now| scheduler.on_terminal_wanted(group, now));
        }
    }
}
