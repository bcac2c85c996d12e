"""Runs that begin where others stand: forks, rewound runs, runs that are gone on with."""
import json

import wandb

out = {}


def start(**options):
    return wandb.init(project="proj", settings=wandb.Settings(quiet=True), **options)


def log(run, values):
    for v in values:
        run.log({"v": v})
    run.finish()


def rows(name):
    run = wandb.Api().run(f"proj/{name}")
    return {
        "rows": [[row["_step"], row["v"]] for row in run.scan_history()],
        "config": dict(run.config), "v": run.summary.get("v"), "tags": run.tags,
        "state": run.state, "last": run.lastHistoryStep,
        "history": [row["v"] for row in run.history(pandas=False)],
    }


def failing(**options):
    try:
        start(**options)
    except (wandb.errors.Error, ValueError) as error:
        return str(error)


# A fork has its parent's rows up to a step, and its parent keeps all of its own.
log(start(id="trunk", config={"lr": 1}, tags=["old"]), range(6))
run = start(id="fork", fork_from="trunk?_step=2", config={"lr": 2})
out["fork_start"] = run.starting_step
log(run, [100, 101])
out["fork"] = rows("fork")
out["trunk"] = rows("trunk")
# A fork is gone on with, forked once more, and taken back behind the step at which it began.
log(start(id="fork", resume="must"), [102])
out["fork_resumed"] = rows("fork")
log(start(id="fork2", fork_from="fork?_step=3"), [200])
out["fork2"] = rows("fork2")
log(start(resume_from="fork?_step=1"), [300])
out["fork_rewound"] = rows("fork")
# The whole of the parent, a step that is later than its last one, and parents that are not there.
log(start(id="whole", fork_from="trunk?_step=5"), [6])
out["whole"] = rows("whole")
log(start(id="beyond", fork_from="trunk?_step=50"), [7])
out["beyond"] = rows("beyond")
out["fork_missing"] = failing(id="orphan", fork_from="nowhere?_step=2")
out["rewind_missing"] = failing(resume_from="nowhere?_step=2")
out["fork_metric"] = failing(fork_from="trunk?epoch=2")
out["orphans"] = [run.id for run in wandb.Api().runs("proj", filters={"name": "orphan"})]
# To the first row, to the last one, and again after that.
log(start(id="back"), range(5))
log(start(resume_from="back?_step=0"), [10, 11])
out["rewound_to_first"] = rows("back")
log(start(resume_from="back?_step=2"), [12])
out["rewound_to_last"] = rows("back")
log(start(id="back", resume="allow", tags=["new"], config={"more": 1}), [13])
out["resumed_after"] = rows("back")
# By the id that the folder remembers, and more than one run of a process at once.
run = start(id="auto", resume="auto")
run.log({"v": 1})
log(start(resume="auto", reinit="finish_previous"), [2])
out["auto"] = rows("auto")
first = start(id="at-once-1", reinit="create_new")
second = start(id="at-once-2", reinit="create_new")
for v in range(3):
    first.log({"v": v})
    second.log({"v": -v})
second.finish()
first.finish()
out["at_once"] = [rows("at-once-1")["history"], rows("at-once-2")["history"]]
print(json.dumps(out))
