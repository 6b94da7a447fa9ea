//! The kernel's limits: 128 KiB for a string, and for all strings with the environment a quarter of the stack's limit.

use super::words;
use crate::support::{Forkful, Output};

/// A stack of 8 MiB, as most systems have it: 2 MiB for arguments and environment.
const USUAL: &str = "ulimit -s 8192; ";
/// The smallest there is: 128 KiB.
const SMALL: &str = "ulimit -s 512; ";

/// The commands that print their values with a NUL after each: a program, a shell whose line holds the values, and one
/// that finds them in `"$@"`.
const COMMANDS: [&str; 3] = [r"/usr/bin/printf '%s\0' {}", r"printf '%s\0' {} ; : ${x}", r"printf '%s\0' {} | cat"];

/// Each of 50 bytes.
fn long_numbers(count: u32) -> Vec<String> {
    (0..count).map(|number| format!("{number:050}")).collect()
}

/// Runs a command over values with these options, after what the shell does first.
fn run(first: &str, options: &str, command: &str, values: &[impl AsRef<[u8]>]) -> Forkful {
    let command = command.replace('\'', r"'\''");
    start(&format!("{first}exec forkful -0 -k -j2 {options} '{command}'"), values)
}

fn start(line: &str, values: &[impl AsRef<[u8]>]) -> Forkful {
    let input: Vec<u8> = values.iter().flat_map(|value| [value.as_ref(), b"\0"].concat()).collect();
    Forkful::shell(line).stdin(input)
}

fn numbers(count: u32) -> Vec<String> {
    (0..count).map(|number| number.to_string()).collect()
}

fn assert_all(output: &Output, values: &[impl AsRef<[u8]>]) {
    let printed = words(output);
    let wrong = printed.iter().zip(values).position(|(word, value)| *word != value.as_ref());
    assert!(wrong.is_none() && printed.len() == values.len(), "{} of {}, {wrong:?}", printed.len(), values.len());
}

#[test]
fn hundreds_of_thousands_of_short_arguments_go_into_few_jobs() {
    let values = numbers(300_000);
    for command in [COMMANDS[0], COMMANDS[2]] {
        let run = run(USUAL, "-X --joblog log", command, &values);
        let output = run.stderr("").status(0).run();
        assert_all(&output, &values);
        let jobs = output.job_log().len();
        assert!(jobs <= 5, "{command}: {jobs} jobs");
    }
    let counted = run(USUAL, "-X", "echo {} | wc -w", &values).stderr("").status(0).run();
    let counts = String::from_utf8_lossy(&counted.stdout);
    let counts: Vec<u32> = counts.lines().map(|line| line.trim().parse().expect("a number")).collect();
    assert_eq!((counts.iter().sum::<u32>(), counts.len() <= 5), (300_000, true));
}

/// Numbers with one long value in the middle.
fn with_long_value(count: u32, length: usize) -> Vec<String> {
    let mut values = numbers(count);
    values.insert(values.len() / 2, "x".repeat(length));
    values
}

#[test]
fn a_long_value_goes_with_the_others() {
    let values = with_long_value(10_000, 100 << 10);
    for command in COMMANDS {
        for options in ["-X", "-m", "--xargs", "-N2000", "-n2000", ""] {
            // Without packing ten thousand jobs say no more than ten.
            let values = if options.is_empty() { &values[4995..5005] } else { &values[..] };
            let output = run(USUAL, options, command, values).stderr("").status(0).run();
            assert_all(&output, values);
        }
    }
}

#[test]
fn a_value_that_no_program_can_get_fails_alone() {
    let values = with_long_value(1000, 200_000);
    let mut others = values.clone();
    others.remove(500);
    for command in COMMANDS {
        for options in ["-X", "-m", "--xargs", "-N200", "-n200", ""] {
            let all = if options.is_empty() { 495..505 } else { 0..values.len() };
            let output = run(USUAL, options, command, &values[all.clone()]).status(1).run();
            assert_all(&output, &others[all.start..all.end - 1]);
            output.complains_of(&["has 200", "bytes, the kernel takes at most 131071"]);
        }
    }
}

#[test]
fn values_with_places_of_their_own_stay_together() {
    let values = ["a".to_owned(), "x".repeat(200_000), "c".into(), "d".into()];
    for (option, command) in [
        ("-N2", "echo {1} {2}"),
        ("-n2", "echo {1} {2}"),
        ("-N2", "echo {1} {= $_ = $arg[2] =}"),
        ("-N2", "echo {} {2}"),
        ("-N2 --filter 1", "echo {}"),
    ] {
        let output = run(USUAL, option, command, &values).status(1).run();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(printed.starts_with('c') && printed.lines().count() == 1, "{command}: {printed}");
    }
}

#[test]
fn a_small_stack_and_a_huge_environment_mean_more_jobs() {
    let values = numbers(15_000);
    // What comes first, how much environment there is besides, and what is given to forkful.
    let cases = [(SMALL, 0), (SMALL, 100_000), (USUAL, 1_500_000), (USUAL, 1_950_000)];
    for command in COMMANDS {
        for (first, environment) in cases {
            let mut run = run(first, "-X", command, &values);
            for number in 0..environment / 50_000 {
                run = run.env(format!("FILL{number}"), "y".repeat(50_000 - 20));
            }
            assert_all(&run.stderr("").status(0).run(), &values);
        }
    }
}

/// What the first job does to the runner, a child of which it is: it takes room away that was there when the values of
/// the other jobs were put together.
const TAKE_ROOM: &str = "[ -e taken ] || { : > taken; prlimit --pid $PPID --stack=524288; }";

#[test]
fn what_the_kernel_refuses_after_all_is_run_in_parts() {
    let values = long_numbers(40_000);
    for command in COMMANDS {
        let is_program = command.starts_with('/');
        let line = if is_program { format!("/bin/sh take {command}") } else { format!("{TAKE_ROOM}; {command}") };
        let run = run(USUAL, "-X -j1", &line, &values).file("take", format!("{TAKE_ROOM}; exec \"$@\""));
        assert_all(&run.stderr("").status(0).run(), &values);
    }
}

#[test]
fn what_the_kernel_refuses_to_xargs_is_run_in_parts() {
    let values = long_numbers(40_000);
    let line = format!("{USUAL} exec forkful --like xargs -0 -s 500000 /bin/sh take /usr/bin/printf '%s\\0'");
    let run = start(&line, &values).file("take", format!("{TAKE_ROOM}; exec \"$@\""));
    assert_all(&run.stderr("").status(0).run(), &values);
    // One that is too long for itself does not take the others with it.
    let line = format!("{USUAL} exec forkful --like xargs -0 -s 500000 /usr/bin/printf '%s\\0'");
    let values = with_long_value(1000, 200_000);
    let output = start(&line, &values).status(126).run();
    let others: Vec<_> = values.into_iter().filter(|value| value.len() < 9).collect();
    assert_all(&output, &others);
}

#[test]
fn a_group_whose_values_have_places_stays_together_however_long_it_is() {
    let long = "x".repeat(200_000);
    for command in ["echo {1} {2}", "echo {1} {2}; :"] {
        let run = Forkful::new().args(["-k", "-j1", "-N2", command]).stdin(format!("a\n{long}\nb\nc\n"));
        run.stdout("b c\n").status(1).run();
    }
}
