Shell metacharacters in an argument are not interpreted.
  $ par -k echo ::: 'a;b' 'c|d' 'e&f' 'g>h' '(i)' 'j*' '?k' '[l]'
  a;b
  c|d
  e&f
  g>h
  (i)
  j*
  ?k
  [l]

Dollar signs and backticks in an argument are not expanded.
  $ par -k echo ::: '$HOME' '`id`' '$(id)' '${x}'
  $HOME
  `id`
  $(id)
  ${x}

Backslashes in an argument are kept.
  $ par -k printf '"%s\n"' ::: 'a\b' 'c\\d' 'e\n' '\'
  a\b
  c\\d
  e\n
  \

A newline inside an argument is kept, with -0.
  $ printf 'a\nb\0' | par -0 echo 'start{}end'
  starta
  bend

An argument with a leading dash is passed as it is.
  $ par -k printf '"[%s]\n"' ::: -n --x -
  [-n]
  [--x]
  [-]

An empty argument is one empty word.
  $ par -k bash -c "'"'echo $#'"'" _ {} ::: '' a
  1
  1

A tilde and a hash at the start of an argument are not special.
  $ par -k echo ::: '~' '#x' '~root' 'a#b'
  ~
  #x
  ~root
  a#b

An exclamation mark and an equal sign are not special.
  $ par -k echo ::: '!x' 'a=b' '=c' 'x!'
  !x
  a=b
  =c
  x!

Unicode arguments are quoted without harm.
  $ par -k printf %s ::: 'ä ö' | od -An -tx1
   c3 a4 20 c3 b6

The command is interpreted by the shell.
  $ par -k 'echo {}; echo again {}' ::: a b
  a
  again a
  b
  again b

The command can be a pipe.
  $ par -k 'echo {} | tr a-z A-Z' ::: abc def
  ABC
  DEF

The command can redirect into a file named after the argument.
  $ par -k 'echo content {} > {}.out' ::: a b
  $ cat a.out b.out
  content a
  content b

The command can be a loop.
  $ par -k 'for i in 1 2; do echo {}$i; done' ::: a b
  a1
  a2
  b1
  b2

Variables in the command are expanded by the job's shell.
  $ export X=outer
  $ par -k 'Y={}; echo $X $Y' ::: a b
  outer a
  outer b

Words of the command are joined by spaces before the shell sees them.
  $ par -k echo 'a   b' {} ::: x
  a b x

-q quotes the command, so its spaces and metacharacters are literal.
  $ par -k -q echo 'a   b' '$HOME' '*' {} ::: x
  a   b $HOME * x

--quote is the long name, pipes are then plain arguments.
  $ par --quote echo '{} | wc > x' ::: a
  a | wc > x

--shellquote prints its input quoted for the shell.
  $ printf 'a b\n' | par --shellquote
  'a b'
  $ par -k --shellquote ::: 'plain' '$x' 'a;b'
  plain
  '$x'
  'a;b'

A bash function exported with export -f can be the command.
  $ greet() { echo "hello $1 from $2"; }
  $ export -f greet
  $ par -k greet {} world ::: a 'b c'
  hello a from world
  hello b c from world

Without a command each input line is a command.
  $ printf 'echo one\necho two | tr o 0\n' | par -k
  one
  tw0

Without a command ::: holds the commands.
  $ par -k ::: 'echo a' 'printf "%s\n" b' 'exit 0'
  a
  b

A command that starts with a replacement string is not quoted.
  $ printf 'echo a   b\n' | par {}
  a b

The command {} with a word after it runs that line with the word.
  $ par -k '{} x' ::: 'echo 1' 'echo 2 3'
  1 x
  2 3 x

The current directory of the jobs is the one of the caller.
  $ mkdir d && cd d && touch here
  $ par ls ::: .
  here

A comment sign inside the command starts a comment.
  $ par -k 'echo {} # not shown' ::: a
  a

Double quotes in the command are for the job's shell.
  $ par -k 'echo "a  {}  b"' ::: x
  a  x  b

A dash dash ends the options.
  $ par -k -- echo -n{} ::: a b
  -na
  -nb

Nested calls work with different replacement strings.
  $ par -k "par -k -I ,, echo {} ,, ::: 1 2" ::: a b
  a 1
  a 2
  b 1
  b 2

PARALLEL_SHELL chooses the shell of the jobs.
  $ PARALLEL_SHELL=/bin/sh par 'echo {} "${BASH_VERSION:-none}"' ::: a
  a none

An assignment before the command name in the command is for the job.
  $ par -k V={} 'bash -c "echo got \$V"' ::: 1 2
  got 1
  got 2

A newline in an argument is kept with -X and next to other words.
  $ printf 'a\nb\0c d\0' | par -0 -j1 -X printf '"[%s]\n"' x
  [x]
  [a
  b]
  [c d]

Only letters, digits and _ - + . / stay unquoted.
  $ par -k --dry-run echo ::: aZ0 a_b a-b a+b a.b a/b a,b a:b a=b a@b a%b a^b a~b a#b 'a!b' 'a{b' 'a}b' 'a[b' 'a]b' é
  echo aZ0
  echo a_b
  echo a-b
  echo a+b
  echo a.b
  echo a/b
  echo 'a,b'
  echo 'a:b'
  echo 'a=b'
  echo 'a@b'
  echo 'a%b'
  echo 'a^b'
  echo 'a~b'
  echo 'a#b'
  echo 'a!b'
  echo 'a{b'
  echo 'a}b'
  echo 'a[b'
  echo 'a]b'
  echo '\xc3\xa9' (esc)

Single quotes in a value become "'" between single-quoted parts.
  $ par -k --dry-run echo ::: "it's" "it''s" "'" "'a'" "a'" "'a" "''"
  echo 'it'"'"'s'
  echo 'it'"'"''"'"'s'
  echo "'"
  echo "'"'a'"'"
  echo 'a'"'"
  echo "'"'a'
  echo "'"''"'"

Tabs, carriage returns and control characters are quoted and kept.
  $ par -k printf '"[%s]\n"' ::: "$(printf 'a\tb')" "$(printf '\t')" "$(printf 'a\rb')" "$(printf '\001\177')" | od -An -c
     [   a  \t   b   ]  \n   [  \t   ]  \n   [   a  \r   b   ]  \n
     [ 001 177   ]  \n

Leading and trailing blanks of a value are kept.
  $ par -k printf '"[%s]\n"' ::: ' a' 'b ' '  ' ' c  d '
  [ a]
  [b ]
  [  ]
  [ c  d ]

Blanks around values on stdin are kept.
  $ printf ' a\nb \n \n' | par -k 'printf "[%s]\n"'
  [ a]
  [b ]
  [ ]

An empty value keeps its place among other words.
  $ par -k 'set -- {} x {}; echo $#' ::: '' a
  3
  3
  $ par -k --dry-run echo {} 'x{}' '{}{}' ::: ''
  echo '' x'' ''''

Several empty values of several sources are words of their own.
  $ par -k 'set -- {}; echo $#; set -- {2} {1}; echo $#' ::: '' ::: '' 'a b'
  2
  2
  2
  2

A value inside quotes that needs no quoting is plain.
  $ par -k echo '"x{}y"' "'x  {}y'" ::: a.b-c/d_e+f
  xa.b-c/d_e+fy x  a.b-c/d_e+fy

A value beside quoted text in one word.
  $ par -k echo "'a  '"{}'"  b"' ::: 'x  y' "it's"
  a  x  y  b
  a  it's  b

A value directly after a backslash-escaped character.
  $ par -k echo '\;{}\|{}\ {}' ::: 'a b'
  ;a b|a b a b

A value in an arithmetic expansion.
  $ par -k 'echo $((1+{})) $(({}*2))' ::: 1 20
  2 2
  21 40

A value in a command substitution.
  $ par -k 'echo "$(echo {})" `echo {}`' ::: 'a  b'
  a  b a b

A value in a parameter expansion of the job.
  $ par -k 'echo ${X:-{}} ${Y:+{}}' ::: a
  a

A value in a test and in a pattern.
  $ par -k '[ {} = "a b" ] && echo same || echo different' ::: 'a b' b
  same
  different
  $ par -k '[[ {} == a* ]] && echo yes || echo no' ::: 'a b' 'b*'
  yes
  no

A value in a case, quoted so that it does not act as a pattern.
  $ par -k 'case {} in a*) echo A;; *) echo other;; esac' ::: 'a b' 'b' '*'
  A
  other
  other
  $ par -k 'case abc in {}) echo match;; *) echo none;; esac' ::: abc 'a*'
  match
  none

A value in an if, a while and an until.
  $ par -k 'if [ {} -gt 1 ]; then echo big {}; else echo small {}; fi' ::: 1 2
  small 1
  big 2
  $ par -k 'i={}; while [ $i -gt 0 ]; do printf "%s " $i; i=$((i-1)); done; echo' ::: 3 1
  3 2 1\x20 (esc)
  1\x20 (esc)

A value in an array and in a here string.
  $ par -k 'a=(x {} y); echo ${#a[@]} "${a[1]}"' ::: 'a  b' ''
  3 a  b
  3\x20 (esc)
  $ par -k 'tr a-z A-Z <<< {}' ::: 'a  b'
  A  B

A value as the name of a file to read.
  $ echo one > 'x y'; echo two > "it's"; echo three > '$z'
  $ par -k 'cat <{}' ::: 'x y' "it's" '$z'
  one
  two
  three

A value as part of the name of a file to write.
  $ par -k 'echo {} >out-{}.txt; echo more >>out-{}.txt' ::: 'a b' 'c;d'
  $ ls; cat 'out-a b.txt' 'out-c;d.txt'
  out-a b.txt
  out-c;d.txt
  a b
  more
  c;d
  more

A value beside operators without blanks.
  $ par -k 'echo {}|tr a b;echo {}&&echo x{}||echo never;(echo {})' ::: a 'a b'
  b
  a
  xa
  a
  b b
  a b
  xa b
  a b

stderr of the command can be redirected into its stdout.
  $ par -k '{ echo out {}; echo err {} >&2; } 2>&1 | sort' ::: a b
  err a
  out a
  err b
  out b

The command can be a here document.
  $ par -k "$(printf 'cat <<EOF\nvalue {}\nEOF')" ::: a b
  value a
  value b

A command of several lines.
  $ par -k "$(printf 'echo first {}\necho second {}')" ::: a 'b c'
  first a
  second a
  first b c
  second b c

A newline in the command needs the values of all lines.
  $ par -k "$(printf 'for i in {1} {2}\ndo\n  echo $i\ndone')" ::: 'a b' ::: c
  a b
  c

A subshell and a group.
  $ par -k '(cd /; pwd); { echo {}; }; pwd | wc -l' ::: 'a b'
  /
  a b
  1

A function defined in the command.
  $ par -k 'f() { echo "f $# $1"; }; f {} {}' ::: 'a b'
  f 2 a b

A negated command counts as failed when it succeeds.
  $ par '! true; echo {}' ::: a
  a
  $ par '! false {}' ::: a
  $ par '! true {}' ::: a
  [1]

set -e, trap and exit are the shell's.
  $ par -k 'set -e; echo {}; false; echo never' ::: a
  a
  [1]
  $ par -k 'trap "echo bye" EXIT; echo {}; exit {}' ::: 0 3
  0
  bye
  3
  bye
  [1]

A job does not change the next one.
  $ par -j1 'echo ${X:-unset} $PWD; X={}; export X; cd /' ::: a b | sed "s:$PWD:HERE:"
  unset HERE
  unset HERE

Globs in the command are expanded, those of a value are not.
  $ touch f1 f2
  $ par -k echo 'f*' {} ::: 'f?' '*'
  f1 f2 f?
  f1 f2 *

Braces in the command are expanded, those of a value are not.
  $ par -k echo 'x{1,2}' {} ::: '{a,b}' '{1..3}'
  x1 x2 {a,b}
  x1 x2 {1..3}

A tilde in the command is expanded, that of a value is not.
  $ par -k '[ ~ = "$HOME" ] && echo expanded' {} ::: '~'
  expanded ~

A variable assignment in front of the command takes a quoted value.
  $ par -k 'V={} W=x{} bash -c "echo \"\$V\" \"\$W\""' ::: 'a  b' ''
  a  b xa  b
   x

Several assignments as words of their own.
  $ par -k A={1} B={2} 'bash -c "echo \$A \$B"' ::: 'a b' ::: c
  a b c

An assignment alone is a command.
  $ par -k 'V={}; echo "[$V]"' ::: 'a  b' '' '$x'
  [a  b]
  []
  [$x]

Positional parameters and $0 of the job's shell.
  $ par -k 'echo "$#" "[$1]" {}' ::: a
  0 [] a

Words of the command are not split by what they contain but by the shell.
  $ par -k 'printf "[%s]\n"' '"a  b"' "'c  d'" 'e  f' {} ::: 'g  h'
  [a  b]
  [c  d]
  [e]
  [f]
  [g  h]

A backslash in a command word is for the job's shell.
  $ par -k echo '\$HOME' '\\' 'a\ \ b' {} ::: x
  $HOME \ a  b x

Quotes that begin in one word and end in another.
  $ par -k echo "'a" "b'" '"c' '{}"' ::: x
  a b c x

A command word with an unclosed quote is the shell's error.
  $ par 'echo "{}' ::: a 2>/dev/null
  [1]

An empty command word disappears.
  $ par -k printf '"[%s]\n"' '' {} ::: x
  [x]

printf with a format in the command loses a level of quoting.
  $ par -k printf '%s-' a b ::: c; echo
  a-b-c-
  $ par -k "printf '%s|'" ::: 'a b' ''; echo
  a b||

-q keeps empty words, quotes, backslashes and newlines.
  $ par -k -q printf '[%s]\n' '' "it's" '"q"' 'a\b' "$(printf 'x\ny')" {} ::: 'v  w'
  []
  [it's]
  ["q"]
  [a\b]
  [x
  y]
  [v  w]

-q with the replacement string inside a word.
  $ par -k -q echo '{}  {}' 'x{.}y' ::: 'a  b.c'
  a  b.c  a  b.c xa  by

-q keeps the values of several sources apart as words.
  $ par -k -q printf '[%s]\n' {1} {2} 'x {2} {1}' ::: 'a b' ::: '$c'
  [a b]
  [$c]
  [x $c a b]

-q with a script for bash, awk and sed.
  $ par -k -q bash -c 'echo "$0" | tr a-z A-Z; echo $#' {} x ::: 'a  b'
  A  B
  1
  $ par -k -q awk 'BEGIN { print ARGV[1]; exit }' ::: 'a  b'
  a  b
  $ echo 'a  b' > f; par -k -q sed -n 's/a  b/x  {}  y/p' f ::: v
  x  v  y

-q does not understand an assignment or two words in one.
  $ par -q A=1 env ::: x 2>/dev/null
  [1]
  $ par -q 'echo x' ::: y 2>/dev/null
  [1]

-q with -v and --dry-run shows the quoted words.
  $ par -k -q --dry-run echo '' 'x y' 'a;b' '{}' plain ::: 'a b'
  echo '' 'x y' 'a;b' 'a b' plain
  $ par -k -q -v echo '*' {} ::: 'a b'
  echo '*' 'a b'
  * a b

-q with -n joins the values.
  $ par -k -q -n2 printf '[%s]' ::: 'a b' c; echo
  [a b][c]

--shellquote quotes an empty line and special characters.
  $ printf '%s\n' '' "it's" 'a"b' 'a\b' '~' '#c' 'a=b' 'a,b' '!' '*' 'x y' plain/path.c | par -k --shellquote
  ''
  'it'"'"'s'
  'a"b'
  'a\b'
  '~'
  '#c'
  'a=b'
  'a,b'
  '!'
  '*'
  'x y'
  plain/path.c

--shellquote twice quotes twice.
  $ par -k --shellquote --shellquote ::: 'a b' plain
  "'"'a b'"'"
  plain
  $ par -k --shell-quote --shell-quote ::: "it's"
  "'"'it'"'"'"'"'"'"'"'"'s'"'"

--shellquote quotes the values of several sources as one.
  $ par -k --shellquote ::: 'a b' ::: 'c d'
  'a b c d'

--shellquote with -0 and a newline.
  $ printf 'a\nb\0' | par -0 --shellquote
  'a
  b'

A line of --shellquote is read back by the shell.
  $ v="a'b \"c\" \$d  \\e;*"
  $ eval "x=$(par --shellquote ::: "$v")"; [ "$x" = "$v" ] && echo same
  same

Lines as commands may have leading blanks, comments and quotes.
  $ printf '  echo one\n\techo two # comment\n# nothing\n\necho "a   b"\n' | par -k
  one
  two
  a   b

Lines as commands may use every part of the shell.
  $ printf '%s\n' 'X=1; echo $X' 'for i in 1 2; do echo $i; done' 'echo a && echo b' 'false || echo c' '(echo d)' 'echo e | tr e f' | par -k
  1
  1
  2
  a
  b
  c
  d
  f

Lines as commands run in shells of their own.
  $ printf 'X=1; cd /\necho ${X:-none}\npwd\n' | par -j1 | sed "s:$PWD:HERE:"
  none
  HERE

Braces in a line that is a command are text.
  $ printf 'echo {} {#} {1} {.}\n' | par -k
  {} {#} {1} {.}

Commands from a file and from two sources.
  $ printf 'echo   x\nprintf "<%%s>\\n"\n' > cmds
  $ par -k -a cmds
  x
  <>
  $ par -k :::: cmds ::: 'a   b' "'c   d'"
  x a b
  x c   d
  <a>
  <b>
  <c   d>

Commands with --colsep are joined by single spaces.
  $ printf 'echo,a   b,"c   d"\n' | par -k --colsep ,
  a b c   d

Commands with -n are joined to one line.
  $ printf 'echo 1;\necho 2;\necho 3\n' | par -k -n2
  1
  2
  3

The exit status of lines as commands.
  $ printf 'exit 2\ntrue\nexit 1\n' | par -k
  [2]

A command from ::: that is empty does nothing.
  $ par -k ::: '' 'echo a' ' '
  a

An exported function with several arguments.
  $ f() { echo "$# [$1] [$2] [$3]"; }; export -f f
  $ par -k f {} x ::: 'a  b' '' "it's"
  2 [a  b] [x] []
  2 [] [x] []
  2 [it's] [x] []
  $ par -k f {2} {1} ::: 'a b' ::: '$c' '*'
  2 [$c] [a b] []
  2 [*] [a b] []

An exported function in a pipe, in a list and with a redirection.
  $ f() { echo "f:$1"; }; export -f f
  $ par -k 'f {} | tr a x; f 2 && f {} > {}.o' ::: a b
  f:x
  f:2
  f:b
  f:2
  $ cat a.o b.o
  f:a
  f:b

An exported function that calls another one.
  $ f() { g "$1"; }; g() { echo "g $1"; }; export -f f g
  $ par -k f ::: 'a b'
  g a b

The status of an exported function is the status of the job.
  $ f() { return $1; }; export -f f
  $ par f ::: 0 3 4
  [2]

Lines that call an exported function.
  $ f() { echo "f:$1"; }; export -f f
  $ printf 'f 1\nf "2  3"\n' | par -k
  f:1
  f:2  3

An exported function in place of a program of that name.
  $ ls() { echo "my ls $1"; }; export -f ls
  $ par -k ls ::: x
  my ls x

Exported variables keep their spaces and newlines.
  $ X="$(printf 'a  b\nc')"; export X
  $ par 'echo "$X" {}' ::: 1
  a  b
  c 1

PARALLEL_SEQ and PARALLEL_JOBSLOT are set for the job.
  $ par -j1 'echo $PARALLEL_SEQ $PARALLEL_JOBSLOT {}' ::: a b
  1 1 a
  2 1 b

PARALLEL_SHELL=/bin/sh knows no arrays but all of sh.
  $ PARALLEL_SHELL=/bin/sh par -k 'x={}; echo "${x%.*}" $((1+1))' ::: 'a  b.c' "it's.x"
  a  b 2
  it's 2

SHELL -c is given the whole line.
  $ printf '#!/bin/sh\nprintf "<%%s>" "$@"; echo\n' > myshell; chmod +x myshell
  $ PARALLEL_SHELL=$PWD/myshell par -k 'echo {} | cat' ::: a 'b c'
  <-c><echo a | cat>
  <-c><echo 'b c' | cat>

A command that is not found fails with the shell's status.
  $ par -j1 --joblog log no-such-command-here ::: a 2>/dev/null; tail -n 1 log | cut -f 7
  127

A file that may not be executed fails with the shell's status.
  $ echo 'echo hi' > f; chmod 644 f
  $ par -j1 --joblog log ./f ::: a 2>/dev/null; tail -n 1 log | cut -f 7
  126

Shell builtins are commands.
  $ par -k echo ::: -n | od -An -c
  $ par -k type -t ::: echo cd
  builtin
  builtin
  $ par -k 'eval echo {}' ::: 'a   b'
  a b

A keyword before the command.
  $ par -k 'command echo {}; builtin echo {}; exec echo {}' ::: 'a b'
  a b
  a b
  a b

A background process in the job.
  $ par -k 'echo {} & wait; echo done' ::: a 'b c'
  a
  done
  b c
  done

-q with an awk program for each argument.
  $ printf 'a b\nc d\n' > f; par -k -q awk '{print $2, "{}"}' f ::: x
  b x
  d x

-q with a command of one word and no replacement string.
  $ par -k -q echo ::: 'a  b' '$x'
  a  b
  $x

-q twice is the same as once.
  $ par -k -q -q echo 'a  b' {} ::: x
  a  b x

-q and {.} in words with special characters.
  $ par -k -q echo '<{.}>' '{/}|{//}' ::: 'd/a b.c'
  <d/a b> a b.c|d

-q with -X repeats a word of plain characters.
  $ par -j1 -X -q printf '[%s]\n' 'a{}' ::: 1 2
  [a1]
  [a2]

-q with {} of two sources in one word.
  $ par -k -q printf '[%s]\n' '{1} {2}' ::: 'a  b' ::: c
  [a  b c]

--shellquote of lines from stdin keeps blanks.
  $ printf ' a\nb \n\tc\n' | par -k --shellquote | cat -A
  ' a'$
  'b '$
  '^Ic'$

--shellquote three times.
  $ par --shellquote --shellquote --shellquote ::: 'a b'
  '"'"'"'"'"'"'a b'"'"'"'"'"'"'

--shell-quote and --shell_quote are other spellings.
  $ par --shell-quote ::: 'a b'
  'a b'
  $ par --shell_quote ::: 'a b'
  'a b'

--shellquote with -n joins the values.
  $ par -k --shellquote -n2 ::: 'a b' c '$d'
  'a b c'
  '$d'

--shellquote of a value that needs none.
  $ par -k --shellquote ::: a/b.c-d_e+f 0
  a/b.c-d_e+f
  0

--shellquote with a command quotes the whole line and runs nothing.
  $ par -k --shellquote touch ::: 'a b'; ls
  'touch '"'"'a b'"'"

Values with every special character arrive as they are.
  $ par -k echo ::: 'a!b' 'a"b' 'a#b' 'a$b' 'a%b' 'a&b' 'a(b' 'a)b' 'a*b' 'a;b' 'a<b' 'a>b' 'a?b' 'a[b' 'a\b' 'a]b' 'a^b' 'a`b' 'a{b' 'a|b' 'a}b' 'a~b'
  a!b
  a"b
  a#b
  a$b
  a%b
  a&b
  a(b
  a)b
  a*b
  a;b
  a<b
  a>b
  a?b
  a[b
  a\b
  a]b
  a^b
  a`b
  a{b
  a|b
  a}b
  a~b

Values that would run something are only text.
  $ par -k echo x ::: '$(touch bad)' '`touch bad`' '; touch bad' '| touch bad' '&& touch bad' '> bad' '& touch bad'; ls
  x $(touch bad)
  x `touch bad`
  x ; touch bad
  x | touch bad
  x && touch bad
  x > bad
  x & touch bad

Values from stdin that would run something are only text.
  $ printf '%s\n' '$(touch bad)' '; touch bad #' "'; touch bad; '" | par -k echo x; ls
  x $(touch bad)
  x ; touch bad #
  x '; touch bad; '

Values in positions and with path strings are quoted too.
  $ par -k echo '{1} {2/} {1.}' ::: '$(touch bad).x' ::: 'd/; touch bad'; ls
  $(touch bad).x ; touch bad $(touch bad)

A value that is an option is given as it is.
  $ par -k printf '"[%s]\n"' ::: -n --help -e
  [-n]
  [--help]
  [-e]

A value with only quotes.
  $ par -k echo ::: "'" '"' "''" '""' "'\"'"
  '
  "
  ''
  ""
  '"'

A value with a backslash at the end.
  $ par -k echo x{}y ::: 'a\' '\\' '\n'
  xa\y
  x\\y
  x\ny

A value with an exclamation mark.
  $ par -k echo ::: '!!' 'a!' '!a'
  !!
  a!
  !a

A value with a tilde or an equal sign in front.
  $ par -k echo ::: '~' '~root' '=ls' 'a=~'
  ~
  ~root
  =ls
  a=~

A value with a tab.
  $ printf 'a\tb\n' | par -k echo 'x{}y'
  xa\tby (esc)

A value of 100 quotes.
  $ v=$(printf "%100s" | tr ' ' "'"); par echo ::: "$v" | tr -d '\n' | wc -c
  100

The file My brother's 12" record.
  $ f="My brother's 12\" *** record  (costs \$\$\$).jpg"; echo here > "$f"
  $ par cat ::: "$f"
  here
  $ par -k echo {.} ::: "$f"
  My brother's 12" *** record  (costs $$$)
  $ printf '%s\n' "$f" | par 'wc -l < {}; cat {} > {.}.out'; ls
  1
  My brother's 12" *** record  (costs $$$).jpg
  My brother's 12" *** record  (costs $$$).out

A value with non-ASCII letters and blanks in a file name.
  $ echo x > 'é ü'; par cat ::: 'é ü'
  x

Bytes that are not UTF-8 in a value.
  $ printf 'a\377b\n' | par -k echo | od -An -tx1
   61 ff 62 0a

A quoted semicolon in the command is text.
  $ par -k echo "'a;b'" '"c|d"' {} ::: x
  a;b c|d x

A dollar sign in the command is for the shell of the job.
  $ V=outer; export V; par -k 'V=inner; echo $V {}' ::: a
  inner a

Single-quoted and escaped dollars in the command.
  $ par -k 'echo '"'"'$HOME'"'"' \$x {}' ::: a
  $HOME $x a

A command given as one word with arguments.
  $ par -k 'printf "%s-%s\n" {} x' ::: 'a b'
  a b-x

A command that is a word with a blank is split by the shell.
  $ par -k 'echo  a' 'b  c' ::: x
  a b c x

An exported function with -q.
  $ f() { echo "f:$1:$2"; }; export -f f; par -k -q f 'a  b' {} ::: 'c  d'
  f:a  b:c  d

An exported function after another command.
  $ f() { echo "f $1"; }; export -f f; par -k 'true && f {}' ::: 'a  b'
  f a  b

An exported function with -X.
  $ f() { echo "$#: $*"; }; export -f f; par -j1 -X f ::: a 'b c' d
  3: a b c d

An exported function that reads stdin.
  $ f() { cat; echo end; }; export -f f; par f ::: x < /dev/null
  end

An exported function whose name has a dash.
  $ my-f() { echo "my $1"; }; export -f my-f; par my-f ::: a
  my a

An exported function with --tag and -v.
  $ f() { echo "f $1"; }; export -f f; par -v --tag f ::: 'a b'
  a b\tf 'a b' (esc)
  a b\tf a b (esc)

A function that is not exported is not found.
  $ f() { echo never; }; par f ::: a 2>/dev/null
  [1]

An exported array is not passed on, an exported variable is.
  $ A=(1 2); export A; B=x; export B; par 'echo "[${A[1]}] $B {}"' ::: a
  [] x a

PARALLEL_SHELL=/bin/sh for a command with quotes.
  $ PARALLEL_SHELL=/bin/sh par -k 'for i in {}; do echo "$i"; done' ::: 'a  b' "it's"
  a  b
  it's

PARALLEL_SHELL=/bin/bash understands what only bash does.
  $ PARALLEL_SHELL=/bin/bash par -k '[[ {} =~ ^a ]] && echo yes {}; true' ::: ab ba
  yes ab

PARALLEL_SHELL=/bin/dash.
  $ PARALLEL_SHELL=/bin/dash par -k 'echo {} $0' ::: a | sed 's:/.*/::'
  a dash

-q with a Perl program that has quotes and dollars.
  $ par -k -q perl -e 'print "@ARGV|$ENV{PARALLEL_SEQ}\n"' {} ::: 'a  b' '$x'
  a  b|1
  $x|2

-q with a Perl program and quotes in its arguments.
  $ par -k -q perl -le 'print join "-", map { "<$_>" } @ARGV' "it's" '"q"' {} ::: x
  <it's>-<"q">-<x>

The command may hold percent signs and dollars of its own.
  $ par -k echo '%s %d {} $1' ::: a
  %s %d a

A command with a newline between two commands.
  $ par -k 'echo 1 {}
  > echo 2 {}' ::: a 'b  c'
  1 a
  2 a
  1 b  c
  2 b  c

A background job of the command with wait.
  $ par -k '{ sleep 0; echo bg {}; } & wait; echo fg {}' ::: a
  bg a
  fg a

Exit statuses with && and || and ;.
  $ par 'true && false' ::: a
  [1]
  $ par 'false || true' ::: a
  $ par 'false; true' ::: a

A pipe has the status of its last command.
  $ par 'false | true' ::: a
  $ par 'set -o pipefail; false | true' ::: a
  [1]

A command that is only an operator fails.
  $ par '&&' ::: a 2>/dev/null; [ $? -ne 0 ] && echo failed
  failed

A value as the name of a program.
  $ printf '#!/bin/sh\necho "ran $0 $1"\n' > 'my prog'; chmod +x 'my prog'
  $ par -k ./my\\ prog ::: a
  ran ./my prog a

A value in an assignment before a command.
  $ par -k 'X={} env | grep ^X=' ::: 'a  b' '$y'
  X=a  b
  X=$y

A value in a here document is kept by cat.
  $ par -k 'cat <<E
  > {1}
  > E' ::: abc
  abc

Quotes in the command around text without a replacement string.
  $ par -k echo '"a  b"' "'c  d'" 'e  f' ::: 'g  h'
  a  b c  d e f g  h

-q quotes a word when its values are in.
  $ par -k -q --dry-run echo 'x {} y' {}.z "it's {}" ::: a 'b c'
  echo 'x a y' a.z 'it'"'"'s a'
  echo 'x b c y' 'b c.z' 'it'"'"'s b c'
  $ par -q --dry-run echo {1} {2} x{2}y ::: a
  echo a '' xy
  $ par -q --dry-run echo '{= uq() =} x' '{#} y' ::: 'b c'
  echo 'b c x' '1 y'
  $ par -q --joblog l echo 'x {}' ::: a; cut -f9 l
  x a
  Command
  echo 'x a'

-q with several arguments for a job.
  $ par -q -j1 -X --dry-run echo 'x {} y' z{}w {} ::: a 'b c'
  echo 'x a' 'b c y' zaw 'zb cw' a 'b c'
  $ par -q -j1 -m --dry-run echo 'x {} y' z{}w ::: a 'b c'
  echo 'x a' 'b c y' za 'b cw'
  $ par -q -N2 --dry-run echo 'x {1} y' z{2}w ::: a 'b c'
  echo 'x a y' 'zb cw'
  $ par -q --dry-run echo ::: a 'b c' ::: x
  echo a x
  echo 'b c' x
