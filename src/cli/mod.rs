//! The command line: the options of every module as one clap command, and what clap cannot read.

mod generate;
mod mistakes;
mod shebang;
mod sources;

pub use generate::Generate;

use std::ffi::OsString;

use clap::{Command, CommandFactory, FromArgMatches, Parser};

use crate::error::Error;
use crate::exec::ExecOptions;
use crate::input::{InputOptions, SourceSpec};
use crate::joblog::JobLogOptions;
use crate::output::OutputOptions;
use crate::policy::PolicyOptions;
use crate::progress::ProgressOptions;
use crate::template::TemplateOptions;

/// Run a command for each argument, many at a time
///
/// forkful reads arguments, from stdin, one a line, from files or from the command line, and runs COMMAND once for
/// each, several at a time. {} in COMMAND stands for the argument; it is added at the end if it is nowhere. Without
/// COMMAND each argument is a command line itself. The output of jobs is not mixed. The command line is that of GNU
/// parallel.
#[derive(Clone, Debug, Parser)]
#[command(name = "forkful", version, max_term_width = 100, infer_long_args = true, args_override_self = true)]
#[command(override_usage = "forkful [OPTIONS] [COMMAND [ARG]...] < LIST
       forkful [OPTIONS] [COMMAND [ARG]...] ::: VALUE...
       forkful [OPTIONS] [COMMAND [ARG]...] :::: FILE...")]
pub struct Cli {
    #[command(flatten)]
    pub(crate) input: InputOptions,
    #[command(flatten)]
    pub(crate) template: TemplateOptions,
    #[command(flatten)]
    pub(crate) policy: PolicyOptions,
    #[command(flatten)]
    pub(crate) exec: ExecOptions,
    #[command(flatten)]
    pub(crate) output: OutputOptions,
    #[command(flatten)]
    pub(crate) joblog: JobLogOptions,
    #[command(flatten)]
    pub(crate) progress: ProgressOptions,

    /// Print the manual page, or the completions for a shell, and exit
    #[arg(long, value_name = "WHAT", help_heading = "Help")]
    pub generate: Option<Generate>,

    /// The command and its arguments, up to ::: or ::::
    ///
    /// `::: VALUE...` gives arguments on the command line and `:::: FILE...` names files of them. Several of these
    /// give all combinations; `:::+` and `::::+` go along with the one before, up to the end of the shorter.
    #[arg(trailing_var_arg = true, value_name = "COMMAND")]
    words: Vec<OsString>,
}

/// What to do with a command line.
pub enum Parsed {
    /// Run.
    Run(Box<Cli>),
    /// Print this (help or the version) and exit with success.
    Print(String),
}

impl Cli {
    /// The definition of all options.
    pub fn definition() -> Command {
        let command = <Self as CommandFactory>::command();
        // GNU parallel accepts every long option without its inner dashes as well.
        command.mut_args(|arg| match arg.get_long().filter(|long| long.contains('-')) {
            Some(long) => {
                let plain = long.replace('-', "");
                arg.alias(plain)
            }
            None => arg,
        })
    }

    /// Reads the command line, the program's name included.
    ///
    /// # Errors
    /// When an option is unknown or its value no good; the message names it.
    pub fn parse_from(arguments: Vec<OsString>) -> Result<Parsed, Error> {
        let arguments = shebang::unfold(arguments)?;
        let read = |definition: Command, arguments: Vec<OsString>| {
            let matches = definition.try_get_matches_from(arguments);
            matches.and_then(|matches| Self::from_arg_matches(&matches))
        };
        // The spellings without dashes take a while to add up, and are rare.
        let plain = read(<Self as CommandFactory>::command(), arguments.clone());
        let unknown = |error: &clap::Error| error.kind() == clap::error::ErrorKind::UnknownArgument;
        match if plain.as_ref().is_err_and(unknown) { read(Self::definition(), arguments) } else { plain } {
            Ok(cli) => Ok(Parsed::Run(Box::new(cli))),
            Err(error) if !error.use_stderr() => Ok(Parsed::Print(error.render().to_string())),
            Err(error) => Err(mistakes::explain(&error, &Self::definition())),
        }
    }

    /// The words of the command, and the input sources that follow them.
    pub(crate) fn command_and_sources(&self) -> (Vec<OsString>, Vec<SourceSpec>) {
        sources::divide(&self.words, &self.input.arg_sep, &self.input.arg_file_sep)
    }
}
