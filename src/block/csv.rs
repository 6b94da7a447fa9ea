//! Records of comma-separated values, which may go on over several lines within quotes.

use memchr::{memchr, memchr2, memrchr};

use super::scan::Scan;

/// What has to be known of CSV to find its records.
///
/// Unlike the reader of arguments, this takes what is not well formed as it comes: a quote opens a field only where one
/// begins, and anywhere else it is text.
#[derive(Clone, Debug)]
pub(super) struct Csv {
    /// What stands between two fields; not empty.
    pub(super) separator: Vec<u8>,
}

impl Csv {
    pub(super) fn next(&self, data: &[u8], scan: &mut Scan) -> Option<usize> {
        while let Some(rest) = data.get(scan.position..) {
            let found = if scan.is_quoted { memchr(b'"', rest) } else { memchr2(b'"', b'\n', rest) };
            let Some(found) = found else {
                scan.position = data.len();
                return None;
            };
            let at = scan.position + found;
            scan.position = at + 1;
            if data[at] == b'\n' {
                return Some(at + 1);
            }
            self.quote(&data[..at], scan);
        }
        None
    }

    /// The last border in `data`, which is searched to its end. Where there are no quotes, only the last line end of
    /// many has to be found.
    pub(super) fn last(&self, data: &[u8], scan: &mut Scan) -> Option<usize> {
        let mut last = None;
        loop {
            let rest = &data[scan.position..];
            let quote = memchr(b'"', rest);
            let plain = &rest[..quote.unwrap_or(rest.len())];
            if !scan.is_quoted
                && let Some(line_end) = memrchr(b'\n', plain)
            {
                last = Some(scan.position + line_end + 1);
            }
            scan.position += plain.len();
            if quote.is_none() {
                return last;
            }
            scan.position += 1;
            self.quote(&data[..scan.position - 1], scan);
        }
    }

    /// Goes over a quote, which ends just before the position.
    fn quote(&self, before: &[u8], scan: &mut Scan) {
        if scan.is_quoted {
            scan.is_quoted = false;
            scan.closed = scan.position;
        } else {
            // Two quotes within quotes are one, so the second opens them again.
            let reopens = scan.closed > 0 && scan.closed == before.len();
            scan.is_quoted = reopens || self.begins_field(before);
        }
    }

    fn begins_field(&self, before: &[u8]) -> bool {
        before.is_empty() || before.ends_with(b"\n") || before.ends_with(&self.separator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str, separator: &str) -> Vec<String> {
        let csv = Csv { separator: separator.into() };
        let (mut scan, mut start, mut records) = (Scan::default(), 0, Vec::new());
        // Byte by byte, as the search has to go on wherever it stopped.
        for length in 1..=text.len() {
            while let Some(border) = csv.next(&text.as_bytes()[..length], &mut scan) {
                records.push(text[start..border].to_owned());
                start = border;
            }
        }
        records.push(text[start..].to_owned());
        records
    }

    #[test]
    fn a_record_ends_with_its_line_unless_that_is_within_quotes() {
        let cases: [(&str, &str, &[&str]); 9] = [
            ("a,b\nc\n", ",", &["a,b\n", "c\n", ""]),
            ("\"a\nb\",c\nd", ",", &["\"a\nb\",c\n", "d"]),
            ("a,\"b\n\"\n\"\nc\"\r\nd", ",", &["a,\"b\n\"\n", "\"\nc\"\r\n", "d"]),
            ("\"\"\"\n\"\n\"\"\n\"\"\"\"\nx", ",", &["\"\"\"\n\"\n", "\"\"\n", "\"\"\"\"\n", "x"]),
            ("a;\"b\n\";c\nd", ";", &["a;\"b\n\";c\n", "d"]),
            ("a::\"b\n\"\nd", "::", &["a::\"b\n\"\n", "d"]),
            ("5\" x,6\"\nb\"\"\nc", ",", &["5\" x,6\"\n", "b\"\"\n", "c"]),
            ("a, \"b\nc\"\nd", ",", &["a, \"b\n", "c\"\n", "d"]),
            ("\"a\nb", ",", &["\"a\nb"]),
        ];
        for (text, separator, expected) in cases {
            assert_eq!(records(text, separator), expected, "{text:?}");
        }
    }
}
