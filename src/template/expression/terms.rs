//! Reads what stands between operators: variables, numbers, text, patterns and calls.

use super::Unsupported;
use super::ast::{TOPIC, Term};
use super::functions::{Function, Operands};
use super::interpolate::{Kind, capture};
use super::parser::Parser;
use super::quotes::unescaped;
use super::value::{Number, Scalar, leading_number};

impl Parser<'_> {
    /// One term without operators.
    pub(super) fn primary(&mut self) -> Result<Term, Unsupported> {
        self.lexer.blanks();
        match self.lexer.peek().ok_or(Unsupported)? {
            b'(' => {
                self.lexer.advance(1);
                let term = self.term()?;
                if !self.lexer.takes(b")") {
                    return Err(Unsupported);
                }
                self.not_subscripted()?;
                Ok(Term::Group(Box::new(term)))
            }
            b'$' => self.variable(),
            b'@' => self.arguments().map(|()| Term::ArgumentCount),
            b'0'..=b'9' | b'.' => self.number(),
            b'\'' => {
                let text = self.lexer.delimited()?.text;
                Ok(Term::Constant(Scalar::Text(unescaped(&text))))
            }
            b'"' => {
                let text = self.lexer.delimited()?.text;
                self.interpolated(&text, Kind::Text)
            }
            b'/' => self.pattern(Term::Variable(TOPIC)),
            _ => self.word(),
        }
    }

    fn not_subscripted(&mut self) -> Result<(), Unsupported> {
        self.lexer.blanks();
        let rest = self.lexer.rest();
        if rest.starts_with(b"[") || rest.starts_with(b"{") || rest.starts_with(b"->") {
            Err(Unsupported)
        } else {
            Ok(())
        }
    }

    fn arguments(&mut self) -> Result<(), Unsupported> {
        self.lexer.advance(1);
        if self.lexer.word() != b"arg" {
            return Err(Unsupported);
        }
        self.lexer.advance(b"arg".len());
        if self.lexer.rest().starts_with(b"::") || self.lexer.rest().starts_with(b"'") {
            return Err(Unsupported);
        }
        self.not_subscripted()
    }

    fn variable(&mut self) -> Result<Term, Unsupported> {
        self.lexer.advance(1);
        if self.lexer.rest().starts_with(b"#arg") {
            self.lexer.advance(1);
            let word = self.lexer.word();
            self.lexer.advance(word.len());
            self.not_subscripted()?;
            return if word == b"arg" { Ok(Term::LastArgument) } else { Err(Unsupported) };
        }
        let digits = self.lexer.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits > 0 {
            let number = std::str::from_utf8(&self.lexer.rest()[..digits]).map_err(|_| Unsupported)?;
            self.lexer.advance(digits);
            self.not_subscripted()?;
            return capture(number);
        }
        if self.lexer.rest().starts_with(b"&") {
            self.lexer.advance(1);
            self.not_subscripted()?;
            return Ok(Term::Capture(0));
        }
        let braces = self.lexer.rest().starts_with(b"{");
        self.lexer.advance(usize::from(braces));
        let name = self.lexer.word();
        self.lexer.advance(name.len());
        if name.is_empty() || (braces && self.lexer.peek() != Some(b'}')) {
            return Err(Unsupported);
        }
        self.lexer.advance(usize::from(braces));
        if self.lexer.rest().starts_with(b"::") || self.lexer.rest().starts_with(b"'") {
            return Err(Unsupported);
        }
        match name {
            b"arg" if !braces && self.lexer.takes(b"[") => {
                let index = self.term()?;
                if index.has_effect() || !self.lexer.takes(b"]") {
                    return Err(Unsupported);
                }
                self.not_subscripted()?;
                Ok(Term::Argument(Box::new(index)))
            }
            b"job" if !braces && self.variables.find(name).is_none() => self.method(),
            _ => {
                self.not_subscripted()?;
                self.named_variable(name)
            }
        }
    }

    /// `$_`, or one declared with `my`: any other is known to all expressions, and perl keeps it.
    pub(super) fn named_variable(&mut self, name: &[u8]) -> Result<Term, Unsupported> {
        if name == b"_" {
            return Ok(Term::Variable(TOPIC));
        }
        self.variables.find(name).map(Term::Variable).ok_or(Unsupported)
    }

    /// `$job->seq()` and `$job->slot()`.
    fn method(&mut self) -> Result<Term, Unsupported> {
        if !self.lexer.takes(b"->") {
            return Err(Unsupported);
        }
        let function = if self.lexer.takes_word(b"seq") {
            Function::Seq
        } else if self.lexer.takes_word(b"slot") {
            Function::Slot
        } else {
            return Err(Unsupported);
        };
        if self.lexer.takes(b"(") && !self.lexer.takes(b")") {
            return Err(Unsupported);
        }
        Ok(Term::Call(function, Vec::new()))
    }

    fn number(&mut self) -> Result<Term, Unsupported> {
        let rest = self.lexer.rest();
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"._".contains(byte)).count();
        let is_radix = rest[0] == b'0' && rest.get(1).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        if is_radix {
            let word: Vec<u8> = rest[..length].iter().filter(|byte| **byte != b'_').copied().collect();
            self.lexer.advance(length);
            let word = std::str::from_utf8(&word).map_err(|_| Unsupported)?;
            let (digits, radix) = match word.get(1..2) {
                Some("x" | "X") => (&word[2..], 16),
                Some("b" | "B") => (&word[2..], 2),
                _ => (&word[1..], 8),
            };
            let plain = digits.bytes().all(|byte| byte.is_ascii_alphanumeric());
            return match i64::from_str_radix(digits, radix) {
                Ok(number) if plain => Ok(Term::Constant(Scalar::Integer(number))),
                _ => Err(Unsupported),
            };
        }
        let mut digits = Vec::new();
        let mut at = 0;
        for (index, &byte) in rest.iter().enumerate() {
            let exponent_sign = matches!(byte, b'+' | b'-') && index > 0 && matches!(rest[index - 1], b'e' | b'E');
            match byte {
                b'0'..=b'9' | b'.' | b'e' | b'E' => digits.push(byte),
                b'_' if index > 0 && rest[index - 1].is_ascii_digit() => {}
                _ if exponent_sign => digits.push(byte),
                _ => break,
            }
            at = index + 1;
        }
        let (number, used) = leading_number(&digits).map_err(|_| Unsupported)?;
        let text = &digits[..used];
        // `1.` and `1..2` and `1.2.3` are all something else, and so is `1_e`.
        let trailing_dot = text.ends_with(b".") || digits.get(used) == Some(&b'.');
        if used == 0 || trailing_dot || digits.len() != used || rest[at - 1] == b'_' {
            return Err(Unsupported);
        }
        self.lexer.advance(at);
        Ok(Term::Constant(match number {
            Number::Integer(number) => Scalar::Integer(number),
            Number::Float(number) => Scalar::Float(number),
        }))
    }

    fn word(&mut self) -> Result<Term, Unsupported> {
        let word = self.lexer.word();
        if word.is_empty() {
            return Err(Unsupported);
        }
        self.lexer.advance(word.len());
        match word {
            b"m" | b"s" | b"y" | b"tr" | b"q" | b"qq" => return self.quote_like(word, Term::Variable(TOPIC)),
            b"my" => {
                if !self.lexer.takes(b"$") {
                    return Err(Unsupported);
                }
                let name = self.lexer.word();
                self.lexer.advance(name.len());
                if matches!(name, b"" | b"_" | b"a" | b"b" | b"job" | b"arg") {
                    return Err(Unsupported);
                }
                self.not_subscripted()?;
                return Ok(Term::Declare(self.variables.declare(name)));
            }
            _ => {}
        }
        self.lexer.blanks();
        let rest = self.lexer.rest();
        if rest.starts_with(b"=>") || rest.starts_with(b"::") || rest.starts_with(b"'") {
            return Err(Unsupported);
        }
        if word == b"undef" {
            let ends = matches!(self.lexer.peek(), None | Some(b';' | b')' | b'}'));
            return if ends { Ok(Term::Constant(Scalar::Undefined)) } else { Err(Unsupported) };
        }
        let (function, operands) = Function::named(word).ok_or(Unsupported)?;
        self.call(function, operands)
    }

    fn call(&mut self, function: Function, operands: Operands) -> Result<Term, Unsupported> {
        let parentheses = self.lexer.peek() == Some(b'(');
        let list = match operands {
            Operands::None => {
                if parentheses {
                    self.lexer.advance(1);
                    if !self.lexer.takes(b")") {
                        return Err(Unsupported);
                    }
                }
                Vec::new()
            }
            Operands::One { or_topic } if !parentheses => {
                if self.ends_here()? {
                    if !or_topic {
                        return Err(Unsupported);
                    }
                    vec![Term::Variable(TOPIC)]
                } else {
                    vec![self.operand()?]
                }
            }
            Operands::One { .. } => {
                self.lexer.advance(1);
                let operand = self.term()?;
                if !self.lexer.takes(b")") {
                    return Err(Unsupported);
                }
                vec![operand]
            }
            Operands::Many { least, most } => {
                if parentheses {
                    self.lexer.advance(1);
                }
                let list = self.list(function)?;
                if parentheses && !self.lexer.takes(b")") {
                    return Err(Unsupported);
                }
                if !(least..=most).contains(&list.len()) {
                    return Err(Unsupported);
                }
                list
            }
        };
        // A change of one operand would show in the others.
        if list.len() > 1 && list.iter().any(Term::has_effect) {
            return Err(Unsupported);
        }
        if !function.accepts(&list) {
            return Err(Unsupported);
        }
        Ok(Term::Call(function, list))
    }

    /// Operands with commas between them.
    fn list(&mut self, function: Function) -> Result<Vec<Term>, Unsupported> {
        let mut list = Vec::new();
        if function == Function::Reverse && self.ends_here()? {
            return Ok(vec![Term::Variable(TOPIC)]);
        }
        self.not_like_a_handle()?;
        loop {
            self.lexer.blanks();
            let in_list = function.takes_list_from() <= list.len();
            let operand = if in_list && self.lexer.peek() == Some(b'@') {
                self.arguments()?;
                Term::Arguments
            } else {
                self.assignment()?
            };
            if in_list && operand.minds_lists() {
                return Err(Unsupported);
            }
            list.push(operand);
            if !self.lexer.takes(b",") {
                return Ok(list);
            }
        }
    }

    /// Refuses `$x -1` as a first operand: perl takes that for a file handle and what is to be written to it.
    fn not_like_a_handle(&mut self) -> Result<(), Unsupported> {
        let mut ahead = self.lexer.clone();
        ahead.blanks();
        if ahead.takes(b"$") {
            let name = ahead.word().len();
            ahead.advance(name);
            if ahead.blanks() {
                let symbol = matches!(ahead.peek(), Some(b'-' | b'+' | b'*' | b'/' | b'%' | b'.' | b'&' | b'<' | b'?'));
                let is_close = ahead.rest().get(1).is_some_and(|next| !next.is_ascii_whitespace());
                return if symbol && is_close { Err(Unsupported) } else { Ok(()) };
            }
        }
        Ok(())
    }

    /// Whether a function without parentheses has no operand either.
    fn ends_here(&mut self) -> Result<bool, Unsupported> {
        self.lexer.blanks();
        let rest = self.lexer.rest();
        let word = self.lexer.word();
        if !word.is_empty() {
            let ends = [b"if".as_slice(), b"unless", b"and", b"or", b"eq", b"ne", b"lt", b"gt", b"le", b"ge", b"cmp"];
            return Ok(ends.contains(&word));
        }
        let second = rest.get(1).copied();
        match rest.first() {
            None | Some(b';' | b')' | b'}' | b',' | b':' | b'?' | b'>') => Ok(true),
            Some(b'.') => Ok(!second.is_some_and(|next| next.is_ascii_digit())),
            Some(b'=') => Ok(matches!(second, Some(b'=' | b'~'))),
            Some(b'!') => Ok(matches!(second, Some(b'=' | b'~'))),
            Some(symbol @ (b'&' | b'|')) if second == Some(*symbol) => Ok(true),
            Some(b'$' | b'@' | b'"' | b'\'' | b'(' | b'0'..=b'9') => Ok(false),
            // Perl would take `/`, `-`, `<` and others for the start of an operand.
            _ => Err(Unsupported),
        }
    }
}
