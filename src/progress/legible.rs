//! Text from outside, made fit for one row of a terminal.
//!
//! A file name may hold anything: newlines, escape sequences, marks that turn the direction of writing. None of that
//! reaches the terminal, and the columns that the rest takes are counted.

use unicode_width::UnicodeWidthChar;

/// What stands where a text was cut.
const MORE: &str = "...";
/// Of a text that is cut in the middle, one part in so many is its end.
const END: usize = 3;
/// Columns that have room for two ends.
const NARROWEST: usize = 16;
/// Marks that one letter may carry; more would grow out of the row.
const MARKS: usize = 2;

/// `bytes` in at most `width` columns.
pub(super) fn legible(bytes: &[u8], width: usize) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(enough(width))]);
    let more = if width > 2 * MORE.len() { MORE } else { "" };
    let (mut shown, mut columns) = (String::new(), 0);
    // How much is left if what follows turns out not to fit.
    let mut fits = 0;
    for (letter, letter_width) in letters(&text) {
        if columns + letter_width > width {
            shown.truncate(fits);
            return shown + more;
        }
        shown.push(letter);
        columns += letter_width;
        if columns + more.len() <= width {
            fits = shown.len();
        }
    }
    shown
}

/// The same, but what does not fit is left out in the middle: the commands of many jobs differ at their ends alone.
pub(super) fn legible_ends(bytes: &[u8], width: usize) -> String {
    let most = enough(width);
    let columns = |text: &str| letters(text).map(|(_, width)| width).sum::<usize>();
    let is_short = bytes.len() <= most && columns(&String::from_utf8_lossy(bytes)) <= width;
    if is_short || width < NARROWEST {
        return legible(bytes, width);
    }
    let room = width - MORE.len();
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(most)]);
    let mut left = room - room / END;
    let mut shown: String = letters(&text).take_while(|(_, width)| takes(&mut left, *width)).map(|it| it.0).collect();
    // A column that half a letter would need is the other end's.
    left += room / END;
    shown += MORE;
    let text = String::from_utf8_lossy(&bytes[bytes.len().saturating_sub(most)..]);
    let end: Vec<_> = letters(&text).collect();
    let mut first = end.iter().rposition(|(_, width)| !takes(&mut left, *width)).map_or(0, |last| last + 1);
    // Marks of a letter that did not fit.
    first += end[first..].iter().take_while(|(_, width)| *width == 0).count();
    shown.extend(end[first..].iter().map(|(letter, _)| letter));
    shown
}

/// As much of a long text as can be shown of its ends, in `most` bytes or a few less, with `...` for what was left out.
pub(super) fn ends(text: &[u8], most: usize) -> Vec<u8> {
    if text.len() <= most {
        return text.to_vec();
    }
    let room = most.saturating_sub(MORE.len());
    let (mut first, mut last) = (room - room / END, text.len() - room / END);
    // Not in the middle of a letter, which has up to three bytes after its first.
    let goes_on = |at: usize| text.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
    for _ in 0..3 {
        first -= usize::from(first > 0 && goes_on(first));
        last += usize::from(goes_on(last));
    }
    [&text[..first], MORE.as_bytes(), &text[last..]].concat()
}

/// Whether there is room for a letter, which it takes.
fn takes(left: &mut usize, width: usize) -> bool {
    let rest = left.checked_sub(width);
    *left = rest.unwrap_or(*left);
    rest.is_some()
}

/// Bytes that fill so many columns: no letter has more than 4, and few have marks.
fn enough(width: usize) -> usize {
    8 * (width + 1)
}

/// The letters that are shown, with their columns.
fn letters(text: &str) -> impl Iterator<Item = (char, usize)> {
    let mut marks = 0;
    let letters = text.chars().filter(|letter| !joins(*letter)).map(|letter| match letter {
        '\n' | '\t' => ' ',
        _ if letter.is_control() || turns(letter) => '?',
        _ => letter,
    });
    letters.map(|letter| (letter, letter.width().unwrap_or(0))).filter(move |(_, width)| {
        marks = if *width == 0 { marks + 1 } else { 0 };
        marks <= MARKS
    })
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

    #[test]
    fn a_text_that_differs_at_its_end_is_cut_in_the_middle() {
        let cut = |text: &str, width| legible_ends(text.as_bytes(), width);
        let text = "convert a-long-name.jpg another.png";
        assert_eq!(
            [35, 34, 17].map(|width| cut(text, width)),
            [text, "convert a-long-name.j...nother.png", "convert a-....png"]
        );
        assert_eq!(cut(text, 15), "convert a-lo...");
        // Half a letter leaves its column to the end.
        assert_eq!(cut("日本語の名前日本語の名前.png", 20), "日本語の名前....png");
        assert_eq!(cut("日本語の名前日本語の名前.png", 19), "日本語の名...前.png");
        // No mark without its letter, however many there are.
        let marked = |marks| format!("{}e{}.png", "x".repeat(90), "\u{301}".repeat(marks));
        assert_eq!(cut(&marked(30), 16), format!("{}....png", "x".repeat(9)));
        assert_eq!(cut(&marked(30), 20), format!("{}...e\u{301}\u{301}.png", "x".repeat(12)));
        assert_eq!(cut(&marked(300), 20), format!("{}....png", "x".repeat(12)));
    }

    #[test]
    fn what_is_kept_of_a_long_text_is_its_ends() {
        let kept = |text: &str, most| String::from_utf8(ends(text.as_bytes(), most)).expect("whole letters");
        assert_eq!(
            (kept("abcdefghijkl", 12), kept("abcdefghijklm", 12)),
            ("abcdefghijkl".into(), "abcdef...klm".into())
        );
        assert_eq!(kept("日本語日本語", 15), "日本...語");
        assert_eq!(kept("日本語日本語", 16), "日本語...語");
        assert_eq!(ends(&[0x80; 20], 12).len(), 6);
        assert_eq!(ends(b"abcdef", 1), b"...");
    }

    proptest! {
        #[test]
        fn it_never_takes_more_columns(bytes in proptest::collection::vec(any::<u8>(), 0..200), text: String,
                                       width in 0_usize..90) {
            for bytes in [bytes.as_slice(), text.as_bytes()] {
                prop_assert!(ends(bytes, width).len() <= width.max(MORE.len()));
                for shown in [legible(bytes, width), legible_ends(bytes, width)] {
                    let columns: usize = shown.chars().map(|letter| letter.width().unwrap_or(0)).sum();
                    prop_assert!(columns <= width && shown.width() <= width + 1);
                    prop_assert!(!shown.chars().any(char::is_control));
                }
            }
        }
    }
}
