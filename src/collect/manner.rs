//! How the user wants the output of a run to be ordered and shown.

/// How output is ordered and shown.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Manner {
    /// In the order of the input.
    pub keep_order: bool,
    /// Whole lines as they come.
    pub lines: bool,
    /// With the names of the files that it is kept in.
    pub names_files: bool,
    /// With a NUL after each name.
    pub names_end_with_nul: bool,
    /// In a colour of its own if the job has failed, on stdout and on stderr.
    pub failed_colours: [bool; 2],
    /// Command lines when jobs start.
    pub echoes: Echoes,
}

/// Where the command line of a job is printed when it starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Echoes {
    /// On stdout.
    pub stdout: bool,
    /// On stderr.
    pub stderr: bool,
}
