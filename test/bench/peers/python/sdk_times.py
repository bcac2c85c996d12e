"""Times the official SDK against the server that WANDB_BASE_URL names: sdk_times.py RUNS.

Prints one JSON object: seconds of each init() and finish(). The first init() of a process starts
the SDK's own service, and is told apart from the others.
"""

import json
import sys
import time

import wandb

inits, finishes = [], []
for i in range(int(sys.argv[1]) + 1):
    begin = time.perf_counter()
    run = wandb.init(project="bench", settings=wandb.Settings(quiet=True))
    inits.append(time.perf_counter() - begin)
    for step in range(100):
        run.log({"loss": 1 / (step + 1), "acc": step / 100, "lr": 0.1})
    begin = time.perf_counter()
    run.finish()
    finishes.append(time.perf_counter() - begin)
print(json.dumps({"first": inits[0], "init": inits[1:], "finish": finishes[1:]}))
