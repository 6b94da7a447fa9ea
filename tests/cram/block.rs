//! The case files: cram's format, read into blocks.

use std::fs;
use std::path::Path;

/// One behaviour: its title and the commands that show it.
pub(crate) struct Block {
    /// The file's name without `.t`.
    pub(crate) file: String,
    pub(crate) title: String,
    pub(crate) commands: Vec<Command>,
}

/// A command and what it must print.
pub(crate) struct Command {
    pub(crate) line: usize,
    pub(crate) text: Vec<u8>,
    pub(crate) expected: Vec<Vec<u8>>,
}

impl Block {
    /// The name that the test is reported under.
    pub(crate) fn name(&self) -> String {
        format!("{}::{}", self.file, self.title)
    }

    /// The blocks of one file. A file that cannot be read, or that has output before a command, is a mistake of the
    /// file's author and ends the run.
    pub(crate) fn read(path: &Path) -> Vec<Self> {
        let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let file = path.file_stem().unwrap_or_default().to_string_lossy();
        Self::parse(&file, &bytes)
    }

    fn parse(file: &str, bytes: &[u8]) -> Vec<Self> {
        let mut blocks: Vec<Self> = Vec::new();
        let empty = || Self { file: file.to_owned(), title: String::new(), commands: Vec::new() };
        for (line, text) in (1..).zip(bytes.split(|&byte| byte == b'\n')) {
            if let Some(text) = text.strip_prefix(b"  ") {
                if blocks.is_empty() {
                    blocks.push(empty());
                }
                let commands = &mut blocks.last_mut().expect("a block").commands;
                let last = commands.last_mut();
                match (text.strip_prefix(b"$ "), text.strip_prefix(b">"), last) {
                    (Some(command), _, _) => {
                        commands.push(Command { line, text: command.to_vec(), expected: Vec::new() });
                    }
                    (_, Some(more), Some(last)) if more.is_empty() || more[0] == b' ' => {
                        last.text.push(b'\n');
                        last.text.extend_from_slice(more.strip_prefix(b" ").unwrap_or_default());
                    }
                    (_, _, Some(last)) => last.expected.push(text.to_vec()),
                    (_, _, None) => panic!("{file}.t:{line}: output before a command"),
                }
            } else if !text.trim_ascii().is_empty() {
                if blocks.last().is_none_or(|block| !block.commands.is_empty()) {
                    blocks.push(empty());
                }
                let title = &mut blocks.last_mut().expect("a block").title;
                title.push_str(if title.is_empty() { "" } else { " " });
                title.push_str(String::from_utf8_lossy(text).trim());
            }
        }
        blocks.retain(|block| !block.commands.is_empty());
        blocks
    }
}
