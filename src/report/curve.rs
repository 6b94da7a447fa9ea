//! A quantity over time, as its average in each of so many equal parts of the run.
//!
//! What an interval adds is noted at its two ends, so that the work and the memory do not depend on how long it is, nor
//! on how many there are.

/// A sum of intervals.
#[derive(Clone, Debug)]
pub(super) struct Curve {
    /// The length of a part.
    part: f64,
    /// What the parts have that an interval begins or ends in.
    edges: Vec<f64>,
    /// By how much a part differs from the one before it, edges aside.
    steps: Vec<f64>,
}

impl Curve {
    /// Nothing, over this length of time in this many parts.
    pub(super) fn new(length: u64, parts: usize) -> Self {
        Self {
            part: (float(length) / float(parts as u64)).max(f64::MIN_POSITIVE),
            edges: vec![0.0; parts],
            steps: vec![0.0; parts + 1],
        }
    }

    /// Adds `height` from `start` to `end`.
    pub(super) fn add(&mut self, start: u64, end: u64, height: f64) {
        let most = float(self.edges.len() as u64);
        let at = |time: u64| (float(time) / self.part).min(most);
        let (start, end) = (at(start), at(end));
        let (first, last) = (self.index(start), self.index(end));
        if first == last {
            self.edges[first] += height * (end - start);
            return;
        }
        self.edges[first] += height * (float(first as u64 + 1) - start);
        self.edges[last] += height * (end - float(last as u64));
        self.steps[first + 1] += height;
        self.steps[last] -= height;
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and the parts")]
    fn index(&self, at: f64) -> usize {
        (at as usize).min(self.edges.len() - 1)
    }

    /// The average of each part.
    pub(super) fn values(&self) -> Vec<f64> {
        let mut height = 0.0;
        let parts = self.edges.iter().zip(&self.steps);
        parts
            .map(|(edge, step)| {
                height += step;
                // Without the dust that sums of fractions leave.
                ((height + edge).max(0.0) * 1000.0).round() / 1000.0
            })
            .collect()
    }
}

/// As close as can be: times are less than 2^53 microseconds.
#[expect(clippy::cast_precision_loss, reason = "see above")]
pub(super) fn float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_add_up() {
        let mut curve = Curve::new(100, 5);
        curve.add(0, 100, 1.0);
        curve.add(10, 50, 2.0);
        curve.add(45, 55, 4.0);
        curve.add(90, 500, 8.0);
        assert_eq!(curve.values(), [2.0, 3.0, 4.0, 1.0, 5.0]);
    }

    #[test]
    fn a_run_without_length_has_no_heights() {
        let mut curve = Curve::new(0, 3);
        curve.add(0, 0, 1.0);
        assert_eq!(curve.values(), [0.0; 3]);
    }
}
