//! Not while the machine swaps: `--noswap`.

use std::time::{Duration, Instant};

use super::Opening;
use crate::host::Swap;

/// How long a sample of the swapping takes.
const SAMPLE: Duration = Duration::from_secs(1);

/// Closed while memory is swapped both out and in: one alone is no trouble.
#[derive(Clone, Debug, Default)]
pub(super) struct SwapGate {
    pub(super) is_wanted: bool,
    sample: Option<(Instant, Swap)>,
    /// Whether there was swapping in the last sample. Until there is one, there was not.
    swaps: bool,
}

impl SwapGate {
    pub(super) fn opening(&self, now: Instant) -> Opening {
        match self.sample {
            _ if !self.is_wanted => Opening::Now,
            Some((at, _)) if now < at + SAMPLE => {
                if self.swaps {
                    Opening::At(at + SAMPLE)
                } else {
                    Opening::Now
                }
            }
            _ => Opening::Measure,
        }
    }

    pub(super) fn on_swap(&mut self, swap: Option<Swap>, now: Instant) {
        let swap = swap.unwrap_or_default();
        match self.sample {
            Some((at, _)) if now < at + SAMPLE => return,
            Some((_, before)) => self.swaps = swap.pages_in > before.pages_in && swap.pages_out > before.pages_out,
            None => {}
        }
        self.sample = Some((now, swap));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_closed_while_there_is_swapping_both_ways() {
        let mut now = Instant::now();
        let mut gate = SwapGate { is_wanted: true, ..SwapGate::default() };
        let mut openings = Vec::new();
        for (pages_in, pages_out) in [(5, 5), (6, 6), (7, 6), (7, 7), (8, 8)] {
            assert_eq!(gate.opening(now), Opening::Measure);
            gate.on_swap(Some(Swap { pages_in, pages_out }), now);
            openings.push(gate.opening(now) == Opening::Now);
            now += SAMPLE;
        }
        assert_eq!(openings, [true, false, true, true, false]);
        assert_eq!(SwapGate::default().opening(now), Opening::Now);
    }
}
