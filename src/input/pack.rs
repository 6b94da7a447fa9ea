//! Several rows for one job: as many as were asked for, or as fit on a command line.
//!
//! How long a command line gets is not known here; a [`Ruler`] tells.

use std::collections::VecDeque;

use super::combine::{Row, Rows};
use crate::error::Error;
use crate::job::{Seq, Values};

/// How many rows go into one job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packing {
    /// At most this many.
    pub most: usize,
    /// Each row is used up for a job that gets none of its values (`-n0`).
    pub drop_values: bool,
    /// Once the input has ended, what is left is spread over this many jobs.
    pub share: usize,
}

/// How much room there is on the command line of a job, and how much of it a row takes. Both in the same unit.
pub struct Ruler {
    /// The room for the rows of the job of this number.
    pub room: RoomOf,
    /// What one row takes of it.
    pub size: SizeOf,
    /// Whether a row that does not fit even alone ends the input with this error; otherwise it gets a job of its own,
    /// which will fail.
    pub too_long: Option<TooLong>,
}

/// The room for the rows of the job of this number.
pub type RoomOf = Box<dyn FnMut(Seq) -> usize + Send>;

/// What a row takes of the room of that job.
pub type SizeOf = Box<dyn FnMut(Seq, &Values) -> usize + Send>;

/// Makes the error for a row that does not fit.
pub type TooLong = Box<dyn FnMut(&Values) -> Error + Send>;

/// Puts rows together.
pub(super) fn pack(rows: Rows, packing: Packing, ruler: Ruler) -> Rows {
    Box::new(Packer {
        rows,
        packing,
        ruler,
        refused: None,
        broken: None,
        shares: VecDeque::new(),
        seq: Seq(1),
        ended: false,
    })
}

struct Packer {
    rows: Rows,
    packing: Packing,
    ruler: Ruler,
    /// A row that was read, but did not fit any more.
    refused: Option<Row>,
    /// What broke the input off, to be told after the rows before it.
    broken: Option<Error>,
    /// The rows of the last jobs.
    shares: VecDeque<Row>,
    /// The number of the next job.
    seq: Seq,
    ended: bool,
}

/// The rows of one job, as far as they have been read.
#[derive(Default)]
struct Batch {
    values: Values,
    /// Where each row ends.
    ends: Vec<usize>,
    /// The room that is taken.
    taken: usize,
}

impl Batch {
    fn add(&mut self, row: &Row, size: usize) {
        self.values.append(row);
        self.ends.push(self.values.len());
        self.taken = self.taken.saturating_add(size);
    }

    /// The rows in equal parts, the last of which may be smaller.
    fn spread(self, parts: usize) -> VecDeque<Row> {
        let each = self.ends.len().div_ceil(parts.max(1)).max(1);
        if each >= self.ends.len() {
            return VecDeque::from([self.values]);
        }
        let mut start = 0;
        let part = |ends: &[usize]| {
            let end = ends.last().copied().unwrap_or(start);
            self.values.slice(std::mem::replace(&mut start, end), end)
        };
        self.ends.chunks(each).map(part).collect()
    }
}

impl Packer {
    /// Reads the rows of one job, or with the end of the input those of the last jobs.
    fn fill(&mut self) -> Result<(), Error> {
        let mut batch = Batch::default();
        let room = (self.ruler.room)(self.seq);
        while batch.ends.len() < self.packing.most {
            let row = match self.refused.take() {
                Some(row) => row,
                None => match self.rows.next() {
                    Some(Ok(row)) => row,
                    Some(Err(error)) => {
                        self.broken = Some(error);
                        break;
                    }
                    None => {
                        self.ended = true;
                        break;
                    }
                },
            };
            let row = if self.packing.drop_values { Row::new() } else { row };
            let size = (self.ruler.size)(self.seq, &row);
            if batch.taken.saturating_add(size) > room {
                if !batch.ends.is_empty() {
                    self.refused = Some(row);
                    break;
                }
                if let Some(too_long) = &mut self.ruler.too_long {
                    return Err(too_long(&row));
                }
            }
            batch.add(&row, size);
        }
        if self.packing.share > 1 && batch.ends.len() == self.packing.most {
            self.look_ahead();
        }
        if !batch.ends.is_empty() {
            self.shares = batch.spread(if self.ended { self.packing.share } else { 1 });
        }
        Ok(())
    }

    /// Reads the row after a full batch, because the last one is spread even if it is full.
    fn look_ahead(&mut self) {
        match self.rows.next() {
            Some(Ok(row)) => self.refused = Some(row),
            Some(Err(error)) => self.broken = Some(error),
            None => self.ended = true,
        }
    }
}

impl Iterator for Packer {
    type Item = Result<Row, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.shares.is_empty() && !self.ended {
            if let Some(error) = self.broken.take() {
                self.ended = true;
                return Some(Err(error));
            }
            if let Err(error) = self.fill() {
                self.ended = true;
                return Some(Err(error));
            }
        }
        if let Some(row) = self.shares.pop_front() {
            self.seq.0 += 1;
            return Some(Ok(row));
        }
        self.broken.take().map(|error| {
            self.ended = true;
            Err(error)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EACH: Packing = Packing { most: usize::MAX, drop_values: false, share: 1 };

    fn numbers(count: u8) -> Rows {
        Box::new((0..count).map(|number| Ok(Row::from(vec![number]))))
    }

    /// Every row takes its own length.
    fn ruler(room: usize) -> Ruler {
        Ruler { room: Box::new(move |_| room), size: Box::new(|_, row| row.total_size()), too_long: None }
    }

    fn sizes(rows: Rows) -> Vec<usize> {
        rows.map(|row| row.expect("a row").len()).collect()
    }

    #[test]
    fn the_last_rows_are_spread_over_the_slots() {
        let shared = |count, share| sizes(pack(numbers(count), Packing { share, ..EACH }, ruler(usize::MAX)));
        assert_eq!(shared(10, 4), [3, 3, 3, 1]);
        assert_eq!(shared(10, 3), [4, 4, 2]);
        assert_eq!(shared(5, 4), [2, 2, 1]);
        assert_eq!(shared(0, 4), Vec::<usize>::new());
        let full_first = pack(numbers(11), Packing { share: 2, ..EACH }, ruler(8));
        assert_eq!(sizes(full_first), [8, 2, 1]);
        let counted = |count| sizes(pack(numbers(count), Packing { most: 4, share: 2, ..EACH }, ruler(usize::MAX)));
        assert_eq!((counted(8), counted(7)), (vec![4, 2, 2], vec![4, 2, 1]));
    }

    #[test]
    fn a_job_is_passed_on_as_soon_as_it_is_full() {
        let after_two = std::iter::repeat_with(|| -> Result<Row, Error> { panic!("a row too many was read") });
        let rows = Box::new(numbers(2).chain(after_two));
        assert_eq!(
            pack(rows, Packing { most: 2, ..EACH }, ruler(usize::MAX)).next().map(|row| row.expect("a row").len()),
            Some(2)
        );
    }

    #[test]
    fn rows_before_a_break_are_kept() {
        let broken: Rows = Box::new(numbers(3).chain([Err(Error::Usage("broken".into()))]));
        let mut packed = pack(broken, EACH, ruler(usize::MAX));
        assert_eq!(packed.next().map(|row| row.expect("rows").len()), Some(3));
        assert!(matches!(packed.next(), Some(Err(_))));
        assert!(packed.next().is_none());
    }

    #[test]
    fn a_row_that_does_not_fit_is_an_error_or_a_job_of_its_own() {
        let rows = || -> Rows {
            Box::new(["ab", "abcdef", "c"].map(|text| Ok(Row::from(text.as_bytes().to_vec()))).into_iter())
        };
        assert_eq!(sizes(pack(rows(), EACH, ruler(4))), [1, 1, 1]);
        let too_long: TooLong = Box::new(|row| Error::Usage(format!("{row:?}")));
        let strict = pack(rows(), EACH, Ruler { too_long: Some(too_long), ..ruler(4) });
        let told: Vec<_> = strict.map(|row| row.map_err(|error| error.to_string())).collect();
        assert_eq!(told, [Ok(Row::from(b"ab".to_vec())), Err("[\"abcdef\"]".into())]);
    }

    proptest! {
        #[test]
        fn packing_loses_repeats_and_reorders_nothing(
            lengths in prop::collection::vec(0_usize..9, 0..60),
            most in 1_usize..12,
            room in 1_usize..30,
            share in 1_usize..6,
        ) {
            let all: Vec<Vec<u8>> = (0..).zip(&lengths).map(|(index, length)| vec![index; *length]).collect();
            let rows: Rows = Box::new(all.clone().into_iter().map(|value| Ok(Row::from(value))));
            let packing = Packing { most, share, ..EACH };
            let packed: Vec<Row> = pack(rows, packing, ruler(room)).collect::<Result<_, _>>().expect("rows");
            for row in &packed {
                prop_assert!(!row.is_empty() && row.len() <= most);
                prop_assert!(row.len() == 1 || row.total_size() <= room);
            }
            let values: Vec<Vec<u8>> = packed.iter().flat_map(Values::iter).map(<[u8]>::to_vec).collect();
            prop_assert_eq!(values, all);
        }
    }
}
