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

A negative --semaphore-timeout gives up when the semaphore stays taken.
  $ par --semaphore --id t 'until [ -e stop ]; do sleep 0.05; done'
  $ par --semaphore --id t --semaphore-timeout -0.5 --fg echo got it 2>/dev/null || echo gave up; touch stop; par --semaphore --id t --wait
  gave up

A semaphore job passes its output through.
  $ par --semaphore --id o --fg 'echo out; echo err >&2' 2>/dev/null
  out
