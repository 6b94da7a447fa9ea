//! Packing: many values in few command lines, and each arrives once and in order, whatever bounds there are: those of
//! the options, and those of the kernel.

mod bounds;
mod limits;

use std::env;
use std::fmt::Debug;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::Output;

/// Stands before the values of each job, and is no value.
const START: &str = "a-job-starts-here";

/// What `printf '%s\0'` has printed.
fn words(output: &Output) -> Vec<&[u8]> {
    let mut words: Vec<_> = output.stdout.split(|&byte| byte == 0).collect();
    words.pop();
    words
}

/// The words of each job, without the mark at its start.
fn by_job(output: &Output) -> Vec<Vec<&[u8]>> {
    let words = words(output);
    let mut jobs = words.split(|word| *word == START.as_bytes()).map(<[_]>::to_vec);
    assert!(jobs.next().is_none_or(|before| before.is_empty()), "there is something before the first job");
    jobs.collect()
}

/// Checks this many random cases, or as many as `PROPTEST_CASES` says.
fn random<T: Debug>(cases: u32, strategy: impl Strategy<Value = T>, check: impl Fn(T) -> Result<(), TestCaseError>) {
    let cases = env::var("PROPTEST_CASES").map_or(cases, |cases| cases.parse().expect("a number"));
    let config = Config { cases, max_shrink_iters: 60, failure_persistence: None, ..Config::default() };
    TestRunner::new(config).run(&strategy, check).unwrap_or_else(|error| panic!("{error}"));
}
