PARALLEL_SEQ is the sequence number and PARALLEL_JOBSLOT the slot.
  $ par -j1 'echo $PARALLEL_SEQ $PARALLEL_JOBSLOT {#} {%}' ::: a b
  1 1 1 1
  2 1 2 1

PARALLEL_PID is the process of the tool, the same for all jobs.
  $ par -n0 -j2 'echo $PARALLEL_PID' ::: a b c | sort -u | grep -c '^[1-9][0-9]*$'
  1

--process-slot-var sets a variable to the slot number less one.
  $ par -j1 --process-slot-var SLOT 'echo {} $SLOT' ::: a b
  a 0
  b 0

--shuf runs every job once.
  $ seq 30 | par -j4 --shuf echo | sort -n | md5sum; seq 30 | md5sum
  da89770dab7dcab843f2ce109bb879ca  -
  da89770dab7dcab843f2ce109bb879ca  -

--nice lowers the priority of the jobs.
  $ base=$(nice); par -n0 --nice 5 'echo $(( $(nice) - '$base' ))' ::: a
  5
  $ par -n0 'echo $(( $(nice) - '$base' ))' ::: a
  0

--version prints a version in its first line.
  $ par --version | head -n 1 | grep -c '[0-9]'
  1

--minversion prints the version and succeeds for an old one.
  $ par --minversion 20130101 > v; echo $?; grep -c '^[0-9]*$' v
  0
  1

Options may be joined or have equal signs.
  $ par -kj1 echo ::: a
  a
  $ par --jobs=1 --keep-order echo ::: b
  b

--process-slot-var with two slots gives 0 and 1.
  $ par -j2 --process-slot-var S 'touch s{}; for i in $(seq 60); do [ -e s1 ] && [ -e s2 ] && break; sleep 0.05; done; echo $S' ::: 1 2 | sort
  0
  1

--process-slot-var and --processslotvar= take the name.
  $ par -j1 --process-slot-var=SLOT 'echo $SLOT {}' ::: a
  0 a
  $ par -j1 --processslotvar SLOT 'echo $SLOT {}' ::: a
  0 a

PARALLEL_JOBSLOT0 is the slot less one.
  $ par -j1 'echo $PARALLEL_JOBSLOT0 {}' ::: a b
  0 a
  0 b

--nice=N is --nice N.
  $ base=$(nice); par --nice=3 'echo $(( $(nice) - '$base' )) {}' ::: a
  3 a
  $ par -n0 --nice 0 'echo $(( $(nice) - '$base' ))' ::: a
  0

--shuf with -n packs the shuffled arguments.
  $ seq 6 | par -k --shuf -n2 echo | wc -l
  3

--minversion with a newer version than any fails.
  $ par --minversion 99990101 > v; echo $?; grep -c '^[0-9]*$' v
  255
  1

--minversion= and --min-version are accepted.
  $ par --minversion=20130101 > /dev/null; echo $?
  0
  $ par --min-version 20130101 > /dev/null; echo $?
  0

