//! Being xargs: items, quotes, limits, exit statuses and signals, as users of GNU xargs know them.

use std::fs;
use std::io::Write;

use proptest::prelude::*;
use rustix::process::Signal;

use crate::support::{Forkful, lines, wait_until};

fn xargs<const N: usize>(args: [&str; N]) -> Forkful {
    Forkful::new().args(["--like", "xargs"]).args(args)
}

/// Prints its arguments, each on a line.
const EACH: &str = "printf '[%s]\\n' \"$@\"";

#[test]
fn the_name_it_is_called_by_makes_it_xargs() {
    let line = "ln -s \"$(readlink -f \"$(command -v forkful)\")\" xargs; echo a b | ./xargs -n1 echo";
    Forkful::shell(line).stdout("a\nb\n").status(0).run();
    let version = xargs(["--version"]).status(0).run();
    assert!(version.stdout.starts_with(b"xargs (forkful) "));
    let help = xargs(["--help"]).status(0).run();
    assert!(help.stdout.windows(10).any(|words| words == b"--max-args"));
}

#[test]
fn items_are_quoted_as_xargs_has_it() {
    let cases = [
        ("a 'b c' \"d 'e\" f\\ g", "[a]\n[b c]\n[d 'e]\n[f g]\n"),
        ("x\\\ny\n", "[x\ny]\n"),
        ("$(touch no);`touch no` *\n", "[$(touch]\n[no);`touch]\n[no`]\n[*]\n"),
        ("''\n", "[]\n"),
    ];
    for (input, output) in cases {
        xargs(["sh", "-c", EACH, "x"]).stdin(input).stdout(output).stderr("").status(0).run();
    }
}

#[test]
fn items_are_bytes() {
    let input: Vec<u8> = (1..=255).filter(|byte| *byte != b'\n').collect();
    let output = [b"[", input.as_slice(), b"]\n"].concat();
    xargs(["-d", "\\n", "sh", "-c", EACH, "x"]).stdin(input.clone()).stdout(&output).run();
    xargs(["-0", "-I", "{}", "printf", "[%s]\n", "{}"]).stdin(input).stdout(&output).run();
}

#[test]
fn a_value_is_nothing_to_a_shell() {
    let hostile = "; touch no\n$(touch no)\n`touch no`\n'\"\n-rf\n* ?\n\\n\n";
    let output = xargs(["-d", "\\n", "-I", "{}", "printf", "[%s]\n", "{}"]).stdin(hostile).run();
    let expected: Vec<_> = hostile.lines().map(|line| format!("[{line}]")).collect();
    assert_eq!(String::from_utf8_lossy(&output.stdout), lines(expected));
    assert!(!output.dir.join("no").exists());
}

#[test]
fn each_end_of_a_command_has_its_exit_status() {
    // The status, and the items that commands are run for one after the other.
    let cases = [
        ("exit 0", 0, "1 2 3"),
        ("exit 1", 123, "1 2 3"),
        ("exit 125", 123, "1 2 3"),
        ("exit 126", 123, "1 2 3"),
        ("exit 254", 123, "1 2 3"),
        ("exit 255", 124, "1"),
        ("kill -9 $$", 125, "1"),
        ("kill -TERM $$", 125, "1"),
        ("[ $1 != 2 ] || exit 255", 124, "1 2"),
    ];
    for (job, status, ran) in cases {
        let job = format!("echo $1; {job}");
        let output = xargs(["-n1", "sh", "-c", &job, "x"]).stdin("1 2 3").status(status).run();
        assert_eq!(output.stdout, lines(ran.split(' ')).as_bytes(), "{job}");
    }
}

#[test]
fn what_cannot_be_run_ends_the_run() {
    for (command, status) in [("no-such-command", 127), ("./no/such", 127), ("./plain", 126), ("/", 126)] {
        let output = xargs(["-n1", command]).file("plain", "text").stdin("1 2").stdout("").status(status).run();
        assert_eq!(String::from_utf8_lossy(&output.stderr).lines().count(), 1, "one message");
        output.complains_of(&[command.trim_start_matches("./")]);
    }
}

#[test]
fn commands_that_run_are_waited_for_when_another_ends_the_run() {
    let job = "if [ $1 = 1 ]; then until [ -e bad ]; do sleep 0.01; done; echo done; else touch bad; exit 255; fi";
    let output = xargs(["-P2", "-n1", "sh", "-c", job, "x"]).stdin("1 2 3 4 5").stdout("done\n").status(124).run();
    output.complains_of(&["sh: exited with status 255"]);
}

#[test]
fn mistakes_are_errors_of_their_own() {
    xargs(["echo"]).stdin("it's").stdout("").status(1).run().complains_of(&["unmatched single quote", "-0"]);
    xargs(["echo"]).stdin("a\n\"b\nc\n").stdout("a\n").status(1).run().complains_of(&["unmatched double quote"]);
    xargs(["-n1", "false"]).stdin("a\n\"b\nc\n").status(123).run();
    xargs(["-s", "10", "echo"]).stdin("a\nbbbbbbbbbb").stdout("a\n").status(1).run().complains_of(&["too long"]);
    xargs(["-s", "3", "echo"]).stdout("").status(1).run().complains_of(&["-s"]);
    xargs(["--nope"]).status(1).run().complains_of(&["--nope"]);
    xargs(["-a", "missing", "echo"]).stdout("").status(1).run().complains_of(&["missing"]);
    xargs(["-a", "/", "echo"]).stdout("").status(1).run().complains_of(&["directory"]);
    xargs(["-n1", "-I{}", "echo", "{}"]).stdin("a b").stdout("a b\n").run().complains_of(&["-n", "-I"]);
}

#[test]
fn a_nul_is_told_of_once() {
    let output = xargs(["echo"]).stdin("a\0b c\0d\n").stdout("a c\n").status(0).run();
    assert_eq!(String::from_utf8_lossy(&output.stderr).matches("NUL").count(), 2, "one message");
}

#[test]
fn lost_output_is_an_error() {
    let full = || Some(fs::File::options().write(true).open("/dev/full").expect("/dev/full").into());
    assert_eq!(xargs(["-P2", "echo"]).stdin("a").status(1).start_with(full()).finish().status, 1);
    assert_eq!(xargs(["echo"]).stdin("a").status(123).start_with(full()).finish().status, 123, "echo's own");
}

#[test]
fn commands_find_stdout_closed_if_xargs_does() {
    Forkful::shell("echo a | forkful --like xargs echo >&-").status(123).run();
    Forkful::shell("forkful -u echo ::: a >&-").status(1).run();
}

#[test]
fn stdin_is_empty_or_that_of_xargs() {
    xargs(["-n1", "sh", "-c", "cat; echo $1", "x"]).stdin("a b").stdout("a\nb\n").run();
    let shared = xargs(["-a", "items", "-n1", "sh", "-c", "read it; echo $1 $it", "x"]);
    shared.file("items", "a b").stdin("1\n2\n").stdout("a 1\nb 2\n").run();
}

#[test]
fn one_command_at_a_time_writes_where_xargs_does() {
    let tells = "[ /proc/self/fd/1 -ef $OUT ] && echo same || echo other";
    let line = |options: &str| {
        format!("OUT=$PWD/out; export OUT; echo a | forkful --like xargs {options} sh -c '{tells}' > out; cat out")
    };
    for (options, answer) in [("", "same"), ("-P2", "other"), ("-P2 -u", "same"), ("--group", "other")] {
        Forkful::shell(line(options)).stdout(format!("{answer}\n")).run();
    }
}

#[test]
fn output_of_parallel_commands_is_not_mixed() {
    let job = "echo begin $1; [ $1 = 2 ] && touch go; until [ -e go ]; do sleep 0.01; done; echo end $1";
    let output = xargs(["-P2", "-n1", "sh", "-c", job, "x"]).stdin("1 2").status(0).run();
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(text.contains("begin 1\nend 1\n") && text.contains("begin 2\nend 2\n"), "{text}");
    let ordered = xargs([
        "-P2",
        "-k",
        "-n1",
        "sh",
        "-c",
        "[ $1 = 2 ] || until [ -e b ]; do sleep 0.01; done; touch b; echo $1",
        "x",
    ]);
    ordered.stdin("1 2").stdout("1\n2\n").run();
}

#[test]
fn commands_are_shown_before_they_run() {
    let line = "printf '%s\\0' 'a b' \"it's\" | forkful --like xargs -0t -n1 echo 2>&1";
    Forkful::shell(line).stdout("echo 'a b'\na b\necho \"it's\"\nit's\n").run();
}

#[test]
fn commands_find_the_environment_of_xargs() {
    let describe = "echo $PARALLEL_SEQ$PARALLEL_PID $S";
    let outer = xargs(["--process-slot-var=S", "-n1", "sh", "-c", describe]).env("PARALLEL_SEQ", "7").env("S", "x");
    outer.stdin("a b").stdout("7 0\n7 0\n").run();
    xargs(["--process-slot-var=a=b", "echo"]).status(1).run();
}

#[test]
fn limits_are_shown() {
    let output = xargs(["-r", "--show-limits", "-s", "5000"]).status(0).run();
    let text = String::from_utf8(output.stderr).expect("text");
    assert!(text.contains("buffer we are actually using: 5000\n") && text.lines().count() == 6, "{text}");
    xargs(["-s", "999999999", "echo"]).stdout("\n").status(0).run().complains_of(&["-s"]);
}

#[test]
fn usr1_adds_a_slot_and_usr2_takes_one_away() {
    let job = "touch here.$1; until [ -e go.$1 ]; do sleep 0.01; done";
    let run = xargs(["-n1", "sh", "-c", job, "x"]).stdin("1 2 3 4 5 6").status(0).start();
    run.wait_for_file("here.1");
    run.signal(Signal::USR1);
    run.wait_for_file("here.2");
    run.signal(Signal::USR1);
    run.wait_for_file("here.3");
    // Signals of the same kind may be merged, so each has to be seen before the next: the slots are full then.
    run.signal(Signal::USR2);
    run.touch("go.1");
    run.touch("go.2");
    run.wait_for_file("here.4");
    run.touch("go.3");
    run.wait_for_file("here.5");
    for number in [4, 5, 6] {
        run.touch(&format!("go.{number}"));
    }
    run.finish();
}

#[test]
fn usr2_leaves_the_last_slot() {
    let run = xargs(["-P1", "-n1", "sh", "-c", "touch here.$1; until [ -e go ]; do sleep 0.01; done", "x"]);
    let run = run.stdin("1 2").status(0).start();
    run.wait_for_file("here.1");
    run.signal(Signal::USR2);
    run.signal(Signal::USR2);
    run.touch("go");
    assert!(run.finish().dir.join("here.2").exists());
}

#[test]
fn ending_xargs_ends_its_commands() {
    let run = xargs(["-n1", "sh", "-c", "touch here; sleep 1000; true", "x"]).stdin("1 2").status(-15).start();
    run.wait_for_file("here");
    run.signal(Signal::TERM);
    wait_until("the end of all commands", || run.processes().iter().all(|&pid| pid == run.pid()));
    run.finish();
}

#[test]
fn killing_xargs_ends_its_commands() {
    let run = xargs(["-n1", "sh", "-c", "touch here; sleep 1000; true", "x"]).stdin("1 2").status(-9).start();
    run.wait_for_file("here");
    run.signal(Signal::KILL);
    wait_until("the end of everything", || run.processes().iter().all(|&pid| pid == run.pid()));
    run.finish();
}

#[test]
fn a_command_runs_as_soon_as_its_items_are_there() {
    let mut run = xargs(["-L1", "touch"]).status(0).start();
    let mut stdin = run.stdin.take().expect("a pipe");
    stdin.write_all(b"a b\n").expect("a reader");
    run.wait_for_file("b");
    drop(stdin);
    run.finish();
}

#[test]
fn the_terminal_is_asked_and_read() {
    let typed = |options: &str, command: &str, answers: &str| {
        let line = format!(
            "printf 'a b c\\n' > items; printf '{answers}' | script -qec \"forkful --like xargs -a items {options} {command}\" /dev/null"
        );
        let output = Forkful::shell(line).run().stdout;
        String::from_utf8(output).expect("text").replace('\r', "")
    };
    let asked = typed("-n1 -p", "echo", "y\\nn\\ny\\n");
    // What was typed shows where the terminal echoed it.
    assert!(asked.contains("echo a ?...a\n") && asked.contains("echo b ?...echo c ?...c\n"), "{asked}");
    let read = typed("-n3 -o", "sh -c 'read it; echo got \\$it'", "word\\n");
    assert!(read.contains("got word"), "{read}");
}

#[test]
fn commands_may_use_the_terminal_and_are_ended_nevertheless() {
    let ask = "echo a | forkful --like xargs sh -c 'read it < /dev/tty; echo got $it'";
    let end = "echo a | forkful --like xargs sh -c 'touch here; exec sleep 1000' & \
               until [ -e here ]; do sleep 0.01; done; kill $!; wait $!; echo status $?";
    let run = Forkful::shell("for it in ask end; do echo word | script -qec \"sh ./$it\" /dev/null; done");
    let output = run.file("ask", ask).file("end", end).run();
    let text = String::from_utf8(output.stdout).expect("text").replace('\r', "");
    assert!(text.contains("got word") && text.contains("status 1"), "{text}");
}

#[test]
fn without_a_terminal_there_is_nobody_to_ask() {
    for (option, status) in [("-p", 1), ("-o", 126)] {
        let line = format!("echo a | setsid -w forkful --like xargs {option} echo");
        Forkful::shell(line).stdout("").status(status).run().complains_of(&["/dev/tty"]);
    }
}

#[test]
fn a_long_list_takes_little_memory() {
    let peak = "while read name number unit; do [ $name = VmHWM: ] && echo $number; done < /proc/$PPID/status; true";
    let line = format!("yes 'some words of a line' | head -c 50000000 | forkful --like xargs sh -c '{peak}'");
    let output = Forkful::shell(line).status(0).run();
    let text = String::from_utf8(output.stdout).expect("text");
    let most = text.lines().map(|line| line.parse::<u64>().expect("a number of kB")).max().expect("a command");
    assert!(most < 40_000, "{most} kB");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// Whatever the limits, each of a hundred thousand items arrives once.
    #[test]
    fn nothing_is_lost_or_repeated(size in 100_usize..200_000, most in 500_usize..30_000, slots in 1_usize..5) {
        let items = lines(1..=100_000);
        let [size, most, slots] = [size.max(2000), most, slots].map(|number| number.to_string());
        let output = xargs(["-P", &slots, "-k", "-s", &size, "-n", &most, "printf", "%s\n"]).stdin(items.clone()).status(0).run();
        prop_assert!(output.stdout == items.as_bytes());
    }
}
