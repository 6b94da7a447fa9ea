//! How a job is ended: `--termseq`.

use std::str::FromStr;
use std::time::Duration;

use rustix::process::Signal;

/// Signals, each with the time to wait before the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermSeq {
    steps: Vec<(Signal, Duration)>,
}

impl TermSeq {
    /// TERM, and after this grace KILL.
    pub fn with_grace(grace: Duration) -> Self {
        Self { steps: vec![(Signal::TERM, grace), (Signal::KILL, Duration::from_millis(25))] }
    }

    /// The steps in order; never none.
    pub fn steps(&self) -> &[(Signal, Duration)] {
        &self.steps
    }
}

impl Default for TermSeq {
    /// GNU parallel's: three times TERM, then KILL.
    fn default() -> Self {
        let waits = [(Signal::TERM, 200), (Signal::TERM, 100), (Signal::TERM, 50), (Signal::KILL, 25)];
        Self { steps: waits.map(|(signal, wait)| (signal, Duration::from_millis(wait))).to_vec() }
    }
}

const NAMES: [(&str, Signal); 14] = [
    ("HUP", Signal::HUP),
    ("INT", Signal::INT),
    ("QUIT", Signal::QUIT),
    ("ABRT", Signal::ABORT),
    ("KILL", Signal::KILL),
    ("USR1", Signal::USR1),
    ("USR2", Signal::USR2),
    ("PIPE", Signal::PIPE),
    ("ALRM", Signal::ALARM),
    ("TERM", Signal::TERM),
    ("CONT", Signal::CONT),
    ("STOP", Signal::STOP),
    ("TSTP", Signal::TSTP),
    ("WINCH", Signal::WINCH),
];

/// The signal of this name or number.
pub(super) fn signal(text: &str) -> Option<Signal> {
    let name = text.to_ascii_uppercase();
    let name = name.strip_prefix("SIG").unwrap_or(&name);
    let number: Option<i32> = text.parse().ok();
    let named = NAMES.iter().find(|(known, _)| *known == name).map(|(_, signal)| *signal);
    named.or_else(|| number.and_then(Signal::from_named_raw))
}

impl FromStr for TermSeq {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut steps = Vec::new();
        let mut parts = text.split(',');
        while let Some(name) = parts.next() {
            let signal = signal(name).ok_or(format!("{name:?} is no signal; write it as TERM,200,KILL,25"))?;
            let wait = match parts.next() {
                None => 0,
                Some(wait) => wait.parse().map_err(|_| format!("{wait:?} is no number of milliseconds"))?,
            };
            steps.push((signal, Duration::from_millis(wait)));
        }
        Ok(Self { steps })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_what_it_says() {
        assert_eq!("TERM,200,TERM,100,TERM,50,KILL,25".parse(), Ok(TermSeq::default()));
    }

    #[test]
    fn signals_have_names_and_numbers() {
        let steps = |text: &str| text.parse().map(|seq: TermSeq| seq.steps().to_vec());
        let wait = Duration::from_millis;
        assert_eq!(steps("SIGINT,900,9"), Ok(vec![(Signal::INT, wait(900)), (Signal::KILL, wait(0))]));
        assert!(["", "TERM,x", "NOSUCH,1", "TERM,,KILL"].iter().all(|text| steps(text).is_err()));
    }
}
