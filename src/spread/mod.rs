//! Jobs that read data: what comes by stdin or stands in files, cut into blocks, as the stdin of jobs.
//!
//! Each block is a job, or blocks are dealt out to jobs that run side by side. Where nothing has to be looked at, data
//! does not come into our memory: it is moved from pipe to pipe, or named as a part of a file. Only so much is read
//! ahead as jobs can be started with.

mod block;
mod dealing;
mod file;
mod pieces;
mod splicing;

use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::block::{Columns, Evaluate, Header, Key, KeySpec, Keys, Parts, Rule, Size, Spread, Spreading};
use crate::error::{Error, say};
use crate::job::feed::{Feed, Part, Piece, Source};
use crate::job::{Job, Seq, Values};
use block::{Block, Pieces};
use dealing::{Round, Shares};
use pieces::Stream;

/// What is to be done with the data.
pub struct Plan {
    /// What a record is.
    pub rule: Rule,
    /// What every job gets first.
    pub header: Header,
    /// How large blocks are.
    pub size: Size,
    /// How long to wait for a block to get so large.
    pub patience: Option<Duration>,
    /// The files whose parts jobs read; none for stdin.
    pub parts: Vec<PathBuf>,
    /// What is read instead of stdin.
    pub file: Option<PathBuf>,
    /// Which jobs get what.
    pub manner: Manner,
    /// Records with the same key belong together.
    pub groups: Option<ByKey>,
    /// The number of job slots.
    pub slots: usize,
    /// Whether a job may have to be given its data again.
    pub again: bool,
}

/// Which jobs get what.
pub enum Manner {
    /// A job for each block.
    Each,
    /// A job for each slot, which gets one block after the other; each in its turn, or when it is ready.
    RoundRobin {
        /// Each in its turn.
        in_turn: bool,
    },
    /// A job for each slot, which gets the records of some keys.
    Spread(ByKey, Spreading),
    /// All of it for each of these.
    Tee(Vec<Job>),
}

/// A key, and what is needed to find it.
pub struct ByKey {
    /// The key as it was given.
    pub spec: KeySpec,
    /// How lines are cut into columns.
    pub columns: Columns,
    /// Makes the evaluation of a key's expression.
    pub evaluate: MakeEvaluate,
}

/// Makes the evaluation of a key's expression, if it has one.
pub type MakeEvaluate = Box<dyn Fn(&Key) -> Result<Option<Evaluate>, Error> + Send>;

impl ByKey {
    fn keys(&self, header: &[u8]) -> Result<Keys, Error> {
        let line = memchr::memchr(b'\n', header).map_or(header, |end| &header[..=end]);
        let key = self.spec.find((!line.is_empty()).then_some(line), &self.columns)?;
        Ok(Keys::new(&key, self.columns.clone(), (self.evaluate)(&key)?))
    }
}

/// Jobs, as they are read.
pub type Jobs = Box<dyn Iterator<Item = Result<Job, Error>> + Send>;

/// Data that has been opened.
pub struct Supply {
    plan: Plan,
    input: Opened,
}

enum Opened {
    /// Something to be read from where it is, with what it is called.
    Stream(File, String),
    /// Files to be read in parts.
    Parts(Vec<(Parts, String)>),
}

impl Supply {
    /// Opens it, so that a missing file is known before the first job runs.
    ///
    /// # Errors
    /// When a file cannot be opened.
    pub fn open(mut plan: Plan) -> Result<Self, Error> {
        let spread = match &plan.manner {
            Manner::Spread(key, _) => Some(key),
            _ => None,
        };
        let mut keys = plan.groups.iter().chain(spread);
        if matches!(plan.header, Header::Lines(0)) && keys.any(|key| key.spec.names_a_column()) {
            plan.header = Header::Lines(1);
        }
        let open = |name: &PathBuf| File::open(name).map_err(|cause| Error::OpenInput { name: name.clone(), cause });
        let input = if !plan.parts.is_empty() {
            let parts = |name: &PathBuf| {
                let called = name.display().to_string();
                let (file, rule) = (open(name)?, plan.rule.clone());
                Parts::new(file, called.clone(), rule, plan.size, plan.slots, &plan.header).map(|parts| (parts, called))
            };
            Opened::Parts(plan.parts.iter().map(parts).collect::<Result<_, _>>()?)
        } else if let Some(name) = &plan.file {
            Opened::Stream(open(name)?, name.display().to_string())
        } else {
            let stdin = io::stdin();
            if stdin.is_terminal() {
                say("reading data from the terminal; end it with Ctrl-D");
            }
            let stdin = stdin.as_fd().try_clone_to_owned();
            let stdin = stdin.map_err(|cause| Error::ReadInput { name: "stdin".into(), cause })?;
            Opened::Stream(stdin.into(), "stdin".into())
        };
        Ok(Self { plan, input })
    }

    /// How many jobs have to run side by side.
    pub fn side_by_side(&self) -> usize {
        match (&self.plan.manner, &self.input) {
            (Manner::Tee(jobs), Opened::Stream(stdin, _)) if !file::is_regular(stdin) => jobs.len(),
            _ => 0,
        }
    }

    /// The jobs in order. May read, and block, before the first.
    pub fn jobs(self) -> Jobs {
        self.begin().unwrap_or_else(|error| Box::new(std::iter::once(Err(error))))
    }

    fn begin(self) -> Result<Jobs, Error> {
        let Self { plan, input } = self;
        let (pieces, header) = match input {
            Opened::Parts(parts) => (pieces::of_parts(parts, &plan.rule), Vec::new()),
            Opened::Stream(file, name) => {
                if let Manner::Tee(jobs) = plan.manner {
                    return if file::is_regular(&file) {
                        whole(jobs, file).map_err(|cause| Error::ReadInput { name, cause })
                    } else {
                        dealing::tee(jobs, file, name)
                    };
                }
                Stream::new(file, name, &plan)?.pieces(&plan)?
            }
        };
        Ok(match plan.manner {
            Manner::Each => Box::new(pieces.zip(1..).map(|(block, seq)| Ok(job(seq, Source::Piece, block?)))),
            Manner::RoundRobin { in_turn } => Box::new(Round::new(pieces, plan.slots, in_turn)?),
            Manner::Spread(key, spreading) => {
                let spread = Spread::new(plan.rule, key.keys(&header)?, spreading, plan.slots);
                Box::new(Shares::new(pieces, spread, plan.slots)?)
            }
            Manner::Tee(jobs) => every(jobs, pieces),
        })
    }
}

/// A job for a block.
fn job(seq: u64, source: impl FnOnce(Piece) -> Source, block: Block) -> Job {
    let feed = Feed { header: block.header, source: source(block.piece) };
    Job::new(Seq(seq), Values::new()).with_feed(feed)
}

/// All of a file, from where it is, for each of these jobs.
fn whole(jobs: Vec<Job>, file: File) -> io::Result<Jobs> {
    let (start, end) = file::rest(&file)?;
    file::leave_at(&file, end);
    let part = Part { file: Arc::new(file), start, length: end - start };
    Ok(Box::new(jobs.into_iter().map(move |job| Ok(job.with_feed(Feed::piece(Piece::Part(part.clone())))))))
}

/// Each of these jobs with the first of these pieces, which is all there is.
fn every(jobs: Vec<Job>, mut pieces: Pieces) -> Jobs {
    let piece = pieces.next().unwrap_or_else(|| Ok(Block { header: Arc::default(), piece: Piece::bytes(Vec::new()) }));
    match piece {
        Ok(Block { header, piece }) => {
            let feed = Feed { header, source: Source::Piece(piece) };
            Box::new(jobs.into_iter().map(move |job| Ok(job.with_feed(feed.clone()))))
        }
        Err(error) => Box::new(std::iter::once(Err(error))),
    }
}
