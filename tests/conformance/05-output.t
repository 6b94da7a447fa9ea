With -k the output comes in input order although the second job ends first.
  $ par -k -j2 'sleep {}; echo {}' ::: 0.5 0.1
  0.5
  0.1

Without -k the output comes in the order in which the jobs end.
  $ par -j2 'if [ {} = 1 ]; then until [ -e s ]; do sleep 0.05; done; sleep 0.6; fi; echo {}; touch s' ::: 1 2
  2
  1

--no-keep-order overrides an earlier -k.
  $ par -k --no-keep-order -j2 'if [ {} = 1 ]; then until [ -e s ]; do sleep 0.05; done; sleep 0.6; fi; echo {}; touch s' ::: 1 2
  2
  1

Output of a job is grouped, not mixed with that of another job.
  $ par -j2 'echo start {}; if [ {} = 1 ]; then until [ -e s ]; do sleep 0.05; done; sleep 0.6; fi; echo end {}; touch s' ::: 1 2
  start 2
  end 2
  start 1
  end 1

In a group stdout comes first, then stderr.
  $ par 'echo err {} >&2; echo out {}' ::: a
  out a
  err a

The stderr of a job goes to stderr only.
  $ par -k 'echo err {} >&2; echo out {}' ::: a b 2>/dev/null
  out a
  out b
  $ par -k 'echo err {} >&2; echo out {}' ::: a b 2>&1 >/dev/null
  err a
  err b

-u passes output on at once, so two jobs can mix.
  $ par -u -j2 ::: 'echo a1; touch s1; until [ -e s2 ]; do sleep 0.05; done; echo a2' 'until [ -e s1 ]; do sleep 0.05; done; echo b; touch s2'
  a1
  b
  a2

--lb passes on full lines while the jobs run.
  $ par --lb -j2 ::: 'echo a1; touch s1; until [ -e s2 ]; do sleep 0.05; done; sleep 0.7; echo a2' 'until [ -e s1 ]; do sleep 0.05; done; sleep 0.5; echo b; touch s2'
  a1
  b
  a2

--lb with -k prints the jobs in order.
  $ par --lb -k -j2 'sleep {}; echo x{}; echo y{}' ::: 0.4 0.1
  x0.4
  y0.4
  x0.1
  y0.1

--tag puts the argument and a tab before each line.
  $ par -k --tag 'echo foo-{}; echo bar' ::: A B
  A\tfoo-A (esc)
  A\tbar (esc)
  B\tfoo-B (esc)
  B\tbar (esc)

--tag with several sources joins the arguments with a space.
  $ par -k --tag echo x ::: a b ::: 1
  a 1\tx a 1 (esc)
  b 1\tx b 1 (esc)

--tag also marks the lines on stderr.
  $ par -k --tag 'echo oops {} >&2' ::: A B 2>&1 >/dev/null
  A\toops A (esc)
  B\toops B (esc)

--tagstring can hold text and replacement strings.
  $ par -k --tagstring '{#}:{/.}' echo {} ::: d/a.c e/b.h
  1:a\td/a.c (esc)
  2:b\te/b.h (esc)

--tag prints nothing for a job without output.
  $ par -k --tag '[ {} = b ] || echo x' ::: a b c | tr '\t' '|'
  a|x
  c|x

-u ignores --tag.
  $ par -j1 -u --tag echo ::: a b
  a
  b

Output without a newline at the end stays without it.
  $ par -k printf %s ::: a b c
  abc (no-eol)

--lb does not add a newline at the end either.
  $ par -k --lb printf %s ::: a b
  ab (no-eol)

All byte values pass through.
  $ printf '%b' "$(printf '\\0%o' $(seq 0 255))" > all
  $ par cat ::: all | cmp - all && echo same
  same

Large outputs of several jobs are complete and in order.
  $ par -k -j3 'seq {}00000' ::: 1 2 3 | md5sum
  babdf6893c17f84dbfc66772c9287efa  -
  $ for i in 1 2 3; do seq ${i}00000; done | md5sum
  babdf6893c17f84dbfc66772c9287efa  -

Large output on stdout and stderr does not block.
  $ par 'seq 50000; seq 50001 {} >&2' ::: 100000 2>err | md5sum; seq 50000 | md5sum; md5sum < err; seq 50001 100000 | md5sum
  c1d4ba52c72ac7bcc71ff2d6c083e684  -
  c1d4ba52c72ac7bcc71ff2d6c083e684  -
  dbb19f0bd057bf04bffea94116376d84  -
  dbb19f0bd057bf04bffea94116376d84  -

--files prints the names of files that hold the output.
  $ par -k --files --tmpdir . echo out ::: a b > names
  $ wc -l < names; while read -r f; do cat "$f"; done < names
  2
  out a
  out b

--results stores stdout, stderr and seq in a tree.
  $ par -k --results res 'echo out {}; echo err {} >&2' ::: a b >/dev/null 2>&1
  $ find res -type f | sort
  res/1/a/seq
  res/1/a/stderr
  res/1/a/stdout
  res/1/b/seq
  res/1/b/stderr
  res/1/b/stdout
  $ cat res/1/a/stdout res/1/b/stderr res/1/b/seq
  out a
  err b
  2 (no-eol)

--results with two sources nests the directories.
  $ par -k --results foo echo {1} {2} ::: I II ::: III IV >/dev/null
  $ find foo -type f | sort
  foo/1/I/2/III/seq
  foo/1/I/2/III/stderr
  foo/1/I/2/III/stdout
  foo/1/I/2/IV/seq
  foo/1/I/2/IV/stderr
  foo/1/I/2/IV/stdout
  foo/1/II/2/III/seq
  foo/1/II/2/III/stderr
  foo/1/II/2/III/stdout
  foo/1/II/2/IV/seq
  foo/1/II/2/IV/stderr
  foo/1/II/2/IV/stdout

--results with a replacement string names a file.
  $ par -k --results 'my_{}' 'echo o{}; echo e{} >&2' ::: foo bar >/dev/null 2>&1
  $ ls; cat my_foo my_foo.err my_bar.seq; echo
  my_bar
  my_bar.err
  my_bar.seq
  my_foo
  my_foo.err
  my_foo.seq
  ofoo
  efoo
  2

--results to a .csv file gives a header and a row for each job.
  $ par -k --results r.csv 'printf "%s\n" {}; exit {}' ::: 0 1 >/dev/null
  [1]
  $ sed -E 's/[0-9]+\.[0-9]+, *[0-9.]+/START,TIME/' r.csv
  Seq,Host,Starttime,JobRuntime,Send,Receive,Exitval,Signal,Command,V1,Stdout,Stderr
  1,:,START,TIME,0,2,0,0,"printf ""%s\n"" 0; exit 0",0,"0
  ",
  2,:,START,TIME,0,2,1,0,"printf ""%s\n"" 1; exit 1",1,"1
  ",

--results to a .json file gives an object for each job.
  $ par -k --results r.json 'echo "say "{}' ::: '"hi"' >/dev/null
  $ sed -E 's/(Starttime|JobRuntime)": *[0-9.]+/\1": 0/g' r.json
  { "Seq": 1, "Host": ":", "Starttime": 0, "JobRuntime": 0, "Send": 0, "Receive": 9, "Exitval": 0, "Signal": 0, "Command": "echo \"say \"'\"hi\"'", "V": [ "\"hi\"" ], "Stdout": "say \"hi\"\u000a", "Stderr": "" }

--joblog writes a header and a line with nine fields for each job.
  $ par -j1 --joblog log 'echo {}' ::: a b > /dev/null
  $ head -n 1 log | tr '\t' ' '; awk -F'\t' '{print NF}' log
  Seq Host Starttime JobRuntime Send Receive Exitval Signal Command
  9
  9
  9
  $ cut -f 1,2,5-9 log | tail -n +2 | tr '\t' '|'
  1|:|0|2|0|0|echo a
  2|:|0|2|0|0|echo b

--joblog counts the bytes of the output as Receive.
  $ par -j1 --joblog log printf %s ::: a bcd '' > /dev/null
  $ cut -f 1,6,9 log | tr '\t' '|'
  Seq|Receive|Command
  1|1|printf %s a
  2|3|printf %s bcd
  3|0|printf %s ''

--joblog times are decimal numbers.
  $ par --joblog log sleep ::: 0.5
  $ tail -n +2 log | awk -F'\t' '$3 ~ /^[ 0-9]+\.[0-9]+$/ && $4 ~ /^ *[0-9]+\.[0-9]+$/ && $4 > 0.3 && $4 < 9 {print "ok"}'
  ok

--dry-run prints the commands and runs nothing.
  $ par -k --dry-run 'touch {}; echo {}' ::: a 'b c'
  touch a; echo a
  touch 'b c'; echo 'b c'
  $ ls

-v prints each command before its output.
  $ par -k -v echo '{}x' ::: a 'b c'
  echo ax
  ax
  echo 'b c'x
  b cx

-t prints each command to stderr.
  $ par -j1 -t echo ::: a b 2>/dev/null
  a
  b
  $ par -j1 -t echo ::: a b 2>&1 >/dev/null
  echo a
  echo b

-v with --tag marks the command line too.
  $ par -k -v --tag echo ::: a
  a\techo a (esc)
  a\ta (esc)

--compress keeps the output the same.
  $ par -k --compress 'seq {}0000' ::: 1 2 | md5sum; { seq 10000; seq 20000; } | md5sum
  2e4164bff81de7816cf5c3913e24ca77  -
  2e4164bff81de7816cf5c3913e24ca77  -

Output of failed jobs is printed as well.
  $ par -k 'echo {}; exit {}' ::: 1 0 2
  1
  0
  2
  [2]

--bar, --eta and --progress leave stdout alone.
  $ par -k --bar echo ::: a b 2>/dev/null
  a
  b
  $ par -k --progress echo ::: a b 2>/dev/null
  a
  b
  $ par -k --eta echo ::: a b 2>/dev/null
  a
  b

A closed reader ends the run.
  $ seq 5 | par -k -j1 echo 2>/dev/null | head -n 1
  1

A job may write to descriptor 2 before and after descriptor 1.
  $ par 'echo e1 >&2; echo o1; echo e2 >&2; echo o2 {}' ::: x
  o1
  o2 x
  e1
  e2

The output of jobs that print nothing is nothing, with -k and without.
  $ par -k true ::: a b c
  $ par true ::: a b c

-k with three jobs that end in reverse order.
  $ par -k -j3 'sleep 0.{}; echo {}' ::: 5 3 1
  5
  3
  1

-k with jobs that print on stdout and stderr.
  $ par -k -j2 'sleep 0.{}; echo o{}; echo e{} >&2' ::: 4 1 2>err
  o4
  o1
  $ cat err
  e4
  e1

With -k each job's stderr comes after its own stdout.
  $ par -k -j2 'echo e{} >&2; echo o{}' ::: a b 2>&1
  oa
  ea
  ob
  eb

--keep-order is the long name of -k, --keeporder is another one.
  $ par --keep-order -j2 'sleep 0.{}; echo {}' ::: 3 1
  3
  1
  $ par --keeporder -j2 'sleep 0.{}; echo {}' ::: 3 1
  3
  1

--group is the default and can be given.
  $ par --group -k -j2 'echo {}1; sleep 0.2; echo {}2' ::: a b
  a1
  a2
  b1
  b2

-u keeps the order of stdout and stderr within a job.
  $ par -u -j1 'echo o1; echo e1 >&2; echo o2 {}' ::: a
  o1
  e1
  o2 a

--ungroup is the long name of -u.
  $ par --ungroup -j1 'echo {}' ::: a b
  a
  b

-u passes partial lines on at once.
  $ par -u -j2 ::: 'printf a; touch s1; until [ -e s2 ]; do sleep 0.05; done; echo c' 'until [ -e s1 ]; do sleep 0.05; done; printf b; touch s2'
  abc

--line-buffer is the long name of --lb.
  $ par --line-buffer -k 'echo {}' ::: a b
  a
  b

--lb passes whole lines only.
  $ par --lb -j2 ::: 'printf a; touch s1; until [ -e s2 ]; do sleep 0.05; done; sleep 0.6; echo c' 'until [ -e s1 ]; do sleep 0.05; done; echo b; touch s2'
  b
  ac

--lb keeps empty lines and carriage returns.
  $ par --lb -j1 'printf "a\n\n\rb\r\n\n{}"' ::: x | od -An -c
     a  \n  \n  \r   b  \r  \n  \n   x

--lb with stderr: both streams arrive completely.
  $ par --lb -j1 'seq {}; seq 4 6 >&2' ::: 3 2>err
  1
  2
  3
  $ cat err
  4
  5
  6

--lb with -k and several jobs at once keeps the order of whole jobs.
  $ par --lb -k -j3 'echo {}; sleep 0.{}; echo {}' ::: 3 2 1
  3
  3
  2
  2
  1
  1

Standard output of all jobs can be read through a pipe while they run.
  $ par -k -j2 'seq {}' ::: 2000 3000 | awk '{s += $1} END {print NR, s}'
  5000 6502500

Output without a final newline is followed directly by that of the next job.
  $ par -k 'printf "%s" {}; printf "%s" e{} >&2' ::: a b 2>&1
  aeabeb (no-eol)

--tag marks the part after each carriage return.
  $ par -k --tag 'printf "a\rb\rc\n{}\r\n"' ::: X Y | od -An -c
     X  \t   a  \r   X  \t   b  \r   X  \t   c  \n   X  \t   X  \r
     X  \t  \n   Y  \t   a  \r   Y  \t   b  \r   Y  \t   c  \n   Y
    \t   Y  \r   Y  \t  \n

--tag marks a partial last line and adds no newline.
  $ par -k --tag 'printf "a\nb"' ::: X Y | od -An -c
     X  \t   a  \n   X  \t   b   Y  \t   a  \n   Y  \t   b

--tag marks empty lines.
  $ par -k --tag 'printf "\n\na\n\n"' ::: X | od -An -c
     X  \t  \n   X  \t  \n   X  \t   a  \n   X  \t  \n

--tag with a carriage return as the last character.
  $ par -k --tag 'printf "a\r"' ::: X Y | od -An -c
     X  \t   a  \r   Y  \t   a  \r

--tag of stderr follows the same rules.
  $ par -k --tag 'printf "a\rb\n\nc" >&2' ::: X Y 2>&1 >/dev/null | od -An -c
     X  \t   a  \r   X  \t   b  \n   X  \t  \n   X  \t   c   Y  \t
     a  \r   Y  \t   b  \n   Y  \t  \n   Y  \t   c

--tag of stdout and stderr in one job.
  $ par -k --tag 'echo e {} >&2; echo o {}' ::: A B 2>&1
  A\to A (esc)
  A\te A (esc)
  B\to B (esc)
  B\te B (esc)

--tag with --lb gives the same bytes.
  $ par -k --lb --tag 'printf "a\rb\n\nc"' ::: X Y | od -An -c
     X  \t   a  \r   X  \t   b  \n   X  \t  \n   X  \t   c   Y  \t
     a  \r   Y  \t   b  \n   Y  \t  \n   Y  \t   c

--tag shows the value unquoted.
  $ par -k --tag echo x ::: 'a  b' "it's" '$HOME' '' '*'
  a  b\tx a  b (esc)
  it's\tx it's (esc)
  $HOME\tx $HOME (esc)
  \tx\x20 (esc)
  *\tx * (esc)

--tag shows all values of a packed job.
  $ par -k --tag -n2 'echo {#}' ::: a b c
  a b\t1 (esc)
  c\t2 (esc)
  $ par -k --tag -N2 'echo {2}' ::: a b c
  a b\tb (esc)
  c\t (esc)

--tag shows all columns and not the header.
  $ printf 'x,y\n1,2\n3,4\n' | par -k --tag --header : --colsep , echo {y}
  1 2\t2 (esc)
  3 4\t4 (esc)

--tag shows the whole argument whatever part of it the command uses.
  $ par -k --tag echo '{/.}' ::: d/a.c
  d/a.c\ta (esc)
  $ par -k --tag -I ,, echo 'x,,' ::: a b
  a\txa (esc)
  b\txb (esc)
  $ par -k --tag echo {2} ::: a b ::: 1
  a 1\t1 (esc)
  b 1\t1 (esc)

--tag of commands from the input is the command.
  $ par -k --tag ::: 'echo a' 'echo   b; echo c'
  echo a\ta (esc)
  echo   b; echo c\tb (esc)
  echo   b; echo c\tc (esc)

--tag after --trim.
  $ par -k --tag --trim lr echo {} ::: ' a '
  a\ta (esc)

--tagstring of plain text, with spaces and shell characters.
  $ par -k --tagstring 'a b $HOME `id` "q" *' echo {} ::: x
  a b $HOME `id` "q" *\tx (esc)

--tagstring with positions of several sources.
  $ par -k --tagstring '{2}-{1}:' echo x ::: a b ::: 'c d'
  c d-a:\tx a c d (esc)
  c d-b:\tx b c d (esc)

--tagstring with all path strings.
  $ par -j1 --tagstring '{}|{.}|{/}|{//}|{/.}|{#}|{%}' echo x ::: d/a.b.c
  d/a.b.c|d/a.b|a.b.c|d|a.b|1|1\tx d/a.b.c (esc)

--tagstring with modified positions.
  $ par -k --tagstring '{1/.}:{-1.}:{3}' echo x ::: d/a.b ::: e.f
  a:e:\tx d/a.b e.f (esc)

--tagstring does not quote values.
  $ par -k --tagstring '<{}>' echo ::: 'a  b' "it's" '$x'
  <a  b>\ta  b (esc)
  <it's>\tit's (esc)
  <$x>\t$x (esc)

--tagstring with columns and with header names.
  $ printf 'a,b c\n' | par -k --tagstring '{2}:{1}' --colsep , echo x
  b c:a\tx a b c (esc)
  $ printf 'n\na\n' | par -k --tagstring '[{n}]' --header : echo {n}
  [a]\ta (esc)

--tagstring with -n and with -N.
  $ par -k --tagstring '{}:' -n2 echo ::: a b c
  a b:\ta b (esc)
  c:\tc (esc)
  $ par -k --tagstring '{2}:{1}' -N2 echo ::: a b c
  b:a\ta b (esc)
  :c\tc (esc)

--tagstring follows -I.
  $ par -k --tagstring ',,:{}' -I ,, echo ,, ::: a
  a:{}\ta (esc)

--tagstring with an expression.
  $ par -k --tagstring '{= $_ = seq() . "/" . uc($_) =}' echo {} ::: a b
  1/A\ta (esc)
  2/B\tb (esc)

--tagstring with --plus strings.
  $ par -k --plus --tagstring '{#}/{##} {..} {+/}' echo {} ::: d/a.b.c e
  1/2 d/a d\td/a.b.c (esc)
  2/2 e \te (esc)

--tag-string is another name and beats --tag.
  $ par -k --tag --tag-string 'T{}' echo ::: a
  Ta\ta (esc)
  $ par -k --tagstring 'T{}' --tag echo ::: a
  Ta\ta (esc)

The last --tagstring counts.
  $ par -k --tagstring A --tagstring 'B{}' echo ::: x
  Bx\tx (esc)

--tagstring also marks stderr and partial lines.
  $ par -k --tagstring '{#}' 'printf "a\rb"; printf "c\nd" >&2' ::: X 2>&1 | od -An -c
     1  \t   a  \r   1  \t   b   1  \t   c  \n   1  \t   d

-v prints the command before the output, also for a silent job.
  $ par -k -v true ::: a 'b c'
  true a
  true 'b c'

-v prints the command as it is given to the shell.
  $ par -k -v 'echo "a  {}"  |  cat # comment' ::: x
  echo "a  x"  |  cat # comment
  a  x
  $ par -k -v echo ::: '*' '' "it's" '$x'
  echo '*'
  *
  echo ''
  
  echo 'it'"'"'s'
  it's
  echo '$x'
  $x

-v prints commands from the input as they are.
  $ par -k -v ::: 'echo   a' 'echo b # c'
  echo   a
  a
  echo b # c
  b

-v of a command of several lines.
  $ par -k -v "$(printf 'echo {}\necho 2')" ::: a
  echo a
  echo 2
  a
  2

-v writes to stdout only.
  $ par -k -v 'echo o; echo e >&2' ::: a b 2>/dev/null
  echo o; echo e >&2 a
  o
  echo o; echo e >&2 b
  o
  $ par -k -v 'echo o; echo e >&2' ::: a b 2>&1 >/dev/null
  e a
  e b

--verbose is the long name of -v.
  $ par --verbose true ::: a
  true a

-v with --lb and with -u.
  $ par -k --lb -v echo ::: a b
  echo a
  a
  echo b
  b
  $ par -j1 -u -v echo ::: a b
  echo a
  a
  echo b
  b

-v with --tag marks each line of output.
  $ par -k -v --tag 'seq {}' ::: 1 2 | tr '\t' '|'
  1|seq 1
  1|1
  2|seq 2
  2|1
  2|2

-v with -q and with -n.
  $ par -k -v -q echo 'a  b' {} ::: 'c  d'
  echo 'a  b' 'c  d'
  a  b c  d
  $ par -k -v -n2 echo ::: a 'b c' d
  echo a 'b c'
  a b c
  echo d
  d

-t leaves stdout alone and is not marked by --tag.
  $ par -j1 -t --tag echo ::: a b 2>/dev/null
  a\ta (esc)
  b\tb (esc)
  $ par -j1 -t --tag echo ::: a b 2>&1 >/dev/null
  echo a
  echo b

-t comes before the output of the job.
  $ par -j1 -t 'echo o {}; echo e >&2' ::: a b 2>&1
  echo o a; echo e >&2
  o a
  e
  echo o b; echo e >&2
  o b
  e

--dry-run with --tag and --tagstring marks the commands.
  $ par -k --tag --dry-run echo ::: a 'b c'
  a\techo a (esc)
  b c\techo 'b c' (esc)
  $ par -k --tagstring '<{#}>' --dry-run echo ::: a 'b c'
  <1>\techo a (esc)
  <2>\techo 'b c' (esc)

--dry-run with -v prints the command once.
  $ par -k --dry-run -v echo ::: a b
  echo a
  echo b

--dry-run of several sources and of commands from the input.
  $ par -k --dry-run 'cmd {2} > {1}.out' ::: a 'b c' ::: '$x'
  cmd '$x' > a.out
  cmd '$x' > 'b c'.out
  $ par -k --dry-run ::: 'rm   -rf x' "echo 'a'"
  rm   -rf x
  echo 'a'

--dryrun is another name.
  $ par -k --dryrun echo ::: a
  echo a

--dry-run succeeds and writes no job log.
  $ par --dry-run --joblog log exit ::: 3
  exit 3
  $ ls

--joblog shows the exit value of each job.
  $ par -j1 --joblog log 'exit {}' ::: 0 3 255
  [2]
  $ cut -f 1,7,8,9 log | tr '\t' '|'
  Seq|Exitval|Signal|Command
  1|0|0|exit 0
  2|3|0|exit 3
  3|255|0|exit 255

--joblog shows the command after replacement and quoting.
  $ par -j1 --joblog log echo x{} ::: 'a b' "it's" '' > /dev/null
  $ cut -f 9 log
  Command
  echo x'a b'
  echo x'it'"'"'s'
  echo x''

--joblog has spaces in front of the run time and three decimals.
  $ par --joblog log true ::: a
  $ tail -n +2 log | sed -E 's/[0-9]/9/g; s/9+\./N./g' | tr '\t' '|'
  9|:|N.999|     N.999|9|9|9|9|true a

--joblog writes a newline in the command as NUL.
  $ par -j1 --joblog log "$(printf 'echo {}\necho 2')" ::: a > /dev/null
  $ cut -f 9 log | od -An -c
     C   o   m   m   a   n   d  \n   e   c   h   o       a  \0   e
     c   h   o       2  \n

--joblog keeps a tab in the command.
  $ par -j1 --joblog log "$(printf 'echo\t{}')" ::: a > /dev/null
  $ tail -n 1 log | cut -f 9- | od -An -c
     e   c   h   o  \t   a  \n

--joblog counts stdout only, and nothing with -u.
  $ par -j1 --joblog log 'echo {}; echo error >&2' ::: a bc > /dev/null 2>&1; cut -f 5,6 log | tr '\t' '|'
  Send|Receive
  0|2
  0|3
  $ par -j1 -u --joblog log 'echo {}' ::: a bc > /dev/null; cut -f 5,6 log | tr '\t' '|'
  Send|Receive
  0|0
  0|0

--joblog counts bytes, not characters or tags.
  $ par -j1 --tag --joblog log echo ::: ä > /dev/null; tail -n 1 log | cut -f 6
  3

--joblog with --lb and with --files.
  $ par -j1 --lb --joblog log echo ::: ab > /dev/null; tail -n 1 log | cut -f 6
  3
  $ par -j1 --files --tmpdir . --joblog log echo ::: abc > /dev/null; tail -n 1 log | cut -f 6
  4

--joblog of packed jobs and of commands from the input.
  $ par -j1 -n2 --joblog log echo ::: a 'b c' d > /dev/null; cut -f 1,9 log | tr '\t' '|'
  Seq|Command
  1|echo a 'b c'
  2|echo d
  $ par -j1 --joblog log ::: 'echo   a' 'exit 2' > /dev/null; cut -f 7,9 log | tr '\t' '|'
  Exitval|Command
  0|echo   a
  2|exit 2

--joblog with -q and with -I.
  $ par -j1 --joblog log -q echo 'a  b' ::: c > /dev/null; cut -f 9 log
  Command
  echo 'a  b' c
  $ par -j1 --joblog log -I ,, echo 'x,,{}' ::: c > /dev/null; cut -f 9 log
  Command
  echo xc{}

--joblog without jobs has the header only.
  $ par --joblog log echo < /dev/null; tr '\t' '|' < log
  Seq|Host|Starttime|JobRuntime|Send|Receive|Exitval|Signal|Command

--joblog without -k is in the order in which the jobs end.
  $ par -j2 --joblog log 'sleep 0.{}' ::: 5 1; cut -f 1 log
  Seq
  2
  1

--joblog replaces an older log, +FILE appends to it.
  $ par -j1 --joblog log echo ::: a > /dev/null; par -j1 --joblog log echo ::: b > /dev/null; cut -f 1,9 log | tr '\t' '|'
  Seq|Command
  1|echo b
  $ par -j1 --joblog +log echo ::: c > /dev/null; cut -f 1,9 log | tr '\t' '|'
  Seq|Command
  1|echo b
  1|echo c

--jl is a short name of --joblog.
  $ par --jl log true ::: a; wc -l < log
  2

--joblog in a directory that does not exist is an error.
  $ par --joblog no-dir/log echo never ::: a 2>/dev/null
  [255]

--files prints nothing but names and drops stderr to its own file.
  $ par -k --files --tmpdir . 'echo {}; echo e{} >&2' ::: a b 2>err | sed -E 's/[^.\/]+\.par$/NAME.par/'
  ./NAME.par
  ./NAME.par
  $ cat *.par | sort; wc -c < err
  a
  b
  0

--files names a file for a silent job as well.
  $ par -k --files --tmpdir . true ::: a b | wc -l; cat *.par | wc -c
  2
  0

--files with --tag marks the name.
  $ par -k --files --tag --tmpdir . echo x ::: a b | sed 's/\t.*/|NAME/'; cat *.par | sort
  a|NAME
  b|NAME
  x a
  x b

--results with --files prints the names of the stdout files.
  $ par -k --results res --files echo ::: a b; cat res/1/b/stdout
  res/1/a/stdout
  res/1/b/stdout
  b

--results prints nothing itself.
  $ par -k --results res 'echo {}; echo e{} >&2' ::: a b
  $ cat res/1/a/stdout res/1/a/stderr
  a
  ea

--results with a slash at the end is the same tree.
  $ par --results res/ true ::: a; find res | sort
  res
  res/1
  res/1/a
  res/1/a/seq
  res/1/a/stderr
  res/1/a/stdout

--results stores output without tags.
  $ par --results res --tag echo x ::: a; cat res/1/a/stdout
  x a

--results with special characters in a value.
  $ par --results res true ::: 'a b' "it's" '$x' 'e%f' g:h 'i*'; find res -type d | sort
  res
  res/1
  res/1/$x
  res/1/a b
  res/1/e%f
  res/1/g:h
  res/1/i*
  res/1/it's

--results with linked sources nests like several sources.
  $ par --results res echo ::: a b :::+ 1 2; find res -name stdout | sort; cat res/1/b/2/2/stdout
  res/1/a/2/1/stdout
  res/1/b/2/2/stdout
  b 2

--results with --header names the directories.
  $ par --results res --header : echo {x} {y} ::: x 1 ::: y 2 3; find res -name stdout | sort
  res/x/1/y/2/stdout
  res/x/1/y/3/stdout

--results with columns.
  $ printf 'a,b\nc\n' | par --results res --colsep , echo {2}; find res -name stdout | sort
  res/1/a/2/b/stdout
  res/1/c/stdout

--results with a template that has directories.
  $ par --results 'out/{1}/x{2/.}' echo ::: a ::: d/b.c e; find out -type f | sort
  out/a/xb
  out/a/xb.err
  out/a/xb.seq
  out/a/xe
  out/a/xe.err
  out/a/xe.seq

--results with a template that ends in a slash.
  $ par --results 'out/{}/' echo ::: a b; find out -type f | sort
  out/a/seq
  out/a/stderr
  out/a/stdout
  out/b/seq
  out/b/stderr
  out/b/stdout

--results with a template of sequence number and basename.
  $ par --results '{#}_{/.}.txt' 'echo {}; echo e >&2' ::: d/a.b c; ls; cat 1_a.txt 2_c.txt.err
  1_a.txt
  1_a.txt.err
  1_a.txt.seq
  2_c.txt
  2_c.txt.err
  2_c.txt.seq
  d/a.b
  e

--results of a failed job holds its output and the status stays.
  $ par -j1 --results res 'echo {}; exit {}' ::: 0 2; cat res/1/2/stdout
  2

--results together with --joblog.
  $ par -j1 --results res --joblog log 'echo {}' ::: a bc; cut -f 6,9 log | tr '\t' '|'
  Receive|Command
  2|echo a
  3|echo bc

--results to a .csv file quotes commas, quotes and newlines.
  $ par -k --results r.csv 'echo {}' ::: 'a,b' 'c"d' > /dev/null
  $ sed -E 's/[0-9]+\.[0-9]+, *[0-9.]+/START,TIME/' r.csv
  Seq,Host,Starttime,JobRuntime,Send,Receive,Exitval,Signal,Command,V1,Stdout,Stderr
  1,:,START,TIME,0,4,0,0,"echo 'a,b'","a,b","a,b
  ",
  2,:,START,TIME,0,4,0,0,"echo 'c""d'","c""d","c""d
  ",

--results to a .csv file has a column for each source, named by the header.
  $ par -k --results r.csv --header : 'printf {y}' ::: y a ::: z 'b c' > /dev/null
  $ sed -E 's/[0-9]+\.[0-9]+, *[0-9.]+/START,TIME/' r.csv
  Seq,Host,Starttime,JobRuntime,Send,Receive,Exitval,Signal,Command,y,z,Stdout,Stderr
  1,:,START,TIME,0,1,0,0,"printf a",a,"b c",a,

--results to a .tsv file separates by tabs.
  $ par -k --results r.tsv 'printf %s {}; printf e >&2' ::: a 'b c' > /dev/null 2>&1
  $ sed -E 's/[0-9]+\.[0-9]+\t *[0-9.]+/START\tTIME/' r.tsv | tr '\t' '|'
  Seq|Host|Starttime|JobRuntime|Send|Receive|Exitval|Signal|Command|V1|Stdout|Stderr
  1|:|START|TIME|0|1|0|0|"printf %s a; printf e >&2"|a|a|e
  2|:|START|TIME|0|3|0|0|"printf %s 'b c'; printf e >&2"|"b c"|"b c"|e

--results to -.csv prints the table.
  $ par -k --results -.csv printf %s ::: a 'b c' | sed -E 's/[0-9]+\.[0-9]+, *[0-9.]+/START,TIME/'
  Seq,Host,Starttime,JobRuntime,Send,Receive,Exitval,Signal,Command,V1,Stdout,Stderr
  1,:,START,TIME,0,1,0,0,"printf %s a",a,a,
  2,:,START,TIME,0,3,0,0,"printf %s 'b c'","b c","b c",

--results to a .json file with control characters, two sources and a failure.
  $ par -k --results r.json 'printf "a\tb\n\001"; echo {2} >&2; exit 3' ::: x ::: 'y z' > /dev/null 2>&1
  [1]
  $ sed -E 's/(Starttime|JobRuntime)": *[0-9.]+/\1": 0/g' r.json
  { "Seq": 1, "Host": ":", "Starttime": 0, "JobRuntime": 0, "Send": 0, "Receive": 5, "Exitval": 3, "Signal": 0, "Command": "printf \"a\\tb\\n\\001\"; echo 'y z' >&2; exit 3", "V": [ "x","y z" ], "Stdout": "a\u0009b\u000a\u0001", "Stderr": "y z\u000a" }

--compress with -k, --tag and stderr.
  $ par -k --compress --tag 'echo o; echo e >&2' ::: a b 2>&1
  a\to (esc)
  a\te a (esc)
  b\to (esc)
  b\te b (esc)

Failed jobs print as usual with --tag.
  $ par -k --tag 'echo {}; exit {}' ::: 0 1 2
  0\t0 (esc)
  1\t1 (esc)
  2\t2 (esc)
  [2]

NUL bytes in the output are kept, with --tag and --lb as well.
  $ par -k 'printf "a\0b\n"' ::: x | od -An -c
     a  \0   b  \n
  $ par -k --tag 'printf "a\0b\n"' ::: x | od -An -c
     x  \t   a  \0   b  \n
  $ par --lb 'printf "a\0b\n"' ::: x | od -An -c
     a  \0   b  \n

A long line without a newline is complete.
  $ par -k 'head -c {} /dev/zero | tr "\0" x' ::: 100000 200000 | wc -c
  300000
  $ par -k --tag 'head -c {} /dev/zero | tr "\0" x' ::: 100000 | wc -c
  100007

Many lines through --lb are complete.
  $ par --lb -j2 'seq {}' ::: 20000 30000 | sort -n | md5sum; { seq 20000; seq 30000; } | sort -n | md5sum
  5f4451fc1ca6653f41e5e88949904c5b  -
  5f4451fc1ca6653f41e5e88949904c5b  -

--files in the directory of --tmpdir is named par, five letters, .par.
  $ par --files --tmpdir . echo ::: a | grep -c '^./par.....[.]par$'
  1
