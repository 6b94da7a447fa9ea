//! The languages that shells speak.

/// A family of shells that read quotes and words alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// sh, bash, dash, ksh, mksh, zsh and their kin.
    #[default]
    Bourne,
    /// csh and tcsh.
    Csh,
    /// fish.
    Fish,
    /// rc, the shell of Plan 9.
    Rc,
}
