"""Runs whose requests fail in all ways that a server has."""
import json
import time

import wandb

out = {}


def start(id):
    return wandb.init(project="proj", id=id, settings=wandb.Settings(quiet=True))


started = time.time()
run = start("failing-server")
out["init"] = time.time() - started
for v in range(20):
    run.log({"v": v})
open("kept.txt", "w").write("kept")
run.save("kept.txt")
run.finish()
run = start("throttled")
for v in range(20):
    run.log({"v": v})
started = time.time()
run.finish()
out["throttled"] = time.time() - started
try:
    start("refused")
except wandb.errors.Error as error:
    out["refused"] = str(error)
print(json.dumps(out))
