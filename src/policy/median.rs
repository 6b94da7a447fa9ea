//! The median of a stream of durations, in little memory.

use std::collections::VecDeque;
use std::time::Duration;

/// How many of the latest durations are looked at.
const WINDOW: usize = 255;

/// The exact median of the latest durations: it follows jobs that get slower or faster in the course of a run, and
/// takes as much memory after a thousand million of them as after a thousand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Median {
    /// In the order in which they came.
    latest: VecDeque<Duration>,
    /// The same from the shortest to the longest.
    sorted: Vec<Duration>,
}

impl Median {
    pub(super) fn add(&mut self, time: Duration) {
        if self.latest.len() == WINDOW
            && let Some(oldest) = self.latest.pop_front()
        {
            self.sorted.remove(self.sorted.partition_point(|other| *other < oldest));
        }
        self.latest.push_back(time);
        self.sorted.insert(self.sorted.partition_point(|other| *other < time), time);
    }

    /// The one in the middle, if there is any; of two the longer.
    pub(super) fn get(&self) -> Option<Duration> {
        self.sorted.get(self.sorted.len() / 2).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn median(millis: impl IntoIterator<Item = u64>) -> Option<u128> {
        let mut median = Median::default();
        millis.into_iter().for_each(|time| median.add(Duration::from_millis(time)));
        median.get().map(|time| time.as_millis())
    }

    #[test]
    fn the_median_is_the_one_in_the_middle_of_the_latest() {
        assert_eq!([median([]), median([7]), median([7, 9]), median([9, 1, 5])], [None, Some(7), Some(9), Some(5)]);
        assert_eq!(median((0..1000).chain((0..200).map(|_| 5))), Some(5));
        let shuffled = (0..WINDOW as u64).map(|number| number * 7 % WINDOW as u64);
        assert_eq!(median((0..5000).chain(shuffled)), Some(127));
    }
}
