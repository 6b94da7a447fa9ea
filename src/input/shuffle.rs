//! Rows in random order, for which all of them have to be read first.

use std::iter;

use super::combine::Rows;

/// The rows in another order, read when the first is asked for. An error comes last, as it does without.
pub(super) fn shuffled(rows: Rows) -> Rows {
    Box::new(
        iter::once_with(move || {
            let (mut good, bad): (Vec<_>, Vec<_>) = rows.partition(Result::is_ok);
            fastrand::shuffle(&mut good);
            good.into_iter().chain(bad)
        })
        .flatten(),
    )
}
