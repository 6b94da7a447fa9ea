//! Keeps the layers of the house: a module uses those below it and none beside it.
//!
//! The map is the one in `src/lib.rs`. Every `crate::…` path in a room is an arrow; one that points up or sideways
//! fails here by name.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each room with its layer, from the ground up.
const LAYERS: [(u8, &[&str]); 7] = [
    (0, &["job", "error", "os", "host", "pattern", "escape", "units"]),
    (
        1,
        &[
            "input",
            "block",
            "template",
            "exec",
            "policy",
            "output",
            "joblog",
            "progress",
            "report",
            "signal",
            "semaphore",
        ],
    ),
    (2, &["collect", "spread"]),
    (3, &["schedule"]),
    (4, &["cli"]),
    (5, &["assemble"]),
    (6, &["turn"]),
];

fn layer_of(room: &str) -> Option<u8> {
    LAYERS.iter().find(|(_, rooms)| rooms.contains(&room)).map(|(layer, _)| *layer)
}

fn sources(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("a source directory").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// The rooms that the text names after `crate::`, comments aside.
fn named(text: &str) -> Vec<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let tails = code.flat_map(|line| line.split("crate::").skip(1));
    tails
        .map(|tail| {
            tail.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or("").to_owned()
        })
        .collect()
}

/// Every arrow between rooms, with a file that draws it.
fn arrows() -> BTreeMap<(String, String), PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut arrows = BTreeMap::new();
    for path in sources(&source) {
        let inside = path.strip_prefix(&source).expect("a path below src");
        let room = inside.components().next().expect("a name").as_os_str().to_string_lossy().replace(".rs", "");
        if room == "lib" || room == "main" {
            continue;
        }
        for other in named(&fs::read_to_string(&path).expect("source text")) {
            if other != room {
                arrows.insert((room.clone(), other), inside.to_path_buf());
            }
        }
    }
    arrows
}

#[test]
fn every_room_has_a_layer() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(source).expect("src") {
        let name = entry.expect("an entry").file_name().to_string_lossy().replace(".rs", "");
        assert!(["lib", "main"].contains(&name.as_str()) || layer_of(&name).is_some(), "{name} has no layer");
    }
}

#[test]
fn arrows_point_down() {
    let arrows = arrows();
    assert!(arrows.contains_key(&("schedule".into(), "job".into())), "no arrows were found at all");
    for ((from, to), file) in arrows {
        let (above, below) = (layer_of(&from), layer_of(&to));
        // Layer 0 is one room in several files.
        let fine = above > below || above == Some(0) && below == Some(0);
        assert!(fine, "src/{} uses {to}: layer {above:?} must not use layer {below:?}", file.display());
    }
}

#[test]
fn only_the_room_for_system_calls_is_unsafe() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for path in sources(&source).into_iter().filter(|path| !path.ends_with("os.rs")) {
        let text = fs::read_to_string(&path).expect("source text");
        assert!(!text.contains("allow(unsafe_code)"), "{} allows unsafe code", path.display());
    }
}
