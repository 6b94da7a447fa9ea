//! The parts of a path: `{.}`, `{/}`, `{//}`, `{/.}` and their relatives of `--plus`, on bytes.
//!
//! As GNU parallel has it, which is not what `std::path` does: a name that is only an extension (`.bashrc`) is empty
//! without it, and a path that ends with a slash has an empty base name.

/// The path without the last `count` extensions of its last component; all of it if there are fewer.
pub(super) fn without_extensions(path: &[u8], count: usize) -> &[u8] {
    let name_starts = path.len() - basename(path).len();
    let mut end = path.len();
    for _ in 0..count {
        match path[name_starts..end].iter().rposition(|&byte| byte == b'.') {
            Some(dot) => end = name_starts + dot,
            None => return path,
        }
    }
    &path[..end]
}

/// The last `count` extensions of the path without the first dot; empty if there are fewer.
pub(super) fn extensions(path: &[u8], count: usize) -> &[u8] {
    let name = basename(path);
    let mut rest = name;
    for _ in 0..count {
        match rest.iter().rposition(|&byte| byte == b'.') {
            Some(dot) => rest = &rest[..dot],
            None => return b"",
        }
    }
    &name[rest.len() + 1..]
}

/// What follows the last slash.
pub(super) fn basename(path: &[u8]) -> &[u8] {
    path.rsplit(|&byte| byte == b'/').next().unwrap_or(path)
}

/// What precedes the last component: `.` if there is nothing, `/` for one in the root.
pub(super) fn dirname(path: &[u8]) -> &[u8] {
    let trim = |path| without_last(path, |byte| byte == b'/');
    let trimmed = trim(path);
    if trimmed.is_empty() && !path.is_empty() {
        return b"/";
    }
    let parent = without_last(trimmed, |byte| byte != b'/');
    match trim(parent) {
        b"" if parent.is_empty() => b".",
        b"" => b"/",
        parent => parent,
    }
}

/// What precedes the last slash; empty if there is none.
pub(super) fn before_last_slash(path: &[u8]) -> &[u8] {
    path.iter().rposition(|&byte| byte == b'/').map_or(b"", |slash| &path[..slash])
}

fn without_last(path: &[u8], drop: impl Fn(u8) -> bool) -> &[u8] {
    let kept = path.iter().rposition(|&byte| !drop(byte)).map_or(0, |last| last + 1);
    &path[..kept]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(edit: impl Fn(&'static [u8]) -> &'static [u8], cases: &[(&'static str, &str)]) {
        for (path, expected) in cases {
            assert_eq!(std::str::from_utf8(edit(path.as_bytes())), Ok(*expected), "of {path:?}");
        }
    }

    #[test]
    fn extension_removed() {
        let cases = [
            ("a.tar.gz", "a.tar"),
            ("sub.dir/bar", "sub.dir/bar"),
            (".bashrc", ""),
            ("d/.bashrc", "d/"),
            ("a.", "a"),
            ("..", "."),
            ("a.b/", "a.b/"),
            ("", ""),
        ];
        table(|path| without_extensions(path, 1), &cases);
        table(|path| without_extensions(path, 2), &[("d/f.a.b.c", "d/f.a"), ("x.tar.gz", "x"), ("x.gz", "x.gz")]);
    }

    #[test]
    fn extension_alone() {
        table(|path| extensions(path, 1), &[("a.tar.gz", "gz"), ("a", ""), ("d.d/a", "")]);
        table(|path| extensions(path, 2), &[("a.tar.gz", "tar.gz"), ("a.gz", "")]);
    }

    #[test]
    fn base_name() {
        table(basename, &[("a/", ""), ("/", ""), ("a//b", "b"), ("plain", "plain"), ("./here.c", "here.c")]);
    }

    #[test]
    fn directory_name() {
        let cases = [
            ("a", "."),
            ("/a", "/"),
            ("a/", "."),
            ("./a", "."),
            ("", "."),
            ("a/b/c", "a/b"),
            ("/", "/"),
            ("a//b", "a"),
            ("//a", "/"),
        ];
        table(dirname, &cases);
    }
}
