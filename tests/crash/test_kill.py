"""Killed at any instant, the agent loses no alert and invents none.

200 incidents of which 40 ring, on two channels, while the agent is killed at
every failpoint and at 100 random instants, the broker goes away and comes
back, and the mail server says 451 before it says 250.  What arrived is read
from what the receivers hold, not from the agent's own tables.
"""

import json
import os
import random
import sqlite3
import time
from collections import Counter

import pytest

from support import (Agent, Mosquitto, RealMta, ScriptedSmtp, Subscriber,
                     make_certs, wait_for)
from support.chain import read_chain
from support.scenario import both_channels, incidents

BUILD = "build/tests/crash"
POINTS = ("before-commit", "after-commit", "after-claim", "after-send",
          "after-reply", "before-finish")
KILLS_AT_EACH = 5
RANDOM_KILLS = 100
COUNT, RINGING = 200, 40
FAULTS = ('{"id": "BAD-1", "opened_at": "yesterday"}', '{"id": "BAD-2", ',
          'not JSON at all', '{"opened_at": "2026-11-14T18:00:00Z"}',
          '{"id": 7, "opened_at": "2026-11-14T18:00:00Z"}')


def delivery_of_mail(message):
    """Our id of a delivery, from the mail's own Message-ID."""
    return str(message["Message-ID"]).strip("<>").split("@")[0]


class Rig:
    """The agent between its two receivers, and what is still to come in."""

    def __init__(self, folder):
        self.seed = int(os.environ.get("BUZZARD_SEED", "0")) or \
            random.SystemRandom().randrange(1, 1 << 31)
        print(f"seed {self.seed} (BUZZARD_SEED repeats it)")
        self.random = random.Random(self.seed)
        self.certs = make_certs(str(folder / "certs"))
        self.broker = Mosquitto(folder=folder / "broker")
        self.scripted = ScriptedSmtp(
            certs=self.certs, accounts={"buzzard": "secret"})
        self.folder = folder
        self.agent = Agent(self.config(self.scripted.port), folder=folder,
                           build=BUILD)
        self.files = self.cut_into_files()
        self.dropped = 0
        self.kills = Counter()

    def config(self, mail_port):
        return both_channels(
            self.folder, self.broker, mail_port, self.certs,
            retry={"base": "100ms", "max": "1s", "expire": "1h"})

    def cut_into_files(self):
        """The incidents and faults, one to four lines a file."""
        lines = [json.dumps(i) for i in incidents(COUNT, RINGING)]
        for at, fault in zip(range(20, COUNT, COUNT // 5), FAULTS):
            lines.insert(at, fault)
        files = []
        while lines:
            n = self.random.choice((1, 1, 1, 2, 4))
            files.append("\n".join(lines[:n]) + "\n")
            lines = lines[n:]
        return files

    def drop_next(self, count=1):
        for _ in range(min(count, len(self.files) - self.dropped)):
            name = f"in-{self.dropped:03d}.ndjson"
            self.agent.drop(name, self.files[self.dropped])
            self.dropped += 1

    def kill_at(self, point):
        """Start it with a failpoint and wait until it has died there."""
        passage = self.random.choice((1, 1, 2))
        self.agent.env = {"BUZZARD_FAILPOINT": f"{point}:{passage}"}
        self.agent.start(ready=False)
        end = time.monotonic() + 20
        while self.agent.is_running() and time.monotonic() < end:
            if not waiting(self.agent):  # a slow machine is still at it
                self.drop_next()
            try:
                wait_for(lambda: not self.agent.is_running(), 0.15, "death")
            except TimeoutError:
                if self.dropped == len(self.files):
                    break
        died = not self.agent.is_running()
        if died:
            assert self.agent.wait() == -9, self.agent.log()[-2000:]
            self.kills[point] += 1
        else:
            self.agent.kill()
            self.kills["random"] += 1
        self.agent.stop()
        return died

    def kill_anywhen(self):
        self.agent.env = {}
        self.agent.start(ready=False)
        self.drop_next(self.random.choice((0, 1, 1, 2)))
        time.sleep(self.random.uniform(0.0, 0.25))
        assert self.agent.is_running(), self.agent.log()[-2000:]
        self.agent.kill()
        self.agent.stop()
        self.kills["random"] += 1


@pytest.fixture(name="rig")
def make_rig(tmp_path):
    rig = Rig(tmp_path)
    with rig.broker, rig.scripted:
        yield rig
        rig.agent.stop()


def mqtt_deliveries(subscriber):
    """(delivery id, incident) of each alert message, in order of arrival."""
    out = []
    for m in subscriber.messages:
        if m.topic.startswith("rural/v1/alert/"):
            payload = json.loads(m.payload)
            assert m.user["delivery_id"] == payload["delivery_id"]
            out.append((payload["delivery_id"], payload["reference"]))
    return out


def mail_deliveries(mails):
    return [(delivery_of_mail(m), str(m["Subject"])) for m in mails]


def check_repeats(deliveries, what):
    """Each incident has one id: a repeat carries an id seen before."""
    ids = {}
    for delivery, subject in deliveries:
        assert ids.setdefault(subject, delivery) == delivery, \
            f"{what}: two ids for {subject}"
    assert len(ids) == RINGING, f"{what}: {sorted(ids)}"
    return set(ids.values())


def test_nothing_is_lost_however_it_is_killed(rig):
    if RealMta.unavailable():
        pytest.skip(RealMta.unavailable())
    agent = rig.agent
    with Subscriber(rig.broker) as heard:
        # Faults of the mail server while the failpoints are gone through.
        rig.scripted.fail("data", "451 4.3.0 try later", times=6)
        rig.scripted.fail("mail", "451 4.3.0 try later", times=3)
        rig.scripted.fail("data", "drop", times=2)
        for _ in range(KILLS_AT_EACH):
            for point in POINTS:
                for _ in range(3):
                    if rig.kill_at(point):
                        break
        rig.broker.stop()
        for i in range(RANDOM_KILLS // 2):
            if i == 15:
                rig.broker.start()
            rig.kill_anywhen()

        # A real mail server for the rest.
        with RealMta(rig.certs, {"buzzard": "secret"}) as mta:
            agent.write_config(rig.config(mta.port))
            for i in range(RANDOM_KILLS // 2):
                if i == 10:
                    rig.broker.stop()
                if i == 20:
                    rig.broker.start()
                rig.kill_anywhen()
            rig.drop_next(len(rig.files))
            agent.env = {}
            agent.start()
            wait_for(lambda: rig_is_quiet(agent), 90, "an empty outbox")
            mails = [m.mail for m in rig.scripted.messages] + \
                    [m.mail for m in mta.messages()]
            mqtt = mqtt_deliveries(heard)
            report_and_check(rig, mqtt, mail_deliveries(mails))
            assert agent.term() == 0


def waiting(agent):
    """The files that the agent has not taken yet."""
    return [n for n in os.listdir(agent.feed) if n.endswith(".ndjson")]


def rig_is_quiet(agent):
    rows = agent.command("outbox", "list", "--all", "--json").stdout
    states = Counter(json.loads(r)["state"] for r in rows.splitlines())
    return not waiting(agent) and states["sent"] == 2 * RINGING \
        and sum(states.values()) == 2 * RINGING


def report_and_check(rig, mqtt, mails):
    agent = rig.agent
    print("kills:", dict(rig.kills))
    print(f"MQTT messages {len(mqtt)}, mails {len(mails)}, "
          f"for {2 * RINGING} deliveries")
    ids = check_repeats(mqtt, "MQTT") | check_repeats(mails, "mail")
    assert len(ids) == 2 * RINGING
    for point in POINTS:
        assert rig.kills[point] >= KILLS_AT_EACH, rig.kills
    assert rig.kills["random"] >= RANDOM_KILLS

    rows = agent.command("incident", "list", "--limit", "1000", "--json")
    refs = {json.loads(r)["ref"] for r in rows.stdout.splitlines()}
    assert refs == {i["id"] for i in incidents(COUNT, RINGING)}
    held = agent.command("quarantine", "list", "--json").stdout.splitlines()
    assert len(held) == len(FAULTS)
    assert len(os.listdir(f"{agent.feed}/done")) == len(rig.files)
    check_audit(f"{agent.state}/buzzard.db")


def check_audit(path):
    """A whole chain, with one line for each message and each delivery."""
    lines = Counter(event for event, _, _ in read_chain(path))
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        [(messages,)] = db.execute("SELECT count(*) FROM message")
        [(deliveries,)] = db.execute("SELECT count(*) FROM outbox")
    assert lines["collection"] == messages
    assert lines["disclosure"] == deliveries == 2 * RINGING
