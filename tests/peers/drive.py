"""One channel under test, driven by hand: drive_channel.c and its lines."""

import os
import subprocess
import threading
import time
from collections import namedtuple

import pytest

from support.agent import ROOT
from support.process import wait_for

Done = namedtuple("Done", "id verdict us why")


def _program():
    path = os.environ.get("BUZZARD_DRIVE_CHANNEL",
                          f"{ROOT}/build/tests/peers/drive_channel")
    if not os.access(path, os.X_OK):
        pytest.skip(f"{path} is not built (./dev build)")
    return path


class Drive:
    """A channel of kind "mqtt" or "smtp" with the settings given."""

    def __init__(self, kind, env=None, **settings):
        argv = [_program(), f"kind={kind}"]
        argv += [f"{key}={value}" for key, value in settings.items()]
        self.done = []
        self.health = []
        self.probes = []
        self.closed = threading.Event()
        self.process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            bufsize=1, env={**os.environ, **(env or {})})
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            word, _, rest = line.rstrip("\n").partition(" ")
            if word == "done":
                number, verdict, us, why = rest.split(" ", 3)
                self.done.append(Done(int(number), verdict, int(us), why))
            elif word == "health":
                state, _, why = rest.partition(" ")
                self.health.append((state, why))
            elif word == "probe":
                self.probes.append(rest)
            elif word == "closed":
                self.closed.set()

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def send(self, number, where=None):
        self.say(f"send {number} {where}" if where else f"send {number}")

    def send_and_wait(self, number, where=None, timeout=15):
        """The Done of this one attempt."""
        before = len(self.done)
        self.send(number, where)
        self.wait_done(before + 1, timeout)
        return self.done[-1]

    def wait_done(self, count, timeout=15):
        wait_for(lambda: len(self.done) >= count, timeout,
                 f"{count} verdicts (there are {len(self.done)}; "
                 f"health {self.health[-2:]})")
        return self.done

    def wait_health(self, state, timeout=15, after=0):
        """The reason given for the state, once it is told."""
        def told():
            return [w for s, w in self.health[after:] if s == state]
        wait_for(told, timeout, f"health {state} ({self.health[-3:]})")
        return told()[-1]

    def probe(self, timeout=15):
        before = len(self.probes)
        self.say("probe")
        wait_for(lambda: len(self.probes) > before, timeout, "probe")
        return self.probes[-1]

    def close_channel(self, timeout=20):
        """Close it.  That it waits for nothing shows with a timeout_ms far
        above this one."""
        self.say("close")
        assert self.closed.wait(timeout), "the channel does not close"

    def cpu_s(self):
        """Processor time used so far."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            status = self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self._reader.join(5)
        assert status == 0, f"drive_channel ended with {status}"


def until_delivered(drive, numbers, timeout=30):
    """Send each again, as the outbox would, until all are delivered."""
    open_numbers, seen = set(numbers), len(drive.done)
    for number in sorted(open_numbers):
        drive.send(number)
    end = time.monotonic() + timeout
    while open_numbers:
        assert time.monotonic() < end, f"not delivered: {open_numbers}"
        time.sleep(0.05)
        for done in drive.done[seen:]:
            seen += 1
            if done.verdict == "delivered":
                open_numbers.discard(done.id)
            else:
                assert done.verdict == "later", done
                time.sleep(0.1)
                drive.send(done.id)
