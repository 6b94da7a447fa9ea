//! One perl process, for the expressions that are not understood here.
//!
//! It is started when it is first needed and then stays: a question and its answer cost what two small messages do.
//! It sees the end of its input when this program ends, however that happens, and ends as well. It leads a process
//! group of its own, so that Ctrl-C reaches it by way of us alone. One that has died is replaced at the next question.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use super::{Evaluated, Facts};

/// What the process runs.
const PROGRAM: &str = include_str!("evaluate.pl");

/// Why perl gave no value.
#[derive(Debug)]
pub(super) enum Trouble {
    /// There is no perl.
    Missing,
    /// It cannot be started.
    NotStarted(io::Error),
    /// It does not understand the expression either.
    Syntax(String),
    /// The expression died, with these words.
    Died(String),
    /// The process has ended.
    Ended(String),
}

struct Process {
    child: Child,
    requests: ChildStdin,
    answers: ChildStdout,
    /// The numbers of what has been compiled.
    compiled: HashMap<Vec<u8>, u32>,
}

static PERL: Mutex<Option<Process>> = Mutex::new(None);

/// Finds out whether perl understands `source`.
pub(super) fn compile(source: &[u8]) -> Result<(), Trouble> {
    with_process(|perl| perl.compiled(source).map(|_| ()))
}

/// Evaluates `source`; tells also whether what it came to is true.
pub(super) fn evaluate(source: &[u8], value: &[u8], facts: &Facts<'_>) -> Result<(Evaluated, bool), Trouble> {
    with_process(|perl| perl.evaluate(source, value, facts))
}

fn with_process<T>(question: impl FnOnce(&mut Process) -> Result<T, Trouble>) -> Result<T, Trouble> {
    let mut perl = PERL.lock().unwrap_or_else(PoisonError::into_inner);
    let process = match &mut *perl {
        Some(process) => process,
        none => none.insert(Process::start()?),
    };
    let result = question(process);
    match result {
        Err(Trouble::Ended(cause)) => {
            let ended = perl.take().and_then(Process::end);
            Err(Trouble::Ended(ended.unwrap_or(cause)))
        }
        result => result,
    }
}

impl Process {
    fn start() -> Result<Self, Trouble> {
        // What a fuzzer makes up is not for perl to run.
        if cfg!(fuzzing) {
            return Err(Trouble::Missing);
        }
        let mut command = Command::new("perl");
        command.args(["-e", PROGRAM]).stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
        let mut child = command.spawn().map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => Trouble::Missing,
            _ => Trouble::NotStarted(cause),
        })?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(requests), Some(answers)) => Ok(Self { child, requests, answers, compiled: HashMap::new() }),
            _ => Err(Trouble::NotStarted(io::ErrorKind::BrokenPipe.into())),
        }
    }

    /// How the process ended, which is made to if it has not.
    fn end(mut self) -> Option<String> {
        drop(self.requests);
        let own = self.child.try_wait().ok().flatten();
        if own.is_none() {
            // It may have closed its pipes, or be about to end.
            let _ = self.child.kill();
        }
        self.child.wait().ok().map(|status| status.to_string())
    }

    fn ask(&mut self, request: &[u8]) -> Result<Vec<u8>, Trouble> {
        self.exchange(request).map_err(|cause| Trouble::Ended(cause.to_string()))
    }

    fn exchange(&mut self, request: &[u8]) -> io::Result<Vec<u8>> {
        let mut message = Vec::with_capacity(request.len() + 4);
        append(&mut message, request)?;
        self.requests.write_all(&message)?;
        let mut length = [0; 4];
        self.answers.read_exact(&mut length)?;
        let mut answer = Vec::new();
        let length = u64::from(u32::from_be_bytes(length));
        (&mut self.answers).take(length).read_to_end(&mut answer)?;
        if answer.len() as u64 == length { Ok(answer) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }

    /// The number of a source, which is compiled the first time.
    fn compiled(&mut self, source: &[u8]) -> Result<u32, Trouble> {
        if let Some(number) = self.compiled.get(source) {
            return Ok(*number);
        }
        let answer = self.ask(&[b"C", source].concat())?;
        match answer.split_first() {
            Some((b'O', number)) => {
                let number = number.try_into().map(u32::from_be_bytes).map_err(|_| strange())?;
                self.compiled.insert(source.to_vec(), number);
                Ok(number)
            }
            Some((_, message)) => Err(Trouble::Syntax(words(message))),
            None => Err(strange()),
        }
    }

    fn evaluate(&mut self, source: &[u8], value: &[u8], facts: &Facts<'_>) -> Result<(Evaluated, bool), Trouble> {
        let mut request = b"V".to_vec();
        request.extend_from_slice(&self.compiled(source)?.to_be_bytes());
        for number in [facts.seq, facts.slot as u64, facts.total.unwrap_or(0)] {
            request.extend_from_slice(&number.to_be_bytes());
        }
        for text in std::iter::once(value).chain(facts.arguments.iter().copied()) {
            append(&mut request, text).map_err(|cause| Trouble::Died(cause.to_string()))?;
        }
        let answer = self.ask(&request)?;
        match answer.split_first() {
            Some((b'V', [flags, value @ ..])) => {
                let has = |flag| flags & flag != 0;
                let evaluated = Evaluated { value: value.to_vec(), unquoted: has(1), skip: has(2) };
                Ok((evaluated, has(4)))
            }
            Some((b'D', message)) => Err(Trouble::Died(words(message))),
            _ => Err(strange()),
        }
    }
}

/// Appends a text with its length before it.
fn append(message: &mut Vec<u8>, text: &[u8]) -> io::Result<()> {
    let length = u32::try_from(text.len()).map_err(|_| io::Error::other("a value is longer than 4 GiB"))?;
    message.extend_from_slice(&length.to_be_bytes());
    message.extend_from_slice(text);
    Ok(())
}

fn strange() -> Trouble {
    Trouble::Ended("perl gave an answer that makes no sense".into())
}

/// A message of perl's on one line.
fn words(message: &[u8]) -> String {
    String::from_utf8_lossy(message).split_whitespace().collect::<Vec<_>>().join(" ")
}
