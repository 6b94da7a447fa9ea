//! Where semaphores are kept: a folder of this user, and a file name for any name.

use std::env;
use std::ffi::OsStr;
use std::fmt::Write;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::error::Error;

/// The longest name that is written out in the file's name.
const LONGEST: usize = 200;

/// The folder, made if it is missing: `$PARALLEL_HOME/semaphores`, or one in /tmp.
///
/// It depends on nothing else: not on `$XDG_RUNTIME_DIR` or `$TMPDIR`, which a job of cron has not, or has others, nor
/// on what a logout removes. Two who use the same name must meet.
pub(super) fn folder() -> Result<PathBuf, Error> {
    if let Some(home) = env::var_os("PARALLEL_HOME").filter(|home| !home.is_empty()) {
        let folder = Path::new(&home).join("semaphores");
        return match fs::create_dir_all(&folder) {
            Ok(()) => Ok(folder),
            Err(cause) => Err(unusable(&folder, &cause.to_string(), "check PARALLEL_HOME")),
        };
    }
    let user = rustix::process::geteuid().as_raw();
    own_folder(Path::new(&format!("/tmp/forkful-{user}")), user)
}

/// A folder in one where everybody may write: it has to be ours alone, or somebody could have put it there.
fn own_folder(top: &Path, user: u32) -> Result<PathBuf, Error> {
    let hint = "remove it, or set PARALLEL_HOME to a folder of your own";
    let make = |folder: &Path| match DirBuilder::new().mode(0o700).create(folder) {
        Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => Err(unusable(folder, &cause.to_string(), hint)),
        _ => Ok(()),
    };
    make(top)?;
    let found = fs::symlink_metadata(top).map_err(|cause| unusable(top, &cause.to_string(), hint))?;
    if !found.is_dir() || found.uid() != user {
        return Err(unusable(top, "it is not a folder that belongs to you", hint));
    }
    if found.mode() & 0o022 != 0 {
        return Err(unusable(top, "others may write to it", "chmod 700 makes it yours alone"));
    }
    let folder = top.join("semaphores");
    make(&folder)?;
    Ok(folder)
}

pub(super) fn unusable(path: &Path, why: &str, hint: &str) -> Error {
    Error::Usage(format!("cannot keep semaphores in {}: {why}; {hint}", path.display()))
}

/// A file name for any bytes, without a slash and different for different names: what is not a letter, a digit or
/// one of `_.-` is written as %XX, and of a long name the end is a hash of it.
pub(super) fn file_name(name: &OsStr) -> String {
    let mut encoded = String::from("id-");
    for &byte in name.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"_.-".contains(&byte) {
            encoded.push(byte.into());
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    if encoded.len() > LONGEST {
        encoded.truncate(LONGEST);
        // A `%%` is in no name that is written out.
        let _ = write!(encoded, "%%{:032x}", hash(name.as_bytes()));
    }
    encoded
}

/// FNV-1a with 128 bits: the same in every build, which the standard library's hashes are not.
fn hash(bytes: &[u8]) -> u128 {
    let step = |hash: u128, byte: &u8| (hash ^ u128::from(*byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b);
    bytes.iter().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn no_name_leaves_the_folder_or_meets_another() {
        let named = |name: &[u8]| file_name(OsStr::from_bytes(name));
        let cases: [(&[u8], &str); 5] = [
            (b"build", "id-build"),
            (b"", "id-"),
            (b"..", "id-.."),
            (b"../x\n", "id-..%2Fx%0A"),
            (b"\xff%", "id-%FF%25"),
        ];
        for (name, expected) in cases {
            assert_eq!(named(name), expected);
        }
        let (one, other) = (named(&[b'/'; 5000]), named(&[b'/'; 5001]));
        assert!(one != other && one.len() < 255 && !one.contains('/'), "{one}");
        assert_eq!(hash(b"a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964, "the published value");
    }

    #[test]
    fn a_folder_in_tmp_must_be_ours_alone() {
        let user = rustix::process::geteuid().as_raw();
        let tmp = tempfile::tempdir().expect("a folder");
        let at = |name: &str| tmp.path().join(name);
        let complaint = |name: &str, user| own_folder(&at(name), user).expect_err("an error").to_string();
        let folder = own_folder(&at("new"), user).expect("a new folder");
        assert_eq!(fs::metadata(&folder).expect("a folder").mode() & 0o777, 0o700);
        assert_eq!(own_folder(&at("new"), user).expect("an old folder"), folder);
        assert!(complaint("new", user + 1).contains("belongs to you"));
        symlink(at("new"), at("link")).expect("a link");
        assert!(complaint("link", user).contains("not a folder"));
        fs::set_permissions(at("new"), fs::Permissions::from_mode(0o777)).expect("permissions");
        assert!(complaint("new", user).contains("chmod 700"));
    }
}
