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
