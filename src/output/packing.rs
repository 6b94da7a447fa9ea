//! Compressing what waits on the disk, in blocks: by LZ4 in this process, or by a program of the user's.
//!
//! A program is run once for each block, from memory to memory: the disk may be full when there is most to be had back
//! from it. Its exit status counts, and a block must come back as long as it went in: a program that fails or loses
//! bytes is an error, not a loss.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::fs::{MemfdFlags, memfd_create};

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
    pub fn try_out(&self) -> io::Result<()> {
        if *self == Self::Lz4 {
            return Ok(());
        }
        let file = in_memory()?;
        let sample = b"forkful\0tries whether the programs of --compress-program can be used\xff\n".repeat(20);
        let block = self.pack(&sample, &file, 0)?;
        if self.unpack(block, &file)? == sample { Ok(()) } else { Err(lost()) }
    }

    /// Compresses bytes to the end of the file, which is at `at`.
    pub(super) fn pack(&self, bytes: &[u8], file: &File, at: u64) -> io::Result<Block> {
        let packed = match self {
            Self::Lz4 => lz4_flex::block::compress(bytes),
            Self::Programs { pack, .. } => filtered(pack, bytes)?,
        };
        file.write_all_at(&packed, at)?;
        Ok(Block { at, packed: packed.len() as u64, whole: bytes.len() })
    }

    /// The bytes of a block.
    pub(super) fn unpack(&self, block: Block, file: &File) -> io::Result<Vec<u8>> {
        let mut packed = vec![0; usize::try_from(block.packed).map_err(io::Error::other)?];
        file.read_exact_at(&mut packed, block.at)?;
        let bytes = match self {
            Self::Lz4 => lz4_flex::block::decompress(&packed, block.whole).map_err(io::Error::other)?,
            Self::Programs { unpack, .. } => filtered(unpack, &packed)?,
        };
        if bytes.len() == block.whole { Ok(bytes) } else { Err(lost()) }
    }
}

fn lost() -> io::Error {
    io::Error::other("the program of --decompress-program does not give back what --compress-program was given")
}

/// An empty file that takes no room on any disk.
fn in_memory() -> io::Result<File> {
    Ok(memfd_create("forkful", MemfdFlags::CLOEXEC)?.into())
}

/// What a command line of the shell makes of these bytes.
fn filtered(line: &[u8], bytes: &[u8]) -> io::Result<Vec<u8>> {
    let (mut input, mut output) = (in_memory()?, in_memory()?);
    input.write_all(bytes)?;
    input.rewind()?;
    // In a process group of its own: Ctrl-C is for the jobs, whose output is still to be printed.
    let status = Command::new("/bin/sh")
        .arg("-c")
        .arg(OsStr::from_bytes(line))
        .stdin(input)
        .stdout(output.try_clone()?)
        .process_group(0)
        .status()?;
    if !status.success() {
        return Err(io::Error::other(format!("`{}` ended with {status}", String::from_utf8_lossy(line))));
    }
    output.rewind()?;
    let mut bytes = Vec::new();
    output.read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_come_back_as_they_were() {
        for packing in [Packing::Lz4, Packing::by_programs(b"gzip", None), Packing::by_programs(b"cat", Some(b"cat"))] {
            let file = tempfile::tempfile().expect("a file");
            let blocks: [&[u8]; 3] = [b"", b"abc\0\xff\n", &b"xyz".repeat(30_000)];
            let mut at = 0;
            let packed = blocks.map(|bytes| {
                let block = packing.pack(bytes, &file, at).expect("a block");
                at += block.packed;
                block
            });
            for (block, bytes) in packed.into_iter().zip(blocks) {
                assert_eq!(packing.unpack(block, &file).expect("bytes"), bytes, "{packing:?}");
            }
            packing.try_out().expect("a round trip");
        }
    }

    #[test]
    fn a_program_that_fails_or_loses_bytes_is_an_error() {
        for (pack, unpack) in [("false", "cat"), ("cat", "false"), ("no-such-program", "cat"), ("gzip", "head -c 9")] {
            let packing = Packing::by_programs(pack.as_bytes(), Some(unpack.as_bytes()));
            assert!(packing.try_out().is_err(), "{packing:?}");
        }
    }
}
