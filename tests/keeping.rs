//! Keeping: what is in `--results` when a disk is full, a run is killed, or another goes on with it.

use crate::support::Forkful;

/// A shell script that has a disk of its own, of this size, in the folder `disk`.
fn with_disk(size: &str, script: &str) -> Forkful {
    let script = format!("mount -t tmpfs -o size={size} none disk || exit 99\n{script}");
    Forkful::new().program("unshare").args(["-rm", "sh", "-c", &script]).file("disk/below", "")
}

#[test]
fn a_full_disk_leaves_a_table_of_whole_records() {
    // Job 1 has no room; job 2, which runs already, ends when that is known, and has.
    for (name, begin) in [("t.csv", "Seq,Host"), ("t.json", "{ \"Seq\": 2")] {
        let script = "forkful -j2 --results disk/TABLE '
                if [ {} = 1 ]; then head -c 3000000 /dev/zero | tr \"\\0\" x
                else until grep -q \"could not be written\" log; do sleep 0.01; done; echo small; fi' ::: 1 2 2>log
            status=$?; cat disk/TABLE; exit $status";
        let run = with_disk("1m", &script.replace("TABLE", name)).status(255).run();
        let table = String::from_utf8(run.stdout).expect("text");
        assert!(table.starts_with(begin) && table.contains("small"), "{}", &table[..table.len().min(200)]);
        assert!(!table.contains("xxxx"), "a part of a record");
    }
}
