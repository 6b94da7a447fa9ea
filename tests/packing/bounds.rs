//! The bounds that options set, on random values: `-X`, `-m`, `--xargs`, `-n`, `-N`, `-L`, `-s`, and those of xargs.

use std::fmt;

use proptest::prelude::*;

use super::{START, by_job, random};
use crate::support::Forkful;

/// How the values of a job are put into its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pack {
    Repeat,
    Multiple,
    Xargs,
    Arguments(usize),
    Repeated(usize),
    Lines(usize),
}

/// How the line is executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Program,
    Shell,
    /// By a shell that may get its values as `"$@"`.
    Pipe,
}

/// What stands where the values go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Bare,
    Between,
    Twice,
    TwiceInAWord,
    Nowhere,
}

/// Random values with random options.
#[derive(Clone)]
struct Case {
    values: Vec<Vec<u8>>,
    pack: Pack,
    most: Option<usize>,
    size: Option<usize>,
    slots: usize,
    by: By,
    place: Place,
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<_> = self.values.iter().map(|value| value.escape_ascii().to_string()).collect();
        let Self { pack, most, size, slots, by, place, .. } = self;
        write!(f, "{pack:?} -n {most:?} -s {size:?} -j {slots} by {by:?} {place:?} of {}: {values:?}", values.len())
    }
}

/// Any bytes but NUL, of which half have a meaning in a shell.
fn values() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let special = prop::sample::select(b"'\"\\$`(){};&|<>#*?[]!~=-^%:,@+ \t\n\r2E".as_slice());
    let value = prop::collection::vec(prop_oneof![special, 1..=255u8], 0..12);
    prop::collection::vec(value, 0..400)
}

/// A line goes on after a blank at its end, and an empty one is none.
fn as_line(mut value: Vec<u8>) -> Vec<u8> {
    if value.last().is_none_or(|last| matches!(last, b' ' | b'\t')) {
        value.push(b'x');
    }
    value
}

fn case() -> impl Strategy<Value = Case> {
    let count = 1_usize..80;
    let pack = prop_oneof![
        Just(Pack::Repeat),
        Just(Pack::Multiple),
        Just(Pack::Xargs),
        count.clone().prop_map(Pack::Arguments),
        count.clone().prop_map(Pack::Repeated),
        count.clone().prop_map(Pack::Lines),
    ];
    let by = prop::sample::select(vec![By::Program, By::Shell, By::Pipe]);
    let places = [Place::Bare, Place::Between, Place::Twice, Place::TwiceInAWord, Place::Nowhere];
    // Three places of a value of 12 bytes, all of them quoted, and the command itself need less than 400 bytes.
    let bounds = (prop::option::of(count), prop::option::of(400_usize..4000), 1_usize..=4);
    (values(), pack, bounds, by, prop::sample::select(places.to_vec())).prop_map(
        |(values, pack, (most, size, slots), by, place)| {
            let values = match pack {
                Pack::Lines(_) => values.into_iter().map(as_line).collect(),
                _ => values,
            };
            // What ends the values is what would end the shell's command.
            let by = if place == Place::Nowhere { By::Program } else { by };
            let most = most.filter(|_| matches!(pack, Pack::Repeat | Pack::Multiple | Pack::Xargs));
            // Fewer than a few values in each job are too many jobs.
            let pack = match pack {
                Pack::Arguments(count) => Pack::Arguments(count + 9),
                Pack::Repeated(count) => Pack::Repeated(count + 9),
                Pack::Lines(count) => Pack::Lines(count + 9),
                other => other,
            };
            Case { values, pack, most: most.map(|most| most + 9), size, slots, by, place }
        },
    )
}

impl Case {
    fn options(&self) -> Vec<String> {
        let mut options = match self.pack {
            Pack::Repeat => vec!["-X".into()],
            Pack::Multiple => vec!["-m".into()],
            Pack::Xargs => vec!["--xargs".into()],
            Pack::Arguments(most) => vec![format!("-n{most}")],
            Pack::Repeated(most) => vec![format!("-N{most}")],
            Pack::Lines(most) => vec![format!("-L{most}")],
        };
        options.extend(self.most.map(|most| format!("-n{most}")));
        options.extend(self.size.map(|size| format!("-s{size}")));
        options.push(format!("-j{}", self.slots));
        options
    }

    /// How many values a job may have.
    fn most(&self) -> usize {
        match self.pack {
            Pack::Arguments(most) | Pack::Repeated(most) | Pack::Lines(most) => most,
            _ => self.most.unwrap_or(usize::MAX),
        }
    }

    fn line(&self) -> String {
        let place = match self.place {
            Place::Bare => "{}",
            Place::Between => "pre{}'p*st'",
            Place::Twice => "{} : {}",
            Place::TwiceInAWord => "{}={}",
            Place::Nowhere => "",
        };
        match self.by {
            By::Program => format!("/usr/bin/printf '%s\\0' {START} {place}"),
            By::Shell => format!("printf '%s\\0' {START} {place} ; :"),
            By::Pipe => format!("printf '%s\\0' {START} {place} | cat"),
        }
    }

    fn repeats(&self) -> bool {
        matches!(self.pack, Pack::Repeat | Pack::Repeated(_) | Pack::Lines(_))
    }

    /// What a job with these values prints.
    fn expected(&self, values: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let around = |before: &[u8], value: &[u8], after: &[u8]| [before, value, after].concat();
        match self.place {
            Place::Bare | Place::Nowhere => values.to_vec(),
            Place::Twice => [values, &[b":".to_vec()], values].concat(),
            Place::Between if self.repeats() => values.iter().map(|value| around(b"pre", value, b"p*st")).collect(),
            Place::Between => {
                let mut words = values.to_vec();
                words[0] = around(b"pre", &words[0], b"");
                let last = words.len() - 1;
                words[last].extend_from_slice(b"p*st");
                words
            }
            Place::TwiceInAWord if self.repeats() => values.iter().map(|value| around(value, b"=", value)).collect(),
            Place::TwiceInAWord => {
                let (first, last) = (&values[0], &values[values.len() - 1]);
                let before = &values[..values.len() - 1];
                [before, &[around(last, b"=", first)], &values[1..]].concat()
            }
        }
    }

    /// How many values a job had that has printed this many words.
    fn count(&self, words: usize) -> usize {
        match self.place {
            Place::Twice => words.saturating_sub(1) / 2,
            Place::TwiceInAWord if !self.repeats() => words.div_ceil(2),
            _ => words,
        }
    }

    fn run(&self, option: &str) -> crate::support::Output {
        let input: Vec<u8> = self.values.iter().flat_map(|value| value.iter().copied().chain([0])).collect();
        let run = Forkful::new().file("values", input).args(["-0", "-k", option, "-a", "values"]);
        run.args(self.options()).arg(self.line()).stderr("").status(0).run()
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let output = self.run("--group");
        let mut rest = self.values.as_slice();
        for job in by_job(&output) {
            let count = self.count(job.len());
            prop_assert!((1..=self.most().min(rest.len())).contains(&count), "a job has printed {} words", job.len());
            let (values, later) = rest.split_at(count);
            prop_assert_eq!(job, self.expected(values));
            rest = later;
        }
        prop_assert!(rest.is_empty(), "{} values are missing at the end", rest.len());
        if let Some(size) = self.size {
            self.check_lines(size)?;
        }
        Ok(())
    }

    /// No line is longer than `-s` allows; each begins with the same words.
    fn check_lines(&self, size: usize) -> Result<(), TestCaseError> {
        let lines = self.run("--dry-run").stdout;
        let start = self.line();
        let start = start.split_once(START).map_or("", |(start, _)| start).to_owned() + START;
        let mut starts: Vec<usize> = memchr::memmem::find_iter(&lines, start.as_bytes()).collect();
        starts.push(lines.len());
        prop_assert_eq!(starts.len() == 1, self.values.is_empty());
        // A newline that ends the line is not part of it.
        let longest = starts.windows(2).map(|pair| pair[1] - pair[0] - 1).max();
        prop_assert!(longest.is_none_or(|longest| longest < size), "a line has {longest:?} bytes");
        Ok(())
    }
}

#[test]
fn every_value_arrives_once_and_in_order() {
    random(24, case(), |case| case.check());
}

/// What a job of xargs takes of `-s`.
fn size_of<'a>(words: impl IntoIterator<Item = &'a [u8]>) -> usize {
    words.into_iter().map(|word| word.len() + 1).sum()
}

#[test]
fn xargs_fills_every_command_and_loses_nothing() {
    let bounds = (prop::option::of(10_usize..90), prop::option::of(100_usize..2000), 0_usize..=4);
    random(12, (values(), bounds), |(values, (most, size, slots))| {
        let input: Vec<u8> = values.iter().flat_map(|value| value.iter().copied().chain([0])).collect();
        let run = Forkful::new().file("values", input).args(["--like", "xargs", "-0", "-k", "-r", "-a", "values"]);
        let options = [most.map(|most| format!("-n{most}")), size.map(|size| format!("-s{size}"))];
        let run = run.args(options.into_iter().flatten()).arg(format!("-P{slots}"));
        let command = ["/usr/bin/printf", "%s\\0", START];
        let output = run.args(command).stderr("").status(0).run();

        let mut rest = values.as_slice();
        for job in by_job(&output) {
            prop_assert!(!job.is_empty() && job.len() <= rest.len());
            let (own, later) = rest.split_at(job.len());
            prop_assert_eq!(&job, own);
            let taken = size_of(command.map(str::as_bytes)) + size_of(job.iter().copied());
            prop_assert!(job.len() <= most.unwrap_or(usize::MAX) && taken <= size.unwrap_or(128 << 10));
            let is_full = later
                .first()
                .is_none_or(|next| Some(job.len()) == most || taken + next.len() + 1 > size.unwrap_or(128 << 10));
            prop_assert!(is_full, "one more would have fitted after {} of {taken} bytes", job.len());
            rest = later;
        }
        prop_assert!(rest.is_empty(), "{} values are missing at the end", rest.len());
        Ok(())
    });
}
