//! The options of output.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

/// How the output of jobs is passed on.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Output")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct OutputOptions {
    /// Print the output of a job when it has ended, its stdout and then its stderr, unmixed with that of others (default)
    #[arg(long, overrides_with_all = ["ungroup", "line_buffer"])]
    pub group: bool,

    /// Print output in the order of the input; the job whose turn it is shows its output as it comes
    #[arg(short, long, overrides_with = "no_keep_order")]
    pub keep_order: bool,

    /// Print output as jobs end, if -k was given before
    #[arg(long, visible_alias = "nok", overrides_with = "keep_order")]
    pub no_keep_order: bool,

    /// Let jobs write to stdout and stderr themselves: nothing is buffered, and output may mix
    #[arg(short, long, overrides_with_all = ["group", "line_buffer"])]
    pub ungroup: bool,

    /// Print whole lines as they come; lines of different jobs may alternate
    #[arg(long, visible_aliases = ["lb", "line-buffered"], overrides_with_all = ["group", "ungroup"])]
    pub line_buffer: bool,

    /// Begin each line of output with the job's arguments and a tab
    #[arg(long)]
    pub tag: bool,

    /// Begin each line of output with STR, which may hold replacement strings, and a tab
    #[arg(long, visible_alias = "tag-string", value_name = "STR", allow_hyphen_values = true)]
    pub tagstring: Option<OsString>,

    /// Print each command line on stdout, before the job's output
    #[arg(short = 'v', overrides_with = "silent")]
    pub verbose: bool,

    /// Print no command lines, if -v was given before
    #[arg(long, overrides_with_all = ["verbose", "trace"])]
    pub silent: bool,

    /// Print each command line on stderr when it is run
    #[arg(short = 't', long = "verbose", overrides_with = "silent")]
    pub trace: bool,

    /// Keep the stdout of each job in a file of its own in --tmpdir, and print the names of the files
    #[arg(long, visible_alias = "output-as-files")]
    pub files: bool,

    /// Keep the output of each job below NAME: NAME/1/ARG/stdout, stderr and seq; or, if NAME holds
    /// replacement strings, in NAME, NAME.err and NAME.seq
    #[arg(long, aliases = ["result", "res"], value_name = "NAME")]
    pub results: Option<OsString>,

    /// Where output that is too much for memory waits, in files without a name; $TMPDIR or /tmp otherwise
    #[arg(long, visible_alias = "tempdir", value_name = "DIR")]
    pub tmpdir: Option<PathBuf>,
}

impl OutputOptions {
    /// Whether output is printed in the order of the input.
    pub fn keeps_order(&self) -> bool {
        self.keep_order && !self.no_keep_order
    }
}
