//! Doors for the fuzz targets into parts of this room that are its own business. Nothing else may use them.

use std::io::Read;

use super::csv::{Whole, fields};
use super::record::{Delimiter, Records};
use crate::error::Error;
use crate::job::{Value, Values};

/// The records of a stream; the delimiter must not be empty.
pub fn records(
    stream: impl Read + Send + 'static,
    delimiter: &[u8],
) -> impl Iterator<Item = Result<Value, Error>> + Send + 'static {
    Records::new(stream, "fuzz".into(), Delimiter::from(delimiter.to_vec()))
}

/// The rows of a stream of CSV; the separator must not be empty.
pub fn csv(
    stream: impl Read + Send + 'static,
    separator: &[u8],
) -> impl Iterator<Item = Result<Values, Error>> + Send + 'static {
    let separator = separator.to_vec();
    let lines = Box::new(records(stream, b"\n"));
    let whole =
        Whole { lines, name: "fuzz".into(), separator: separator.clone(), delimiter: b"\n".to_vec(), number: 0 };
    whole.map(move |record| record.map(|record| fields(&record, &separator)))
}
