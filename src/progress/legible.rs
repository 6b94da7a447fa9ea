//! Text from outside, made fit for one row of a terminal.
//!
//! A file name may hold anything: newlines, escape sequences, marks that turn the direction of writing. None of that
//! reaches the terminal, and the columns that the rest takes are counted.

use unicode_width::UnicodeWidthChar;

/// What stands at the end of a text that was cut.
const MORE: &str = "...";
/// Marks that one letter may carry; more would grow out of the row.
const MARKS: usize = 2;

/// `bytes` in at most `width` columns.
pub(super) fn legible(bytes: &[u8], width: usize) -> String {
    // No letter has more than 4 bytes, and few have marks.
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(8 * (width + 1))]);
    let more = if width > 2 * MORE.len() { MORE } else { "" };
    let (mut shown, mut columns, mut marks) = (String::new(), 0, 0);
    // How much is left if what follows turns out not to fit.
    let mut fits = 0;
    for letter in text.chars() {
        let letter = match letter {
            '\n' | '\t' => ' ',
            _ if letter.is_control() || turns(letter) => '?',
            _ if joins(letter) => continue,
            _ => letter,
        };
        let letter_width = letter.width().unwrap_or(0);
        if columns + letter_width > width {
            shown.truncate(fits);
            return shown + more;
        }
        marks = if letter_width == 0 { marks + 1 } else { 0 };
        if marks > MARKS {
            continue;
        }
        shown.push(letter);
        columns += letter_width;
        if columns + more.len() <= width {
            fits = shown.len();
        }
    }
    shown
}

/// Whether it is a sign that changes the direction of what follows, or has no form at all.
fn turns(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{61c}'
        | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether it is a sign that joins or varies pictures, which terminals do in different ways.
fn joins(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    use super::*;

    #[test]
    fn what_moves_the_cursor_or_turns_the_text_is_not_shown() {
        for (bytes, expected) in [
            (&b"a\nb\tc"[..], "a b c"),
            (b"\x1b[2J\x07x\r\x7f", "?[2J?x??"),
            ("x\u{202e}gpj.exe".as_bytes(), "x?gpj.exe"),
            ("\u{9b}31m".as_bytes(), "?31m"),
            (b"\xff\xfe", "\u{fffd}\u{fffd}"),
            ("\u{5e9}\u{5dc}".as_bytes(), "\u{5e9}\u{5dc}"),
            ("e\u{301}\u{301}\u{301}\u{301}x".as_bytes(), "e\u{301}\u{301}x"),
            ("\u{2764}\u{fe0f}".as_bytes(), "\u{2764}"),
        ] {
            assert_eq!(legible(bytes, 20), expected, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn what_is_too_long_is_cut_between_letters() {
        let wide = "日本語の名前".as_bytes();
        let cut = [12, 11, 10, 9, 5, 1, 0].map(|width| legible(wide, width));
        assert_eq!(cut, ["日本語の名前", "日本語の...", "日本語...", "日本語...", "日本", "", ""]);
        assert_eq!(legible(b"abcdefghij", 8), "abcde...");
        assert_eq!(legible(b"abcdefgh", 8), "abcdefgh");
    }

    proptest! {
        #[test]
        fn it_never_takes_more_columns(bytes in proptest::collection::vec(any::<u8>(), 0..200), text: String,
                                       width in 0_usize..90) {
            for bytes in [bytes.as_slice(), text.as_bytes()] {
                let shown = legible(bytes, width);
                let columns: usize = shown.chars().map(|letter| letter.width().unwrap_or(0)).sum();
                prop_assert!(columns <= width && shown.width() <= width + 1);
                prop_assert!(!shown.chars().any(char::is_control));
            }
        }
    }
}
