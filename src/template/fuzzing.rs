//! A door for the fuzz targets into what is this room's own business. Nothing else may use it.

use super::expression::{Expression, Facts};

/// What a perl expression makes of a value; `None` if it takes perl, or comes to nothing.
pub fn evaluate(text: &[u8], value: &[u8], arguments: &[Vec<u8>]) -> Option<Vec<u8>> {
    let arguments: Vec<&[u8]> = arguments.iter().map(Vec::as_slice).collect();
    let facts = Facts { seq: 7, slot: 2, total: Some(100), arguments: &arguments };
    let expression = Expression::parse(text).ok()?;
    // Once as a condition too, which is evaluated anew.
    let _ = expression.is_true(value, &facts);
    expression.evaluate(value, &facts).ok().map(|evaluated| evaluated.value)
}
