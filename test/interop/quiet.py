"""A run that has nothing to say for longer than the SDK is silent."""
import json
import time

import wandb

run = wandb.init(project="proj", id="quiet",
                 settings=wandb.Settings(quiet=True, x_disable_stats=True))
run.log({"v": 1})
api = wandb.Api()
before = api.run("proj/quiet").heartbeat_at
time.sleep(31.5)
after = api.run("proj/quiet")
out = {"before": before, "after": after.heartbeat_at, "state": after.state}
run.finish()
print(json.dumps(out))
