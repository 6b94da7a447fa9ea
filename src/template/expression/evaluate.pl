# Evaluates expressions for the runner, which asks on stdin and is answered on stdout.
#
# A request and an answer are a length of four bytes and so many bytes. "C" and a source compiles it: the answer is "O"
# and its number, or "E" and what is wrong. "V", a number, a job and a value evaluates: the answer is "V", flags and
# the new value, or "D" and why it died.

# Before there are any lexical variables, which expressions would see.
sub forkful::compile {
    package main;
    no strict;
    no warnings;
    return eval "sub {\n#line 1 \"expression\"\n$_[0]\n}";
}

sub seq() { $forkful::seq }
sub slot() { $forkful::slot }
sub total_jobs() { $forkful::total }
sub uq() { $forkful::flags |= 1; 1 }
sub skip() { $forkful::flags |= 2; 1 }

sub Q($) {
    my ($text) = @_;
    return "''" if !defined $text || $text eq "";
    return $text if $text !~ m{[^A-Za-z0-9_\-+/.]};
    return join "", map { $_ eq "'" ? "\"'\"" : "'$_'" } $text =~ /'|[^']+/g;
}

sub pQ($) {
    my ($text) = @_;
    $text =~ s/(["\$\@\\])/\\$1/g;
    return $text;
}

sub hash($) {
    require B;
    return B::hash($_[0]);
}

sub forkful::moment {
    my ($format, $moment) = @_;
    my ($second, $minute, $hour, $day, $month, $year) = localtime(defined $moment ? $moment : time);
    my %part = (
        Y => sprintf("%04d", $year + 1900), M => sprintf("%02d", $month + 1), D => sprintf("%02d", $day),
        h => sprintf("%02d", $hour), m => sprintf("%02d", $minute), s => sprintf("%02d", $second),
    );
    $format =~ s/([YMDhms])/$part{$1}/g;
    return $format;
}

sub yyyy_mm_dd_hh_mm_ss(;$) { forkful::moment("Y-M-DTh:m:s", @_) }
sub yyyy_mm_dd_hh_mm(;$) { forkful::moment("Y-M-DTh:m", @_) }
sub yyyy_mm_dd(;$) { forkful::moment("Y-M-D", @_) }
sub hh_mm_ss(;$) { forkful::moment("h:m:s", @_) }
sub hh_mm(;$) { forkful::moment("h:m", @_) }
sub yyyymmddhhmmss(;$) { forkful::moment("YMDhms", @_) }
sub yyyymmddhhmm(;$) { forkful::moment("YMDhm", @_) }
sub yyyymmdd(;$) { forkful::moment("YMD", @_) }
sub hhmmss(;$) { forkful::moment("hms", @_) }
sub hhmm(;$) { forkful::moment("hm", @_) }

# What expressions know as $job.
sub forkful::job::seq { $forkful::seq }
sub forkful::job::slot { $forkful::slot }
our $job = bless [], "forkful::job";
our @arg;

sub forkful::evaluate {
    my ($code, $value) = @_;
    local $_ = $value;
    $forkful::flags = 0;
    # An endless expression must not outlive the runner.
    local $SIG{ALRM} = sub { getppid() == $forkful::parent ? alarm 10 : exit };
    alarm 10;
    my $true = eval { $code->() ? 1 : 0 };
    my $failed = !defined $true;
    my $why = $@;
    alarm 0;
    return "D" . forkful::bytes("$why") if $failed;
    return "V" . chr($forkful::flags | ($true ? 4 : 0)) . forkful::bytes($_);
}

sub forkful::bytes {
    my ($text) = @_;
    return "" if !defined $text;
    $text = "$text";
    utf8::downgrade($text, 1) or utf8::encode($text);
    return $text;
}

sub forkful::receive {
    my ($length) = @_;
    my $text = "";
    while (length $text < $length) {
        my $read = sysread $forkful::in, $text, $length - length $text, length $text;
        next if !defined $read && $!{EINTR};
        exit if !$read;
    }
    return $text;
}

sub forkful::send {
    my $text = pack "N/a*", $_[0];
    my $sent = 0;
    while ($sent < length $text) {
        my $written = syswrite $forkful::out, $text, length($text) - $sent, $sent;
        next if !defined $written && $!{EINTR};
        exit if !$written;
        $sent += $written;
    }
}

# What an expression prints or runs must not get between requests and answers.
open $forkful::in, "<&", \*STDIN or die;
open $forkful::out, ">&", \*STDOUT or die;
open STDIN, "<", "/dev/null" or die;
open STDOUT, ">&", \*STDERR or die;
binmode $forkful::in;
binmode $forkful::out;
$forkful::parent = getppid();

while (1) {
    my $request = forkful::receive(unpack "N", forkful::receive(4));
    my $kind = substr $request, 0, 1, "";
    if ($kind eq "C") {
        my $code = forkful::compile($request);
        if (defined $code) {
            push @forkful::compiled, $code;
            forkful::send("O" . pack "N", $#forkful::compiled);
        } else {
            forkful::send("E" . forkful::bytes("$@"));
        }
    } else {
        (my $number, $forkful::seq, $forkful::slot, $forkful::total, my $texts) =
            unpack "N Q> Q> Q> a*", $request;
        my ($value, @values) = unpack "(N/a*)*", $texts;
        @arg = (undef, @values);
        forkful::send(forkful::evaluate($forkful::compiled[$number], $value));
    }
}
