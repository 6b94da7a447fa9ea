//! What a parsed expression looks like. Nothing here knows how it was written or what it comes to.

use super::functions::Function;
use super::pattern::Pattern;
use super::transliterate::Table;
use super::value::Scalar;

/// An expression that was understood.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) statements: Vec<Statement>,
    /// How many variables there are.
    pub(super) variables: usize,
}

/// A variable: 0 is `$_`, the others are those declared with `my`.
pub(super) type Variable = usize;

/// The variable `$_`.
pub(super) const TOPIC: Variable = 0;

/// What is between two semicolons, or a block with its condition.
#[derive(Debug)]
pub(super) enum Statement {
    Term(Term),
    /// The first block whose condition holds, or the last one.
    If {
        branches: Vec<(Term, Vec<Statement>)>,
        otherwise: Vec<Statement>,
    },
}

/// Something that has a value.
#[derive(Debug)]
pub(super) enum Term {
    Constant(Scalar),
    Variable(Variable),
    /// `my $x`, which is undefined at first.
    Declare(Variable),
    /// `$1`, or `$&` for 0.
    Capture(usize),
    /// `$arg[…]`.
    Argument(Box<Term>),
    /// `@arg` where one value is wanted.
    ArgumentCount,
    /// `$#arg`.
    LastArgument,
    /// `@arg` in a list or in a string, between which this stands.
    Arguments,
    /// What was in parentheses, which matters to few.
    Group(Box<Term>),
    /// A string with values in it.
    Text(Vec<Term>),
    Assign(Box<Term>, Box<Term>),
    /// `+=` and the like.
    Update(Binary, Box<Term>, Box<Term>),
    /// `||=` and the like.
    UpdateIf(Logical, Box<Term>, Box<Term>),
    /// `++` and `--`.
    Step {
        target: Box<Term>,
        up: bool,
        before: bool,
    },
    Negate(Box<Term>),
    Not(Box<Term>),
    Binary(Binary, Box<Term>, Box<Term>),
    Logical(Logical, Box<Term>, Box<Term>),
    Choice(Box<(Term, Term, Term)>),
    Match {
        target: Box<Term>,
        pattern: Box<Pattern>,
    },
    Substitute(Box<Substitute>),
    Transliterate {
        target: Box<Term>,
        table: Box<Table>,
    },
    Call(Function, Vec<Term>),
}

/// `s///`.
#[derive(Debug)]
pub(super) struct Substitute {
    pub(super) target: Term,
    pub(super) pattern: Pattern,
    pub(super) replacement: Term,
    /// Every match and not just the first.
    pub(super) global: bool,
    /// The changed text is the value, and the target stays as it is.
    pub(super) copies: bool,
}

/// Operators that need both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
    Concatenate,
    Repeat,
    NumberEqual,
    NumberUnequal,
    NumberLess,
    NumberMore,
    NumberAtMost,
    NumberAtLeast,
    NumberOrder,
    TextEqual,
    TextUnequal,
    TextLess,
    TextMore,
    TextAtMost,
    TextAtLeast,
    TextOrder,
}

/// Operators that may do with the left side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Logical {
    And,
    Or,
    /// `//`.
    Defined,
}

impl Binary {
    /// Whether it takes both sides as text.
    pub(super) fn is_for_text(self) -> bool {
        matches!(
            self,
            Self::Concatenate
                | Self::TextEqual
                | Self::TextUnequal
                | Self::TextLess
                | Self::TextMore
                | Self::TextAtMost
                | Self::TextAtLeast
                | Self::TextOrder
        )
    }
}

impl Term {
    /// Whether it names a variable that can be given a value.
    pub(super) fn is_place(&self) -> bool {
        match self {
            Self::Variable(_) | Self::Declare(_) | Self::Assign(..) | Self::Update(..) | Self::UpdateIf(..) => true,
            Self::Group(inner) => inner.is_place(),
            _ => false,
        }
    }

    /// Whether finding its value changes a variable or what `$1` is. Perl's operands are the variables themselves and
    /// not what they held when they were reached, so beside such a one the order would matter.
    pub(super) fn has_effect(&self) -> bool {
        match self {
            Self::Constant(_)
            | Self::Variable(_)
            | Self::Capture(_)
            | Self::ArgumentCount
            | Self::LastArgument
            | Self::Arguments => false,
            Self::Argument(inner) | Self::Group(inner) | Self::Negate(inner) | Self::Not(inner) => inner.has_effect(),
            Self::Text(parts) => parts.iter().any(Self::has_effect),
            Self::Binary(_, left, right) | Self::Logical(_, left, right) => left.has_effect() || right.has_effect(),
            Self::Choice(choice) => choice.0.has_effect() || choice.1.has_effect() || choice.2.has_effect(),
            Self::Transliterate { target, table } => table.changes() || target.has_effect(),
            Self::Call(function, operands) => {
                function.has_effect(operands.len()) || operands.iter().any(Self::has_effect)
            }
            _ => true,
        }
    }

    /// Whether it would be something else where perl wants a list.
    pub(super) fn minds_lists(&self) -> bool {
        match self {
            Self::Match { .. } | Self::Call(Function::Reverse, _) => true,
            Self::Group(inner) => inner.minds_lists(),
            Self::Binary(Binary::Repeat, left, _) => matches!(**left, Self::Group(_)),
            Self::Logical(_, left, right) => left.minds_lists() || right.minds_lists(),
            Self::Choice(choice) => choice.1.minds_lists() || choice.2.minds_lists(),
            _ => false,
        }
    }
}
