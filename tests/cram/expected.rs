//! The list of expected failures: `file: title # reason`, a line each.

use std::collections::{HashMap, HashSet};

/// Which blocks are known to fail, and why.
#[derive(Default)]
pub(crate) struct ExpectedFailures(HashMap<(String, String), String>);

impl ExpectedFailures {
    /// Reads the list against the blocks that there are; the second part says what is wrong with it.
    ///
    /// The reason stands after the last ` # `, because titles speak of `{#}`. Blank lines and lines that begin with
    /// `#` are left out.
    pub(crate) fn parse(text: &str, blocks: &[(String, String)]) -> (Self, Vec<String>) {
        let mut list = HashMap::new();
        let mut complaints = duplicates(blocks);
        let lines = (1..).zip(text.lines()).map(|(number, line)| (number, line.trim()));
        for (number, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let mut complain = |what: &str| complaints.push(format!("expected-failures.txt:{number}: {what}: {line}"));
            let Some((entry, reason)) = line.rsplit_once(" # ") else {
                complain("no ' # reason'");
                continue;
            };
            let Some((file, title)) = entry.split_once(": ") else {
                complain("no 'file: title'");
                continue;
            };
            let file = file.strip_suffix(".t").unwrap_or(file).to_owned();
            let key = (file, title.trim().to_owned());
            if !blocks.contains(&key) {
                complain("names no block");
            }
            if list.insert(key, reason.trim().to_owned()).is_some() {
                complain("stands here twice");
            }
        }
        (Self(list), complaints)
    }

    /// Why a block is expected to fail, if it is.
    pub(crate) fn reason(&self, file: &str, title: &str) -> Option<String> {
        self.0.get(&(file.to_owned(), title.to_owned())).cloned()
    }
}

/// Two blocks of one name could not be told apart in the list.
fn duplicates(blocks: &[(String, String)]) -> Vec<String> {
    let mut seen = HashSet::new();
    let again = blocks.iter().filter(|block| !seen.insert(*block));
    again.map(|(file, title)| format!("{file}.t has two blocks with the title {title}")).collect()
}
