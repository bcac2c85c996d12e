"""A run whose server goes away in the middle, and comes back while it finishes."""
import json
import os
import time

import wandb

run = wandb.init(project="proj", id="down", settings=wandb.Settings(quiet=True))
for i in range(50):
    run.log({"v": i})
open("is-logging", "w").close()
while not os.path.exists("is-down"):
    time.sleep(0.05)
started = time.time()
for i in range(50, 100):
    run.log({"v": i})
logged = time.time() - started
run.finish()
print(json.dumps({"logged": logged}))
