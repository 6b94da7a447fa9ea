//! What a crash has left of a last record, before a run that goes on with a table adds its own behind it.

use std::io::{self, BufRead};

use super::Form;

/// How many bytes of a table are whole records.
pub(super) fn whole(form: Form, table: &mut dyn BufRead) -> io::Result<u64> {
    let (mut at, mut whole) = (0, 0);
    let mut is_quoted = false;
    loop {
        let bytes = match table.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            bytes => bytes?,
        };
        if bytes.is_empty() {
            return Ok(whole);
        }
        for &byte in bytes {
            at += 1;
            match byte {
                b'"' if form != Form::Json => is_quoted = !is_quoted,
                b'\n' if !is_quoted => whole = at,
                _ => {}
            }
        }
        let count = bytes.len();
        table.consume(count);
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    #[test]
    fn a_record_ends_with_a_newline_that_is_not_quoted() {
        let cases = [
            (Form::Json, "", 0),
            (Form::Json, "{ \"Seq\": 1 }\n{ \"Se", 13),
            (Form::Json, "{ \"Seq\": 1 }\n", 13),
            (Form::Separated(b','), "Seq,V1\n1,\"a\n\"\"\nb\"\n2,\"c\n", 18),
            (Form::Separated(b','), "Seq,V1\n1,\"a\n", 7),
            (Form::Separated(b'\t'), "Seq", 0),
        ];
        for (form, table, expected) in cases {
            for size in [1, 3, 100] {
                let mut reader = BufReader::with_capacity(size, table.as_bytes());
                assert_eq!(whole(form, &mut reader).expect("bytes"), expected, "{table:?}");
            }
        }
    }
}
