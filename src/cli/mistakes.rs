//! What to say of a command line that cannot be used.

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::error::Error;

/// Our words for clap's error.
pub(super) fn explain(error: &clap::Error) -> Error {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let option = context(ContextKind::InvalidArg).unwrap_or_default();
    // clap shows an option as `--jobs <N>`, `-a, --arg-file <FILE>` or `--color[=<WHEN>]`.
    let name = option.split([' ', '=', '[']).next().unwrap_or_default();
    let text = match error.kind() {
        ErrorKind::ValueValidation | ErrorKind::InvalidValue => {
            let value = context(ContextKind::InvalidValue).unwrap_or_default();
            let cause = std::error::Error::source(error).map(ToString::to_string);
            if value.is_empty() {
                format!("{option} needs a value; see forkful --help")
            } else {
                format!("{name} {value}: {}", cause.unwrap_or_else(|| possible_values(error)))
            }
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = match error.get(ContextKind::InvalidArg) {
                Some(ContextValue::Strings(names)) => names.join(" and "),
                _ => option.to_owned(),
            };
            format!("{missing} is needed by another of these options; see forkful --help")
        }
        _ => {
            let rendered = error.to_string();
            let first = rendered.lines().next().unwrap_or_default();
            format!("{}; see forkful --help", first.trim_start_matches("error: "))
        }
    };
    Error::Usage(text)
}

/// The same complaint, with the place of the default options that it is about.
pub(super) fn found_in(origin: &str, error: &Error) -> Error {
    Error::Usage(format!("{origin}: {error}"))
}

pub(super) fn needs_value(name: &str, program: &str) -> Error {
    Error::Usage(format!("{name} needs a value; see {program} --help"))
}

pub(super) fn takes_no_value(name: &str) -> Error {
    Error::Usage(format!("{name} takes no value; leave out the = and what follows it"))
}

/// `name` could be the beginning of any of these.
pub(super) fn ambiguous<'a>(name: &str, spellings: impl Iterator<Item = &'a str>) -> Error {
    let mut all: Vec<_> = spellings.map(|spelling| format!("--{spelling}")).collect();
    let last = all.pop().unwrap_or_default();
    Error::Usage(format!("{name} is the beginning of {} and {last}; write more of it", all.join(", ")))
}

/// An option of GNU parallel from the table in `unbuilt`.
pub(super) fn unbuilt(name: &str) -> Error {
    let text = "is an option of GNU parallel that forkful does not have yet; see \"Status\" in its README";
    Error::Usage(format!("{name} {text}"))
}

fn possible_values(error: &clap::Error) -> String {
    match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) if !values.is_empty() => format!("use one of {}", values.join(", ")),
        _ => "no such value; see forkful --help".into(),
    }
}

/// An option of nobody.
pub(super) fn unknown(name: &str, definition: &Command) -> Error {
    let longs = definition.get_arguments().filter_map(clap::Arg::get_long_and_visible_aliases).flatten();
    let likeness = |long: &str| strsim::jaro_winkler(long, name.trim_start_matches('-'));
    let nearest = longs.map(|long| (likeness(long), long)).max_by(|one, other| one.0.total_cmp(&other.0));
    Error::Usage(match nearest {
        Some((likeness, long)) if name.starts_with("--") && likeness > 0.75 => {
            format!("unknown option {name}; did you mean --{long}?")
        }
        _ => format!("unknown option {name}; forkful --help lists them all"),
    })
}

#[cfg(test)]
mod tests {
    use crate::cli::{Cli, Parsed};

    fn mistake(line: &str) -> String {
        match Cli::parse_from(line.split(' ').map(Into::into).collect()) {
            Err(error) => error.to_string(),
            Ok(Parsed::Print(text)) => text,
            Ok(_) => "no mistake".into(),
        }
    }

    #[test]
    fn mistakes_are_named_with_what_would_do() {
        let cases = [
            ("forkful --keep-oder x", "unknown option --keep-oder; did you mean --keep-order?"),
            ("forkful --zzz x", "unknown option --zzz; forkful --help lists them all"),
            (
                "forkful -j banana x",
                "--jobs banana: use a number such as 8, or 0, +2, -1 or 50%, or the name of a file that holds one",
            ),
            ("forkful --color=x x", "--color x: use one of auto, always, never"),
            ("forkful --generate x", "--generate x: use one of man, bash, elvish, fish, powershell, zsh"),
        ];
        for (line, expected) in cases {
            assert_eq!(mistake(line), expected);
        }
        assert!(mistake("forkful --tmux x").contains("does not have yet"));
        assert!(mistake("forkful -S x").contains("does not have yet"));
        assert!(mistake("forkful --joblog").contains("--joblog"));
    }
}
