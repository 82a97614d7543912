"""Run a command that ends when standard input does: `python leash.py COMMAND…`.

Whoever starts this holds the other end of standard input, which the system closes even for a process that
was killed: so nothing that the launcher started outlives it. Only the standard library: it runs as a script.
"""

import os
import signal
import subprocess
import sys
import threading

GRACE_SECONDS = 10.0


def main(command: list[str]) -> int:
    """Run `command` until it ends, and give its exit status; at the end of input ask it to end, then kill.

    Whatever the command started itself is asked to end with it. Has to lead its process group.
    """
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own command
    # Only now, since a program inherits what is ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_input, args=(child,), daemon=True).start()
    status = child.wait()
    os.killpg(0, signal.SIGTERM)
    return status


def _end_with_input(child: subprocess.Popen[bytes]) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    child.terminate()
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
