//! The progress display on real terminals: tmux shows what a user would see, whatever was sent to get there.

use std::process::Command;

use rustix::process::Signal;

use crate::support::{Forkful, Output, wait_until};

/// A terminal with a program on it, which ends with this.
struct Terminal {
    output: Output,
}

/// Printed after a run.
const END: &str = "=";

/// Tells that the display is there: a part of its first row.
const ETA: &str = "ETA";

impl Terminal {
    /// Runs a line of the shell on a terminal of so many columns and rows, which says when it is over.
    fn open(columns: u16, rows: u16, line: &str) -> Self {
        Self::start(columns, rows, &format!("{line}\necho {END}; exec sleep 1000"), Forkful::new())
    }

    /// The same with an interactive shell, for what is typed.
    fn shell(columns: u16, rows: u16) -> Self {
        let terminal = Self::start(columns, rows, "exec env 'PS1=$ ' bash --norc", Forkful::new());
        terminal.wait_for("the prompt", |text| text.contains('$'));
        terminal
    }

    fn start(columns: u16, rows: u16, line: &str, run: Forkful) -> Self {
        let size = ["-x", &columns.to_string(), "-y", &rows.to_string()].map(str::to_owned);
        let run = run.program("tmux").args(["-S", "tmux", "-f", "/dev/null", "new-session", "-d"]).args(size);
        let run = run.args([";", "set", "-g", "status", "off", ";", "respawn-pane", "-k"]).arg(line);
        Self { output: run.status(0).run() }
    }

    fn tmux(&self, args: &[&str]) -> String {
        let mut command = Command::new("tmux");
        let output = command.current_dir(&self.output.dir).args(["-S", "tmux"]).args(args).output().expect("tmux");
        assert!(output.status.success(), "tmux {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// What is to be seen.
    fn screen(&self) -> String {
        self.tmux(&["capture-pane", "-p"])
    }

    /// That with what has left it at the top, each line whole even where it needed several rows.
    fn history(&self) -> String {
        self.tmux(&["capture-pane", "-p", "-J", "-S", "-"])
    }

    fn resize(&self, columns: u16, rows: u16) {
        self.tmux(&["resize-window", "-x", &columns.to_string(), "-y", &rows.to_string()]);
    }

    fn press(&self, keys: &[&str]) {
        self.tmux(&[&["send-keys"], keys].concat());
    }

    fn wait_for(&self, what: &str, condition: impl Fn(&str) -> bool) -> String {
        let mut screen = String::new();
        let mut matches = || {
            screen = self.screen();
            condition(&screen)
        };
        // Says what was there instead.
        let found = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| wait_until(what, &mut matches)));
        assert!(found.is_ok(), "waited for {what}; the screen:\n{screen}");
        screen
    }

    /// Waits for the end of the run; all that there is to be seen then.
    fn wait_for_end(&self) -> String {
        let mut history = String::new();
        wait_until("the end of the run", || {
            history = self.history();
            count(&history, END) == 1
        });
        history.replace(&format!("{END}\n"), "")
    }

    fn touch(&self, name: &str) {
        std::fs::write(self.output.dir.join(name), "").expect("a file");
    }

    /// The cursor is to be seen, and letters are shown as they are typed.
    fn is_as_found(&self) {
        assert_eq!(self.tmux(&["display", "-p", "#{cursor_flag} #{wrap_flag}"]), "1 1\n");
        let terminal = self.tmux(&["display", "-p", "#{pane_tty}"]);
        let output = Command::new("stty").args(["-a", "-F", terminal.trim()]).output().expect("stty");
        let modes = String::from_utf8_lossy(&output.stdout).into_owned();
        for mode in ["icanon", "echo", "isig"] {
            assert!(modes.split_whitespace().any(|word| word == mode), "no {mode} in {modes}");
        }
    }
}

/// How often a line is there.
fn count(text: &str, line: &str) -> usize {
    text.lines().filter(|shown| shown.trim_end() == line).count()
}

/// A job that prints, waits and prints.
const JOB: &str = "echo first {}; printf half; until [ -e go ]; do sleep 0.01; done; echo -whole; [ {} != 2 ]";

#[test]
fn the_display_keeps_its_place_when_the_terminal_is_resized() {
    // Below other output: tmux forgets where the cursor is when it breaks rows anew and its line leaves the terminal.
    let terminal = Terminal::open(80, 24, &format!("seq 100 130; forkful --bar -k -j3 '{JOB}' ::: 1 2 3 4 5 6"));
    let is_whole = |screen: &str| screen.matches(ETA).count() == 1 && screen.contains("3 running");
    let screen =
        terminal.wait_for("three jobs and the line of one", |screen| is_whole(screen) && screen.contains("half"));
    assert!(screen.lines().filter(|row| row.contains(": echo first")).count() == 3, "{screen}");
    for (columns, rows) in [(60, 20), (40, 10), (100, 30), (50, 8), (80, 24)] {
        terminal.resize(columns, rows);
        let screen = terminal.wait_for("the display in its new size", is_whole);
        let shown = screen.lines().filter(|row| !row.trim().is_empty()).count();
        assert!(shown <= usize::from(rows), "{screen}");
        assert_eq!((count(&screen, "first 1"), count(&screen, "half")), (1, 1), "{columns}x{rows}:\n{screen}");
    }
    terminal.touch("go");
    let history = terminal.wait_for_end();
    for number in 1..=6 {
        assert_eq!(count(&history, &format!("first {number}")), 1, "{history}");
    }
    assert_eq!((count(&history, "half-whole"), history.matches(ETA).count()), (6, 0), "{history}");
    assert!(history.contains("6 jobs in ") && history.contains("5 succeeded, 1 failed"), "{history}");
    terminal.is_as_found();
}

#[test]
fn names_cannot_garble_the_display() {
    let names = "日本語の名前日本語の名前日本語の名前日本語 $'a\\nb\\e[2J\\e]0;x\\a\\r' $'\\u202eabc שלום' $'e\\u0301\\u0301\\u0301\\u0301'";
    let job = "until [ -e go ]; do sleep 0.01; done; : {}";
    let line = format!("bash -c \"forkful --bar --summary=never -j4 '{job}' ::: {names}\"");
    let line = line.replace('$', "\\$");
    for (columns, rows) in [(40, 10), (80, 24), (20, 12)] {
        let terminal = Terminal::open(columns, rows, &line);
        let screen =
            terminal.wait_for("the jobs", |screen| screen.contains("4: ") && screen.matches("0/4").count() == 1);
        let shown: Vec<_> = screen.lines().filter(|row| !row.trim().is_empty()).collect();
        assert_eq!(shown.len(), 5, "{screen}");
        for (row, number) in shown[1..].iter().zip(1..) {
            assert!(row.contains(&format!("s  {number}: ")), "{screen}");
        }
        terminal.touch("go");
        assert_eq!(terminal.wait_for_end().trim(), "");
        terminal.is_as_found();
    }
}

#[test]
fn many_jobs_fit_a_small_terminal() {
    let line = "seq 30 | forkful --bar --summary=never -j30 'until [ -e go ]; do sleep 0.05; done; : {}'";
    for (columns, rows) in [(10, 5), (30, 3), (40, 2), (24, 10)] {
        let terminal = Terminal::open(columns, rows, line);
        let screen = terminal.wait_for("the count", |screen| screen.contains("0/30"));
        let shown = screen.lines().filter(|row| !row.trim().is_empty()).count();
        assert!(shown <= usize::from(rows / 2).max(1), "{columns}x{rows}:\n{screen}");
        terminal.touch("go");
        assert_eq!(terminal.wait_for_end().trim(), "");
    }
}

#[test]
fn stopping_leaves_the_terminal_to_the_shell_and_continuing_takes_it_again() {
    let terminal = Terminal::shell(80, 24);
    terminal.press(&[&format!("forkful --bar --summary=never -j2 '{JOB}' ::: 1 2"), "Enter"]);
    terminal.wait_for("the display", |screen| screen.contains(ETA));
    terminal.press(&["C-z"]);
    let screen =
        terminal.wait_for("the shell", |screen| screen.contains("Stopped") && screen.trim_end().ends_with('$'));
    assert!(!screen.contains(ETA), "{screen}");
    terminal.press(&["fg", "Enter"]);
    terminal.wait_for("the display again", |screen| screen.matches(ETA).count() == 1);
    terminal.press(&["C-c"]);
    let screen = terminal.wait_for("the end", |screen| !screen.contains(ETA) && screen.trim_end().ends_with('$'));
    assert_eq!(screen.matches("first 1").count(), 1, "{screen}");
    terminal.press(&["stty -a; echo read", "Enter"]);
    let screen = terminal.wait_for("the modes", |screen| count(screen, "read") == 1);
    assert!(screen.contains(" icanon") && screen.contains(" echo "), "{screen}");
}

#[test]
fn output_that_comes_through_another_program_stays_above_the_display() {
    let job = "echo one {}; echo two {}; sleep 0.{}; echo three {}";
    let line = format!("bash -c \"forkful --bar --summary=never --lb -j4 '{job}' ::: {{1..9}} {{1..9}} | cat\"");
    let terminal = Terminal::open(80, 24, &line);
    let history = terminal.wait_for_end();
    for number in 1..=9 {
        for word in ["one", "two", "three"] {
            assert_eq!(count(&history, &format!("{word} {number}")), 2, "{history}");
        }
    }
    assert_eq!(history.lines().filter(|line| !line.is_empty()).count(), 54, "{history}");
}

#[test]
fn the_key_t_tells_what_runs_above_the_display() {
    let job = "echo some; printf half; until [ -e go ]; do sleep 0.01; done; echo; : {}";
    let terminal = Terminal::open(80, 24, &format!("forkful --bar --summary=never -j2 '{job}' ::: a b"));
    terminal.wait_for("the display", |screen| screen.contains("2 running"));
    terminal.press(&["x", "t"]);
    let screen = terminal.wait_for("the answer", |screen| screen.matches("last line: half").count() == 2);
    assert!(screen.contains("job 1, slot 1, pid ") && screen.contains(", running, "), "{screen}");
    terminal.wait_for("the display below", |screen| screen.rfind(ETA) > screen.rfind("last line"));
    assert!(!screen.contains('x'), "a letter is shown: {screen}");
    terminal.touch("go");
    assert_eq!(count(&terminal.wait_for_end(), "half"), 2);
    terminal.is_as_found();
}

#[test]
fn a_job_that_keeps_the_output_of_others_waiting_is_told() {
    let job = "[ {} != 1 ] || until [ -e go ]; do sleep 0.01; done; echo this is {}";
    let terminal = Terminal::open(80, 24, &format!("forkful --bar --summary=never -k -j2 '{job}' ::: 1 2 3"));
    terminal.wait_for("the others", |screen| screen.contains("2/3"));
    // Whoever asks is told at once; otherwise it takes a while.
    terminal.press(&["t"]);
    terminal.wait_for("the answer", |screen| rows(screen).iter().any(|row| row.starts_with("  waiting for job 1 (")));
    let is_told = |row: &str| row.starts_with("waiting for job 1 (") && row.ends_with("s): 2 done behind it");
    let screen = terminal.wait_for("the row", |screen| rows(screen).iter().any(|row| is_told(row)));
    let rows = rows(&screen);
    let [bar, waiting, running] = rows[rows.len() - 3..] else { panic!("{screen}") };
    assert!(bar.contains(ETA) && is_told(waiting) && running.contains("s  1: [ 1 != 1 ]"), "{screen}");
    terminal.touch("go");
    let history = terminal.wait_for_end();
    let printed = (1..=3).map(|number| count(&history, &format!("this is {number}"))).sum::<usize>();
    assert_eq!((printed, history.matches("behind it").count()), (3, 1), "{history}");
    terminal.is_as_found();
}

#[test]
fn killing_the_runner_leaves_the_terminal_as_it_was_found() {
    let line = format!("sh -c 'echo $$ >pid; exec \"$@\"' sh forkful --bar -j2 '{JOB}' ::: 1 2; exec sleep 1000");
    let terminal = Terminal::start(80, 24, &line, Forkful::new());
    terminal.wait_for("the display", |screen| screen.contains(ETA));
    let modes = || {
        let name = terminal.tmux(&["display", "-p", "#{pane_tty}"]);
        let output = Command::new("stty").args(["-a", "-F", name.trim()]).output().expect("stty");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    wait_until("the modes of the display", || modes().contains("-icanon"));
    let pid = std::fs::read_to_string(terminal.output.dir.join("pid")).expect("a pid");
    assert!(Command::new("kill").args(["-KILL", pid.trim()]).status().expect("kill").success());
    wait_until("the modes of before", || modes().contains(" icanon") && modes().contains(" echo "));
}

#[test]
fn a_run_in_the_background_draws_nothing() {
    let terminal = Terminal::shell(80, 24);
    terminal.press(&[&format!("forkful --bar --summary=never -j2 '{JOB}' ::: 1 3 5 & echo here"), "Enter"]);
    terminal.wait_for("the shell", |screen| count(screen, "here") == 1);
    terminal.touch("go");
    let screen = terminal.wait_for("the output", |screen| screen.matches("half-whole").count() == 3);
    assert!(!screen.contains(ETA), "{screen}");
    terminal.press(&["fg", "Enter"]);
}

#[test]
fn a_signal_asks_what_runs_without_a_terminal_too() {
    let job = "echo one; printf '\\rhalf'; touch here.{#}; until [ -e go ]; do sleep 0.01; done; : {}";
    let run = Forkful::new().args(["-j2", job, ":::", "a", "b", "c"]).status(0).start();
    run.wait_for_file("here.1");
    run.wait_for_file("here.2");
    wait_until("an answer", || {
        run.signal(Signal::USR1);
        String::from_utf8_lossy(&run.stderr()).matches("last line: half").count() >= 2
    });
    run.touch("go");
    run.finish().complains_of(&["0 of 3 jobs done, 0 failed", "  job 1, slot 1, pid ", ", running, ", ": echo one;"]);
}

#[test]
fn a_signal_shows_the_display_and_hides_it() {
    let line = format!("echo $$ >pid; exec forkful --summary=never -k -j2 '{JOB}' ::: 1 3 5");
    let terminal = Terminal::start(80, 24, &line, Forkful::new());
    terminal.wait_for("a job", |screen| screen.contains("half"));
    let pid = std::fs::read_to_string(terminal.output.dir.join("pid")).expect("a pid");
    let toggle = || assert!(Command::new("kill").args(["-USR2", pid.trim()]).status().expect("kill").success());
    toggle();
    terminal.wait_for("the display with the jobs", |screen| screen.matches(": echo first").count() == 2);
    toggle();
    terminal.wait_for("nothing", |screen| !screen.contains(ETA) && screen.contains("half"));
    toggle();
    terminal.wait_for("the display again", |screen| screen.contains(ETA));
}

#[test]
fn signals_that_the_runner_was_told_to_ignore_are_ignored() {
    let job = "touch here; until [ -e go ]; do sleep 0.01; done; echo {}";
    let line = format!("trap '' USR1 USR2; exec forkful '{job}' ::: a");
    let run = Forkful::shell(line).stdout("a\n").stderr("").status(0).start();
    run.wait_for_file("here");
    run.signal(Signal::USR1);
    run.signal(Signal::USR2);
    run.touch("go");
    run.finish();
}

/// A job with a row: a line, and another for good.
const ROW: &str = "echo first {}; until [ -e go.{} ]; do sleep 0.01; done; echo last {}";

/// The rows that are not empty.
fn rows(screen: &str) -> Vec<&str> {
    screen.lines().map(str::trim_end).filter(|row| !row.is_empty()).collect()
}

#[test]
fn latest_lines_keep_their_rows_when_the_terminal_is_resized() {
    let terminal =
        Terminal::open(80, 24, &format!("seq 100 130; forkful --ll --summary=never -j9 '{ROW}' ::: 1 2 3 4 5 6 7 8 9"));
    let last = |screen: &str, count: usize| {
        let firsts: Vec<_> = (1..=count).map(|number| format!("first {number}")).collect();
        rows(screen).join("\n").ends_with(&firsts.join("\n"))
    };
    terminal.wait_for("nine rows", |screen| last(screen, 9));
    for (columns, height, fit) in [(60, 20, 9), (40, 6, 5), (100, 30, 9), (50, 8, 7), (80, 24, 9)] {
        terminal.resize(columns, height);
        let screen = terminal.wait_for("the rows in the new size", |screen| last(screen, fit));
        assert_eq!(screen.matches("first").count(), fit, "{columns}x{height}:\n{screen}");
    }
    terminal.touch("go.3");
    terminal.wait_for("the end of one", |screen| rows(screen).iter().rev().nth(8) == Some(&"last 3"));
    (1..=9).for_each(|number| terminal.touch(&format!("go.{number}")));
    let history = terminal.wait_for_end();
    assert_eq!((history.matches("first").count(), history.matches("last").count()), (0, 9), "{history}");
    terminal.is_as_found();
}

#[test]
fn the_bar_stands_above_latest_lines_and_leaves_them_when_it_is_hidden() {
    let line = format!("echo $$ >pid; exec forkful --bar --ll --summary=never -j2 '{ROW}' ::: 1 2");
    let terminal = Terminal::start(80, 24, &line, Forkful::new());
    let screen = terminal.wait_for("both", |screen| rows(screen).ends_with(&["first 1", "first 2"]));
    assert_eq!((rows(&screen).len(), screen.matches(ETA).count()), (3, 1), "{screen}");
    let pid = std::fs::read_to_string(terminal.output.dir.join("pid")).expect("a pid");
    assert!(Command::new("kill").args(["-USR2", pid.trim()]).status().expect("kill").success());
    terminal.wait_for("the rows alone", |screen| rows(screen) == ["first 1", "first 2"]);
    terminal.touch("go.1");
    terminal.touch("go.2");
}

#[test]
fn latest_lines_have_the_terminal_when_stderr_has_not() {
    let terminal = Terminal::open(80, 24, &format!("forkful --ll -j2 '{ROW}' ::: 1 2 2>told"));
    terminal.wait_for("the rows", |screen| rows(screen) == ["first 1", "first 2"]);
    terminal.touch("go.1");
    terminal.touch("go.2");
    assert_eq!(terminal.wait_for_end().matches("last").count(), 2);
    assert_eq!(std::fs::read(terminal.output.dir.join("told")).expect("a file"), b"");
}

#[test]
fn the_taskbar_shows_how_far_it_is_and_is_cleared() {
    let line = "forkful --bar --summary=never -j1 'until [ -e go.{} ]; do sleep 0.01; done; exit {}' ::: 0 1";
    let run = Forkful::new().program("script").args(["-qefc", line, "typescript"]);
    let run = run.env("WT_SESSION", "1").env("TMUX", "").status(1).start();
    let shows = |text: &'static str| wait_until(text, || String::from_utf8_lossy(&run.stdout()).contains(text));
    shows("\x1b]9;4;1;0\x1b\\");
    run.touch("go.0");
    shows("\x1b]9;4;1;50\x1b\\");
    run.touch("go.1");
    let output = run.finish();
    assert!(output.stdout.ends_with(b"\x1b]9;4;0;0\x1b\\"), "{}", output.stdout.escape_ascii());
}

#[test]
fn zenity_is_told_percentages_and_texts() {
    let run = Forkful::new().args(["--bar=zenity", "-k", "echo", ":::", "a", "b"]).stdout("a\nb\n").status(0).run();
    let told = String::from_utf8(run.stderr.clone()).expect("text");
    assert!(told.ends_with("\n100\n") && told.contains("# 2/2 done"), "{told}");
    assert!(told.lines().all(|line| line.starts_with("# ") || line.parse::<u8>().is_ok()), "{told}");
}

#[test]
fn the_summary_tells_what_failed_and_how_to_run_it_again() {
    let job = "case {} in 1) exit 3;; 2) kill -SEGV $$;; 3) sleep 0.02;; esac";
    let run = Forkful::new().args(["--summary", "-j1", job, ":::", "1", "2", "3"]).status(2).run();
    let told = String::from_utf8_lossy(&run.stderr).into_owned();
    for part in [
        "forkful: 3 jobs in ",
        ": 1 succeeded, 2 failed (1 killed)\n",
        "% of 1 slot; most memory: ",
        "B or less\n",
        "  slowest:\n",
        "job 3: case 3 in 1) exit 3",
        "  failed:\n    job 1, exit 3: case 1 in",
        "    job 2, killed by SIGSEGV: case 2 in",
        "/forkful -j1 ::: 'case 1 in",
    ] {
        assert!(told.contains(part), "no {part:?} in {told}");
    }
    let line = told.lines().last().and_then(|line| line.split_once("again: ")).expect("a line").1;
    let again = Forkful::shell(line.replacen(" :::", " -k --joblog log :::", 1)).status(2).run();
    let ends: Vec<_> = again.logged().into_iter().map(|(_, exit, signal, _)| format!("{exit} {signal}")).collect();
    assert_eq!(ends, ["3 0", "139 11"]);
}

#[test]
fn failed_jobs_run_again_where_they_ran_and_as_they_did() {
    let job = "pwd; echo $SLOT; nice; echo {}; false";
    let values = ["it's", "$HOME", "a  b", "*", "-n", "!x", "{}", "\\", "\"", "日"];
    let options = "-j1 --nice 3 --process-slot-var SLOT --timeout 1000.5 --on-leak kill".split(' ');
    for log in [&[][..], &["--joblog", "log"]] {
        let run = Forkful::new().args(options.clone()).args(["--summary", "--workdir", "some where"]).args(log);
        let run = run.args([job, ":::"]).args(values).status(10).run();
        let told = String::from_utf8_lossy(&run.stderr).into_owned();
        let line = told.lines().last().and_then(|line| line.split_once("again: ")).expect("a line").1.to_owned();
        assert!(line.contains("/forkful -j1 --timeout 1000.5 ") && line.contains(" --on-leak kill "), "{line}");
        let wanted = String::from_utf8_lossy(&run.stdout).into_owned();
        let name = run.dir.display().to_string();
        Forkful::shell(format!("cd '{name}'; {line}")).stdout(wanted).status(10).run();
    }
}

#[test]
fn a_summary_does_not_count_slots_without_end() {
    let run = Forkful::new().args(["--summary", "-j0", "false", ":::", "a"]).status(1).run();
    run.complains_of(&["% of 1 slot; ", "/forkful -j0 ::: 'false a'\n"]);
}

#[test]
fn jobs_that_need_more_than_their_lines_are_not_offered_as_lines() {
    let whole = "with --joblog FILE, --resume-failed would run them again from the same data\n";
    let run = Forkful::new().args(["--summary", "--pipe", "-N1", "cat; false"]).stdin("a\nb\n").status(2).run();
    run.complains_of(&[whole]);
    let run = Forkful::new().args(["--summary", "--workdir", "{}", "false", ":::", "a", "b"]).status(2).run();
    run.complains_of(&[whole]);
    let run = Forkful::new().args(["--summary", "--joblog", "log", "--pipe", "-N1", "cat; false"]);
    let run = run.stdin("a\nb\n").status(2).run();
    run.complains_of(&["to run them again: the same command line and data, with --resume-failed\n"]);
}

#[test]
fn the_summary_tells_timeouts_other_tries_and_commands_that_are_missing() {
    let job = "case {} in 1) [ -e tried ] || { touch tried; exit 1; };; 2) sleep 1000;; 3) exec no-such-program;; esac";
    let options = ["--summary", "-j1", "--retries", "2", "--timeout", "1"];
    let run = Forkful::new().args(options).args([job, ":::", "1", "2", "3"]).status(2).run();
    run.complains_of(&[
        ": 1 succeeded, 2 failed (1 timed out), 3 tried again, 1 succeeded at another try\n",
        "job 2, timed out after 1.",
        "job 3, exit 127: case 3",
    ]);
    let run = Forkful::new().args(["--summary", "no-such-program", ":::", "1"]).status(1).run();
    run.complains_of(&["job 1, not found: no-such-program 1\n"]);
}

#[test]
fn jobs_that_wait_for_another_try_are_told() {
    let options = ["--retries", "2", "--retry-delay", "1000", "-j1", "--summary"];
    let run = Forkful::new().args(options).args(["touch tried; exit 3", ":::", "1"]).start();
    run.wait_for_file("tried");
    wait_until("an answer", || {
        run.signal(Signal::USR1);
        String::from_utf8_lossy(&run.stderr()).contains("job 1, attempt 2 waits ")
    });
    run.signal(Signal::TERM);
    run.finish().complains_of(&[": 0 succeeded, 0 failed, 1 stopped before another try\n"]);
}

#[test]
fn jobs_that_wait_for_what_their_last_try_has_left_are_told() {
    // The shell goes with TERM; what it has started does not, and KILL is an hour away.
    let left = "(trap '' TERM; touch ready; until [ -e go ]; do sleep 0.01; done) >/dev/null 2>&1 &";
    let job = format!("{left} until [ -e ready ]; do :; done; wait; : {{}}");
    let options = ["--retries", "2", "--timeout", "1", "--termseq", "TERM,3600000,KILL,25", "-j1"];
    let run = Forkful::new().args(options).args([job.as_str(), ":::", "1"]).start();
    run.wait_for_file("ready");
    wait_until("an answer", || {
        run.signal(Signal::USR1);
        String::from_utf8_lossy(&run.stderr()).contains("job 1, attempt 2 waits for what its last try has left running")
    });
    run.touch("go");
    run.signal(Signal::TERM);
    run.finish();
}

#[test]
fn a_summary_that_is_asked_for_is_printed_of_no_jobs_too() {
    let run = Forkful::new().args(["--summary", "true"]).stdin("").status(0).run();
    run.complains_of(&["forkful: 0 jobs in ", ": 0 succeeded, 0 failed\n"]);
}

#[test]
fn the_summary_is_not_printed_unasked_where_nobody_looks() {
    Forkful::new().args(["-j1", "exit {}", ":::", "1", "0"]).stderr("").status(1).run();
    let run = Forkful::new().args(["--summary", "--joblog", "a log", "exit {}", ":::", "1"]).status(1).run();
    run.complains_of(&["to run them again: ", "/forkful --retry-failed --joblog 'a log'\n"]);
    let words = "forkful --summary=never 'exit {}' ::: 1";
    let run = Forkful::new().program("script").args(["-qefc", words, "typescript"]).status(1).run();
    assert_eq!(run.stdout, b"");
    let words = "forkful 'exit {}' ::: 1";
    let run = Forkful::new().program("script").args(["-qefc", words, "typescript"]).status(1).run();
    assert!(run.stdout.starts_with(b"forkful: 1 job in "), "{}", run.stdout.escape_ascii());
}
