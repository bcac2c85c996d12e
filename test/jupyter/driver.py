"""Runs a notebook on a kernel through nbclient, and reports each IOPub message as a JSON line.

Reads one JSON object from its standard input: the notebook, the working directory, and actions
{"cell", "seconds", "signal"} that send a signal to the kernel some seconds into a cell.
"""

import asyncio
import json
import os
import queue
import signal
import sys
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import (
    CellExecutionComplete,
    CellExecutionError,
    DeadKernelError,
)


def say(**message):
    print(json.dumps(message, default=str), flush=True)


class Driver(NotebookClient):
    def process_message(self, msg, cell, cell_index):
        say(kind="message", type=msg["msg_type"], cell=cell_index, time=time.time(), content=msg["content"])
        return super().process_message(msg, cell, cell_index)


    async def late_messages(self, cell, cell_index):
        """The Deno kernel sends some outputs after it has said that it is idle."""
        while True:
            try:
                message = await self.kc.get_iopub_msg(timeout=0.2)
            except queue.Empty:
                return
            try:
                self.process_message(message, cell, cell_index)
            except CellExecutionComplete:
                pass


async def main():
    task = json.load(sys.stdin)
    notebook = nbformat.reads(json.dumps(task["notebook"]), as_version=4)
    client = Driver(
        notebook,
        kernel_name="deno",
        timeout=task["timeout"],
        allow_errors=True,
        store_widget_state=False,
        resources={"metadata": {"path": task["cwd"]}},
    )
    dead = False
    async with client.async_setup_kernel():
        pid = client.km.provisioner.pid
        say(kind="kernel", pid=pid)
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            say(kind="cell", cell=index)
            timers = [
                asyncio.get_running_loop().call_later(
                    action["seconds"], os.kill, pid, getattr(signal, action["signal"])
                )
                for action in task["actions"]
                if action["cell"] == index
            ]
            try:
                await client.async_execute_cell(cell, index)
                await client.late_messages(cell, index)
            except CellExecutionError:
                pass
            except DeadKernelError:
                dead = True
                break
            finally:
                for timer in timers:
                    timer.cancel()
    # The clean-up of an interrupted kernel may add to the outputs.
    nbformat.validate(notebook)
    say(kind="done", notebook=notebook, dead=dead)


asyncio.run(main())
