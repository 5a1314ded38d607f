"""What the tests of the whole program share: configurations and questions."""

import json
import os
import shutil
import sqlite3
import subprocess

from support import Agent
from support.agent import ROOT
from support.process import wait_for
from support.scenario import both_channels

PACKS = f"{ROOT}/rules/packs/essex"

# Points that a reader can add up in the head, and one that nothing forgives.
SMALL_PACK = """\
themes hare-coursing, fly-tipping

rule coursing "Hare coursing"
    theme hare-coursing
    give 30 when text has "coursing"
    give 40 when text has "lurchers"
    take 90 when text has "shoot"
    alert from 60, review from 30

rule tipping "Fly-tipping"
    theme fly-tipping
    give 70 when text has "rubble"
    alert from 60, review from 30
"""
COURSING = "coursing with lurchers"
TIPPING = "rubble in the gateway"


def small_pack(folder, text=SMALL_PACK):
    """A rule folder of one small file; its path."""
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/small.rules", "w", encoding="utf-8") as f:
        f.write(text)
    return str(folder)


def mqtt_only(folder, broker, **channel):
    """One broker in the clear, one recipient, the small pack."""
    return {
        "rules": small_pack(f"{folder}/rules"),
        "channels": [
            {"name": "broker", "type": "mqtt", "host": "localhost",
             "port": broker.port if broker else channel.pop("port"),
             "tls": "none", "client_id": "buzzard-test",
             "retry": {"base": "100ms", "max": "1s", "expire": "1h"},
             **channel}],
        "recipients": [
            {"name": "map", "channel": "broker", "audience": "team",
             "topic": "rural/v1/alert/{district}/{theme}"}],
    }


def both(folder, broker, mail_port, certs, **more):
    """A broker and a mail server, the small pack, quick retries."""
    retry = {"base": "100ms", "max": "1s", "expire": "1h"}
    return {**both_channels(folder, broker, mail_port, certs, retry=retry),
            "rules": small_pack(f"{folder}/rules"), **more}


def alone(folder):
    """Nobody to tell: for what comes before that."""
    return {"rules": small_pack(f"{folder}/rules")}


def incident(ref, text=COURSING, **members):
    """A rural incident whose one log entry says text."""
    return {"id": ref, "opened_at": "2026-11-14T18:00:00Z", "grade": 2,
            "lat": 51.95, "lon": 0.45,
            "log": [{"at": "2026-11-14T18:00:00Z", "by": "CALL",
                     "text": text}], **members}


def alerts(subscriber):
    """(reference, theme, reason) of each alert heard, in order."""
    heard = (json.loads(m.payload) for m in subscriber.messages
             if "/alert/" in m.topic)
    return [(a["reference"], a["theme"], a["reason"]) for a in heard]


def hear(subscriber, *references, timeout=20):
    """Wait until an alert for each reference has come."""
    wait_for(lambda: set(references) <= {a[0] for a in alerts(subscriber)},
             timeout, f"alerts for {references}")


def rows(agent, sql, *parameters):
    """Rows of the agent's database, read beside it."""
    db = sqlite3.connect(f"file:{agent.state}/buzzard.db?mode=ro", uri=True,
                         timeout=10)
    try:
        return db.execute(sql, parameters).fetchall()
    finally:
        db.close()


def listed(agent, *command):
    """What a command that lists prints as JSON lines."""
    done = agent.command(*command, "--json")
    return [json.loads(line) for line in done.stdout.splitlines()]


def last_line(agent, part):
    """The last log line that holds part."""
    lines = [line for line in agent.log().splitlines() if part in line]
    assert lines, f"{part!r} is not in the log:\n{agent.log()}"
    return lines[-1]


def copy_packs(folder):
    """The program's own packs, to be changed."""
    shutil.copytree(PACKS, folder)
    return str(folder)


def make_agent(tmp_path, config, **options):
    return Agent(config, folder=tmp_path, **options)


def open_the_way_to(path):
    """Let everybody go through the folders that pytest made for us alone."""
    path = str(path)
    while path != "/tmp" and len(path) > 4:
        os.chmod(path, os.stat(path).st_mode | 0o055)
        path = os.path.dirname(path)


def as_nobody(agent, tmp_path):
    """Have the agent run as nobody, its folders its own."""
    wrapper = tmp_path / "as-nobody"
    wrapper.write_text("#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 "
                       f'--clear-groups {agent.program} "$@"\n')
    os.chmod(wrapper, 0o755)
    agent.program = str(wrapper)
    open_the_way_to(tmp_path)
    for path in (agent.state, agent.feed):
        os.chown(path, 65534, 65534)
    subprocess.run(["chmod", "-R", "a+rX", agent.config_path,
                    f"{tmp_path}/rules"], check=True)
