//! The options of output.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Form;
use crate::units::parse_number;

/// How the output of jobs is passed on.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Output")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct OutputOptions {
    /// Print the output of a job when it has ended, its stdout and then its stderr, unmixed with that of others
    /// (default)
    #[arg(long, overrides_with_all = ["ungroup", "line_buffer", "latest_line"])]
    pub group: bool,

    /// Print output in the order of the input; the job whose turn it is shows its output as it comes
    #[arg(short, long, overrides_with = "no_keep_order")]
    pub keep_order: bool,

    /// Print output as jobs end, if -k was given before
    #[arg(long, visible_alias = "nok", overrides_with = "keep_order")]
    pub no_keep_order: bool,

    /// Let jobs write to stdout and stderr themselves: nothing is buffered, and output may mix
    #[arg(short, long, overrides_with_all = ["group", "line_buffer", "latest_line"])]
    pub ungroup: bool,

    /// Print whole lines as they come; lines of different jobs may alternate
    #[arg(long, visible_aliases = ["lb", "line-buffered"], overrides_with_all = ["group", "ungroup", "latest_line"])]
    pub line_buffer: bool,

    /// Show the last line of each running job in a row of its own, and keep only the last line of one that has ended;
    /// as --line-buffer where stdout is no terminal
    #[arg(long, visible_alias = "ll", overrides_with_all = ["group", "ungroup", "line_buffer"])]
    pub latest_line: bool,

    /// Let each job write stdout and stderr to one stream, stdout, in the order in which it writes them
    #[arg(long)]
    pub merge: bool,

    /// Begin each line of output with the job's arguments and a tab
    #[arg(long)]
    pub tag: bool,

    /// Begin each line of output with STR, which may hold replacement strings, and a tab
    #[arg(long, visible_alias = "tag-string", value_name = "STR", allow_hyphen_values = true)]
    pub tagstring: Option<OsString>,

    /// Colour the lines of each job to tell them from those of others: on a terminal (auto), always or never
    #[arg(long, visible_alias = "colour", value_name = "WHEN", num_args = 0..=1, require_equals = true,
          default_missing_value = "auto")]
    pub color: Option<When>,

    /// Print the output of failed jobs in white on red: on a terminal (auto), always or never
    #[arg(long, visible_alias = "cf", aliases = ["color-fail", "colour-failed", "colour-fail"], value_name = "WHEN",
          num_args = 0..=1, require_equals = true, default_missing_value = "auto")]
    pub color_failed: Option<When>,

    /// --tag and --color (obsolete)
    #[arg(long)]
    pub ctag: bool,

    /// --tagstring STR and --color (obsolete)
    #[arg(long, visible_alias = "ctag-string", value_name = "STR", allow_hyphen_values = true)]
    pub ctagstring: Option<OsString>,

    /// Print each command line on stdout, before the job's output
    #[arg(short = 'v')]
    pub verbose: bool,

    /// Print no command lines for -v
    #[arg(long)]
    pub silent: bool,

    /// Print each command line on stderr when it is run
    #[arg(short = 't', long = "verbose")]
    pub trace: bool,

    /// Keep the stdout of each job in a file of its own in --tmpdir, and print the names of the files
    #[arg(long, visible_alias = "output-as-files")]
    pub files: bool,

    /// As --files, with a NUL after each name
    #[arg(long)]
    pub files0: bool,

    /// Keep the output of each job below NAME: NAME/1/ARG/stdout, stderr and seq; or, if NAME holds
    /// replacement strings, in NAME, NAME.err and NAME.seq; or, if it ends in .csv, .tsv or .json, in a table
    /// (-.csv and the like are stdout)
    #[arg(long, aliases = ["result", "res"], value_name = "NAME")]
    pub results: Option<OsString>,

    /// Where output that is too much for memory waits, in files without a name; $TMPDIR or /tmp otherwise
    #[arg(long, visible_alias = "tempdir", value_name = "DIR")]
    pub tmpdir: Option<PathBuf>,

    /// Memory for output that waits; more goes to files in --tmpdir
    #[arg(long, value_name = "SIZE", default_value = "32M", value_parser = parse_number)]
    pub mem_buffer: usize,

    /// The most that output that waits may take in --tmpdir; jobs wait when that is full. As much as there is otherwise
    #[arg(long, value_name = "SIZE", value_parser = parse_number)]
    pub max_spool: Option<usize>,

    /// Compress output that waits in files
    #[arg(long)]
    pub compress: bool,

    /// Compress output that waits in files with CMD
    #[arg(long, visible_alias = "use-compress-program", value_name = "CMD")]
    pub compress_program: Option<OsString>,

    /// Undo --compress-program with CMD; CMD -dc of --compress-program otherwise
    #[arg(long, visible_alias = "use-decompress-program", value_name = "CMD")]
    pub decompress_program: Option<OsString>,
}

/// When something is done that is meant for a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal that can show it, unless `NO_COLOR` is set.
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

impl When {
    /// Whether to colour what goes to a terminal, or to something else. The variables are NAME → value.
    pub fn colours(self, is_terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> bool {
        let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
        let forces = |name| variable(name).is_some_and(|value| !value.is_empty() && value != "0");
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if is_set("NO_COLOR") => false,
            Self::Auto if forces("CLICOLOR_FORCE") || forces("FORCE_COLOR") => true,
            Self::Auto => is_terminal && variable("TERM").is_none_or(|terminal| terminal != "dumb"),
        }
    }
}

impl OutputOptions {
    /// Whether output is printed in the order of the input.
    pub fn keeps_order(&self) -> bool {
        self.keep_order && !self.no_keep_order
    }

    /// Whether command lines are printed on stdout.
    pub fn prints_lines(&self) -> bool {
        self.verbose && !self.silent
    }

    /// What lines begin with, if that is a template of the user's.
    pub fn tag_text(&self) -> Option<&OsString> {
        self.tagstring.as_ref().or(self.ctagstring.as_ref())
    }

    /// Whether lines begin with the values.
    pub fn tags_values(&self) -> bool {
        self.tag || self.ctag
    }

    /// When lines have the colour of their job.
    pub fn colour(&self) -> When {
        let obsolete = self.ctag || self.ctagstring.is_some();
        self.color.unwrap_or(if obsolete { When::Auto } else { When::Never })
    }

    /// Whether jobs write to stdout and stderr themselves. What is kept does not go past us, whatever -u says.
    pub fn goes_past(&self) -> bool {
        self.ungroup && !self.keeps()
    }

    /// Where output is kept; an empty name is that of no place.
    pub fn results(&self) -> Option<&OsStr> {
        self.results.as_deref().filter(|name| !name.is_empty())
    }

    /// Whether output is kept rather than printed.
    pub fn keeps(&self) -> bool {
        self.results().is_some() || self.to_files()
    }

    /// Whether nothing of the output of jobs comes to stdout, not even the name of a file.
    pub fn keeps_stdout_free(&self) -> bool {
        let keeps = self.results().is_some_and(|name| !Form::is_stdout(name));
        keeps && !self.line_buffer && !self.to_files()
    }

    /// Whether the output of each job goes to a file of its own, the name of which is printed.
    pub fn to_files(&self) -> bool {
        self.files || self.files0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_for_terminals_unless_somebody_insists() {
        type Variables = &'static [(&'static str, &'static str)];
        let cases: [(When, bool, Variables, bool); 10] = [
            (When::Auto, true, &[], true),
            (When::Auto, false, &[], false),
            (When::Auto, true, &[("NO_COLOR", "1")], false),
            (When::Auto, true, &[("NO_COLOR", "")], true),
            (When::Auto, true, &[("TERM", "dumb")], false),
            (When::Auto, false, &[("CLICOLOR_FORCE", "1")], true),
            (When::Auto, false, &[("FORCE_COLOR", "0")], false),
            (When::Auto, false, &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")], false),
            (When::Always, false, &[("NO_COLOR", "1")], true),
            (When::Never, true, &[("FORCE_COLOR", "1")], false),
        ];
        for (when, is_terminal, variables, expected) in cases {
            let variable = |name: &str| variables.iter().find(|(of, _)| *of == name).map(|(_, value)| value.into());
            assert_eq!(when.colours(is_terminal, variable), expected, "{when:?} {is_terminal} {variables:?}");
        }
    }
}
