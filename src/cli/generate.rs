//! The manual page and the completions, from the same definition as the options themselves.

use std::io::{self, Write};

use clap::ValueEnum;
use clap_complete::Shell;
use clap_mangen::Man;

use super::{Cli, xargs};

/// What `--generate` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Generate {
    /// The manual page, in roff
    Man,
    /// Completions for bash
    Bash,
    /// Completions for elvish
    Elvish,
    /// Completions for fish
    Fish,
    /// Completions for `PowerShell`
    Powershell,
    /// Completions for zsh
    Zsh,
}

/// What the manual says beyond the options.
const CHAPTERS: &str = include_str!("../../man/chapters.roff");

impl Generate {
    /// Writes it.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write(self, out: &mut impl Write) -> io::Result<()> {
        let shell = match self {
            Self::Man => return manual(out),
            Self::Bash => Shell::Bash,
            Self::Elvish => Shell::Elvish,
            Self::Fish => Shell::Fish,
            Self::Powershell => Shell::PowerShell,
            Self::Zsh => Shell::Zsh,
        };
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::definition(), "forkful", &mut script);
        out.write_all(&script)
    }
}

fn manual(out: &mut impl Write) -> io::Result<()> {
    let man = Man::new(Cli::definition());
    man.render_title(out)?;
    man.render_name_section(out)?;
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    let mut options = Vec::new();
    man.render_options_section(&mut options)?;
    // The groups of options are parts of one chapter; some have the names of chapters that come later.
    let options = String::from_utf8_lossy(&options).replace("\n.SH ", "\n.SS ");
    out.write_all(options.as_bytes())?;
    out.write_all(CHAPTERS.replace("@XARGS-OPTIONS@\n", &xargs::chapter()).as_bytes())
}
