"""A run that somebody deletes while it logs."""
import json

import wandb

run = wandb.init(project="proj", id="gone", settings=wandb.Settings(quiet=True))
for v in range(10):
    run.log({"v": v})
run.alert("Gone", "soon", wait_duration=0)
wandb.Api().run("proj/gone").delete()
# Streams what there is at once.
run.mark_preempting()
for v in range(10, 20):
    run.log({"v": v})
run.finish()
print(json.dumps({"dir": run.dir}))
