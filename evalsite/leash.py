"""Run a command that ends when standard input does: `python leash.py GRACE COMMAND…`.

Whoever starts this holds the other end of standard input, which the system closes even for a process that
was killed: so nothing that the launcher started outlives it. Only the standard library: it runs as a script.
"""

import os
import signal
import subprocess
import sys
import threading


def main(command: list[str], *, grace_seconds: float) -> int:
    """Run `command` until it ends; gives its exit status, 128 + n where signal n killed it.

    At the end of input it is asked to end; whatever of this process group is left `grace_seconds` later is
    killed, this process with it. Has to lead its process group.
    """
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own command
    # Only now, since a program inherits what is ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_input, args=(child, grace_seconds), daemon=True).start()
    status = child.wait()
    os.killpg(0, signal.SIGTERM)
    return 128 - status if status < 0 else status


def _end_with_input(child: subprocess.Popen[bytes], grace_seconds: float) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    child.terminate()
    try:
        child.wait(grace_seconds)
    except subprocess.TimeoutExpired:
        os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[2:], grace_seconds=float(sys.argv[1])))
