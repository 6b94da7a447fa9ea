//! Scheduling: how many jobs at once, in which slot, with what around them, and by which shell if any.

use std::fmt::Write;
use std::fs;
use std::thread::available_parallelism;

use crate::support::{Forkful, Output, lines};

/// A job that says it is there and goes on when `count` jobs are: it ends only if so many run at once.
fn meeting(count: usize) -> String {
    format!("touch here.{{#}}; until [ $(ls here.* | wc -l) -ge {count} ]; do sleep 0.01; done; echo {{%}}")
}

/// Runs one job more than `count`, of which exactly `count` must run at once.
fn expect_jobs_at_once(options: &[&str], count: usize) {
    let inputs: Vec<_> = (0..=count).map(|number| number.to_string()).collect();
    let run = Forkful::new().args(options).arg(meeting(count)).arg(":::").args(inputs).stderr("").status(0).run();
    let slots = String::from_utf8(run.stdout).expect("text");
    let mut slots: Vec<usize> = slots.lines().map(|slot| slot.parse().expect("a number")).collect();
    slots.sort_unstable();
    slots.dedup();
    assert_eq!(slots, (1..=count).collect::<Vec<_>>(), "{options:?}: the slots used");
}

#[test]
fn the_number_of_jobs_is_given_in_many_ways() {
    let cpus = available_parallelism().expect("CPUs").get();
    expect_jobs_at_once(&["-j1"], 1);
    expect_jobs_at_once(&["-j", "3"], 3);
    expect_jobs_at_once(&["--jobs=5"], 5);
    expect_jobs_at_once(&["-P2"], 2);
    expect_jobs_at_once(&["-j+1"], cpus + 1);
    expect_jobs_at_once(&["-j-1"], (cpus - 1).max(1));
    expect_jobs_at_once(&["-j-1000"], 1);
    expect_jobs_at_once(&["-j200%"], 2 * cpus);
    expect_jobs_at_once(&[], cpus);
}

#[test]
fn no_limit_runs_all_at_once() {
    let inputs: Vec<_> = (0..40).map(|number| number.to_string()).collect();
    let run = Forkful::new().args(["-j0", &meeting(40), ":::"]).args(inputs).stderr("").status(0).run();
    assert_eq!(run.stdout.split(|&byte| byte == b'\n').count(), 41, "a line for each and nothing after the last");
}

#[test]
fn the_default_is_the_cpus_that_this_process_may_use() {
    let run = Forkful::shell("taskset -c 0 forkful -k 'echo {%}' ::: 1 2 3");
    run.stdout("1\n1\n1\n").stderr("").status(0).run();
}

#[test]
fn a_bad_number_of_jobs_is_an_error() {
    for jobs in ["x", "1.5", "-j", "%", "--5"] {
        let run = Forkful::new().args(["-j", jobs, "touch", "{}", ":::", "ran"]).status(255).run();
        assert!(!run.dir.join("ran").exists(), "-j {jobs}");
    }
}

#[test]
fn a_job_takes_the_lowest_free_slot() {
    // 1 and 3 wait; 2 ends at once, so that all later ones, until 1 and 3 are let go by the last, get its slot.
    let job = "[ {} -ge 5 ] && touch go; [ {#} = 1 ] || [ {#} = 3 ] && until [ -e go ]; do sleep 0.01; done; echo {%}";
    let run = Forkful::new().args(["-k", "-j3", job, ":::", "1", "2", "3", "4", "5"]);
    run.stdout("1\n2\n3\n2\n2\n").status(0).run();
}

#[test]
fn a_job_knows_its_number_and_slot_and_runner() {
    let line = "test $PPID = $PARALLEL_PID && echo $PARALLEL_SEQ $PARALLEL_JOBSLOT {}";
    let run = Forkful::new().args(["-j1", line, ":::", "a", "b"]);
    run.stdout("1 1 a\n2 1 b\n").stderr("").status(0).run();
}

#[test]
fn a_job_leads_its_own_process_group_in_the_same_session() {
    // Fields 5 and 6 of stat: process group and session.
    let line = "set -- $(cut -d ' ' -f 1,5,6 /proc/$$/stat); [ $1 = $2 ] && echo $3 {}";
    let session = fs::read_to_string("/proc/self/stat").expect("stat");
    let session = session.rsplit_once(") ").expect("fields").1.split(' ').nth(3).expect("session").to_owned();
    let run = Forkful::new().args([line, ":::", "a"]);
    run.stdout(format!("{session} a\n")).stderr("").status(0).run();
}

#[test]
fn a_job_reads_nothing_whatever_the_runner_is_given() {
    let run = Forkful::new().args(["-a", "list", "cat; echo {}"]).file("list", "a\n").stdin("not for jobs\n");
    run.stdout("a\n").stderr("").status(0).run();
    Forkful::new().args(["cat; echo {}"]).stdin("a\n").stdout("a\n").stderr("").status(0).run();
}

#[test]
fn a_job_inherits_no_descriptor_of_the_runner() {
    // What the caller of the tests has passed on is there without the runner, too.
    let bare = Forkful::new().program("ls").arg("/proc/self/fd").status(0).run();
    let run = Forkful::new().args(["-j4", "ls", ":::"]).args(["/proc/self/fd"; 8]);
    run.stdout(bare.stdout.repeat(8)).stderr("").status(0).run();
}

#[test]
fn a_lack_of_descriptors_means_fewer_jobs_at_a_time() {
    let run = |stderr| Forkful::shell(format!("ulimit -n 32; seq 200 | forkful -k -j40 /bin/echo {stderr}"));
    run("").stdout(lines(1..=200)).status(0).run().complains_of(&["fewer jobs at a time"]);
    run("2>/dev/full").stdout(lines(1..=200)).run();
}

#[test]
fn thousands_of_jobs_keep_their_order() {
    for command in ["/bin/echo", "echo {}; true"] {
        let run = Forkful::new().args(["-k", "-j8", command]).stdin(lines(1..=3000));
        run.stdout(lines(1..=3000)).stderr("").status(0).run();
    }
}

#[test]
fn a_job_inherits_the_signal_state_of_the_runner() {
    // Signals 32 and 33 belong to the C library, which ignores them or not as it likes.
    let masks = |output: Output| {
        let text = String::from_utf8(output.stdout).expect("text");
        let masks = text.lines().map(|line| line.rsplit('\t').next().expect("a mask"));
        masks.map(|mask| u64::from_str_radix(mask, 16).expect("a mask") & !(3 << 31)).collect::<Vec<_>>()
    };
    let show = "grep -E '^Sig(Ign|Blk|Cgt)'";
    for state in ["true", "trap '' USR1 INT", "trap '' PIPE", "trap '' HUP TERM"] {
        let bare = masks(Forkful::shell(format!("{state}; exec {show} /proc/self/status")).status(0).run());
        assert_eq!(bare.len(), 3);
        for line in [show.to_owned(), format!("exec {show}")] {
            let run = Forkful::shell(format!("{state}; exec forkful \"{line}\" ::: /proc/self/status"));
            assert_eq!(masks(run.stderr("").status(0).run()), bare, "{state}: {line}");
        }
    }
}

#[test]
fn the_shell_is_the_chosen_one_or_the_caller_s_or_the_user_s() {
    let line = "echo ${BASH_VERSION:+bash}{}";
    let run = |shell| Forkful::new().args([line, ":::", ""]).env("PARALLEL_SHELL", shell);
    run("/bin/bash").stdout("bash\n").status(0).run();
    run("/bin/dash").stdout("\n").status(0).run();
    let called = "unset PARALLEL_SHELL; forkful 'echo ${BASH_VERSION:+bash}{}' ::: ''; true";
    Forkful::shell(called).env("SHELL", "/bin/dash").stdout("bash\n").stderr("").status(0).run();
    Forkful::new().program("/bin/dash").args(["-c", called]).env("SHELL", "/bin/bash").stdout("\n").status(0).run();
}

#[test]
fn a_command_gives_the_same_with_and_without_a_shell() {
    // Alone each may be executed directly; after `:;` it cannot be.
    let commands = [
        "echo a b",
        "printf '%s|' 'a  b' \"c\" d\\ e",
        "cd /",
        "exit 3",
        "export A=1",
        "A=1 sh -c 'echo $A'",
        "[ 1 = 2 ]",
        "true",
        "test -e /",
        "/bin/echo -n x",
        "no-such-program",
        "./no-such-file",
        "/",
        "./script",
        "./text",
        "./script x",
        ". ./text",
        "type echo",
        "ulimit -n",
        "wait",
        "kill -9 $$",
        "kill -TERM $$",
        "(exit 7)",
        "! true",
        "{ exit 4; }",
        "if true; then exit 5; fi",
        "time",
        "~/x",
        "ls *",
        "ls ?",
        "echo {a,b}",
        "echo a#b #c",
        "echo =",
        "A=",
        "-x",
        "'ech'o x",
        "ec\"ho\" $((1 + 1))",
        "command -v ls",
        "trap 'echo bye' EXIT",
        "umask",
        "pwd",
        "\\echo x",
        "",
        "exec /bin/echo x",
        ":",
        "\u{a0}x",
        "echo \u{e9}",
        "a=b=c",
        "x+=1",
        "echo ~",
        "echo [t]ext",
        "/bin/sh -c 'exit 9'",
    ];
    for shell in ["/bin/bash", "/bin/dash"] {
        let run_all = |before: &str| {
            let input = commands.iter().fold(String::new(), |mut input, line| {
                write!(input, "{before}{line}\0").expect("a string");
                input
            });
            let run = Forkful::new().args(["-0", "-k", "-j2", "--joblog", "log"]).env("PARALLEL_SHELL", shell);
            let run = run.file("script", "#!/bin/sh\necho script $#\n").file("text", "echo text\n");
            let run = run.stdin(input);
            let script = run.dir().join("script");
            let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            fs::set_permissions(script, permissions).expect("permissions");
            let output = run.run();
            let ends = output.logged().into_iter().map(|(_, exit, signal, _)| (exit, signal)).collect::<Vec<_>>();
            let root = output.dir.parent().expect("a folder").display().to_string();
            let shown = output.stdout.escape_ascii().to_string().replace(&root, "ROOT");
            (shown, commands.into_iter().zip(ends).collect::<Vec<_>>())
        };
        let (direct, with_shell) = (run_all(""), run_all(":;"));
        assert_eq!(direct.1, with_shell.1, "exit values under {shell}");
        assert_eq!(direct.0, with_shell.0, "output under {shell}");
    }
}

#[test]
fn an_exported_function_is_a_command() {
    let run = Forkful::shell(
        "unset PARALLEL_SHELL; double() { echo $(($1 * 2)); }; export -f double; forkful -k double ::: 1 2",
    );
    run.stdout("2\n4\n").stderr("").status(0).run();
}

#[test]
fn the_exit_status_counts_the_failed_jobs() {
    let failing = |count: u32| Forkful::new().args(["-j2", "false"]).stdin("x\n".repeat(count as usize));
    failing(1).status(1).run();
    failing(100).status(100).run();
    failing(102).status(101).run();
    Forkful::new().args(["-k", "exit {}", ":::", "0", "7", "0", "255"]).status(2).run();
    Forkful::new().args(["kill -{} $$", ":::", "9", "15"]).status(2).run();
}

#[test]
fn the_number_of_slots_may_come_from_a_file_and_change() {
    let job = "if [ {} = 1 ]; then echo 3 > slots; touch -d '+10 seconds' slots; exit; fi; \
               touch here{}; until [ -e here2 ] && [ -e here3 ] && [ -e here4 ]; do sleep 0.01; done; echo met";
    let run = Forkful::new().file("slots", "1\n").args(["-j", "slots", job, ":::", "1", "2", "3", "4"]);
    run.stdout("met\nmet\nmet\n").status(0).run();
    let run =
        Forkful::new().file("slots", "many").args(["-j", "slots", "echo", ":::", "1"]).stdout("").status(255).run();
    run.complains_of(&["-j slots", "many"]);
}
