"""Reads a run that another client has written, then goes on with it; prints JSON."""

import json
import sys

import wandb

run_id = sys.argv[1]
api = wandb.Api()


def read():
    run = api.run(f"proj/{run_id}")
    rows = list(run.scan_history())
    return {
        "state": run.state,
        "name": run.name,
        "tags": run.tags,
        "group": run.group,
        "config": dict(run.config),
        "summary": dict(run.summary._json_dict),
        "rows": len(rows),
        "steps": [row["_step"] for row in rows],
        "row": {key: rows[3][key] for key in ("_step", "loss", "val/x")},
        "sampled": len(run.history(keys=["loss"], samples=10, pandas=False)),
        "system": len(run.history(stream="system", pandas=False)) > 0,
        "files": sorted(file.name for file in run.files()),
        "log": run.file("output.log").download("down", replace=True).read(),
        "metadata": sorted(run.metadata or {}),
    }


before = read()
resumed = wandb.init(project="proj", id=run_id, resume="must")
first_step = resumed.starting_step
resumed.log({"loss": -1, "val/x": -1})
resumed.finish()
print(json.dumps({"before": before, "first_step": first_step, "after": read()}, default=str))
