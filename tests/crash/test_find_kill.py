"""Killed at any step of the search, the agent loses no match between a
recording and an incident, keeps none half, and makes none twice; nor does a
command that corrects a recording's clock."""

import json
import os
import sqlite3
import subprocess
from datetime import timedelta

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


SLOW = timedelta(hours=1, minutes=2, seconds=13)
# The instant, and whether the clock has then been corrected.
CLOCK = [("clock-judged", False), ("clock-set", False),
         ("clock-before-commit", False), ("clock-committed", True)]


def clock_of(agent):
    """How the track's clock stands, its boxes, its judgements, the log's."""
    return ask(agent, "SELECT t.correction_ms, t.clock_why,"
               " (SELECT min(first_s) FROM track_box),"
               " (SELECT count(*) FROM track_judgement),"
               " (SELECT count(*) FROM audit WHERE event = 2),"
               " (SELECT count(*) FROM match_due) FROM track t")[0]


@pytest.mark.parametrize("late", ["correct", "undo"])
@pytest.mark.parametrize("point,corrected", CLOCK, ids=[p for p, _ in CLOCK])
def test_killed_while_a_clock_is_judged(tmp_path, late, point, corrected):
    """What was found by the old clock is out of sight at the same instant as
    the new one stands, and the agent then finds what there is by it."""
    agent = Agent({"rules": write_rules(tmp_path)}, tmp_path, build=BUILD)
    path = tmp_path / "front.gpx"
    path.write_text(gpx(POINTS, shift=-SLOW), encoding="utf-8")
    change = ["track", "clock", "1", "--undo"] if late == "undo" else [
        "track", "clock", "1", "--place", f"{LAT},{LON}", "--time",
        AT.strftime("%Y-%m-%dT%H:%M:%SZ"), "--give-or-take", "5"]
    with agent:
        agent.command("track", "import", "--class", "dashcam", str(path))
        if late == "undo":
            agent.command("track", "clock", "1", "--place", f"{LAT},{LON}",
                          "--time", AT.strftime("%Y-%m-%dT%H:%M:%SZ"),
                          "--give-or-take", "5")
        report(agent)
        agent.wait_taken("in.json")
        wait_for(lambda: is_settled(agent), 20, "the look at the recording")
        if late == "undo":
            wait_for(lambda: ask(agent, "SELECT 1 FROM track_match"), 20,
                     "the match by the corrected clock")
    before = clock_of(agent)
    done = subprocess.run(
        [agent.program, *change, "-c", agent.config_path],
        env={**os.environ, "BUZZARD_FAILPOINT": point}, timeout=60,
        capture_output=True, check=False)
    assert done.returncode == -9, (point, done.stderr)
    after = clock_of(agent)
    shown = json.loads(agent.command("incident", "show", "A", "--json").stdout)
    # It stands by neither clock unless it is the clock it was found by.
    assert len(shown["recordings"]) == (late == "undo" and not corrected)
    if corrected:
        assert after[0] != before[0] and after[2] != before[2]
        assert after[3] > before[3] and after[4] == before[4] + 1
        assert after[5] == 1
    else:
        assert after == before
    with agent:
        wait_for(lambda: is_settled(agent), 20, "the search")
        found = json.loads(agent.command(
            "incident", "show", "A", "--json").stdout)["recordings"]
        assert len(found) == ((late == "correct") == corrected)
