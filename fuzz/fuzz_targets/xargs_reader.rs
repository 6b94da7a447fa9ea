//! Items and commands of xargs against a reader and a batcher that are too simple to be wrong, whatever the sizes of
//! reads: nothing is lost, doubled or out of order, and every command is as large as it may be.

#![no_main]

mod pieces;

use pieces::Pieces;

use forkful::input::xargs::{Batches, Bounds, Items, Most, Price, Syntax};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Case {
    text: Vec<u8>,
    sizes: Vec<u8>,
    /// 0 and 1 are words and lines, all others are ended by this byte.
    syntax: u8,
    last: Option<Vec<u8>>,
    longest: Option<u8>,
    most: Limit,
    room: u8,
    times: u8,
    more: u8,
    strict: bool,
    once_if_empty: bool,
}

#[derive(Arbitrary, Debug)]
enum Limit {
    AsFit,
    Items(u8),
    Lines(u8),
}

/// The items, each with whether it ends a line, and whether the text breaks off with a mistake.
type Parsed = (Vec<(Vec<u8>, bool)>, bool);

/// What is there of an item that holds a NUL.
fn before_nul(item: &[u8]) -> Vec<u8> {
    item.split(|&byte| byte == 0).next().unwrap_or_default().to_vec()
}

fn ended(text: &[u8], delimiter: u8) -> Parsed {
    let mut pieces: Vec<&[u8]> = text.split(|&byte| byte == delimiter).collect();
    pieces.pop_if(|last| last.is_empty());
    (pieces.into_iter().map(|piece| (before_nul(piece), true)).collect(), false)
}

fn quoted(text: &[u8], words: bool, last: Option<&[u8]>) -> Parsed {
    let mut bytes = text.iter().copied().peekable();
    let mut items = Vec::new();
    loop {
        while bytes.next_if(|byte| matches!(byte, b' ' | b'\t'..=b'\r')).is_some() {}
        if bytes.peek().is_none() {
            return (items, false);
        }
        let mut item = Vec::new();
        let mut before = b'\n';
        // Whether it ends a line; `None` at the end of the text.
        let ends_line = loop {
            let Some(byte) = bytes.next() else { break None };
            match byte {
                b'\n' => break Some(!(words && matches!(before, b' ' | b'\t'))),
                b' ' | b'\t' if words => break Some(false),
                b'\'' | b'"' => loop {
                    match bytes.next() {
                        Some(b'\n') => return (items, true),
                        Some(inside) if inside == byte => break,
                        Some(inside) => item.push(inside),
                        None if !item.is_empty() => return (items, true),
                        None => break,
                    }
                },
                b'\\' => match bytes.next() {
                    None => break None,
                    Some(escaped) => {
                        item.push(escaped);
                        before = escaped;
                        continue;
                    }
                },
                _ => item.push(byte),
            }
            before = byte;
        };
        let value = before_nul(&item);
        let goes_on = match ends_line {
            None if !item.contains(&0) => !item.is_empty(),
            _ => last != Some(&value),
        };
        if !goes_on {
            return (items, false);
        }
        items.push((value, ends_line.unwrap_or(true)));
    }
}

/// The commands, and whether there is an error after them.
fn commands((items, broken): Parsed, bounds: Bounds) -> (Vec<Vec<Vec<u8>>>, bool) {
    let mut commands = Vec::new();
    let (mut command, mut taken, mut lines) = (Vec::new(), 0, 0);
    let mut error = broken;
    for (item, ends_line) in items {
        let is_full = match bounds.most {
            Most::AsFit => false,
            Most::Items(most) => command.len() >= most,
            Most::Lines(most) => lines >= most,
        };
        if is_full {
            commands.push(std::mem::take(&mut command));
            (taken, lines) = (0, 0);
        }
        let size = item.len() * bounds.price.times + bounds.price.more;
        if taken + size > bounds.room {
            let must_fit = bounds.strict && bounds.most != Most::AsFit && !command.is_empty();
            if must_fit || size > bounds.room {
                error = true;
                break;
            }
            commands.push(std::mem::take(&mut command));
            (taken, lines) = (0, 0);
        }
        command.push(item);
        taken += size;
        lines += usize::from(ends_line);
    }
    let is_full = match bounds.most {
        Most::AsFit => false,
        Most::Items(most) => command.len() >= most,
        Most::Lines(most) => lines >= most,
    };
    // A full command is run before the mistake is read.
    if !command.is_empty() && (is_full || !(error && bounds.strict)) {
        commands.push(command);
    }
    if commands.is_empty() && !error && bounds.once_if_empty {
        commands.push(Vec::new());
    }
    (commands, error)
}

fuzz_target!(|case: Case| {
    let syntax = match case.syntax {
        0 => Syntax::Words,
        1 => Syntax::Lines,
        2 => Syntax::Ended(0),
        delimiter => Syntax::Ended(delimiter),
    };
    let most = match case.most {
        Limit::AsFit => Most::AsFit,
        Limit::Items(most) => Most::Items(most.max(1).into()),
        Limit::Lines(most) => Most::Lines(most.max(1).into()),
    };
    let bounds = Bounds {
        most,
        room: case.room.into(),
        price: Price { times: usize::from(case.times % 4), more: usize::from(case.more % 4) },
        // As it always is with -L.
        strict: case.strict || matches!(most, Most::Lines(_)),
        once_if_empty: case.once_if_empty,
    };
    let read = match syntax {
        Syntax::Ended(delimiter) => ended(&case.text, delimiter),
        _ => quoted(&case.text, syntax == Syntax::Words, case.last.as_deref()),
    };
    let (expected, breaks) = commands(read, bounds);
    let shown = format!("{} as {syntax:?}, ended by {:?}, {bounds:?}", case.text.escape_ascii(), case.last);

    let longest = case.longest.map_or(usize::MAX, usize::from);
    let items = Items::new(Pieces(case.text, case.sizes), "fuzz".into(), syntax, case.last, longest);
    let (mut made, mut broken) = (Vec::new(), false);
    for (job, number) in Batches::new(items, bounds).zip(1..) {
        assert!(!broken, "there is something after the error");
        match job {
            Ok(job) => {
                assert_eq!(job.seq.0, number);
                made.push(job.values.iter().map(<[u8]>::to_vec).collect::<Vec<_>>());
            }
            Err(_) => broken = true,
        }
    }
    if longest == usize::MAX {
        assert_eq!((made, broken), (expected, breaks), "{shown}");
    } else {
        // Where an item is found too long depends on what is read at a time; before it nothing may be lost.
        let (made, expected): (Vec<_>, Vec<_>) = (made.concat(), expected.concat());
        assert!(if broken { expected.starts_with(&made) || breaks } else { made == expected && !breaks });
    }
});
