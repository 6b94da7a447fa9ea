//! Which data goes to which jobs: the options of `--pipe` and `--pipe-part`, and what cannot be together with them.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use super::Assembly;
use crate::block::{Columns, Counts, Evaluate, Header, Key, KeySpec, Spreading};
use crate::cli::Cli;
use crate::error::Error;
use crate::input::{Content, Input, SourceSpec};
use crate::job::{Job, Seq, Slot, Values};
use crate::schedule::Place;
use crate::spread::{ByKey, Manner, Plan, Supply};
use crate::template::{Setting, Template};

/// Jobs with data that are read ahead: their blocks wait in memory, or in pipes.
pub(super) const READ_AHEAD: usize = 1;

fn refused<T>(text: &str) -> Result<T, Error> {
    Err(Error::Usage(text.into()))
}

/// Whether blocks of data are given to jobs.
pub(super) fn is_wanted(cli: &Cli) -> bool {
    cli.block.is_wanted() && !cli.semaphore.is_wanted()
}

/// Whether a job may have to be given its data again.
fn is_tried_again(cli: &Cli) -> bool {
    let policy = &cli.policy;
    policy.retry().is_wanted() || policy.memfree.is_some() || policy.limit.is_some()
}

/// Complains of options that cannot be together.
pub(super) fn check(cli: &Cli) -> Result<(), Error> {
    let Cli { block, input, .. } = cli;
    let side_by_side = block.round_robin || block.shard.is_some() || block.bin.is_some() || block.tee;
    if block.round_robin && !block.is_wanted() {
        return refused("--round-robin deals out data; use it with --pipe");
    }
    if !block.is_wanted() {
        return Ok(());
    }
    if cli.semaphore.is_wanted() {
        let others = block.pipe_part || block.cat || block.fifo || side_by_side || block.group_by.is_some();
        return if others { refused("a semaphore takes --pipe alone, for all of stdin") } else { Ok(()) };
    }
    let pack = &input.pack;
    let counts_arguments = pack.max_args.is_some() || pack.max_chars.is_some() || pack.xargs;
    match () {
        () if cli.joblog.retry_failed => {
            refused("--retry-failed takes jobs from a log, which has no data; use --resume-failed with --pipe")
        }
        () if counts_arguments || pack.context_replace || pack.multiple => refused(
            "-n, -X, -m, -s and --xargs put arguments together; use -N for records with --pipe, and --block for their size",
        ),
        () if input.shuf => refused("--shuf needs all jobs before the first; leave it out with --pipe"),
        () if cli.exec.open_tty => {
            refused("jobs that read data cannot read the terminal as well; leave out --open-tty")
        }
        () if block.tee && (block.round_robin || block.shard.is_some() || block.bin.is_some()) => {
            refused("--tee gives all data to every job; leave out --round-robin, --shard and --bin")
        }
        () if block.shard.is_some() && block.bin.is_some() => {
            refused("--shard and --bin both say which job gets a record; use one")
        }
        () if block.group_by.is_some() && (block.shard.is_some() || block.bin.is_some() || block.tee) => {
            refused("--group-by makes records of lines with the same key; leave it out with --shard, --bin and --tee")
        }
        () if block.group_by.is_some() && block.pipe_part => {
            refused("--group-by has to read the data; use --pipe instead of --pipe-part")
        }
        () if block.cat && block.fifo => refused("--cat and --fifo both give a block a name; use one of them"),
        () if block.cat && side_by_side && !(block.tee && block.pipe_part) => {
            refused("--cat gives a job all of its data at once, which is not there yet; use --fifo")
        }
        () if is_tried_again(cli) && side_by_side => refused(
            "--retries, --memfree and --limit need the data of a job again, but with --round-robin, --shard, --bin and \
             --tee it is gone; leave one of them out",
        ),
        () => Ok(()),
    }
}

impl Assembly {
    /// Opens the data.
    pub(super) fn supply(&mut self, sources: Vec<SourceSpec>) -> Result<Supply, Error> {
        let Cli { block, input, output, template, .. } = &self.cli;
        if self.command.is_empty() {
            return refused("there is no command for the data; name one, such as cat");
        }
        let (mut files, mut arguments) = (input.arg_file.clone(), Vec::new());
        for source in sources {
            match source.content {
                Content::File(name) => files.push(name),
                Content::Arguments(_) => arguments.push(source),
            }
        }
        let file = match (block.pipe_part, &files[..]) {
            (true, []) => return refused("--pipe-part reads files; name them with -a"),
            (true, _) | (false, []) => None,
            (false, [one]) => Some(one.clone()).filter(|name| name.as_os_str() != "-"),
            (false, _) => return refused("--pipe reads one stream; use --pipe-part for several files"),
        };
        if !arguments.is_empty() && !block.tee {
            return refused("with --pipe, jobs get data and no arguments; leave out :::, or use --tee");
        }
        if block.tee && block.pipe_part && files.len() > 1 {
            return refused("--tee gives all of one file to every job; name one file");
        }
        let columns = Columns::new(input.colsep.as_deref(), input.csv)?;
        let by_key = |option, text: &Option<OsString>| {
            let spec = text.as_ref().map(|text| KeySpec::new(option, text));
            let (template, slots, dialect) = (template.clone(), self.slots, self.planner.dialect());
            spec.map(|spec| {
                let template = template.clone();
                let evaluate = Box::new(move |key: &Key| {
                    let names = Values::new();
                    let setting = Setting { options: &template, names: &names, repeat_words: false, slots, dialect };
                    evaluation(key, setting)
                });
                ByKey { spec, columns: columns.clone(), evaluate }
            })
        };
        let manner = if block.tee {
            let jobs = if arguments.is_empty() {
                vec![Job::new(Seq(1), Values::new())]
            } else {
                let mut options = input.clone();
                options.arg_file.clear();
                options.header = None;
                Input::open(&options, arguments)?.jobs(None).collect::<Result<_, _>>()?
            };
            Manner::Tee(jobs)
        } else if let Some(key) = by_key("--shard", &block.shard) {
            Manner::Spread(key, Spreading::Shard)
        } else if let Some(key) = by_key("--bin", &block.bin) {
            Manner::Spread(key, Spreading::Bin)
        } else if block.round_robin {
            Manner::RoundRobin { in_turn: output.keeps_order() }
        } else {
            Manner::Each
        };
        let counts = Counts {
            lines: input.pack.lines.or(input.pack.max_lines),
            records: input.pack.max_replace_args,
            csv: input.csv.then(|| input.colsep.as_ref().map_or(Vec::new(), |text| text.as_bytes().to_vec())),
        };
        let whole = matches!(manner, Manner::Tee(_)) && block.pipe_part;
        let plan = Plan {
            rule: block.rule(counts)?,
            header: match &input.header {
                Some(header) if !whole => Header::parse(header)?,
                _ => Header::default(),
            },
            size: block.size(),
            patience: block.block_timeout,
            parts: if block.pipe_part && !whole { files.clone() } else { Vec::new() },
            file: if whole { files.first().cloned() } else { file },
            manner,
            groups: by_key("--group-by", &block.group_by),
            slots: self.slots,
            again: is_tried_again(&self.cli) || block.cat,
        };
        let supply = Supply::open(plan)?;
        self.slots = self.slots.max(supply.side_by_side());
        Ok(supply)
    }

    /// Where a job finds its data, if not on its stdin.
    pub(super) fn place(&self) -> Option<Place> {
        let below: PathBuf = self.directory.clone();
        match &self.cli.block {
            block if block.cat => Some(Place::File(below)),
            block if block.fifo => Some(Place::Fifo(below)),
            _ => None,
        }
    }

    /// Whether the values of a job, or the name of its data, are added to a command without a replacement string.
    pub(super) fn appends(&self) -> bool {
        let Cli { block, .. } = &self.cli;
        !is_wanted(&self.cli) || block.cat || block.fifo || block.tee
    }
}

/// The evaluation of the expression of a key, if it has one.
fn evaluation(key: &Key, setting: Setting<'_>) -> Result<Option<Evaluate>, Error> {
    let Some(expression) = &key.expression else { return Ok(None) };
    let text = [b"{=", expression.as_bytes(), b"=}"].concat();
    let template = Template::text(&text, setting)?;
    let shown = expression.display().to_string();
    Ok(Some(Box::new(move |value: &[u8]| {
        let mut values = Values::new();
        values.push(value);
        let rendered = template.render(&Job::new(Seq(1), values), Slot(1), None);
        rendered.map_err(|why| Error::Usage(format!("{shown}: {why}")))
    })))
}
