"""Runs a command on a terminal of its own and prints all that it writes there.

The arguments are the columns of the terminal, a text, and the command. When the terminal shows the
text, Ctrl-C is typed; the exit code is the command's.
"""

import fcntl
import os
import pty
import struct
import sys
import termios

columns, text, *command = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(columns), 0, 0))
    os.execvp(command[0], command)

shown = b""
typed = False
while True:
    try:
        part = os.read(terminal, 4096)
    except OSError:  # the last program on it has ended
        break
    if not part:
        break
    shown += part
    if not typed and text.encode() in shown:
        os.write(terminal, b"\x03")
        typed = True

sys.stdout.buffer.write(shown)
sys.stdout.flush()
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
