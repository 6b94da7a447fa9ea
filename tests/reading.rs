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
