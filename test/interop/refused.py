"""What a server without artifacts and sweeps says to who asks for them, and keys of all kinds."""
import json
import os

import wandb

out = {}


def message(call):
    try:
        call()
    except (wandb.errors.Error, ValueError) as error:
        return f"{type(error).__name__}: {error}"


run = wandb.init(project="proj", id="refused", settings=wandb.Settings(quiet=True))
run.log({"v": 1})
artifact = wandb.Artifact("data", type="dataset")
artifact.add(wandb.Table(columns=["x"], data=[[1]]), "table")
out["artifact"] = message(lambda: run.log_artifact(artifact).wait())
out["use_artifact"] = message(lambda: run.use_artifact("data:latest"))
run.finish()
api = wandb.Api()
r = api.run("proj/refused")
out["run"] = [r.state, [row["v"] for row in r.scan_history()]]
out["used"] = message(lambda: list(r.used_artifacts()))
out["get_artifact"] = message(lambda: api.artifact("proj/data:latest"))
out["sweep"] = message(lambda: wandb.sweep({"method": "grid", "parameters": {"x": {"value": 1}}},
                                           project="proj"))
out["sweep_read"] = message(lambda: api.sweep("proj/nope"))
out["states"] = [r.update_state("pending"), r.load(force=True) and r.state]
out["lazy"] = [x.config for x in api.runs("proj", filters={"name": "refused"}, lazy=False)]
r.wait_until_finished() if r.update_state("finished") else None
out["viewer"] = api.viewer.username
# Keys.
key = os.environ.pop("WANDB_API_KEY")
out["short"] = message(lambda: wandb.login(key="x" * 20, relogin=True))
out["wrong"] = message(lambda: wandb.login(key="x" * 48, relogin=True))
out["netrc_before"] = os.path.exists(os.environ["NETRC"])
out["login"] = wandb.login(key=key, relogin=True)
out["netrc"] = key in open(os.environ["NETRC"]).read()
out["api_wrong"] = message(lambda: wandb.Api(api_key="x" * 48))
print(json.dumps(out))
