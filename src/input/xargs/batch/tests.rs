use proptest::prelude::*;

use super::super::Syntax;
use super::*;

/// A stream that gives a few bytes at a time, so that items go over the borders of what is read at once.
struct Dribble<'a>(&'a [u8], usize);

impl Read for Dribble<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.1.min(self.0.len()).min(buffer.len());
        let (now, later) = self.0.split_at(length);
        buffer[..length].copy_from_slice(now);
        self.0 = later;
        Ok(length)
    }
}

const ALL: Bounds =
    Bounds { most: Most::AsFit, room: 1000, price: Price { times: 1, more: 1 }, strict: false, once_if_empty: false };

/// The items of each command, and the error at the end.
fn batches(
    text: &[u8],
    step: usize,
    syntax: Syntax,
    last: Option<&str>,
    bounds: Bounds,
) -> (Vec<Values>, Option<String>) {
    let last = last.map(|last| last.as_bytes().to_vec());
    let items = Items::new(Dribble(text, step), "stdin".into(), syntax, last, 1000);
    let (mut all, mut error) = (Vec::new(), None);
    for job in Batches::new(items, bounds) {
        match job {
            Ok(job) => {
                all.push(job.values);
                assert_eq!(all.len() as u64, job.seq.0);
            }
            Err(broken) => error = Some(broken.to_string()),
        }
    }
    (all, error)
}

/// The items of the only command, as text.
fn words(text: &str, syntax: Syntax) -> String {
    let (all, error) = batches(text.as_bytes(), 3, syntax, Some("E"), ALL);
    let items: Vec<_> = all.iter().flat_map(Values::iter).map(|item| item.escape_ascii().to_string()).collect();
    format!("{}{}", items.join("|"), if error.is_some() { "!" } else { "" })
}

/// Each line is what GNU xargs 4.9 makes of it.
#[test]
fn items_are_those_of_gnu_xargs() {
    let cases = [
        ("a b\tc\n\n  \nd", "a|b|c|d"),
        ("'a b' \"c 'd\" e", r"a b|c \'d|e"),
        (r#"g"h i"j 'k'"l"\m"#, "gh ij|klm"),
        (r#"a\ b c\"d e\\f "x\y""#, r#"a b|c\"d|e\\f|x\\y"#),
        ("a \\\nb", r"a|\nb"),
        ("a '' \"\"\n", "a||"),
        ("a ''", "a"),
        ("a \\", "a"),
        ("a b\\", "a|b"),
        ("a \"b\nc\" d\n", "a!"),
        ("a it's", "a!"),
        ("a '", "a"),
        ("\x0ba\x0b \r\n b", r"a\x0b|b"),
        ("a\0b c\0 \"d\0e\"f \\\0 g\n", "a|c|d||g"),
        ("a E b", "a"),
        ("a 'E' b", "a"),
        ("a E", "a|E"),
        ("a \nE", "a|E"),
        ("a\n E", "a"),
        ("E", ""),
        ("a\rb\x0bc", r"a\rb\x0bc"),
    ];
    for (text, expected) in cases {
        assert_eq!(words(text, Syntax::Words), expected, "{text:?}");
    }
}

#[test]
fn with_a_replacement_items_are_lines() {
    let cases = [
        ("a b \n  c\n\n \td\t\n", r"a b |c|d\t"),
        ("'a b' c\\ d \" e\"\n", "a b c d  e"),
        ("a\\\nb\nc", r"a\nb|c"),
        ("a \"b\nc\"\n", "!"),
        ("''\na\n", "|a"),
        ("a\n E\nb\n", "a"),
        ("E x\n", "E x"),
    ];
    for (text, expected) in cases {
        assert_eq!(words(text, Syntax::Lines), expected, "{text:?}");
    }
}

#[test]
fn a_delimiter_makes_everything_else_literal() {
    let cases =
        [("a b:'c:", "a b|\\'c"), ("::a\n", "||a\\n"), ("E:b", "E|b"), ("a\0b:c\0", "a|c"), ("\0", ""), ("", "")];
    for (text, expected) in cases {
        assert_eq!(words(text, Syntax::Ended(b':')), expected, "{text:?}");
    }
}

/// `-L`: the items of each command, with `/` between commands.
fn lines(text: &str, most: usize, syntax: Syntax) -> String {
    let (all, _) = batches(text.as_bytes(), 1000, syntax, None, Bounds { most: Most::Lines(most), ..ALL });
    let join = |values: &Values| String::from_utf8(values.iter().collect::<Vec<_>>().join(&b'|')).expect("text");
    all.iter().map(join).collect::<Vec<_>>().join("/")
}

#[test]
fn a_line_goes_on_after_a_blank_at_its_end() {
    let cases = [
        ("a \n b\nc\n\n \nd \n\ne", "a|b/c/d|e"),
        ("a \n \nb\nc\n", "a|b/c"),
        ("a\t\nb", "a|b"),
        ("a\\ \nb\n", "a |b"),
        ("\"a \"\nb\n", "a /b"),
        ("a \\\nb\nc\n", "a|\nb/c"),
    ];
    for (text, expected) in cases {
        assert_eq!(lines(text, 1, Syntax::Words), expected, "{text:?}");
    }
    assert_eq!(lines("1\n2\n3\n", 2, Syntax::Words), "1|2/3");
    assert_eq!(lines("a :b::c:", 2, Syntax::Ended(b':')), "a |b/|c");
}

#[test]
fn what_does_not_fit_is_an_error_after_what_does() {
    let fit = |text: &str, room, most, strict| {
        let (all, error) = batches(text.as_bytes(), 1000, Syntax::Words, None, Bounds { most, room, strict, ..ALL });
        (all.iter().map(Values::len).collect::<Vec<_>>(), error.is_some())
    };
    assert_eq!(fit("a b c d", 4, Most::AsFit, false), (vec![2, 2], false));
    assert_eq!(fit("a b cccc d", 4, Most::AsFit, false), (vec![2], true));
    assert_eq!(fit("a b c d", 4, Most::Items(3), false), (vec![2, 2], false));
    assert_eq!(fit("a b c d", 4, Most::Items(3), true), (vec![], true));
    assert_eq!(fit("a b\nc d e", 4, Most::Lines(1), true), (vec![2], true));
    assert_eq!(fit("a b 'c", 9, Most::Items(3), true), (vec![], true));
    assert_eq!(fit("a b 'c", 9, Most::Items(3), false), (vec![2], true));
    assert_eq!(fit("a b c d", 4, Most::AsFit, true), (vec![2, 2], false));
    let repeated = Bounds { room: 6, price: Price { times: 3, more: 0 }, ..ALL };
    assert_eq!(batches(b"aa\nbbb\n", 9, Syntax::Lines, None, repeated).0.len(), 1);
}

#[test]
fn nothing_to_do_is_done_once_if_asked() {
    let empty = |once_if_empty| batches(b" \n", 1000, Syntax::Words, None, Bounds { once_if_empty, ..ALL }).0;
    assert_eq!((empty(true), empty(false)), (vec![Values::new()], vec![]));
    let (all, error) = batches(b"'a", 1000, Syntax::Words, None, Bounds { once_if_empty: true, ..ALL });
    assert!(all.is_empty() && error.is_some(), "an error is not nothing");
}

#[test]
fn a_command_is_passed_on_before_more_is_read() {
    struct Panics;
    impl Read for Panics {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            panic!("read too much")
        }
    }
    let most =
        [(Most::Items(2), Syntax::Words), (Most::Lines(1), Syntax::Words), (Most::Items(2), Syntax::Ended(b'\n'))];
    for (most, syntax) in most {
        let stream = std::io::Cursor::new("a b\nc\n").chain(Panics);
        let items = Items::new(stream, "stdin".into(), syntax, None, 1000);
        assert!(matches!(Batches::new(items, Bounds { most, ..ALL }).next(), Some(Ok(_))));
    }
}

/// The rules of quoting, one byte after the other.
fn model(text: &[u8]) -> (Vec<Vec<u8>>, bool) {
    let (mut items, mut item, mut quote, mut escaped) = (Vec::new(), None::<Vec<u8>>, None, false);
    for byte in text.iter().copied() {
        match (quote, byte) {
            _ if std::mem::take(&mut escaped) => item.get_or_insert_default().push(byte),
            (Some(_), b'\n') => return (items, true),
            (Some(open), _) if open == byte => quote = None,
            (None, b' ' | b'\t' | b'\n') => items.extend(item.take()),
            (None, b'\'' | b'"') => {
                item.get_or_insert_default();
                quote = Some(byte);
            }
            (None, b'\\') => {
                item.get_or_insert_default();
                escaped = true;
            }
            (Some(_) | None, _) => item.get_or_insert_default().push(byte),
        }
    }
    let item = item.filter(|item| !item.is_empty());
    let broken = quote.is_some() && item.is_some();
    items.extend(item.filter(|_| !broken));
    (items, broken)
}

proptest! {
    #[test]
    fn items_are_those_of_the_model(text in "[ab \n\t'\"\\\\é]{0,40}", step in 1_usize..7, most in 1_usize..5, room in 4_usize..40) {
        let bounds = Bounds { most: Most::Items(most), room: room + 100, ..ALL };
        let (all, error) = batches(text.as_bytes(), step, Syntax::Words, None, bounds);
        let items: Vec<Vec<u8>> = all.iter().flat_map(Values::iter).map(<[u8]>::to_vec).collect();
        prop_assert_eq!((items, error.is_some()), model(text.as_bytes()));
        prop_assert!(all.iter().all(|values| (1..=most).contains(&values.len())));
    }

    #[test]
    fn delimited_items_are_those_of_split(text in "[ab: ']{0,30}", step in 1_usize..7, room in 40_usize..60) {
        let (all, error) = batches(text.as_bytes(), step, Syntax::Ended(b':'), None, Bounds { room, ..ALL });
        let items: Vec<Vec<u8>> = all.iter().flat_map(Values::iter).map(<[u8]>::to_vec).collect();
        let mut expected: Vec<Vec<u8>> = text.split(':').map(|item| item.as_bytes().to_vec()).collect();
        if expected.last().is_some_and(Vec::is_empty) {
            expected.pop();
        }
        prop_assert_eq!((items, error), (expected, None));
        prop_assert!(all.iter().all(|values| values.total_size() + values.len() <= room));
    }
}
