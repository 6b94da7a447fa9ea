//! What is compared: for each kind of job the same work, written down for every runner.

use std::env;
use std::path::Path;

use super::limit;

/// The program.
pub(crate) const FORKFUL: &str = env!("CARGO_BIN_EXE_forkful");
/// Inputs of a row. Enough that starting the runner does not count.
const INPUTS: u32 = 4000;
/// Inputs for GNU parallel, which takes a hundred times as long.
const FEW_INPUTS: u32 = 400;
/// How often a run of one job is repeated in a round.
const REPEATS: u32 = 40;

/// One kind of job.
pub(crate) struct Row {
    pub(crate) title: &'static str,
    /// forkful first.
    pub(crate) commands: Vec<Entry>,
}

/// One runner's way to do it.
pub(crate) struct Entry {
    /// The column.
    pub(crate) runner: &'static str,
    pub(crate) words: Vec<String>,
    /// How many inputs it reads from stdin, one a line, each a job; with one, the run is repeated.
    pub(crate) inputs: u32,
    pub(crate) repeats: u32,
}

/// The limit when the command gets an argument, as the runners give it one: programs do more then. `/bin/true` reads
/// the locale only if there is an argument to look at.
const WITH_ARGUMENT: &str = "limit, an argument each";

/// The columns after forkful's own.
pub(crate) const PEERS: [&str; 6] =
    ["limit", WITH_ARGUMENT, "xargs", "GNU parallel", "rust-parallel", "the job itself"];

/// All rows, with the runners that are installed.
pub(crate) fn rows() -> Vec<Row> {
    let mut rows = vec![
        row("`/bin/true`", "", &["/bin/true"]),
        row("`-k /bin/true`", "-k", &["/bin/true"]),
        row("`/bin/echo`", "", &["/bin/echo"]),
        row("`-k /bin/echo`", "-k", &["/bin/echo"]),
    ];
    let line = "echo {}; true";
    rows.push(Row {
        title: "`'echo {}; true'` (a shell each)",
        commands: installed(vec![
            entry("forkful", &[FORKFUL, "-j2"], &[line], INPUTS),
            limit(&["/bin/sh", "-c", "echo 1; true"]),
            entry("xargs", &["xargs", "-P2", "-I{}", "/bin/sh", "-c"], &[line], INPUTS),
            entry("GNU parallel", &["parallel", "-j2"], &[line], FEW_INPUTS),
        ]),
    });
    let one = |runner, words: &[&str]| Entry { repeats: REPEATS, ..entry(runner, words, &[], 1) };
    rows.push(Row {
        title: "`echo ::: a` (one job: start-up)",
        commands: installed(vec![
            one("forkful", &[FORKFUL, "echo", ":::", "a"]),
            one("the job itself", &["/bin/echo", "a"]),
            one("xargs", &["xargs", "-n1", "/bin/echo"]),
            Entry { repeats: 3, ..one("GNU parallel", &["parallel", "echo", ":::", "a"]) },
            one("rust-parallel", &["rust-parallel", "echo", ":::", "a"]),
        ]),
    });
    rows
}

/// A row in which every runner takes the command as plain words.
fn row(title: &'static str, order: &str, command: &[&str]) -> Row {
    let with_order = |words: &[&'static str]| {
        let words = words.iter().copied().chain([order]).filter(|word| !word.is_empty());
        words.map(str::to_owned).collect::<Vec<_>>()
    };
    let peer = |runner, words: &[&'static str], inputs| {
        let words = with_order(words);
        entry(runner, &words.iter().map(String::as_str).collect::<Vec<_>>(), command, inputs)
    };
    let commands = installed(vec![
        peer("forkful", &[FORKFUL, "-j2"], INPUTS),
        limit(command),
        Entry { runner: WITH_ARGUMENT, ..limit(&[command, &["4321"]].concat()) },
        entry("xargs", &["xargs", "-P2", "-n1"], command, INPUTS), // has no order to keep
        peer("GNU parallel", &["parallel", "-j2"], FEW_INPUTS),
        peer("rust-parallel", &["rust-parallel", "-j2"], INPUTS),
    ]);
    Row { title, commands }
}

fn entry(runner: &'static str, words: &[&str], command: &[&str], inputs: u32) -> Entry {
    let words = words.iter().chain(command).map(|&word| word.to_owned()).collect();
    Entry { runner, words, inputs, repeats: 1 }
}

/// This very binary as the limit.
fn limit(command: &[&str]) -> Entry {
    let this = env::current_exe().map(|path| path.display().to_string()).unwrap_or_default();
    entry("limit", &[&this, limit::ARGUMENT, "2", &INPUTS.to_string()], command, INPUTS)
}

/// Leaves out what is not there.
fn installed(entries: Vec<Entry>) -> Vec<Entry> {
    let path = env::var("PATH").unwrap_or_default();
    let found = |program: &str| path.split(':').any(|folder| Path::new(folder).join(program).is_file());
    entries.into_iter().filter(|entry| found(&entry.words[0])).collect()
}
