"""Killed at any instant, incidents that are decided together are all decided
or none of them, and so when that is undone; the same form sent again after it
ends in one act."""

import http.client
import os
import sqlite3
import urllib.parse

import pytest

from support import Agent, free_port, wait_for
from support.chain import read_chain
from support.desk import Visitor, add_account

BUILD = "build/tests/crash"
COUNT = 40
RULES = """\
themes hare-coursing

rule coursing "Hare coursing"
    theme hare-coursing
    give 30 when text has "coursing"
    alert from 60, review from 30
"""
# The instant, for the how manieth time, and what stands then.
DO = [("batch-one", 0), ("batch-one:17", 0), ("batch-before-commit", 0),
      ("batch-committed", COUNT)]
UNDO = [("batch-undo-one", COUNT), ("batch-undo-one:23", COUNT),
        ("batch-undo-before-commit", COUNT), ("batch-undone", 0)]


@pytest.fixture(name="agent")
def the_agent(tmp_path):
    os.makedirs(tmp_path / "rules")
    (tmp_path / "rules" / "small.rules").write_text(RULES)
    config = {"rules": str(tmp_path / "rules"),
              "review": {"port": free_port()}}
    agent = Agent(config, folder=tmp_path, build=BUILD)
    agent.port = config["review"]["port"]
    with agent:
        add_account(agent, "liaison", "reviewer")
        agent.drop("a.ndjson", [
            {"id": f"K-{i}", "opened_at": "2026-11-14T18:00:00Z",
             "lat": 51.95, "lon": 0.45,
             "log": [{"at": "2026-11-14T18:00:00Z", "by": "CALL",
                      "text": "coursing"}]} for i in range(COUNT)])
        agent.wait_taken("a.ndjson")
        yield agent


def again(agent, point=None):
    """Start it anew, to be killed at a point; somebody who is logged in."""
    if agent.is_running():
        agent.stop()
    agent.env = {"BUZZARD_FAILPOINT": point} if point else {}
    agent.start()
    v = Visitor(agent.port)
    assert v.log_in("liaison").status == 200
    return v


def post(v, path, pairs):
    return v.post(path, urllib.parse.urlencode(pairs), fields={
        "Content-Type": "application/x-www-form-urlencoded"}, follow=False)


def is_killed(agent, ask):
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        ask()
    wait_for(lambda: not agent.is_running(), 10, "the end of the agent")


def number(agent, sql):
    with sqlite3.connect(f"file:{agent.state}/buzzard.db?mode=ro",
                         uri=True) as db:
        return db.execute(sql).fetchone()[0]


def check(agent, standing):
    assert number(agent, "SELECT count(*) FROM decision"
                  " WHERE undone_ms IS NULL") == standing
    assert number(agent, "SELECT count(*) FROM queue") == COUNT - standing
    whole = number(agent, "SELECT count(*) FROM batch"
                   " WHERE undone_ms IS NULL")
    assert whole == (1 if standing else 0)
    assert number(agent, "SELECT count(*) FROM batch WHERE decided <>"
                  " (SELECT count(*) FROM batch_item m"
                  " WHERE m.batch_id = batch.id)") == 0
    read_chain(f"{agent.state}/buzzard.db")


def preview(v):
    page = v.get("/batch?verdict=confirm&all=yes")
    boxes = [part.split('"')[0] for part in
             page.text.split('name="item" value="')[1:]]
    assert len(boxes) == COUNT
    return [("once", page.field("once")), ("verdict", "confirm"), ("to", ""),
            ("note", ""), *(("item", box) for box in boxes)]


def test_killed(agent):
    for point, standing in DO:
        v = again(agent, point)
        pairs = preview(v)
        form = ("form", v.get("/").field("form"))
        is_killed(agent, lambda: post(v, "/batch", [form, *pairs]))
        check(agent, standing)
    # What the browser sends again is the act that was made.
    v = again(agent)
    form = ("form", v.get("/").field("form"))
    answer = post(v, "/batch", [form, *pairs])
    assert answer.status == 303
    path = answer.fields["Location"]
    check(agent, COUNT)
    for point, standing in UNDO:
        v = again(agent, point)
        form = ("form", v.get("/").field("form"))
        is_killed(agent, lambda: post(v, path + "/undo", [form]))
        check(agent, standing)
    assert "Undone by liaison" in again(agent).get(path).text
