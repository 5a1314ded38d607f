"""Changes of rules when something else is wrong, at the real agent."""

import os

import pytest

from support import free_port
from support.desk import add_account
from support.rulechange import OWN, Author
from whole import SMALL_PACK, alone, make_agent, rows

OTHER = OWN.replace("quad-theft", "trailer-theft").replace(
    "rule quads", "rule trailers").replace("quad bike", "trailer")


@pytest.fixture(name="desk", scope="module")
def make_desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rulefaults")
    config = alone(folder)
    config["review"] = {"port": free_port()}
    with make_agent(folder, config) as agent:
        for name in ("analyst", "approver", "other"):
            add_account(agent, name, name.replace("other", "approver"))
        agent.pack = config["rules"] + "/small.rules"
        agent.own = f"{agent.state}/rules.d"
        agent.analyst = Author(config["review"]["port"], "analyst")
        agent.approver = Author(config["review"]["port"], "approver")
        agent.other = Author(config["review"]["port"], "other")
        yield agent


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def put_in_force(desk, number):
    answer = desk.approver.step(number, "approve")
    assert answer.status == 200, answer.text
    desk.approver.wait_state(number, "in force")
    return number


def leave_out(desk, file):
    page = desk.analyst.make(file, "", **{"leave-out": "yes"})
    number = page.path.split("/")[-1]
    desk.analyst.preview(number)
    answer = desk.analyst.step(number, "propose")
    assert answer.status == 200, answer.text
    return put_in_force(desk, number)


def upgrade(desk, pack):
    """The packs are others when the agent starts again."""
    desk.term()
    write(desk.pack, pack)
    desk.start()


def test_own_files_that_an_upgrade_broke_are_mended(desk):
    put_in_force(desk, desk.analyst.propose("quads.rules", OWN))
    # A later pack has that theme and rule itself: a text that fits it.
    upgrade(desk, SMALL_PACK + OWN)
    assert "the force's own rules are not used" in desk.log()
    number = put_in_force(desk, desk.analyst.propose("quads.rules", OTHER))
    assert read(f"{desk.own}/quads.rules") == OTHER
    assert rows(desk, "SELECT preview_live <> preview_set FROM rule_change"
                f" WHERE id = {number}") == [(1,)]
    # The next has that, too: the file is left out.
    upgrade(desk, SMALL_PACK + OWN + OTHER)
    leave_out(desk, "quads.rules")
    assert not os.path.exists(f"{desk.own}/quads.rules")
    assert "own rules are not used" not in desk.analyst.get("/rules").text
    upgrade(desk, SMALL_PACK)
    # What changes nothing is still no change.
    page = desk.analyst.make("none.rules", "", **{"leave-out": "yes"})
    number = page.path.split("/")[-1]
    desk.analyst.preview(number)
    assert desk.analyst.step(number, "propose").status == 200
    answer = desk.approver.step(number, "approve")
    assert answer.status == 409 and "in force already" in answer.text
    assert desk.analyst.step(number, "withdraw").status == 200
