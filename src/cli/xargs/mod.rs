//! The command line of xargs: its options, read as GNU xargs 4.9 reads them.

mod delimiter;
mod help;
mod options;
mod table;

pub(in crate::cli) use help::chapter;

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use self::options::{Given, Xargs};
use self::table::Option as Known;
use crate::cli::getopt;
use crate::error::Error;
use crate::input::xargs::{Most, Syntax};

/// What the options say.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct XargsCli {
    /// The command with its initial arguments; echo if none was given.
    pub command: Vec<OsString>,
    /// `-a`
    pub arg_file: Option<PathBuf>,
    /// `-0`, `-d`; otherwise blanks and newlines separate items.
    pub delimiter: Option<u8>,
    /// `-E`
    pub eof: Option<OsString>,
    /// `-I`, with what is replaced; otherwise `-n` or `-L`.
    pub replace: Option<OsString>,
    /// `-n`, `-L`
    pub most: Most,
    /// `-s`
    pub max_chars: Option<usize>,
    /// `-x`
    pub exit: bool,
    /// `-r`
    pub no_run_if_empty: bool,
    /// `-P`; 0 for as many as possible.
    pub max_procs: usize,
    /// `--process-slot-var`
    pub process_slot_var: Option<OsString>,
    /// `-o`
    pub open_tty: bool,
    /// `-p`
    pub interactive: bool,
    /// `-t`
    pub verbose: bool,
    /// `--show-limits`
    pub show_limits: bool,
    /// How output is kept apart.
    pub output: Output,
    /// `-k`
    pub keep_order: bool,
    /// What is odd about the command line, but no mistake.
    pub warnings: Vec<String>,
}

/// How the output of commands is kept apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Output {
    /// It is grouped where commands run at the same time.
    #[default]
    AsNeeded,
    /// `-u`
    Ungrouped,
    /// `--group`
    Grouped,
    /// `--line-buffer`
    Lines,
}

/// What to do with a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum XargsParsed {
    /// Run.
    Run(Box<XargsCli>),
    /// Print this and exit with success.
    Print(String),
}

impl Default for XargsCli {
    fn default() -> Self {
        Self {
            command: vec!["echo".into()],
            arg_file: None,
            delimiter: None,
            eof: None,
            replace: None,
            most: Most::AsFit,
            max_chars: None,
            exit: false,
            no_run_if_empty: false,
            max_procs: 1,
            process_slot_var: None,
            open_tty: false,
            interactive: false,
            verbose: false,
            show_limits: false,
            output: Output::AsNeeded,
            keep_order: false,
            warnings: Vec::new(),
        }
    }
}

impl XargsCli {
    /// Reads the words behind the program's name.
    ///
    /// # Errors
    /// When an option is unknown or its value no good; the message names it.
    pub fn parse(words: Vec<OsString>) -> Result<XargsParsed, Error> {
        let (options, command) = getopt::read(words, &Xargs)?;
        let mut cli = Self::default();
        for given in options {
            match given.option.option {
                Known::Help => return Ok(XargsParsed::Print(help::text())),
                Known::Version => return Ok(XargsParsed::Print(help::version())),
                _ => cli.set(&given)?,
            }
        }
        if !command.is_empty() {
            cli.command = command;
        }
        if cli.delimiter.is_some() && cli.eof.take().is_some() {
            cli.warnings.push("-E has no effect with -0 or -d".into());
        }
        Ok(XargsParsed::Run(Box::new(cli)))
    }

    fn set(&mut self, given: &Given) -> Result<(), Error> {
        let text = || given.value.clone().unwrap_or_default();
        match given.option.option {
            Known::Null => self.delimiter = Some(0),
            Known::Delimiter => self.delimiter = Some(delimiter::parse(&text())?),
            Known::ArgFile => self.arg_file = Some(text().into()),
            Known::Eof => self.eof = given.value.clone().filter(|value| !value.is_empty()),
            Known::MaxArgs => match given.number(1)? {
                // GNU xargs is as quiet about it: -I means that anyway.
                1 if self.replace.is_some() => {}
                most => self.choose(given, Most::Items(most), None),
            },
            Known::MaxLines => self.choose(given, Most::Lines(given.number(1)?), None),
            Known::Replace => {
                let text = given.value.clone().unwrap_or_else(|| "{}".into());
                if text.is_empty() {
                    return Err(Error::Usage(format!("{} needs something to replace, such as {{}}", given.name)));
                }
                self.choose(given, Most::Items(1), Some(text));
            }
            Known::MaxChars => self.max_chars = Some(given.number(1)?),
            Known::Exit => self.exit = true,
            Known::NoRunIfEmpty => self.no_run_if_empty = true,
            Known::MaxProcs => self.max_procs = given.number(0)?,
            Known::ProcessSlotVar => {
                let name = text();
                if name.is_empty() || name.as_bytes().contains(&b'=') {
                    let text = "is no name of a variable; it must have a letter, and no =";
                    return Err(Error::Usage(format!("{} {}: {text}", given.name, name.display())));
                }
                self.process_slot_var = Some(name);
            }
            Known::OpenTty => self.open_tty = true,
            Known::Interactive => self.interactive = true,
            Known::Verbose => self.verbose = true,
            Known::ShowLimits => self.show_limits = true,
            Known::KeepOrder => self.keep_order = true,
            Known::Ungroup => self.output = Output::Ungrouped,
            Known::Group => self.output = Output::Grouped,
            Known::LineBuffer => self.output = Output::Lines,
            Known::Help | Known::Version => {}
        }
        Ok(())
    }

    /// `-n`, `-L` and `-I` exclude each other; the last one counts.
    fn choose(&mut self, given: &Given, most: Most, replace: Option<OsString>) {
        let name = |most, replaces| match most {
            _ if replaces => Some("-I"),
            Most::AsFit => None,
            Most::Items(_) => Some("-n"),
            Most::Lines(_) => Some("-L"),
        };
        let before = name(self.most, self.replace.is_some());
        if let Some(before) = before.filter(|before| Some(*before) != name(most, replace.is_some())) {
            self.warnings.push(format!("{before} and {} are mutually exclusive; the last one counts", given.name));
        }
        self.most = most;
        self.replace = replace;
    }

    /// How items are written.
    pub(crate) fn syntax(&self) -> Syntax {
        match self.delimiter {
            Some(delimiter) => Syntax::Ended(delimiter),
            None if self.replace.is_some() => Syntax::Lines,
            None => Syntax::Words,
        }
    }

    /// Whether the output of commands is taken from them, rather than written by them to where ours goes.
    pub(crate) fn captures(&self) -> bool {
        match self.output {
            Output::Ungrouped => false,
            Output::AsNeeded => self.max_procs != 1 || self.keep_order,
            Output::Grouped | Output::Lines => true,
        }
    }

    /// What the command is called in messages.
    pub(crate) fn name(&self) -> String {
        self.command.first().map_or(OsStr::new(""), OsString::as_os_str).display().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<XargsParsed, String> {
        let words = line.split(' ').filter(|word| !word.is_empty()).map(Into::into).collect();
        XargsCli::parse(words).map_err(|error| error.to_string())
    }

    fn cli(line: &str) -> XargsCli {
        match parse(line) {
            Ok(XargsParsed::Run(cli)) => *cli,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn options_end_with_the_command() {
        let read = cli("-0rP4 -d, --max-args=3 -s 100 echo -n 1");
        assert_eq!(read.command, ["echo", "-n", "1"]);
        assert_eq!((read.delimiter, read.most, read.max_procs), (Some(b','), Most::Items(3), 4));
        assert!(read.no_run_if_empty && read.max_chars == Some(100));
        assert_eq!(cli("-- -n 1").command, ["-n", "1"]);
        assert_eq!(cli("").command, ["echo"]);
    }

    #[test]
    fn the_last_of_n_and_l_and_i_counts() {
        let chosen = |line| {
            let read = cli(line);
            (read.most, read.replace.is_some(), read.warnings.len())
        };
        assert_eq!(chosen("-L1 -n2 x"), (Most::Items(2), false, 1));
        assert_eq!(chosen("-n2 -L1 x"), (Most::Lines(1), false, 1));
        assert_eq!(chosen("-I{} -n2 x"), (Most::Items(2), false, 1));
        assert_eq!(chosen("-n2 -I{} x"), (Most::Items(1), true, 1));
        assert_eq!(chosen("-I{} -n1 x"), (Most::Items(1), true, 0));
        assert_eq!(chosen("-I{} -L1 x"), (Most::Lines(1), false, 1));
        assert_eq!(chosen("-n1 -n3 x"), (Most::Items(3), false, 0));
    }

    #[test]
    fn optional_values_are_attached() {
        assert_eq!((cli("-i x").replace, cli("-i x").command), (Some("{}".into()), vec!["x".into()]));
        assert_eq!(cli("-iX x").replace, Some("X".into()));
        assert_eq!(cli("--replace=Y x").replace, Some("Y".into()));
        assert_eq!((cli("-l x").most, cli("-l3 x").most), (Most::Lines(1), Most::Lines(3)));
        assert_eq!((cli("-e x").eof, cli("-eE x").eof, cli("-E E x").eof), (None, Some("E".into()), Some("E".into())));
        assert_eq!(cli("-0 -E E x").warnings.len(), 1);
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            ("--nope", "unknown option --nope"),
            ("-J x", "unknown option -J"),
            ("-n", "-n needs a value"),
            ("-n x", "-n x: not a number"),
            ("-n 0 x", "-n 0: must be at least 1"),
            ("-P -1 x", "-P -1: must be at least 0"),
            ("--max 1 x", "--max is the beginning of --max-lines, --max-args, --max-procs and --max-chars"),
            ("--null=x", "--null takes no value"),
            ("-d ab", "-d ab:"),
            ("-I", "-I needs a value"),
            ("--replace= x", "--replace needs something"),
            ("--process-slot-var=a=b", "--process-slot-var a=b"),
        ];
        for (line, expected) in cases {
            let error = parse(line).expect_err(line);
            assert!(error.starts_with(expected), "{line}: {error}");
        }
    }
}
