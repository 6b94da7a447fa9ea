//! How far a search for borders has come.

/// How far a search through data that begins with a record has come. It goes on when there is more of the data.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scan {
    /// Everything before is searched.
    pub(super) position: usize,
    /// The position is within quotes.
    pub(super) is_quoted: bool,
    /// The border before.
    pub(super) border: usize,
    /// Where quotes ended last; 0 is nowhere.
    pub(super) closed: usize,
}

impl Scan {
    /// The same for data without its first `count` bytes.
    pub(super) fn behind(self, count: usize) -> Self {
        let [position, border, closed] =
            [self.position, self.border, self.closed].map(|place| place.saturating_sub(count));
        Self { position, border, closed, ..self }
    }
}
