"""Logs a run past answers of the server that say nothing; the argument is its id."""
import json
import sys

import wandb

out = {}
[_, id] = sys.argv
# Who the key belongs to is only asked for where it is printed.
run = wandb.init(project="proj", id=id)
for v in range(20):
    run.log({"v": v})
run.finish()
try:
    wandb.Api()
except wandb.errors.Error as error:
    out["api"] = f"{type(error).__name__}: {error}"
print(json.dumps(out))
