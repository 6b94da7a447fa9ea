//! The page of a report, in a real browser without a window; what is looked at is its document, never its pixels.

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::Forkful;

/// Browsers that can print the document after its scripts have run.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The document of a page without its scripts, with `anchor` behind its address; `None` where there is no browser.
fn document(page: &Path, anchor: &str) -> Option<String> {
    document_in(page, anchor, "800,600")
}

/// The same in a window of this size.
fn document_in(page: &Path, anchor: &str, size: &str) -> Option<String> {
    let path = env::var_os("PATH").unwrap_or_default();
    let browser = BROWSERS.iter().find(|name| env::split_paths(&path).any(|folder| folder.join(name).exists()));
    let Some(browser) = browser else {
        assert!(env::var_os("FORKFUL_NEEDS_BROWSER").is_none(), "there is no browser, none of {BROWSERS:?}");
        eprintln!("SKIPPED: the page was NOT tested, because there is no browser (apt-get install chromium)");
        return None;
    };
    let profile = tempfile::tempdir().expect("a directory");
    let flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"];
    let output = Command::new("timeout")
        .args(["-k", "5", "120", browser])
        .args(flags)
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("--window-size={size}"))
        .args(["--virtual-time-budget=20000", "--dump-dom"])
        .arg(format!("file://{}{anchor}", page.display()))
        .env("HOME", profile.path())
        .output()
        .expect("timeout runs");
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(text.contains("data-ready=\"yes\""), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    let pieces = text.split("<script").enumerate();
    Some(
        pieces
            .map(|(index, piece)| piece.split_once("</script>").filter(|_| index > 0).map_or(piece, |(_, rest)| rest))
            .collect(),
    )
}

fn has(document: &str, wanted: &[&str]) {
    for text in wanted {
        assert!(document.contains(text), "no {text} in {document:.4000}");
    }
}

#[test]
fn a_page_shows_the_jobs_of_a_run() {
    let run = Forkful::new().args(["-j2", "--report", "page.html", "echo '</script><b>' {}; [ {} != 4 ]", ":::"]);
    let output = run.args((1..=10).map(|number| number.to_string())).status(1).run();
    let Some(document) = document(&output.dir.join("page.html"), "#search=%5b%204%20") else { return };
    has(
        &document,
        &[
            "<dt>Jobs</dt><dd>10</dd>",
            "<dt>Slots</dt><dd>2</dd>",
            "<dt>CPU time</dt>",
            " or less</dd>",
            ", of which none counts as less than about ",
            "1 failed</span>",
            "data-drawn=\"10\"",
            "aria-label=\"Timeline of 10 jobs in 2 slots",
            "aria-label=\"Number of jobs that ran over time: at most ",
            "exit status 1",
            "1 found",
            "echo '&lt;/script&gt;&lt;b&gt;' 4; [ 4 != 4 ]",
        ],
    );
    assert_eq!(document.matches("<path d=\"M").count(), 2, "two curves");
    // Once among the failed, once among the slowest, once among those found; the others once.
    assert_eq!((document.matches("data-seq=\"4\"").count(), document.matches("data-seq=\"5\"").count()), (3, 1));
    assert!(!document.contains("<b>"), "a command has become a part of the page");
}

#[test]
fn what_cannot_be_seen_is_shown_as_a_number() {
    let values = ["\u{202e}gpj.exe", "\u{1b}[31m", "👩\u{200d}👧"];
    let run = Forkful::new().args(["--report", "page.html", ": {}", ":::"]).args(values).status(0).run();
    let Some(document) = document(&run.dir.join("page.html"), "") else { return };
    has(&document, &["\\u{202e}gpj.exe", "\\x1b[31m", values[2]]);
    assert!(!document.contains(['\u{202e}', '\u{1b}']));
}

#[test]
fn a_page_about_no_jobs_lists_none() {
    let run = Forkful::new().args(["--report", "page.html", "true"]).stdin("").status(0).run();
    let Some(document) = document(&run.dir.join("page.html"), "") else { return };
    has(&document, &["<dt>Jobs</dt><dd>0</dd>", "id=\"slowest-part\" aria-labelledby=\"slowest-head\" hidden"]);
}

/// Says how much of the width of the page the command of a failed job has, and what is said of a failed job where many
/// are too short to be seen.
const LOOKS: &str = r##"<script>
    const canvas = document.getElementById("timeline"), box = canvas.getBoundingClientRect(), gutter = 34;
    const width = document.querySelector("#failed td.command").clientWidth / document.body.clientWidth;
    canvas.dispatchEvent(new PointerEvent("pointermove", {
        clientX: box.left + gutter + (box.width - gutter) * .6173, clientY: box.top + 5, pointerId: 1, pointerType: "mouse" }));
    const list = document.createElement("pre");
    list.textContent = `${width > .8 ? "all" : "a part"} ${document.getElementById("tip").innerText.replace(/\s+/g, " ")}`;
    document.body.append(list);
</script>"##;

#[test]
fn a_small_page_shows_commands_and_what_failed_among_many() {
    let mut log = String::new();
    for seq in 1..=20_000_u32 {
        let status = u32::from(seq == 12_345);
        writeln!(log, "{seq}\t:\t{:.3}\t     0.001\t0\t0\t{status}\t0\tjob-{seq}", f64::from(seq) / 1000.0)
            .expect("text");
    }
    let output = Forkful::new().args(["--report-from", "log", "page.html"]).file("log", log).status(0).run();
    let page = output.dir.join("page.html");
    fs::write(&page, fs::read_to_string(&page).expect("a page") + LOOKS).expect("room");
    let Some(document) = document_in(&page, "", "500,800") else { return };
    let said = document.split_once("<pre>").and_then(|(_, rest)| rest.split_once("</pre>")).expect("answers").0;
    assert!(said.starts_with("all failed, exit status 1 ") && said.contains("job-12345"), "{said}");
}

/// Does what a user does with the timeline, and writes down what the page says to it.
const USER: &str = r##"<script>
    const canvas = document.getElementById("timeline"), box = canvas.getBoundingClientRect(), said = [];
    const text = (id) => document.getElementById(id).innerText.replace(/\s+/g, " ");
    canvas.setPointerCapture = () => {};
    const at = (type, x) => canvas.dispatchEvent(
        new PointerEvent(type, { clientX: box.left + x, clientY: box.top + 5, pointerId: 1, pointerType: "mouse" }));
    const press = (key) => canvas.dispatchEvent(new KeyboardEvent("keydown", { key }));
    at("pointermove", box.width / 4);
    said.push("tip: " + text("tip"));
    at("pointerdown", box.width / 4);
    at("pointerup", box.width / 4);
    said.push("click: " + text("chosen"));
    press("ArrowRight");
    said.push("right: " + text("chosen"));
    press("ArrowDown");
    said.push("down: " + text("chosen"));
    document.querySelector("#failed tbody button").click();
    said.push("row: " + text("chosen"));
    document.querySelector("#legend button").click();
    said.push("pressed: " + document.querySelector("#legend button").getAttribute("aria-pressed"));
    const list = document.createElement("pre");
    list.textContent = said.join("\n");
    document.body.append(list);
</script>"##;

#[test]
fn a_page_answers_pointer_and_keyboard() {
    let mut log = String::new();
    // Two slots: jobs 1 and 3, and 2 and 4, one after the other; job 4 fails.
    for seq in 1..=4_u32 {
        let (start, status) = ((seq - 1) / 2 * 10, u32::from(seq == 4));
        writeln!(log, "{seq}\t:\t{start}.000\t     9.999\t0\t0\t{status}\t0\tjob-{seq}").expect("text");
    }
    let output = Forkful::new().args(["--report-from", "log", "page.html"]).file("log", log).status(0).run();
    let page = output.dir.join("page.html");
    fs::write(&page, fs::read_to_string(&page).expect("a page") + USER).expect("room");
    let Some(document) = document(&page, "") else { return };
    let said = document.split_once("<pre>").and_then(|(_, rest)| rest.split_once("</pre>")).expect("answers").0;
    for (line, (act, words)) in said.lines().zip([
        ("tip", ["succeeded", "job-1"]),
        ("click", ["#1 ", "job-1"]),
        ("right", ["#3 ", "job-3"]),
        ("down", ["#4 ", "job-4"]),
        ("row", ["exit status 1", "job-4"]),
        ("pressed", ["false", ""]),
    ]) {
        assert!(line.starts_with(act) && words.iter().all(|word| line.contains(word)), "{act} {words:?}: {said}");
    }
    assert_eq!(said.lines().count(), 6, "{said}");
}

#[test]
fn a_page_shows_fifty_thousand_jobs_of_an_old_log() {
    let mut log = String::from("Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n");
    for seq in 1..=50_000_u32 {
        let start = f64::from(seq / 8) * 0.25;
        let status = u32::from(seq % 100 == 0);
        writeln!(log, "{seq}\t:\t{:.3}\t     0.240\t0\t0\t{status}\t0\tencode clip {seq}", 1.7e9 + start)
            .expect("text");
    }
    let run = Forkful::new().args(["--report-from", "log", "page.html"]).file("log", log);
    let output = run.stdout("").stderr("").status(0).run();
    let page = output.dir.join("page.html");
    let size = fs::metadata(&page).expect("a page").len();
    assert!(size < 6_000_000, "{size} bytes");
    let Some(document) = document(&page, "#search=clip%2049999") else { return };
    has(&document, &["<dt>Jobs</dt><dd>50,000</dd>", "<dt>At a time</dt><dd>8</dd>", "500 failed</span>", "1 found"]);
    assert_eq!(document.matches("data-seq=\"49999\"").count(), 1);
    let drawn = document.split_once("data-drawn=\"").and_then(|(_, rest)| rest.split_once('"')).expect("a number").0;
    let drawn: u32 = drawn.parse().expect("a number");
    // No more than there are pixels for them.
    assert!((1_000..20_000).contains(&drawn), "{drawn}");
}
