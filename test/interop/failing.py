"""A run that ends with an exception, after one whose process was told a wrong key."""
import os

import wandb

key = os.environ["WANDB_API_KEY"]
os.environ["WANDB_API_KEY"] = "x" * 48
try:
    wandb.init(project="proj", settings=wandb.Settings(quiet=True))
except wandb.errors.CommError as error:
    print("refused:", error)
os.environ["WANDB_API_KEY"] = key
wandb.login(key=key, relogin=True)
run = wandb.init(project="proj", id="failing", settings=wandb.Settings(quiet=True))
run.log({"v": 1})
raise RuntimeError("on purpose")
