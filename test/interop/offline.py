"""A run without a server, which is synced later."""
import wandb

run = wandb.init(project="proj", id="offline", mode="offline", config={"lr": 0.5},
                 settings=wandb.Settings(quiet=True))
for i in range(50):
    run.log({"loss": 1 / (i + 1)})
print("offline line")
run.summary["best"] = 7
run.finish()
