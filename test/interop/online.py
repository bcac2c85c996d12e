"""Logs, resumes, rewinds, reads back and changes runs: all that one process can do."""
import json
import os
import sys

import numpy as np
import wandb

out = {}


def start(**options):
    # The SDK writes into the settings that it is given: each run needs its own.
    return wandb.init(project="proj", settings=wandb.Settings(quiet=True), **options)


# A plain run.
run = start(id="basic", name="first", config={"lr": 0.1, "net": {"act": "relu", "layers": [1, 2]}},
            tags=["a", "b"], group="g", job_type="train", notes="n1")
run.define_metric("epoch")
run.define_metric("val/*", step_metric="epoch")
run.define_metric("loss", summary="min,max,mean,last")
for i in range(100):
    run.log({"loss": 1 / (i + 1), "acc": i / 100, "val/x": i})
run.log({"epoch": 1, "val/acc": 0.5, "nested": {"a": {"b": 2}}})
print("hello stdout")
print("hello stderr", file=sys.stderr)
run.summary["best"] = 0.99
run.config.update({"added": True})
run.finish()

# What is unusual: numbers, names, steps, files, alerts, changes while it runs.
run = start(id="odd")
run.log({"nan": float("nan"), "inf": float("inf"), "neg": float("-inf"), "big": 2**60,
         "text": "x", "none": None, "true": True, "list": [1, 2], "a.b": 1, "c/d": 2, "ü 🎉": 3})
run.log({"late": 1}, step=5)
run.log({"part": 1}, step=7, commit=False)
run.log({"part2": 2}, step=7)
run.log({"late": 2}, step=3)
run.log({"array": np.arange(100.0)})
open(os.path.join(run.dir, "kept.txt"), "w").write("kept bytes")
os.makedirs("sub dir", exist_ok=True)
open("sub dir/ü file.txt", "w").write("unicode")
run.save(os.path.join(run.dir, "kept.txt"), base_path=run.dir)
run.save("sub dir/ü file.txt")
run.alert("Title", "text body", level="WARN", wait_duration=5000)
run.alert("Title", "text body", level="WARN", wait_duration=5000)
run.name = "renamed"
run.tags = run.tags + ("late-tag",)
run.notes = "changed notes"
run.finish(exit_code=3)

# Media.
run = start(id="media")
image = np.zeros((8, 8, 3), dtype=np.uint8)
run.log({"img": wandb.Image(image, caption="black"), "imgs": [wandb.Image(image)] * 2,
         "hist": wandb.Histogram([1, 2, 2, 3]), "html": wandb.Html("<b>hi</b>"),
         "tab": wandb.Table(columns=["x", "y"], data=[[1, "a"], [2, "b"]])})
run.finish()

run = start(id="media-all")
for name in ("clip.mp4", "sound.wav", "molecule.pdb"):
    open(name, "wb").write(b"bytes of " + name.encode())
box = {"position": {"minX": 0, "maxX": 0.5, "minY": 0, "maxY": 0.5}, "class_id": 1}
run.log({
    "boxed": wandb.Image(image, boxes={"guess": {"box_data": [box], "class_labels": {1: "car"}}},
                         masks={"guess": {"mask_data": image[:, :, 0], "class_labels": {0: "x"}}}),
    "audio": wandb.Audio("sound.wav"), "video": wandb.Video("clip.mp4"),
    "points": wandb.Object3D(np.zeros((4, 3))), "molecule": wandb.Molecule("molecule.pdb"),
    "line": wandb.plot.line(wandb.Table(columns=["x", "y"], data=[[1, 2]]), "x", "y"),
})
run.finish()

# Console lines of all kinds.
run = start(id="console")
print("\x1b[31mred\x1b[0m")
for percent in range(0, 101, 10):
    print(f"\r{percent} %", end="")
print()
print("x" * 5000)
run.finish()

# Resuming.
try:
    start(id="nothing", resume="must")
except wandb.errors.UsageError as error:
    out["must_missing"] = str(error)
try:
    start(id="basic", resume="never")
except wandb.errors.UsageError as error:
    out["never_existing"] = str(error)
run = start(id="resumed", config={"old": 1})
for i in range(10):
    run.log({"loss": i})
run.finish()
run = start(id="resumed", resume="must", config={"new": 2})
out["starting_step"] = run.starting_step
out["summary_on_resume"] = run.summary.get("loss")
for i in range(5):
    run.log({"loss": 100 + i})
run.finish()
run = start(id="allowed", resume="allow")
run.log({"v": 1})
run.finish()
run = start(id="reused")
run.log({"v": 1})
run.log({"v": 2})
run.finish()
run = start(id="reused")
run.log({"v": 3})
run.finish()
run = start(id="rewound")
for i in range(10):
    run.log({"v": i})
run.finish()
run = start(resume_from="rewound?_step=4")
for i in range(3):
    run.log({"v": 100 + i})
run.finish()

# Reading back.
api = wandb.Api()
entity = api.default_entity
r = api.run(f"{entity}/proj/basic")
history = r.history(pandas=False)
out["basic"] = {
    "state": r.state, "config": dict(r.config), "tags": list(r.tags), "group": r.group,
    "job_type": r.job_type, "notes": r.notes, "name": r.name,
    "summary": {k: v for k, v in dict(r.summary).items() if k in ("best", "acc", "epoch")},
    "loss": dict(r.summary["loss"]), "last_step": r.lastHistoryStep,
    "history": len(history), "row": {k: history[3][k] for k in ("loss", "acc", "val/x", "_step")},
    "sampled": len(r.history(samples=10, pandas=False)),
    "keys": r.history(keys=["loss", "acc"], pandas=False)[5],
    "x_axis": len(r.history(keys=["loss"], x_axis="epoch", pandas=False)),
    "nested": r.history(keys=["nested.a.b"], pandas=False),
    "system": len(r.history(stream="system", pandas=False)),
    "scan": [len(list(r.scan_history())), len(list(r.scan_history(page_size=30)))],
    "scan_keys": len(list(r.scan_history(keys=["loss"]))),
    "scan_none": len(list(r.scan_history(keys=["nope"]))),
    "scan_range": [row["_step"] for row in r.scan_history(min_step=10, max_step=13)],
    "files": sorted(f.name for f in r.files()),
    "program": r.metadata["program"],
    "artifacts": len(list(r.logged_artifacts())),
    "console": [line.content for line in r.console_logs()],
    "user": r.user.username,
}
r.file("output.log").download(root="down", replace=True)
out["output_log"] = open("down/output.log").read()
o = api.run(f"{entity}/proj/odd")
o.file("./sub dir/ü file.txt").download(root="down", replace=True)
out["unicode_file"] = open("down/sub dir/ü file.txt").read()
out["odd"] = {"rows": list(o.scan_history()), "name": o.name, "tags": o.tags, "notes": o.notes,
              "state": o.state}
out["media_rows"] = list(api.run(f"{entity}/proj/media-all").scan_history())
out["media_config"] = api.run(f"{entity}/proj/media-all").rawconfig["_wandb"]
out["media_files"] = {f.name: f.size for f in api.run(f"{entity}/proj/media-all").files()}
for name in ("resumed", "reused", "rewound"):
    rows = list(api.run(f"{entity}/proj/{name}").scan_history())
    out[name] = [[row["_step"], row.get("v", row.get("loss")), row["_runtime"] < 1e6] for row in rows]
out["resumed_config"] = dict(api.run(f"{entity}/proj/resumed").config)

# Lists, filters and orders.
def ids(**options):
    return [x.id for x in api.runs(f"{entity}/proj", **options)]

out["lists"] = {
    "all": ids(), "two_a_page": ids(per_page=2), "count": len(api.runs(f"{entity}/proj")),
    "config": ids(filters={"config.lr": 0.1}), "config_value": ids(filters={"config.lr.value": 0.1}),
    "and": ids(filters={"$and": [{"summary_metrics.best": {"$gt": 0.5}}, {"state": "finished"}]}),
    "regex": ids(filters={"display_name": {"$regex": "^ren"}}),
    "tags": ids(filters={"tags": {"$in": ["late-tag"]}}),
    "not": ids(filters={"state": {"$ne": "finished"}}),
    "order": ids(order="-summary_metrics.v", filters={"summary_metrics.v": {"$exists": True}}),
}
out["projects"] = [p.name for p in api.projects()]
out["sweeps"] = len(list(api.project("proj", entity).sweeps()))
for name, path in (("no_run", f"{entity}/proj/nope"), ("no_project", f"{entity}/nope/nope")):
    try:
        api.run(path)
    except wandb.errors.CommError as error:
        out[name] = str(error)
try:
    len(api.runs(f"{entity}/proj", filters={"$where": 1}))
except Exception as error:  # whatever class it is, its words count
    out["bad_filter"] = str(error)

# Changing.
r = api.run(f"{entity}/proj/resumed")
out["files_before"] = sorted(f.name for f in r.files())
r.config["edited"] = 1
r.summary["edited"] = 2
r.tags.append("edited")
r.name = "edited name"
r.update()
r.upload_file("down/output.log")
out["uploaded"] = sorted(f.name for f in r.files())
r.file("down/output.log").delete()
out["deleted_file"] = sorted(f.name for f in r.files())
again = wandb.Api().run(f"{entity}/proj/resumed")
out["edited"] = [again.config["edited"], again.summary["edited"], again.tags, again.name,
                 again.state]
api.create_project("made", entity)
made = api.create_run(project="made", entity=entity)
out["made"] = [made.state, len(api.runs(f"{entity}/made"))]
made.delete()
out["after_delete"] = len(wandb.Api().runs(f"{entity}/made"))
print(json.dumps(out))
