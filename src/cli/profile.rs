//! Default options, which stand before those of the command line: configuration files, profiles and variables.
//!
//! From the weakest to the strongest: `/etc/parallel/config`, `~/.parallel/config`, `~/.config/forkful/config` (or,
//! instead of the three, the files named by `--profile`), `$PARALLEL`, `$FORKFUL`. Where two options cannot both hold,
//! the later one does; that is clap's business. Here words are found and kept with the place where they were found.

use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::{env, fs};

use clap::{Args, Command};

use super::spelling::{Spelled, spell};
use crate::error::Error;

/// Where default options come from.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Configuration")]
pub struct ProfileOptions {
    /// Read options from the file NAME in ~/.parallel, not from the configuration files; may be repeated
    ///
    /// A NAME that begins with /, ./ or ../ is a path. See CONFIGURATION in the manual.
    #[arg(short = 'J', long, value_name = "NAME")]
    pub profile: Vec<OsString>,

    /// Read no options but those of the command line: no configuration files, no profiles, no $PARALLEL, no $FORKFUL
    #[arg(long)]
    pub plain: bool,
}

/// Options that were found together.
pub(super) struct Defaults {
    /// The variable, or the file and the line.
    pub(super) origin: String,
    pub(super) options: Vec<OsString>,
}

/// All default options, the weakest first. `given` are the options of the command line, as spelling leaves them.
pub(super) fn defaults(given: &[OsString], definition: &Command) -> Result<Vec<Defaults>, Error> {
    let mut found = Vec::new();
    if given.iter().any(|option| option == "--plain") {
        return Ok(found);
    }
    let profiles: Vec<_> = given.iter().filter_map(|option| option.as_bytes().strip_prefix(b"--profile=")).collect();
    for name in &profiles {
        let file = profile(OsStr::from_bytes(name))?;
        let text = fs::read(&file).map_err(|cause| unreadable(&file, &cause, "check the name given to --profile"))?;
        found.extend(of_file(&file, &text, definition)?);
    }
    for file in config_files().iter().filter(|_| profiles.is_empty()) {
        match fs::read(file) {
            Ok(text) => found.extend(of_file(file, &text, definition)?),
            Err(cause) if [ErrorKind::NotFound, ErrorKind::NotADirectory].contains(&cause.kind()) => (),
            Err(cause) => return Err(unreadable(file, &cause, "repair it, or use --plain")),
        }
    }
    for name in ["PARALLEL", "FORKFUL"] {
        if let Some(value) = env::var_os(name) {
            found.push(of_line(value.as_bytes(), format!("${name}"), definition)?);
        }
    }
    Ok(found)
}

/// GNU parallel's folder: `$PARALLEL_HOME`, or `~/.parallel`.
pub(super) fn folder() -> Option<PathBuf> {
    let moved = env::var_os("PARALLEL_HOME").filter(|path| !path.is_empty());
    moved.map(PathBuf::from).or_else(|| Some(home()?.join(".parallel")))
}

fn home() -> Option<PathBuf> {
    env::var_os("HOME").filter(|path| !path.is_empty()).map(PathBuf::from)
}

fn config_files() -> Vec<PathBuf> {
    // The XDG specification says that a relative path is to be ignored.
    let settings = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let settings = settings.or_else(|| Some(home()?.join(".config")));
    let own = settings.map(|settings| settings.join("forkful/config"));
    let files = [Some("/etc/parallel/config".into()), folder().map(|folder| folder.join("config")), own];
    files.into_iter().flatten().collect()
}

fn profile(name: &OsStr) -> Result<PathBuf, Error> {
    let is_path = [&b"/"[..], b"./", b"../"].iter().any(|start| name.as_bytes().starts_with(start));
    match folder() {
        _ if is_path => Ok(name.into()),
        Some(folder) => Ok(folder.join(name)),
        None => {
            let name = name.display();
            Err(Error::Usage(format!("--profile {name}: $HOME is not set; give a path, such as ./{name}")))
        }
    }
}

fn unreadable(file: &Path, cause: &std::io::Error, hint: &str) -> Error {
    Error::Usage(format!("cannot read {}: {cause}; {hint}", file.display()))
}

/// Each line that holds something.
fn of_file(file: &Path, text: &[u8], definition: &Command) -> Result<Vec<Defaults>, Error> {
    let lines = text.split(|byte| *byte == b'\n').zip(1..);
    let read = lines.map(|(line, number)| of_line(line, format!("{}, line {number}", file.display()), definition));
    read.filter(|read| !read.as_ref().is_ok_and(|found| found.options.is_empty())).collect()
}

/// The words of a line, quoted as for a shell; `#` begins a comment.
fn of_line(line: &[u8], origin: String, definition: &Command) -> Result<Defaults, Error> {
    let refuse = |what: &str| Error::Usage(format!("{origin}: {what}"));
    let words = shlex::bytes::split(line)
        .ok_or_else(|| refuse("a quote is not closed, or a backslash ends it; quote as for a shell"))?;
    let words = words.into_iter().map(OsString::from_vec).collect();
    let Spelled { options, rest } = spell(words, definition).map_err(|error| refuse(&error.to_string()))?;
    if let Some(word) = rest.first() {
        return Err(refuse(&format!("{} is no option; only options can stand there", word.display())));
    }
    let chooses = |option: &&OsString| *option == "--plain" || option.as_bytes().starts_with(b"--profile=");
    if let Some(option) = options.iter().find(chooses) {
        return Err(refuse(&format!("{} has no effect there; give it on the command line", option.display())));
    }
    Ok(Defaults { origin, options })
}
