//! Jobs that run side by side, and get data while they do.
//!
//! The jobs come first, each with its outlet; when all of them are out, the one who asks for the next job is kept to
//! deal out the rest of the data. A job that reads no more is left out.

use std::fs::File;
use std::io;
use std::iter;
use std::sync::Arc;
use std::vec;

use super::block::{Block, Pieces};
use super::pieces::read;
use super::{Jobs, job};
use crate::block::{self, Descriptor, Filled};
use crate::error::Error;
use crate::job::Job;
use crate::job::feed::{Dealer, Feed, Outlet, Piece, Source, deal};

/// How much is read at once for all jobs.
const CHUNK: usize = 1 << 18;

fn table(jobs: usize) -> Result<(Dealer, vec::IntoIter<Arc<Outlet>>), Error> {
    let (dealer, outlets) = deal(jobs).map_err(|cause| Error::System { what: "deal out data", cause })?;
    Ok((dealer, outlets.into_iter()))
}

/// `--round-robin`: a job for each of the first blocks, up to one for each slot; then each block to one of these.
pub(super) struct Round {
    pieces: Pieces,
    dealer: Option<Dealer>,
    outlets: vec::IntoIter<Arc<Outlet>>,
    jobs: usize,
    started: usize,
    in_turn: bool,
}

impl Round {
    pub(super) fn new(pieces: Pieces, jobs: usize, in_turn: bool) -> Result<Self, Error> {
        let (dealer, outlets) = table(jobs)?;
        Ok(Self { pieces, dealer: Some(dealer), outlets, jobs, started: 0, in_turn })
    }

    fn deal(&mut self, dealer: &Dealer) -> Option<Error> {
        let mut turn = 0;
        loop {
            let piece = match self.pieces.next()? {
                Ok(block) => block.piece,
                Err(error) => return Some(error),
            };
            let jobs = self.jobs;
            let chosen = if self.in_turn {
                dealer.first_ready(&[turn])
            } else {
                let candidates: Vec<_> = (turn..turn + jobs).map(|index| index % jobs).collect();
                Some(dealer.first_ready(&candidates)?)
            };
            // The turn of one that reads no more is lost.
            if let Some(chosen) = chosen {
                dealer.give(chosen, piece);
            } else if dealer.is_alone() {
                return None;
            }
            turn = (chosen.unwrap_or(turn) + 1) % jobs;
        }
    }
}

impl Iterator for Round {
    type Item = Result<Job, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let dealer = self.dealer.take()?;
        let Some(outlet) = self.outlets.next() else { return self.deal(&dealer).map(Err) };
        match self.pieces.next()? {
            Ok(block) => {
                let Block { header, piece } = block;
                dealer.give(self.started, piece);
                self.dealer = Some(dealer);
                self.started += 1;
                let block = Block { header, piece: Piece::bytes(Vec::new()) };
                Some(Ok(job(self.started as u64, |_| Source::Outlet(outlet), block)))
            }
            Err(error) => Some(Err(error)),
        }
    }
}

/// `--shard` and `--bin`: a job for each slot, and each record to one of these.
pub(super) struct Shares {
    pieces: iter::Peekable<Pieces>,
    spread: block::Spread,
    dealer: Option<Dealer>,
    outlets: vec::IntoIter<Arc<Outlet>>,
    jobs: usize,
}

impl Shares {
    pub(super) fn new(pieces: Pieces, spread: block::Spread, jobs: usize) -> Result<Self, Error> {
        let (dealer, outlets) = table(jobs)?;
        Ok(Self { pieces: pieces.peekable(), spread, dealer: Some(dealer), outlets, jobs })
    }

    fn deal(&mut self, dealer: &Dealer) -> Result<(), Error> {
        while let Some(block) = self.pieces.next() {
            let mut shares = vec![Vec::new(); self.jobs];
            match block?.piece {
                Piece::Bytes(bytes) => self.share(&bytes, &mut shares)?,
                Piece::Part(part) => {
                    let bytes = read(&part).map_err(|cause| Error::ReadInput { name: "a part".into(), cause })?;
                    self.share(&bytes, &mut shares)?;
                }
                Piece::Pipe(_) => {}
            }
            for (index, share) in shares.into_iter().enumerate().filter(|(_, share)| !share.is_empty()) {
                if let Some(ready) = dealer.first_ready(&[index]) {
                    dealer.give(ready, Piece::bytes(share));
                }
            }
            if dealer.is_alone() {
                break;
            }
        }
        Ok(())
    }

    fn share(&mut self, block: &[u8], shares: &mut [Vec<u8>]) -> Result<(), Error> {
        self.spread.spread(block, |slot, records| shares[slot.0 - 1].extend_from_slice(records))
    }
}

impl Iterator for Shares {
    type Item = Result<Job, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let dealer = self.dealer.take()?;
        let header = match self.pieces.peek()? {
            Ok(block) => Arc::clone(&block.header),
            Err(_) => return self.pieces.next()?.err().map(Err),
        };
        let Some(outlet) = self.outlets.next() else { return self.deal(&dealer).err().map(Err) };
        self.dealer = Some(dealer);
        let seq = self.jobs - self.outlets.len();
        let block = Block { header, piece: Piece::bytes(Vec::new()) };
        Some(Ok(job(seq as u64, |_| Source::Outlet(outlet), block)))
    }
}

/// `--tee`: all of the stream for each job.
pub(super) fn tee(jobs: Vec<Job>, stream: File, name: String) -> Result<Jobs, Error> {
    let count = jobs.len();
    let (dealer, outlets) = table(count)?;
    let with_outlet =
        |(job, outlet): (Job, _)| Ok(job.with_feed(Feed { header: Arc::default(), source: Source::Outlet(outlet) }));
    let mut dealing = Some((dealer, Descriptor(stream)));
    let rest = iter::from_fn(move || {
        let (dealer, mut stream) = dealing.take()?;
        let copied = copy(&dealer, count, &mut stream);
        copied.err().map(|cause| Err(Error::ReadInput { name: name.clone(), cause }))
    });
    Ok(Box::new(jobs.into_iter().zip(outlets).map(with_outlet).chain(rest)))
}

fn copy(dealer: &Dealer, jobs: usize, stream: &mut impl block::Stream) -> io::Result<()> {
    while !dealer.is_alone() {
        let mut chunk = Vec::with_capacity(CHUNK);
        if stream.fill(&mut chunk, None)? == Filled::End {
            break;
        }
        let piece = Piece::bytes(chunk);
        for index in 0..jobs {
            if let Some(ready) = dealer.first_ready(&[index]) {
                dealer.give(ready, piece.clone());
            }
        }
    }
    Ok(())
}
