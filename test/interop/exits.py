"""A run whose process ends in the way that the argument says."""
import os
import signal
import sys
import time

import wandb

how = sys.argv[1]
run = wandb.init(project="proj", id=how, settings=wandb.Settings(quiet=True))
for v in range(10):
    run.log({"v": v})
if how == "preempted":
    run.mark_preempting()
    time.sleep(0.5)
    print("state:", wandb.Api().run(f"proj/{how}").state)
elif how == "interrupted":
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(5)
elif how == "killed":
    # What was logged is on the disk by then.
    time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGKILL)
else:
    sys.exit(4)
