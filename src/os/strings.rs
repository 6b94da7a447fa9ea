//! Strings as the kernel takes them: each ends with NUL, all in one piece of memory.

use std::ffi::CStr;

/// A byte string that was to be passed to a program holds a NUL, which would end it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoldsNul;

/// An argument vector.
///
/// A command line may have hundreds of thousands of words, so they share one buffer instead of having one each.
#[derive(Clone, Debug, Default)]
pub struct Strings {
    bytes: Vec<u8>,
    starts: Vec<usize>,
}

impl Strings {
    /// Those of `strings`.
    ///
    /// # Errors
    /// When one holds a NUL.
    pub fn of<'a>(strings: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, HoldsNul> {
        let mut all = Self::default();
        for string in strings {
            all.starts.push(all.bytes.len());
            all.bytes.extend_from_slice(string);
            all.bytes.push(0);
        }
        // Looking once at the end is quicker than looking at each.
        let nuls = memchr::memchr_iter(0, &all.bytes).count();
        if nuls == all.starts.len() { Ok(all) } else { Err(HoldsNul) }
    }

    /// Their number.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The bytes of all of them, with the NULs.
    pub fn total_size(&self) -> usize {
        self.bytes.len()
    }

    /// The string at `index`.
    pub fn get(&self, index: usize) -> Option<&CStr> {
        CStr::from_bytes_until_nul(self.bytes.get(*self.starts.get(index)?..)?).ok()
    }

    /// The longest of them, in bytes without the NUL.
    pub fn longest(&self) -> usize {
        let ends = self.starts.iter().skip(1).copied().chain([self.bytes.len()]);
        self.starts.iter().zip(ends).map(|(start, end)| end - start - 1).max().unwrap_or(0)
    }

    /// Where each begins.
    pub(super) fn pointers(&self) -> impl Iterator<Item = *const libc::c_char> {
        self.starts.iter().map(|start| self.bytes[*start..].as_ptr().cast())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_found_again_and_a_nul_is_refused() {
        let strings = Strings::of([&b"a"[..], b"", b"bcd"]).expect("no NUL");
        assert_eq!(
            (strings.get(0), strings.get(1), strings.get(2), strings.get(3)),
            (Some(c"a"), Some(c""), Some(c"bcd"), None)
        );
        assert_eq!((strings.longest(), strings.total_size()), (3, 7));
        assert_eq!(Strings::of([&b"a\0b"[..]]).map(|strings| strings.len()), Err(HoldsNul));
    }
}
