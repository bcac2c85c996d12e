"""A run that has nothing to say: the SDK gives a sign of life each half minute."""
import json
import time

import wandb

run = wandb.init(project="proj", id="quiet",
                 settings=wandb.Settings(quiet=True, x_disable_stats=True, x_disable_meta=True,
                                         x_save_requirements=False))


def read():
    # An Api keeps what it has read once.
    return wandb.Api().run("proj/quiet")


before = read().heartbeat_at
started = time.time()
while read().heartbeat_at == before and time.time() - started < 90:
    time.sleep(1)
print(json.dumps({"after": time.time() - started, "state": read().state}))
run.finish()
