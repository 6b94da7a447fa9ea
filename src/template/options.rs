//! The options of the command line template.

use std::ffi::OsString;

use clap::Args;

/// How the command line of a job is made from its arguments.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Command line of a job")]
pub struct TemplateOptions {
    /// Use STR instead of {} for the arguments
    #[arg(short = 'I', value_name = "STR", allow_hyphen_values = true)]
    pub replacement: Option<OsString>,

    /// As -I; without STR, {} (-iSTR is accepted too)
    #[arg(long, value_name = "STR", num_args = 0..=1, require_equals = true, default_missing_value = "{}")]
    #[arg(overrides_with = "replacement")]
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

    /// More replacement strings: {+/} {+.} {..} {...} {##} {:-STR} {:N:M} {#RE} {%RE} {/RE/STR} {^RE} {,RE} {uniq} …
    #[arg(long)]
    pub plus: bool,

    /// Quote the words of the command: no pipes, redirections or expansions in it
    #[arg(short, long)]
    pub quote: bool,

    /// Print the arguments quoted for the shell instead of running a command
    #[arg(long, visible_aliases = ["shell-quote", "shell_quote"])]
    pub shellquote: bool,
}
