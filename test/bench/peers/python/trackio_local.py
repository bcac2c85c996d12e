"""Times trackio with a local project: python trackio_local.py N [--keys K]."""

import os
import sys
import tempfile
from importlib.metadata import version

from timing import measure

# Read when trackio is imported; huggingface_hub must not look for its hub.
home = tempfile.mkdtemp(prefix="trackio-")
os.environ.update(
    TRACKIO_DIR=home, HF_HOME=home, HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1",
    GRADIO_ANALYTICS_ENABLED="False",
)


def begin(_directory):
    import contextlib

    import trackio

    # What it prints is not the result.
    with contextlib.redirect_stdout(sys.stderr):
        trackio.init(project="bench")

    def finish():
        with contextlib.redirect_stdout(sys.stderr):
            trackio.finish()

    return trackio.log, finish


if __name__ == "__main__":
    import shutil

    try:
        measure(f"trackio {version('trackio')} local", begin)
    finally:
        shutil.rmtree(home, ignore_errors=True)
