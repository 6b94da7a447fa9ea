//! What expressions come to, with and without perl.

use super::*;

/// Expressions that are understood without perl: text, value, result.
const CASES: &[(&str, &str, &str)] = &[
    ("", "a", "a"),
    (r"s/\.[^.]+$//", "dir.d/a.tar.gz", "dir.d/a.tar"),
    (r"s:\.[^/.]*$::; s:.*/::", "dir.d/a.tar.gz", "a.tar"),
    (r"s{.*/}{}", "x/y/z", "z"),
    ("$_ = uc", "abc", "ABC"),
    ("$_=lc($_) . '.txt'", "ABC", "abc.txt"),
    (r"s/(\w+)-(\w+)/\u$2-$1/", "ab-cd", "Cd-ab"),
    ("tr/a-y/b-z/", "hal", "ibm"),
    ("$_ = tr/a//", "banana", "3"),
    ("$_ = sprintf('%03d', seq())", "", "007"),
    (r#"$_ = "$arg[1]/$arg[2]""#, "", "one/two"),
    ("$_ = join('-', @arg)", "", "-one-two"),
    ("$_ = @arg . $#arg", "", "32"),
    ("if (/b/) { $_ = 1 } elsif (/c/) { $_ = 2 } else { $_ = 3 }", "c", "2"),
    ("$_ .= 'x' unless $_ eq 'a'", "a", "a"),
    ("my $n = length; $_ = $n * 2 + 1", "abc", "7"),
    ("$_++", "az", "ba"),
    ("$_ = 10 / 4", "", "2.5"),
    ("$_ = substr($_, 1, 2)", "abcd", "bc"),
    ("substr($_, 0, 1, 'X')", "abcd", "Xbcd"),
    ("s/(.)/sprintf('%02x', ord($1))/ge", "ab", "6162"),
    ("$_ = total_jobs() - seq", "", "93"),
    ("$_ = $job->seq() . $job->slot()", "", "72"),
    ("$_ = Q($_)", "a b", "'a b'"),
    ("(my $x = $_) =~ s/a/b/; $_ = \"$x$_\"", "a", "ba"),
    (r"s/\b(\w)/\U$1/g", "the end", "The End"),
    ("$_ = reverse", "abc", "cba"),
    ("$_ = 2 ** 3 ** 2", "", "512"),
    ("$_ = -2 ** 2", "", "-4"),
    ("$_ = 'a' x 3 . 'b'", "", "aaab"),
    ("$_ = $_ > 5 ? 'big' : 'small'", "7", "big"),
];

pub(super) const FACTS: Facts<'static> = Facts { seq: 7, slot: 2, total: Some(100), arguments: &[b"one", b"two"] };

pub(super) fn has_perl() -> bool {
    !matches!(perl::compile(b"1"), Err(Trouble::Missing))
}

#[test]
fn common_expressions_need_no_perl() {
    for (text, value, expected) in CASES {
        let program = parser::parse(text.as_bytes()).unwrap_or_else(|_| panic!("{text} takes perl"));
        let (evaluated, _) = evaluate::evaluate(&program, value.as_bytes(), &FACTS).expect(text);
        assert_eq!(String::from_utf8_lossy(&evaluated.value), *expected, "{text}");
    }
}

fn parsed(text: &str) -> Expression {
    Expression::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn mistake(text: &str) -> String {
    Expression::parse(text.as_bytes()).expect_err(text).to_string()
}

#[test]
fn other_expressions_are_for_perl() {
    if !has_perl() {
        return;
    }
    let cases = [
        ("$_ = (split /-/)[1]", "a-b-c", "b"),
        ("s/a(?=b)/x/g", "abac", "xbac"),
        ("$_ = join '', map { $_ * 2 } 1..3", "", "246"),
        ("$_ = 9223372036854775807 + 1", "", "9223372036854775808"),
        ("$_ = yyyy_mm_dd_hh_mm_ss(0) =~ /^(1970-01-01|1969-12-31)T\\d\\d:\\d\\d:\\d\\d$/", "", "1"),
        ("$_ = hash('a') =~ /^0x/", "", "1"),
        ("for my $i (@arg) { s/$/<$i>/ }", "a", "a<><one><two>"),
        ("print 'to stderr'; $_ = 5", "", "5"),
    ];
    for (text, value, expected) in cases {
        let evaluated = parsed(text).evaluate(value.as_bytes(), &FACTS).expect(text);
        assert_eq!(String::from_utf8_lossy(&evaluated.value), expected, "{text}");
    }
}

#[test]
fn skipping_quoting_and_truth_are_told() {
    let texts = ["skip() if /a/; uq(); $_ eq 'a'", "foreach (1) { skip(); uq() } $_ eq 'a'"];
    for text in texts.into_iter().take(if has_perl() { 2 } else { 1 }) {
        let (is_true, evaluated) = parsed(text).is_true(b"a", &FACTS).expect(text);
        assert_eq!((is_true, evaluated.skip, evaluated.unquoted), (true, true, true), "{text}");
        assert!(!parsed(text).is_true(b"b", &FACTS).expect(text).0, "{text}");
    }
    assert!(parsed("$_ = total_jobs()").needs_total());
    assert!(!parsed("$_ = seq()").needs_total());
}

#[test]
fn what_is_wrong_is_said_with_the_expression() {
    assert!(mistake("$_ = $Global::version").starts_with("{= $_ = $Global::version =}: $Global:: is part of"));
    assert!(mistake("$_ = $job->total_jobs()").contains("$job is part of"));
    if !has_perl() {
        return;
    }
    let said = mistake("s/a/");
    assert!(said.starts_with("{= s/a/ =}: perl does not understand this: Substitution replacement not"), "{said}");
    let failure = parsed("die 'no reason'").evaluate(b"", &FACTS).expect_err("it dies").to_string();
    assert!(failure.starts_with("{= die 'no reason' =}: perl says: no reason at expression line 1"), "{failure}");
}

#[test]
fn a_perl_that_ends_is_replaced() {
    if !has_perl() {
        return;
    }
    let expression = parsed("exit 3 if $_ eq 'end'; $_ = -$_ . 'x'");
    let failure = expression.evaluate(b"end", &FACTS).expect_err("it ended").to_string();
    assert!(failure.contains("perl ended while it evaluated this"), "{failure}");
    assert_eq!(expression.evaluate(b"5", &FACTS).expect("a new perl").value, b"-5x");
}

#[test]
fn without_perl_the_nearest_replacement_string_is_named() {
    for (text, nearest) in [("s:.*/::", "{/}"), (r"s/\.[^.]*$//", "{.}"), ("$_ = seq()", "{#}"), ("1", "--plus")] {
        let said = described(text.as_bytes(), Trouble::Missing);
        assert!(said.contains(nearest), "{said}");
    }
}

#[test]
fn size_and_depth_have_bounds() {
    let failure = parsed("$_ = 'abc' x 99999999").evaluate(b"", &FACTS).expect_err("too long").to_string();
    assert!(failure.contains("longer than 1 MiB"), "{failure}");
    let doubled = "$_ .= $_;".repeat(40);
    parsed(&doubled).evaluate(b"abc", &FACTS).expect_err("too long");
    // Each of these would take gigabytes, or hours.
    let quoted = format!("$_ = {}$_", "quotemeta ".repeat(60));
    let many = format!("my $v = 'x' x 1000000; $_ = reverse({})", vec!["$v"; 1000].join(","));
    let copies = "my $v = 'x' x 1000000;".repeat(500);
    let pattern = "my $v = 'x' x 20000; s/$v//";
    let matches = "$_ = 'x' x 1000000; s/((x))/y/g";
    for text in [quoted.as_str(), &many, &copies, matches] {
        let program = parser::parse(text.as_bytes()).expect("it is understood");
        let stop = evaluate::evaluate(&program, b"\\", &FACTS).expect_err("too long");
        let Stop::Failed(failure) = stop else { panic!("perl would be asked about {text:.99}") };
        assert!(failure.contains("longer than"), "{failure:.200}");
    }
    let pattern = parser::parse(pattern.as_bytes()).expect("it is understood");
    assert!(matches!(evaluate::evaluate(&pattern, b"", &FACTS), Err(Stop::Inexact)));
    for (open, close) in [("(", ")"), ("-", ""), ("1+", ""), ("uc ", ""), ("if(1){", "}"), ("1?1:", ""), ("$_=", "")] {
        let text = format!("$_ = {}1{}", open.repeat(3000), close.repeat(3000));
        assert!(parser::parse(text.as_bytes()).is_err(), "{open}");
    }
    let pattern = format!("s/{}a{}//", "(".repeat(3000), ")".repeat(3000));
    assert!(parser::parse(pattern.as_bytes()).is_err());
}
