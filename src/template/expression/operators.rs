//! Reads operators, in perl's order of precedence.

use super::Unsupported;
use super::ast::{Binary, Logical, Term};
use super::parser::Parser;

/// How tightly an operator binds.
type Level = u8;

const DEFINED_OR: Level = 1;
const AND: Level = 2;
const EQUALITY: Level = 3;
const RELATION: Level = 4;
/// What the operand of a function without parentheses may hold binds more tightly than this.
const FUNCTION: Level = 5;
const SUM: Level = 6;
const PRODUCT: Level = 7;
const BINDING: Level = 8;

/// An operator between two terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Binary(Binary, Level),
    Logical(Logical, Level),
    Bind { negated: bool },
    Assign,
    Update(Binary),
    UpdateIf(Logical),
    Choice,
}

/// Longer ones before those that they begin with. `None` is one that is not understood here.
const SYMBOLS: [(&[u8], Option<Operator>); 45] = {
    use Binary as B;
    use Logical as L;
    use Operator as O;
    [
        (b"**=", Some(O::Update(B::Power))),
        (b"||=", Some(O::UpdateIf(L::Or))),
        (b"&&=", Some(O::UpdateIf(L::And))),
        (b"//=", Some(O::UpdateIf(L::Defined))),
        (b"<=>", Some(O::Binary(B::NumberOrder, EQUALITY))),
        (b"<<", None),
        (b">>", None),
        (b"..", None),
        (b"->", None),
        (b"=>", None),
        (b"~~", None),
        // Read where they belong, after their operand.
        (b"++", None),
        (b"--", None),
        (b"^", None),
        (b"**", Some(O::Binary(B::Power, u8::MAX))),
        (b"||", Some(O::Logical(L::Or, DEFINED_OR))),
        (b"&&", Some(O::Logical(L::And, AND))),
        (b"//", Some(O::Logical(L::Defined, DEFINED_OR))),
        (b"==", Some(O::Binary(B::NumberEqual, EQUALITY))),
        (b"!=", Some(O::Binary(B::NumberUnequal, EQUALITY))),
        (b"<=", Some(O::Binary(B::NumberAtMost, RELATION))),
        (b">=", Some(O::Binary(B::NumberAtLeast, RELATION))),
        (b"=~", Some(O::Bind { negated: false })),
        (b"!~", Some(O::Bind { negated: true })),
        (b"+=", Some(O::Update(B::Add))),
        (b"-=", Some(O::Update(B::Subtract))),
        (b"*=", Some(O::Update(B::Multiply))),
        (b"/=", Some(O::Update(B::Divide))),
        (b"%=", Some(O::Update(B::Remainder))),
        (b".=", Some(O::Update(B::Concatenate))),
        (b"&=", None),
        (b"|=", None),
        (b"&", None),
        (b"|", None),
        (b"+", Some(O::Binary(B::Add, SUM))),
        (b"-", Some(O::Binary(B::Subtract, SUM))),
        (b"*", Some(O::Binary(B::Multiply, PRODUCT))),
        (b"/", Some(O::Binary(B::Divide, PRODUCT))),
        (b"%", Some(O::Binary(B::Remainder, PRODUCT))),
        (b".", Some(O::Binary(B::Concatenate, SUM))),
        (b"<", Some(O::Binary(B::NumberLess, RELATION))),
        (b">", Some(O::Binary(B::NumberMore, RELATION))),
        (b"=", Some(O::Assign)),
        (b"?", Some(O::Choice)),
        (b"!", None),
    ]
};

const WORDS: [(&[u8], Operator); 8] = {
    use Binary as B;
    use Operator as O;
    [
        (b"x", O::Binary(B::Repeat, PRODUCT)),
        (b"eq", O::Binary(B::TextEqual, EQUALITY)),
        (b"ne", O::Binary(B::TextUnequal, EQUALITY)),
        (b"cmp", O::Binary(B::TextOrder, EQUALITY)),
        (b"lt", O::Binary(B::TextLess, RELATION)),
        (b"gt", O::Binary(B::TextMore, RELATION)),
        (b"le", O::Binary(B::TextAtMost, RELATION)),
        (b"ge", O::Binary(B::TextAtLeast, RELATION)),
    ]
};

impl Parser<'_> {
    /// A whole term, with `and`, `or` and `not`.
    pub(super) fn term(&mut self) -> Result<Term, Unsupported> {
        self.nested(|parser| {
            let mut left = parser.conjunction()?;
            while parser.lexer.takes_word(b"or") {
                parser.deeper(1)?;
                left = Term::Logical(Logical::Or, Box::new(left), Box::new(parser.conjunction()?));
            }
            Ok(left)
        })
    }

    fn conjunction(&mut self) -> Result<Term, Unsupported> {
        let mut left = self.negation()?;
        while self.lexer.takes_word(b"and") {
            self.deeper(1)?;
            left = Term::Logical(Logical::And, Box::new(left), Box::new(self.negation()?));
        }
        Ok(left)
    }

    fn negation(&mut self) -> Result<Term, Unsupported> {
        let mut negations = 0;
        while self.lexer.takes_word(b"not") {
            self.deeper(1)?;
            negations += 1;
        }
        // `not($x) . "y"` negates less than it seems to, or more.
        self.lexer.blanks();
        if negations > 0 && self.lexer.peek() == Some(b'(') {
            return Err(Unsupported);
        }
        let term = self.assignment()?;
        Ok((0..negations).fold(term, |term, _| Term::Not(Box::new(term))))
    }

    /// A term up to a comma.
    pub(super) fn assignment(&mut self) -> Result<Term, Unsupported> {
        self.nested(|parser| {
            let left = parser.choice()?;
            let Some((operator, length)) = parser.operator()? else { return Ok(left) };
            if !matches!(operator, Operator::Assign | Operator::Update(_) | Operator::UpdateIf(_)) {
                return Ok(left);
            }
            if !left.is_place() {
                return Err(Unsupported);
            }
            parser.lexer.advance(length);
            let right = parser.assignment()?;
            let (left, right) = (Box::new(left), Box::new(right));
            match operator {
                Operator::Update(_) if right.has_effect() => Err(Unsupported),
                Operator::Update(binary) => Ok(Term::Update(binary, left, right)),
                Operator::UpdateIf(logical) => Ok(Term::UpdateIf(logical, left, right)),
                _ => Ok(Term::Assign(left, right)),
            }
        })
    }

    fn choice(&mut self) -> Result<Term, Unsupported> {
        let condition = self.climb(DEFINED_OR)?;
        let Some((Operator::Choice, length)) = self.operator()? else { return Ok(condition) };
        self.lexer.advance(length);
        let yes = self.assignment()?;
        if !self.lexer.takes(b":") {
            return Err(Unsupported);
        }
        let no = self.nested(Self::choice)?;
        Ok(Term::Choice(Box::new((condition, yes, no))))
    }

    /// The operand of a function without parentheses.
    pub(super) fn operand(&mut self) -> Result<Term, Unsupported> {
        self.nested(|parser| parser.climb(FUNCTION))
    }

    /// Terms with operators between them that bind at least as tightly as `least`.
    fn climb(&mut self, least: Level) -> Result<Term, Unsupported> {
        let mut left = self.unary()?;
        // The level of a comparison that has just been read: those do not follow each other.
        let mut compared = None;
        loop {
            let Some((operator, length)) = self.operator()? else { return Ok(left) };
            let level = match operator {
                Operator::Binary(_, level) | Operator::Logical(_, level) => level,
                Operator::Bind { .. } => BINDING,
                _ => return Ok(left),
            };
            if level < least {
                return Ok(left);
            }
            if compared == Some(level) || level == u8::MAX {
                return Err(Unsupported);
            }
            compared = matches!(level, EQUALITY | RELATION).then_some(level);
            self.lexer.advance(length);
            self.deeper(1)?;
            left = match operator {
                Operator::Bind { negated } => self.bound(left, negated)?,
                Operator::Logical(logical, _) => {
                    let right = self.nested(|parser| parser.climb(level + 1))?;
                    Term::Logical(logical, Box::new(left), Box::new(right))
                }
                Operator::Binary(binary, _) => {
                    let right = self.nested(|parser| parser.climb(level + 1))?;
                    operation(binary, left, right)?
                }
                _ => return Err(Unsupported),
            };
        }
    }

    fn unary(&mut self) -> Result<Term, Unsupported> {
        self.lexer.blanks();
        let rest = self.lexer.rest();
        let (first, second) = (rest.first().copied(), rest.get(1).copied());
        match (first, second) {
            (Some(b'!'), Some(b'~' | b'=')) | (Some(b'+' | b'-'), Some(b'=')) => Err(Unsupported),
            (Some(sign @ (b'+' | b'-')), Some(next)) if sign == next => {
                self.lexer.advance(2);
                let target = self.nested(Self::primary)?;
                step(target, sign == b'+', true)
            }
            // `-e` asks about files, and `-word` is text.
            (Some(b'-'), Some(next)) if next.is_ascii_alphabetic() || next == b'_' => Err(Unsupported),
            (Some(sign @ (b'!' | b'-' | b'+')), _) => {
                self.lexer.advance(1);
                self.lexer.blanks();
                if sign == b'-' && !self.lexer.word().is_empty() {
                    return Err(Unsupported);
                }
                let operand = self.nested(Self::unary)?;
                Ok(match sign {
                    b'!' => Term::Not(Box::new(operand)),
                    b'-' => Term::Negate(Box::new(operand)),
                    _ => operand,
                })
            }
            _ => self.power(),
        }
    }

    fn power(&mut self) -> Result<Term, Unsupported> {
        let base = self.primary()?;
        self.lexer.blanks();
        let rest = self.lexer.rest();
        let base = match rest.get(..2) {
            Some(b"++") => {
                self.lexer.advance(2);
                step(base, true, false)?
            }
            Some(b"--") => {
                self.lexer.advance(2);
                step(base, false, false)?
            }
            _ => base,
        };
        match self.operator()? {
            Some((Operator::Binary(Binary::Power, _), length)) => {
                self.lexer.advance(length);
                let exponent = self.nested(Self::unary)?;
                operation(Binary::Power, base, exponent)
            }
            _ => Ok(base),
        }
    }

    /// The operator that comes next, with its length.
    fn operator(&mut self) -> Result<Option<(Operator, usize)>, Unsupported> {
        self.lexer.blanks();
        let rest = self.lexer.rest();
        let word = self.lexer.word();
        if !word.is_empty() {
            if word == b"x" && rest.get(1) == Some(&b'=') {
                return match rest.get(2) {
                    Some(b'=' | b'~' | b'>') => Err(Unsupported),
                    _ => Ok(Some((Operator::Update(Binary::Repeat), 2))),
                };
            }
            // `"a"x3`
            if word[0] == b'x' && word.len() > 1 && word[1..].iter().all(u8::is_ascii_digit) {
                return Ok(Some((WORDS[0].1, 1)));
            }
            return match WORDS.iter().find(|(name, _)| *name == word) {
                Some((name, operator)) => Ok(Some((*operator, name.len()))),
                // What may follow a term otherwise is for others to see.
                None => Ok(None),
            };
        }
        match SYMBOLS.iter().find(|(symbol, _)| rest.starts_with(symbol)) {
            Some((_, None)) => Err(Unsupported),
            Some((symbol, Some(operator))) => Ok(Some((*operator, symbol.len()))),
            None => Ok(None),
        }
    }
}

/// An operation whose operands do not get in each other's way.
fn operation(binary: Binary, left: Term, right: Term) -> Result<Term, Unsupported> {
    if left.has_effect() || right.has_effect() {
        return Err(Unsupported);
    }
    Ok(Term::Binary(binary, Box::new(left), Box::new(right)))
}

fn step(target: Term, up: bool, before: bool) -> Result<Term, Unsupported> {
    if matches!(target, Term::Variable(_)) {
        Ok(Term::Step { target: Box::new(target), up, before })
    } else {
        Err(Unsupported)
    }
}
