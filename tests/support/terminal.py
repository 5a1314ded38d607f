"""A command with its output on a terminal, as a person has it."""

import os
import pty
import subprocess

from support.agent import program


def run_on_terminal(*args, env=None, stdin=None):
    """(exit status, text): both streams, line ends as one character.

    Without colours unless env has another NO_COLOR.
    """
    main, child = pty.openpty()
    env = {**os.environ, "NO_COLOR": "1", "TERM": "xterm", **(env or {})}
    with subprocess.Popen([program(), *map(str, args)], stdout=child, env=env,
                          stdin=stdin, stderr=subprocess.STDOUT) as process:
        os.close(child)
        said = b""
        while True:
            try:
                piece = os.read(main, 65536)
            except OSError:
                break
            if not piece:
                break
            said += piece
        status = process.wait(60)
    os.close(main)
    return status, said.decode().replace("\r\n", "\n")
