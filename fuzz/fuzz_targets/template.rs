//! Templates of any bytes, rendered for any values: no panic, and what is measured is no shorter than what is rendered.

#![no_main]

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::sync::Arc;

use forkful::job::{Dialect, Job, Seq, Slot, Values};
use forkful::template::{Measure, Setting, Template, TemplateOptions};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Case {
    words: Vec<Vec<u8>>,
    matches: Vec<Vec<u8>>,
    names: Vec<Vec<u8>>,
    values: Vec<Vec<u8>>,
    plus: bool,
    quote: bool,
    repeat_words: bool,
    dialect: u8,
}

fuzz_target!(|case: Case| {
    let words = |words: Vec<Vec<u8>>| words.into_iter().map(OsString::from_vec).collect::<Vec<_>>();
    let (plus, quote) = (case.plus, case.quote);
    let options = TemplateOptions { plus, quote, matches: words(case.matches), ..TemplateOptions::default() };
    let names: Values = case.names.into_iter().collect();
    let setting = Setting {
        options: &options,
        names: &names,
        repeat_words: case.repeat_words,
        slots: 12,
        dialect: [Dialect::Bourne, Dialect::Csh, Dialect::Fish, Dialect::Rc][usize::from(case.dialect % 4)],
    };
    let Ok(template) = Template::command(&words(case.words), setting) else { return };
    let template = Arc::new(template);
    let values: Values = case.values.into_iter().collect();
    let job = Job::new(Seq(7), values);
    if let Ok(line) = template.render(&job, Slot(3), Some(10)) {
        let measured = Measure::new(Arc::clone(&template)).length(Seq(7), &job.values);
        // The slot that is measured with has two digits.
        assert!(measured + 3 >= line.len() || template.needs_total(), "{measured} for {} bytes", line.len());
    }
    let _ = template.render_with_parameters(&job, Slot(3), None);
});
