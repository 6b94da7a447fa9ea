//! Reads an expression: statements and blocks. Operators are in [`operators`](super::operators), what they stand
//! between in [`terms`](super::terms).
//!
//! Only a part of perl is understood. Whatever else there is gives [`Unsupported`], also where it is no perl at all:
//! perl itself then says what is wrong with it. So each rule here errs on the side of refusing.

use super::ast::{Logical, Program, Statement, Term, Variable};
use super::lexer::Lexer;
use super::{LONGEST, Unsupported};

/// How deep terms and blocks may be nested, and how many operators may follow each other.
const DEPTH: usize = 150;

pub(super) struct Parser<'a> {
    pub(super) lexer: Lexer<'a>,
    pub(super) variables: Variables,
    pub(super) depth: usize,
}

/// The variables that are known in a place.
#[derive(Debug)]
pub(super) struct Variables {
    known: Vec<(Vec<u8>, Variable)>,
    /// Those that will be from the next statement on.
    declared: Vec<(Vec<u8>, Variable)>,
    count: usize,
}

impl Variables {
    pub(super) fn find(&self, name: &[u8]) -> Option<Variable> {
        self.known.iter().rev().find(|(known, _)| known == name).map(|(_, variable)| *variable)
    }

    pub(super) fn declare(&mut self, name: &[u8]) -> Variable {
        self.count += 1;
        self.declared.push((name.to_vec(), self.count));
        self.count
    }
}

pub(super) fn parse(text: &[u8]) -> Result<Program, Unsupported> {
    if text.len() > LONGEST {
        return Err(Unsupported);
    }
    let variables = Variables { known: Vec::new(), declared: Vec::new(), count: 0 };
    let mut parser = Parser { lexer: Lexer::new(text), variables, depth: 0 };
    let statements = parser.statements()?;
    parser.at_end()?;
    Ok(Program { statements, variables: parser.variables.count + 1 })
}

impl Parser<'_> {
    fn at_end(&mut self) -> Result<(), Unsupported> {
        self.lexer.blanks();
        if self.lexer.rest().is_empty() { Ok(()) } else { Err(Unsupported) }
    }

    /// Calls `parse` one level down.
    pub(super) fn nested<T>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<T, Unsupported>,
    ) -> Result<T, Unsupported> {
        self.deeper(1)?;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    /// Counts levels that are not given back before the statement ends.
    pub(super) fn deeper(&mut self, levels: usize) -> Result<(), Unsupported> {
        self.depth += levels;
        if self.depth > DEPTH { Err(Unsupported) } else { Ok(()) }
    }

    /// Parses other text as a term, with the variables of this place.
    pub(super) fn within(&mut self, text: &[u8]) -> Result<Term, Unsupported> {
        let nothing = Variables { known: Vec::new(), declared: Vec::new(), count: 0 };
        let variables = std::mem::replace(&mut self.variables, nothing);
        let mut parser = Parser { lexer: Lexer::new(text), variables, depth: self.depth };
        let result = parser.nested(|parser| {
            let term = parser.term()?;
            parser.at_end().map(|()| term)
        });
        self.variables = parser.variables;
        result
    }

    /// Statements up to the end of the text or of the block, with variables of their own.
    pub(super) fn statements(&mut self) -> Result<Vec<Statement>, Unsupported> {
        self.scope(|parser| {
            let mut statements = Vec::new();
            loop {
                while parser.lexer.takes(b";") {}
                if matches!(parser.lexer.peek(), None | Some(b'}')) {
                    return Ok(statements);
                }
                statements.push(parser.statement()?);
            }
        })
    }

    fn scope<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T, Unsupported>) -> Result<T, Unsupported> {
        self.introduce();
        let known = self.variables.known.len();
        let result = self.nested(parse);
        self.variables.declared.clear();
        self.variables.known.truncate(known);
        result
    }

    /// Lets those variables be known that the statement before this one has declared.
    fn introduce(&mut self) {
        let Variables { known, declared, .. } = &mut self.variables;
        known.append(declared);
    }

    fn statement(&mut self) -> Result<Statement, Unsupported> {
        self.introduce();
        if self.lexer.takes_word(b"if") {
            return self.scope(|parser| parser.condition(false));
        }
        if self.lexer.takes_word(b"unless") {
            return self.scope(|parser| parser.condition(true));
        }
        let depth = self.depth;
        let mut term = self.term()?;
        let declares = !self.variables.declared.is_empty();
        let modifier = if self.lexer.takes_word(b"if") {
            Some(Logical::And)
        } else if self.lexer.takes_word(b"unless") {
            Some(Logical::Or)
        } else {
            None
        };
        if let Some(logical) = modifier {
            // A variable that is declared on a condition is a riddle.
            if declares {
                return Err(Unsupported);
            }
            term = Term::Logical(logical, Box::new(self.term()?), Box::new(term));
        }
        self.depth = depth;
        if !self.lexer.takes(b";") && !matches!(self.lexer.peek(), None | Some(b'}')) {
            return Err(Unsupported);
        }
        Ok(Statement::Term(term))
    }

    /// What follows `if`, or `unless`.
    fn condition(&mut self, negated: bool) -> Result<Statement, Unsupported> {
        let mut branches = Vec::new();
        let mut otherwise = Vec::new();
        let mut negated = negated;
        loop {
            if !self.lexer.takes(b"(") {
                return Err(Unsupported);
            }
            let mut condition = self.term()?;
            if !self.lexer.takes(b")") {
                return Err(Unsupported);
            }
            if std::mem::take(&mut negated) {
                condition = Term::Not(Box::new(condition));
            }
            branches.push((condition, self.block()?));
            if self.lexer.takes_word(b"elsif") {
                continue;
            }
            if self.lexer.takes_word(b"else") {
                otherwise = self.block()?;
            }
            return Ok(Statement::If { branches, otherwise });
        }
    }

    fn block(&mut self) -> Result<Vec<Statement>, Unsupported> {
        if !self.lexer.takes(b"{") {
            return Err(Unsupported);
        }
        let statements = self.statements()?;
        if self.lexer.takes(b"}") { Ok(statements) } else { Err(Unsupported) }
    }
}
