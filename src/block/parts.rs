//! The parts of a file, for jobs that read it themselves: whole records, found without reading what lies between.
//!
//! A part begins at the first border at or after a multiple of the block size. So each begin can be looked for by
//! itself, many at a time, and the number of parts is known before: a part is at most one record longer than a block.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, ErrorKind, Seek, SeekFrom};
use std::ops::Range;
use std::os::unix::fs::FileExt;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::border::Border;
use super::change::{self, Failure};
use super::header::Header;
use super::key::Keys;
use super::rule::Rule;
use super::scan::Scan;
use super::size::Size;
use crate::error::Error;

/// How much is read around a place at first; it is doubled as long as no border is found.
const STEP: usize = 1 << 12;

/// The most that is read at once.
const LONGEST_STEP: usize = 1 << 20;

/// How far before a place a regular expression begins to search, and how long what it matches may be.
const BEFORE: usize = 1 << 16;

/// How many places are searched at once: few at first, so that the first jobs need not wait.
const FEW: u64 = 16;

/// The most of them.
const MANY: u64 = 1 << 12;

/// The parts of a file in order, as ranges of bytes. An error ends them.
#[derive(Debug)]
pub struct Parts {
    places: Places,
    /// What keeps lines together.
    keys: Option<Keys>,
    header: Vec<u8>,
    /// The part that is next goes on at least to the first place that is not searched.
    start: u64,
    /// Where parts begin, as far as they are known.
    found: VecDeque<u64>,
    /// The first place that is not searched.
    next: u64,
    batch: u64,
}

/// A file and where in it to look for borders.
#[derive(Debug)]
struct Places {
    file: File,
    name: String,
    rule: Rule,
    size: u64,
    /// Where data begins, after the header.
    begin: u64,
    end: u64,
}

impl Parts {
    /// Of `file`, called `name` in messages, in blocks of this size for so many job slots.
    ///
    /// # Errors
    /// When it cannot be read from anywhere, or the rule goes by what came before.
    pub fn new(file: File, name: String, rule: Rule, size: Size, slots: usize, header: &Header) -> Result<Self, Error> {
        if !rule.counts_nothing() || matches!(rule.border, Border::Csv(_)) {
            let text =
                "--pipe-part cannot count records, which would have to be read; use --pipe with -N, -L and --csv";
            return Err(Error::Usage(text.into()));
        }
        let end = length(&file).map_err(|cause| not_seekable(&name, &cause))?;
        let (size, begin) = (size.of(end, slots) as u64, 0);
        let mut places = Places { file, name, rule, size, begin, end };
        let header = places.header(header).map_err(|cause| places.broken(cause))?;
        places.begin = header.len() as u64;
        Ok(Self { start: places.begin, places, keys: None, header, found: VecDeque::new(), next: 1, batch: FEW })
    }

    /// With parts that begin only where the key of the lines changes. The keys are had one after the other.
    #[must_use]
    pub fn grouped_by(self, keys: Keys) -> Self {
        Self { keys: Some(keys), ..self }
    }

    /// The header, which is no part.
    pub fn header(&self) -> &[u8] {
        &self.header
    }

    /// The file.
    pub fn file(&self) -> &File {
        &self.places.file
    }

    /// The most parts there can be.
    pub fn most(&self) -> u64 {
        self.places.count()
    }

    /// The end of the next part.
    fn end_of_next(&mut self) -> Result<u64, Error> {
        while self.found.is_empty() && self.next < self.places.count() {
            let last = self.places.count().min(self.next + self.batch);
            let found = self.borders(self.next..last)?;
            self.found.extend(found);
            self.next = last;
            self.batch = (self.batch * 2).min(MANY);
        }
        Ok(self.found.pop_front().unwrap_or(self.places.end))
    }

    /// The borders at these places.
    fn borders(&mut self, numbers: Range<u64>) -> Result<Vec<u64>, Error> {
        let places = &self.places;
        let found: Result<Vec<_>, _> = match &mut self.keys {
            None => numbers.into_par_iter().map(|place| places.first_border(place).map_err(Failure::Read)).collect(),
            Some(keys) => numbers.map(|place| places.first_change(place, keys)).collect(),
        };
        let found = found.map_err(|failure| match failure {
            Failure::Read(cause) => places.broken(cause),
            Failure::Key(error) => error,
        })?;
        Ok(found.into_iter().flatten().collect())
    }
}

impl Iterator for Parts {
    type Item = Result<Range<u64>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.start == self.places.end {
            return None;
        }
        let end = self.end_of_next();
        let start = self.start;
        self.start = *end.as_ref().unwrap_or(&self.places.end);
        Some(end.map(|end| start..end))
    }
}

impl Places {
    /// How many places there are, the begin included.
    fn count(&self) -> u64 {
        (self.end - self.begin).div_ceil(self.size)
    }

    fn place(&self, number: u64) -> u64 {
        self.begin.saturating_add(number.saturating_mul(self.size)).min(self.end)
    }

    fn broken(&self, cause: io::Error) -> Error {
        Error::ReadInput { name: self.name.clone(), cause }
    }

    fn header(&self, header: &Header) -> io::Result<Vec<u8>> {
        let mut data = Vec::new();
        loop {
            let ended = data.len() as u64 == self.end;
            if let Some(length) = header.length(&data, ended) {
                data.truncate(length);
                return Ok(data);
            }
            let most = header.wanted(data.len()).max(STEP).max(data.len());
            self.read_on(&mut data, 0, most)?;
        }
    }

    /// Reads what is in the file after `data`, which begins at `base`.
    fn read_on(&self, data: &mut Vec<u8>, base: u64, most: usize) -> io::Result<()> {
        let length = data.len();
        let from = base + length as u64;
        let most = usize::try_from(self.end - from).unwrap_or(most).min(most);
        data.resize(length + most, 0);
        self.file.read_exact_at(&mut data[length..], from)
    }

    /// The first line at or after a place with another key than the line before it, if it comes before the next place.
    fn first_change(&self, number: u64, keys: &mut Keys) -> Result<Option<u64>, Failure> {
        change::first(&self.file, &(self.begin..self.end), &(self.place(number)..self.place(number + 1)), keys)
    }

    /// The first border at or after a place, if it comes before the next place.
    fn first_border(&self, number: u64) -> io::Result<Option<u64>> {
        let (low, high) = (self.place(number), self.place(number + 1));
        // How much before the place belongs to a border that is there.
        let (needed, end) = match &self.rule.border {
            Border::Anywhere | Border::Csv(_) => return Ok(Some(low)),
            Border::Text(separator) => (separator.end().max(1), separator.end()),
            Border::Match(_) => (BEFORE, BEFORE),
        };
        let mut base = low.saturating_sub(needed as u64).max(self.begin);
        let skipped = usize::try_from(low - base).unwrap_or(needed).saturating_sub(end);
        let mut scan = Scan { position: skipped, ..Scan::default() };
        let mut window = Vec::new();
        let mut step = needed + STEP;
        loop {
            self.read_on(&mut window, base, step)?;
            let covered = base + window.len() as u64;
            while let Some(border) = self.rule.border.next(&window, &mut scan, covered == self.end) {
                let border = base + border as u64;
                if border >= high {
                    return Ok(None);
                }
                if border >= low {
                    return Ok(Some(border));
                }
            }
            if covered == self.end || covered >= high + self.rule.border.ahead() as u64 {
                return Ok(None);
            }
            let done = match &self.rule.border {
                Border::Match(_) => window.len().saturating_sub(LONGEST_STEP),
                // A border is never at the begin of what is searched, so one byte more stays.
                _ => scan.position.saturating_sub(1),
            };
            window.drain(..done);
            base += done as u64;
            scan = scan.behind(done);
            step = (step * 2).min(LONGEST_STEP);
        }
    }
}

/// The length of something that can be read from anywhere.
fn length(mut file: &File) -> io::Result<u64> {
    if file.metadata()?.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    let length = file.seek(SeekFrom::End(0))?;
    // What the kernel makes up on reading, as in /proc, has no length and is not empty.
    if length == 0 && file.read_at(&mut [0], 0)? > 0 {
        return Err(io::Error::other("it does not tell its length"));
    }
    Ok(length)
}

fn not_seekable(name: &str, cause: &io::Error) -> Error {
    Error::Usage(format!(
        "--pipe-part cannot read {name} from anywhere: {cause}; use --pipe, which reads it from the begin"
    ))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::io::Write;

    use super::super::rule::Counts;
    use super::super::{BlockOptions, Columns, Key};
    use super::*;

    fn file(text: &[u8]) -> File {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(text).expect("room");
        file
    }

    fn cut(options: &BlockOptions, slots: usize, header: &str, text: &str) -> (String, Vec<String>) {
        let header = Header::parse(OsStr::new(header)).expect("a header");
        let rule = options.rule(Counts::default()).expect("a rule");
        let parts = Parts::new(file(text.as_bytes()), "f".into(), rule, options.size(), slots, &header).expect("parts");
        let header = String::from_utf8(parts.header().to_vec()).expect("utf-8");
        let most = usize::try_from(parts.most()).expect("few");
        let index = |at: u64| usize::try_from(at).expect("few");
        let parts =
            parts.map(|part| part.expect("readable")).map(|part| text[index(part.start)..index(part.end)].into());
        let parts: Vec<_> = parts.collect();
        assert!(parts.len() <= most);
        (header, parts)
    }

    fn sized(size: Size) -> BlockOptions {
        BlockOptions { block: Some(size), ..BlockOptions::default() }
    }

    #[test]
    fn a_part_begins_with_the_first_record_after_its_place() {
        let cases: [(usize, &str, &[&str]); 6] = [
            (4, "a\nb\nc\nd\ne\n", &["a\nb\n", "c\nd\n", "e\n"]),
            (3, "a\nb\nc\nd\ne\n", &["a\nb\n", "c\n", "d\ne\n"]),
            (1, "a\n\nb", &["a\n", "\n", "b"]),
            (2, "longer\na\nb\n", &["longer\n", "a\n", "b\n"]),
            (100, "a\nb\n", &["a\nb\n"]),
            (100, "", &[]),
        ];
        for (size, text, expected) in cases {
            assert_eq!(cut(&sized(Size::Bytes(size)), 1, "0", text).1, expected, "{size} {text:?}");
        }
    }

    #[test]
    fn what_overlaps_a_place_does_not_hide_the_border_there() {
        let start = BlockOptions { recstart: Some(">>".into()), ..sized(Size::Bytes(2)) };
        assert_eq!(cut(&start, 1, "0", "a>>>b").1, ["a>", ">>b"]);
        let end = BlockOptions { recend: Some(";;".into()), ..sized(Size::Bytes(3)) };
        assert_eq!(cut(&end, 1, "0", "a;;;b").1, ["a;;", ";b"]);
    }

    #[test]
    fn parts_can_be_counted_instead() {
        let text: String = (10..100).flat_map(|number: u8| [number.to_string(), "\n".into()]).collect();
        for (blocks, slots) in [(1, 3), (2, 3), (7, 1), (1, 1)] {
            assert_eq!(cut(&sized(Size::PerSlot(blocks)), slots, "0", &text).1.len(), blocks * slots);
        }
        assert_eq!(cut(&sized(Size::PerSlot(1000)), 1, "0", &text).1.len(), 90);
    }

    #[test]
    fn groups_are_kept_together() {
        let text = "1 x\n1 x\n1 x\n1 x\n2 x\n2 x\n3 x\n3 x\n3 x\n4 x\n4 x\n5 x\n";
        let cases: [(usize, &[&str]); 4] = [
            (1, &["1111", "22", "333", "44", "5"]),
            (8, &["1111", "22", "333", "44", "5"]),
            (16, &["1111", "22333", "445"]),
            (100, &["111122333445"]),
        ];
        for (size, expected) in cases {
            let (rule, size) = (Rule::default(), Size::Bytes(size));
            let columns = Columns::new(Some(OsStr::new(" ")), false).expect("columns");
            let keys = Keys::new(&Key { column: Some(1), expression: None }, columns, None);
            let header = Header::parse(OsStr::new(":")).expect("a header");
            let parts = Parts::new(file(format!("k v\n{text}").as_bytes()), "f".into(), rule, size, 1, &header);
            let index = |at: u64| usize::try_from(at).expect("few") - 4;
            let parts = parts.expect("parts").grouped_by(keys).map(|part| part.expect("readable"));
            let parts = parts.map(|part| text[index(part.start)..index(part.end)].replace(" x\n", ""));
            assert_eq!(parts.collect::<Vec<_>>(), expected, "{size:?}");
        }
    }

    #[test]
    fn the_header_is_no_part() {
        let (header, parts) = cut(&sized(Size::Bytes(4)), 1, ":", "head\na\nb\nc\n");
        assert_eq!((&header[..], &parts[..]), ("head\n", &["a\nb\n".to_owned(), "c\n".into()][..]));
        assert_eq!(cut(&sized(Size::Bytes(4)), 1, ":", "head\n"), ("head\n".into(), Vec::new()));
    }

    #[test]
    fn a_record_may_be_longer_than_what_is_read_at_once() {
        let long = "x".repeat(3 * LONGEST_STEP);
        let text = format!(">a\n>{long}\n>b\n>c\n");
        let start = BlockOptions { recstart: Some(">".into()), ..sized(Size::Bytes(5)) };
        let both = BlockOptions { recend: Some(r"\n".into()), ..start.clone() };
        let regex = BlockOptions { recstart: Some("^>".into()), regexp: true, ..start.clone() };
        for options in [start, both, regex] {
            let options = BlockOptions { block: Some(Size::Bytes(1 << 20)), ..options };
            assert_eq!(cut(&options, 1, "0", &text).1, [format!(">a\n>{long}\n"), ">b\n>c\n".into()], "{options:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_from_anywhere_is_named() {
        let error = |file: File, counts: Counts| {
            let rule = BlockOptions::default().rule(counts).expect("a rule");
            Parts::new(file, "f".into(), rule, Size::DEFAULT, 1, &Header::default()).expect_err("no parts").to_string()
        };
        let open = |name: &str| File::open(name).expect("a file");
        assert!(
            error(open("/proc/self/status"), Counts::default()).starts_with("--pipe-part cannot read f from anywhere")
        );
        assert!(error(open("/"), Counts::default()).contains("directory; use --pipe"));
        let pipe = File::from(std::os::fd::OwnedFd::from(io::pipe().expect("a pipe").0));
        assert!(error(pipe, Counts::default()).contains("seek"));
        let counts = Counts { records: Some(1), ..Counts::default() };
        assert!(error(open("/dev/null"), counts).starts_with("--pipe-part cannot count records"));
    }
}
