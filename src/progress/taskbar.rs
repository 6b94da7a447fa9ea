//! Progress on the taskbar or the tab of the terminal's window: the sequence OSC 9;4 which `ConEmu` began with.

use std::env;
use std::ffi::OsStr;

/// Takes it away.
pub(super) const REMOVE: &str = "\x1b]9;4;0;0\x1b\\";

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Task {
    /// Of a hundred, if it is known how much there is.
    pub(super) percent: Option<u64>,
    pub(super) failed: bool,
}

impl Task {
    pub(super) fn text(self) -> String {
        let percent = self.percent.unwrap_or(0);
        let state = match self {
            Self { failed: true, .. } => 2,
            Self { percent: Some(_), .. } => 1,
            Self { percent: None, .. } => 3,
        };
        format!("\x1b]9;4;{state};{percent}\x1b\\")
    }
}

/// Whether the terminal takes it. It is not asked, because others print what they do not know.
pub(super) fn is_there() -> bool {
    is_known(|name| env::var_os(name))
}

fn is_known<S: AsRef<OsStr>>(variable: impl Fn(&str) -> Option<S>) -> bool {
    let variable = |name| variable(name).filter(|value| !value.as_ref().is_empty());
    let is = |name, wanted: &str| variable(name).is_some_and(|value| value.as_ref() == wanted);
    // What runs inside of these inherits the variables of the terminal around them.
    if variable("TMUX").is_some() || variable("STY").is_some() {
        return false;
    }
    let features = variable("TERM_FEATURES").map(|features| features.as_ref().to_string_lossy().into_owned());
    variable("WT_SESSION").is_some()
        || is("ConEmuANSI", "ON")
        || ["ghostty", "WezTerm"].iter().any(|name| is("TERM_PROGRAM", name))
        || is("TERM_PROGRAM", "iTerm.app") && features.is_some_and(|features| has_progress(&features))
}

/// Whether the list of features, each a capital with small letters and digits behind it, has `P`.
fn has_progress(features: &str) -> bool {
    let ends = |next: Option<char>| next.is_none_or(|next| next.is_ascii_uppercase());
    features.match_indices('P').any(|(at, _)| ends(features[at + 1..].chars().next()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_terminals_that_are_known_to_take_it_get_it() {
        for (variables, expected) in [
            (&[][..], false),
            (&[("WT_SESSION", "x")], true),
            (&[("WT_SESSION", "x"), ("TMUX", "y")], false),
            (&[("WT_SESSION", "x"), ("TMUX", "")], true),
            (&[("ConEmuANSI", "OFF")], false),
            (&[("ConEmuANSI", "ON")], true),
            (&[("TERM_PROGRAM", "ghostty")], true),
            (&[("TERM_PROGRAM", "Apple_Terminal")], false),
            (&[("TERM_PROGRAM", "iTerm.app")], false),
            (&[("TERM_PROGRAM", "iTerm.app"), ("TERM_FEATURES", "T3CwPlrM")], false),
            (&[("TERM_PROGRAM", "iTerm.app"), ("TERM_FEATURES", "T3PCw")], true),
            (&[("TERM_PROGRAM", "iTerm.app"), ("TERM_FEATURES", "T3P")], true),
        ] {
            let variable = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
            assert_eq!(is_known(variable), expected, "{variables:?}");
        }
    }

    #[test]
    fn the_sequence_tells_failure_and_an_unknown_end() {
        let text = |percent, failed| Task { percent, failed }.text();
        assert_eq!(text(Some(40), false), "\x1b]9;4;1;40\x1b\\");
        assert_eq!(text(Some(40), true), "\x1b]9;4;2;40\x1b\\");
        assert_eq!(text(None, false), "\x1b]9;4;3;0\x1b\\");
    }
}
