"""The real program: the agent with a configuration of its own, commands."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

from .process import Child, wait_for

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))


def program(build=None):
    """The program to test.

    build: a folder such as "build/tests/crash"; else $BUZZARD_PROGRAM, else the
    release build.  RuntimeError if it is not there.
    """
    path = f"{ROOT}/{build}/buzzard" if build else os.environ.get(
        "BUZZARD_PROGRAM", f"{ROOT}/build/buzzard")
    if not os.access(path, os.X_OK):
        raise RuntimeError(f"{path} is not built (./dev build)")
    return path


_PLAIN = re.compile(r"^[A-Za-z/][A-Za-z0-9_./@-]*$")


def _scalar(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    text = str(value)
    plain = _PLAIN.match(text) or re.match(r"^[0-9]+ ?[a-zA-Z]+$", text)
    return text if plain and text not in ("true", "false", "null") \
        else json.dumps(text, ensure_ascii=False)


def write_yaml(value, indent=0):
    """Dicts, lists and scalars as YAML that a person would have written."""
    pad, lines = " " * indent, []
    items = value.items() if isinstance(value, dict) else (
        (None, v) for v in value)
    for key, item in items:
        head = f"{pad}- " if key is None else f"{pad}{key}:"
        if isinstance(item, (dict, list)) and item:
            text = write_yaml(item, indent + 2)
            if key is None:
                lines.append(head + text[indent + 2:].rstrip("\n"))
            else:
                lines.append(f"{head}\n{text}".rstrip("\n"))
        elif isinstance(item, (dict, list)):
            lines.append(f"{head} []" if key else f"{head}[]")
        else:
            gap = " " if key is not None else ""
            lines.append(f"{head}{gap}{_scalar(item)}")
    return "\n".join(lines) + "\n"


class Agent:
    """One agent with its state and its feed folder below a folder.

    config: a dict (state and feed are filled in where they are absent) or the
    YAML text.  env: more environment, such as BUZZARD_FAILPOINT.  The same
    object can be started again after kill() or term(): the state stays.
    """

    def __init__(self, config, folder=None, build=None, env=None, args=()):
        self.folder = str(folder or tempfile.mkdtemp(prefix="buzzard."))
        self.program = program(build)
        self.env = dict(env or {})
        self.args = list(args)
        self.state = f"{self.folder}/state"
        self.feed = f"{self.folder}/feed"
        self.config_path = f"{self.folder}/buzzard.yaml"
        self.log_path = f"{self.folder}/agent.log"
        self.child = None
        self.notes = []
        self._socket = None
        for path in (self.state, self.feed):
            os.makedirs(path, mode=0o750, exist_ok=True)
        self.write_config(config)

    def write_config(self, config):
        """Replace the configuration file; hup() makes the agent read it."""
        if isinstance(config, dict):
            config = {"state": self.state,
                      "feeds": [{"name": "control-room", "type": "directory",
                                 "path": self.feed}], **config}
            config = write_yaml(config)
        with open(self.config_path, "w", encoding="utf-8") as f:
            f.write(config)

    # The process

    def start(self, ready=True, timeout=20.0):
        """Start it; wait for READY unless told not to."""
        self._listen()
        env = {**os.environ, "NOTIFY_SOCKET": self._notify_path, **self.env}
        self.child = Child([self.program, "agent", "-c", self.config_path,
                            *self.args], self.log_path, env=env)
        try:
            if ready:
                self.wait_ready(timeout)
        except BaseException:
            self.stop()
            raise
        return self

    def _listen(self):
        self._deafen()
        # Below /tmp, since a socket's path may hold 107 bytes only.
        self._notify_folder = tempfile.mkdtemp(prefix="notify.", dir="/tmp")
        self._notify_path = f"{self._notify_folder}/s"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self._notify_path)
        self.notes = []
        threading.Thread(target=self._hear, daemon=True,
                         args=(self._socket, self.notes)).start()

    @staticmethod
    def _hear(sock, notes):
        while True:
            try:
                data = sock.recv(4096)
            except OSError:
                return
            notes.extend((time.monotonic(), line)
                         for line in data.decode().split("\n") if line)

    def notified(self, line):
        """How often the program has said the line, such as READY=1."""
        return sum(1 for _, said in list(self.notes) if said == line)

    def status(self):
        """The last STATUS it gave to systemd, or None."""
        said = [s[7:] for _, s in list(self.notes) if s.startswith("STATUS=")]
        return said[-1] if said else None

    def wait_ready(self, timeout=20.0):
        def is_ready():
            if not self.child.is_running():
                raise RuntimeError(
                    f"the agent ended with {self.child.process.returncode}:\n"
                    f"{self.log()}")
            return self.notified("READY=1")
        wait_for(is_ready, timeout, "the agent's READY")

    def is_running(self):
        return self.child is not None and self.child.is_running()

    def log(self):
        """Everything it has written to standard error, all starts together."""
        if not os.path.exists(self.log_path):
            return ""
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def wait_log(self, text, timeout=20.0):
        """Wait until the log holds text."""
        wait_for(lambda: text in self.log(), timeout, f"{text!r} in the log")

    def hup(self):
        self.child.signal(signal.SIGHUP)

    def term(self, timeout=20.0):
        """Ask it to end; its exit status."""
        self.child.signal(signal.SIGCONT)
        self.child.signal(signal.SIGTERM)
        return self.wait(timeout)

    def kill(self):
        """SIGKILL; its exit status."""
        return self.child.kill()

    def wait(self, timeout=20.0):
        """Its exit status, once it has ended by itself."""
        return self.child.wait(timeout)

    def stop(self):
        """End it if it runs, and remove the notification socket."""
        if self.is_running():
            self.child.stop()
        self._deafen()

    def _deafen(self):
        if self._socket:
            self._socket.close()
            self._socket = None
            shutil.rmtree(self._notify_folder, ignore_errors=True)

    __enter__ = start

    def __exit__(self, *_):
        self.stop()

    # What goes in, and questions

    def drop(self, name, incidents):
        """Move a file of incidents (dicts, or text) into the feed folder."""
        text = incidents if isinstance(incidents, (str, bytes)) else "".join(
            json.dumps(i, ensure_ascii=False) + "\n" for i in incidents)
        data = text if isinstance(text, bytes) else text.encode()
        temporary = f"{self.feed}/.{name}.tmp"
        with open(temporary, "wb") as f:
            f.write(data)
        os.rename(temporary, f"{self.feed}/{name}")

    def wait_taken(self, name, timeout=20.0):
        """Wait until the file has been moved to done/; its path there."""
        path = f"{self.feed}/done/{name}"
        wait_for(lambda: os.path.exists(path), timeout, f"{name} in done/")
        return path

    def command(self, *args, check=True):
        """Run "buzzard ARGS -c CONFIG"; a CompletedProcess with text."""
        done = subprocess.run(
            [self.program, *map(str, args), "-c", self.config_path],
            capture_output=True, text=True, timeout=60)
        if check and done.returncode:
            raise RuntimeError(f"buzzard {' '.join(map(str, args))}: exit "
                               f"{done.returncode}: {done.stderr}")
        return done
