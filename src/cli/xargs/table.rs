//! The options of xargs: one table for reading them, for the help and for the manual.

/// An option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Option {
    Null,
    ArgFile,
    Delimiter,
    Eof,
    Replace,
    MaxLines,
    MaxArgs,
    OpenTty,
    MaxProcs,
    Interactive,
    ProcessSlotVar,
    NoRunIfEmpty,
    MaxChars,
    ShowLimits,
    Verbose,
    Exit,
    KeepOrder,
    Ungroup,
    Group,
    LineBuffer,
    Help,
    Version,
}

/// Whether an option has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// It has none.
    None,
    /// It has one of this name.
    Needed(&'static str),
    /// It may have one of this name, which is attached.
    Attached(&'static str),
}

/// A spelling of an option.
#[derive(Debug)]
pub(super) struct Spelling {
    pub(super) short: char,
    /// Empty for none.
    pub(super) long: &'static str,
    pub(super) value: Value,
    pub(super) option: Option,
    pub(super) help: &'static str,
}

const fn spelling(short: char, long: &'static str, value: Value, option: Option, help: &'static str) -> Spelling {
    Spelling { short, long, value, option, help }
}

/// What stands for the short form of an option that has none.
pub(super) const NONE: char = '\0';

/// All of them.
pub(super) const SPELLINGS: [Spelling; 25] = {
    use Value::{Attached, Needed, None};
    [
        spelling('0', "null", None, Option::Null, "Items are ended by NUL; quotes and backslashes are ordinary"),
        spelling(
            'a',
            "arg-file",
            Needed("FILE"),
            Option::ArgFile,
            "Read items from FILE; commands get the stdin of xargs",
        ),
        spelling(
            'd',
            "delimiter",
            Needed("C"),
            Option::Delimiter,
            "Items are ended by the byte C, or an escape such as \\n, \\t, \\x2c, \\054; quotes are ordinary",
        ),
        spelling('E', "", Needed("END"), Option::Eof, "Ignore the item END and all after it; not with -0 or -d"),
        spelling('e', "eof", Attached("END"), Option::Eof, "The same; without END there is no such item, the default"),
        spelling(
            'I',
            "",
            Needed("R"),
            Option::Replace,
            "Run the command for each line, put in the place of R in its arguments; implies -x",
        ),
        spelling('i', "replace", Attached("R"), Option::Replace, "The same; without R it is {}"),
        spelling(
            'L',
            "",
            Needed("N"),
            Option::MaxLines,
            "At most N lines that are not blank for a command; implies -x",
        ),
        spelling('l', "max-lines", Attached("N"), Option::MaxLines, "The same; without N it is 1"),
        spelling('n', "max-args", Needed("N"), Option::MaxArgs, "At most N items for a command"),
        spelling('o', "open-tty", None, Option::OpenTty, "Commands read from the terminal, /dev/tty"),
        spelling(
            'P',
            "max-procs",
            Needed("N"),
            Option::MaxProcs,
            "Run N commands at a time, 1 by default; 0 is as many as possible; SIGUSR1 adds one, SIGUSR2 takes one away",
        ),
        spelling('p', "interactive", None, Option::Interactive, "Ask on the terminal before each command"),
        spelling(
            NONE,
            "process-slot-var",
            Needed("NAME"),
            Option::ProcessSlotVar,
            "Set the variable NAME to a number, from 0, that no other running command has",
        ),
        spelling('r', "no-run-if-empty", None, Option::NoRunIfEmpty, "Run nothing if there are no items"),
        spelling(
            's',
            "max-chars",
            Needed("N"),
            Option::MaxChars,
            "At most N bytes for a command with its items, each with a NUL; 131072 by default",
        ),
        spelling(
            NONE,
            "show-limits",
            None,
            Option::ShowLimits,
            "Print the limits of command lines on stderr, and go on",
        ),
        spelling('t', "verbose", None, Option::Verbose, "Print each command on stderr before it is run"),
        spelling('x', "exit", None, Option::Exit, "End if as many items as -n or -L says do not fit"),
        spelling('k', "keep-order", None, Option::KeepOrder, "Print the output of commands in the order of the items"),
        spelling(
            'u',
            "ungroup",
            None,
            Option::Ungroup,
            "Let commands write directly to where the output goes, mixed, as GNU xargs does; the default with -P 1",
        ),
        spelling(
            NONE,
            "group",
            None,
            Option::Group,
            "Print the output of a command when it has ended; the default otherwise",
        ),
        spelling(NONE, "line-buffer", None, Option::LineBuffer, "Print whole lines of output as they come"),
        spelling(NONE, "help", None, Option::Help, "Print this help"),
        spelling(NONE, "version", None, Option::Version, "Print the version"),
    ]
};
