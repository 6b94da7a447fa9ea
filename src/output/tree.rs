//! Names of result directories: a value as a part of a path, so that it can neither leave the tree nor meet another.
//!
//! `/` is written as `+z`, `+` as `++`, NUL as `+0`, an empty value as `+m`, `.` and `..` as `+_` and `+__`, as GNU
//! parallel does since 2023. A part may have 255 bytes: a longer one is nested, each but the last directory ending in `+d`, which
//! nothing else does, and what is too long for any path is cut, with a hash of the whole in `+h` and 32 digits.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use crate::job::{Seq, Values};

/// Bytes of one part of a path.
const PART: usize = 255;
/// Bytes of one value in a path, which the system lets have 4096 in all.
const VALUE: usize = 1024;
/// Bytes of all values in a path.
const PATH: usize = 3072;

/// The directory of a job below `base`: `1/VALUE/2/VALUE`, with the names of the columns instead of numbers where
/// there are any. Numbers begin anew after `width` values; a job without values goes by its number.
pub(super) fn directory(base: &Path, values: &Values, names: &Values, width: Option<usize>, seq: Seq) -> PathBuf {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    for (index, value) in values.iter().enumerate() {
        let place = width.map_or(index, |width| index % width.max(1));
        let number = (place + 1).to_string().into_bytes();
        parts.extend(component(names.get(place).unwrap_or(&number)));
        parts.extend(component(value));
    }
    if values.is_empty() {
        parts = vec![b"0".to_vec(), seq.to_string().into_bytes()];
    }
    let whole = parts.join(&b'/');
    if whole.len() > PATH {
        // A part that begins like this is of no value.
        parts = vec![[b"+h", hash(&whole).as_bytes()].concat()];
    }
    parts.into_iter().fold(base.to_path_buf(), |path, part| path.join(OsString::from_vec(part)))
}

/// A value as one part of a path, or as several if it is long.
fn component(value: &[u8]) -> Vec<Vec<u8>> {
    match value {
        b"" => return vec![b"+m".to_vec()],
        b"." => return vec![b"+_".to_vec()],
        b".." => return vec![b"+__".to_vec()],
        _ => {}
    }
    let mut escaped = Vec::with_capacity(value.len());
    for &byte in value {
        match byte {
            b'/' => escaped.extend_from_slice(b"+z"),
            b'+' => escaped.extend_from_slice(b"++"),
            // The job is not run, but its message is kept.
            0 => escaped.extend_from_slice(b"+0"),
            byte => escaped.push(byte),
        }
    }
    if escaped.len() > VALUE {
        let end = border(&escaped, PART - 34);
        return vec![[&escaped[..end], b"+h", hash(value).as_bytes()].concat()];
    }
    let (mut parts, mut rest) = (Vec::new(), escaped.as_slice());
    while rest.len() > PART {
        let (part, more) = rest.split_at(border(rest, PART - 2));
        parts.push([part, b"+d"].concat());
        rest = more;
    }
    parts.push(rest.to_vec());
    parts
}

/// Where to cut, at `most` or just before it: not in the middle of an escape.
fn border(escaped: &[u8], most: usize) -> usize {
    let pluses = escaped[..most].iter().rev().take_while(|&&byte| byte == b'+').count();
    most - pluses % 2
}

/// 128 bits of FNV-1a, which stay the same from release to release.
fn hash(bytes: &[u8]) -> String {
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    let hash = bytes.iter().fold(BASIS, |hash, &byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
    format!("{hash:032x}")
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use proptest::prelude::*;

    use super::*;

    fn path(values: &[&[u8]], names: &[&str], width: Option<usize>) -> String {
        let (values, names) = (values.iter().collect(), names.iter().collect());
        directory(Path::new("base"), &values, &names, width, Seq(7)).into_os_string().into_string().expect("text")
    }

    #[test]
    fn values_are_escaped_and_columns_numbered_or_named() {
        let values: [&[u8]; 6] = [b"a/b", b"..", b".", b"", b"a+z", b"a\0"];
        assert_eq!(path(&values, &["name"], None), "base/name/a+zb/2/+__/3/+_/4/+m/5/a++z/6/a+0");
        assert_eq!(path(&[b"a", b"b", b"c"], &[], Some(1)), "base/1/a/1/b/1/c");
        assert_eq!(path(&[b"a", b"b", b"c"], &["x", "y"], Some(2)), "base/x/a/y/b/x/c");
        assert_eq!(path(&[], &[], None), "base/0/7");
    }

    #[test]
    fn what_is_known_to_hash_hashes_so() {
        assert_eq!(hash(b""), "6c62272e07bb014262b821756295c58d");
        assert_eq!(hash(b"foobar"), "343e1662793c64bf6f0d3597ba446f18");
    }

    /// Values that are apt to be mistaken for one another: of few letters, and around the lengths that matter.
    fn value() -> impl Strategy<Value = Vec<u8>> {
        let letters = prop::sample::select(b"+dmz_h./x0\0".to_vec());
        let short = prop::collection::vec(letters, 0..5);
        let long =
            (prop::sample::select(b"+/dx".to_vec()), prop::sample::select(vec![120, 250, 256, 1020, 1100]), 0..8_usize);
        prop_oneof![
            short.clone(),
            (long, short).prop_map(|((byte, size, more), end)| [vec![byte; size + more], end].concat()),
        ]
    }

    proptest! {
        #[test]
        fn no_value_leaves_the_tree_or_meets_another(values in prop::collection::vec(value(), 2..40)) {
            let mut seen: HashMap<PathBuf, Vec<u8>> = HashMap::new();
            for value in values {
                let path = directory(Path::new("b"), &Values::from(value.clone()), &Values::new(), None, Seq(1));
                let parts: Vec<&OsStr> = path.iter().collect();
                prop_assert_eq!(&parts[..2], ["b", "1"]);
                for part in &parts {
                    prop_assert!((1..=PART).contains(&part.len()) && *part != ".." && *part != ".");
                }
                prop_assert!(path.as_os_str().as_bytes().len() < 4000);
                // A directory that holds results is no directory on the way to others.
                for (other, of) in &seen {
                    prop_assert!(of == &value || !(path.starts_with(other) || other.starts_with(&path)), "{path:?} {other:?}");
                }
                seen.insert(path, value);
            }
        }
    }
}
