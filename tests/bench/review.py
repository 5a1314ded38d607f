"""Twenty users at once at the review service, over many stored incidents.

Makes a database of COUNT incidents (500,000; the full size is 5,000,000), of
which a fiftieth waits for a decision, and one of 50,000; starts the agent on
each with ten incidents a second coming in that ring, and has 20 users ask for
pages without a pause between them, which no people do, and then with a second's
pause after each, which is still more than any control room.  Reports p50 and
p99 of each page and their growth, the agent's memory, how long an alert takes
from the file to a subscriber alone and meanwhile, and the aims beside them.
Asserts nothing.

What is too old is not erased meanwhile: nearly all of ten years would be, once.

    review.py [COUNT] [--keep]
"""

import heapq
import os
import random
import re
import selectors
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from support import Agent, Mosquitto, free_port  # noqa: E402
from support.agent import ROOT  # noqa: E402
from support.desk import Visitor, add_account  # noqa: E402

SMALL = 50_000
USERS = 20
RATE = 10  # incidents a second
ALERTS = 300
TOOLS = f"{ROOT}/build/tests/bench"
# Pages, with the aim for p99 in ms.
PAGES = {
    "queue": ("/", 50),
    "queue of a theme": ("/?theme=fly-tipping", 50),
    "next page": (None, 50),
    "incident": (None, 50),
    "search": ("/search?q=stubble", 200),
    "search, rare": ("/search?q=bowser+gateway", 200),
    "map": ("/map", 200),
    "incidents on it": ("/v1/map/incidents?bbox=0.2,51.6,0.9,51.9&days=28",
                        200),
    "vehicles": ("/vehicles?plate=EX12", 200),
}
# Seconds after each page, of both runs, and how many alerts each is long.
PAUSES = {"without a pause": (0.0, ALERTS), "a second's pause": (1.0, 600)}


def make_database(folder, count):
    path = f"{folder}/state/buzzard.db"
    if os.path.exists(path):
        return path
    os.makedirs(os.path.dirname(path), exist_ok=True)
    # Not every text about the country is tagged, and some go with others.
    made = f"{path}.part"
    if os.path.exists(made):
        os.remove(made)
    subprocess.run([f"{TOOLS}/bench_review", made, str(count),
                    str(count * 32 // 1000)], check=True)
    os.rename(made, path)  # what was left half made is made anew
    print(f"  {os.path.getsize(path) / 2**30:.2f} GiB")
    return path


class User:
    """One logged-in browser on one connection that is kept."""

    def __init__(self, port, cookie, seed):
        self.cookie, self.random = cookie, random.Random(seed)
        self.port, self.socket = port, None
        self.turn = seed  # not all at the same page
        self.page = self.begun = None
        self.came, self.wanted, self.head = 0, None, b""

    def connect(self):
        if self.socket:
            self.socket.close()
        self.socket = socket.create_connection(("127.0.0.1", self.port))
        self.socket.setblocking(False)

    def ask(self, page, path):
        self.page, self.wanted, self.head, self.came = page, None, b"", 0
        self.begun = time.perf_counter()
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\n"
            f"Cookie: {self.cookie}\r\n\r\n".encode())

    def take(self):
        """Read; the seconds it took once it is whole, else None."""
        part = self.socket.recv(1 << 20)
        if not part:
            raise RuntimeError(f"{self.page}: the connection was closed")
        if self.wanted is None:
            self.head += part
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return None
            if not self.head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"{self.page}: {self.head[:300]}")
            self.wanted = int(re.search(rb"(?i)content-length: *(\d+)",
                                        self.head)[1])
            self.came = len(self.head) - end - 4
        else:
            self.came += len(part)
        if self.came < self.wanted:
            return None
        return time.perf_counter() - self.begun


class Load:
    """The users, and what each page took."""

    def __init__(self, agent, port):
        self.port = port
        with sqlite3.connect(f"file:{agent.state}/buzzard.db?mode=ro",
                             uri=True) as db:
            waiting = db.execute("SELECT rank, since_ms, incident_id"
                                 " FROM queue").fetchall()
            [(last,)] = db.execute("SELECT max(id) FROM incident")
        draw = random.Random(1)
        self.places = draw.choices(waiting, k=2000)
        # What waits, and as many of any age.
        self.incidents = [w[2] for w in draw.choices(waiting, k=1000)] + \
            [draw.randint(1, last) for _ in range(1000)]
        self.users, self.took = [], {}
        self.kinds = list(PAGES)

    def log_in(self, agent):
        for i in range(USERS):
            name = f"user{os.getpid()}-{i}"  # a kept database has others
            add_account(agent, name, "reviewer")
            v = Visitor(self.port)
            assert v.log_in(name).status == 200
            self.users.append(User(self.port, v.cookie, i))
        for kind, (path, _) in PAGES.items():
            if path and v.get(path).status != 200:
                self.kinds.remove(kind)  # not a page of this program

    def next(self, user):
        kind = self.kinds[user.turn % len(self.kinds)]
        user.turn += 1
        path = PAGES[kind][0]
        if kind == "incident":
            path = f"/incident/{user.random.choice(self.incidents)}"
        elif kind == "next page":
            rank, since, place = user.random.choice(self.places)
            path = f"/?after={rank}.{since}.{place}"
        user.ask(kind, path)

    def run(self, is_over, pause=0.0):
        """All users, each with a pause after a page, until is_over()."""
        begun = time.monotonic()
        due = [(begun + pause * i / USERS, i) for i in range(USERS)]
        with selectors.DefaultSelector() as selector:
            for user in self.users:
                user.connect()
                selector.register(user.socket, selectors.EVENT_READ, user)
            while not is_over():
                while due and due[0][0] <= time.monotonic():
                    self.next(self.users[heapq.heappop(due)[1]])
                wait = due[0][0] - time.monotonic() if due else 0.5
                for key, _ in selector.select(min(max(wait, 0), 0.5)):
                    user = key.data
                    seconds = user.take()
                    if seconds is not None:
                        self.took.setdefault(user.page, []).append(seconds)
                        heapq.heappush(due, (time.monotonic() + pause,
                                             self.users.index(user)))


def percentile(values, share):
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def memory(agent):
    with open(f"/proc/{agent.child.process.pid}/status",
              encoding="ascii") as f:
        text = f.read()
    return {name: int(re.search(rf"{name}:\s+(\d+)", text)[1]) / 1024
            for name in ("VmRSS", "VmHWM", "RssAnon")}


def alerts(broker, agent, name, count=ALERTS):
    """Incidents that ring, one file each; the process that measures."""
    return subprocess.Popen(
        [f"{TOOLS}/bench_latency", str(broker.port), agent.feed, str(count),
         str(RATE), f"{name}{os.getpid()}"], stdout=subprocess.PIPE, text=True)


def latency(said):
    [line] = [w for w in said.splitlines() if w.startswith("file to")]
    return {p: float(re.search(rf"{p}=([\d.]+)", line)[1])
            for p in ("p50", "p99")}


def measure(folder, count):
    """Run the agent on a database of count; its figures."""
    make_database(folder, count)
    port = free_port()
    with Mosquitto(f"{folder}/broker") as broker:
        config = {
            "rules": f"{ROOT}/rules/packs/essex",
            "review": {"port": port},
            "retention": {"erase": "no"},
            "channels": [{
                "name": "broker", "type": "mqtt", "host": "localhost",
                "port": broker.port, "tls": "none",
                "client_id": "buzzard-bench",
                "status_topic": "rural/v1/agent/status"}],
            "recipients": [{
                "name": "team-map", "channel": "broker", "audience": "team",
                "topic": "rural/v1/alert/{district}/{theme}"}]}
        begun = time.monotonic()
        agent = Agent(config, folder=folder).start(timeout=600)
        try:
            print(f"  started in {time.monotonic() - begun:.1f} s, "
                  f"{memory(agent)['VmRSS']:.0f} MB")
            # The first start judges each that no unit attended, in ten years.
            agent.wait_log("channel up", timeout=3600)
            agent.wait_log("review service opened", timeout=3600)
            load = Load(agent, port)
            load.log_in(agent)
            alone = latency(alerts(broker, agent, "alone").communicate()[0])
            load.run(lambda end=time.monotonic() + 5:
                     time.monotonic() > end)  # caches, as in an ordinary hour
            figures = {"alone": alone, "runs": {}}
            for number, (name, (pause, count)) in enumerate(
                    PAUSES.items()):
                load.took = {}
                begun = time.monotonic()
                with alerts(broker, agent, f"meanwhile{number}",
                            count) as run:
                    load.run(lambda run=run: run.poll() is not None, pause)
                    meanwhile = latency(run.stdout.read())
                figures["runs"][name] = {
                    "seconds": time.monotonic() - begun, "took": load.took,
                    "meanwhile": meanwhile}
            figures["memory"] = memory(agent)
            return figures
        finally:
            agent.stop()


def report_run(name, run, alone, small):
    asked = sum(len(v) for v in run["took"].values())
    print(f"  {USERS} users, {name}: {asked / run['seconds']:.0f} pages/s")
    for page, (_, aim) in PAGES.items():
        took = run["took"].get(page)
        if not took:
            print(f"    {page:18} not a page of this program")
            continue
        p50, p99 = (percentile(took, q) * 1000 for q in (0.5, 0.99))
        grown = "" if not small else "  p99 grew {:.2f} times".format(
            p99 / percentile(small["took"][page], 0.99) / 1000)
        print(f"    {page:18} n={len(took):<6} p50={p50:6.1f} ms "
              f"p99={p99:6.1f} ms, aim {aim}: "
              f"{'met' if p99 < aim else 'not met'}{grown}")
    meanwhile = run["meanwhile"]
    times = meanwhile["p50"] / alone["p50"]
    print(f"    alert meanwhile    p50={meanwhile['p50']:.2f} ms "
          f"p99={meanwhile['p99']:.2f} ms: {times:.2f} times alone, "
          f"aim at most 2: {'met' if times <= 2 else 'not met'}")


def report(count, figures, small):
    print(f"{count:,} incidents, {RATE} incidents/s coming in")
    print("  alert alone          p50={p50:.2f} ms p99={p99:.2f} ms".format(
        **figures["alone"]))
    for name, run in figures["runs"].items():
        report_run(name, run, figures["alone"],
                   small and small["runs"][name])
    print("  memory of the agent: {RssAnon:.0f} MB of its own, {VmHWM:.0f} MB "
          "at the most with files".format(**figures["memory"]))


def run(count, keep, small=None):
    folder = f"{ROOT}/build/bench-review-{count}" if keep else \
        tempfile.mkdtemp(prefix="bench-review.", dir=f"{ROOT}/build")
    try:
        figures = measure(folder, count)
        report(count, figures, small)
        return figures
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    words = [w for w in sys.argv[1:] if w != "--keep"]
    small = run(SMALL, "--keep" in sys.argv)
    run(int(words[0]) if words else 500_000, "--keep" in sys.argv, small)
