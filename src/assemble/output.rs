//! From the options of output to what keeps, shows and colours it.

use std::env;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::Arc;

use super::Assembly;
use crate::collect::Manner;
use crate::error::Error;
use crate::input::Input;
use crate::job::{Stream, Values};
use crate::output::{Form, Packing, Room, Store, Table, When, Writer};
use crate::schedule::Keep;
use crate::template::{Setting, Template};

impl Assembly {
    /// Where output waits.
    pub(super) fn store(&self) -> Result<Arc<Store>, Error> {
        let output = &self.cli.output;
        let unpack = output.decompress_program.as_ref().map(|program| program.as_bytes());
        let packing = match &output.compress_program {
            Some(program) => Some(Packing::by_programs(program.as_bytes(), unpack)),
            None => output.compress.then_some(Packing::Lz4),
        };
        if let Some(packing) = packing.as_ref().filter(|_| !self.shows_only) {
            packing.try_out().map_err(|error| {
                Error::Usage(format!("--compress-program: {error}; check it, and --decompress-program with it"))
            })?;
        }
        let disk = output.max_spool.and_then(|size| u64::try_from(size).ok());
        Ok(Store::new(Room { memory: output.mem_buffer, disk, directory: self.directory.clone(), packing }))
    }

    /// Where output is kept in files, if it is. Jobs that are only shown are shown on stdout, and nothing is kept.
    pub(super) fn keep(&self, setting: Setting<'_>, input: &Input) -> Result<Option<Keep>, Error> {
        let output = &self.cli.output;
        if self.shows_only {
            return Ok(None);
        }
        let Some(name) = output.results() else {
            return Ok(output.to_files().then(|| Keep::Files(self.directory.clone())));
        };
        if self.table_form().is_some() {
            return Ok(Some(Keep::Table));
        }
        let template = Template::text(name.as_bytes(), setting)?;
        // A source that has several values of one job has them all under its own number or name.
        let width = self.cli.input.pack.packs().then(|| setting.names.len().max(input.sources()));
        Ok(Some(if template.has_values() {
            Keep::Template(template)
        } else {
            Keep::Tree(PathBuf::from(name), setting.names.clone(), width)
        }))
    }

    /// How results are written as a table, if they are.
    pub(super) fn table_form(&self) -> Option<Form> {
        self.cli.output.results().filter(|_| !self.shows_only).and_then(Form::of)
    }

    /// The table, whose columns may have names.
    pub(crate) fn table(&self, names: &Values) -> Result<Option<Table>, Error> {
        let Some((name, form)) = self.cli.output.results().zip(self.table_form()) else { return Ok(None) };
        let goes_on = self.cli.joblog.resumes() || self.cli.joblog.retry_failed;
        Table::open(name, form, names.clone(), self.directory.clone(), goes_on).map(Some)
    }

    /// Whether the collector is told of output while a job runs. A table has no room for half a job.
    pub(super) fn streams(&self, keep: Option<&Keep>) -> bool {
        let output = &self.cli.output;
        match keep {
            None => output.keeps_order() || output.line_buffer || output.latest_line,
            Some(Keep::Table) => false,
            Some(_) => true,
        }
    }

    /// How output is ordered and shown.
    pub(super) fn manner(&self) -> Manner {
        let output = &self.cli.output;
        let keeps = self.table_form().is_some();
        Manner {
            keep_order: output.keeps_order(),
            lines: (output.line_buffer || output.latest_line) && !keeps,
            names_files: output.to_files() || output.line_buffer,
            names_end_with_nul: output.files0,
            failed_colours: self.colours(output.color_failed.unwrap_or(When::Never)),
            echoes: self.echoes,
        }
    }

    /// Which streams are coloured.
    pub(super) fn colours(&self, when: When) -> [bool; 2] {
        if self.cli.output.ungroup || self.table_form().is_some() {
            return [false; 2];
        }
        Stream::BOTH.map(|stream| when.colours(Writer::shows(stream), |name| env::var_os(name)))
    }
}
