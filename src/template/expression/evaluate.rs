//! Finds what a parsed expression comes to for a job.

use regex::bytes::Captures;

use super::arithmetic;
use super::ast::{Binary, Logical, Program, Statement, Substitute, TOPIC, Term, Variable};
use super::functions::{Function, substring};
use super::pattern::Pattern;
use super::value::{Scalar, counts_as_number, incremented, within_bounds};
use super::{Evaluated, Facts, LARGEST, Stop};

/// All values that are made in one evaluation may have so many bytes together, so that neither time nor memory go up
/// without an end.
const MOST: usize = 4 * LARGEST;

/// One evaluation.
struct Evaluation<'a> {
    facts: &'a Facts<'a>,
    variables: Vec<Scalar>,
    /// What the last match captured, `$&` first.
    captures: Vec<Option<Vec<u8>>>,
    /// Whether a text may have been used as a number, which perl remembers when it comes to `++`.
    counted: bool,
    /// The bytes that have been made so far.
    made: usize,
    unquoted: bool,
    skip: bool,
}

/// Evaluates `program` for a value; tells also what its last statement came to, unless that was a block.
pub(super) fn evaluate(
    program: &Program,
    value: &[u8],
    facts: &Facts<'_>,
) -> Result<(Evaluated, Option<Scalar>), Stop> {
    let mut variables = vec![Scalar::Undefined; program.variables];
    variables[TOPIC] = Scalar::Text(value.to_vec());
    let mut evaluation =
        Evaluation { facts, variables, captures: Vec::new(), counted: false, made: 0, unquoted: false, skip: false };
    let last = evaluation.statements(&program.statements)?;
    let value = match std::mem::replace(&mut evaluation.variables[TOPIC], Scalar::Undefined) {
        Scalar::Text(text) => text,
        other => other.text()?.into_owned(),
    };
    Ok((Evaluated { value, unquoted: evaluation.unquoted, skip: evaluation.skip }, last))
}

impl Evaluation<'_> {
    /// Runs statements; tells what the last one came to, unless that was a block.
    fn statements(&mut self, statements: &[Statement]) -> Result<Option<Scalar>, Stop> {
        let mut last = Some(Scalar::truth(false));
        for statement in statements {
            match statement {
                Statement::Term(term) => last = Some(self.term(term)?),
                Statement::If { branches, otherwise } => {
                    self.condition(branches, otherwise)?;
                    last = None;
                }
            }
        }
        Ok(last)
    }

    fn condition(&mut self, branches: &[(Term, Vec<Statement>)], otherwise: &[Statement]) -> Result<(), Stop> {
        for (condition, block) in branches {
            if self.term(condition)?.is_true() {
                return self.block(block);
            }
        }
        self.block(otherwise)
    }

    /// Runs a block, after which `$1` is what it was before.
    fn block(&mut self, block: &[Statement]) -> Result<(), Stop> {
        let captures = self.captures.clone();
        self.statements(block)?;
        self.captures = captures;
        Ok(())
    }

    fn text(&mut self, term: &Term) -> Result<Vec<u8>, Stop> {
        match self.term(term)? {
            Scalar::Text(text) => Ok(text),
            other => other.text().map(std::borrow::Cow::into_owned),
        }
    }

    /// Notes that a value was made.
    fn charge(&mut self, length: usize) -> Result<(), Stop> {
        within_bounds(length)?;
        self.made += length;
        if self.made > MOST {
            return Err(Stop::Failed(format!("all values together would be longer than {} MiB", MOST >> 20)));
        }
        Ok(())
    }

    fn term(&mut self, term: &Term) -> Result<Scalar, Stop> {
        let value = self.uncharged(term)?;
        if let Scalar::Text(text) = &value {
            self.charge(text.len())?;
        }
        Ok(value)
    }

    fn uncharged(&mut self, term: &Term) -> Result<Scalar, Stop> {
        match term {
            Term::Constant(value) => Ok(value.clone()),
            Term::Variable(variable) => Ok(self.variables[*variable].clone()),
            Term::Capture(index) => {
                Ok(self.captures.get(*index).cloned().flatten().map_or(Scalar::Undefined, Scalar::Text))
            }
            Term::Argument(index) => {
                self.counted = true;
                let index = self.term(index)?.integer()?;
                Ok(self.argument(index))
            }
            Term::ArgumentCount => arithmetic::from_count(self.facts.arguments.len() + 1),
            Term::LastArgument => arithmetic::from_count(self.facts.arguments.len()),
            Term::Arguments => Ok(Scalar::Text(self.arguments().join(b" ".as_slice()))),
            Term::Group(inner) => self.term(inner),
            Term::Text(parts) => {
                let mut text = Vec::new();
                for part in parts {
                    text.extend(self.text(part)?);
                    within_bounds(text.len())?;
                }
                Ok(Scalar::Text(text))
            }
            Term::Negate(inner) => {
                self.counted = true;
                arithmetic::negate(&self.term(inner)?)
            }
            Term::Not(inner) => Ok(Scalar::truth(!self.term(inner)?.is_true())),
            Term::Binary(binary, left, right) => {
                let (left, right) = (self.term(left)?, self.term(right)?);
                self.counted |= !binary.is_for_text();
                arithmetic::operate(*binary, left, &right)
            }
            Term::Logical(logical, left, right) => {
                let left = self.term(left)?;
                if decides(*logical, &left) { Ok(left) } else { self.term(right) }
            }
            Term::Choice(choice) => {
                let (condition, yes, no) = &**choice;
                if self.term(condition)?.is_true() { self.term(yes) } else { self.term(no) }
            }
            Term::Declare(_) | Term::Assign(..) | Term::Update(..) | Term::UpdateIf(..) => {
                let place = self.place(term)?;
                Ok(self.variables[place].clone())
            }
            Term::Step { target, up, before } => self.step(target, *up, *before),
            Term::Match { target, pattern } => self.matches(target, pattern),
            Term::Substitute(substitute) => self.substitute(substitute),
            Term::Transliterate { target, table } => {
                // A target that can be changed is found first, for it may have to be given a value.
                let place = if target.is_place() { Some(self.place(target)?) } else { None };
                let text = match place {
                    Some(place) => self.variables[place].text()?.into_owned(),
                    None => self.text(target)?,
                };
                self.charge(text.len())?;
                let (text, found) = table.apply(&text)?;
                match place {
                    _ if table.copies => return Ok(Scalar::Text(text)),
                    Some(place) if table.changes() => self.variables[place] = Scalar::Text(text),
                    _ => {}
                }
                Ok(Scalar::Integer(found))
            }
            Term::Call(function, operands) => self.call(*function, operands),
        }
    }

    /// The variable that a term names, after what the term does to it.
    fn place(&mut self, term: &Term) -> Result<Variable, Stop> {
        match term {
            Term::Variable(variable) => Ok(*variable),
            Term::Declare(variable) => {
                self.variables[*variable] = Scalar::Undefined;
                Ok(*variable)
            }
            Term::Group(inner) => self.place(inner),
            Term::Assign(target, value) => {
                let value = self.term(value)?;
                let place = self.place(target)?;
                self.variables[place] = value;
                Ok(place)
            }
            Term::Update(binary, target, value) => {
                let place = self.place(target)?;
                let value = self.term(value)?;
                self.counted |= !binary.is_for_text();
                let old = std::mem::replace(&mut self.variables[place], Scalar::Undefined);
                self.variables[place] = arithmetic::operate(*binary, old, &value)?;
                Ok(place)
            }
            Term::UpdateIf(logical, target, value) => {
                let place = self.place(target)?;
                if !decides(*logical, &self.variables[place]) {
                    self.variables[place] = self.term(value)?;
                }
                Ok(place)
            }
            _ => Err(Stop::Inexact),
        }
    }

    fn argument(&self, index: i64) -> Scalar {
        let arguments = self.facts.arguments;
        // The first element of `@arg` is nothing: arguments are counted from 1.
        let count = i64::try_from(arguments.len()).unwrap_or(i64::MAX).saturating_add(1);
        let index = if index < 0 { index.saturating_add(count) } else { index };
        let argument = usize::try_from(index).ok().and_then(|index| arguments.get(index.checked_sub(1)?));
        argument.map_or(Scalar::Undefined, |argument| Scalar::Text(argument.to_vec()))
    }

    /// `@arg`.
    fn arguments(&self) -> Vec<&[u8]> {
        std::iter::once(b"".as_slice()).chain(self.facts.arguments.iter().copied()).collect()
    }

    fn step(&mut self, target: &Term, up: bool, before: bool) -> Result<Scalar, Stop> {
        let place = self.place(target)?;
        let old = self.variables[place].clone();
        let new = match &old {
            Scalar::Text(text) if up && self.counted && !counts_as_number(text) => return Err(Stop::Inexact),
            Scalar::Text(text) if up => incremented(text)?,
            _ => {
                arithmetic::operate(if up { Binary::Add } else { Binary::Subtract }, old.clone(), &Scalar::Integer(1))?
            }
        };
        self.variables[place] = new.clone();
        match old {
            _ if before => Ok(new),
            Scalar::Undefined if up => Ok(Scalar::Integer(0)),
            Scalar::Text(text) if !up => Ok(Scalar::Text(text)),
            old => Ok(old),
        }
    }

    fn matches(&mut self, target: &Term, pattern: &Pattern) -> Result<Scalar, Stop> {
        let text = self.text(target)?;
        let matcher = pattern.matcher(|source| self.text(source))?;
        let found = matcher.captures(&text)?.map(|captures| owned(&captures));
        let is_found = found.is_some();
        if let Some(captures) = found {
            self.captures = captures;
        }
        Ok(Scalar::truth(is_found))
    }

    fn substitute(&mut self, substitute: &Substitute) -> Result<Scalar, Stop> {
        let place = if substitute.target.is_place() { Some(self.place(&substitute.target)?) } else { None };
        let text = match place {
            Some(place) => self.variables[place].text()?.into_owned(),
            None => self.text(&substitute.target)?,
        };
        self.charge(text.len())?;
        let matcher = substitute.pattern.matcher(|source| self.text(source))?;
        let mut result = Vec::with_capacity(text.len());
        let (mut done, mut count) = (0, 0);
        let mut replace = |captures: Captures<'_>| {
            let range = captures.get(0).map_or(0..0, |whole| whole.range());
            result.extend_from_slice(&text[done..range.start]);
            done = range.end;
            count += 1;
            self.captures = owned(&captures);
            // Many short matches take longer than their bytes tell.
            self.charge(range.len() + 32 * captures.len())?;
            result.extend(self.text(&substitute.replacement)?);
            within_bounds(result.len())
        };
        if substitute.global {
            matcher.each(&text, replace)?;
        } else if let Some(captures) = matcher.captures(&text)? {
            replace(captures)?;
        }
        result.extend_from_slice(&text[done..]);
        self.charge(result.len())?;
        if substitute.copies {
            return Ok(Scalar::Text(result));
        }
        if count == 0 {
            return Ok(Scalar::truth(false));
        }
        self.variables[place.ok_or(Stop::Inexact)?] = Scalar::Text(result);
        arithmetic::from_count(count)
    }

    fn call(&mut self, function: Function, operands: &[Term]) -> Result<Scalar, Stop> {
        self.counted |= !operands.is_empty();
        let mut values = Vec::with_capacity(operands.len());
        for operand in operands {
            if matches!(operand, Term::Arguments) {
                values.extend(self.arguments().into_iter().map(|argument| Scalar::Text(argument.to_vec())));
            } else {
                values.push(self.term(operand)?);
            }
        }
        match (function, operands) {
            (Function::Unquote, _) => self.unquoted = true,
            (Function::Skip, _) => self.skip = true,
            (Function::Chomp | Function::Chop, [Term::Variable(place)]) => {
                let mut text = values[0].text()?.into_owned();
                let chomps = function == Function::Chomp;
                if chomps && !text.ends_with(b"\n") {
                    return Ok(Scalar::Integer(0));
                }
                let last = text.pop();
                self.variables[*place] = Scalar::Text(text);
                return Ok(if chomps { Scalar::Integer(1) } else { Scalar::Text(last.into_iter().collect()) });
            }
            (Function::Substring, [Term::Variable(place), _, _, _]) => {
                let text = values[0].text()?.into_owned();
                let (start, end) = substring(text.len(), &values[1..3])?.ok_or(Stop::Inexact)?;
                self.variables[*place] =
                    Scalar::Text([&text[..start], values[3].text()?.as_ref(), &text[end..]].concat());
                return Ok(Scalar::Text(text[start..end].to_vec()));
            }
            _ => {}
        }
        function.value(&values, self.facts)
    }
}

fn owned(captures: &Captures<'_>) -> Vec<Option<Vec<u8>>> {
    captures.iter().map(|capture| capture.map(|capture| capture.as_bytes().to_vec())).collect()
}

/// Whether the left side is the value.
fn decides(logical: Logical, left: &Scalar) -> bool {
    match logical {
        Logical::And => !left.is_true(),
        Logical::Or => left.is_true(),
        Logical::Defined => left.is_defined(),
    }
}
