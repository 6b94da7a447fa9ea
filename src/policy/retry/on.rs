//! After which ends a job is tried again: `--retry-on`.

use std::str::FromStr;

use crate::job::{Cause, Exit};
use crate::policy::term_seq::signal;

/// Ends of jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RetryOn {
    /// None of these is all that are no success.
    kinds: Vec<Kind>,
}

/// Ends that have something in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Any exit status but 0.
    AnyExit,
    /// An exit status from one to another.
    Exits(i32, i32),
    /// Any signal.
    AnySignal,
    /// This signal.
    Signal(i32),
    /// Too long a time, of running or of silence.
    Timeout,
    /// The kernel needed the memory.
    OutOfMemory,
    /// It left processes running that were to end with it.
    Leak,
}

impl RetryOn {
    /// Whether this is one of them.
    pub(super) fn contains(&self, exit: Exit) -> bool {
        let is_own = !matches!(exit, Exit::Killed(cause, _) if !cause.is_fault_of_job());
        is_own && exit.is_failure() && (self.kinds.is_empty() || self.kinds.iter().any(|kind| kind.contains(exit)))
    }
}

impl Kind {
    fn contains(self, exit: Exit) -> bool {
        match (self, exit) {
            (Self::AnyExit, Exit::Code(_) | Exit::Unstarted(_))
            | (Self::AnySignal, Exit::Signal(_) | Exit::OutOfMemory)
            | (Self::Timeout, Exit::Killed(Cause::Timeout | Cause::Idle, _))
            | (Self::OutOfMemory, Exit::OutOfMemory)
            | (Self::Leak, Exit::Killed(Cause::Leak, _)) => true,
            (Self::Exits(first, last), Exit::Code(code) | Exit::Unstarted(code)) => (first..=last).contains(&code),
            (Self::Signal(number), Exit::Signal(signal)) => number == signal,
            (Self::Signal(number), Exit::OutOfMemory) => number == 9,
            _ => false,
        }
    }
}

/// What a list that has been begun goes on with.
#[derive(Clone, Copy)]
enum List {
    Exits,
    Signals,
}

impl FromStr for RetryOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut kinds = Vec::new();
        let mut list = None;
        for part in text.split(',') {
            let (name, rest) = part.split_once(':').map_or((part, None), |(name, rest)| (name, Some(rest)));
            let (next, item) = match (name, rest) {
                ("exit", Some(item)) => (Some(List::Exits), Some(item)),
                ("signal", Some(item)) => (Some(List::Signals), Some(item)),
                (_, Some(_)) => return Err(wrong(part)),
                (name, _) => match word(name) {
                    Some(kind) => {
                        kinds.push(kind);
                        (None, None)
                    }
                    None => (list, Some(name)),
                },
            };
            list = next;
            if let Some(item) = item {
                let kind = match list {
                    Some(List::Exits) => exits(item),
                    Some(List::Signals) => signal(item).map(|signal| Kind::Signal(signal.as_raw())),
                    None => None,
                };
                kinds.push(kind.ok_or_else(|| wrong(item))?);
            }
        }
        Ok(Self { kinds })
    }
}

fn word(name: &str) -> Option<Kind> {
    Some(match name {
        "exit" => Kind::AnyExit,
        "signal" => Kind::AnySignal,
        "timeout" => Kind::Timeout,
        "oom" => Kind::OutOfMemory,
        "leak" => Kind::Leak,
        _ => return None,
    })
}

/// `N` or `N-M`.
fn exits(text: &str) -> Option<Kind> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let code = |text: &str| text.parse().ok().filter(|code| (1..=255).contains(code));
    let (first, last) = (code(first)?, code(last)?);
    (first <= last).then_some(Kind::Exits(first, last))
}

fn wrong(part: &str) -> String {
    format!("{part:?} is no way to fail; use exit, exit:1,75-78, signal, signal:KILL,TERM, timeout, oom or leak")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_retry_on() {
        let (timeout, idle, leak) =
            (Exit::Killed(Cause::Timeout, 15), Exit::Killed(Cause::Idle, 9), Exit::Killed(Cause::Leak, 0));
        let exits = [
            Exit::Code(1),
            Exit::Code(75),
            Exit::Code(80),
            Exit::Unstarted(127),
            Exit::Signal(15),
            Exit::Signal(9),
            Exit::OutOfMemory,
            timeout,
            idle,
            leak,
        ];
        // A mark for each of the above.
        let cases = [
            ("exit", "xxxx......"),
            ("exit:75", ".x........"),
            ("exit:1,70-80,127", "xxxx......"),
            ("signal", "....xxx..."),
            ("signal:SIGTERM", "....x....."),
            ("signal:KILL", ".....xx..."),
            ("signal:15,KILL", "....xxx..."),
            ("timeout", ".......xx."),
            ("oom", "......x..."),
            ("leak", ".........x"),
            ("exit:1,75,signal:TERM,timeout,oom", "xx..x.xxx."),
            ("timeout,exit:80,1", "x.x....xx."),
        ];
        for (text, marks) in cases {
            let on: RetryOn = text.parse().expect(text);
            let found: String = exits.iter().map(|exit| if on.contains(*exit) { 'x' } else { '.' }).collect();
            assert_eq!(found, marks, "{text}");
        }
        let never = [Exit::Code(0), Exit::Skipped, Exit::Killed(Cause::Stop, 15), Exit::Killed(Cause::Memory, 15)];
        assert!(never.iter().all(|exit| !RetryOn::default().contains(*exit)));
    }

    #[test]
    fn what_is_no_way_to_fail() {
        let cases = [
            "",
            "x",
            "exit:",
            "exit:0",
            "exit:256",
            "exit:3-1",
            "exit:x",
            "signal:",
            "signal:NO",
            "timeout:1",
            "1",
            "timeout,1",
        ];
        assert_eq!(cases.iter().find(|text| text.parse::<RetryOn>().is_ok()), None);
    }
}
