-j1 runs the jobs one after the other in input order.
  $ par -j1 'echo {} >> order' ::: a b c d
  $ cat order
  a
  b
  c
  d

-j3 runs three jobs at the same time.
  $ par -j3 'touch s{}; for i in $(seq 60); do if [ -e s1 ] && [ -e s2 ] && [ -e s3 ]; then echo met; exit; fi; sleep 0.05; done; echo alone' ::: 1 2 3
  met
  met
  met

-P is another name for -j.
  $ par -P1 'echo {} >> order' ::: 1 2 3
  $ paste -sd' ' order
  1 2 3

-j0 runs as many jobs as possible at once.
  $ par -j0 'touch s{}; for i in $(seq 60); do if [ $(ls s* | wc -l) -eq 6 ]; then echo met; exit; fi; sleep 0.05; done; echo alone' ::: 1 2 3 4 5 6 | uniq -c | sed 's/^ *//'
  6 met

More slots than arguments are fine.
  $ par -k -j50 echo ::: a b
  a
  b

-j+0, -j100% and -j50% count from the number of CPUs.
  $ par -k -j+0 echo ::: a b
  a
  b
  $ par -k -j100% echo ::: a b
  a
  b
  $ par -k -j50% echo ::: a
  a

-j reads the number from a file.
  $ echo 1 > jobs
  $ par -j jobs 'echo {%}' ::: a b c
  1
  1
  1

The last -j counts.
  $ par -j4 -j1 'echo {%}' ::: a b
  1
  1

{%} stays within the number of slots, and slots are used again.
  $ par -j2 'touch s{}; for i in $(seq 60); do [ -e s1 ] && [ -e s2 ] && break; sleep 0.05; done; echo {%}' ::: 1 2 3 4 5 6 > slots
  $ sort -u slots; wc -l < slots
  1
  2
  6

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

--delay waits between the starts of jobs.
  $ start=$(date +%s%N); par -k -j3 --delay 0.4 echo ::: a b c
  a
  b
  c
  $ echo $(( $(date +%s%N) - start >= 800000000 ))
  1

--shuf runs every job once.
  $ seq 30 | par -j4 --shuf echo | sort -n | md5sum; seq 30 | md5sum
  da89770dab7dcab843f2ce109bb879ca  -
  da89770dab7dcab843f2ce109bb879ca  -

--nice lowers the priority of the jobs.
  $ base=$(nice); par -n0 --nice 5 'echo $(( $(nice) - '$base' ))' ::: a
  5
  $ par -n0 'echo $(( $(nice) - '$base' ))' ::: a
  0

--semaphore runs the command in the background and --wait waits for it.
  $ par --semaphore --id s1 -j2 'sleep 0.3; echo done >> log'
  $ par --semaphore --id s1 --wait
  $ cat log
  done

--semaphore with --fg waits and gives the exit code of the command.
  $ par --semaphore --id s2 --fg 'echo in front; exit 3'
  in front
  [3]

Without -j a semaphore is a mutex.
  $ for i in 1 2 3; do par --semaphore --id m 'echo begin >> log; sleep 0.1; echo end >> log'; done; par --semaphore --id m --wait
  $ paste -sd' ' log
  begin end begin end begin end

Semaphores with different names do not wait for each other.
  $ par --semaphore --id a 'until [ -e b_done ]; do sleep 0.05; done; echo a >> log'
  $ par --semaphore --id b --fg 'echo b >> log; touch b_done'
  $ par --semaphore --id a --wait; cat log
  b
  a

Jobs start before the input ends.
  $ (echo first; until [ -e seen_first ]; do sleep 0.05; done; echo second) | par -k -j2 'touch seen_{}; echo {}'
  first
  second

A slow job does not hold up the other slots.
  $ par -j2 'if [ {} = 1 ]; then until [ "$(cat order 2>/dev/null | wc -l)" -ge 3 ]; do sleep 0.05; done; fi; echo {} >> order' ::: 1 2 3 4
  $ paste -sd' ' order
  2 3 4 1

--load with a high limit runs the jobs.
  $ par -k --load 1000 echo ::: a b
  a
  b

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

A negative --semaphore-timeout gives up when the semaphore stays taken.
  $ par --semaphore --id t 'until [ -e stop ]; do sleep 0.05; done'
  $ par --semaphore --id t --semaphore-timeout -0.5 --fg echo got it 2>/dev/null || echo gave up; touch stop; par --semaphore --id t --wait
  gave up

A semaphore job passes its output through.
  $ par --semaphore --id o --fg 'echo out; echo err >&2' 2>/dev/null
  out
