//! What to say of a command line that cannot be used.

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::error::Error;

/// Options of GNU parallel that are still to be built. They are refused by name rather than taken for mistakes.
const NOT_BUILT: &str = "--basefile --bf --bg --bibtex --bin --block --block-size --block-timeout --bt --bug --cat --cf --citation \
    --color --color-fail --color-failed --colour --colour-failed --combine-executable --compress \
    --compress-program --controlmaster --ctag --ctagstring --ctrl-c --debug --decompress-program --delay \
    --embed --env --fast --fg --fifo --files0 --filter --filter-hosts --gnu --group-by --halt --halt-on-error \
    --halton --hgrp --hostgroup --hostgroups --id --latest-line --limit --ll --load \
    --max-line-length-allowed --memfree --memsuspend --milestone --minversion --nn \
    --no-ctrl-c --no-notice --nonall --noswap --number-of-cores --number-of-cpus --number-of-sockets \
    --number-of-threads --onall --parens --pipe --pipe-part --pipepart --plain \
    --profile --recend --record-env --recstart --regexp --remove-rec-sep --resume --resume-failed --retries \
    --retry-failed --return --round --round-robin --rpl --rrs --rsync-opts --sem --semaphore --semaphore-name \
    --semaphore-timeout --session --shard --shell-completion --show-limits --silent \
    --slf --spreadstdin --sql --sql-and-worker --sql-master --sql-worker --ssh --ssh-delay \
    --sshlogin --sshloginfile --st --tee --template --tf --timeout --tmpl --tmux --tmux-pane \
    --transfer --transferfile --trc --tty --unsafe --use-cores-instead-of-threads --use-cpus-instead-of-cores \
    --use-sockets-instead-of-threads --wait --will-cite -D -J -M -S";

/// Our words for clap's error.
pub(super) fn explain(error: &clap::Error, definition: &Command) -> Error {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let option = context(ContextKind::InvalidArg).unwrap_or_default();
    // clap shows an option as `--jobs <N>` or `-a, --arg-file <FILE>`.
    let name = option.split([' ', '=']).next().unwrap_or_default();
    let text = match error.kind() {
        ErrorKind::UnknownArgument => unknown(name, definition),
        ErrorKind::ValueValidation | ErrorKind::InvalidValue => {
            let value = context(ContextKind::InvalidValue).unwrap_or_default();
            let cause = std::error::Error::source(error).map(ToString::to_string);
            if value.is_empty() {
                format!("{option} needs a value; see forkful --help")
            } else {
                format!("{name} {value}: {}", cause.unwrap_or_else(|| possible_values(error)))
            }
        }
        _ => {
            let rendered = error.to_string();
            let first = rendered.lines().next().unwrap_or_default();
            format!("{}; see forkful --help", first.trim_start_matches("error: "))
        }
    };
    Error::Usage(text)
}

fn possible_values(error: &clap::Error) -> String {
    match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) if !values.is_empty() => format!("use one of {}", values.join(", ")),
        _ => "no such value; see forkful --help".into(),
    }
}

fn unknown(name: &str, definition: &Command) -> String {
    let dashless = |text: &str| text.trim_start_matches('-').replace('-', "");
    if NOT_BUILT.split(' ').any(|known| known == name || name.starts_with("--") && dashless(known) == dashless(name)) {
        return format!(
            "{name} is an option of GNU parallel that forkful does not have yet; see \"Status\" in its README"
        );
    }
    let longs = definition.get_arguments().filter_map(clap::Arg::get_long_and_visible_aliases).flatten();
    let likeness = |long: &str| strsim::jaro_winkler(long, name.trim_start_matches('-'));
    let nearest = longs.map(|long| (likeness(long), long)).max_by(|one, other| one.0.total_cmp(&other.0));
    match nearest {
        Some((likeness, long)) if name.starts_with("--") && likeness > 0.75 => {
            format!("unknown option {name}; did you mean --{long}?")
        }
        _ => format!("unknown option {name}; forkful --help lists them all"),
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::{Cli, Parsed};

    fn mistake(line: &str) -> String {
        match Cli::parse_from(line.split(' ').map(Into::into).collect()) {
            Err(error) => error.to_string(),
            Ok(Parsed::Print(text)) => text,
            Ok(Parsed::Run(_)) => "no mistake".into(),
        }
    }

    #[test]
    fn mistakes_are_named_with_what_would_do() {
        let cases = [
            ("forkful --keep-oder x", "unknown option --keep-oder; did you mean --keep-order?"),
            ("forkful --zzz x", "unknown option --zzz; forkful --help lists them all"),
            ("forkful -j banana x", "--jobs banana: use a number such as 8, or 0, +2, -1 or 50%"),
            ("forkful --generate x", "--generate x: use one of man, bash, elvish, fish, powershell, zsh"),
        ];
        for (line, expected) in cases {
            assert_eq!(mistake(line), expected);
        }
        assert!(mistake("forkful --pipe x").contains("does not have yet"));
        assert!(mistake("forkful -S x").contains("does not have yet"));
        assert!(mistake("forkful --joblog").contains("--joblog"));
    }
}
