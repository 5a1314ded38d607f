"""Child processes that are stopped by their own id, free ports, waiting."""

import atexit
import ctypes
import os
import random
import signal
import socket
import subprocess
import time
import weakref

# Below the kernel's own choice for outgoing connections (32768 and up), so
# that a client that keeps trying a port whose server is down can neither be
# given that very port nor be connected to itself.
_PORTS = range(20000, 32000)
_given = {}
_running = weakref.WeakSet()


def _reserve(port):
    """Say to every process that uses this module that the port is ours.

    A name in the kernel's abstract space stands for it: one process can hold
    it, over as many machines as the port itself, and it is free again when
    that process ends, however it ends.  The socket, or None if it is taken.
    """
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        claim.bind(f"\0buzzard-test-port-{port}")
        return claim
    except OSError:
        claim.close()
        return None


def _is_unused(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


def free_port():
    """A loopback TCP port that nobody listens on; never the same twice, and
    no other run of tests is given it while this one lasts."""
    for _ in range(1000):
        port = random.choice(_PORTS)
        claim = None if port in _given else _reserve(port)
        if claim and _is_unused(port):
            _given[port] = claim
            return port
        if claim:
            claim.close()
    raise RuntimeError("no free loopback port from 20000 to 31999")


def wait_for(check, timeout=10.0, what="the condition", every=0.01):
    """Call check until it is true; its value, or TimeoutError naming what."""
    end = time.monotonic() + timeout
    while True:
        value = check()
        if value:
            return value
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {timeout:g} s")
        time.sleep(every)


def is_listening(port):
    """Does someone take connections on the loopback port?"""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Child:
    """One process, its output in a file.

    In a session of its own: a Ctrl-C at the terminal is for the tests, which
    then stop what they started in their own order.
    """

    def __init__(self, argv, log, env=None, cwd=None, user=None):
        self.log_path = str(log)
        options = {}
        if user:
            options = {"user": user, "group": user, "extra_groups": []}
        with open(self.log_path, "ab") as out:
            self.process = subprocess.Popen(
                [str(a) for a in argv], stdin=subprocess.DEVNULL, stdout=out,
                stderr=out, env=env, cwd=cwd, start_new_session=True,
                **options)
        _running.add(self)

    @property
    def pid(self):
        return self.process.pid

    def is_running(self):
        return self.process.poll() is None

    def log(self):
        """All that it has printed so far."""
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def signal(self, number):
        if self.is_running():
            self.process.send_signal(number)

    def wait(self, timeout=20.0):
        """Its exit status; -9 when killed by signal 9."""
        return self.process.wait(timeout)

    def stop(self, timeout=20.0):
        """Ask it to end, insist after timeout; its exit status."""
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        try:
            return self.wait(timeout)
        except subprocess.TimeoutExpired:
            return self.kill()

    def kill(self):
        """Kill it at once; its exit status."""
        self.signal(signal.SIGKILL)
        return self.wait()

    def freeze(self):
        """It stands still: connections stay open and nothing answers."""
        self.signal(signal.SIGSTOP)

    def thaw(self):
        self.signal(signal.SIGCONT)


@atexit.register
def _stop_all():
    for child in list(_running):
        if child.is_running():
            child.signal(signal.SIGCONT)
            child.kill()


def private_folder(path):
    """Make the folder, for us alone."""
    os.makedirs(path, mode=0o700, exist_ok=True)
    return str(path)


def may_confine():
    """Does the kernel let us use Landlock, without which no outside program is
    run?  A container's filter of system calls can keep it away."""
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(444, None, 0, 1) > 0  # landlock_create_ruleset: version
