//! Hunting down what jobs that are being ended have started, wherever it has gone.

use std::collections::HashMap;

use rustix::process::{Pid, Signal};

use super::ending::Shot;
use crate::exec::{Census, Family, signal_group};
use crate::job::Seq;

/// How often those are killed at once who have appeared while the others were killed.
const ROUNDS: usize = 16;

/// The families of the jobs that are being ended, by their process groups.
#[derive(Debug, Default)]
pub(super) struct Hunt {
    families: HashMap<Pid, Hunted>,
}

#[derive(Debug)]
struct Hunted {
    family: Family,
    /// All that is found is to be killed from now on.
    is_killed: bool,
    /// Who was there when one looked last.
    left: Vec<i32>,
}

impl Hunt {
    /// Whether nobody is hunted.
    pub(super) fn is_over(&self) -> bool {
        self.families.is_empty()
    }

    /// Signals jobs with all their processes. The number of a job is asked for when it is met for the first time.
    pub(super) fn shoot(&mut self, shots: &[Shot], seq: impl Fn(Pid) -> Option<Seq>) {
        // Who is to be found by its parents has to be found before these get a signal.
        let census = Census::take();
        let mut killed = Vec::new();
        for &(group, signal) in shots {
            let hunted = self.families.entry(group).or_insert_with(|| Hunted {
                family: Family::of_job(group, seq(group)),
                is_killed: false,
                left: Vec::new(),
            });
            hunted.family.signal(&census, signal);
            if signal == Signal::KILL {
                hunted.is_killed = true;
                killed.push(group);
            }
        }
        for _ in 0..ROUNDS {
            if killed.is_empty() {
                break;
            }
            let census = Census::take();
            killed.retain(|group| self.families.get_mut(group).is_some_and(|hunted| hunted.kill_new(&census)));
        }
    }

    /// Whether nothing is left of a job that has ended. Who has outlived KILL, or escaped it, gets another.
    pub(super) fn is_gone(&mut self, census: &Census, group: Pid) -> bool {
        let Some(hunted) = self.families.get_mut(&group) else { return true };
        hunted.left = hunted.family.living(census);
        if hunted.is_killed && !hunted.left.is_empty() {
            hunted.family.signal(census, Signal::KILL);
        }
        hunted.left.is_empty()
    }

    /// Gives up the groups that are no longer to be ended; returns who has outlived its end.
    pub(super) fn give_up(&mut self, is_hunted: impl Fn(Pid) -> bool) -> Vec<i32> {
        let mut left = Vec::new();
        self.families.retain(|group, hunted| {
            let goes_on = is_hunted(*group);
            if !goes_on && hunted.is_killed {
                left.append(&mut hunted.left);
            }
            goes_on
        });
        left
    }

    /// There is a new job of this process group.
    pub(super) fn forget(&mut self, group: Pid) {
        self.families.remove(&group);
    }
}

impl Hunted {
    /// Kills again if somebody has appeared since; whether that was so.
    fn kill_new(&mut self, census: &Census) -> bool {
        let before = std::mem::take(&mut self.left);
        self.left = self.family.living(census);
        let any = self.left.iter().any(|pid| !before.contains(pid));
        if any {
            self.family.signal(census, Signal::KILL);
        }
        any
    }
}

/// Stops a process group, or lets it go on.
pub(super) fn pause(group: Pid, signal: Signal) {
    signal_group(group, &[signal]);
}
