"""A run of a script in a git repository that has changes, with code saving on, below a path."""
import json

import wandb

# changed after the commit
run = wandb.init(project="proj", id="code", save_code=True,
                 settings=wandb.Settings(quiet=True, x_file_stream_no_gzip=False))
run.log({"v": 1})
run.log_code(".")
run.alert("From code", "below a path")
run.finish()
api = wandb.Api()
r = api.run("proj/code")
out = {
    "url": run.url, "commit": r.commit, "git": r.metadata["git"],
    "files": sorted(f.name for f in r.files()),
    "code_path": r.rawconfig["_wandb"].get("code_path"),
    "rows": [row["v"] for row in r.scan_history()],
    "code": r.file("code/train.py").download(root="down", replace=True).read(),
    "diff": r.file("diff.patch").download(root="down", replace=True).read(),
}
r.upload_file("down/diff.patch")
r.file("down/diff.patch").delete()
print(json.dumps(out))
