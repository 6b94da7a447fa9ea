//! The grammar of `--halt`.

use std::str::FromStr;

use crate::job::Exit;

/// What `--halt` was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HaltRule {
    /// `never`, `0`
    #[default]
    Never,
    /// `WHEN,WHY=GOAL`
    After(When, Ends, Goal),
}

/// What becomes of the jobs that run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// They are ended.
    Now,
    /// They are waited for.
    Soon,
}

/// Which ends of jobs are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// `fail`
    Failures,
    /// `success`
    Successes,
    /// `done`: both
    All,
}

/// How many of them there must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// `N`
    Count(u64),
    /// `N%` of all jobs
    Percent(u64),
}

impl Ends {
    /// Whether this is one of them. What the runner has ended for another reason than the job itself is none.
    pub fn contain(self, exit: Exit) -> bool {
        let is_own = !matches!(exit, Exit::Killed(cause, _) if !cause.is_fault_of_job());
        is_own
            && match self {
                Self::Failures => exit.is_failure(),
                Self::Successes => exit.is_success(),
                Self::All => exit != Exit::Skipped,
            }
    }

    /// What the user is told, before the job's command line.
    pub fn words(self) -> &'static str {
        match self {
            Self::Failures => "This job failed:",
            Self::Successes => "This job succeeded:",
            Self::All => "This job finished:",
        }
    }
}

const FORMS: &str = "use never, or now or soon, a comma and fail=N, fail=N%, success=N or done=N, as in now,fail=1";

impl FromStr for HaltRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let first = |when, ends| Ok(Self::After(when, ends, Goal::Count(1)));
        match text {
            "never" | "0" => return Ok(Self::Never),
            "1" => return first(When::Soon, Ends::Failures),
            "2" => return first(When::Now, Ends::Failures),
            "-1" => return first(When::Soon, Ends::Successes),
            "-2" => return first(When::Now, Ends::Successes),
            _ => {}
        }
        if let Some(percent) = text.strip_suffix('%').and_then(number) {
            return Ok(Self::After(When::Soon, Ends::Failures, Goal::Percent(percent)));
        }
        let (when, why) = text.split_once(',').ok_or(FORMS)?;
        let when = match when {
            "now" => When::Now,
            "soon" => When::Soon,
            _ => return Err(FORMS.into()),
        };
        let (ends, goal) = why.split_once('=').ok_or(FORMS)?;
        let ends = match ends {
            "fail" => Ends::Failures,
            "success" => Ends::Successes,
            "done" => Ends::All,
            _ => return Err(FORMS.into()),
        };
        let goal = match goal.strip_suffix('%') {
            Some(percent) => number(percent).map(Goal::Percent),
            None => number(goal).map(Goal::Count),
        };
        let goal = goal.ok_or("the number of jobs is a whole number from 1, or one with %")?;
        Ok(Self::After(when, ends, goal))
    }
}

/// A whole number from 1, without a sign.
fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number| *number > 0 && !text.starts_with('+'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_halt() {
        use Ends::{All, Failures, Successes};
        use Goal::{Count, Percent};
        use When::{Now, Soon};
        let cases = [
            ("1", Soon, Failures, Count(1)),
            ("2", Now, Failures, Count(1)),
            ("-1", Soon, Successes, Count(1)),
            ("-2", Now, Successes, Count(1)),
            ("30%", Soon, Failures, Percent(30)),
            ("now,fail=1", Now, Failures, Count(1)),
            ("soon,fail=3%", Soon, Failures, Percent(3)),
            ("soon,success=2", Soon, Successes, Count(2)),
            ("now,success=50%", Now, Successes, Percent(50)),
            ("now,done=7", Now, All, Count(7)),
            ("soon,done=100%", Soon, All, Percent(100)),
        ];
        for (text, when, ends, goal) in cases {
            assert_eq!(text.parse(), Ok(HaltRule::After(when, ends, goal)), "{text}");
        }
        assert_eq!(["never", "0"].map(str::parse), [Ok(HaltRule::Never), Ok(HaltRule::Never)]);
    }

    #[test]
    fn what_is_no_form_of_halt() {
        let cases = [
            "",
            "foo",
            "now",
            "soon,",
            "now,fail",
            "now,fail=",
            "now,fail=x",
            "now,foo=1",
            "fail=1",
            "later,fail=1",
            "3",
            "-3",
            "1.5",
            "%",
            "now,fail=1.5",
            "now,fail=1,x",
            "NOW,fail=1",
            "now,fail=0",
            "now,fail=0%",
            "0%",
            "now,fail=+1",
        ];
        assert_eq!(cases.iter().find(|text| text.parse::<HaltRule>().is_ok()), None);
    }
}
