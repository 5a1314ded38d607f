"""Killed at any step of the search, the agent loses no match between a
recording and an incident, keeps none half, and makes none twice."""

import json
import os
import sqlite3

import pytest

from support import Agent, wait_for
from support.scenario import write_rules
from support.tracks import drive, gpx

BUILD = "build/tests/crash"
POINTS = drive()
AT, LAT, LON = POINTS[300]

# With the incident there and the recording new, and the other way round.
STEPS = ("find-before-commit", "find-committed", "find-before-position",
         "find-position", "find-before-done", "find-done")
CASES = [("track", point) for point in STEPS] + [
    ("incident", point) for point in STEPS[:4]]


def ask(agent, sql):
    db = sqlite3.connect(f"file:{agent.state}/buzzard.db?mode=ro", uri=True)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def call():
    when = AT.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"id": "A", "opened_at": when, "lat": LAT, "lon": LON,
            "accuracy_m": 30,
            "log": [{"at": when, "by": "CALL", "text": "dogs in the field"}]}


def bring(agent, folder):
    path = os.path.join(folder, "front.gpx")
    with open(path, "w", encoding="utf-8") as f:
        f.write(gpx(POINTS))
    agent.command("track", "import", "--class", "dashcam", path)


def report(agent):
    agent.drop("in.json", [call()])


def is_settled(agent):
    """Nothing is due, and what was collected has been looked at."""
    return ask(agent, "SELECT (SELECT count(*) FROM match_due) = 0 AND"
               " (SELECT count(*) FROM incident) = 1") == [(1,)]


@pytest.mark.parametrize("late,point", CASES,
                         ids=[f"{late}-{point}" for late, point in CASES])
def test_killed(tmp_path, late, point):
    agent = Agent({"rules": write_rules(tmp_path)}, tmp_path, build=BUILD)
    with agent:
        if late == "track":
            report(agent)
            agent.wait_taken("in.json")
        else:
            bring(agent, tmp_path)
            wait_for(lambda: ask(agent, "SELECT count(*) FROM match_due")
                     == [(0,)], 20, "the look at the recording")
    if late == "track":
        bring(agent, tmp_path)
    else:
        report(agent)
    agent.env = {"BUZZARD_FAILPOINT": point}
    agent.start(ready=False)  # it can be killed before it is
    wait_for(lambda: not agent.is_running(), 20, f"the kill at {point}")
    agent.stop()
    assert ask(agent, "SELECT count(*) FROM track_chunk")[0][0] > 0
    agent.env = {}
    with agent:
        wait_for(lambda: ask(agent, "SELECT 1 FROM track_match"), 20, "the match")
        wait_for(lambda: is_settled(agent), 20, "the end of the search")
        done = agent.command("incident", "show", "A", "--json")
        [found] = json.loads(done.stdout)["recordings"]
        assert found["match"]["confidence"] == "certain"
        assert found["match"]["distance_m"] < 10
        # Asked anew, it is the same.
        again = json.loads(agent.command("evidence", "A", "--json").stdout)
        assert again["distance_m"] == found["match"]["distance_m"]
        assert len(ask(agent, "SELECT 1 FROM track_match")) == 1
        combined = [json.loads(d) for d, in ask(
            agent, "SELECT detail FROM audit WHERE event = 5"
            " AND actor = 'agent'")]
        assert len([d for d in combined if "track" in d]) == 1
