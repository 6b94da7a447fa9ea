//! Combining input sources: side by side when linked, every combination otherwise.
//!
//! Only what has to be held is held: a single source, the first of a product and sources linked by `:::+` are read
//! as the run goes on and may be endless; the other sources of a product, and rotating ones, stay in memory.

use std::iter;

use crate::error::Error;
use crate::job::Values;

/// The values that one record of a source, or one combination of records, brings to a job.
pub(super) type Row = Values;

/// Rows, read as they are asked for.
pub(super) type Rows = Box<dyn Iterator<Item = Result<Row, Error>> + Send>;

/// Sources that advance together; ends with the shortest (`:::+`). One without records counts as one empty value,
/// unless all are.
pub(super) fn side_by_side(mut sources: Vec<Rows>) -> Rows {
    if sources.len() == 1 {
        return sources.remove(0);
    }
    let mut sources: Vec<_> = sources.into_iter().map(Iterator::peekable).collect();
    if sources.iter_mut().any(|rows| rows.peek().is_some()) {
        for rows in sources.iter_mut().filter_map(|rows| rows.peek().is_none().then_some(rows)) {
            *rows = (Box::new(iter::once(Ok(empty()))) as Rows).peekable();
        }
    }
    Box::new(iter::from_fn(move || {
        let rows: Option<Result<Vec<Row>, Error>> = sources.iter_mut().map(Iterator::next).collect();
        rows.map(|rows| rows.map(|rows| rows.iter().flat_map(Values::iter).collect()))
    }))
}

/// Sources that advance together; the shorter ones start again until the longest has ended (`--link`).
pub(super) fn in_rotation(mut sources: Vec<Rows>) -> Result<Rows, Error> {
    if sources.len() == 1 {
        return Ok(sources.remove(0));
    }
    let columns = sources.into_iter().map(Iterator::collect).collect::<Result<Vec<Vec<Row>>, Error>>()?;
    let longest = columns.iter().map(Vec::len).max().unwrap_or(0);
    Ok(Box::new((0..longest).map(move |index| {
        let part = |rows: &Vec<Row>| rows.iter().cycle().nth(index % rows.len().max(1)).map_or(empty(), Row::clone);
        let parts: Vec<Row> = columns.iter().map(part).collect();
        Ok(parts.iter().flat_map(Values::iter).collect())
    })))
}

/// Every combination, the last source varying fastest. A source without records counts as one empty value, unless
/// it is the only one.
pub(super) fn product(mut sources: Vec<Rows>) -> Result<Rows, Error> {
    if sources.len() == 1 {
        return Ok(sources.remove(0));
    }
    let mut first = sources.remove(0).peekable();
    let rest = sources.into_iter().map(Iterator::collect).collect::<Result<Vec<Vec<Row>>, Error>>()?;
    if first.peek().is_none() && rest.iter().all(Vec::is_empty) {
        return Ok(Box::new(iter::empty()));
    }
    let first: Rows = if first.peek().is_some() { Box::new(first) } else { Box::new(iter::once(Ok(empty()))) };
    let rest = rest.into_iter().map(|rows| if rows.is_empty() { vec![empty()] } else { rows }).collect();
    Ok(Box::new(Product { first, rest, current: None, index: 0 }))
}

fn empty() -> Row {
    Row::from(Vec::new())
}

struct Product {
    first: Rows,
    /// The other sources; none of them is empty.
    rest: Vec<Vec<Row>>,
    /// The row of the first source that is being combined.
    current: Option<Row>,
    /// How many combinations of `current` are done.
    index: usize,
}

impl Product {
    /// The combination number `index` of `row` with the rest, which is counted with the last source as the ones.
    fn combine(&self, row: &Row) -> Row {
        let mut index = self.index;
        let mut parts = Vec::with_capacity(self.rest.len());
        for rows in self.rest.iter().rev() {
            parts.push(&rows[index % rows.len()]);
            index /= rows.len();
        }
        row.iter().chain(parts.into_iter().rev().flat_map(Values::iter)).collect()
    }
}

impl Iterator for Product {
    type Item = Result<Row, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let count: usize = self.rest.iter().map(Vec::len).product();
        if self.current.is_none() || self.index == count {
            self.index = 0;
            self.current = match self.first.next()? {
                Ok(row) => Some(row),
                Err(error) => return Some(Err(error)),
            };
        }
        let combination = self.combine(self.current.as_ref()?);
        self.index += 1;
        Some(Ok(combination))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Rows {
        let rows: Vec<_> = text.bytes().map(|byte| Ok(Row::from(vec![byte]))).collect();
        Box::new(rows.into_iter())
    }

    fn text(rows: Rows) -> Vec<String> {
        let join = |row: Row| row.iter().collect::<Vec<_>>().join(&b'-');
        rows.map(|row| String::from_utf8(join(row.expect("row"))).expect("utf-8")).collect()
    }

    #[test]
    fn a_product_varies_the_last_source_fastest() {
        let rows = product(vec![source("ab"), source("xy"), source("12")]).expect("product");
        assert_eq!(text(rows), ["a-x-1", "a-x-2", "a-y-1", "a-y-2", "b-x-1", "b-x-2", "b-y-1", "b-y-2"]);
    }

    #[test]
    fn an_empty_source_of_a_product_is_one_empty_value() {
        assert_eq!(text(product(vec![source(""), source("a")]).expect("product")), ["-a"]);
        assert_eq!(text(product(vec![source("a"), source("")]).expect("product")), ["a-"]);
        assert_eq!(text(product(vec![source("")]).expect("product")), Vec::<String>::new());
    }

    #[test]
    fn linked_sources_end_with_the_shortest_and_rotating_ones_with_the_longest() {
        assert_eq!(text(side_by_side(vec![source("abc"), source("12")])), ["a-1", "b-2"]);
        assert_eq!(text(side_by_side(vec![source("abc"), source("")])), ["a-"]);
        assert_eq!(text(side_by_side(vec![source(""), source("")])), Vec::<String>::new());
        assert_eq!(text(in_rotation(vec![source("abc"), source("12")]).expect("rows")), ["a-1", "b-2", "c-1"]);
    }

    #[test]
    fn the_first_source_of_a_product_may_be_endless() {
        let endless: Rows = Box::new(iter::repeat_with(|| Ok(Row::from(b"n".to_vec()))));
        let rows = product(vec![endless, source("12")]).expect("product");
        assert_eq!(rows.take(3).count(), 3);
    }
}
