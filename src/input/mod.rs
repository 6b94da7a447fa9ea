//! Where arguments come from: sources, records, columns, combinations and packing, as iterators stacked on another.
//!
//! A record is passed on as soon as it is complete, and nothing is held that does not have to be, so that the first
//! job starts at once and memory does not grow with the list. Everything is bytes.

mod columns;
mod combine;
mod csv;
#[doc(hidden)]
pub mod fuzzing;
mod header;
mod lines;
mod options;
mod pack;
mod pack_options;
mod record;
mod shuffle;
mod source;
pub mod xargs;

pub use columns::Trim;
pub use options::InputOptions;
pub use pack::{Packing, RoomOf, Ruler, SizeOf, TooLong};
pub use pack_options::PackOptions;
pub use source::{Content, SourceSpec};

use std::os::unix::ffi::{OsStrExt, OsStringExt};

use columns::{Columns, Cut};
use combine::Rows;
use header::Header;
use record::Delimiter;
use source::Source;

use crate::error::Error;
use crate::escape::unescape;
use crate::job::{Job, Seq, Value, Values};
use crate::pattern::regex;

/// The opened input of a run.
pub struct Input {
    /// The sources in order, with whether each is linked to the one before.
    sources: Vec<(Rows, bool)>,
    names: Values,
    link: bool,
    shuffle: bool,
    reads_stdin: bool,
}

impl Input {
    /// Opens every source, so that a missing file is known before the first job runs.
    ///
    /// # Errors
    /// When a file cannot be opened, an option's value is no good, or a header cannot be read.
    pub fn open(options: &InputOptions, mut specs: Vec<SourceSpec>) -> Result<Self, Error> {
        specs.splice(0..0, options.arg_file.iter().map(|name| source::of_option(name)));
        if specs.is_empty() {
            specs.push(SourceSpec { content: Content::File("-".into()), linked: false });
        }
        if specs.iter().filter(|spec| spec.content.is_stdin()).count() > 1 {
            return Err(Error::Usage("- is given twice; stdin can be read only once".into()));
        }
        let delimiter = options.delimiter()?;
        let columns = options.columns()?;
        let header = options.header.as_deref().map(Header::parse).transpose()?;
        let reads_stdin = specs.iter().any(|spec| spec.content.is_stdin());
        let (sources, names) = (Vec::new(), Values::new());
        let mut input = Self { sources, names, link: options.link, shuffle: options.shuf, reads_stdin };
        for (index, spec) in specs.into_iter().enumerate() {
            let mut records = source::open(&spec.content, &delimiter)?;
            if options.skip_first_line && index == 0 {
                records.next().transpose()?;
            }
            let is_file = matches!(spec.content, Content::File(_));
            if is_file && delimiter.bytes() == b"\n" && columns.keep_carriage_returns() {
                records = lines::noticing_carriage_returns(records, spec.content.name());
            }
            if let Cut::Csv(separator) = &columns.cut {
                let (name, separator, delimiter) = (spec.content.name(), separator.clone(), delimiter.bytes().to_vec());
                records = Box::new(csv::Whole { lines: records, name, separator, delimiter, number: 0 });
            }
            let mut first = Vec::new();
            if let Some(header) = &header {
                (first, records) = header.take_from(records)?;
            }
            let rows = split(options.sift(records), columns.clone());
            let rows = match header {
                None => rows,
                Some(Header::FileNames) => input.name_by_file(&spec.content, rows),
                // A source without a header still takes up the place of a value.
                Some(_) => {
                    input.names.append(&columns.split(first.into_iter().next().unwrap_or_default()));
                    rows
                }
            };
            let linked = spec.linked && !input.sources.is_empty();
            input.sources.push((rows, linked));
        }
        Ok(input)
    }

    /// Lets the name of a file stand for its first column; the others have none.
    fn name_by_file(&mut self, content: &Content, rows: Rows) -> Rows {
        let mut rows = rows.peekable();
        // How many there are the first row tells.
        let width = rows.peek().and_then(|row| row.as_ref().ok()).map_or(1, Values::len);
        self.names.push(if let Content::File(name) = content { name.as_os_str().as_bytes() } else { b"" });
        self.names.extend(std::iter::repeat_n(b"", width.saturating_sub(1)));
        Box::new(rows)
    }

    /// No sources, and so one job without values.
    pub fn nothing() -> Self {
        let row: Rows = Box::new(std::iter::once(Ok(Values::new())));
        Self { sources: vec![(row, false)], names: Values::new(), link: false, shuffle: false, reads_stdin: false }
    }

    /// Whether one of the sources is stdin.
    pub fn reads_stdin(&self) -> bool {
        self.reads_stdin
    }

    /// The column names that `--header` found; the first is that of `{1}`.
    pub fn names(&self) -> &Values {
        &self.names
    }

    /// How many sources there are.
    pub fn sources(&self) -> usize {
        self.sources.len()
    }

    /// The jobs in order, each with the values of one row or of as many as `packing` puts together. May read, and
    /// block, before the first.
    pub fn jobs(self, packing: Option<(Packing, Ruler)>) -> impl Iterator<Item = Result<Job, Error>> + Send {
        let shuffle = self.shuffle;
        let rows = self.rows().unwrap_or_else(|error| Box::new(std::iter::once(Err(error))));
        let rows = if shuffle { shuffle::shuffled(rows) } else { rows };
        let rows = match packing {
            Some((packing, ruler)) => pack::pack(rows, packing, ruler),
            None => rows,
        };
        rows.zip(1..).map(|(row, number)| row.map(|values| Job::new(Seq(number), values)))
    }

    fn rows(self) -> Result<Rows, Error> {
        if self.link {
            return combine::in_rotation(self.sources.into_iter().map(|(rows, _)| rows).collect());
        }
        let mut groups: Vec<Vec<Rows>> = Vec::new();
        for (rows, linked) in self.sources {
            match groups.last_mut() {
                Some(group) if linked => group.push(rows),
                _ => groups.push(vec![rows]),
            }
        }
        combine::product(groups.into_iter().map(combine::side_by_side).collect())
    }
}

fn split(records: Source, columns: Columns) -> Rows {
    Box::new(records.map(move |record| record.map(|record| columns.split(record))))
}

impl InputOptions {
    /// The records that are taken, each a whole one.
    fn sift(&self, mut records: Source) -> Source {
        if self.no_run_if_empty {
            records = Box::new(records.filter(|record| !record.as_ref().is_ok_and(|it| it.trim_ascii().is_empty())));
        }
        if let Some(end) = self.end_of_file() {
            records = Box::new(records.take_while(move |record| record.as_ref().ok() != Some(&end)));
        }
        if self.pack.counts_lines() {
            records = Box::new(lines::Continued::new(records));
        }
        records
    }

    /// How records are split. Columns at matches of `--colsep` lose their white space if nothing is said.
    fn columns(&self) -> Result<Columns, Error> {
        let cut = match &self.colsep {
            separator if self.csv => {
                let separator = unescape(separator.as_deref().map_or(b",", OsStrExt::as_bytes));
                if separator.is_empty() || separator[0] == b'"' {
                    return Err(Error::Usage("--csv needs a --colsep that is neither empty nor a quote".into()));
                }
                Cut::Csv(separator)
            }
            Some(separator) => Cut::At(regex("--colsep", separator)?),
            None if self.header.is_some() => Cut::At(regex("--colsep", "\t".as_ref())?),
            None => Cut::Whole,
        };
        let default = if self.colsep.is_some() { Trim::BOTH } else { Trim::default() };
        Ok(Columns::new(cut, self.trim.unwrap_or(default)))
    }

    fn delimiter(&self) -> Result<Delimiter, Error> {
        match &self.delimiter {
            _ if self.null => Ok(Delimiter::from(*b"\0")),
            Some(text) => Delimiter::parse(text),
            None => Ok(Delimiter::from(*b"\n")),
        }
    }

    fn end_of_file(&self) -> Option<Value> {
        self.eof.clone().filter(|text| !text.is_empty()).map(OsStringExt::into_vec)
    }
}
