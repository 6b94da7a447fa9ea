//! What a command of the user's says: `--limit`.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::time::{Duration, Instant};

use super::{Load, Opening};
use crate::units::parse_size;

/// What `--limit` was given.
#[derive(Clone, Debug, PartialEq)]
pub enum Limit {
    /// `io N`: the share of the time, in percent, for which a disk may be busy
    Disks(f64),
    /// `load N`: as `--load`
    Load(Load),
    /// `mem N`: as `--memfree`
    Memory(u64),
    /// A command for the shell.
    Command(OsString),
}

impl Limit {
    /// Reads it.
    ///
    /// # Errors
    /// When what stands behind `io`, `load` or `mem` is none of their values, or nothing is there.
    pub fn parse(text: OsString) -> Result<Self, String> {
        let words: Vec<&[u8]> =
            text.as_bytes().split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
        let value = |value: &[u8]| OsStr::from_bytes(value).to_str().map(str::to_owned).ok_or("it is no number");
        match words[..] {
            [] => Err("use a command, or io N, load N or mem SIZE".into()),
            [b"io", percent] => {
                let percent = value(percent)?.parse().ok().filter(|percent| (0.0..=100.0).contains(percent));
                percent.map(Self::Disks).ok_or_else(|| "io has a number from 0 to 100".into())
            }
            [b"load", load] => value(load)?.parse().map(Self::Load),
            [b"mem", size] => parse_size(&value(size)?).map(Self::Memory),
            _ => Ok(Self::Command(text)),
        }
    }
}

/// What the command says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Start a job (0).
    Start,
    /// Start none (1).
    Wait,
    /// End the job that was started last (2).
    EndYoungest,
}

/// How long after a no it is asked again.
const AGAIN: Duration = Duration::from_secs(1);

/// One job for each time that the command says yes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum LimitGate {
    /// There is no command.
    #[default]
    None,
    /// It is to be asked.
    Open,
    /// It is being asked.
    Asked,
    /// It said yes.
    Yes,
    /// It said no, and is asked again at this time.
    No(Instant),
}

impl LimitGate {
    pub(super) fn opening(self, now: Instant) -> Opening {
        match self {
            Self::None | Self::Yes => Opening::Now,
            Self::Asked => Opening::Wait,
            Self::No(again) if now < again => Opening::At(again),
            Self::Open | Self::No(_) => Opening::Ask,
        }
    }

    pub(super) fn on_answer(&mut self, answer: Answer, now: Instant) {
        *self = if answer == Answer::Start { Self::Yes } else { Self::No(now + AGAIN) };
    }

    pub(super) fn on_start(&mut self) {
        if matches!(self, Self::Yes) {
            *self = Self::Open;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_limit() {
        let limit = |text: &str| Limit::parse(text.into());
        assert_eq!(limit("io 50"), Ok(Limit::Disks(50.0)));
        assert_eq!(limit(" load  150% "), Ok(Limit::Load(Load::Percent(150.0))));
        assert_eq!(limit("mem 1G"), Ok(Limit::Memory(1 << 30)));
        assert_eq!(limit("mem 1 2"), Ok(Limit::Command("mem 1 2".into())));
        assert_eq!(limit("./quota {}"), Ok(Limit::Command("./quota {}".into())));
        assert!(["", " ", "io x", "io 101", "load x", "mem x"].iter().all(|text| limit(text).is_err()));
    }

    #[test]
    fn each_yes_is_for_one_job() {
        let now = Instant::now();
        let mut gate = LimitGate::Open;
        assert_eq!(gate.opening(now), Opening::Ask);
        gate = LimitGate::Asked;
        assert_eq!(gate.opening(now), Opening::Wait);
        gate.on_answer(Answer::Start, now);
        assert_eq!(gate.opening(now), Opening::Now);
        gate.on_start();
        assert_eq!(gate.opening(now), Opening::Ask);
        gate.on_answer(Answer::Wait, now);
        assert_eq!(gate.opening(now), Opening::At(now + AGAIN));
        assert_eq!(gate.opening(now + AGAIN), Opening::Ask);
        gate.on_start();
        assert_eq!(gate.opening(now), Opening::At(now + AGAIN), "the job that always runs changes nothing");
    }
}
