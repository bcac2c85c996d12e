"""Runs a command on a terminal of its own, and types what it is told to.

python terminal.py PROMPT KEYS COMMAND...: once PROMPT is shown, KEYS (JSON) are typed. Prints JSON: what
the terminal showed, the exit code, and whether it shows again what is typed.
"""
import fcntl, json, os, sys, termios

prompt, keys, command = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3:]
terminal, inner = os.openpty()
pid = os.fork()
if pid == 0:
    os.close(terminal)
    os.setsid()
    fcntl.ioctl(inner, termios.TIOCSCTTY, 0)
    for fd in (0, 1, 2):
        os.dup2(inner, fd)
    os.execvp(command[0], command)
shown = b""
while prompt.encode() not in shown:
    shown += os.read(terminal, 4096)
os.write(terminal, keys.encode())
# The inner end stays open here: the terminal outlives the command, to be looked at.
_, status = os.waitpid(pid, 0)
os.set_blocking(terminal, False)
try:
    while chunk := os.read(terminal, 65536):
        shown += chunk
except BlockingIOError:
    pass
echo = bool(termios.tcgetattr(inner)[3] & termios.ECHO)
code = os.waitstatus_to_exitcode(status)
print(json.dumps({"shown": shown.decode(), "code": code, "echo": echo}))
