"""Positions from a broker to the disk, beside a subscriber that keeps nothing.

    ./dev bench live

Publishers send OwnTracks messages with QoS 1 as fast as they are acknowledged;
first to a bare subscriber (mosquitto_sub, QoS 1), then to the agent, in one
run and with one broker.  The agent's clock stops when the last position is in
its database.  Reports; asserts nothing.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from support.agent import ROOT, Agent  # noqa: E402
from support.broker import Mosquitto  # noqa: E402
from support.process import wait_for  # noqa: E402

PUBLISHERS, UNITS, EACH = 4, 100, 25000


def messages(first):
    """EACH positions of a publisher's units, a second apart, as lines."""
    begin = int(time.time()) - EACH // UNITS - 60
    lines = []
    for i in range(EACH):
        lines.append(json.dumps({
            "_type": "location", "tid": f"U{first + i % UNITS:03d}",
            "lat": 51.7 + i % UNITS * 1e-3 + i // UNITS * 1e-4,
            "lon": 0.6 + i // UNITS % 613 * 1e-4,
            "acc": 8, "vel": 40, "cog": 90, "batt": 80, "conn": "m",
            "tst": begin + i // UNITS}))
    return "\n".join(lines) + "\n"


def publish(broker, files):
    """All publishers at once; returns when all have been acknowledged."""
    running = []
    for i, path in enumerate(files):
        running.append(subprocess.Popen(
            ["mosquitto_pub", "-p", str(broker.port), "-q", "1", "-l", "-t",
             f"owntracks/county/pub{i}"], stdin=open(path, "rb")))
    return running


def bare(broker, files, total):
    """Seconds until mosquitto_sub has had all of them."""
    sub = subprocess.Popen(
        ["mosquitto_sub", "-p", str(broker.port), "-q", "1", "-V", "5", "-t",
         "owntracks/#", "-C", str(total), "-i", "bare"],
        stdout=subprocess.DEVNULL)
    time.sleep(0.5)
    begin = time.monotonic()
    running = publish(broker, files)
    sub.wait(300)
    seconds = time.monotonic() - begin
    for child in running:
        child.wait(60)
    return seconds


def count(db):
    return db.execute("SELECT count(*) FROM position").fetchone()[0] + \
        db.execute("SELECT coalesce(sum(fixes), 0) FROM track").fetchone()[0]


def agent_seconds(broker, files, total, version, folder):
    """Seconds until all are on disk, and the agent's processor seconds."""
    agent = Agent({"positions": [
        {"name": "phones", "type": "owntracks", "host": "127.0.0.1",
         "port": broker.port, "tls": "none", "unit_from": "tid",
         "version": version}]}, folder)
    with agent:
        agent.wait_log("connected source=phones")
        db = sqlite3.connect(f"file:{agent.state}/buzzard.db?mode=ro",
                             uri=True)
        begin = time.monotonic()
        running = publish(broker, files)
        wait_for(lambda: count(db) >= total, 300, "all positions", every=0.05)
        seconds = time.monotonic() - begin
        for child in running:
            child.wait(60)
        with open(f"/proc/{agent.child.process.pid}/stat",
                  encoding="ascii") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        db.close()
    return seconds, sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def kept_seconds(broker, files, total, folder):
    """Seconds for what the broker kept while the agent was away."""
    agent = Agent({"positions": [
        {"name": "phones", "type": "owntracks", "host": "127.0.0.1",
         "port": broker.port, "tls": "none", "unit_from": "tid"}]}, folder)
    with agent:
        agent.wait_log("connected source=phones")
        agent.term()
    for child in publish(broker, files):
        child.wait(120)
    db = sqlite3.connect(f"file:{agent.state}/buzzard.db?mode=ro", uri=True)
    with agent:
        begin = time.monotonic()
        wait_for(lambda: count(db) >= total, 300, "all positions", every=0.05)
        seconds = time.monotonic() - begin
        db.close()
    return seconds


def main():
    total = PUBLISHERS * EACH
    folder = tempfile.mkdtemp(prefix="bench-live.", dir=f"{ROOT}/build")
    try:
        files = []
        for i in range(PUBLISHERS):
            files.append(f"{folder}/{i}.ndjson")
            with open(files[-1], "w", encoding="ascii") as f:
                f.write(messages(i * UNITS))
        with Mosquitto(f"{folder}/m", extra="max_inflight_messages 0\n"
                       ) as broker:
            seconds = bare(broker, files, total)
            print(f"bare subscriber, QoS 1:  {total / seconds:8.0f} "
                  f"positions/s")
            for version in ("5", "3.1.1"):
                seconds, cpu = agent_seconds(
                    broker, files, total, version, f"{folder}/a{version}")
                print(f"agent, on disk, MQTT {version:5}"
                      f"{total / seconds:8.0f} positions/s  "
                      f"{cpu / total * 1e6:.1f} us of processor each")
            seconds = kept_seconds(broker, files, total, f"{folder}/kept")
            print(f"what a broker had kept:  {total / seconds:8.0f} "
                  f"positions/s, without publishers")
        with Mosquitto(f"{folder}/m2") as broker:
            seconds, cpu = agent_seconds(
                broker, files, total, "3.1.1", f"{folder}/a20")
            print(f"the same, 20 in flight:  {total / seconds:8.0f} "
                  f"positions/s  {cpu / total * 1e6:.1f} us of processor each")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
