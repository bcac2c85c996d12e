"""A run that somebody stops: the SDK raises KeyboardInterrupt in it."""
import json
import time

import wandb

run = wandb.init(project="proj", id="stopped", settings=wandb.Settings(quiet=True))
api = wandb.Api()
started = time.time()
api.run(f"{api.default_entity}/proj/stopped").stop()
stopped = False
try:
    # The SDK streams what there is at once when it has been asked to preempt.
    run.mark_preempting()
    while time.time() - started < 40:
        run.log({"v": 1})
        time.sleep(0.1)
except KeyboardInterrupt:
    stopped = True
run.finish(exit_code=255)
print(json.dumps({"stopped": stopped}))
