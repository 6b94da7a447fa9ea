//! Where arguments come from: sources, records, columns, combinations and packing, as iterators stacked on another.
//!
//! A record is passed on as soon as it is complete, and nothing is held that does not have to be, so that the first
//! job starts at once and memory does not grow with the list. Everything is bytes.

mod columns;
mod combine;
mod lines;
mod number;
mod options;
mod pack;
mod pack_options;
mod record;
mod source;
pub mod xargs;

pub use columns::Trim;
pub use number::parse_number;
pub use options::InputOptions;
pub use pack::{Packing, RoomOf, Ruler, SizeOf, TooLong};
pub use pack_options::PackOptions;
pub use source::{Content, SourceSpec};

use std::os::unix::ffi::OsStringExt;

use columns::Columns;
use combine::Rows;
use record::Delimiter;

use crate::error::Error;
use crate::job::{Job, Seq, Value, Values};

/// The opened input of a run.
pub struct Input {
    /// The sources in order, with whether each is linked to the one before.
    sources: Vec<(Rows, bool)>,
    names: Values,
    link: bool,
}

impl Input {
    /// Opens every source, so that a missing file is known before the first job runs.
    ///
    /// # Errors
    /// When a file cannot be opened, an option's value is no good, or a header cannot be read.
    pub fn open(options: &InputOptions, mut specs: Vec<SourceSpec>) -> Result<Self, Error> {
        let files =
            options.arg_file.iter().map(|name| SourceSpec { content: Content::File(name.clone()), linked: false });
        specs.splice(0..0, files);
        if specs.is_empty() {
            specs.push(SourceSpec { content: Content::File("-".into()), linked: false });
        }
        let columns = Columns::new(options.colsep.as_deref(), options.trim)?;
        let delimiter = options.delimiter()?;
        let mut input = Self { sources: Vec::new(), names: Values::new(), link: options.link };
        for spec in specs {
            let linked = spec.linked && !input.sources.is_empty();
            // Only files are cut at the delimiter; an argument is one record whatever it holds.
            let mut records = source::open(spec.content, &delimiter)?;
            if options.no_run_if_empty {
                records =
                    Box::new(records.filter(|record| !record.as_ref().is_ok_and(|it| it.trim_ascii().is_empty())));
            }
            if let Some(end) = options.end_of_file() {
                records = Box::new(records.take_while(move |record| record.as_ref().ok() != Some(&end)));
            }
            if options.pack.max_lines.is_some() {
                records = Box::new(lines::Continued::new(records));
            }
            let columns = columns.clone();
            let mut rows: Rows = Box::new(records.map(move |record| record.map(|record| columns.split(record))));
            if options.header()? {
                input.names.append(&rows.next().transpose()?.unwrap_or_default());
            }
            input.sources.push((rows, linked));
        }
        Ok(input)
    }

    /// No sources, and so one job without values.
    pub fn nothing() -> Self {
        let row: Rows = Box::new(std::iter::once(Ok(Values::new())));
        Self { sources: vec![(row, false)], names: Values::new(), link: false }
    }

    /// The column names that `--header :` found; the first is that of `{1}`.
    pub fn names(&self) -> &Values {
        &self.names
    }

    /// The jobs in order, each with the values of one row or of as many as `packing` puts together. May read, and
    /// block, before the first.
    pub fn jobs(self, packing: Option<(Packing, Ruler)>) -> impl Iterator<Item = Result<Job, Error>> + Send {
        let rows = self.rows().unwrap_or_else(|error| Box::new(std::iter::once(Err(error))));
        let rows = match packing {
            Some((packing, ruler)) => pack::pack(rows, packing, ruler),
            None => rows,
        };
        rows.zip(1..).map(|(row, number)| row.map(|values| Job { seq: Seq(number), values }))
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

impl InputOptions {
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

    fn header(&self) -> Result<bool, Error> {
        match self.header.as_deref() {
            None => Ok(false),
            Some(":") => Ok(true),
            Some(other) => Err(Error::Usage(format!("--header {other}: only `:` is built so far; use --header :"))),
        }
    }
}
