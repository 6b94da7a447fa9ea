Lines on stdin are the arguments when no source is given.
  $ printf 'one\ntwo\nthree\n' | par -k echo
  one
  two
  three

A line is one argument, with its inner spaces.
  $ printf 'a b\n  c   d\n' | par -k echo '[{}]'
  [a b]
  [  c   d]

A missing newline at the end of the input does not lose the last line.
  $ printf 'first\nlast' | par -k echo
  first
  last

An empty line is an empty argument and runs a job.
  $ printf 'a\n\nb\n' | par -k echo 'x{}x'
  xax
  xx
  xbx

-r skips empty lines.
  $ printf 'a\n\n\nb\n' | par -k -r echo 'x{}x'
  xax
  xbx

Empty input runs no job and succeeds.
  $ par echo never < /dev/null
  $ printf '' | par -r echo never
  $ printf 'x\n' | par -r echo once
  once x

-a reads the arguments from a file.
  $ printf 'x\ny\n' > list
  $ par -k -a list echo
  x
  y

Two -a files give all combinations, the last one varies fastest.
  $ printf '1\n2\n' > nums; printf 'a\nb\n' > abc
  $ par -k -a nums -a abc echo
  1 a
  1 b
  2 a
  2 b

::: takes the arguments from the command line.
  $ par -k echo ::: a 'b c' d
  a
  b c
  d

Two ::: give all combinations.
  $ par -k echo {2} {1} ::: 1 2 ::: a b c
  a 1
  b 1
  c 1
  a 2
  b 2
  c 2

:::: takes files of arguments.
  $ printf 'p\nq\n' > f1
  $ par -k echo :::: f1
  p
  q

Several files after one :::: are several sources.
  $ printf 'p\nq\n' > f1; printf '1\n2\n' > f2
  $ par -k echo :::: f1 f2
  p 1
  p 2
  q 1
  q 2

- stands for stdin as an argument file.
  $ printf 's1\ns2\n' | par -k echo {1}={2} :::: - ::: x y
  s1=x
  s1=y
  s2=x
  s2=y

:::+ links a source to the previous one.
  $ par -k echo ::: a b c :::+ 1 2 3
  a 1
  b 2
  c 3

With :::+ the shorter source decides the length.
  $ par -k echo ::: a b c d :::+ 1 2
  a 1
  b 2

:::+ binds only its neighbour, other sources still multiply.
  $ par -k echo ::: a b :::+ 1 2 ::: X Y
  a 1 X
  a 1 Y
  b 2 X
  b 2 Y

::::+ links a file to the previous source.
  $ printf '1\n2\n3\n' > nums
  $ par -k echo ::: a b c ::::+ nums
  a 1
  b 2
  c 3

--link pairs the sources and repeats the shorter one.
  $ par -k --link echo ::: 1 2 3 4 5 ::: a b
  1 a
  2 b
  3 a
  4 b
  5 a

--xapply is another name for --link.
  $ par -k --xapply echo {1}{2} ::: 1 2 3 ::: a b c
  1a
  2b
  3c

-0 splits the input at NUL, so newlines stay in the argument.
  $ printf 'a b\0c\nd\0' | par -0 -k echo 'start{}end'
  starta bend
  startc
  dend

-d sets another delimiter.
  $ printf 'a,b,c' | par -k -d , echo
  a
  b
  c

-d takes C escapes.
  $ printf 'a\tb\tc' | par -k -d '\t' echo
  a
  b
  c

With another delimiter the newline at the end belongs to the last argument.
  $ printf 'a:b\n' | par -k -d : echo 'x{}x'
  xax
  xb
  x

--colsep splits a line into columns.
  $ printf 'a,b,c\nd,e,f\n' | par -k --colsep , echo {3} {1}
  c a
  f d

-C takes a regular expression.
  $ printf 'a1b22c\n' | par -k -C '[0-9]+' echo {1}-{2}-{3}
  a-b-c

With --colsep the values lose white space at both ends.
  $ printf ' a , b\n' | par -k --colsep , echo '"x{1}x" "y{2}y"'
  xax yby

With --colsep {} is all columns again.
  $ printf 'a:b:c\n' | par -k --colsep : echo '{}'
  a b c

A column that is missing or empty is replaced by nothing.
  $ printf 'a,,c\nd\n' | par -k --colsep , echo '1={1} 2={2} 3={3}'
  1=a 2= 3=c
  1=d 2= 3=

Columns of several sources are numbered on.
  $ par -k --colsep - echo {4} {3} {2} {1} ::: A-B C-D ::: e-f g-h
  f e B A
  h g B A
  f e D C
  h g D C

--header : names the columns by the first line.
  $ printf 'name,age\nann,30\nbob,25\n' | par -k --header : --colsep , echo {age} {name}
  30 ann
  25 bob

--header : with ::: uses the first argument as the name.
  $ par -k --header : echo x={x} y={y} ::: x 1 2 ::: y a b
  x=1 y=a
  x=1 y=b
  x=2 y=a
  x=2 y=b

-E stops reading at the given line.
  $ printf 'a\nb\nSTOP\nc\n' | par -k -E STOP echo
  a
  b

--trim l, r and lr remove white space of the arguments.
  $ par -k --trim l echo 'x{}x' ::: ' a '
  xa x
  $ par -k --trim r echo 'x{}x' ::: ' a '
  x ax
  $ par -k --trim lr echo 'x{}x' ::: ' a '
  xax

--arg-sep replaces :::.
  $ par -k --arg-sep ,, echo ::: {} ,, a b
  ::: a
  ::: b

--arg-file-sep replaces ::::.
  $ printf '1\n2\n' > nums
  $ par -k --arg-file-sep // echo ::: a b // nums
  a 1
  a 2
  b 1
  b 2

A carriage return stays part of the argument.
  $ printf 'a\r\nb\r\n' | par -k echo | od -An -c
     a  \r  \n   b  \r  \n

Unicode lines pass through unchanged.
  $ printf 'ä ö\n日本\n' | par -k echo | od -An -tx1
   c3 a4 20 c3 b6 0a e6 97 a5 e6 9c ac 0a

An empty string is a legal argument of :::.
  $ par -k echo 'x{}x' ::: a '' b
  xax
  xx
  xbx

An argument file that does not exist is an error.
  $ par echo :::: no-such-file 2>/dev/null
  [255]
  $ par -a no-such-file echo 2>/dev/null
  [255]

When the arguments come from stdin, the jobs read nothing from it.
  $ printf '1\n2\n' | par -j1 'echo {}; cat'
  1
  2

A long line of 20000 characters is one argument.
  $ head -c 20000 /dev/zero | tr '\0' x | par 'printf %s {} | wc -c'
  20000

::: without arguments runs nothing.
  $ par echo :::
  $ par echo ::: :::

A product with an empty source runs with nothing in its place.
  $ par -k echo 'x{1}y{2}z' ::: a b :::
  xayz
  xbyz
  $ par -k echo 'x{1}y{2}z' ::: ::: a b
  xyaz
  xybz
  $ par -k echo 'x{1}y{2}z' ::: a b :::: /dev/null
  xayz
  xbyz

An empty file as the only source runs nothing.
  $ par echo :::: /dev/null
  $ par -a /dev/null echo

stdin is left alone when there are other sources.
  $ printf 'x\ny\n' | { par -k echo ::: a; cat; }
  a
  x
  y

-a comes before the sources at the end of the command line.
  $ printf 'x\ny\n' > f
  $ par -k -a f echo {1}{2} ::: a b
  xa
  xb
  ya
  yb

-a - and ::: combine stdin with a list.
  $ printf 'x\ny\n' | par -k -a - echo ::: a b
  x a
  x b
  y a
  y b

--arg-file and --argfile are long names of -a.
  $ printf 'x\n' > f
  $ par -k --arg-file f echo 1
  1 x
  $ par -k --argfile=f echo 2
  2 x

The same file can be used twice.
  $ printf 'x\ny\n' > f
  $ par -k echo :::: f f
  x x
  x y
  y x
  y y
  $ par -k -a f echo {1}{2}{3} ::: - :::: f
  x-x
  x-y
  y-x
  y-y

Process substitutions are argument files.
  $ par -k echo :::: <(seq 2) <(seq 3 4)
  1 3
  1 4
  2 3
  2 4

Three sources: the last one varies fastest.
  $ par -k echo {1}{2}{3} ::: a b ::: 1 2 ::: x y
  a1x
  a1y
  a2x
  a2y
  b1x
  b1y
  b2x
  b2y

A source with one value does not multiply the jobs.
  $ par -k echo {2}{1}{3} ::: a ::: 1 2 3 ::: x
  1ax
  2ax
  3ax

:::+ may be repeated, each one linked to the one before.
  $ par -k echo ::: a b :::+ 1 2 :::+ p q r
  a 1 p
  b 2 q

Two linked groups multiply with each other.
  $ par -k echo ::: a b :::+ 1 2 ::: p q :::+ X Y
  a 1 p X
  a 1 q Y
  b 2 p X
  b 2 q Y

A linked group after a plain source.
  $ par -k echo ::: X Y ::: a b :::+ 1 2
  X a 1
  X b 2
  Y a 1
  Y b 2

In each linked group the shorter source decides.
  $ par -k echo ::: a b :::+ 1 2 3 ::: p q r :::+ X Y
  a 1 p X
  a 1 q Y
  b 2 p X
  b 2 q Y

A list can be linked to a file and a file to a list.
  $ printf 'x\ny\n' > f
  $ par -k echo :::: f :::+ 1 2
  x 1
  y 2
  $ par -k echo ::: 1 2 ::::+ f ::: p q
  1 x p
  1 x q
  2 y p
  2 y q

All files after ::::+ are linked.
  $ printf 'x\ny\n' > f; printf '1\n2\n' > g
  $ par -k echo ::: a b ::::+ f g
  a x 1
  b y 2

:::+ as the first source is like :::.
  $ par -k echo :::+ a b ::: c d
  a c
  a d
  b c
  b d

--link with three sources repeats the shorter ones.
  $ par -k --link echo ::: 1 2 3 4 5 ::: a b ::: x y z
  1 a x
  2 b y
  3 a z
  4 b x
  5 a y

--link with a single value gives it to every job.
  $ par -k --link echo {3}{2}{1} ::: a ::: 1 2 3 ::: x y
  x1a
  y2a
  x3a

--link of files and lists.
  $ printf 'x\ny\nz\n' > f
  $ par -k --link -a f echo ::: 1 2
  x 1
  y 2
  z 1

--link with {} and path strings.
  $ par -k --link echo '{} {1.} {2/}' ::: a.b c.d ::: e/f g/h
  a.b e/f a f
  c.d g/h c h

--link together with :::+ links everything.
  $ par -k --link echo ::: a b :::+ 1 2 ::: p q r
  a 1 p
  b 2 q
  a 1 r

-0 from a file and an argument without a final NUL.
  $ printf 'a b\0\0c' > f
  $ par -0 -k -a f echo 'x{}y'
  xa by
  xy
  xcy

--null is the long name of -0.
  $ printf 'a\0b' | par --null -k echo 'x{}y'
  xay
  xby

A file whose only content is a delimiter holds one empty argument.
  $ printf '\n' | par -k echo 'x{}y'
  xy
  $ printf '\0' | par -k -0 echo 'x{}y'
  xy
  $ printf ',' | par -k -d , echo 'x{}y'
  xy

-d with a delimiter of several characters.
  $ printf 'a::b:c::d' | par -k -d :: echo 'x{}y'
  xay
  xb:cy
  xdy
  $ printf 'aENDbENDcEN' | par -k --delimiter END echo 'x{}y'
  xay
  xby
  xcENy

A delimiter at the end of the input does not start another argument.
  $ printf 'aENDbEND' | par -k -d END echo 'x{}y'
  xay
  xby
  $ printf 'a,,b,' | par -k -d , echo 'x{}y'
  xay
  xy
  xby

-d is not a regular expression.
  $ printf 'a.b.c' | par -k -d . echo
  a
  b
  c
  $ printf 'a|b|c' | par -k -d '|' echo
  a
  b
  c
  $ printf 'a1b[0-9]c' | par -k -d '[0-9]' echo
  a1b
  c

-d '\n', '\0', '\r' and an octal escape.
  $ printf 'a\nb\n' | par -k -d '\n' echo 'x{}y'
  xay
  xby
  $ printf 'a\0b\0' | par -k -d '\0' echo 'x{}y'
  xay
  xby
  $ printf 'a\rb' | par -k -d '\r' echo 'x{}y'
  xay
  xby
  $ printf 'a,b' | par -k -d '\054' echo 'x{}y'
  xay
  xby

-d with a space splits words.
  $ printf 'one two  three' | par -k -d ' ' echo 'x{}y'
  xoney
  xtwoy
  xy
  xthreey

-d '\n\n' splits at empty lines.
  $ printf 'a\nb\n\nc' | par -k -d '\n\n' echo 'x{}y'
  xa
  by
  xcy

-r also skips lines of white space.
  $ printf ' \na\n\t\n b \n' | par -k -r echo 'x{}y'
  xay
  x b y

-r skips empty arguments of :::, they have no sequence number.
  $ par -k -r echo '{#}:x{}y' ::: '' a '' b
  1:xay
  2:xby

-r with -0.
  $ printf 'a\0\0b\0' | par -k -0 -r echo 'x{}y'
  xay
  xby

--no-run-if-empty is the long name of -r.
  $ printf '\na\n' | par -k --no-run-if-empty echo 'x{}y'
  xay

-e and --eof set the end-of-file string like -E.
  $ printf 'a\nSTOP\nb\n' | par -k -eSTOP echo
  a
  $ printf 'a\nSTOP\nb\n' | par -k --eof=STOP echo
  a

-E with -0 and with -d.
  $ printf 'a\0b\0c\0' | par -k -0 -E b echo
  a
  $ printf 'a,b,c' | par -k -d , -E b echo
  a

-E with ::: ends that source only.
  $ par -k -E b echo ::: a b c
  a
  $ par -k -E b echo {1}{2} ::: 1 2 ::: a b c
  1a
  2a

-E compares whole lines.
  $ printf 'ab\n b\nb \nb\nc\n' | par -k -E b echo 'x{}y'
  xaby
  x by
  xb y

-E with a string that never comes reads everything.
  $ printf 'a\nb\n' | par -k -E c echo
  a
  b

--colsep with a tab.
  $ printf 'a\tb c\t\td\n' | par -k --colsep '\t' echo '1={1} 2={2} 3={3} 4={4}'
  1=a 2=b c 3= 4=d

--colsep with a space and with a run of spaces.
  $ printf 'a b  c\n' | par -k --colsep ' ' echo '[{1}][{2}][{3}][{4}]'
  [a][b][][c]
  $ printf 'a b  c\n' | par -k --colsep ' +' echo '[{1}][{2}][{3}][{4}]'
  [a][b][c][]

--colsep with a dot needs a backslash, and so does a bar.
  $ printf 'a.b.c\n' | par -k --colsep '\.' echo '{3}{2}{1}'
  cba
  $ printf 'a|b|c\n' | par -k --colsep '\|' echo '{3}{2}{1}'
  cba

--colsep with a character class and an alternative.
  $ printf 'a, b;c\n' | par -k --colsep '[,;] *' echo '{3}{2}{1}'
  cba
  $ printf 'a and b or c\n' | par -k --colsep ' (?:and|or) ' echo '{3}{2}{1}'
  cba
  $ printf 'a:=b=c\n' | par -k --colsep ':=' echo '{2} {1}'
  b=c a

--colsep can ignore case.
  $ printf 'aXbxc\n' | par -k --colsep '(?i)x' echo '{3}{2}{1}'
  cba

--col-sep is another name of --colsep.
  $ printf 'a:b\n' | par -k --col-sep : echo {2} {1}
  b a

Columns without a replacement string are appended with spaces.
  $ printf 'a,b\nc\n' | par -k --colsep , echo x
  x a b
  x c

Empty columns are empty strings and missing ones are nothing.
  $ printf 'a,,\n,b\n,\n' | par -k --colsep , --dry-run echo '{}' '{1}-{2}-{3}'
  echo a '' '' a-''-''
  echo '' b ''-b-
  echo '' '' ''-''-

Negative positions count from the last column of the line.
  $ printf 'a,b,c\nd,e\n' | par -k --colsep , echo {-1} {-2}
  c b
  e d

Path strings of columns.
  $ printf 'd/a.b,e/c.d\n' | par -k --colsep , echo '{1.} {2/} {2//} {1/.} {.} {/}'
  d/a c.d e a d/a e/c a.b c.d

Columns of two files are numbered on.
  $ printf 'a,b\nc,d\n' > f; printf '1,2\n3\n' > g
  $ par -k --colsep , echo '{1}:{2}:{3}:{4}' :::: f g
  a:b:1:2
  a:b:3:
  c:d:1:2
  c:d:3:

With --colsep and several sources {} is all columns.
  $ printf 'a,b\n' > f
  $ par -k --colsep , echo '{}' :::: f ::: x,y z
  a b x y
  a b z

--colsep with linked sources.
  $ par -k --colsep , echo '{1}:{2}:{3}:{4}' ::: a,b c,d :::+ 1,2 3,4
  a:b:1:2
  c:d:3:4
  $ par -k --colsep , --link echo '{1}:{2}:{3}:{4}' ::: a,b c,d ::: 1,2
  a:b:1:2
  c:d:1:2

--colsep with -0 and with -d.
  $ printf 'a,b\0c,d\0' | par -k -0 --colsep , echo {2}{1}
  ba
  dc
  $ printf 'a,b;c,d' | par -k -d ';' --colsep , echo {2}{1}
  ba
  dc

--colsep with -N takes the columns of several lines.
  $ printf 'a,b\nc,d\ne,f\n' | par -k --colsep , -N2 echo '{1}{2}{3}{4}'
  abcd
  ef

--trim n keeps the white space of columns.
  $ printf ' a , b \n' | par -k --trim n --colsep , 'printf "[%s]" {1} {2}; echo'
  [ a ][ b ]

--trim l or r with --colsep.
  $ printf ' a , b \n' | par -k --trim l --colsep , 'printf "[%s]" {1} {2}; echo'
  [a ][b ]
  $ printf ' a , b \n' | par -k --trim r --colsep , 'printf "[%s]" {1} {2}; echo'
  [ a][ b]

--trim removes tabs as well and keeps inner white space.
  $ printf '\ta  b \t\n \t \n' | par -k --trim lr 'printf "[%s]" {}; echo'
  [a  b]
  []

--trim rl is the same as lr, --trim n does nothing.
  $ par -k --trim rl 'printf "[%s]" {}; echo' ::: ' a '
  [a]
  $ par -k --trim n 'printf "[%s]" {}; echo' ::: ' a '
  [ a ]

--trim works for every source.
  $ printf ' a \n' > f
  $ par -k --trim lr echo 'x{1}y{2}z' :::: f ::: ' b '
  xaybz

--header : of a single column.
  $ printf 'name\na b\nc\n' | par -k --header : echo '{#}:{name}:{1}:{}'
  1:a b:a b:a b
  2:c:c:c

--header : names may be one part of another and hold spaces.
  $ printf 'a,ab,x y\n1,2,3\n' | par -k --header : --colsep , echo '{ab} {a} {x y}'
  2 1 3

--header : with only a header runs nothing.
  $ printf 'name\n' | par --header : echo {name}

--header : with linked sources.
  $ par -k --header : echo '{a}{b}' ::: a 1 2 :::+ b 3 4
  13
  24
  $ par -k --header : --link echo '{a}{b}' ::: a 1 2 3 ::: b 4 5
  14
  25
  34

--header : with a file and a list.
  $ printf 'a\n1\n2\n' > f
  $ par -k --header : echo '{a}{b}' :::: f ::: b 3 4
  13
  14
  23
  24

--header : columns of a file beside a list.
  $ printf 'a,b\n1,2\n' > f
  $ par -k --header : --colsep , echo '{a}{b}{c}' :::: f ::: c 3 4
  123
  124

A name that is not in the header is text.
  $ printf 'a\n1\n' | par -k --header : echo '{a} {b}'
  1 {b}

A header without names in the command.
  $ printf 'a,b\n1,2\n' | par -k --header : --colsep , echo
  1 2

-N reads that many values from a product of sources.
  $ par -k -N2 echo '{1}-{2}' ::: 1 2 3
  1-2
  3-

-N with {} and positions.
  $ seq 5 | par -k -N2 echo '{}' '{2}' '{1}'
  1 2 2 1
  3 4 4 3
  5 5

-N with a position beyond the group.
  $ seq 4 | par -k -N3 echo '{3}.{2}.{1}.{4}.'
  3.2.1..
  ..4..

-N repeats the word around {}, -n does not.
  $ seq 3 | par -k -N2 echo 'a{}b{}c'
  a1b1c a2b2c
  a3b3c
  $ seq 3 | par -k -n2 echo 'a{}b{}c'
  a1 2b1 2c
  a3b3c

-n with path strings.
  $ par -k -n2 echo '{/} {//} x{/.}y' ::: d/1.c e/2.c 3
  1.c 2.c d e x1 2y
  3 . x3y

-N with path strings repeats the word.
  $ par -k -N2 echo 'x{/.}y' ::: d/1.c e/2.c 3
  x1y x2y
  x3y

-n with empty arguments.
  $ par -k -n2 --dry-run echo ::: a '' ''
  echo a ''
  echo ''

-n0 with a position or with {#}.
  $ par -k -n0 echo 'x{1}y{}z' {#} ::: a b
  xyz 1
  xyz 2

-n and -N with quoted values.
  $ par -k -n2 --dry-run echo 'a{}b' ::: 'x  y' z
  echo a'x  y' zb
  $ par -k -N2 --dry-run echo 'a{}b' ::: 'x  y' z
  echo a'x  y'b azb

Negative positions with -N count from the last argument of the job.
  $ par -k -N2 echo '{-1} {-2}' ::: a b c d
  b a
  d c

--arg-sep can be used several times and linked.
  $ par -k --arg-sep ,, echo ,, a b ,, 1
  a 1
  b 1
  $ par -k --arg-sep : echo : a b :+ 1 2
  a 1
  b 2

--arg-file-sep with a plus links the file.
  $ printf '1\n2\n' > f
  $ par -k --arg-file-sep ,, echo ::: a b ,,+ f
  a 1
  b 2

Words that only contain ::: are ordinary words.
  $ par -k echo a:::b ':: ' ::: c ':::x'
  a:::b :: c
  a:::b :: :::x

Options after ::: are arguments.
  $ par -k echo ::: -k -- --dry-run
  -k
  --
  --dry-run

White space at the ends of an argument is kept.
  $ printf ' a\nb \n\tc\t\n' | par -k 'printf "[%s]\n"'
  [ a]
  [b ]
  [\tc\t] (esc)

Quotes and backslashes in the input have no meaning.
  $ printf '%s\n' "it's" '"q"' 'a\nb' 'c\ d' | par -k echo
  it's
  "q"
  a\nb
  c\ d

Bytes that are not UTF-8 pass through.
  $ printf '\351\n\377a\n' | par -k echo | od -An -tx1
   e9 0a ff 61 0a

A missing file is an error even after a good source.
  $ par echo ::: a :::: no-such-file 2>/dev/null
  [255]

--csv splits at commas and takes quotes away.
  $ printf '"a b",c\n"d,e",f\n' | par -k --csv echo '1={1} 2={2}'
  1=a b 2=c
  1=d,e 2=f

--csv knows doubled quotes.
  $ printf '"say ""hi""",x\n' | par -k --csv echo '{1}-{2}'
  say "hi"-x

--csv keeps newlines within quotes.
  $ printf '"a\nb",c\nd,e\n' | par -k --csv 'echo {1}; echo {2}'
  a
  b
  c
  d
  e

--csv with --header names the columns.
  $ printf 'name,value\n"x y",1\n"z",2\n' | par -k --csv --header : echo '{name}={value}'
  x y=1
  z=2

--csv with empty fields.
  $ printf 'a,,c\n,"",\n' | par -k --csv echo '[{1}][{2}][{3}]'
  [a][][c]
  [][][]

--csv without a replacement string appends the fields.
  $ printf '"a b",c\n' | par -k --csv echo x
  x a b c

--csv from a file.
  $ printf '"a,b",c\n' > f.csv; par -k -a f.csv --csv echo '{2} {1}'
  c a,b

--csv keeps blanks at the ends of fields.
  $ printf '" a ",b\n' | par -k --csv 'printf "[%s]" {1} {2}; echo'
  [ a ][b]

--header : with an expression of a name.
  $ printf 'n v\na 1\nb 2\n' | par -k --colsep ' ' --header : echo '{=n s/^/x/ =}{v}'
  xa1
  xb2

--header : with two sources of the command line.
  $ par -k --header : echo '{y}{x}' ::: x 1 2 ::: y 3
  31
  32

--header : with {1} and {} beside names.
  $ printf 'n,v\na,1\n' | par -k --colsep , --header : echo '{n} {1} {v} {2} [{}]'
  a a 1 1 [a 1]

--header : and {#}: the header is not counted.
  $ printf 'h\na\nb\n' | par -k --header : echo '{#} {h}'
  1 a
  2 b

--header 0 names the sources by their files.
  $ echo a > f1; echo b > f2
  $ par -k --header 0 echo '{f1}-{f2}' :::: f1 f2
  a-b

--header : with a name of several words.
  $ printf 'a b,c\n1,2\n' | par -k --colsep , --header : echo '{a b} {c}'
  1 2

--header : with --tag and --tagstring.
  $ par -k --header : --tagstring '{x}' echo '{x}' ::: x 1 2
  1\t1 (esc)
  2\t2 (esc)

--trim with l, r, lr, rl and n.
  $ for t in n l r lr rl; do par -k --trim $t printf '"[%s]\n"' ::: ' a b '; done
  [ a b ]
  [a b ]
  [ a b]
  [a b]
  [a b]

--trim with a wrong value is an error.
  $ par --trim q echo ::: a 2>/dev/null
  [255]

--trim works on positions and path strings.
  $ par -k --trim lr printf '"[%s]"' '{1/.}' '{2}' ::: ' d/a.b ' ::: ' c '; echo
  [a][c]

--trim of an argument of white space only.
  $ par -k --trim lr printf '"[%s]\n"' ::: '  ' '	'
  []
  []

--skip-first-line leaves out the first line of stdin.
  $ seq 3 | par -k --skip-first-line echo
  2
  3
  $ seq 3 | par -k --skipfirstline echo
  2
  3

--shuf numbers the jobs after shuffling.
  $ seq 9 | par -j1 --shuf 'echo {#} {}' | cut -d' ' -f1 | paste -sd' '
  1 2 3 4 5 6 7 8 9
  $ par --shuf echo ::: a b ::: 1 2 | sort
  a 1
  a 2
  b 1
  b 2

--shuf with -k and two sources runs each combination once.
  $ par -k --shuf echo ::: a b c ::: 1 2 | sort | paste -sd,
  a 1,a 2,b 1,b 2,c 1,c 2

--arg-sep with a word, and :::+ by its new name.
  $ par -k --arg-sep // echo // a b // 1
  a 1
  b 1
  $ par -k --arg-sep // echo // a b //+ 1 2
  a 1
  b 2
  $ par -k --argsep=// echo ':::' // a
  ::: a

--arg-file-sep with a word.
  $ seq 2 > f; par -k --arg-file-sep // echo // f
  1
  2
  $ seq 2 > f; par -k --argfilesep // echo x ::: a // f
  x a 1
  x a 2

-a given twice makes a product, the second varies fastest.
  $ seq 2 > n; printf 'a\nb\n' > l; par -k -a n -a l echo
  1 a
  1 b
  2 a
  2 b
  $ par -k -a n -a l --link echo
  1 a
  2 b

-a and ::::+ link a file to the source before it.
  $ seq 2 > n; printf 'a\nb\n' > l; par -k echo :::: n ::::+ l
  1 a
  2 b
  $ par -k echo ::: x y ::::+ l
  x a
  y b
  $ par -k echo :::: l :::+ 1 2
  a 1
  b 2

:::+ with more values than its source drops the rest.
  $ par -k echo ::: a :::+ 1 2 3
  a 1
  $ par -k echo ::: a b c :::+ 1
  a 1

:::+ after two sources links to the second.
  $ par -k echo ::: a b ::: c d :::+ 1 2
  a c 1
  a d 2
  b c 1
  b d 2

Two linked groups and a plain source.
  $ par -k echo ::: a b :::+ 1 2 ::: X Y ::: p :::+ q
  a 1 X p q
  a 1 Y p q
  b 2 X p q
  b 2 Y p q

:::: with :::+ and a third source.
  $ seq 2 > n; par -k echo :::: n :::+ x y ::: A B
  1 x A
  1 x B
  2 y A
  2 y B

--link with lengths 3, 2 and 1.
  $ par -k --link echo ::: a b c ::: 1 2 ::: x
  a 1 x
  b 2 x
  c 1 x

--link with a longer last source.
  $ par -k --link echo ::: a ::: 1 2 3
  a 1
  a 2
  a 3

--link with a file and stdin.
  $ seq 3 > n; printf 'a\nb\n' | par -k --link echo :::: n -
  1 a
  2 b
  3 a

--xapply with -N.
  $ par -k --xapply echo '{1}/{2}' ::: a b ::: 1 2
  a/1
  b/2

-E with a separate, an attached and a long value.
  $ printf 'a\nx\nb\n' | par -k -E x echo
  a
  $ printf 'a\nx\nb\n' | par -k -Ex echo
  a
  $ printf 'a\nx\nb\n' | par -k -ex echo
  a
  $ printf 'a\nx\nb\n' | par -k --eof=x echo
  a

-0 with ::: keeps newlines of arguments.
  $ par -k -0 'printf "[%s]" {}; echo' ::: "$(printf 'a\nb')" c
  [a
  b]
  [c]

-d keeps newlines in arguments.
  $ printf 'a\nb,c' | par -k -d , 'echo {}; echo -'
  a
  b
  -
  c
  -

--delimiter and -d, attached or with =.
  $ printf 'a,b' | par -k -d, echo
  a
  b
  $ printf 'a,b' | par -k --delimiter=, echo
  a
  b
  $ printf 'a,b' | par -k --delimiter , echo
  a
  b

--colsep with several regular expressions.
  $ printf 'a1b22c\n' | par -k --colsep '[0-9]+' echo '{1}-{2}-{3}'
  a-b-c
  $ printf 'a, b ,c\n' | par -k --colsep '\s*,\s*' 'printf "[%s]" {1} {2} {3}; echo'
  [a][b][c]
  $ printf 'a|b\n' | par -k --colsep '\|' echo '{2}{1}'
  ba
  $ printf 'aXbxc\n' | par -k --colsep '[xX]' echo '{1}{2}{3}'
  abc

--colsep with an anchor and with a look-ahead.
  $ printf 'a=b=c\n' | par -k --colsep '=' echo '{3}'
  c
  $ printf 'aB:cD\n' | par -k --colsep '(?=[A-Z])' echo '{1} {2} {3}'
  a B:c D

--colsep with tabs keeps blanks inside of columns.
  $ printf 'a b\tc  d\n' | par -k --colsep '\t' 'printf "[%s]" {1} {2}; echo'
  [a b][c  d]

--colsep and a position that no row has.
  $ printf 'a b\nc d e\n' | par -k --colsep ' ' echo '{3}.{1}'
  .a
  e.c

--colsep with ::: arguments.
  $ par -k --colsep - echo '{2}{1}' ::: a-b c-d
  ba
  dc

--colsep with two sources numbers the columns on.
  $ par -k --colsep - echo '{1}{2}{3}' ::: a-b c-d ::: 1 2
  ab1
  ab2
  cd1
  cd2

--colsep trims the columns unless --trim n.
  $ printf ' a , b \n' | par -k --colsep , 'printf "[%s]" {1} {2}; echo'
  [a][b]
  $ printf ' a , b \n' | par -k --trim n --colsep , 'printf "[%s]" {1} {2}; echo'
  [ a ][ b ]

--colsep with a row of one column.
  $ printf 'abc\n' | par -k --colsep , echo '{1}:{2}:'
  abc::

-C and --colsep=X.
  $ printf 'a,b\n' | par -k -C, echo '{2}{1}'
  ba
  $ printf 'a,b\n' | par -k --colsep=, echo '{2}{1}'
  ba
  $ printf 'a,b\n' | par -k --col-sep=, echo '{2}{1}'
  ba

--total-jobs changes nothing of the output.
  $ seq 3 | par -k --total-jobs 3 echo
  1
  2
  3

--filter runs the jobs for which the expression holds.
  $ seq 5 | par -k --filter '{1} % 2 == 1' echo || true
  1
  3
  5
  $ par -k --filter '{1} < {2}' echo ::: 1 2 3 ::: 1 2 3 || true
  1 2
  1 3
  2 3

--filter with an expression on strings.
  $ par -k --filter '"{1}" lt "{2}"' echo ::: a b c ::: a b c || true
  a b
  a c
  b c

--filter keeps the sequence numbers of the jobs left out.
  $ seq 4 | par -k --filter '{1} > 2' echo '{#} {}' || true
  3 3
  4 4

--filter twice.
  $ seq 10 | par -k --filter '{1} > 3' --filter '{1} < 6' echo || true
  4
  5

--shebang takes the lines below as arguments (the script names par by its path).
  $ { echo "#!$(command -v par) --shebang -k echo got"; seq 2; } > s; chmod +x s
  $ bash -c ./s
  got 1
  got 2

--shebang with several options and with -r.
  $ printf '%s\n' "#!/usr/bin/env -S par --shebang -k -r -n2 echo x" a '' b c > s; chmod +x s
  $ bash -c ./s
  x a b
  x c

--hashbang is another name of --shebang.
  $ printf '%s\n' "#!/usr/bin/env -S par --hashbang -k echo" 'a  b' c > s; chmod +x s
  $ bash -c ./s
  a  b
  c

An argument of :::: that is a FIFO.
  $ mkfifo p; seq 2 > p & par -k echo x :::: p
  x 1
  x 2

A source may be /dev/stdin.
  $ seq 2 | par -k echo :::: /dev/stdin
  1
  2
  $ seq 2 | par -k -a /dev/stdin echo
  1
  2

-a - and :::: - both read stdin.
  $ seq 2 | par -k -a - echo
  1
  2
  $ seq 2 | par -k echo {2}{1} ::: a :::: -
  1a
  2a

Words such as : and :: are arguments of the command.
  $ par -k echo : :: ::: a
  : :: a

::: at the end of a command without arguments runs nothing.
  $ par -k echo x ::: ; echo $?
  0

A :::: in the middle ends a ::: list.
  $ echo f > f; par -k echo ::: a b :::: f ::: c
  a f c
  b f c

-r with :::.
  $ par -k -r echo 'x{}' ::: a '' ' ' b
  xa
  xb

A line with only blanks is an argument.
  $ printf '  \na\n' | par -k 'printf "[%s]" {}; echo'
  [  ]
  [a]

A last line without a newline is an argument in each of two files.
  $ printf 'a\nb' > f; printf '1\n2' > g; par -k echo :::: f g
  a 1
  a 2
  b 1
  b 2

CRLF lines keep the carriage return with -a.
  $ printf 'a\r\nb\r\n' > f; par -k -a f echo x{}y | od -An -c
     x   a  \r   y  \n   x   b  \r   y  \n

Many sources of one value each.
  $ par -k echo '{9}{1}{} ' ::: 1 ::: 2 ::: 3 ::: 4 ::: 5 ::: 6 ::: 7 ::: 8 ::: 9
  911 2 3 4 5 6 7 8 9

--no-run-if-empty with -0 and two empty records.
  $ printf 'a\0\0b\0' | par -k -0 --no-run-if-empty echo
  a
  b

--no-run-if-empty has a name without dashes.
  $ printf 'a\n\nb\n' | par -k --norunifempty echo
  a
  b

A missing file has exit status 255.
  $ par echo :::: no-such-file 2>/dev/null
  [255]
  $ par -a no-such-file echo 2>&1 | grep -c no-such-file
  1

-d with several characters and with escapes.
  $ printf 'a--b--c' | par -k -d -- echo
  a
  b
  c
  $ printf 'a\tb' | par -k -d '\t' echo
  a
  b
  $ printf 'a\0b' | par -k -d '\0' echo
  a
  b

-d with two delimiters in a row gives an empty argument.
  $ printf 'a,,b,' | par -k -d , 'echo x{}y'
  xay
  xy
  xby

--csv with another separator.
  $ printf '"a;b";c,d\n' | par -k --csv --colsep ';' echo '{1}:{2}'
  a;b:c,d
  $ printf '"a|b"|c\n' | par -k --csv --colsep '|' echo '{2}:{1}'
  c:a|b
  $ printf '"a\tb"\tc\n' | par -k --csv --colsep "$(printf '\t')" echo '{2}'
  c

--shebang-wrap runs the script for each line of stdin (it names par by its path).
  $ printf '%s\n' "#!$(command -v par) --shebang-wrap -k /usr/bin/perl" 'print "perl got @ARGV\n"' > s; chmod +x s
  $ seq 2 | bash -c ./s
  perl got 1
  perl got 2

--header : on -a with a missing column.
  $ printf 'a,b\n1\n2,3\n' | par -k --colsep , --header : -a - echo '[{a}][{b}]'
  [1][]
  [2][3]

--csv with -n takes whole rows.
  $ printf 'a,"b c"\nd,e\n' | par -k --csv -n2 echo
  a b c d e

--csv and a linked source.
  $ printf '"a,b",c\n' > f; par -k --csv echo '{1}:{2}:{3}' :::: f :::+ x
  a,b:c:x

A linked source without values counts as one empty value.
  $ par -k echo '{1}-{2}' ::: a b :::+
  a-
  $ par -k echo '{1}-{2}' ::: :::+ a b
  -a
  $ par -k echo '{1}-{2}-{3}' ::: a b :::+ ::: x y
  a--x
  a--y

A name that two sources have is that of the first.
  $ printf 'a,b\n1,2\n' | par -k --header : --colsep , echo '{b}' :::: - ::: b X
  2
