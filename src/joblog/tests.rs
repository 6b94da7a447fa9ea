//! The file, as it is found and as it is left.

use super::*;

fn log_of(content: &[u8], before: Before) -> (Vec<u8>, tempfile::TempDir) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("log");
    std::fs::write(&path, content).expect("a file");
    let (mut log, hold) = JobLog::open(path.clone(), true).expect("a log");
    assert!(hold.is_some());
    log.begin(before).expect("a good log");
    (std::fs::read(path).expect("a file"), directory)
}

#[test]
fn what_is_torn_is_mended_and_the_rest_stays() {
    const LINE: &[u8] = b"1\t:\t1.000\t     0.002\t0\t3\t0\t0\techo a\n";
    let both = [HEADER, LINE].concat();
    for before in [Before::Resumed, Before::Appended] {
        for cut in 1..=both.len() {
            let kept = match cut {
                _ if cut == both.len() => &both[..],
                _ => HEADER,
            };
            assert_eq!(log_of(&both[..cut], before).0, kept, "cut at {cut}");
        }
        assert_eq!(log_of(b"a note", before).0, b"a note\n");
        assert_eq!(log_of(&[LINE, b"2\t:\t1"].concat(), before).0, LINE, "without a header");
        let long = [LINE, b"2\t:\t1.0\t1.0\t0\t0\t0\t0\techo ", &b"x".repeat(200_000)].concat();
        assert_eq!(log_of(&long, before).0, LINE);
    }
    assert_eq!(log_of(b"", Before::Resumed).0, HEADER);
    assert_eq!(log_of(b"1\t:", Before::Resumed).0, HEADER, "it has always been without a header");
    assert_eq!(log_of(b"", Before::Appended).0, b"");
    assert_eq!(log_of(&both, Before::Replaced).0, HEADER);
}

#[test]
fn a_log_belongs_to_one_run() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("log");
    let (log, hold) = JobLog::open(path.clone(), true).expect("a log");
    let refusal = JobLog::open(path.clone(), true).expect_err("a refusal").to_string();
    assert!(refusal.contains("in use by another run"), "{refusal}");
    JobLog::open(path.clone(), false).expect("somebody who only appends");
    drop((log, hold));
    JobLog::open(path, true).expect("a free log");
}

#[test]
fn a_log_that_is_removed_is_missed() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("log");
    let (log, _hold) = JobLog::open(path.clone(), true).expect("a log");
    log.check().expect("it is there");
    std::fs::rename(&path, directory.path().join("old")).expect("another name");
    log.check().expect("it is still there");
    std::fs::remove_file(directory.path().join("old")).expect("no name");
    assert!(log.check().expect_err("a loss").to_string().contains("removed"));
}

#[test]
fn the_line_of_a_job_that_was_ended_goes_when_another_has_come() {
    const LATER: &[u8] = b"1\t:\t2.0\t1.0\t0\t0\t0\t0\techo a\n3\t:\t2.0\t1.0\t0\t0\t0\t0\techo b\n";
    let line = |seq: u64, command: &str| format!("{seq}\t:\t1.0\t1.0\t0\t0\t-1\t15\t{command}\n");
    let ended = [(1, "echo a"), (1, "echo a"), (2, "echo b"), (1, "echo c")].map(|(seq, command)| line(seq, command));
    let directory = tempfile::tempdir().expect("a directory");
    let (path, symlink) = (directory.path().join("log"), directory.path().join("link"));
    std::os::unix::fs::symlink("log", &symlink).expect("a link");
    let before = [HEADER, ended.concat().as_bytes(), LATER].concat();
    let after = [HEADER, ended[2..].concat().as_bytes(), LATER].concat();
    for tidies in [false, true] {
        std::fs::write(&path, &before).expect("a file");
        let (mut log, hold) = JobLog::open(symlink.clone(), true).expect("a log");
        log.begin(Before::Resumed).expect("a good log");
        if tidies {
            log.tidy_in_the_end();
        }
        log.finish();
        assert!(std::fs::read(&path).expect("a file") == if tidies { &after[..] } else { &before });
        drop((log, hold));
    }
    assert!(symlink.is_symlink());
    assert_eq!(std::fs::read_dir(directory.path()).expect("a directory").count(), 2, "something is left over");
}
