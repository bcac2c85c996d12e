"""Times wandb in offline mode: python wandb_offline.py N [--keys K]."""

import os
from importlib.metadata import version

from timing import measure

os.environ.update(
    WANDB_MODE="offline",
    WANDB_SILENT="true",
    WANDB_ERROR_REPORTING="false",
    WANDB_CONSOLE="off",
)


def begin(directory):
    import wandb

    run = wandb.init(project="bench", dir=directory)
    return run.log, run.finish


if __name__ == "__main__":
    measure(f"wandb {version('wandb')} offline", begin)
