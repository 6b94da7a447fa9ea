//! Keeps output instead of printing it: in files of a job's own, or in the records of a table.
//!
//! What goes wrong is for the caller to tell, and what is to be printed is handed to it.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::os::unix::ffi::OsStrExt;

use super::{Manner, Settled};
use crate::error::Error;
use crate::job::{Exit, Seq, Stream};
use crate::output::{Capture, Kept, Results, Table, Told};

/// Where the output of a run is kept.
#[derive(Debug)]
pub(super) struct Keeper {
    /// Where a record of each job is written.
    pub(super) table: Option<Table>,
    /// The open files of jobs.
    open: HashMap<Seq, Kept>,
    /// Jobs of whose output something could not be kept, now or before.
    spoiled: HashSet<Seq>,
    /// What stands behind the names of files, if they are printed.
    name_end: Option<u8>,
    /// What output is taken into.
    buffer: Vec<u8>,
}

impl Keeper {
    pub(super) fn new(manner: &Manner) -> Self {
        let name_end = if manner.names_end_with_nul { 0 } else { b'\n' };
        let name_end = manner.names_files.then_some(name_end);
        Self { table: None, open: HashMap::new(), spoiled: HashSet::new(), name_end, buffer: Vec::new() }
    }

    /// Moves what a job has written so far to its files, if it has any.
    pub(super) fn keep(&mut self, capture: &Capture) -> Result<(), Error> {
        let Some(results) = capture.results().filter(|&results| *results != Results::Record) else { return Ok(()) };
        let seq = capture.seq();
        let begun = match self.open.entry(seq) {
            Entry::Occupied(files) => Ok(files.into_mut()),
            Entry::Vacant(place) => {
                let files = capture.begun().map_or_else(|| results.begin(seq), Ok);
                files.map(|files| place.insert(files))
            }
        };
        let kept = begun.and_then(|files| files.take_from(capture, &mut self.buffer));
        if kept.is_err() {
            self.spoiled.insert(seq);
        }
        kept
    }

    /// Whether something of a job's output could not be kept, until its files are closed.
    pub(super) fn has_spoiled(&self, seq: Seq) -> bool {
        self.spoiled.contains(&seq)
    }

    /// An attempt was in vain: the files are made anew for the next.
    pub(super) fn discard(&mut self, seq: Seq) {
        self.spoiled.remove(&seq);
        if let Some(files) = self.open.remove(&seq) {
            files.discard();
        }
    }

    /// Closes the files of a job that has ended, and has their name printed if that is wanted. What was lost has been
    /// told, and such files are never complete, even if there was room for the end.
    pub(super) fn close(&mut self, settled: &Settled, print: &mut dyn FnMut(&[u8])) -> Result<(), Error> {
        let seq = settled.job.seq;
        let is_spoiled = self.spoiled.remove(&seq);
        let Some(files) = self.open.remove(&seq) else { return Ok(()) };
        let is_killed = matches!(settled.outcome.exit, Exit::Killed(..));
        let completed = if is_killed || is_spoiled { Ok(()) } else { files.complete() };
        if let Some(end) = self.name_end {
            let name = [files.name().as_os_str().as_bytes(), &[end]].concat();
            settled.capture.style(Stream::Stdout, &name, print);
        }
        completed
    }

    /// Writes the record of a job that has ended, if it is to have one.
    pub(super) fn record(&mut self, settled: &Settled, print: &mut dyn FnMut(&[u8])) -> Result<(), Error> {
        let Settled { job, outcome, line, capture } = settled;
        if capture.results() != Some(&Results::Record) {
            return Ok(());
        }
        let told = Told { seq: job.seq, outcome, line, values: &job.values };
        self.table.as_mut().map_or(Ok(()), |table| table.record(told, capture, print))
    }
}
