"""The page Rules of the real agent: what is in use, and how good it is."""

import hashlib

import pytest

from support import free_port, wait_for
from support.desk import Visitor, add_account
from whole import TIPPING, alone, incident, make_agent


@pytest.fixture(name="desk")
def make_desk(tmp_path):
    config = alone(tmp_path)
    config["review"] = {"port": free_port()}
    with make_agent(tmp_path, config) as agent:
        add_account(agent, "liaison", "reviewer,officer")
        add_account(agent, "analyst", "analyst")
        agent.port = config["review"]["port"]
        agent.rules = config["rules"]
        yield agent


def visitor(agent, name):
    v = Visitor(agent.port)
    assert v.log_in(name).status == 200
    return v


def test_the_set_and_what_each_rule_said(desk):
    analyst, liaison = visitor(desk, "analyst"), visitor(desk, "liaison")
    assert liaison.get("/rules").status == 403
    wait_for(lambda: "In use since" in analyst.get("/rules").text, 20,
             "the agent tells which rules are in use")
    page = analyst.get("/rules").text
    assert "No rule has tagged anything yet" in page
    with open(f"{desk.rules}/small.rules", "rb") as f:
        digest = hashlib.sha256(f.read()).hexdigest()
    assert f"sha256:{digest}" in page and "small.rules" in page
    desk.drop("a.ndjson", [incident(f"R-{i}", TIPPING) for i in range(3)]
              + [incident("R-9")])
    desk.wait_taken("a.ndjson")
    page = analyst.get("/rules").text
    assert page.count("not decided yet") == 2
    for number, verdict in ((1, "confirm"), (2, "confirm"), (3, "reject")):
        answer = liaison.decide(liaison.get(f"/incident/{number}"), verdict)
        assert answer.status == 200
    page = analyst.get("/rules").text.replace("&nbsp;", " ")
    # Wilson's interval for 2 of 3.
    assert "67 % (21 to 94 %), 2 of 3" in page
    assert page.count("not decided yet") == 1


def test_rules_that_were_reloaded(desk):
    analyst = visitor(desk, "analyst")
    wait_for(lambda: "In use since" in analyst.get("/rules").text, 20,
             "the agent tells which rules are in use")
    with open(f"{desk.rules}/<b>.rules", "w", encoding="utf-8") as f:
        f.write("# nothing\n")
    page = analyst.get("/rules").text
    assert "&lt;b&gt;.rules" in page and "<b>" not in page
