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
