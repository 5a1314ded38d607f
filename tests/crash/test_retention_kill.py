"""Killed at any instant, a run of retention leaves whole incidents erased with
their certificate, or nothing of it; the next run ends what was begun."""

import os
import sqlite3
import subprocess
import time

import pytest

from support import Agent
from support.chain import read_chain
from support.scenario import incidents

BUILD = "build/tests/crash"
DAY = 86400000
COUNT = 40
# The instant, for the how manieth time.
POINTS = ["retention-marked", "retention-unlinked", "retention-unlinked:2",
          "retention-quarantine", "retention-one", "retention-one:7",
          "retention-before-commit", "retention-before-commit:2",
          "retention-after-commit", "retention-after-commit:3",
          "retention-before-end"]


@pytest.fixture(name="agent")
def the_agent(tmp_path):
    """40 incidents and 2 files that are too old, one of them held."""
    config = {"retention": {"erase": "no", "untagged": "100d",
                            "copies": "10d"}}
    with Agent(config, folder=tmp_path, build=BUILD) as agent:
        agent.drop("a.ndjson", incidents(COUNT, 0))
        agent.drop("bad.ndjson", "not JSON\n" * 3)
        for name in ("a.ndjson", "bad.ndjson"):
            agent.wait_taken(name)
        assert agent.command("retention", "run").returncode == 0
    old = int(time.time() * 1000) - 1000 * DAY
    with sqlite3.connect(f"{agent.state}/buzzard.db") as db:
        for sql in ("UPDATE incident SET first_ms = ?1, last_ms = ?1",
                    "UPDATE copy SET seen_ms = ?1",
                    "UPDATE quarantine SET changed_ms = ?1",
                    "INSERT INTO hold (incident_id, at_ms, actor, why)"
                    " VALUES (5, ?1, 'user:test', 'a court')"):
            db.execute(sql, (old,))
        # All untagged, whatever the rules said.
        db.execute("UPDATE tag SET ended_ms = 1")
    return agent


def run(agent, point=None):
    env = dict(os.environ)
    if point:
        env["BUZZARD_FAILPOINT"] = point
    return subprocess.run(
        [agent.program, "retention", "run", "-c", agent.config_path], env=env,
        timeout=60, capture_output=True, text=True, check=False)


def ask(agent, sql):
    with sqlite3.connect(f"file:{agent.state}/buzzard.db?mode=ro",
                         uri=True) as db:
        return db.execute(sql).fetchone()[0]


def check_whole(agent):
    """Each incident is there with its message, or erased with its proof."""
    left = ask(agent, "SELECT count(*) FROM incident")
    assert ask(agent, "SELECT count(*) FROM message") == left
    assert ask(agent, "SELECT count(*) FROM erased") == COUNT - left
    assert ask(agent, "SELECT coalesce(sum(incidents), 0) FROM certificate"
               ) == COUNT - left
    assert ask(agent, "SELECT count(*) FROM audit WHERE event = 6 AND"
               " incident_id IS NOT NULL") == COUNT - left
    assert ask(agent, "SELECT count(*) FROM erased e JOIN incident i"
               " ON i.id = e.incident_id") == 0
    assert ask(agent, "SELECT count(*) FROM incident WHERE id = 5") == 1
    verified = subprocess.run(
        [agent.program, "retention", "verify", "-c", agent.config_path],
        timeout=60, capture_output=True, text=True, check=False)
    assert verified.returncode == 0, verified.stderr
    read_chain(f"{agent.state}/buzzard.db")
    return left


@pytest.mark.parametrize("point", POINTS)
def test_killed(agent, point):
    assert run(agent, point).returncode == -9, point
    check_whole(agent)
    done = run(agent)
    assert done.returncode == 0, done.stderr
    assert check_whole(agent) == 1
    # Every file and message is counted once, in whatever certificate.
    assert os.listdir(f"{agent.feed}/done") == []
    assert ask(agent, "SELECT sum(quarantined) FROM certificate") == 3
    assert ask(agent, "SELECT count(*) FROM quarantine") == 0
    assert ask(agent, "SELECT count(*) FROM certificate"
               " WHERE ended_ms IS NULL") == 0
    assert ask(agent, "SELECT count(*) FROM copy") == 0
    assert ask(agent, "SELECT sum(files) FROM certificate") == 2
    assert ask(agent, "SELECT ended_ms IS NOT NULL FROM retention_state") == 1
    assert "0 erased" in run(agent).stdout
