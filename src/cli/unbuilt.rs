//! The options of GNU parallel that are still to be built.
//!
//! They are refused by name rather than taken for mistakes, and an abbreviation that could mean one of them is judged
//! as if it were there: a script must not change its meaning when it is.

/// Each option with all its spellings, one a line. What is built leaves this table.
pub(super) const UNBUILT: &[&[&str]] = &[
    &["--basefile", "--bf"],
    &["--combine-executable", "--combine-exec"],
    &["--controlmaster", "-M"],
    &["--ctrl-c"],
    &["--debug", "-D"],
    &["--embed"],
    &["--fast"],
    &["--filter-hosts", "--filter-host"],
    &["--hgrp", "--hostgrp", "--hostgroup", "--hostgroups"],
    &["--milestone"],
    &["--no-ctrl-c"],
    &["--nonall"],
    &["--onall"],
    &["--return"],
    &["--rsync-opts"],
    &["--session"],
    &["--sql"],
    &["--sql-and-worker"],
    &["--sql-master"],
    &["--sql-worker"],
    &["--ssh"],
    &["--ssh-delay"],
    &["--sshlogin", "-S"],
    &["--sshloginfile", "--slf"],
    &["--tmux"],
    &["--tmux-pane"],
    &["--transfer"],
    &["--transferfile", "--transfer-file", "--transfer-files", "--tf"],
    &["--trc"],
    &["--tty"],
    &["--unsafe"],
];
