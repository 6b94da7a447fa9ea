//! The command line: the options of every module as one clap command, and what clap cannot read.
//!
//! On the way from argv to options: `personality` finds out whose command line it is, `spelling` reduces the options to
//! the forms that clap knows (`getopt` is how it reads them), `profile` puts default options before them, clap gives
//! them their values, and `sources` divides the words behind them. `mistakes` words every complaint, and `tools` does
//! what is not running jobs.

mod environment;
mod generate;
mod getopt;
mod mistakes;
mod personality;
mod profile;
mod shebang;
mod sources;
mod spelling;
mod tools;
mod unbuilt;
mod xargs;

pub use environment::{EnvironmentOptions, Names};
pub use generate::Generate;
pub use profile::ProfileOptions;
pub use tools::{Completion, Printed, Tool, ToolOptions};
pub use xargs::{Output as XargsOutput, XargsCli, XargsParsed};

use std::ffi::OsString;
use std::{iter, mem};

use clap::parser::ValueSource;
use clap::{Command, CommandFactory, FromArgMatches, Parser};

use self::personality::Personality;
use self::profile::Defaults;
use self::spelling::Spelled;
use crate::block::BlockOptions;
use crate::error::Error;
use crate::exec::ExecOptions;
use crate::input::{InputOptions, SourceSpec};
use crate::joblog::JobLogOptions;
use crate::output::OutputOptions;
use crate::policy::{JobCount, Jobs, PolicyOptions};
use crate::progress::ProgressOptions;
use crate::report::ReportOptions;
use crate::semaphore::SemaphoreOptions;
use crate::template::TemplateOptions;

/// Run a command for each argument, many at a time
///
/// forkful reads arguments, from stdin, one a line, from files or from the command line, and runs COMMAND once for
/// each, several at a time. {} in COMMAND stands for the argument; it is added at the end if it is nowhere. Without
/// COMMAND each argument is a command line itself. The output of jobs is not mixed. The command line is that of GNU
/// parallel.
#[derive(Clone, Debug, Parser)]
#[command(name = "forkful", version, max_term_width = 100, args_override_self = true)]
#[command(override_usage = "forkful [OPTIONS] [COMMAND [ARG]...] < LIST
       forkful [OPTIONS] [COMMAND [ARG]...] ::: VALUE...
       forkful [OPTIONS] [COMMAND [ARG]...] :::: FILE...
       forkful --semaphore [OPTIONS] COMMAND [ARG]...")]
pub struct Cli {
    #[command(flatten)]
    pub(crate) input: InputOptions,
    #[command(flatten)]
    pub(crate) block: BlockOptions,
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
    #[command(flatten)]
    pub(crate) report: ReportOptions,
    #[command(flatten)]
    pub(crate) semaphore: SemaphoreOptions,

    #[command(flatten)]
    pub(crate) environment: EnvironmentOptions,
    #[command(flatten)]
    pub(crate) profile: ProfileOptions,
    #[command(flatten)]
    pub(crate) tools: ToolOptions,

    /// Read the command line as the program NAME does: parallel, xargs or sem; must come first
    ///
    /// The same happens if forkful is called by that name, through a link.
    #[arg(long, value_name = "NAME", help_heading = "Help and information")]
    like: Option<OsString>,

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
    /// Do this, and exit.
    Tool(Tool),
    /// Be xargs, with these words.
    Xargs(Vec<OsString>),
}

impl Cli {
    /// The definition of all options.
    pub fn definition() -> Command {
        let mut command = <Self as CommandFactory>::command();
        command.build();
        command
    }

    /// Reads the command line, the program's name included, with the default options before it.
    ///
    /// # Errors
    /// When an option is unknown or its value no good; the message names it.
    pub fn parse_from(arguments: Vec<OsString>) -> Result<Parsed, Error> {
        let mut arguments = shebang::unfold(arguments)?;
        match Personality::detect(&mut arguments)? {
            Personality::Parallel => Self::parse_parallel(arguments),
            Personality::Xargs => Ok(Parsed::Xargs(arguments.into_iter().skip(1).collect())),
            Personality::Sem => {
                arguments.insert(1, "--semaphore".into());
                Self::parse_parallel(arguments)
            }
        }
    }

    fn parse_parallel(mut arguments: Vec<OsString>) -> Result<Parsed, Error> {
        let definition = Self::definition();
        let words = arguments.split_off(arguments.len().min(1));
        let Spelled { options, rest } = spelling::spell(words, &definition)?;
        let defaults = profile::defaults(&options, &definition)?;
        let earlier = defaults.iter().flat_map(|found| found.options.iter().cloned());
        let end = (!rest.is_empty()).then(|| "--".into());
        let words = iter::once("forkful".into()).chain(earlier).chain(options).chain(end).chain(rest);
        match Self::read(definition, words) {
            Ok(Self { like: Some(_), .. }) => {
                Err(Error::Usage("--like has to be the first word after forkful; put it there".into()))
            }
            Ok(cli) => Ok(cli.tool().map_or_else(|| Parsed::Run(Box::new(cli)), Parsed::Tool)),
            Err(error) if !error.use_stderr() => Ok(Parsed::Print(error.render().to_string())),
            Err(error) => Err(Self::blame(&error, &defaults)),
        }
    }

    fn read(mut definition: Command, words: impl Iterator<Item = OsString>) -> Result<Self, clap::Error> {
        let mut matches = definition.try_get_matches_from_mut(words)?;
        let counts_by_default = matches.value_source("jobs") == Some(ValueSource::DefaultValue);
        let mut cli = Self::from_arg_matches_mut(&mut matches)?;
        // To take them apart costs a tenth of the time that the program takes to start.
        mem::forget((definition, matches));
        if cli.semaphore.is_wanted() && counts_by_default {
            cli.policy.jobs = JobCount::Fixed(Jobs::Exactly(1));
        }
        Ok(cli)
    }

    /// The complaint, with the place of the default options that are bad by themselves if there are such.
    fn blame(error: &clap::Error, defaults: &[Defaults]) -> Error {
        let mut culprits = defaults.iter().filter_map(|found| {
            let words = iter::once("forkful".into()).chain(found.options.iter().cloned());
            let error = Self::read(Self::definition(), words).err().filter(clap::Error::use_stderr)?;
            Some(mistakes::found_in(&found.origin, &mistakes::explain(&error)))
        });
        culprits.next().unwrap_or_else(|| mistakes::explain(error))
    }

    /// The words of the command, and the input sources that follow them.
    pub(crate) fn command_and_sources(&self) -> (Vec<OsString>, Vec<SourceSpec>) {
        sources::divide(&self.words, &self.input.arg_sep, &self.input.arg_file_sep)
    }
}
