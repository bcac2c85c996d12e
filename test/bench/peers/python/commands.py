"""What the clients of the peers' servers have in common."""

import argparse
import os
import random
import sys


def obey(begin):
    """Begins a run and does what standard input says, a command a line, each answered by a line.

    `log N` logs N more rows, `finish` ends the run. begin(name, keys) gives the run's id on the
    server, log(first_step, rows) and finish().
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("keys", type=int, help="scalars in each row")
    options = parser.parse_args()
    # What the tracker prints is not an answer.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    source = random.Random(1)
    # Made before: what is timed is the tracker.
    made = [
        {f"metric_{k}": source.random() for k in range(options.keys)} for _ in range(1000)
    ]
    run, log, finish = begin(options.name, options.keys)
    print(f"ready {run}", file=answers)
    step = 0
    for line in sys.stdin:
        command, *rest = line.split()
        if command == "log":
            count = int(rest[0])
            log(step, (dict(made[i % len(made)]) for i in range(count)))
            step += count
        else:
            finish()
        print(f"done {command}", file=answers)
