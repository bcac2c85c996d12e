"""Runs code cells on a real kernel through nbclient, and reports what happens as JSON lines.

Standard input is one line of JSON, the task: the notebook, the working directory, the order in
which cells are executed, and the signals that the kernel is sent meanwhile. The kernel is ended
when standard input is closed.
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
from nbclient.exceptions import CellExecutionComplete, CellExecutionError, DeadKernelError

# How long the channel must be silent after a cell: the Deno kernel sends some outputs after idle.
GRACE = 0.2
# A timer that prints for ever must not hold up the next cell.
LONGEST_GRACE = 2.0


def say(**event):
    print(json.dumps(event, default=str), flush=True)


class Driver(NotebookClient):
    """A client that attributes each message to the cell that it answers, as front ends do."""

    def __init__(self, nb, task, **options):
        super().__init__(nb, **options)
        self.actions = task["actions"]
        self.parents = {}
        self.timers = []
        self.current = None
        self.waiting = []
        self.last_message = 0.0

    def watch(self):
        """Sees every message of the channel before nbclient does."""
        get = self.kc.iopub_channel.get_msg

        async def get_msg(*args, **options):
            message = await get(*args, **options)
            self.see(message)
            return message

        execute = self.kc.execute

        def send(*args, **options):
            message_id = execute(*args, **options)
            self.parents[message_id] = self.current
            return message_id

        self.kc.iopub_channel.get_msg = get_msg
        self.kc.execute = send

    def see(self, message):
        self.last_message = time.monotonic()
        parent = message["parent_header"].get("msg_id")
        content = message["content"]
        kind = message["msg_type"]
        cell = self.parents.get(parent)
        say(kind="message", type=kind, cell=cell, time=time.time(), content=content)
        if kind == "stream" and cell == self.current:
            self.on_text(content["text"])
        if cell is None or cell != self.current:
            self.keep(message, cell)

    def keep(self, message, cell):
        """Puts an output that came late where a front end puts it."""
        if cell is None and message["msg_type"] != "update_display_data":
            return
        index = 0 if cell is None else cell
        try:
            self.process_message(message, self.nb.cells[index], index)
        except CellExecutionComplete:
            pass

    def begin(self, cell):
        self.current = cell
        self.text = ""
        self.waiting = []
        mine = [action for action in self.actions if action["cell"] == cell]
        # An action happens once, also when its cell is executed again.
        self.actions = [action for action in self.actions if action["cell"] != cell]
        for action in mine:
            if action.get("after") is None:
                self.schedule(action)
            else:
                self.waiting.append(action)

    def on_text(self, text):
        self.text = (self.text + text)[-65536:]
        for action in list(self.waiting):
            if action["after"] in self.text:
                self.waiting.remove(action)
                self.schedule(action)

    def schedule(self, action):
        loop = asyncio.get_running_loop()
        self.timers.append(
            loop.call_later(action["seconds"], lambda: asyncio.ensure_future(self.act(action)))
        )

    async def act(self, action):
        if not await self.km.is_alive():
            return
        say(kind="action", cell=action["cell"], signal=action["signal"], time=time.time())
        if action["signal"] == "SIGINT":
            # What the stop button does: the signal goes to the kernel's whole process group.
            await self.km.interrupt_kernel()
        else:
            os.kill(self.km.provisioner.pid, getattr(signal, action["signal"]))

    def end(self):
        for timer in self.timers:
            timer.cancel()
        self.timers = []

    async def drain(self):
        """Reads on until the channel has been silent, so that late outputs find their cell."""
        self.current = None
        self.last_message = time.monotonic()
        until = self.last_message + LONGEST_GRACE
        while time.monotonic() < min(until, self.last_message + GRACE):
            try:
                await self.kc.iopub_channel.get_msg(timeout=GRACE / 2)
            except queue.Empty:
                pass

    async def run_cell(self, index):
        """Executes one cell; gives the reason when the kernel died."""
        say(kind="cell", cell=index, time=time.time())
        self.begin(index)
        try:
            await self.async_execute_cell(self.nb.cells[index], index)
        except CellExecutionError:
            pass
        except DeadKernelError:
            return False
        finally:
            self.end()
        await self.drain()
        return True


async def end_with_parent(task):
    """Without this a killed test leaves its kernel behind."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    await reader.read()
    task.cancel()


async def work(task):
    notebook = nbformat.reads(json.dumps(task["notebook"]), as_version=4)
    client = Driver(
        notebook,
        task,
        kernel_name="deno",
        timeout=task["timeout"],
        allow_errors=True,
        store_widget_state=False,
        resources={"metadata": {"path": task["cwd"]}},
    )
    dead = False
    async with client.async_setup_kernel():
        client.watch()
        say(kind="kernel", pid=client.km.provisioner.pid)
        order = task["order"]
        if order is None:
            order = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
        for index in order:
            if index == "restart":
                await client.km.restart_kernel(now=False)
                await client.kc.wait_for_ready(timeout=60)
                say(kind="kernel", pid=client.km.provisioner.pid)
            elif not await client.run_cell(index):
                dead = True
                break
    nbformat.validate(notebook)
    say(kind="done", notebook=notebook, dead=dead)


async def main():
    line = sys.stdin.readline()
    working = asyncio.ensure_future(work(json.loads(line)))
    watching = asyncio.ensure_future(end_with_parent(working))
    try:
        await working
    finally:
        watching.cancel()


asyncio.run(main())
