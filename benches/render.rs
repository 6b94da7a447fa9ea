//! The hot path from a job to its command line: one rendering per job, of templates as users write them.

use divan::Bencher;
use divan::counter::ItemsCount;

use forkful::job::{Dialect, Job, Seq, Slot, Values};
use forkful::template::{Setting, Template, TemplateOptions};

fn main() {
    divan::main();
}

/// Templates from the plainest to one in which every value has to be quoted for its place.
const TEMPLATES: [&str; 4] = [
    "echo",
    "ffmpeg -nostdin -i {} {.}.mp4",
    "convert {} -resize 50% thumbs/{/.}.{#}.png",
    r#"echo '{}' "{.}" $(dirname {})"#,
];

static NO_NAMES: Values = Values::new();

fn setting(options: &TemplateOptions) -> Setting<'_> {
    Setting { options, names: &NO_NAMES, repeat_words: false, slots: 8, dialect: Dialect::Bourne }
}

fn job(name: &[u8]) -> Job {
    Job::new(Seq(12345), Values::from(name.to_vec()))
}

#[divan::bench(args = TEMPLATES)]
fn parse(bencher: Bencher<'_, '_>, template: &str) {
    let options = TemplateOptions::default();
    let words = [template.into()];
    bencher.bench(|| Template::command(divan::black_box(&words), setting(&options)));
}

#[divan::bench(args = TEMPLATES)]
fn plain_name(bencher: Bencher<'_, '_>, template: &str) {
    render(bencher, template, b"holiday/2024-08-03/img_0042.jpeg");
}

#[divan::bench(args = TEMPLATES)]
fn name_to_be_quoted(bencher: Bencher<'_, '_>, template: &str) {
    render(bencher, template, b"My brother's 12\" *** record (costs $$$).mkv");
}

fn render(bencher: Bencher<'_, '_>, template: &str, name: &[u8]) {
    let options = TemplateOptions::default();
    let template = Template::command(&[template.into()], setting(&options)).expect("a template");
    let job = job(name);
    bencher.counter(ItemsCount::new(1_u32)).bench(|| template.render(divan::black_box(&job), Slot(3), None));
}
