//! Reading: where arguments come from, that they are bytes, and that nothing waits for the end of the input.

use std::io::Write;

use crate::support::{Forkful, lines, peak_memory, wait_until};

#[test]
fn every_line_is_an_argument() {
    Forkful::new().args(["-k", "echo"]).stdin("a\nb c\n").stdout("a\nb c\n").stderr("").status(0).run();
}

#[test]
fn the_last_line_needs_no_end() {
    Forkful::new().args(["-k", "echo"]).stdin("a\nb").stdout("a\nb\n").status(0).run();
}

#[test]
fn an_empty_line_is_an_argument_unless_it_is_left_out() {
    Forkful::new().args(["-k", "echo x{}y"]).stdin("a\n\nb\n").stdout("xay\nxy\nxby\n").status(0).run();
    Forkful::new().args(["-k", "-r", "echo x{}y"]).stdin("a\n\nb\n").stdout("xay\nxby\n").status(0).run();
}

#[test]
fn no_input_is_no_job() {
    Forkful::new().args(["echo"]).stdin("").stdout("").stderr("").status(0).run();
    Forkful::new().args(["echo", ":::"]).stdout("").stderr("").status(0).run();
}

#[test]
fn sources_are_combined_and_the_last_turns_fastest() {
    let run = Forkful::new().args(["-k", "-a", "f", "echo", ":::", "1", "2", "::::", "g"]);
    run.file("f", "a\n").file("g", "x\ny\n").stdout("a 1 x\na 1 y\na 2 x\na 2 y\n").status(0).run();
}

#[test]
fn linked_sources_end_with_the_shortest_or_go_round() {
    let plus = ["-k", "echo", ":::", "1", "2", "3", ":::+", "a", "b"];
    Forkful::new().args(plus).stdout("1 a\n2 b\n").status(0).run();
    let link = ["-k", "--link", "echo", ":::", "1", "2", "3", ":::", "a", "b"];
    Forkful::new().args(link).stdout("1 a\n2 b\n3 a\n").status(0).run();
}

#[test]
fn a_file_can_be_linked_to_the_source_before_it() {
    let run = Forkful::new().args(["-k", "echo", ":::", "1", "2", "::::+", "f"]);
    run.file("f", "a\nb\n").stdout("1 a\n2 b\n").status(0).run();
}

#[test]
fn records_end_at_any_delimiter() {
    Forkful::new().args(["-k", "-0", "echo"]).stdin("a\nb\0c\0").stdout("a\nb\nc\n").status(0).run();
    Forkful::new().args(["-k", "-d", "ab", "echo"]).stdin("1ab2ab").stdout("1\n2\n").status(0).run();
    Forkful::new().args(["-k", "-d", r"\t", "echo"]).stdin("1\t2").stdout("1\n2\n").status(0).run();
}

#[test]
fn reading_stops_at_the_end_of_file_string() {
    Forkful::new().args(["-k", "-E", "b", "echo"]).stdin("a\nb\nc\n").stdout("a\n").status(0).run();
}

#[test]
fn columns_are_split_by_a_pattern() {
    let run = Forkful::new().args(["-k", "--colsep", " *, *", "echo {2}-{1}"]);
    run.stdin("a , b\nc,d\n").stdout("b-a\nd-c\n").status(0).run();
}

#[test]
fn several_arguments_go_to_one_job() {
    Forkful::new().args(["-k", "-n2", "echo"]).stdin("1\n2\n3\n").stdout("1 2\n3\n").status(0).run();
    Forkful::new().args(["-k", "-N2", "echo {2}{1}"]).stdin("1\n2\n3\n").stdout("21\n3\n").status(0).run();
}

#[test]
fn a_file_of_an_option_can_be_linked_too() {
    let run = Forkful::new().args(["-k", "-a", "f", "-a", "+g", "echo"]);
    run.file("f", "1\n2\n3\n").file("g", "a\nb\n").stdout("1 a\n2 b\n").status(0).run();
}

#[test]
fn comma_separated_values_are_columns() {
    let people = "name,\"full, name\"\nann,\"Ann \"\"A.\"\"\r\nLee\"\r\n\n";
    let run = Forkful::new().args(["-k", "--csv", "--header", ":", "echo [{full, name}][{name}]"]);
    run.stdin(people).stdout("[Ann \"A.\"\r\nLee][ann]\n[][]\n").status(0).run();
    let run =
        Forkful::new().args(["-k", "--csv", "--colsep", r"\t", "-N2", "echo {1}{2}{3}{4}", ":::", "a\tb", "\"c\"\td"]);
    run.stdout("abcd\n").status(0).run();
    let run = Forkful::new().args(["-k", "--csv", "echo {3}{2}{1}", ":::", "a,b", ":::", "1", "2"]);
    run.stdout("1ba\n2ba\n").status(0).run();
}

#[test]
fn a_row_runs_before_the_next_one_is_there() {
    let mut run = Forkful::new().args(["--csv", "echo"]).stdout("a\nb c\n2\n").status(0).start();
    let mut input = run.stdin.take().expect("a pipe");
    input.write_all(b"\"a\nb\",c\n").expect("write");
    wait_until("the first job, with stdin still open", || run.stdout() == b"a\nb c\n");
    input.write_all(b"2\n").expect("write");
    drop(input);
    run.finish();
}

#[test]
fn a_header_may_be_several_records_or_a_pattern_or_the_names_of_files() {
    let run = |header| Forkful::new().args(["-k", "--header", header, "--colsep", " ", "echo {a}+{b}"]);
    run("2").stdin("a b\n# #\n1 2\n").stdout("1+2\n").status(0).run();
    run(r"a.*\n(#.*\n)*").stdin("a b\n#\n#\n1 2\n").stdout("1+2\n").status(0).run();
    let run = Forkful::new().args(["-k", "--header", "0", "echo {f}{d/g.txt.}", "::::", "f", "d/g.txt"]);
    run.file("f", "1\n2\n").file("d/g.txt", "a.b\n").stdout("1a\n2a\n").status(0).run();
}

#[test]
fn names_have_the_same_forms_as_positions() {
    let run = Forkful::new().args(["-k", "--header", ":", "echo {x.} {x/} {x//} {x/.} {y}", ":::", "x", "d/a.b"]);
    run.stdout("d/a a.b d a {y}\n").status(0).run();
}

#[test]
fn groups_of_a_match_are_parts_of_an_argument() {
    let command = "echo {1.2}-{1.1}-{2.1}-{1.}";
    let run = Forkful::new().args(["-k", "--match", r"(.*)_(.*)\.", "--match", "^(.)", command]);
    let run = run.args([":::", "a_b.c", "none", ":::", "xyz"]).stdout("b-a-x-a_b\n").status(1).run();
    run.complains_of(&["job 2", "--match", "none"]);
}

#[test]
fn shuffled_jobs_are_all_there_and_numbered_as_they_run() {
    let run = Forkful::new().args(["-k", "--shuf", "echo {#} {}"]).stdin(lines(1000..2000)).status(0).run();
    let text = String::from_utf8(run.stdout.clone()).expect("text");
    let (numbers, mut values): (Vec<&str>, Vec<&str>) = text.lines().filter_map(|line| line.split_once(' ')).unzip();
    assert_eq!(lines(numbers), lines(1..=1000));
    assert_ne!(lines(&values), lines(1000..2000));
    values.sort_unstable();
    assert_eq!(lines(values), lines(1000..2000));
}

#[test]
fn the_first_line_of_the_first_source_can_be_left_out() {
    let run = Forkful::new().args(["-k", "--skip-first-line", "echo", "::::", "f", "g"]);
    run.file("f", "head\n1\n").file("g", "a\nb\n").stdout("1 a\n1 b\n").status(0).run();
}

#[test]
fn a_total_that_is_given_is_not_waited_for() {
    let run = Forkful::new().args(["--plus", "--total-jobs", "10", "echo {0#} of {##}"]);
    let mut run = run.stdout("01 of 10\n").status(0).start();
    let mut input = run.stdin.take().expect("a pipe");
    input.write_all(b"a\n").expect("write");
    wait_until("the first job, with stdin still open", || run.stdout() == b"01 of 10\n");
    drop(input);
    run.finish();
}

/// A line of bash beside a script with this text, in whose first line FORKFUL is the program under test.
fn script(text: &str, line: &str) -> Forkful {
    let write = format!(
        "printf '%s' \"$text\" | sed \"1s|FORKFUL|$(command -v forkful)|\" > 'a script'; chmod +x 'a script'; {line}"
    );
    Forkful::shell(write).env("text", text)
}

#[test]
fn a_script_can_hold_a_list_for_its_first_line() {
    let list = "#!FORKFUL --shebang -k --colsep ' ' echo '{2}  {1}'\na b\nc d\n";
    script(list, "'./a script'").stdout("b a\nd c\n").stderr("").status(0).run();
    script("#!FORKFUL --shebang -k\necho 'a  b'\n", "'./a script'").stdout("a  b\n").status(0).run();
    script("#!FORKFUL --hashbang -k echo\na\n", "'./a script' ::: 1 2").stdout("a 1\na 2\n").status(0).run();
    script("#!/usr/bin/env -S forkful --shebang -k echo x\na\n", "'./a script'").stdout("x a\n").status(0).run();
}

#[test]
fn a_script_can_be_run_for_each_of_its_arguments() {
    let program = "#!FORKFUL --shebang-wrap -k /bin/sh -u\necho \"$# $1\"\n";
    script(program, "'./a script' 'a  b' -x").stdout("1 a  b\n1 -x\n").stderr("").status(0).run();
    script(program, "printf 'a\\nb\\n' | './a script'").stdout("1 a\n1 b\n").status(0).run();
    script(program, "'./a script' ::: 1 ::: 2 3").stdout("2 1\n2 1\n").status(0).run();
}

#[test]
fn a_newline_in_an_argument_of_the_command_line_does_not_split_it() {
    let run = Forkful::new().args(["-k", "printf '%s|' {}", ":::", "two\nlines", "one"]);
    run.stdout("two\nlines|one|").status(0).run();
}

#[test]
fn every_byte_arrives_as_it_is() {
    let bytes: Vec<u8> = (1..=255).collect();
    Forkful::new().args(["-0", "printf %s"]).stdin(bytes.clone()).stdout(bytes).stderr("").status(0).run();
}

#[test]
fn a_job_starts_and_shows_its_output_while_input_is_still_being_written() {
    let mut run = Forkful::new().args(["-j2", "echo"]).stdout("one\ntwo\n").status(0).start();
    let mut input = run.stdin.take().expect("a pipe");
    input.write_all(b"one\n").expect("write");
    wait_until("the first job, with stdin still open", || run.stdout() == b"one\n");
    input.write_all(b"two\n").expect("write");
    wait_until("the second job", || run.stdout() == b"one\ntwo\n");
    drop(input);
    run.finish();
}

#[test]
fn memory_does_not_grow_with_the_number_of_inputs() {
    let mut run = Forkful::new().args(["--dry-run", "true"]).status(0).start();
    let mut input = run.stdin.take().expect("a pipe");
    // Every number has six digits, so the size of the output tells how many jobs are through.
    let mut feed = |numbers: std::ops::Range<u32>| {
        input.write_all(lines(numbers.clone()).as_bytes()).expect("write");
        let size = "true 100000\n".len() * usize::try_from(numbers.end - 100_000).expect("small");
        wait_until("all commands to be printed", || run.stdout_size() == size);
        peak_memory(run.pid())
    };
    let before = feed(100_000..120_000);
    let after = feed(120_000..220_000);
    assert!(after < before + 4096, "{before} KiB after 20,000 inputs, {after} KiB after 120,000");
    drop(input);
    run.finish();
}

#[test]
fn carriage_returns_at_the_ends_of_lines_are_told_of_once() {
    for (options, list, output, tells) in [
        (&[][..], "a\r\nb\r\n", "x a\r\nx b\r\n", true),
        (&["-d", r"\r\n"], "a\r\nb\r\n", "x a\nx b\n", false),
        (&["--trim", "r"], "a\r\nb\r\n", "x a\nx b\n", false),
        (&[], "a\rb\nc\r\n", "x a\rb\nx c\r\n", false),
    ] {
        let run = Forkful::new().arg("-k").args(options).args(["echo", "x"]).stdin(list).stdout(output).status(0).run();
        let notices = String::from_utf8_lossy(&run.stderr).matches("CR LF").count();
        assert_eq!(notices, usize::from(tells), "{options:?} {list:?}");
    }
}
