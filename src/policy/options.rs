//! The options of scheduling.

use std::ffi::OsString;
use std::time::Duration;

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};

use super::{
    Delay, Gate, GnuHalt, Halt, HaltRule, JobCount, Limit, Load, Remarks, Retry, RetryDelay, RetryOn, TermSeq, Timeout,
};
use crate::host;
use crate::units::{parse_duration, parse_size};

/// What +N, -N and N% of `-j` count from.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct CountBy {
    /// Count CPU cores instead of CPU threads for -j
    #[arg(long, visible_alias = "use-cpus-instead-of-cores", help_heading = "Pacing")]
    use_cores_instead_of_threads: bool,

    /// Count CPU sockets instead of CPU threads for -j
    #[arg(long, help_heading = "Pacing")]
    use_sockets_instead_of_threads: bool,
}

impl CountBy {
    /// The number of these on this machine.
    pub(crate) fn processors(self) -> usize {
        if self.use_sockets_instead_of_threads {
            host::sockets()
        } else if self.use_cores_instead_of_threads {
            host::cores()
        } else {
            host::threads()
        }
    }
}

/// How many jobs run, when they are started, and how they are ended.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Pacing")]
pub struct PolicyOptions {
    /// Run N jobs at a time: N, 0 (as many as possible), +N, -N or N% of the CPU threads, or a FILE that holds one of
    /// these
    ///
    /// A FILE is read again when it has been changed; if the number gets smaller, running jobs are not ended.
    /// The CPU threads are those that this process may use: its affinity and its cgroup's quota count. A result
    /// below 1 is 1.
    #[arg(short, long, visible_alias = "max-procs", visible_short_alias = 'P', value_name = "N")]
    #[arg(default_value = "100%", allow_hyphen_values = true)]
    pub jobs: JobCount,

    #[command(flatten)]
    pub(crate) count_by: CountBy,

    /// Take each job for one that uses K CPU threads: +N, -N and N% of -j count from as many jobs as there is room for
    ///
    /// The replacement string {cpus} is K, and so is OMP_NUM_THREADS in the environment of the jobs, unless it is set.
    #[expect(clippy::doc_markdown, reason = "the text is the help")]
    #[arg(long, value_name = "K", value_parser = cpus)]
    pub cpus_per_job: Option<usize>,

    /// Wait at least TIME between the starts of two jobs: seconds, or 1h30m and the like
    ///
    /// With auto at the end (0.5auto) the time grows by 30 % with each job that fails and shrinks by 10 % with each
    /// that does not.
    #[arg(long, value_name = "TIME")]
    pub delay: Option<Delay>,

    /// Start a job only while fewer than N threads run or wait for a disk on the whole machine: N, +N, -N or N% of the
    /// CPU threads; one job always runs
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub load: Option<Load>,

    /// Start a job only while SIZE of memory is free; with less than half of that, end the job that was started last
    /// and run it again later
    ///
    /// What is free is what can be had without swapping; the limit of the cgroup counts. A job that was ended so has
    /// not used up an attempt of --retries. One job always runs. SIZE is a number with K, M, G or T (1024) or k, m, g
    /// or t (1000).
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub memfree: Option<u64>,

    /// While less than twice SIZE of memory is free, suspend jobs, the one that was started last first; with less than
    /// SIZE all but the oldest
    ///
    /// They go on when there is room. The time for which a job is suspended does not count for --timeout.
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub memsuspend: Option<u64>,

    /// Start no job beside another while memory is being swapped both out and in
    #[arg(long)]
    pub noswap: bool,

    /// Start a job beside another only if COMMAND exits with 0; with 1 wait, with 2 end the job that was started last,
    /// and run it again later
    ///
    /// It is asked again for each job, and a second after a no. These need no command: io N (no disk was busy for N %
    /// of the last second), load N (as --load), mem SIZE (as --memfree).
    #[arg(long, value_name = "COMMAND", value_parser = OsStringValueParser::new().try_map(Limit::parse))]
    pub limit: Option<Limit>,

    /// Take each job for one that needs SIZE of memory: start no more than there is room for, the limit of the cgroup
    /// included
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub mem_per_job: Option<u64>,

    /// How a job is ended: signals to its process group, with milliseconds to wait after each
    #[arg(
        long,
        help_heading = "Failures",
        visible_alias = "term-seq",
        value_name = "SEQ",
        default_value = "TERM,200,TERM,100,TERM,50,KILL,25"
    )]
    pub termseq: TermSeq,

    /// End a job by TERM, and if it is still there after TIME by KILL; short for --termseq TERM,TIME,KILL,25
    #[arg(long, help_heading = "Failures", value_name = "TIME", value_parser = parse_duration, conflicts_with = "termseq")]
    pub grace: Option<Duration>,

    /// When the run ends before all jobs were run: never, or now or soon, a comma, and fail=N, success=N or done=N
    ///
    /// As soon as N jobs have failed, succeeded or ended in either way, no more are started. With now the running jobs
    /// are ended (see --termseq), with soon they are waited for. N may be a percentage of all jobs, as in
    /// soon,fail=10%. GNU parallel's old forms are known: 0 is never, 1 is soon,fail=1, 2 is now,fail=1, -1 is
    /// soon,success=1, -2 is now,success=1, N% is soon,fail=N%. For the exit status see EXIT STATUS.
    #[arg(
        long,
        help_heading = "Failures",
        visible_alias = "halt-on-error",
        alias = "halton",
        value_name = "WHEN,WHY",
        allow_hyphen_values = true
    )]
    #[arg(default_value = "never", hide_default_value = true)]
    pub halt: HaltRule,

    /// End a job that takes longer than TIME: seconds, or 1h30m and the like, or N% of the median of the jobs that
    /// succeed
    ///
    /// It is ended as --termseq says, counts as failed, and is tried again if --retries allows. With a percentage there
    /// is no limit until a job has succeeded; the median is that of the latest 255. 0 is no limit.
    #[arg(long, help_heading = "Failures", value_name = "TIME")]
    pub timeout: Option<Timeout>,

    /// End a job that writes nothing to stdout or stderr for TIME; it counts as one that timed out
    #[arg(long, help_heading = "Failures", value_name = "TIME", value_parser = parse_duration)]
    pub idle_timeout: Option<Duration>,

    /// End the whole run after TIME: the jobs that run are ended, no more are started, and the exit status is 255
    #[arg(long, help_heading = "Failures", value_name = "TIME", value_parser = parse_duration)]
    pub deadline: Option<Duration>,

    /// Try a job that fails up to N times in all; 0 is without end
    ///
    /// Only the output of the last attempt is printed, only that is logged, and only that counts for --halt. A job that
    /// was ended by forkful for another reason than itself has not used up an attempt.
    #[arg(long, help_heading = "Failures", value_name = "N", value_parser = attempts)]
    pub retries: Option<u32>,

    /// Wait TIME before a job is tried again; with FIRST..MOST longer each time, from FIRST, doubled, up to MOST
    ///
    /// Other jobs run meanwhile. With FIRST..MOST each wait is up to half as long again as the doubling says, by
    /// chance, so that jobs that failed together do not come back together.
    #[arg(long, help_heading = "Failures", value_name = "TIME", requires = "retries")]
    pub retry_delay: Option<RetryDelay>,

    /// Try a job again only after these: exit, exit:1,75-78, signal, signal:KILL,TERM, timeout, oom, leak, or a list of
    /// them
    #[arg(long, help_heading = "Failures", value_name = "LIST", requires = "retries")]
    pub retry_on: Option<RetryOn>,
}

fn cpus(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|cpus| *cpus > 0).ok_or_else(|| "use a whole number from 1".into())
}

fn attempts(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| "use a number of attempts in all, or 0 for as many as it takes".into())
}

impl PolicyOptions {
    /// How jobs are ended.
    pub fn ends(&self) -> TermSeq {
        self.grace.map_or_else(|| self.termseq.clone(), TermSeq::with_grace)
    }

    /// Which jobs end the run, the number of all of which may be known.
    pub fn halt(&self, total: Option<u64>) -> Halt {
        match self.halt {
            HaltRule::Never => Halt::Never,
            HaltRule::After(when, ends, goal) => Halt::LikeGnu(GnuHalt::new(when, ends, goal, total)),
        }
    }

    /// What the user is told when jobs end.
    pub fn remarks(&self) -> Remarks {
        let timeouts = self.timeout().is_wanted() || self.idle_timeout.is_some();
        Remarks { halt: self.halt(None).tells_of(), timeouts }
    }

    /// How long a job may take.
    pub fn timeout(&self) -> Timeout {
        self.timeout.clone().unwrap_or_default()
    }

    /// Whether jobs that fail are tried again.
    pub fn retry(&self) -> Retry {
        Retry {
            attempts: self.retries.map_or(Some(1), |attempts| (attempts > 0).then_some(attempts)),
            delay: self.retry_delay.unwrap_or_default(),
            on: self.retry_on.clone().unwrap_or_default(),
            ..Retry::default()
        }
    }

    /// When jobs are started.
    pub fn gate(&self) -> Gate {
        Gate::new(self.delay, self.load.map(|load| load.limit(host::threads())))
            .with_free_memory(self.memfree)
            .with_suspending(self.memsuspend)
            .with_memory_per_job(self.mem_per_job)
            .without_swapping(self.noswap)
            .with_limit(self.limit.as_ref(), host::threads())
    }

    /// The command that says whether a job may be started, if there is one.
    pub fn limit_command(&self) -> Option<OsString> {
        match &self.limit {
            Some(Limit::Command(command)) => Some(command.clone()),
            _ => None,
        }
    }
}
