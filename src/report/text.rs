//! Bytes in JSON: a string where they are UTF-8, `{"bytes": BASE64}` where they are not.
//!
//! So nothing is lost, and what nearly always is text reads as text.

use std::borrow::Cow;

use data_encoding::BASE64;
use serde::de::Error as _;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes that are probably text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text<'a>(pub(super) Cow<'a, [u8]>);

impl<'a> From<&'a [u8]> for Text<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self(Cow::Borrowed(bytes))
    }
}

impl From<Vec<u8>> for Text<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Cow::Owned(bytes))
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Ok(text) = std::str::from_utf8(&self.0) {
            return serializer.serialize_str(text);
        }
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("bytes", &BASE64.encode(&self.0))?;
        map.end()
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Bytes { bytes: String },
}

impl<'de> Deserialize<'de> for Text<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Written::deserialize(deserializer)? {
            Written::Text(text) => Ok(Self(Cow::Owned(text.into_bytes()))),
            Written::Bytes { bytes } => {
                BASE64.decode(bytes.as_bytes()).map(|bytes| Self(Cow::Owned(bytes))).map_err(D::Error::custom)
            }
        }
    }
}

/// For people: each byte that is no UTF-8 as `\xNN`, and of more than `most` bytes the first, with an ellipsis.
pub(super) fn shown(bytes: &[u8], most: usize) -> String {
    let (kept, is_cut) = if bytes.len() > most { (&bytes[..floor(bytes, most)], true) } else { (bytes, false) };
    let mut text = String::with_capacity(kept.len());
    for chunk in kept.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().flat_map(|byte| std::ascii::escape_default(*byte)).map(char::from));
    }
    if is_cut {
        text.push('…');
    }
    text
}

/// The last border between characters up to `at`.
fn floor(bytes: &[u8], at: usize) -> usize {
    // A character has four bytes at most; those after the first begin with the bits 10.
    (at.saturating_sub(3)..=at).rev().find(|&at| bytes[at] & 0b1100_0000 != 0b1000_0000).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_as_they_were() {
        for bytes in [&b""[..], b"plain", "ä\u{1F600}\"\\\n\0".as_bytes(), b"a\xffb", b"\xed\xa0\x80", b"\xc3"] {
            let json = serde_json::to_string(&Text::from(bytes)).expect("json");
            let back: Text<'_> = serde_json::from_str(&json).expect("the same");
            assert_eq!(back, Text::from(bytes), "{json}");
        }
        assert_eq!(serde_json::to_string(&Text::from(&b"a\xffb"[..])).expect("json"), r#"{"bytes":"Yf9i"}"#);
    }

    #[test]
    fn people_see_what_is_no_text_and_no_half_characters() {
        assert_eq!(shown(b"a\xff\xfeb\n", 100), "a\\xff\\xfeb\n");
        assert_eq!(shown("ääää".as_bytes(), 5), "ää…");
        assert_eq!(shown("ääää".as_bytes(), 8), "ääää");
        assert_eq!(shown("\u{1F600}x".as_bytes(), 3), "…");
    }
}
