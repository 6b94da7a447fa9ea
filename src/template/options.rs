//! The options of the command line template.

use std::ffi::OsString;

use clap::{ArgAction, Args};

/// How the command line of a job is made from its arguments.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Command line of a job")]
pub struct TemplateOptions {
    /// Use STR instead of {} for the arguments
    #[arg(short = 'I', visible_short_alias = 'i', long, value_name = "STR", num_args = 0..=1)]
    #[arg(default_missing_value = "{}")]
    pub replace: Option<OsString>,

    /// Use STR instead of {.}
    #[arg(long, visible_alias = "er", value_name = "STR", allow_hyphen_values = true)]
    pub extensionreplace: Option<OsString>,

    /// Use STR instead of {/}
    #[arg(long, visible_alias = "bnr", value_name = "STR", allow_hyphen_values = true)]
    pub basenamereplace: Option<OsString>,

    /// Use STR instead of {//}
    #[arg(long, visible_alias = "dnr", value_name = "STR", allow_hyphen_values = true)]
    pub dirnamereplace: Option<OsString>,

    /// Use STR instead of {/.}
    #[arg(long, visible_alias = "bner", value_name = "STR", allow_hyphen_values = true)]
    pub basenameextensionreplace: Option<OsString>,

    /// Use STR instead of {#}
    #[arg(long, value_name = "STR", allow_hyphen_values = true)]
    pub seqreplace: Option<OsString>,

    /// Use STR instead of {%}
    #[arg(long, value_name = "STR", allow_hyphen_values = true)]
    pub slotreplace: Option<OsString>,

    /// More replacement strings: {+/} {+.} {..} {...} {##} {:-STR} {:N:M} {#RE} {%RE} {/RE/STR} {^RE} {,RE} {uniq}
    #[arg(long)]
    pub plus: bool,

    /// What {cpus} stands for (--cpus-per-job), if it is a replacement string.
    #[arg(skip)]
    pub cpus: Option<usize>,

    /// Use {1.1}, {1.2} and so on for what the groups of REGEX match in {1}; the second --match is for {2}
    ///
    /// +N is the same REGEX as that of the N-th --match, an empty one is none. A job whose argument does not match
    /// where a group of it is used fails, and is not started.
    #[arg(long = "match", value_name = "REGEX", allow_hyphen_values = true)]
    pub matches: Vec<OsString>,

    /// Define a replacement string: TAG, a blank, and a perl expression that changes $_
    ///
    /// A TAG that begins with { takes a position: {TAG} and {2TAG}. Parts of TAG in parentheses are regular
    /// expressions; what they match stands for $$1, $$2 and so on in the expression.
    #[arg(long, value_name = "TAG EXPRESSION", allow_hyphen_values = true)]
    pub rpl: Vec<OsString>,

    /// Write expressions between the halves of STR instead of {= and =}
    #[arg(long, value_name = "STR", allow_hyphen_values = true)]
    pub parens: Option<OsString>,

    /// Run a job only if this perl expression, which may hold replacement strings, is true; of several, all must be
    #[arg(long, value_name = "EXPRESSION", allow_hyphen_values = true)]
    pub filter: Vec<OsString>,

    /// Before a job, write FILE with its replacement strings replaced to TARGET, which may hold some itself
    #[arg(long, visible_alias = "tmpl", value_name = "FILE=TARGET", allow_hyphen_values = true)]
    pub template: Vec<OsString>,

    /// Remove the files of --template, and the directories of --workdir ..., after their jobs
    #[arg(long)]
    pub cleanup: bool,

    /// Quote the words of the command: no pipes, redirections or expansions in it
    #[arg(short, long)]
    pub quote: bool,

    /// Print the command lines, or without COMMAND the arguments, quoted for the shell; once more for each time given
    #[arg(long, visible_aliases = ["shell-quote", "shell_quote"], action = ArgAction::Count)]
    pub shellquote: u8,
}
