//! A row for each attempt, in a file without a name until the end of the run.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use serde::Deserialize;

use super::columns::row;
use super::fate::Fate;
use super::text::Text;

row! {
    /// An attempt. Times are in microseconds, that of the start from the start of the run.
    #[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
    struct Row {
        seq: u64,
        attempt: u32,
        slot: usize,
        start: u64,
        wall: u64,
        cpu: u64,
        /// In bytes.
        memory: u64,
        stdout: Option<u64>,
        stderr: Option<u64>,
        fate: Fate,
        /// Why it ended, in words.
        cause: String,
        /// Whether the job is tried again.
        again: bool,
        leaked: bool,
        command: Text<'static>,
    }
}

impl Row {
    pub(super) fn end(&self) -> u64 {
        self.start.saturating_add(self.wall)
    }
}

/// The rows of a run.
#[derive(Debug)]
pub(super) struct Ledger {
    file: BufWriter<File>,
    count: usize,
}

impl Ledger {
    /// An empty one, in a file in this directory.
    pub(super) fn new(directory: &Path) -> io::Result<Self> {
        Ok(Self { file: BufWriter::with_capacity(64 << 10, tempfile::tempfile_in(directory)?), count: 0 })
    }

    pub(super) fn push(&mut self, row: &Row) -> io::Result<()> {
        serde_json::to_writer(&mut self.file, row)?;
        self.count += 1;
        self.file.write_all(b"\n")
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Hands over all rows in their order, from the first on.
    pub(super) fn each(&mut self, mut take: impl FnMut(Row) -> io::Result<()>) -> io::Result<()> {
        self.file.flush()?;
        let file = self.file.get_mut();
        file.seek(SeekFrom::Start(0))?;
        let mut reader = BufReader::with_capacity(64 << 10, &*file);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            take(serde_json::from_slice(&line)?)?;
            line.clear();
        }
        drop(reader);
        file.seek(SeekFrom::End(0)).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_often_as_they_are_asked_for() {
        let mut ledger = Ledger::new(&std::env::temp_dir()).expect("a file");
        let row = |seq, command: &[u8]| Row {
            seq,
            attempt: 2,
            slot: 3,
            start: 4,
            wall: 5,
            cpu: 6,
            memory: 7,
            stdout: Some(8),
            stderr: None,
            fate: Fate::Flaky,
            cause: "exit status 0".into(),
            again: false,
            leaked: true,
            command: command.to_vec().into(),
        };
        let rows = [row(1, b"echo a\nb"), row(2, b"\xff"), row(3, b"")];
        for (count, row) in rows.iter().enumerate() {
            ledger.push(row).expect("room");
            let mut found = Vec::new();
            let mut take = |row| {
                found.push(row);
                Ok(())
            };
            ledger.each(&mut take).expect("rows");
            assert_eq!(found, rows[..=count]);
        }
        assert_eq!(ledger.len(), 3);
    }
}
