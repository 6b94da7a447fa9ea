//! Sets of bytes in patterns: `[a-z]`, `\w`, `[[:alpha:]]`.

use super::Unsupported;

/// A set of bytes.
#[derive(Clone)]
pub(super) struct Set([bool; 256]);

impl Set {
    fn of(has: impl Fn(u8) -> bool) -> Self {
        Self(std::array::from_fn(|byte| u8::try_from(byte).is_ok_and(&has)))
    }

    pub(super) fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte)]
    }

    /// Stretches of bytes that are in it, each with its first and its last.
    pub(super) fn ranges(&self) -> impl Iterator<Item = (u8, u8)> + '_ {
        let starts = (0..=255_u8).filter(|&byte| self.has(byte) && (byte == 0 || !self.has(byte - 1)));
        starts.map(|first| (first, (first..=255).take_while(|&byte| self.has(byte)).last().unwrap_or(first)))
    }

    fn complement(mut self) -> Self {
        self.0.iter_mut().for_each(|has| *has = !*has);
        self
    }

    fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(has, too)| *has |= too);
    }

    fn add_byte(&mut self, byte: u8) {
        self.0[usize::from(byte)] = true;
    }
}

/// The set that a backslash and this letter mean.
pub(super) fn named(letter: u8) -> Option<Set> {
    let set = match letter.to_ascii_lowercase() {
        b'd' => Set::of(|byte| byte.is_ascii_digit()),
        b'w' => Set::of(is_word),
        b's' => Set::of(is_space),
        b'h' => Set::of(|byte| matches!(byte, b' ' | b'\t' | 0xa0)),
        b'v' => Set::of(|byte| matches!(byte, b'\n' | 0x0b | 0x0c | b'\r' | 0x85)),
        _ => return None,
    };
    Some(if letter.is_ascii_uppercase() { set.complement() } else { set })
}

/// What names are made of, as `\w` has it.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// White space, as `\s` has it.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// The byte that a backslash and `letter`, which has been read, mean.
pub(super) fn escaped_byte(letter: u8, source: &[u8], at: &mut usize) -> Result<u8, Unsupported> {
    let rest = &source[*at..];
    match letter {
        b't' => Ok(b'\t'),
        b'n' => Ok(b'\n'),
        b'r' => Ok(b'\r'),
        b'f' => Ok(0x0c),
        b'e' => Ok(0x1b),
        b'a' => Ok(0x07),
        b'0' => {
            let length = rest.iter().take(2).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
            *at += length;
            Ok(rest[..length].iter().fold(0, |value, digit| value * 8 + (digit - b'0')))
        }
        b'x' => {
            let is_hex = |byte: &&u8| byte.is_ascii_hexdigit();
            let (digits, length) = if rest.first() == Some(&b'{') {
                let digits = rest[1..].iter().take_while(is_hex).count();
                if rest.get(digits + 1) != Some(&b'}') {
                    return Err(Unsupported);
                }
                (&rest[1..=digits], digits + 2)
            } else {
                let digits = rest.iter().take(2).take_while(is_hex).count();
                (&rest[..digits], digits)
            };
            *at += length;
            let text = std::str::from_utf8(digits).map_err(|_| Unsupported)?;
            u8::from_str_radix(text, 16).map_err(|_| Unsupported)
        }
        _ if letter.is_ascii_alphanumeric() => Err(Unsupported),
        _ => Ok(letter),
    }
}

/// Reads `[…]`, of which the first bracket has been read.
pub(super) fn bracketed(source: &[u8], at: &mut usize, ignore_case: bool) -> Result<Set, Unsupported> {
    let mut set = Set::of(|_| false);
    let negated = source.get(*at) == Some(&b'^');
    *at += usize::from(negated);
    let mut is_first = true;
    loop {
        let byte = *source.get(*at).ok_or(Unsupported)?;
        if byte == b']' && !is_first {
            *at += 1;
            break;
        }
        is_first = false;
        match element(source, at)? {
            Element::Set(other) => {
                // `[\w-z]` is not a range, but what it is depends on the version.
                let next = source.get(*at..*at + 2);
                if next.is_some_and(|next| next[0] == b'-' && next[1] != b']') {
                    return Err(Unsupported);
                }
                set.add(&other);
            }
            Element::Byte(first) => {
                let is_range = source.get(*at) == Some(&b'-') && source.get(*at + 1).is_some_and(|next| *next != b']');
                if !is_range {
                    set.add_byte(first);
                    continue;
                }
                *at += 1;
                match element(source, at)? {
                    Element::Byte(last) if first <= last => (first..=last).for_each(|byte| set.add_byte(byte)),
                    _ => return Err(Unsupported),
                }
            }
        }
    }
    if ignore_case {
        for letter in b'a'..=b'z' {
            if set.has(letter) || set.has(letter.to_ascii_uppercase()) {
                set.add_byte(letter);
                set.add_byte(letter.to_ascii_uppercase());
            }
        }
    }
    Ok(if negated { set.complement() } else { set })
}

enum Element {
    Byte(u8),
    Set(Box<Set>),
}

fn element(source: &[u8], at: &mut usize) -> Result<Element, Unsupported> {
    let byte = *source.get(*at).ok_or(Unsupported)?;
    *at += 1;
    if byte == b'[' && matches!(source.get(*at), Some(b':' | b'.' | b'=')) {
        return posix(source, at).map(|set| Element::Set(Box::new(set)));
    }
    if byte != b'\\' {
        return Ok(Element::Byte(byte));
    }
    let letter = *source.get(*at).ok_or(Unsupported)?;
    *at += 1;
    match named(letter) {
        Some(set) => Ok(Element::Set(Box::new(set))),
        None if letter == b'b' => Ok(Element::Byte(0x08)),
        None => escaped_byte(letter, source, at).map(Element::Byte),
    }
}

/// Reads `[:alpha:]`, of which the first bracket has been read.
fn posix(source: &[u8], at: &mut usize) -> Result<Set, Unsupported> {
    let rest = &source[*at..];
    let end = memchr::memmem::find(rest, b":]").ok_or(Unsupported)?;
    let name = rest.get(1..end).filter(|_| rest[0] == b':').ok_or(Unsupported)?;
    let (name, negated) = name.strip_prefix(b"^").map_or((name, false), |name| (name, true));
    let set = match name {
        b"alpha" => Set::of(|byte| byte.is_ascii_alphabetic()),
        b"digit" => Set::of(|byte| byte.is_ascii_digit()),
        b"alnum" => Set::of(|byte| byte.is_ascii_alphanumeric()),
        b"upper" => Set::of(|byte| byte.is_ascii_uppercase()),
        b"lower" => Set::of(|byte| byte.is_ascii_lowercase()),
        b"punct" => Set::of(|byte| byte.is_ascii_punctuation()),
        b"space" => Set::of(is_space),
        b"blank" => Set::of(|byte| matches!(byte, b' ' | b'\t')),
        b"cntrl" => Set::of(|byte| byte.is_ascii_control()),
        b"graph" => Set::of(|byte| byte.is_ascii_graphic()),
        b"print" => Set::of(|byte| byte.is_ascii_graphic() || byte == b' '),
        b"xdigit" => Set::of(|byte| byte.is_ascii_hexdigit()),
        b"word" => Set::of(is_word),
        _ => return Err(Unsupported),
    };
    *at += end + 2;
    Ok(if negated { set.complement() } else { set })
}
