"""Killed at any instant of a change of rules, the file is the old or the new
one, and after the next start file, rules in use and database agree."""

import hashlib
import os
import shutil
import sqlite3

import pytest

from support import Agent, free_port
from support.chain import read_chain
from support.desk import add_account
from support.rulechange import OWN, Author

BUILD = "build/tests/crash"
LATER = OWN.replace("give 70", "give 90")
FAILING = OWN.replace("expect quad-theft alert", "expect none")
IN_FORCE, REFUSED = 4, 7
POINTS = ["rule-before-write", "rule-written", "rule-reloaded",
          "rule-before-commit", "rule-after-commit"]


def small(folder):
    os.makedirs(folder)
    with open(f"{folder}/small.rules", "w", encoding="utf-8") as f:
        f.write('themes fuel\nrule f "F"\n theme fuel\n'
                ' give 60 when text has "diesel"\n alert from 60\n')
    return str(folder)


@pytest.fixture(name="ready", scope="module")
def make_ready(tmp_path_factory):
    """A state with version 1 in force and a second one that was proposed."""
    folder = tmp_path_factory.mktemp("rulekill")
    port = free_port()
    config = {"rules": small(folder / "rules"), "review": {"port": port}}
    with Agent(config, folder=folder / "first", build=BUILD) as agent:
        add_account(agent, "analyst", "analyst")
        add_account(agent, "approver", "approver")
        analyst, approver = Author(port, "analyst"), Author(port, "approver")
        one = analyst.propose("own.rules", OWN)
        assert approver.step(one, "approve").status == 200
        approver.wait_state(one, "in force")
        analyst.propose("own.rules", LATER)
        agent.term()
    return agent.state, {"rules": config["rules"]}


@pytest.fixture(name="agent")
def the_agent(ready, tmp_path):
    state, config = ready
    shutil.copytree(state, tmp_path / "state",
                    ignore=shutil.ignore_patterns("control"))
    agent = Agent(config, folder=tmp_path, build=BUILD)
    yield agent
    agent.stop()


def write(agent, *sql):
    with sqlite3.connect(f"{agent.state}/buzzard.db") as db:
        db.execute(*sql)


def approve(agent, text):
    """As the approver's button does, with nobody to put it in force."""
    write(agent, "UPDATE rule_change SET state = 3, decided_by = (SELECT id"
          " FROM account WHERE name = 'approver'), decided_ms = 1, text = ?,"
          " digest = ? WHERE state = 2",
          (text, hashlib.sha256(text.encode()).digest()))


def rows(agent, sql):
    with sqlite3.connect(f"file:{agent.state}/buzzard.db?mode=ro",
                         uri=True) as db:
        return db.execute(sql).fetchall()


def lying_there(agent):
    with open(f"{agent.state}/rules.d/own.rules", encoding="utf-8") as f:
        return f.read()


def die_at(agent, point):
    agent.env["BUZZARD_FAILPOINT"] = point
    agent.start(ready=False)
    assert agent.wait() == -9, agent.log()
    agent.env.clear()
    assert lying_there(agent) in (OWN, LATER, FAILING)


def check_agree(agent, text, state):
    """File, database and what the agent uses are of one text."""
    assert lying_there(agent) == text
    assert rows(agent, "SELECT state FROM rule_change WHERE id = 2") == [
        (state,)]
    assert rows(agent, "SELECT text FROM rule_change WHERE state = 4") == [
        (text,)]
    assert rows(agent, "SELECT count(*) FROM rule_change WHERE state = 3"
                ) == [(0,)]
    assert agent.command("rules", "history").returncode == 0
    if state == IN_FORCE:
        used = [line for line in agent.log().splitlines()
                if "rules loaded" in line][-1]
        assert "failed=0 " in used
    read_chain(f"{agent.state}/buzzard.db")
    assert [n for n in os.listdir(f"{agent.state}/rules.d")
            if not n.endswith(".tmp")] == ["own.rules"]


@pytest.mark.parametrize("point", POINTS)
def test_killed_on_the_way(agent, point):
    approve(agent, LATER)
    die_at(agent, point)
    agent.start()
    check_agree(agent, LATER, IN_FORCE)
    assert agent.term() == 0
    agent.start()
    check_agree(agent, LATER, IN_FORCE)


@pytest.mark.parametrize("point", ["rule-written", "rule-put-back",
                                   "rule-before-commit"])
def test_killed_while_it_is_put_back(agent, point):
    approve(agent, FAILING)
    die_at(agent, point)
    agent.start()
    check_agree(agent, OWN, REFUSED)


def test_own_rules_that_do_not_go_with_the_packs(agent):
    """At a start the packs are used alone; a reload is refused."""
    write(agent, "UPDATE rule_change SET state = 8 WHERE state = 2")
    with open(f"{agent.state}/rules.d/own.rules", "w", encoding="utf-8") as f:
        f.write("rule\n")
    agent.start()
    assert "the force's own rules are not used" in agent.log()
    assert "not as it was approved" in agent.log()
    assert agent.command("check", check=False).returncode == 3
    agent.hup()
    agent.wait_log("reload failed, the old configuration stays in use")
