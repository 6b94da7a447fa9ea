//! Compressing what waits on the disk, in blocks: by LZ4 in this process, or by a program of the user's.
//!
//! A program is run once for each block, and what it writes goes straight into the spool file. Its exit status counts,
//! and a block must come back as long as it went in: a program that fails or loses bytes is an error, not a loss.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// How blocks are compressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packing {
    /// LZ4, in this process.
    Lz4,
    /// Shell command lines that read stdin and write stdout.
    Programs {
        /// The one that compresses.
        pack: Vec<u8>,
        /// The one that gives back what was compressed.
        unpack: Vec<u8>,
    },
}

/// Where a block stands in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) at: u64,
    /// Its bytes in the file.
    pub(super) packed: u64,
    /// Its bytes before they were compressed.
    pub(super) whole: usize,
}

impl Packing {
    /// `pack`, and `unpack` or else `pack -dc`.
    pub fn by_programs(pack: &[u8], unpack: Option<&[u8]>) -> Self {
        let unpack = unpack.map_or_else(|| [pack, b" -dc"].concat(), <[u8]>::to_vec);
        Self::Programs { pack: pack.to_vec(), unpack }
    }

    /// Sends a few bytes through, so that a missing program is found before the first job.
    ///
    /// # Errors
    /// When they do not come back.
    pub fn try_out(&self, directory: &Path) -> io::Result<()> {
        let mut file = tempfile::tempfile_in(directory)?;
        let sample = b"forkful\0tries whether the programs of --compress-program can be used\xff\n".repeat(20);
        let block = self.pack(&sample, &mut file, 0, directory)?;
        if self.unpack(block, &file, directory)? == sample { Ok(()) } else { Err(lost()) }
    }

    /// Compresses bytes to the end of the file, which is at `at`.
    pub(super) fn pack(&self, bytes: &[u8], file: &mut File, at: u64, directory: &Path) -> io::Result<Block> {
        let whole = bytes.len();
        let packed = match self {
            Self::Lz4 => {
                let packed = lz4_flex::block::compress(bytes);
                file.write_all_at(&packed, at)?;
                packed.len() as u64
            }
            Self::Programs { pack, .. } => {
                file.set_len(at)?;
                file.seek(SeekFrom::Start(at))?;
                filter(pack, &holding(bytes, directory)?, file)?;
                file.metadata()?.len() - at
            }
        };
        Ok(Block { at, packed, whole })
    }

    /// The bytes of a block.
    pub(super) fn unpack(&self, block: Block, file: &File, directory: &Path) -> io::Result<Vec<u8>> {
        let mut packed = vec![0; usize::try_from(block.packed).map_err(io::Error::other)?];
        file.read_exact_at(&mut packed, block.at)?;
        let bytes = match self {
            Self::Lz4 => lz4_flex::block::decompress(&packed, block.whole).map_err(io::Error::other)?,
            Self::Programs { unpack, .. } => {
                let mut output = tempfile::tempfile_in(directory)?;
                filter(unpack, &holding(&packed, directory)?, &output)?;
                output.rewind()?;
                let mut bytes = Vec::with_capacity(block.whole);
                output.read_to_end(&mut bytes)?;
                bytes
            }
        };
        if bytes.len() == block.whole { Ok(bytes) } else { Err(lost()) }
    }
}

fn lost() -> io::Error {
    io::Error::other("the program of --decompress-program does not give back what --compress-program was given")
}

/// A file without a name that holds these bytes, to be read from its beginning.
fn holding(bytes: &[u8], directory: &Path) -> io::Result<File> {
    let mut file = tempfile::tempfile_in(directory)?;
    file.write_all(bytes)?;
    file.rewind()?;
    Ok(file)
}

/// Runs a command line of the shell from one file to another.
fn filter(line: &[u8], input: &File, output: &File) -> io::Result<()> {
    use std::os::unix::ffi::OsStrExt;
    let stdio = |file: &File| file.as_fd().try_clone_to_owned().map(Stdio::from);
    // In a process group of its own: Ctrl-C is for the jobs, whose output is still to be printed.
    let status = Command::new("/bin/sh")
        .arg("-c")
        .arg(std::ffi::OsStr::from_bytes(line))
        .stdin(stdio(input)?)
        .stdout(stdio(output)?)
        .process_group(0)
        .status()?;
    let text = || format!("`{}` ended with {status}", String::from_utf8_lossy(line));
    if status.success() { Ok(()) } else { Err(io::Error::other(text())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_come_back_as_they_were() {
        let directory = std::env::temp_dir();
        for packing in [Packing::Lz4, Packing::by_programs(b"gzip", None), Packing::by_programs(b"cat", Some(b"cat"))] {
            let mut file = tempfile::tempfile().expect("a file");
            let blocks: [&[u8]; 3] = [b"", b"abc\0\xff\n", &b"xyz".repeat(30_000)];
            let mut at = 0;
            let packed = blocks.map(|bytes| {
                let block = packing.pack(bytes, &mut file, at, &directory).expect("a block");
                at += block.packed;
                block
            });
            for (block, bytes) in packed.into_iter().zip(blocks) {
                assert_eq!(packing.unpack(block, &file, &directory).expect("bytes"), bytes, "{packing:?}");
            }
            packing.try_out(&directory).expect("a round trip");
        }
    }

    #[test]
    fn a_program_that_fails_or_loses_bytes_is_an_error() {
        let directory = std::env::temp_dir();
        for (pack, unpack) in [("false", "cat"), ("cat", "false"), ("no-such-program", "cat"), ("gzip", "head -c 9")] {
            let packing = Packing::by_programs(pack.as_bytes(), Some(unpack.as_bytes()));
            assert!(packing.try_out(&directory).is_err(), "{packing:?}");
        }
    }
}
