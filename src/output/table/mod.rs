//! Results as a table: `--results` with a name in `.csv`, `.tsv` or `.json`.
//!
//! A record is the job log's nine columns, the values, and both streams. It is written by one call where it is of a
//! usual size. A larger one is put together in a file without a name first, so that only a crash in the moment of
//! copying it, and no slow job, can leave half of it at the end of the table. How text is written between separators
//! and in objects is told in rooms of their own.

mod json;
mod mend;
mod separated;

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufReader, Seek, SeekFrom, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::Capture;
use crate::error::Error;
use crate::job::{Outcome, Seq, Stream, Values};
use json::Escaper;
use separated::Field;

/// A record of more than this is not put together in memory.
const LARGE: usize = 4 << 20;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Values between separators, quoted where they have to be.
    Separated(u8),
    /// An object a line.
    Json,
}

impl Form {
    /// What a name stands for; `None` for a directory.
    pub fn of(name: &OsStr) -> Option<Self> {
        let ends = [(&b".csv"[..], Self::Separated(b',')), (b".tsv", Self::Separated(b'\t')), (b".json", Self::Json)];
        ends.into_iter().find(|(end, _)| name.as_bytes().ends_with(end)).map(|(_, form)| form)
    }

    /// Whether a table of this name is written to stdout.
    pub fn is_stdout(name: &OsStr) -> bool {
        [&b"-.csv"[..], b"-.tsv", b"-.json"].contains(&name.as_bytes())
    }
}

/// What a record says of a job beside its output.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// Its number.
    pub seq: Seq,
    /// How it ended.
    pub outcome: &'a Outcome,
    /// Its command line.
    pub line: &'a [u8],
    /// Its values.
    pub values: &'a Values,
}

/// An open table.
#[derive(Debug)]
pub struct Table {
    form: Form,
    /// `None` for stdout.
    file: Option<File>,
    name: PathBuf,
    /// The names of columns, where they have some.
    names: Values,
    /// Where large records are put together.
    directory: PathBuf,
    /// The header is still to be written.
    begins: bool,
    record: Vec<u8>,
    /// What did not stay in `record`.
    large: Option<File>,
}

impl Table {
    /// Opens a table anew, or, for a run that goes on, at the end of its last whole record; `-.csv` and the like are
    /// stdout.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn open(name: &OsStr, form: Form, names: Values, directory: PathBuf, goes_on: bool) -> Result<Self, Error> {
        let is_stdout = Form::is_stdout(name);
        let name = PathBuf::from(name);
        let open = || if goes_on { continued(&name, form) } else { File::create(&name) };
        let file = if is_stdout { None } else { Some(open().map_err(|cause| failed(&name, cause))?) };
        let begins = file.as_ref().is_none_or(|file| file.metadata().map_or(0, |about| about.len()) == 0);
        Ok(Self { form, file, name, names, directory, begins, record: Vec::new(), large: None })
    }

    /// Writes the record of a job, and its output, which is taken.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn record(&mut self, told: Told<'_>, capture: &Capture, print: &mut dyn FnMut(&[u8])) -> Result<(), Error> {
        self.put_together(told, capture, print).map_err(|cause| failed(&self.name, cause))
    }

    fn put_together(&mut self, told: Told<'_>, capture: &Capture, print: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        if std::mem::take(&mut self.begins) {
            self.header(told.values.len());
        }
        match self.form {
            Form::Separated(separator) => self.row(separator, told, capture, print)?,
            Form::Json => self.object(told, capture, print)?,
        }
        self.write(print)
    }

    fn header(&mut self, values: usize) {
        let Form::Separated(separator) = self.form else { return };
        let known = "Seq Host Starttime JobRuntime Send Receive Exitval Signal Command";
        let mut names: Vec<Vec<u8>> = known.split(' ').map(Vec::from).collect();
        let of_value = |index| match self.names.get(index) {
            Some(name) if !name.is_empty() => name.to_vec(),
            _ => format!("V{}", index + 1).into_bytes(),
        };
        names.extend((0..values).map(of_value));
        names.extend([b"Stdout".to_vec(), b"Stderr".to_vec()]);
        for (index, name) in names.iter().enumerate() {
            if index > 0 {
                self.record.push(separator);
            }
            separated::quote(name, separator, &mut self.record);
        }
        self.record.push(b'\n');
    }

    fn row(
        &mut self,
        separator: u8,
        told: Told<'_>,
        capture: &Capture,
        print: &mut dyn FnMut(&[u8]),
    ) -> io::Result<()> {
        let numbers = facts(&told, capture).map(|(_, text)| text).join(char::from(separator).encode_utf8(&mut [0; 4]));
        self.record.extend_from_slice(numbers.as_bytes());
        for text in std::iter::once(told.line).chain(told.values.iter()) {
            self.record.push(separator);
            separated::quote(text, separator, &mut self.record);
        }
        for stream in Stream::BOTH {
            self.record.push(separator);
            let mut field = Field::new(separator);
            self.pour(capture, stream, print, &mut |piece, record| field.push(piece, record))?;
            field.finish(&mut self.record);
        }
        self.record.push(b'\n');
        Ok(())
    }

    fn object(&mut self, told: Told<'_>, capture: &Capture, print: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        self.record.extend_from_slice(b"{ ");
        for (key, text) in facts(&told, capture) {
            let text = if key == "Host" { format!("\"{text}\"") } else { text };
            self.record.extend_from_slice(format!("\"{key}\": {text}, ").as_bytes());
        }
        self.record.extend_from_slice(b"\"Command\": \"");
        json::escape(told.line, &mut self.record);
        self.record.extend_from_slice(b"\", \"V\": [ ");
        for (index, value) in told.values.iter().enumerate() {
            self.record.extend_from_slice(if index > 0 { b",\"" } else { b"\"" });
            json::escape(value, &mut self.record);
            self.record.push(b'"');
        }
        self.record.extend_from_slice(b" ]");
        for (stream, key) in Stream::BOTH.into_iter().zip(["Stdout", "Stderr"]) {
            self.record.extend_from_slice(format!(", \"{key}\": \"").as_bytes());
            let mut text = Escaper::default();
            self.pour(capture, stream, print, &mut |piece, record| text.push(piece, record))?;
            text.finish(&mut self.record);
            self.record.push(b'"');
        }
        self.record.extend_from_slice(b" }\n");
        Ok(())
    }

    /// Takes all that a job has written to a stream, tagged, and has it added to the record in pieces.
    fn pour(
        &mut self,
        capture: &Capture,
        stream: Stream,
        print: &mut dyn FnMut(&[u8]),
        add: &mut dyn FnMut(&[u8], &mut Vec<u8>),
    ) -> io::Result<()> {
        let mut buffer = Vec::new();
        loop {
            capture.take(stream, false, &mut buffer)?;
            if buffer.is_empty() {
                return Ok(());
            }
            capture.style(stream, &buffer, &mut |piece| add(piece, &mut self.record));
            if self.record.len() > LARGE {
                self.put_aside(print)?;
            }
        }
    }

    /// Empties `record`: to stdout, or where the rest of it is waited for.
    fn put_aside(&mut self, print: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        if self.file.is_none() {
            print(&self.record);
        } else {
            let large = match &mut self.large {
                Some(large) => large,
                None => self.large.insert(tempfile::tempfile_in(&self.directory)?),
            };
            large.write_all(&self.record)?;
        }
        self.record.clear();
        Ok(())
    }

    fn write(&mut self, print: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        let Some(file) = &mut self.file else { return self.put_aside(print) };
        let before = file.metadata()?;
        let mut written = Ok(());
        if let Some(mut large) = self.large.take() {
            written = large.rewind().and_then(|()| io::copy(&mut large, file).map(drop));
        }
        let written = written.and_then(|()| file.write_all(&self.record));
        self.record.clear();
        self.record.shrink_to(1 << 16);
        if written.is_err() && before.is_file() {
            // Half a record would spoil all that is behind it, and so would a hole.
            let _ = file.set_len(before.len()).and_then(|()| file.seek(SeekFrom::End(0)));
            self.begins = before.len() == 0;
        }
        written
    }
}

/// A table that is there, or a new one, without what a crash has left of a last record.
fn continued(name: &Path, form: Form) -> io::Result<File> {
    let mut file = File::options().create(true).read(true).write(true).truncate(false).open(name)?;
    if file.metadata()?.is_file() {
        file.set_len(mend::whole(form, &mut BufReader::new(&file))?)?;
        file.seek(SeekFrom::End(0))?;
    }
    Ok(file)
}

fn failed(name: &Path, cause: io::Error) -> Error {
    Error::Record { what: format!("results to {}", name.display()), cause }
}

/// The columns that are the same for all jobs, before the command line.
fn facts(told: &Told<'_>, capture: &Capture) -> [(&'static str, String); 8] {
    let outcome = told.outcome;
    let started = outcome.started.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    let (exit, signal) = outcome.exit.log_columns();
    [
        ("Seq", told.seq.to_string()),
        ("Host", ":".to_owned()),
        ("Starttime", format!("{started:.3}")),
        ("JobRuntime", format!("{:.3}", outcome.runtime.as_secs_f64())),
        ("Send", outcome.sent.to_string()),
        ("Receive", capture.written(Stream::Stdout).to_string()),
        ("Exitval", exit.to_string()),
        ("Signal", signal.to_string()),
    ]
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::job::Exit;
    use crate::output::{Store, Style};

    /// What a table in this form says of one job.
    fn table(form: Form, pieces: &[&[u8]], values: &[&[u8]]) -> Vec<u8> {
        let outcome = Outcome {
            started: UNIX_EPOCH + Duration::from_millis(1500),
            runtime: Duration::from_millis(20),
            ..Outcome::of(Exit::Code(3))
        };
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("table");
        let store = Store::plain(1 << 30, directory.path().into());
        let (names, place) = (Values::new(), directory.path().to_path_buf());
        let mut table = Table::open(path.as_os_str(), form, names, place, false).expect("a table");
        let capture = Capture::new(Seq(1), Style::default(), None, true, &store);
        for piece in pieces {
            capture.push(Stream::Stdout, piece, || {}, || false);
        }
        let values = values.iter().collect();
        let told = Told { seq: Seq(1), outcome: &outcome, line: b"a line", values: &values };
        table.record(told, &capture, &mut |_| panic!("this is not for stdout")).expect("a record");
        std::fs::read(path).expect("a table")
    }

    #[test]
    fn fields_are_quoted_where_they_have_to_be() {
        let text = table(Form::Separated(b','), &[b"say \"a\"\n"], &[b"x,y", b"", b"z"]);
        let header = "Seq,Host,Starttime,JobRuntime,Send,Receive,Exitval,Signal,Command,V1,V2,V3,Stdout,Stderr\n";
        let row = "1,:,1.500,0.020,0,8,3,0,\"a line\",\"x,y\",,z,\"say \"\"a\"\"\n\",\n";
        assert_eq!(text, [header, row].concat().as_bytes());
        let text = table(Form::Separated(b'\t'), &[b"o"], &[b"x,y"]);
        assert!(text.ends_with(b"\t\"a line\"\tx,y\to\t\n"), "{}", text.escape_ascii());
    }

    #[test]
    fn objects_hold_every_byte() {
        let text = table(Form::Json, &[b"\"\\\n\xc3", b"\xa9\xff\x01\xe2\x82"], &[b"a", b"/"]);
        let expected = concat!(
            r#"{ "Seq": 1, "Host": ":", "Starttime": 1.500, "JobRuntime": 0.020, "Send": 0, "Receive": 9, "#,
            r#""Exitval": 3, "Signal": 0, "Command": "a line", "V": [ "a","/" ], "#,
            r#""Stdout": "\"\\\u000aé\udcff\u0001\udce2\udc82", "Stderr": "" }"#,
            "\n"
        );
        assert_eq!(text, expected.as_bytes(), "{}", text.escape_ascii());
    }

    #[test]
    fn a_large_record_is_whole() {
        let piece = vec![b'~'; LARGE / 2 + 1];
        for form in [Form::Separated(b','), Form::Json] {
            let text = table(form, &[&piece, b"\"", &piece, &piece], &[]);
            let count = text.split(|&byte| byte == b'~').count() - 1;
            assert_eq!(count, 3 * piece.len());
            assert!(text.ends_with(if form == Form::Json { b"~\", \"Stderr\": \"\" }\n" } else { b"~\",\n" }));
        }
    }
}
