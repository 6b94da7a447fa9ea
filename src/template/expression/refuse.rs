//! What is said about expressions that cannot be evaluated, and what would do instead.

/// What is wrong with an expression about what is inside GNU parallel.
pub(super) fn internals(text: &[u8]) -> Option<String> {
    let has = |part: &str| memchr::memmem::find(text, part.as_bytes()).is_some();
    let names = ["$Global::", "@Global::", "%Global::", "$opt::", "@opt::", "%opt::"];
    let name = names.into_iter().find(|name| has(name)).or_else(|| is_about_job(text).then_some("$job"))?;
    Some(format!(
        "{name} is part of the inside of GNU parallel, which there is none of here; what an expression can ask for are \
         seq(), slot(), total_jobs(), @arg and the environment (%ENV)"
    ))
}

/// Whether there is a `$job` that is not one of the methods there are, nor a variable of the expression's own.
fn is_about_job(text: &[u8]) -> bool {
    if memchr::memmem::find(text, b"my $job").is_some() {
        return false;
    }
    memchr::memmem::find_iter(text, b"$job").any(|at| {
        let rest = &text[at + b"$job".len()..];
        let is_longer = rest.first().is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'_');
        let method = rest.trim_ascii_start().strip_prefix(b"->").map(<[u8]>::trim_ascii_start);
        !is_longer && !method.is_some_and(|name| name.starts_with(b"seq") || name.starts_with(b"slot"))
    })
}

/// What is said when there is no perl.
pub(super) fn without_perl(text: &[u8]) -> String {
    let has = |part: &str| memchr::memmem::find(text, part.as_bytes()).is_some();
    let directory = has(".*/") || has("basename");
    let extension = has("\\.[^") || has("\\.\\w");
    let nearest = match (directory, extension) {
        (true, true) => Some("{/.}"),
        (true, false) => Some("{/}"),
        (false, true) => Some("{.}"),
        (false, false) if has("/[^/]*$") || has("dirname") => Some("{//}"),
        (false, false) if has("seq") => Some("{#}"),
        (false, false) if has("slot") => Some("{%}"),
        (false, false) => None,
    };
    match nearest {
        Some(nearest) => format!("this takes perl, which is not installed; {nearest} may do instead, or see --plus"),
        None => "this takes perl, which is not installed; install it, or see --plus for what does without".into(),
    }
}
