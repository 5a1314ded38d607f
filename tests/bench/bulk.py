"""100,000 messages of 1 KB through the directory feed.

3 to 6 log entries each, 20 % updates of earlier incidents, 5 % repeats of
earlier messages, 10 % tagged, of which a fifth rings; the database on a disk.
Reports messages a second, processor time of each thread, peak memory, that
none is lost, fdatasyncs (a further run under strace, where there is one), and
what the bare SQLite C API does: three inserts a message into the same tables,
1 KB each, same disk, same journal and synchronous=FULL, 512 to a commit
(bench_store, in the build folder), before and after the runs.
"""

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from support import Agent, Mosquitto, wait_for  # noqa: E402
from support.agent import ROOT, program  # noqa: E402

WORDS = """caller states male female seen near the old lane by church gate
vehicle parked outside school no reply neighbour heard shouting garden fence
damaged overnight unit attended area search no trace informant rang back says
gone towards main road white van blue jacket hood bag dog barking shop window
bus stop station car park keys lost phone found wallet daughter worried since
morning road blocked tree down lights out water leak alarm sounding keyholder
contacted statement taken advice given log to be closed supervisor informed
""".split()
BATCH = 512  # as the configuration has it, unless told otherwise
REVIEW = "pile of rubbish on the verge"
ALERT = ("three males with lurchers hare coursing on his stubble field now, "
         "silver estate car left in the gateway, no permission")


def log_entry(rnd, minute, length, extra=None):
    words = []
    size = 0
    while size < length:
        word = rnd.choice(WORDS)
        words.append(word)
        size += len(word) + 1
    text = " ".join(words)
    if extra:
        text = f"{text[:length // 2]}. Caller reports {extra}. " \
               f"{text[length // 2 + len(extra):]}"
    return {"at": f"2026-11-14T{18 + minute // 60:02d}:{minute % 60:02d}:00Z",
            "by": rnd.choice(("CALL", "OPERATOR", "UNIT")), "text": text}


def message(rnd, number, revision, kind):
    entries = rnd.randint(3, 6)
    each = (1024 - 260) // entries - 62
    extra = {"alert": ALERT, "review": REVIEW}.get(kind)
    return {"id": f"EP-20261114-{number:06d}", "revision": revision,
            "opened_at": "2026-11-14T18:00:00Z", "grade": rnd.randint(1, 5),
            "opening_code": "SUSPICIOUS CIRCS",
            "location_text": "off the lane by the church, the second gate",
            "lat": round(rnd.uniform(51.6, 52.0), 6),
            "lon": round(rnd.uniform(0.2, 1.0), 6),
            "log": [log_entry(rnd, i * 3 + revision, each,
                              extra if i == 1 else None)
                    for i in range(entries)]}


def generate(path, count, seed=1):
    """Write the file; (distinct incidents, ringing incidents, bytes)."""
    rnd = random.Random(seed)
    lines, kinds, revisions, ringing = [], [], [], set()
    for _ in range(count):
        draw = rnd.random()
        if lines and draw < 0.05:
            lines.append(rnd.choice(lines[-2000:]))
            continue
        if kinds and draw < 0.25:
            number = rnd.randrange(max(0, len(kinds) - 5000), len(kinds))
            revisions[number] += 1
        else:
            number = len(kinds)
            kinds.append(rnd.choices(("alert", "review", None),
                                     (0.02, 0.08, 0.90))[0])
            revisions.append(1)
        if kinds[number] == "alert":
            ringing.add(number)
        lines.append(json.dumps(message(rnd, number, revisions[number],
                                        kinds[number])))
    data = "\n".join(lines) + "\n"
    with open(path, "w", encoding="utf-8") as f:
        f.write(data)
    return len(kinds), len(ringing), len(data)


def peak_kb(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return int(re.search(r"VmHWM:\s+(\d+)", f.read()).group(1))


class ProcessorTime:
    """Nanoseconds on a processor of each thread of a process."""

    def __init__(self, pid):
        self.pid = pid
        self.first = {}
        self.last = {}
        self.look()
        self.first = dict(self.last)

    def look(self):
        """Note what each thread has had; one that has ended is kept."""
        for task in os.listdir(f"/proc/{self.pid}/task"):
            try:
                with open(f"/proc/{self.pid}/task/{task}/schedstat",
                          encoding="ascii") as f:
                    self.last[task] = int(f.read().split()[0])
            except OSError:
                pass

    def describe(self, count):
        """Microseconds a message: the loop's thread first, then by size."""
        used = {task: (ns - self.first.get(task, 0)) / 1000 / count
                for task, ns in self.last.items()}
        loop = used.pop(str(self.pid))
        others = sorted((us for us in used.values() if us >= 0.5),
                        reverse=True)
        return f"loop {loop:.1f} us a message, other threads " \
               + " and ".join(f"{us:.1f}" for us in others)


def bare_rate(folder, count):
    """Messages a second of the bare SQLite C API, or None."""
    bench = f"{os.path.dirname(program())}/tests/bench/bench_store"
    if not os.path.exists(bench):
        return None
    said = subprocess.run([bench, folder, str(count), str(BATCH)], check=True,
                          capture_output=True, text=True).stdout
    return int(re.search(r"bare SQLite.*?(\d+) messages/s", said).group(1))


def report_ratio(bare, rates):
    """The rate beside that of the bare API, before and after the runs."""
    if None in bare:
        print("no bare SQLite beside it: bench_store is not built")
        return
    mean = sum(bare) / len(bare)
    print(f"bare SQLite, {BATCH} to a commit: {bare[0]:,} before and "
          f"{bare[1]:,} messages/s after; the agent does "
          f"{max(rates) / mean:.2f} of their mean")


def config(broker):
    return {
        "channels": [{
            "name": "broker", "type": "mqtt", "host": "localhost",
            "port": broker.port, "tls": "none", "client_id": "buzzard-bench",
            "status_topic": "rural/v1/agent/status"}],
        "recipients": [{
            "name": "team-map", "channel": "broker", "audience": "team",
            "topic": "rural/v1/alert/{district}/{theme}"}],
    }


def feed_once(folder, broker, source, boundaries):
    """Time one run; (seconds, peak kB, kept, rung for, processor time)."""
    agent = Agent(config(broker), folder=folder)
    if boundaries:
        agent.command("import", "boundaries", boundaries)
    os.link(source, f"{agent.feed}/.bulk.tmp")
    with agent:
        agent.wait_log("channel up")
        processor = ProcessorTime(agent.child.pid)
        begun = time.monotonic()
        os.rename(f"{agent.feed}/.bulk.tmp", f"{agent.feed}/bulk.ndjson")

        def is_done():
            processor.look()
            return os.path.exists(f"{agent.feed}/done/bulk.ndjson")

        wait_for(is_done, 300, "the file in done/", every=0.005)
        seconds = time.monotonic() - begun
        peak = peak_kb(agent.child.pid)
        rows = agent.command("incident", "list", "--limit", "1000000",
                             "--json").stdout.count("\n")
        told = agent.command("outbox", "list", "--all", "--limit", "1000000",
                             "--json").stdout.splitlines()
        assert agent.term() == 0
    rung = {json.loads(line)["incident"] for line in told}
    return seconds, peak, rows, len(rung), processor


def count_syncs(folder, broker, source):
    """fdatasyncs and fsyncs of a run under strace, or None."""
    if not shutil.which("strace"):
        return None
    agent = Agent(config(broker), folder=folder)
    with agent:
        trace = subprocess.Popen(
            ["strace", "-f", "-c", "-e", "trace=fdatasync,fsync", "-p",
             str(agent.child.pid), "-o", f"{folder}/strace"],
            stderr=subprocess.DEVNULL)
        time.sleep(1)
        shutil.copy(source, f"{agent.feed}/.bulk.tmp")
        os.rename(f"{agent.feed}/.bulk.tmp", f"{agent.feed}/bulk.ndjson")
        agent.wait_taken("bulk.ndjson", 600)
        agent.term()
        trace.wait(20)
    with open(f"{folder}/strace", encoding="ascii") as f:
        return sum(int(line.split()[3]) for line in f
                   if line.rstrip().endswith("sync"))


def main(count):
    # On the disk that holds the program, since a temporary file system would
    # make the commits look free.
    folder = tempfile.mkdtemp(prefix="bench-bulk.",
                              dir=os.path.dirname(program()))
    shared = os.environ.get("BUZZARD_SHARED",
                            os.path.join(os.path.dirname(ROOT), "shared"))
    boundaries = f"{shared}/data/geo/essex-lsoa.geojson"
    if not os.path.exists(boundaries):
        print("the official boundaries are not here: built-in towns used")
        boundaries = None
    try:
        source = f"{folder}/bulk.ndjson"
        incidents, ringing, size = generate(source, count)
        print(f"{count} messages, {size / count:.0f} bytes each, of "
              f"{incidents} incidents, {ringing} ringing")
        bare = [bare_rate(folder, count)]
        rates = []
        with Mosquitto(f"{folder}/broker") as broker:
            for run in range(2):
                seconds, peak, rows, rung, processor = feed_once(
                    f"{folder}/agent-{run}", broker, source, boundaries)
                rates.append(count / seconds)
                print(f"run {run + 1}: {count / seconds:,.0f} messages/s, "
                      f"peak memory {peak / 1024:.0f} MB (limit 64), "
                      f"{rows} incidents kept of {incidents}, "
                      f"{rung} rang of {ringing}")
                print(f"  processor: {processor.describe(count)}")
            bare.append(bare_rate(folder, count))
            report_ratio(bare, rates)
            syncs = count_syncs(f"{folder}/agent-s", broker, source)
            if syncs is None:
                print("fdatasyncs not counted: strace is not installed")
            else:
                print(f"fdatasync and fsync calls: {syncs}, "
                      f"one for {count / max(syncs, 1):.0f} messages")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100000)
