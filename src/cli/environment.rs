//! The environment that jobs inherit: `--env` and `--record-env`.
//!
//! Jobs on this machine inherit all exported variables and functions, so there is nothing to pass on. The options
//! are read so that the scripts that have them run, and a name that cannot be one is refused.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::{env, fs};

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};

use super::profile;
use crate::error::Error;

/// What jobs inherit.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Configuration")]
pub struct EnvironmentOptions {
    /// Pass on the variable or function NAME; names may be separated by commas; _ is all that --record-env did not list
    ///
    /// Jobs on this machine inherit every exported variable and function anyway.
    #[arg(long, value_name = "NAME", value_parser = OsStringValueParser::new().try_map(names))]
    pub env: Vec<Names>,

    /// Write the names of all variables and exported functions to a file that `--env _` goes by, and exit
    ///
    /// It is `~/.parallel/ignored_vars`. `--env _` leaves them out on other machines.
    #[arg(long)]
    pub record_env: bool,
}

/// Names of variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names(pub Vec<OsString>);

fn names(list: OsString) -> Result<Names, String> {
    let list = list.into_vec();
    if list.contains(&b'=') {
        return Err("a name without a value is wanted; export it with its value before".into());
    }
    let names = list.split(|byte| *byte == b',').filter(|name| !name.is_empty());
    Ok(Names(names.map(|name| OsStr::from_bytes(name).to_owned()).collect()))
}

/// Writes the list, in silence.
pub(super) fn record() -> Result<(), Error> {
    let Some(folder) = profile::folder() else {
        return Err(Error::Usage("--record-env: $HOME is not set; set it or $PARALLEL_HOME".into()));
    };
    let file = folder.join("ignored_vars");
    let mut names: Vec<_> = env::vars_os().map(|(name, _)| [name.as_bytes(), b"\n"].concat()).collect();
    names.sort();
    fs::create_dir_all(&folder).and_then(|()| fs::write(&file, names.concat())).map_err(|cause| {
        Error::Usage(format!("--record-env: cannot write {}: {cause}; check $PARALLEL_HOME", file.display()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_in_lists() {
        let read = |list: &str| names(list.into()).map(|names| names.0);
        assert_eq!(read("A,my_func,_,"), Ok(vec!["A".into(), "my_func".into(), "_".into()]));
        assert!(read("A,B=1").is_err());
    }
}
