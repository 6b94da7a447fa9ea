//! The committed manual and the help say what the program does.

use std::path::Path;
use std::process::Command;

fn generated(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_forkful")).args(arguments).output().expect("forkful runs");
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn the_manual_page_is_what_forkful_generates() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("man/forkful.1");
    let committed = std::fs::read_to_string(committed).expect("man/forkful.1");
    let hint = "man/forkful.1 is stale; run: cargo run -- --generate man > man/forkful.1";
    assert!(committed == generated(&["--generate", "man"]), "{hint}");
}

#[test]
fn completions_exist_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(generated(&["--generate", shell]).contains("keep-order"), "{shell}");
    }
}

#[test]
fn every_option_has_help_of_its_own() {
    let command = forkful::cli::Cli::definition();
    for option in command.get_arguments().filter(|option| !["help", "version"].contains(&option.get_id().as_str())) {
        let help = option.get_help().map(ToString::to_string).unwrap_or_default();
        assert!(help.len() > 10, "{} has no help", option.get_id());
        assert!(!help.ends_with('.'), "{}: the short help is no sentence", option.get_id());
        assert!(option.get_help_heading().is_some() || option.is_positional(), "{} has no heading", option.get_id());
    }
}

#[test]
fn the_long_help_names_what_stands_in_the_short_one() {
    let (short, long) = (generated(&["-h"]), generated(&["--help"]));
    for option in ["--jobs", "--keep-order", "--colsep", "--joblog", "--bar", "--termseq", "--generate"] {
        assert!(short.contains(option) && long.contains(option), "{option}");
    }
}

/// What stands between `.EX` and `.EE` in the chapters, as it is typed.
fn examples() -> String {
    let chapters = include_str!("../man/chapters.roff").replace("\\-", "-");
    let examples = chapters.split("\n.EX\n").skip(1).filter_map(|rest| rest.split("\n.EE").next());
    examples.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_option_has_an_example() {
    let examples = examples();
    let words: Vec<_> = examples.split(|letter: char| letter != '-' && !letter.is_ascii_alphanumeric()).collect();
    let command = forkful::cli::Cli::definition();
    for option in command.get_arguments().filter_map(clap::Arg::get_long) {
        assert!(words.contains(&format!("--{option}").as_str()), "--{option} has no example in man/chapters.roff");
    }
}
