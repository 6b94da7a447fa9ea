//! Three jobs as users have them, done with the real programs: transcoding clips, running test shards, counting lines.
//!
//! ffmpeg, ffprobe and python3 must be there: a test that quietly skips its subject would prove nothing.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;

use crate::support::{Forkful, project};

/// Clips to transcode: where, and with which video codec and whether with sound.
const CLIPS: [(&[u8], &str, bool); 12] = [
    (b"plain.mkv", "mpeg4", true),
    (b"My brother's 12\" *** record (costs $$$).mkv", "mpeg4", true),
    (b"-v error.mkv", "ffv1", false),
    (b"--help.mkv", "mpeg4", false),
    (b"not utf-8 \xff\xfe\xe9.mkv", "ffv1", true),
    (b"two\nlines.mkv", "mpeg4", false),
    (b"season 1/ leading and trailing .mkv", "mpeg4", true),
    (b"season 1/$(touch pwned).mkv", "ffv1", false),
    (b"season 1/`touch pwned`;touch pwned&.mkv", "mpeg4", false),
    (b" blank folder /back\\slash\ttab.mkv", "mpeg4", true),
    (b" blank folder /concat:{}.{.} ~ # %s.mkv", "ffv1", false),
    (b"-dash/dots.in.a.name.mkv", "mpeg4", true),
];

#[test]
fn a_folder_of_clips_is_transcoded_whatever_their_names() {
    let run =
        Forkful::shell("find . -name '*.mkv' -print0 | forkful -0 -j2 --bar ffmpeg -nostdin -v error -i {} {.}.mp4");
    for (index, (name, codec, sound)) in CLIPS.into_iter().enumerate() {
        make_clip(&run.dir().join(OsStr::from_bytes(name)), codec, sound, index);
    }
    let output = run.stdout("").status(0).run();
    for (name, _, _) in CLIPS {
        let source = output.dir.join(OsStr::from_bytes(name));
        let (original, copy) = (probe(&source), probe(&source.with_extension("mp4")));
        assert_eq!(original.frames, copy.frames, "frames of {}", source.display());
        assert!((original.seconds - copy.seconds).abs() < 0.1, "{}: {original:?}, {copy:?}", source.display());
    }
    let folders = ["", "season 1", " blank folder ", "-dash"];
    let files = folders.iter().flat_map(|folder| fs::read_dir(output.dir.join(folder)).expect("folder"));
    let files = files.filter(|file| file.as_ref().is_ok_and(|file| file.path().is_file()));
    assert_eq!(files.count(), 2 * CLIPS.len(), "one copy a clip and nothing else: no name was run");
}

/// Makes a clip of a quarter of a second or so with ffmpeg's own test picture and tone.
fn make_clip(path: &Path, codec: &str, sound: bool, index: usize) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("folder");
    let seconds = format!("{}", 0.2 + 0.1 * f64::from(u8::try_from(index % 3).expect("small")));
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=20"]);
    if sound {
        ffmpeg.args(["-f", "lavfi", "-i", "sine", "-c:a", "pcm_s16le"]);
    }
    let status = ffmpeg.args(["-t", &seconds, "-c:v", codec]).arg(path).status().expect("ffmpeg is installed");
    assert!(status.success(), "ffmpeg could not make {}", path.display());
}

#[derive(Debug)]
struct Clip {
    seconds: f64,
    /// How many frames each video stream decodes to.
    frames: Vec<String>,
}

/// Decodes a clip from beginning to end; what ffprobe complains about fails the test.
fn probe(path: &Path) -> Clip {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error", "-count_frames", "-of", "default=noprint_wrappers=1"]);
    ffprobe.args(["-show_entries", "format=duration:stream=codec_type,nb_read_frames"]);
    let output = ffprobe.arg(path).output().expect("ffprobe is installed");
    let complaint = output.stderr.escape_ascii().to_string();
    assert!(output.status.success() && complaint.is_empty(), "{} is not whole: {complaint}", path.display());
    let text = String::from_utf8(output.stdout).expect("text");
    let values = |key: &str| text.lines().filter_map(|line| line.strip_prefix(key)).collect::<Vec<_>>();
    let kinds = values("codec_type=").into_iter().zip(values("nb_read_frames="));
    let frames = kinds.filter(|(kind, _)| *kind == "video").map(|(_, frames)| frames.to_owned()).collect();
    Clip { seconds: values("duration=").concat().parse().expect("seconds"), frames }
}

/// Runs the eight shards of the Python suite side by side.
fn run_shards() -> Forkful {
    let script = project("tests/fixtures/shards/shard.py");
    let line = format!("forkful -j2 --joblog log python3 {} {{}} 8 ::: 1 2 3 4 5 6 7 8", script.display());
    Forkful::shell(line).env("PYTHONDONTWRITEBYTECODE", "1")
}

#[test]
fn the_shards_of_a_test_suite_all_pass() {
    let output = run_shards().stderr("").status(0).run();
    assert_eq!(output.job_log().len(), 8);
}

#[test]
fn the_failing_shard_of_a_test_suite_is_found_in_the_job_log() {
    let output = run_shards().env("SHARDS_FAIL", "1").stderr("").status(1).run();
    let failed: Vec<_> = output.job_log().into_iter().filter(|line| line[6] != "0").collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    let [_, _, _, _, _, _, exit, signal, command] = failed[0].as_slice() else { panic!("{failed:?}") };
    assert_eq!((exit.as_str(), signal.as_str()), ("1", "0"));
    assert!(command.starts_with("python3 ") && command.ends_with("shard.py 4 8"), "{command}");
}

#[test]
fn the_output_of_each_shard_is_in_one_piece() {
    let output = run_shards().env("SHARDS_FAIL", "1").run();
    let text = String::from_utf8(output.stdout).expect("text");
    let (mut shards, mut tests) = (BTreeSet::new(), BTreeSet::new());
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (first, after) = rest.split_once('\n').expect("a line");
        let name = first.strip_prefix("begin ").unwrap_or_else(|| panic!("outside of a shard: {first}"));
        let name = name.split(':').next().expect("shard K of 8");
        let (piece, after) = after.split_once(&format!("\nend {name}\n")).expect("the end of the shard");
        assert!(!piece.contains("begin shard"), "{name} has got lines of another:\n{piece}");
        let ran = piece.lines().filter(|line| line.contains(" ... ")).map(str::to_owned).collect::<Vec<_>>();
        assert!(piece.contains(&format!("\nRan {} tests", ran.len())), "{name}:\n{piece}");
        tests.extend(ran);
        shards.insert(name.to_owned());
        rest = after;
    }
    assert_eq!((shards.len(), tests.len()), (8, 42));
}

#[test]
fn counting_lines_gives_what_a_serial_loop_gives() {
    let find = format!("find {} -name '*.rs' -print0", project("tests/").display());
    let serial = Forkful::shell(format!("{find} | while IFS= read -rd '' name; do wc -l \"$name\"; done")).run();
    assert!(serial.stdout.ends_with(b".rs\n"), "{}", serial.stdout.escape_ascii());
    Forkful::shell(format!("{find} | forkful -0 -k wc -l")).stdout(&serial.stdout).stderr("").status(0).run();
}
