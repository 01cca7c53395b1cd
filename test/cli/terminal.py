"""Runs a command on a terminal of its own, for test/cli/terminal.ts.

Prints what the terminal shows. A line on stdin is typed there; the end of stdin closes the terminal's window. Ends with
the exit code of the command, or 128 and the signal that ended it. `--controlling` makes it the command's controlling
terminal: the kernel then sends SIGHUP when the window closes.
"""

import fcntl
import os
import pty
import select
import subprocess
import sys
import termios

controlling = sys.argv[1] == "--controlling"
master, slave = pty.openpty()


def take_terminal():
    if controlling:
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


child = subprocess.Popen(
    sys.argv[2:], stdin=slave, stdout=slave, stderr=slave, start_new_session=True, preexec_fn=take_terminal
)
os.close(slave)
sources = [master, 0]
while master in sources:
    ready, _, _ = select.select(sources, [], [])
    if master in ready:
        try:
            shown = os.read(master, 65536)
        except OSError:
            shown = b""
        if shown == b"":
            break
        os.write(1, shown)
    if 0 in ready:
        typed = os.read(0, 65536)
        if typed == b"":
            break
        os.write(master, typed)
os.close(master)
code = child.wait()
sys.exit(code if code >= 0 else 128 - code)
