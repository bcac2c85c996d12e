"""Starts a run where no server is."""
import json
import time

import wandb

out = {}
started = time.time()
try:
    wandb.init(project="proj", settings=wandb.Settings(quiet=True, init_timeout=2))
except wandb.errors.CommError as error:
    out["error"] = str(error)
out["after"] = time.time() - started
print(json.dumps(out))
