//! Cutting a stream of bytes into records.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::ffi::OsStrExt;

use crate::error::Error;
use crate::escape::unescape;
use crate::job::Value;

/// The bytes that end a record; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Delimiter(Vec<u8>);

impl Delimiter {
    /// Reads `-d`: bytes with the escapes of C.
    pub(super) fn parse(text: &OsStr) -> Result<Self, Error> {
        let bytes = unescape(text.as_bytes());
        if bytes.is_empty() {
            return Err(Error::Usage("-d needs a delimiter of at least one byte; for NUL use -0".into()));
        }
        Ok(Self(bytes))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl<T: Into<Vec<u8>>> From<T> for Delimiter {
    fn from(bytes: T) -> Self {
        Self(bytes.into())
    }
}

/// The records of a stream, each as soon as its delimiter has been read, whatever comes later.
///
/// The last record needs no delimiter, and a delimiter at the very end begins no further record.
pub(super) struct Records<R> {
    stream: BufReader<R>,
    name: String,
    delimiter: Delimiter,
}

impl<R: Read> Records<R> {
    pub(super) fn new(stream: R, name: String, delimiter: Delimiter) -> Self {
        Self { stream: BufReader::with_capacity(1 << 16, stream), name, delimiter }
    }
}

impl<R: Read> Iterator for Records<R> {
    type Item = Result<Value, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let delimiter = &self.delimiter.0;
        let last = *delimiter.last()?;
        let mut record = Vec::new();
        loop {
            match self.stream.read_until(last, &mut record) {
                Err(cause) => return Some(Err(Error::ReadInput { name: self.name.clone(), cause })),
                Ok(0) if record.is_empty() => return None,
                Ok(0) => return Some(Ok(record)),
                Ok(_) if record.ends_with(delimiter) => {
                    record.truncate(record.len() - delimiter.len());
                    return Some(Ok(record));
                }
                Ok(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(stream: &str, delimiter: &str) -> Vec<String> {
        let delimiter = Delimiter::parse(OsStr::new(delimiter)).expect("delimiter");
        let records = Records::new(stream.as_bytes(), "test".into(), delimiter);
        records.map(|record| String::from_utf8(record.expect("record")).expect("utf-8")).collect()
    }

    #[test]
    fn the_last_record_needs_no_delimiter_and_a_final_one_begins_none() {
        assert_eq!(cut("a\nb", "\\n"), ["a", "b"]);
        assert_eq!(cut("a\nb\n", "\\n"), ["a", "b"]);
        assert_eq!(cut("a\n\n", "\\n"), ["a", ""]);
        assert_eq!(cut("", "\\n"), Vec::<String>::new());
    }

    #[test]
    fn a_delimiter_of_several_bytes_may_overlap_itself() {
        assert_eq!(cut("xabyabaabz", "ab"), ["x", "y", "a", "z"]);
        assert_eq!(cut("1aaab2", "aab"), ["1a", "2"]);
    }
}
