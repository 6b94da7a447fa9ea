//! The options that cut data into blocks and say which job gets which.

use std::ffi::OsString;
use std::time::Duration;

use clap::Args;

use super::rule::{Counts, Rule, Wanted};
use super::size::Size;
use crate::error::Error;
use crate::units::parse_duration;

/// How data is spread over jobs.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Spreading data over jobs")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct BlockOptions {
    /// Cut stdin into blocks of whole records, and give each to a job on its stdin
    #[arg(long, visible_alias = "spreadstdin")]
    pub pipe: bool,

    /// Cut the files of -a into blocks of whole records, which jobs get without the runner reading them
    ///
    /// Only the places where a block ends are looked at, so the files must be such that can be read from anywhere.
    /// -N, -L and --csv count from the start and cannot be used with it.
    #[arg(long)]
    pub pipe_part: bool,

    /// At most SIZE bytes for a block, unless a record is longer; 1M unless given, with --pipe-part -10. -N makes N
    /// blocks for each job slot
    ///
    /// SIZE has the units K, M, G, T and P for powers of 1024 and k, m, g, t and p for powers of 1000, and may be
    /// calculated, as in 1M-2*3k. With --pipe-part a block begins with the first record at or after a multiple of SIZE.
    #[arg(long, visible_alias = "block-size", value_name = "SIZE", allow_hyphen_values = true)]
    pub block: Option<Size>,

    /// When it takes longer than DURATION to read a block, go on with the whole records that there are
    ///
    /// DURATION is at least 1 second.
    #[arg(long, visible_alias = "bt", value_name = "DURATION", value_parser = parse_patience)]
    pub block_timeout: Option<Duration>,

    /// A record starts with STR, which may hold \n, \t, \0, \054 and \x2c as in C
    ///
    /// With --recend, too, it starts where that comes just before it.
    #[arg(long, value_name = "STR", allow_hyphen_values = true)]
    pub recstart: Option<OsString>,

    /// A record ends with STR, with escapes as for --recstart: \n unless given; if it is empty, with any byte
    #[arg(long, value_name = "STR", allow_hyphen_values = true)]
    pub recend: Option<OsString>,

    /// The STR of --recstart and --recend are regular expressions; ^ and $ match at the ends of lines, too
    #[arg(long, visible_alias = "regex")]
    pub regexp: bool,

    /// Leave what --recstart and --recend stand for out of the data
    #[arg(long, visible_alias = "rrs")]
    pub remove_rec_sep: bool,

    /// Start as many jobs as there are job slots, and give each block to one that is ready for it
    #[arg(long, visible_alias = "round")]
    pub round_robin: bool,

    /// Give all lines with the same value in a column to the same one of as many jobs as there are job slots
    ///
    /// KEY is a column, by its number or its name in the first line, or a perl expression for the line in $_, or a
    /// column, a blank and an expression for its value: 3, Address, '3 $_%=100', 'Address s/\D//g'. Columns are cut at
    /// --colsep, or else at tabs.
    #[arg(long, value_name = "KEY")]
    pub shard: Option<OsString>,

    /// As --shard, but the value is the number of the job slot; larger ones start again at slot 1
    #[arg(long, value_name = "KEY")]
    pub bin: Option<OsString>,

    /// Keep neighbouring lines with the same KEY together, as one record; KEY is as for --shard
    #[arg(long, value_name = "KEY")]
    pub group_by: Option<OsString>,

    /// Give all of stdin to every job
    #[arg(long)]
    pub tee: bool,

    /// Give each job its block as a temporary file, the name of which is {}
    #[arg(long)]
    pub cat: bool,

    /// Give each job its block as a named pipe, the name of which is {}
    #[arg(long)]
    pub fifo: bool,
}

impl BlockOptions {
    /// Whether a block of data goes to each job, which some of the options imply.
    pub fn is_wanted(&self) -> bool {
        let key = [&self.shard, &self.bin, &self.group_by].into_iter().any(Option::is_some);
        self.pipe || self.pipe_part || self.cat || self.fifo || self.tee || key
    }

    /// How large blocks are.
    pub fn size(&self) -> Size {
        self.block.unwrap_or(if self.pipe_part { Size::DEFAULT_OF_PARTS } else { Size::DEFAULT })
    }

    /// What a record is, with what other rooms' options say of it.
    ///
    /// # Errors
    /// When a regular expression is none.
    pub fn rule(&self, counts: Counts) -> Result<Rule, Error> {
        let separated = self.recstart.is_some() || self.recend.is_some() || self.remove_rec_sep;
        if separated && self.group_by.is_some() {
            let text = "--group-by goes by lines; leave --recstart, --recend and --remove-rec-sep out";
            return Err(Error::Usage(text.into()));
        }
        let wanted = Wanted {
            start: self.recstart.as_deref(),
            end: self.recend.as_deref(),
            is_regex: self.regexp,
            removes_separators: self.remove_rec_sep,
        };
        Rule::new(&wanted, counts)
    }
}

fn parse_patience(text: &str) -> Result<Duration, String> {
    let patience = parse_duration(text)?;
    if patience < Duration::from_secs(1) { Err("use at least 1 second".into()) } else { Ok(patience) }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        block: BlockOptions,
    }

    fn read(words: &str) -> Result<BlockOptions, String> {
        let words = ["test"].into_iter().chain(words.split_whitespace());
        Line::try_parse_from(words).map(|line| line.block).map_err(|error| error.to_string())
    }

    #[test]
    fn some_options_imply_others() {
        for words in ["--pipe", "--spreadstdin", "--pipe-part", "--cat", "--fifo", "--tee", "--bin 1", "--group-by 1"] {
            assert!(read(words).expect("options").is_wanted(), "{words}");
        }
        for words in ["", "--block 1k", "--recend x --rrs --regex", "--round", "--bt 2"] {
            assert!(!read(words).expect("options").is_wanted(), "{words}");
        }
    }

    #[test]
    fn sizes_and_times_are_checked() {
        assert_eq!(read("--block-size -2").expect("options").size(), Size::PerSlot(2));
        assert_eq!(read("").expect("options").size(), Size::Bytes(1 << 20));
        assert_eq!(read("--pipe-part").expect("options").size(), Size::PerSlot(10));
        assert_eq!(read("--bt 1m").expect("options").block_timeout, Some(Duration::from_secs(60)));
        for (words, expected) in
            [("--bt 0.5", "at least 1 second"), ("--bt x", "number of seconds"), ("--block x", "10M")]
        {
            let error = read(words).expect_err("no options");
            assert!(error.contains(expected) && error.contains("--block"), "{error}");
        }
    }

    #[test]
    fn groups_are_of_lines() {
        for other in ["--recend x", "--recstart x", "--rrs"] {
            let options = read(&format!("--group-by 1 {other}")).expect("options");
            assert!(options.rule(Counts::default()).expect_err("no rule").to_string().starts_with("--group-by goes"));
        }
    }
}
