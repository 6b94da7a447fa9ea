//! What forkful does instead of running jobs: it tells about itself and this machine.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::{env, fmt};

use clap::{Args, ValueEnum};

use super::{Cli, Generate, environment};
use crate::error::Error;
use crate::host;
use crate::report::page_from_log;

/// The release of GNU parallel whose command line we follow; scripts compare such dates.
const FOLLOWED: u64 = 20_260_422;

/// What is told about forkful and this machine.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Help and information")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct ToolOptions {
    /// Print the manual page, or the completions for a shell, and exit
    #[arg(long, value_name = "WHAT")]
    pub generate: Option<Generate>,

    /// Print the completions for SHELL, and exit; auto is the shell that $SHELL names
    #[arg(long, value_name = "SHELL")]
    pub shell_completion: Option<Completion>,

    /// Print the release of GNU parallel whose command line this is, 20260422, and exit; with 255 if VERSION is newer
    ///
    /// Scripts for GNU parallel ask so whether it is new enough. forkful's own version is printed by --version.
    #[arg(long, visible_alias = "min-version", value_name = "VERSION")]
    pub minversion: Option<u64>,

    /// Print the number of CPU threads that jobs can use, and exit
    #[arg(long)]
    pub number_of_threads: bool,

    /// Print the number of CPU cores that jobs can use, and exit
    #[arg(long, visible_alias = "number-of-cpus")]
    pub number_of_cores: bool,

    /// Print the number of CPU sockets that jobs can use, and exit
    #[arg(long)]
    pub number_of_sockets: bool,

    /// Print how many bytes the line of a shell can have, and exit
    #[arg(long)]
    pub max_line_length_allowed: bool,

    /// Print the limits of command lines on stderr, and go on
    #[arg(long)]
    pub show_limits: bool,

    /// Say that nobody has to cite anything, and exit
    #[arg(long, visible_alias = "bibtex")]
    pub citation: bool,

    /// Accepted and without effect: there is no notice to silence
    #[arg(long, visible_aliases = ["nn", "no-notice"])]
    pub will_cite: bool,

    /// Accepted and without effect: GNU parallel's command line is the only one
    #[arg(long)]
    pub gnu: bool,

    /// Print what a report of a bug should say, and exit
    #[arg(long)]
    pub bug: bool,
}

/// The shell of `--shell-completion`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Completion {
    /// The one that `$SHELL` names
    Auto,
    /// bash
    Bash,
    /// fish
    Fish,
    /// zsh
    Zsh,
}

/// One of these things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tool {
    /// `--generate`
    Generate(Generate),
    /// `--shell-completion`
    Completion(Completion),
    /// `--minversion`
    MinVersion(u64),
    /// `--number-of-threads`
    Threads,
    /// `--number-of-cores`
    Cores,
    /// `--number-of-sockets`
    Sockets,
    /// `--max-line-length-allowed`
    LineLength,
    /// `--citation`
    Citation,
    /// `--bug`
    Bug,
    /// `--record-env`
    RecordEnv,
    /// `--report-from`: a log, and the words after the options, which are a file.
    ReportFrom(PathBuf, Vec<OsString>),
}

/// What a tool prints on stdout, and the exit status.
pub struct Printed(pub Vec<u8>, pub u8);

impl Cli {
    /// What to do instead of running jobs, if anything.
    pub(super) fn tool(&self) -> Option<Tool> {
        let tools = &self.tools;
        let chosen = [
            tools.generate.map(Tool::Generate),
            tools.shell_completion.map(Tool::Completion),
            tools.minversion.map(Tool::MinVersion),
            tools.number_of_threads.then_some(Tool::Threads),
            tools.number_of_cores.then_some(Tool::Cores),
            tools.number_of_sockets.then_some(Tool::Sockets),
            tools.max_line_length_allowed.then_some(Tool::LineLength),
            tools.citation.then_some(Tool::Citation),
            tools.bug.then_some(Tool::Bug),
            self.environment.record_env.then_some(Tool::RecordEnv),
            self.report.report_from.clone().map(|log| Tool::ReportFrom(log, self.words.clone())),
        ];
        chosen.into_iter().flatten().next()
    }

    /// What `--show-limits` prints.
    pub(crate) fn limits(&self) -> Option<String> {
        self.tools.show_limits.then(|| {
            let (room, environment) = (host::room(), host::environment().total());
            format!(
                "one argument, or the whole line of a shell: {} bytes\n\
                 all arguments and the environment: {room} bytes\n\
                 the environment as it is: {environment} bytes\n\
                 The run goes on now; it reads its input, from the terminal if there is no other (Ctrl-D ends it).\n",
                host::LONGEST_STRING
            )
        })
    }
}

impl Tool {
    /// Does it.
    ///
    /// # Errors
    /// When something asked for is not there, or cannot be written.
    pub fn apply(self) -> Result<Printed, Error> {
        let line = |text: &dyn fmt::Display| Ok(Printed(format!("{text}\n").into_bytes(), 0));
        match self {
            Self::Generate(what) => generated(what),
            Self::Completion(shell) => generated(shell.resolve(env::var_os("SHELL").as_deref())?),
            Self::MinVersion(wanted) => {
                Ok(Printed(format!("{FOLLOWED}\n").into_bytes(), if wanted > FOLLOWED { 255 } else { 0 }))
            }
            Self::Threads => line(&host::threads()),
            Self::Cores => line(&host::cores()),
            Self::Sockets => line(&host::sockets()),
            Self::LineLength => line(&host::LONGEST_STRING),
            Self::Citation => line(&"forkful asks for no citation; name it where it helps your readers"),
            Self::Bug => line(&concat!(
                "A report of a bug goes to where you got forkful from. It should say:\n",
                "- the version: forkful ",
                env!("CARGO_PKG_VERSION"),
                "\n- the whole command line, with the values of $FORKFUL and $PARALLEL and the configuration files\n",
                "- what it printed and its exit status, and what you expected\n",
                "- the smallest input with which it happens"
            )),
            Self::ReportFrom(log, words) => match words.as_slice() {
                [page] => page_from_log(&log, Path::new(page)).map(|text| Printed(text, 0)),
                _ => Err(Error::Usage(
                    "--report-from LOG takes one more word, the file to write: FILE.html, or - for stdout".into(),
                )),
            },
            Self::RecordEnv => environment::record().map(|()| Printed(Vec::new(), 0)),
        }
    }
}

fn generated(what: Generate) -> Result<Printed, Error> {
    let mut text = Vec::new();
    what.write(&mut text).map_err(|cause: io::Error| Error::System { what: "make the text", cause })?;
    Ok(Printed(text, 0))
}

impl Completion {
    fn resolve(self, login: Option<&OsStr>) -> Result<Generate, Error> {
        let name = login.and_then(|path| Path::new(path).file_name()).unwrap_or_default();
        match self {
            Self::Bash => Ok(Generate::Bash),
            Self::Fish => Ok(Generate::Fish),
            Self::Zsh => Ok(Generate::Zsh),
            Self::Auto if name == "bash" => Ok(Generate::Bash),
            Self::Auto if name == "fish" => Ok(Generate::Fish),
            Self::Auto if name == "zsh" => Ok(Generate::Zsh),
            Self::Auto => Err(Error::Usage(
                "--shell-completion auto: $SHELL is none of bash, fish and zsh; name the shell instead of auto".into(),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shell_of_auto_is_the_login_shell() {
        let resolve = |login: &str| Completion::Auto.resolve(Some(OsStr::new(login))).ok();
        assert_eq!(resolve("/usr/bin/zsh"), Some(Generate::Zsh));
        assert_eq!(resolve("/bin/bash"), Some(Generate::Bash));
        assert_eq!(resolve("/bin/tcsh"), None);
        assert_eq!(Completion::Auto.resolve(None).ok(), None);
    }
}
