Without a replacement string in the command the argument is appended.
  $ par -k echo hello ::: world there
  hello world
  hello there

{} is replaced by the argument wherever it stands, as often as it stands.
  $ par -k echo '{}-{}' x{}y ::: a b
  a-a xay
  b-b xby

{.} removes the last extension only.
  $ par -k echo {.} ::: foo.jpg archive.tar.gz noext
  foo
  archive.tar
  noext

{.} removes everything of a name that is only an extension.
  $ par -k echo ':{.}:' ::: .bashrc d/.hidden a. ..
  ::
  :d/:
  :a:
  :.:

{/} is the basename.
  $ par -k echo {/} ::: a/b/c.txt plain ./here.c
  c.txt
  plain
  here.c

{//} is the dirname, . for an argument without a slash.
  $ par -k echo {//} ::: a/b/c.txt plain ./here.c /abs
  a/b
  .
  .
  /

{/.} is the basename without its extension.
  $ par -k echo {/.} ::: a/b/c.txt plain.tar.gz d.d/none
  c
  plain.tar
  none

{#} is the sequence number of the job.
  $ par -k echo '{#}:{}' ::: a b c
  1:a
  2:b
  3:c

{#} alone counts as a replacement string, so the argument is not appended.
  $ par -k echo job {#} ::: x y
  job 1
  job 2

{%} is the job slot, always 1 when one job runs at a time.
  $ par -j1 echo slot {%} of {} ::: a b c
  slot 1 of a
  slot 1 of b
  slot 1 of c

{1} and {2} name the input sources.
  $ par -k echo '{2}-{1}' ::: a b ::: 1 2
  1-a
  2-a
  1-b
  2-b

{} with several input sources holds all arguments separated by a space.
  $ par -k echo 'pair={}' ::: a b ::: 1 2
  pair=a 1
  pair=a 2
  pair=b 1
  pair=b 2

Positions can be combined with the path modifiers.
  $ par -k echo '{1.} {1/} {1//} {1/.} {2/}' ::: d/a.c ::: e/f.h
  d/a a.c d a f.h

A negative position counts from the last input source.
  $ par -k echo '{-1} {-2} {-3}' ::: a ::: b ::: c
  c b a

A position beyond the input sources is replaced by nothing.
  $ par -k echo '{1}:{3}:' ::: a b
  a::
  b::

-I changes the replacement string, {} is then ordinary text.
  $ par -k -I ,, echo ',,' '{}' ::: a b
  a {}
  b {}

-I may be used on a pattern that is part of a longer word.
  $ par -k -I @ echo 'mail@host' ::: a
  mailahost

-i with a value attached and --replace=STR are like -I.
  $ printf 'x\ny\n' | par -k -i@ echo 'got=@'
  got=x
  got=y
  $ printf 'x\ny\n' | par -k --replace=@ echo 'got=@'
  got=x
  got=y

--extensionreplace, or --er, names the replacement string for {.}.
  $ par -k --extensionreplace ,, echo ,, ::: d/a.b.c
  d/a.b
  $ par -k --er @E echo @E ::: d/a.b.c
  d/a.b

--basenamereplace, or --bnr, names the replacement string for {/}.
  $ par -k --bnr ,, echo ,, ::: d/a.b.c
  a.b.c
  $ par -k --basenamereplace BN echo BN ::: d/a.b.c
  a.b.c

--seqreplace and --slotreplace name the strings for {#} and {%}.
  $ par -j1 --seqreplace SEQ --slotreplace SLOT echo SEQ SLOT ::: a b
  1 1
  2 1

Spaces and quotes in an argument arrive unchanged.
  $ par -k echo {} ::: 'a  b' "it's" '"q"'
  a  b
  it's
  "q"

A value that needs quoting shows single quotes when the command puts it in double quotes.
  $ par -k echo '"{}"' ::: 'a b'
  'a b'

--plus {+/} and {+.} are the opposites of {/} and {.}.
  $ par -k --plus echo '{+/} {+.} {+/}/{/} {.}.{+.}' ::: dir/sub/file.ex1.ex2
  dir/sub ex2 dir/sub/file.ex1.ex2 dir/sub/file.ex1.ex2

--plus {..} and {...} remove two and three extensions.
  $ par -k --plus echo '{..} {...}' ::: d/f.a.b.c x.tar.gz
  d/f.a d/f
  x x.tar.gz

--plus {+/} is empty for a name without a slash and {+.} for one without a dot.
  $ par -k --plus echo ':{+/}:{+.}:' ::: file dir/file
  :::
  :dir::

--plus {##} is the total number of jobs.
  $ par -k --plus echo '{#}/{##}' ::: a b c
  1/3
  2/3
  3/3

--plus {:-str} gives str for an empty argument.
  $ par -k --plus echo '{:-none}' ::: a '' 'b c'
  a
  none
  b c

--plus {:n} removes the first n characters and {:n:m} cuts out m from n.
  $ par -k --plus echo '{:2} {:2:3}' ::: abcAaAdef 012345678
  cAaAdef cAa
  2345678 234

--plus {#str} removes a prefix and {%str} a suffix, if there.
  $ par -k --plus echo '{#abc} {#bc} {%def} {%de}' ::: abcAaAdef
  AaAdef abcAaAdef abcAaA abcAaAdef

--plus {/from/to} replaces the first match, {//from/to} all of them.
  $ par -k --plus echo '{/a/X} {//a/X}' ::: banana cab
  bXnana bXnXnX
  cXb cXb

--plus {^str} and {^^str} change to upper case.
  $ par -k --plus echo '{^a} {^^a}' ::: abcAaAdef banana
  AbcAaAdef AbcAAAdef
  banana bAnAnA

--plus strings take a position.
  $ par -k --plus echo '{1..} {2+/} {2/a/b}' ::: x.t.gz ::: d/aa.c
  x d d/ba.c

--plus {uniq} skips jobs where two sources hold the same value.
  $ par -k --plus echo '{uniq}' ::: a b c ::: a b c || true
  a b
  a c
  b a
  b c
  c a
  c b

--plus {slot} is the job slot as the job sees it.
  $ par -j1 --plus echo '{slot}' {} ::: a b
  1 a
  1 b

Without --plus its strings are ordinary text.
  $ par -k echo {} '{+/}' '{..}' ::: d/f.a.b
  d/f.a.b {+/} {..}

Header names can be used as replacement strings, with modifiers.
  $ par -k --header : echo '{file} {file.} {file/}' ::: file d/a.c e/b.h
  d/a.c d/a a.c
  e/b.h e/b b.h

An argument that looks like a replacement string is not replaced again.
  $ par -k echo '{1}' '{2}' ::: '{2}' '{#}' ::: b
  {2} b
  {#} b

Unknown braces and shell braces pass through to the shell.
  $ par -k echo '{a,b}{}' '{x}' ::: 1
  a1 b1 {x}

{} of several sources has each value quoted on its own.
  $ par -k 'printf "[%s]" {}; echo' ::: 'a b' ::: 'c  d' ''
  [a b][c  d]
  [a b][]

A position may be used several times and in any order.
  $ par -k 'printf "[%s]" {2} {1} {2}{1}; echo' ::: 'a b' x ::: 'c d'
  [c d][a b][c da b]
  [c d][x][c dx]

Path strings without a position change the value of every source.
  $ par -k echo '{.} {/} {//} {/.}' ::: d/a.c ::: e/b.h f/g.i
  d/a e/b a.c b.h d e a b
  d/a f/g a.c g.i d f a g

{.} {/} {//} and {/.} of odd paths.
  $ par -k echo '[{.}][{/}][{//}][{/.}]' ::: / // a/ a//b.c ./ .. ../.. ../a.b '' . .a.b a. /a.b/ 'x.y z'
  [/][][/][]
  [//][][/][]
  [a/][][.][]
  [a//b][b.c][a][b]
  [./][][.][]
  [.][..][.][.]
  [../.][..][..][.]
  [../a][a.b][..][a]
  [][][.][]
  [][.][.][]
  [.a][.a.b][.][.a]
  [a][a.][.][a]
  [/a.b/][][/][]
  [x][x.y z][.][x]

{.} looks for the dot in the last component only.
  $ par -k echo '[{.}][{/.}]' ::: a.b/c d.d/e.f ./a ../b 'a b.c/d e' 'a b.c d'
  [a.b/c][c]
  [d.d/e][e]
  [./a][a]
  [../b][b]
  [a b.c/d e][d e]
  [a b][a b]

Positional path strings of odd paths.
  $ par -k echo '[{2.}][{2/}][{2//}][{2/.}]' ::: a ::: d.d/x.tar.gz /y ../z. .r / '' a/ a//b.c
  [d.d/x.tar][x.tar.gz][d.d][x.tar]
  [/y][y][/][y]
  [../z][z.][..][z]
  [][.r][.][]
  [/][][/][]
  [][][.][]
  [a/][][.][]
  [a//b][b.c][a][b]

Negative positions take the path modifiers too.
  $ par -k echo '{-1.} {-1/} {-1//} {-1/.} {-2/.}' ::: d/a.c ::: e/b.h
  e/b b.h e b a

A value may need quoting after a path modifier has changed it.
  $ par -k 'printf "[%s]" {/} {//} {.} {/.}; echo' ::: 'd d/a b.c d' "x'y/\$z.w;v"
  [a b.c d][d d][d d/a b][a b]
  [$z.w;v][x'y][x'y/$z][$z]

Two-digit positions.
  $ par -k echo '{12}{11}{10}' ::: 1 ::: 2 ::: 3 ::: 4 ::: 5 ::: 6 ::: 7 ::: 8 ::: 9 ::: a ::: b ::: c
  cba

An empty value between other text is an empty string.
  $ par -k --dry-run echo 'x{}y' '{1}' '{2}.' ::: '' ::: b
  echo x'' by '' b.

A replacement string between braces.
  $ par -k echo '{{}}' '{{1}}' '{a,{}}' '{a..c}{}' ::: v
  {v} {v} a v av bv cv

Braces that resemble replacement strings are text.
  $ par -k echo '{//.}' '{./}' '{/#}' '{ }' ::: v
  {//.} {./} {/#} { } v

Parameter expansions in the command are the shell's.
  $ par -k 'x={}; echo ${x} ${#x} ${x%.*} ${x/a/b}' ::: a.b aa.c
  a.b 3 a b.b
  aa.c 4 aa ba.c

Values that look like replacement strings are kept by the path strings too.
  $ par -k echo '{.} {/}' ::: '{}.{}' '{#}.x' '{= 1 =}.{.}'
  {} {}.{}
  {#} {#}.x
  {= 1 =}.{ {= 1 =}.{.}

With -I the positions are ordinary text as well.
  $ par -k -I ,, echo ,, {1} {-1} ::: d/a.b
  d/a.b {1} {-1}

With -I a position does not count as a replacement string.
  $ par -k -I ,, echo {1} {} ::: d/a.b
  {1} {} d/a.b

With -I the other strings still work.
  $ par -j1 -I ,, echo ,, {.} {/} {//} {/.} {#} {%} ::: d/a.b
  d/a.b d/a a.b d a 1 1

With -I {.} is enough to keep the argument from being appended.
  $ par -k -I ,, echo {.} ::: d/a.b
  d/a

-I with a string in braces takes positions.
  $ par -k -I '{x}' echo '{x}:{1x}:{2x}:{-1x}:{1}' ::: a ::: b
  a b:a:b:b:{1}

-I {} changes nothing.
  $ par -k -I {} echo {}-{1} ::: a
  a-a

-I replaces every occurrence.
  $ par -k -I % echo % %% 100% ::: x y
  x xx 100x
  y yy 100y

The last -I counts.
  $ par -k -I X -I Y echo X Y ::: a
  X a

-I with a character that is special to the shell.
  $ par -k -I '<>' echo '"<>"' '<>.<>' ::: x
  x x.x

-I with a character that is special in regular expressions.
  $ par -k -I '$.' echo '$.' 'a$.b' ::: x
  x axb
  $ par -k -I '[x]' echo '[x]' x ::: y
  y x
  $ par -k -I '*' echo '*+*' ::: y
  y+y
  $ par -k -I '(' echo '(' ::: y
  y

-i and --replace take a separate word as their value.
  $ par -k -i X echo X {} ::: a
  a {}
  $ par -k --replace X echo X {} ::: a
  a {}

Several sources with -I are joined by spaces.
  $ par -k -I ,, echo 'x,,y' ::: a b ::: 1
  xa 1y
  xb 1y

--er leaves {.} and {1.} as text.
  $ par -k --er ,, echo ,, {.} {1.} {} ::: d/a.b
  d/a {.} {1.} d/a.b

--bnr leaves {/} and {1/} as text.
  $ par -k --bnr ,, echo ,, {/} {1/} {} ::: d/a.b
  a.b {/} {1/} d/a.b

--dirnamereplace, or --dnr, names the string for {//}.
  $ par -k --dnr ,, echo ,, {//} {1//} ::: d/a.b c
  d {//} {1//}
  . {//} {1//}
  $ par -k --dirnamereplace DIR echo DIR ::: d/a.b c
  d
  .

--basenameextensionreplace, or --bner, names the string for {/.}.
  $ par -k --bner ,, echo ,, {/.} {1/.} ::: d/a.b c
  a {/.} {1/.}
  c {/.} {1/.}
  $ par -k --basenameextensionreplace BE echo BE ::: d/a.b c
  a
  c

--seqreplace and --slotreplace leave {#} and {%} as text.
  $ par -j1 --seqreplace ,, --slotreplace ++ echo ,, ++ {#} {%} ::: a b
  1 1 {#} {%}
  2 1 {#} {%}

A renamed string in braces takes positions.
  $ par -k --er '{e}' echo '{e}:{1e}:{2e}:{-1e}' ::: d/a.b ::: c.d
  d/a c:d/a:c:c
  $ par -k --bnr '{b}' echo '{b}:{1b}:{2b}:{-1b}' ::: d/a.b ::: c.d
  a.b c.d:a.b:c.d:c.d

All strings renamed at once, the longer ones first.
  $ par -j1 -I ,, --er ,,. --bnr ,,/ --dnr ,,// --bner ,,/. --seqreplace ,,# --slotreplace ,,% echo ,,# ,,% ,,/. ,,// ,,/ ,,. ,, ::: d/a.b
  1 1 a d a.b d/a d/a.b

A renamed string that is not in the command has the argument appended.
  $ par -k --er ,, echo x ::: d/a.b
  x d/a.b

A command that starts with a replacement string has no value quoted.
  $ par -k '{} {}' ::: 'echo a   b'
  a b echo a b
  $ par -k {1} foo {2} ::: 'echo   1' ::: 'a   b'
  1 foo a b

The extension added to a command that is a replacement string.
  $ printf '#!/bin/sh\necho "$0 got $*"\n' > a.sh; cp a.sh b.sh; chmod +x *.sh
  $ par -k ./{}.sh x ::: a b
  ./a.sh got x
  ./b.sh got x
  $ par -k ./{} ::: a.sh b.sh
  ./a.sh got\x20 (esc)
  ./b.sh got\x20 (esc)
  $ par -k {.}.sh y ::: ./a.x ./b.y
  ./a.sh got y
  ./b.sh got y

No value is quoted when the first word contains a replacement string.
  $ par -k --dry-run './{} {}' ::: 'x  y'
  ./x  y x  y
  $ par -k --dry-run 'a{.}b {}' ::: 'x  y'
  ax  yb x  y
  $ par -k --dry-run '({}; {})' ::: 'x  y'
  (x  y; x  y)
  $ par -k --dry-run '{#} {}' ::: 'x  y'
  1 x  y

Values are quoted when an equal sign or a blank comes before the first replacement string.
  $ par -k --dry-run 'a={} {}' ::: 'x  y'
  a='x  y' 'x  y'
  $ par -k --dry-run 'a= {}' ::: 'x  y'
  a= 'x  y'
  $ par -k --dry-run '{ {}; }' ::: 'x  y'
  { 'x  y'; }
  $ par -k --dry-run ' {}' ::: 'x  y'
   'x  y'

A command that starts with the string of -I is not quoted either.
  $ par -k --dry-run -I ,, ',,x ,,' ::: 'x  y'
  x  yx x  y
  $ par -k --dry-run -I ,, '{} ,,' ::: 'x  y'
  {} 'x  y'

A command that starts with {/} or a position runs that value.
  $ par -k '{/} x' ::: 'dir/echo   b'
  b x
  $ par -k '{2} {1}' ::: 'x   y' ::: 'echo a   b'
  a b x y

With -q a command that starts with a replacement string is quoted.
  $ par -k -q --dry-run {} {} ::: 'x  y'
  'x  y' 'x  y'

Replacement strings touch each other.
  $ par -k echo '{1}{2}{1}{#}{.}' ::: a.b ::: c
  a.bca.b1a c

{#} counts the combinations of several sources.
  $ par -k echo '{#}={1}{2}' ::: a b ::: 1 2
  1=a1
  2=a2
  3=b1
  4=b2

{%} is never more than the number of jobs.
  $ par -j2 'echo {%}; sleep 0.2' ::: a b c d | sort -u
  1
  2

{##} without --plus is text.
  $ par -k echo '{##}' {} ::: a
  {##} a

--plus {..} {...} {/..} and {/...} with too few extensions.
  $ par -k --plus echo '[{..}][{...}][{/..}][{/...}]' ::: d/f.a.b.c d/x.gz d.d/none ''
  [d/f.a][d/f][f.a][f]
  [d/x.gz][d/x.gz][x.gz][x.gz]
  [d.d/none][d.d/none][none][none]
  [][][][]

--plus {+..} and {+...} are the last two and three extensions.
  $ par -k --plus echo '[{+..}][{+...}][{+.}]' ::: d/f.a.b.c x.tar.gz none d.d/x.y
  [b.c][a.b.c][c]
  [tar.gz][][gz]
  [][][]
  [][][y]

--plus {+/} of odd paths.
  $ par -k --plus echo '[{+/}][{/}]' ::: a/b/c /x y/ ./z
  [a/b][c]
  [][x]
  [y][]
  [.][z]

--plus static strings with positions.
  $ par -k --plus echo '{2..} {1+.} {-1/..} {2+/} {1...}' ::: a.b.c.d ::: e/f.g.h
  e/f d f e a

--plus {0#} and {0%} pad with zeros.
  $ seq 10 | par -k -j1 --plus echo '{0#}:{0%}' | sed -n '1p;10p'
  01:1
  10:1

--plus {choose_k} keeps combinations in increasing order only.
  $ par -k --plus echo '{choose_k}' ::: a b c ::: a b c || true
  a b
  a c
  b c

--plus {:-str} with a position and an empty source value.
  $ par -k --plus echo '{1:-x} {2:-y z}' ::: '' a ::: b ''
  x b
  x y z
  a b
  a y z

--plus {:n} and {:n:m} beyond the length.
  $ par -k --plus echo '[{:1}][{:0:2}][{:1:1}]' ::: abc ab a
  [bc][ab][b]
  [b][ab][b]
  [][a][]

--plus {:n:m} with a position.
  $ par -k --plus echo '{2:1} {1:1:2} {2:0:1}' ::: abcd ::: efgh
  fgh bc e

--plus {##str} and {%%str} take the longest match.
  $ par -k --plus echo '{#a.*b} {##a.*b} {%b.*c} {%%b.*c}' ::: axbxbc
  xbc c axbx ax

--plus {#str} and {%str} take regular expressions.
  $ par -k --plus echo '{#[0-9]+} {%[0-9]+} {%\.tar\.gz}' ::: 12ab34 x.tar.gz
  2ab34 12ab3 12ab34
  x.tar.gz x.tar.gz x

--plus {/from/to} with an empty replacement and with a regular expression.
  $ par -k --plus echo '{/a/} {//a/} {//[an]+/-}' ::: banana
  bnana bnn b-

--plus {,str} and {,,str} change to lower case.
  $ par -k --plus echo '{,A} {,,A}' ::: ABCAA aAb
  aBCAA aBCaa
  aAb aab

--plus dynamic strings with positions.
  $ par -k --plus echo '{1#a} {2%z} {2/y/Y} {-1^x} {1//a/b}' ::: aba ::: xyz
  ba xy xYz Xyz bbb

--plus strings inside a word and with quoted values.
  $ par -k --plus echo 'x{+/}y{+.}z' ::: 'a b/c.d e'
  xa byd ez

--plus works together with the standard strings of several sources.
  $ par -k --plus echo '{} {..} {+.}' ::: a.b.c ::: d.e
  a.b.c d.e a d.e c e

--rpl strings stand beside the standard ones.
  $ par -k --rpl '{x} s/a/X/' echo '{x} {} {.} {1x}' ::: a.b
  X.b a.b a X.b

Names of --header with modifiers and positions in one command.
  $ par -k --header : echo '{x/.}:{2//}:{y.}' ::: x d/a.b ::: y e/f.g
  a:e:e/f

--rpl in the form of a word without braces.
  $ par -k --rpl 'UP $_=uc' echo 'UP xUPx' ::: a b
  A xAx
  B xBx

--rpl may override a standard string.
  $ par -k --rpl '{/} s/a/b/' echo '{/}' ::: d/a
  d/b

--rpl of a string used with positions.
  $ par -k --rpl '{u} $_=uc' echo '{2u} {1u} {-1u} {u}' ::: a ::: b
  B A B A B

--rpl with two captures.
  $ par -k --rpl '{s(.)(.)} s/$$1/$$2/' echo '{sab} {sxy}' ::: abc xx
  bbc abc
  xx yx

--rpl several times.
  $ par -k --rpl '{a} s/^/a/' --rpl '{b} s/^/b/' echo '{a} {b} {}' ::: x
  ax bx x

--rpl in --tagstring.
  $ par -k --rpl '{u} $_=uc' --tagstring '{u}' echo {} ::: a b
  A\ta (esc)
  B\tb (esc)

--rpl with a value that has blanks.
  $ par -k --rpl '{w} s/ .*//' echo '{w}' ::: 'a b' c
  a
  c

--rpl with seq() and slot().
  $ par -j1 --rpl '{n} $_=seq()' --rpl '{s} $_=slot()' echo '{n}{s} {}' ::: a b
  11 a
  21 b

--rpl removes a directory and an extension.
  $ par -k --rpl '{b} s:.*/::; s:\.[^.]*$::;' echo '{b}.png' ::: d/x.jpg y.z.jpg
  x.png
  y.z.png

--rpl with a capture that is compared as text.
  $ par -k --rpl '{^(.+?)} s/^\Q$$1\E//' echo '{^ab} {^x}' ::: abc
  c abc

--rpl keeps the argument from being appended.
  $ par -k --rpl '{one} $_=1' echo '{one}' ::: a
  1

--rpl that stands nowhere in the command appends the argument.
  $ par -k --rpl '{one} $_=1' echo x ::: a
  x a

--parens with {{ }}.
  $ par -k --parens '{{}}' echo '{{ s/a/b/ }} {}' ::: a
  b a

--parens with a position.
  $ par -k --parens '[::]' echo '[:2 s/^/x/ :]' ::: a ::: b
  xb

--parens turns {= =} into text.
  $ par -k --parens ',,,,' echo '{= 1 =}' ',, $_=2 ,,' ::: a
  {= 1 =} 2

-I with a word and -I with {} in another place.
  $ par -k -I FILE echo 'FILE.{}' ::: a b
  a.{}
  b.{}
  $ par -k -I% echo '%-%' ::: a
  a-a

--er, --bnr, --dnr and --bner together.
  $ par -k --er E --bnr B --dnr D --bner X echo 'E B D X' ::: d/a.b
  d/a a.b d a

--er leaves {} alone.
  $ par -k --er '{e}' echo '{e} {}' ::: a.b
  a a.b

--seqreplace with {} still there.
  $ par -k --seqreplace ,, echo ',,:{}' ::: a b
  1:a
  2:b

--slotreplace in a word.
  $ par -j1 --slotreplace @@ echo 'slot@@' {} ::: a b
  slot1 a
  slot1 b

--plus {+/}, {+.}, {+..} and {+...} of a deep path.
  $ par -k --plus echo '{+/} {+.} {+..} {+...}' ::: a/b/c.d.e.f
  a/b f e.f d.e.f

--plus {/..} and {/...} remove directory and extensions.
  $ par -k --plus echo '{/..} {/...}' ::: d/a.b.c.d
  a.b a

--plus {..} of names with dots in the directory.
  $ par -k --plus echo '{..} {...}' ::: d.e/a.b d.e/f.a.b.c.d
  d.e/a.b d.e/a.b
  d.e/f.a.b d.e/f.a

--plus {0#} has as many digits as the last number.
  $ seq 11 | par -k --plus echo '{0#}' | paste -sd' '
  01 02 03 04 05 06 07 08 09 10 11

--plus {0%} has as many digits as the number of slots.
  $ par -k -j10 --plus 'echo {0%} | tr 0-9 x' ::: a
  xx

--plus {##} with several sources.
  $ par -k --plus echo '{##} {}' ::: a b ::: 1 2
  4 a 1
  4 a 2
  4 b 1
  4 b 2

--plus {choose_k} of three sources.
  $ par -k --plus echo '{choose_k}' ::: a b c d ::: a b c d ::: a b c d || true
  a b c
  a b d
  a c d
  b c d

--plus {uniq} of three sources.
  $ par -k --plus echo '{uniq}' ::: a b ::: a b ::: a b c || true
  a b c
  b a c

--plus {:-str} with a default that has dots and slashes.
  $ par -k --plus echo '{:-./x.y}' ::: '' a
  ./x.y
  a

--plus {:-str} of a value that is not empty.
  $ par -k --plus echo '{:-str}' ::: abc
  abc

--plus {:pos:len} of a value with blanks.
  $ par -k --plus echo '{:2:3}' ::: 'a b c d'
  b c

--plus {#re} and {##re} with a pattern.
  $ par -k --plus echo '{#.*b} {##.*b}' ::: abcbd
  cbd d

--plus {%re} and {%%re} with a pattern.
  $ par -k --plus echo '{%b.*} {%%b.*}' ::: abcbd
  abc a

--plus {/re/str} with a class and a group.
  $ par -k --plus echo '{/[aeiou]/_} {//[aeiou]/_}' ::: banana
  b_nana b_n_n_

--plus {/re/str} that does not match.
  $ par -k --plus echo '{/x/y}' ::: banana
  banana

--plus {//re/} removes all matches.
  $ par -k --plus echo '{//a/}' ::: banana
  bnn

--plus {^re} and {,re} change the first character only.
  $ par -k --plus echo '{^.} {^^.} {^[a-c]}' ::: abcd
  Abcd ABCD Abcd
  $ par -k --plus echo '{,.} {,,.} {,[A-C]}' ::: ABCD
  aBCD abcd aBCD

--plus dynamic strings in a tag.
  $ par -k --plus --tagstring '{%.txt}' echo '{}' ::: a.txt b.txt
  a\ta.txt (esc)
  b\tb.txt (esc)

--plus with a positional dynamic string beside {}.
  $ par -k --plus echo '{2/x/y}{1:1}' ::: abc ::: xx
  yxbc

--plus changes nothing of the standard strings.
  $ par -j1 --plus echo '{} {.} {/} {//} {/.} {#} {%}' ::: d/a.b
  d/a.b d/a a.b d a 1 1

--tagstring with {#}, {%}, {/.} and text.
  $ par -j1 --tagstring 'n{#}-s{%}-{/.}' echo x{} ::: d/a.b c
  n1-s1-a\txd/a.b (esc)
  n2-s1-c\txc (esc)

--tagstring with positions.
  $ par -k --tagstring '{2}:{1}' echo {1}{2} ::: a ::: 1 2
  1:a\ta1 (esc)
  2:a\ta2 (esc)

--tagstring with blanks and no replacement string.
  $ par -k --tagstring 'a  b' echo ::: x
  a  b\tx (esc)

--tag and {} with several sources.
  $ par -k --tag echo '{2}' ::: a b ::: 1
  a 1\t1 (esc)
  b 1\t1 (esc)

--tagstring shows the value unquoted.
  $ par -k --tagstring '<{}>' echo x ::: 'a b' '$x'
  <a b>\tx a b (esc)
  <$x>\tx $x (esc)

--template fills a file in for each job.
  $ echo 'Name: {}, base {.}' > tmpl; par -k --template tmpl={.}.cfg cat '{.}.cfg' ::: a.x b.y
  Name: a.x, base a
  Name: b.y, base b
  $ ls
  a.cfg
  b.cfg
  tmpl

--tmpl with --cleanup removes the file.
  $ echo 'v={1} w={2}' > t; par -k --cleanup --tmpl t=out-{#} cat 'out-{#}' ::: a b ::: c
  v=a w=c
  v=b w=c
  $ ls
  t

--template twice.
  $ echo 'A {}' > ta; echo 'B {}' > tb; par -k --tmpl ta=a-{} --tmpl tb=b-{} cat a-{} b-{} ::: x
  A x
  B x
  $ ls
  a-x
  b-x
  ta
  tb

--template keeps blanks and quotes of the file.
  $ printf "it's  \"{}\"\n" > t; par -k --tmpl t=o-{#} 'cat o-{#}; : {}' ::: a
  it's  "a"

{} beside text of the shell's own braces.
  $ par -k echo '{}{,.bak}' ::: a
  a a.bak
  $ par -k 'echo ${HOME:+{}}' ::: a
  a

{1} to {9} and {10} with columns.
  $ echo 'a b c d e f g h i j k' | par -k --colsep ' ' echo '{10}{1}{11}{9}'
  jaki

{-1} of columns that differ in number.
  $ printf 'a b c\nd e\n' | par -k --colsep ' ' echo '{-1}'
  c
  e

{#} and {%} within a file name.
  $ par -j1 'echo {} > out.{#}.{%}' ::: a b; cat out.1.1 out.2.1
  a
  b

{#} in the second word only.
  $ par -k echo '{}' '{#}{#}' ::: a b
  a 11
  b 22

{.} of names with blanks and dots.
  $ par -k echo '{.}' ::: 'a b.c d' 'a.b c/d' ' .x'
  a b
  a.b c/d
  \x20 (esc)

{//} of names with blanks.
  $ par -k printf '"[%s]\n"' '{//}' ::: 'a b/c' 'd  e/f g/h'
  [a b]
  [d  e/f g]

{/} and {/.} of names that begin with a dash.
  $ par -k echo x '{/} {/.}' ::: d/-n.x
  x -n.x -n

Replacement strings in a command of several lines.
  $ par -k 'echo {}
  > echo {.}' ::: a.b
  a.b
  a

{} in a command substitution in double quotes.
  $ par -k 'echo "$(echo {} {.})"' ::: a.b
  a.b a

Replacement strings in a redirection.
  $ par 'echo {} > {.}.out; echo more >> {.}.out' ::: a.b; cat a.out
  a.b
  more

Values that look like replacement strings are kept.
  $ par -k echo '{}' ::: '{}' '{1}' '{.}'
  {}
  {1}
  {.}

A negative position before the first value counts on from the last one once more.
  $ par -k echo '{-1}:{-2}:{-3}:{-4}:{-5}:' ::: a ::: b
  b:a:b:a::
  $ par -k echo '{-1}:{-2}:{-3}:' ::: a
  a:a::
  $ par -k -N3 echo '{-1}:{-2}:{-3}:' ::: a b c d
  c:b:a:
  d:d::

--plus {^^} is {^RE} with the pattern ^, and {:-} is text.
  $ par -k --plus echo '{^^}' '{:-}' ::: ab ''
  ab {:-}
   {:-}

--plus {hgrp} and {agrp} are empty without host groups.
  $ par --plus echo 'a{hgrp}b{agrp}c' ::: x
  abc
  $ par --plus --dry-run echo '{hgrp} {agrp}' ::: x
  echo ${PARALLEL_HOSTGROUPS} ${PARALLEL_ARGHOSTGROUPS}

--tagstring knows a few escapes.
  $ par -k --tagstring 'a\tb\nc' echo ::: x
  a\tb (esc)
  c\tx (esc)
  $ par -k --tagstring '\033[1m{}\033[0m' echo ::: x
  \x1b[1mx\x1b[0m\tx (esc)
  $ par -k --tagstring 'a\\tb\e\q\1' echo ::: x
  a\\\tb\\e\\q\x01\tx (esc)
  $ par -k --tagstring '{}' echo y ::: 'a\tb'
  a\\tb\ty a\\tb (esc)
