//! The options that put several arguments into one job.

use clap::Args;

use super::pack::Packing;
use crate::units::parse_number;

/// How many arguments each job gets.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Several arguments for a job")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct PackOptions {
    /// At most N arguments for each job, placed where {} stands, separated by spaces
    #[arg(short = 'n', long, value_name = "N", value_parser = parse_number)]
    pub max_args: Option<usize>,

    /// As -n, with {1} to {N} for the single arguments, and the word around {} repeated for each
    #[arg(short = 'N', long, value_name = "N", value_parser = parse_number)]
    pub max_replace_args: Option<usize>,

    /// At most N lines for each job, with the word around {} repeated for each unless there is -m; a line that ends
    /// with a blank goes on in the next
    #[arg(short = 'L', value_name = "N", value_parser = parse_number, overrides_with = "max_lines")]
    pub lines: Option<usize>,

    /// As -L, but the lines stand where {} stands, separated by spaces. -l and --max-lines alone mean 1
    #[arg(short = 'l', long, value_name = "N", value_parser = parse_number, overrides_with = "lines")]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    pub max_lines: Option<usize>,

    /// As many arguments as fit on a command line, with the word around {} repeated for each; the last ones are
    /// spread over the job slots
    #[arg(short = 'X')]
    pub context_replace: bool,

    /// As -X, but the arguments stand where {} stands, separated by spaces
    #[arg(short = 'm')]
    pub multiple: bool,

    /// As -m, but the last job gets all that is left
    #[arg(long)]
    pub xargs: bool,

    /// Keep command lines shorter than N bytes; an argument that does not fit ends the input with an error
    #[arg(short = 's', long, value_name = "N", value_parser = parse_number)]
    pub max_chars: Option<usize>,

    /// End the run if the size of -s is exceeded, which is what happens anyway; scripts for xargs say it
    #[arg(short = 'x', long)]
    pub exit: bool,
}

impl PackOptions {
    /// Whether the word around a replacement string is repeated for each argument.
    pub fn repeats_words(&self) -> bool {
        self.context_replace
            || self.max_replace_args.is_some_and(|count| count > 0)
            || self.lines.is_some() && !self.xargs && !self.multiple
    }

    /// Whether a job may get more than one row of values.
    pub fn packs(&self) -> bool {
        self.fills_lines() || self.most().is_some_and(|most| most > 1)
    }

    /// Whether lines are counted, so that one that ends with a blank goes on in the next.
    pub fn counts_lines(&self) -> bool {
        self.lines.is_some() || self.max_lines.is_some()
    }

    /// Whether a job gets what fits, however much that is.
    fn fills_lines(&self) -> bool {
        self.context_replace || self.multiple || self.xargs
    }

    fn most(&self) -> Option<usize> {
        self.max_replace_args.or(self.max_args).or(self.lines).or(self.max_lines)
    }

    /// How rows are put together for a run with this many slots; `None` if each is a job.
    pub fn packing(&self, slots: usize) -> Option<Packing> {
        let most = self.most();
        if !self.fills_lines() && most.is_none() && self.max_chars.is_none() {
            return None;
        }
        let share = if self.context_replace || self.multiple { slots } else { 1 };
        let most_without_count = if self.fills_lines() { usize::MAX } else { 1 };
        let most_rows = most.filter(|most| *most > 0).unwrap_or(most_without_count);
        Some(Packing { most: most_rows, drop_values: most == Some(0), share })
    }
}
