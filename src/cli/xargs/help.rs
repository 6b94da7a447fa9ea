//! What the table of options says to people: `--help`, and the chapter of the manual.

use super::table::{NONE, SPELLINGS, Spelling, Value};

/// `--version`
pub(super) fn version() -> String {
    format!("xargs (forkful) {}\n", env!("CARGO_PKG_VERSION"))
}

/// `--help`
pub(super) fn text() -> String {
    let options: Vec<_> = SPELLINGS.iter().map(|it| format!("  {}\n          {}\n", spelled(it), it.help)).collect();
    let options = options.concat();
    format!(
        "Run a command with items that are read from stdin, as many at a time as fit\n\n\
         Usage: xargs [OPTIONS] [COMMAND [ARG]...] < LIST\n\n\
         Items are separated by blanks and newlines; '...', \"...\" and backslashes protect these. Without COMMAND\n\
         the items are printed by echo.\n\n\
         Options:\n{options}\n\
         Exit status: 0; 123 if a command failed with 1 to 254, 124 if one exited with 255, 125 if one was killed,\n\
         126 if it cannot be run, 127 if it is not found, 1 for other errors. 124 to 127 end the run.\n"
    )
}

/// The options as roff, for the manual.
pub(in crate::cli) fn chapter() -> String {
    let escape = |text: &str| text.replace('\\', "\\\\").replace('-', "\\-");
    let entry = |it: &Spelling| format!(".TP\n\\fB{}\\fR\n{}.\n", escape(&spelled(it)), escape(it.help));
    SPELLINGS.iter().map(entry).collect()
}

/// `-n, --max-args=N`
fn spelled(spelling: &Spelling) -> String {
    let Spelling { short, long, value, .. } = spelling;
    let short_value = match value {
        Value::Needed(name) if long.is_empty() => format!(" {name}"),
        Value::None | Value::Needed(_) => String::new(),
        Value::Attached(name) => format!("[{name}]"),
    };
    let long_value = match value {
        Value::None => String::new(),
        Value::Needed(name) => format!("={name}"),
        Value::Attached(name) => format!("[={name}]"),
    };
    let short = (*short != NONE).then(|| format!("-{short}{short_value}"));
    let long = (!long.is_empty()).then(|| format!("--{long}{long_value}"));
    short.into_iter().chain(long).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_shown_with_their_values() {
        let all: Vec<_> = SPELLINGS.iter().map(spelled).collect();
        for expected in ["-n, --max-args=N", "-i[R], --replace[=R]", "-E END", "--show-limits", "-0, --null"] {
            assert!(all.iter().any(|spelled| spelled == expected), "{expected} is not in {all:?}");
        }
    }
}
