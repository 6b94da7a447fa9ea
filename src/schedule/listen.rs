//! The loop: listens to the reader, the signals, the slots and the clock, and tells the scheduler.
//!
//! It never leaves early: whatever goes wrong, it ends when every slot is free, or when the user has asked for the
//! third time.

use std::fs::File;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, after, never, select};

use super::crew::Crew;
use super::orphans::Orphans;
use super::scheduler::Scheduler;
use crate::collect::Loss;
use crate::error::Error;
use crate::job::Job;
use crate::signal::Caught;

/// How often the groups of ended jobs are looked at while a run is being ended.
const LOOK: Duration = Duration::from_millis(10);

/// What the loop listens to beside the reader.
pub(super) struct Bells<'a> {
    pub(super) signals: &'a Receiver<Caught>,
    /// A slot wants the loop to look.
    pub(super) nudged: Receiver<()>,
    /// Output or a record was lost.
    pub(super) abort: Receiver<Loss>,
    /// How many jobs there are in all.
    pub(super) count: Receiver<u64>,
}

/// Listens until all is done, or is to be left as it is; returns what was wrong with the input.
pub(super) fn listen(crew: &Arc<Crew>, jobs: Receiver<Result<Job, Error>>, bells: &Bells<'_>) -> Vec<Error> {
    let Bells { signals, nudged, abort, count } = bells;
    let mut errors = Vec::new();
    let (mut jobs, closed) = (jobs, never());
    let (mut abort, mut count) = (abort.clone(), count.clone());
    // Without a terminal nobody can wait for it.
    let has_terminal = File::open("/dev/tty").is_ok();
    let (mut orphans, mut looked) = (Orphans::new(Instant::now()), None);
    loop {
        if orphans.reap(Instant::now()) && has_terminal {
            crew.look_for_stopped();
        }
        // To look costs milliseconds, and jobs that are ended together end one after the other.
        if crew.hunts() && looked.is_none_or(|looked: Instant| looked.elapsed() >= LOOK) {
            orphans.reap_now();
            crew.look_after_leaderless();
            looked = Some(Instant::now());
        }
        if crew.ask(|scheduler| scheduler.is_done() || scheduler.is_abandoned()) {
            break;
        }
        let input = if crew.ask(Scheduler::wants_jobs) { &jobs } else { &closed };
        let timer = timer(crew, &orphans);
        let read = select! {
            recv(input) -> read => Some(read),
            recv(nudged) -> _ => None,
            recv(signals) -> signal => {
                if let Ok(signal) = signal {
                    crew.answer(signal);
                    crew.tell(|scheduler, now| scheduler.on_signal(signal, now));
                }
                None
            }
            recv(count) -> total => {
                if let Ok(total) = total {
                    crew.tell(|scheduler, now| scheduler.on_total(total, now));
                }
                count = never();
                None
            }
            recv(abort) -> lost => {
                match lost {
                    Ok(Loss::Record) => crew.tell(|scheduler, _| scheduler.on_lost_record()),
                    Ok(Loss::Output) => crew.tell(Scheduler::on_abort),
                    Err(_) => abort = never(),
                }
                None
            }
            recv(timer) -> _ => {
                crew.tell(Scheduler::on_tick);
                None
            }
        };
        match read {
            None => {}
            Some(Ok(Ok(job))) => {
                // As many as there are, so that the reader is woken once for all of them.
                let more = std::iter::from_fn(|| jobs.try_recv().ok()).take(jobs.len());
                for job in std::iter::once(Ok(job)).chain(more) {
                    match job {
                        Ok(job) => crew.tell(|scheduler, now| scheduler.on_job(job, now)),
                        Err(error) => errors.push(error),
                    }
                }
            }
            Some(Ok(Err(error))) => errors.push(error),
            Some(Err(_)) => {
                jobs = never();
                crew.tell(|scheduler, _| {
                    scheduler.on_input_end();
                    Vec::new()
                });
            }
        }
    }
    errors
}

/// When the scheduler is to be asked again.
fn timer(crew: &Crew, orphans: &Orphans) -> Receiver<Instant> {
    let tick = crew.arm().map(|tick| tick.saturating_duration_since(crew.clock.now()));
    let look = crew.ask(Scheduler::has_leaderless).then_some(LOOK);
    after(look.into_iter().chain(tick).fold(orphans.due_in(Instant::now()), Duration::min))
}
