Long options work without their inner dashes.
  $ par --keeporder --dryrun echo ::: a
  echo a
  $ par --keeporder --maxargs 2 echo ::: a b c
  a b
  c
  $ printf 'a,b\n' | par --keeporder --colsep , --maxreplaceargs 1 echo '{1}'
  a
  $ par --keeporder --maxprocs 1 echo ::: a
  a
  $ printf 'a\nb\n' | par --keeporder --maxlines 2 echo
  a b

Long options may be cut short as long as they are clear.
  $ par --keep --dry-r echo ::: a
  echo a
  $ par --keep-o --tagst x echo ::: a
  x\ta (esc)
  $ par --max-a 2 -k echo ::: a b c
  a b
  c

Short options may be bundled.
  $ par -kj1 echo ::: a b
  a
  b
  $ par -kqj1 echo 'a  b' ::: c
  a  b c
  $ printf 'a\0b\0' | par -0k echo
  a
  b
  $ par -kn2 echo ::: a b c
  a b
  c
  $ par -kXj1 echo ::: a b
  a b
  $ par -krj1 echo ::: a '' b
  a
  b

A value may follow its short option directly or apart.
  $ par -k -j1 -n2 echo ::: a b c
  a b
  c
  $ par -k -j 1 -n 2 echo ::: a b c
  a b
  c
  $ par -k -P1 echo ::: a
  a
  $ par -k -P 1 echo ::: a
  a
  $ par -k -j+0 echo ::: a
  a
  $ par -k -j +1 echo ::: a
  a
  $ par -k -j200% echo ::: a
  a

A value may follow its long option with = or apart.
  $ par --jobs=1 --keep-order --max-args=2 echo ::: a b c
  a b
  c
  $ par --jobs 1 --keep-order --max-args 2 echo ::: a b c
  a b
  c

-l5, -l and --max-lines take their number attached.
  $ seq 6 | par -k -l5 echo
  1 2 3 4 5
  6
  $ seq 2 | par -k -l echo
  1
  2

-i takes its value attached, -I attached or apart.
  $ par -k -i{} echo 'x{}' ::: a
  xa
  $ par -k -i,, echo 'x,,' ::: a
  xa
  $ par -k -I,, echo 'x,,' ::: a
  xa
  $ par -k -I ,, echo 'x,,' ::: a
  xa

-eEOF, -E EOF and --eof=EOF.
  $ printf 'a\nEOF\nb\n' | par -k -eEOF echo
  a
  $ printf 'a\nEOF\nb\n' | par -k -E EOF echo
  a
  $ printf 'a\nEOF\nb\n' | par -k --eof=EOF echo
  a

-- ends the options.
  $ par -k -- echo a ::: b
  a b
  $ par -k -- printf '%s-%s\\n' -k ::: b
  -k-b

Words after the command are not options.
  $ par -k echo -k -j3 --dry-run ::: a
  -k -j3 --dry-run a

Words after ::: that look like options are arguments.
  $ par -k echo ::: -k --dry-run
  -k
  --dry-run

An unknown option is an error with status 255.
  $ par --no-such-option echo ::: a >/dev/null 2>&1
  [255]
  $ par --no-such-option echo ::: a 2>&1 | head -n 1
  Unknown option: no-such-option

An unknown short option is an error with status 255.
  $ par -y echo ::: a >/dev/null 2>&1
  [255]

An option that lacks its value is an error with status 255.
  $ par -j >/dev/null 2>&1
  [255]
  $ par --joblog >/dev/null 2>&1
  [255]

A value where none belongs is an error with status 255.
  $ par --keep-order=x echo ::: a >/dev/null 2>&1
  [255]

An abbreviation that fits several options is an error with status 255.
  $ par --max 1 echo ::: a >/dev/null 2>&1
  [255]

-j with a value that is neither number nor file is an error.
  $ par -j no-such-file echo ::: a >/dev/null 2>&1
  [255]

Retired options are errors.
  $ for o in -g -T -W -Y; do par $o echo ::: a > /dev/null 2>&1; echo $?; done
  255
  255
  255
  255

The last of two equal options counts.
  $ par -k -n1 -n2 echo ::: a b
  a b
  $ par -k --tagstring a --tagstring b echo ::: x
  b\tx (esc)
  $ par --jobs 3 -j1 'echo {%}' ::: a b
  1
  1

A flag given twice is the same as once.
  $ par -k -k --tag --tag echo ::: a
  a\ta (esc)

--no-keep-order takes back -k.
  $ par -k --no-keep-order -j1 echo ::: a b
  a
  b
  $ par -k --nok -j1 echo ::: a b
  a
  b

--version and -V print a version.
  $ par --version | head -n 1 | grep -c '[0-9]'
  1
  $ par -V | head -n 1 | grep -c '[0-9]'
  1

--help and -h print a usage and succeed.
  $ par --help | grep -ci usage; echo ${PIPESTATUS[0]}
  1
  0
  $ par -h | grep -ci usage; echo ${PIPESTATUS[0]}
  1
  0

--number-of-cpus, -cores, -threads and -sockets print a number.
  $ for o in cpus cores threads sockets; do par --number-of-$o | grep -c '^[1-9][0-9]*$'; done
  1
  1
  1
  1
  $ par --numberofcores | grep -c '^[1-9][0-9]*$'
  1

--max-line-length-allowed prints a number.
  $ par --max-line-length-allowed | grep -c '^[1-9][0-9]*$'
  1
  $ par --maxlinelengthallowed | grep -c '^[1-9][0-9]*$'
  1

--number-of-threads goes by the CPUs that may be used.
  $ taskset -c 0 par --number-of-threads
  1

--will-cite and its other spellings are accepted.
  $ par --will-cite -k echo ::: a
  a
  $ par --willcite -k echo ::: a
  a
  $ par --nn echo ::: a
  a
  $ par --no-notice echo ::: a
  a
  $ par --nonotice echo ::: a
  a

--use-cores-instead-of-threads and --use-sockets-instead-of-threads are accepted.
  $ par -k -j100% --use-cores-instead-of-threads echo ::: a
  a
  $ par -k -j100% --use-sockets-instead-of-threads echo ::: a
  a
  $ par -k -j100% --usecoresinsteadofthreads echo ::: a
  a

--dry-run, --dryrun and --dr.
  $ par --dry-run echo ::: 'a b'
  echo 'a b'
  $ par --dr echo ::: 'a b'
  echo 'a b'

--dry-run with several sources, -k and --tag.
  $ par -k --dry-run --tag echo '{2}' ::: a ::: 1 2
  a 1\techo 1 (esc)
  a 2\techo 2 (esc)

--dry-run writes no file and no job log.
  $ par --dry-run --joblog log 'echo {} > out' ::: a; ls
  echo a > out

-v prints the command on stdout, -t and --verbose on stderr.
  $ par -k -v echo ::: 'a b' 2>/dev/null
  echo 'a b'
  a b
  $ par -k -t echo ::: 'a b' 2>/dev/null
  a b
  $ par -k -t echo ::: 'a b' 2>&1 >/dev/null
  echo 'a b'
  $ par -k --verbose echo ::: 'a b' 2>&1 >/dev/null
  echo 'a b'

--silent takes back -v.
  $ par -v --silent echo ::: a
  a

Nothing to do is success.
  $ par echo < /dev/null; echo $?
  0
  $ par < /dev/null; echo $?
  0

The exit status is the number of jobs that failed.
  $ par 'exit {}' ::: 0 1 2 3
  [3]

The exit status of a job killed by a signal counts one.
  $ par 'kill -9 $$; : {}' ::: a b 2>/dev/null
  [2]

After -- the command may have a -- of its own.
  $ par -k -- ls -d -- {} ::: .
  .

A command line of a hundred words.
  $ par -k echo $(seq 100) ::: x | wc -w
  101

A value may look like an option.
  $ par -k --tagstring -k echo ::: a
  -k\ta (esc)

-a and --arg-file, with = and attached.
  $ seq 2 > f; par -k -a f echo; par -k -af echo; par -k --arg-file=f echo; par -k --argfile f echo
  1
  2
  1
  2
  1
  2
  1
  2

-X wins over -m.
  $ par -j1 -X -m echo 'a{}b' ::: 1 2
  a1b a2b
  $ par -j1 -m -X echo 'a{}b' ::: 1 2
  a1b a2b

--joblog and --jl are the same.
  $ par --jl a echo ::: x; par --joblog=b echo ::: x; wc -l < a; wc -l < b
  x
  x
  2
  2

--line-buffer has five spellings.
  $ for o in line-buffer line-buffered linebuffer linebuffered lb; do par --$o echo ::: $o; done
  line-buffer
  line-buffered
  linebuffer
  linebuffered
  lb

--ungroup and -u, --group.
  $ par -u echo ::: a; par --ungroup echo ::: a; par --group echo ::: a
  a
  a
  a

--timeout takes units, --delay parts of a second.
  $ par --timeout 1m echo ::: a; par --timeout 1.5h echo ::: a; par --delay 0.01 echo ::: a b | wc -l
  a
  a
  2

--halt with a bad form is an error.
  $ par --halt nonsense echo ::: a >/dev/null 2>&1
  [255]

--results has the names --result and --res.
  $ par --results r echo ::: a > /dev/null; par --result r2 echo ::: a >/dev/null; par --res r3 echo ::: a >/dev/null; cat r/1/a/stdout r2/1/a/stdout r3/1/a/stdout
  a
  a
  a

--tag-string is --tagstring.
  $ par --tag-string t echo ::: a
  t\ta (esc)

Options of a value with blanks.
  $ par --tagstring='a b' echo ::: x
  a b\tx (esc)

--halt takes its old forms.
  $ par --halt 0 echo ::: a; par --halt 1 echo ::: a; par --halt 2 echo ::: a; par --halt=-1 echo ::: a 2>/dev/null
  a
  a
  a
  a

--halt takes its new forms.
  $ par --halt never echo ::: a; par --halt now,fail=1 echo ::: a; par --halt soon,fail=1 echo ::: a; par --halt now,fail=10% echo ::: a
  a
  a
  a
  a

--halt-on-error and --haltonerror are --halt.
  $ par --halt-on-error now,fail=1 'echo {}; exit 3' ::: a 2>/dev/null
  a
  [3]
  $ par --haltonerror=now,fail=1 'echo {}; exit 3' ::: a 2>/dev/null
  a
  [3]

-vv is accepted and runs the job.
  $ par -vv echo ::: a | tail -n 1
  a

--bar, --eta and --progress leave stdout alone.
  $ par -k --bar echo ::: a b 2>/dev/null
  a
  b
  $ par -k --eta echo ::: a b 2>/dev/null
  a
  b
  $ par -k --progress echo ::: a b 2>/dev/null
  a
  b

--total-jobs, --totaljobs and --total.
  $ par -k --bar --total-jobs 2 echo ::: a b 2>/dev/null
  a
  b
  $ par -k --totaljobs 2 echo ::: a; par -k --total 2 echo ::: a
  a
  a

--show-limits prints limits and goes on.
  $ par --show-limits echo ::: a 2>/dev/null | tail -n 1
  a

--no-run-if-empty cut short, --colsep cut short.
  $ printf '\na\n' | par --no-run echo x
  x a
  $ printf 'a,b\n' | par --cols , echo '{2}'
  b

-U has been retired too.
  $ par -U x echo ::: a > /dev/null 2>&1
  [255]
