//! The options of the input.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::PackOptions;

/// Where arguments come from and how they are cut.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Input")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct InputOptions {
    /// Read arguments from FILE, one a line; - is stdin. Several files give all combinations
    ///
    /// `+FILE` goes along with the source before it, up to the end of the shorter, as `::::+` does.
    #[arg(short = 'a', long, visible_alias = "argfile", value_name = "FILE", allow_hyphen_values = true)]
    pub arg_file: Vec<PathBuf>,

    /// Records end with NUL, as `find -print0` writes them
    #[arg(short = '0', long, overrides_with = "delimiter")]
    pub null: bool,

    /// Records end with DELIM: one or more bytes, with \n, \t, \0, \054 and \x2c as in C
    #[arg(short, long, value_name = "DELIM", allow_hyphen_values = true, overrides_with = "null")]
    pub delimiter: Option<OsString>,

    /// Skip records that hold nothing but white space
    #[arg(short = 'r', long)]
    pub no_run_if_empty: bool,

    /// Stop reading at a record equal to STR; without STR, at none
    #[arg(short = 'E', visible_short_alias = 'e', long, value_name = "STR", num_args = 0..=1)]
    #[arg(default_missing_value = "", require_equals = true)]
    pub eof: Option<OsString>,

    /// Split each record into columns {1}, {2} and so on at matches of REGEX
    ///
    /// White space around a column is removed unless --trim says otherwise. The columns of several input sources
    /// are numbered on. With --csv, REGEX is not an expression but the text between two fields, such as `;` or `\t`.
    #[arg(short = 'C', long, visible_alias = "col-sep", value_name = "REGEX", allow_hyphen_values = true)]
    pub colsep: Option<OsString>,

    /// Records are comma-separated values: quoted fields may hold commas, doubled quotes and ends of lines
    ///
    /// The fields are {1}, {2} and so on. A record that is not well formed ends the input with an error. See
    /// COLUMNS, CSV AND HEADERS in the manual.
    #[arg(long)]
    pub csv: bool,

    /// The first record of each source names its columns: use {NAME} for {1}. HEADER is :, a number of records, a
    /// regular expression, or 0 for {FILE}
    ///
    /// With a number the first of so many records has the names, and all of them are left out. With a regular
    /// expression the header is what matches at the start of a source, if anything does. With 0 there is no header, and
    /// the name of a file stands for its values. Columns are split at tabs unless there is --colsep or --csv.
    #[arg(long, value_name = "HEADER", allow_hyphen_values = true)]
    pub header: Option<OsString>,

    /// Leave the first line of the first source out
    #[arg(long)]
    pub skip_first_line: bool,

    /// Run the jobs in random order, for which all arguments are read first
    #[arg(long)]
    pub shuf: bool,

    /// There will be N jobs: {##}, {0#} and the progress display need not wait for the end of the input
    #[arg(long, visible_alias = "total", value_name = "N")]
    pub total_jobs: Option<u64>,

    /// Remove white space from arguments: n(ot), l(eft), r(ight), lr or rl (both)
    #[arg(long, value_name = "SIDES")]
    pub trim: Option<super::Trim>,

    /// Take one argument from every source for each job; shorter sources start again
    #[arg(long, visible_alias = "xapply", aliases = ["linkinputsource", "xapplyinputsource"])]
    pub link: bool,

    /// The word that starts arguments on the command line, instead of :::
    #[arg(long, value_name = "STR", default_value = ":::", hide_default_value = true, allow_hyphen_values = true)]
    pub arg_sep: OsString,

    /// The word that starts files of arguments on the command line, instead of ::::
    #[arg(long, value_name = "STR", default_value = "::::", hide_default_value = true, allow_hyphen_values = true)]
    pub arg_file_sep: OsString,

    #[command(flatten)]
    /// Several of them for one job.
    pub pack: PackOptions,
}
