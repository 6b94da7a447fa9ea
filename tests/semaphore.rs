//! Semaphores: who may run, in which order, and what becomes of it when somebody is killed.
//!
//! Each test is one shell script with semaphores of its own. It waits for what jobs write, and for tickets to be drawn,
//! which are counted in the file of the semaphore.

use crate::support::{Forkful, lines};

/// `in_line N` waits until N have come to the semaphore `s`; `until_exists FILE` waits for a file.
const FUNCTIONS: &str = r#"
    in_line() { until [ "$(od -An -td8 semaphores/id-s | tr -d ' ')" = $1 ]; do sleep 0.01; done; }
    until_exists() { until [ -e $1 ]; do sleep 0.01; done; }
"#;

/// A job that ends when there is a file `go`.
const BUSY: &str = "'until [ -e go ]; do sleep 0.01; done'";

fn script(text: &str) -> Forkful {
    Forkful::shell(FUNCTIONS.to_owned() + text).env("PARALLEL_HOME", ".")
}

#[test]
fn no_two_run_at_the_same_time() {
    let text = r"
        for i in $(seq 40); do
            forkful --id s 'mkdir busy || touch overlap; ls >>list; echo . >>log; rmdir busy' &
        done
        wait; forkful --id s --wait; wc -l <log; ls overlap";
    script(text).stdout("40\n").run();
}

#[test]
fn no_more_than_n_run_at_the_same_time() {
    let text = r"
        for i in $(seq 40); do
            forkful --id s -j3 'touch run.$$; [ $(ls run.* | wc -l) -le 3 ] || touch overlap; rm run.$$; echo . >>log' &
        done
        wait; forkful --id s --wait; wc -l <log; ls overlap";
    script(text).stdout("40\n").run();
}

#[test]
fn n_do_run_at_the_same_time() {
    let text = r"
        forkful --id s -j2 'until [ -e second ]; do sleep 0.01; done; touch first'
        forkful --id s -j2 'touch second; until [ -e first ]; do sleep 0.01; done; echo met'
        forkful --id s --wait";
    script(text).stdout("met\n").stderr("").status(0).run();
}

#[test]
fn whoever_came_first_enters_first() {
    for places in ["-j1", "-j2"] {
        let text = format!(
            "forkful --id s {places} {BUSY}; forkful --id s -j2 {BUSY}
             for i in 1 2 3 4 5 6; do forkful --id s --fg 'echo '$i' >>order' & in_line $((i + 2)); done
             touch go; wait; cat order"
        );
        script(&text).stdout(lines(1..=6)).stderr("").run();
    }
}

#[test]
fn one_that_is_killed_while_it_waits_holds_up_nobody() {
    let text = format!(
        "forkful --id s {BUSY}
         for i in 1 2 3 4 5; do
             forkful --id s --fg 'echo '$i' >>order' & waiter[$i]=$!; in_line $((i + 1))
         done
         kill -9 ${{waiter[1]}} ${{waiter[3]}}; touch go; wait; cat order"
    );
    script(&text).stdout("2\n4\n5\n").run();
}

#[test]
fn the_place_of_one_that_is_killed_is_free_once_its_job_has_been_ended() {
    // The kernel keeps the job's lock on `lock` exactly as long as the job lives, which does not end when it is asked.
    for how in ["--fg", "--bg"] {
        let text = format!(
            "forkful --id s {how} 'trap \"\" TERM; exec 9>lock; flock 9; echo $PPID >pid; mv pid runner; exec sleep 1000' &
             until_exists runner
             forkful --id s --fg 'flock -n lock echo alone' & waiter=$!
             in_line 2; kill -9 $(cat runner); wait $waiter"
        );
        script(&text).stdout("alone\n").status(0).run();
    }
}

#[test]
fn one_that_stands_behind_another_can_give_up() {
    let text = format!(
        "forkful --id s {BUSY}
         forkful --id s --fg 'echo first >>order' & in_line 2
         forkful --id s --st -0.05 --fg 'echo second >>order'; echo $?
         forkful --id s --fg 'echo third >>order' & in_line 4
         touch go; wait; cat order"
    );
    script(&text).stdout("1\nfirst\nthird\n").run().complains_of(&["was not run"]);
}

#[test]
fn patience_ends_with_the_sign_of_the_timeout() {
    let text = format!(
        "forkful --id s {BUSY}
         forkful --id s --st 0.05 --fg 'echo pushed; exit 4'; echo $?
         forkful --id s --semaphoretimeout=-0.05 echo never; echo $?
         forkful --id s --wait --st -0.05; echo $?
         forkful --id s --wait --st 0.05; echo $?
         touch go; forkful --id s --st -20 --fg echo in time; echo $?"
    );
    let expected = "pushed\n4\n1\n1\n0\nin time\n0\n";
    script(&text).stdout(expected).run().complains_of(&["all the same", "was not run", "still in use"]);
}

#[test]
fn waiting_for_all_includes_those_in_line() {
    let text = format!(
        "forkful --id s {BUSY}
         forkful --id s 'echo one >>log' & in_line 2
         {{ forkful --id s --wait; echo waited >>log; }} &
         touch go; wait; cat log"
    );
    script(&text).stdout("one\nwaited\n").stderr("").status(0).run();
}

#[test]
fn the_exit_status_is_that_of_the_command_in_the_foreground() {
    let cases = [("exit 3", 3), ("kill -TERM $$", 143), ("no-such-command", 127), ("true", 0), ("", 0)];
    for (command, status) in cases {
        script("forkful --fg --id s \"$0\"; echo $?").arg(command).stdout(format!("{status}\n")).run();
    }
    script("forkful --bg --id s exit 3; echo $?; forkful --id s --wait; echo $?").stdout("0\n0\n").stderr("").run();
}

#[test]
fn a_mistake_is_known_before_the_background() {
    script("sem '{= no =}'; echo $?; sem --st -20 --fg echo free")
        .stdout("255\nfree\n")
        .run()
        .complains_of(&["{= no =}"]);
}

#[test]
fn the_shell_is_the_one_that_it_was_called_from_in_the_background_too() {
    let text = "unset PARALLEL_SHELL; sem '[[ bash ]] && echo bash'; sem --wait";
    script(text).env("SHELL", "/bin/dash").stdout("bash\n").stderr("").run();
}

#[test]
fn the_background_does_not_hold_up_the_caller() {
    let text = "forkful --id s 'until [ -e after ]; do sleep 0.01; done; echo end'; touch after; forkful --id s --wait";
    script(text).stdout("end\n").stderr("").status(0).run();
}

#[test]
fn a_job_in_the_background_survives_a_hang_up() {
    let text = "forkful --id s 'echo $PPID >pid; mv pid runner; until [ -e go ]; do sleep 0.01; done; echo end'
        until_exists runner; kill -HUP $(cat runner); touch go; forkful --id s --wait";
    script(text).stdout("end\n").stderr("").status(0).run();
}

#[test]
fn a_job_in_the_background_ends_with_an_interrupt() {
    let text = "forkful --id s 'echo $PPID >pid; mv pid runner; sleep 1000; echo end'
        until_exists runner; kill -INT $(cat runner); forkful --id s --wait";
    script(text).stdout("").status(0).run();
}

#[test]
fn called_as_sem_it_is_a_semaphore_and_its_command_is_one_job() {
    let text = r"sem --fg 'echo a  b' {#} 'x{}y'; sem -q --fg echo 'a  b'; sem --fg echo {}; sem --fg exit 5";
    script(text).stdout("a b 1 xy\na  b\n\n").stderr("").status(5).run();
}

#[test]
fn a_list_on_stdin_is_left_to_the_caller() {
    let text = r#"while read -r x; do sem --fg "echo $x; cat"; sem cat; done; sem --wait"#;
    script(text).stdin("1\n2\n").stdout("1\n2\n").stderr("").status(0).run();
}

#[test]
fn without_a_name_redirections_make_no_difference() {
    let text = format!("sem {BUSY} </dev/null; true | sem --st -0.01 --fg echo in; echo $?; touch go; sem --wait");
    script(&text).stdout("1\n").status(0).run();
}

#[test]
fn what_would_be_ignored_is_refused() {
    let cases = [
        ("sem echo ::: a", "reads no arguments"),
        ("sem -a list echo", "reads no arguments"),
        ("sem --wait echo", "--wait runs nothing"),
        ("sem --st soon echo", "number of seconds"),
        ("PARALLEL_HOME=/dev/null sem echo", "check PARALLEL_HOME"),
    ];
    for (line, complaint) in cases {
        script(line).stdout("").status(255).run().complains_of(&[complaint]);
    }
}
