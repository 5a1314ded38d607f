"""Changes of rules when something else is wrong, at the real agent."""

import os
import sqlite3

import pytest

from support import free_port
from support.desk import add_account
from support.rulechange import OWN, Author
from whole import SMALL_PACK, alone, last_line, make_agent, rows

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


# ---- while it is put in force ----

def approve_beside(desk, number):
    """Approve with what lies there now, and wake the agent by another thing."""
    with sqlite3.connect(f"{desk.state}/buzzard.db", timeout=20) as db:
        db.execute("UPDATE rule_change SET state = 3, decided_ms = made_ms,"
                   " changes = changes + 1, decided_by = (SELECT id FROM"
                   f" account WHERE name = 'approver') WHERE id = {number}")
    db.close()
    number = desk.analyst.make("wake.rules", OTHER).path.split("/")[-1]
    assert desk.analyst.step(number, "preview", days=7).status == 200


def state(desk, number):
    return rows(desk, f"SELECT state FROM rule_change WHERE id = {number}")[0][0]


def suspend(desk, number):
    page = desk.approver.step(number, "suspend", why="the test's end")
    desk.approver.wait_state(page.path.split("/")[-1], "in force")


def test_the_configuration_being_written_waits(desk, tmp_path):
    config = read(desk.config_path)
    former = desk.pack.rsplit("/", 1)[0]
    write(f"{tmp_path}/small.rules", SMALL_PACK + OTHER)
    for edited in (config + "nonsense: yes\n",
                   config.replace(former, str(tmp_path))):
        assert edited != config
        number = desk.analyst.propose("quads.rules", OWN)
        write(desk.config_path, edited)
        try:
            put_in_force(desk, number)
        finally:
            write(desk.config_path, config)
        assert f"dir={former} " in last_line(desk, "rules loaded dir=")
        suspend(desk, number)


def test_a_fault_that_is_not_the_rules_own_is_waited_for(desk):
    number = desk.analyst.propose("quads.rules", OWN)
    folder = desk.pack.rsplit("/", 1)[0]
    with sqlite3.connect(f"{desk.state}/buzzard.db", timeout=20) as db:
        db.execute("CREATE TRIGGER no BEFORE UPDATE OF version ON rule_change"
                   " BEGIN SELECT raise(ABORT, 'the disk is full'); END")
    db.close()
    approve_beside(desk, number)
    desk.wait_log("an approved change of rules waits, tried every 5 s")
    os.rename(folder, folder + ".away")
    desk.wait_log("waits, tried every 5 s: cannot open the folder "
                  + folder)
    assert state(desk, number) == 3
    with sqlite3.connect(f"{desk.state}/buzzard.db", timeout=20) as db:
        db.execute("DROP TRIGGER no")
    db.close()
    os.rename(folder + ".away", folder)
    desk.approver.wait_state(number, "in force")
    suspend(desk, number)


def test_rules_that_are_refused_are_let_go_of(desk):
    number = desk.analyst.propose("quads.rules", OWN)
    write(desk.pack, SMALL_PACK + OWN)
    approve_beside(desk, number)
    desk.approver.wait_state(number, "could not be put in force")
    assert not os.path.exists(f"{desk.own}/quads.rules")
    desk.wait_log("a change of rules that was approved is not used")
    write(desk.pack, SMALL_PACK)


# ---- previews ----

def test_a_withdrawn_change_holds_no_preview_up(desk):
    number = desk.analyst.make("quads.rules", OWN).path.split("/")[-1]
    with sqlite3.connect(f"{desk.state}/buzzard.db", timeout=20) as db:
        db.execute("UPDATE rule_change SET preview_state = 2 WHERE id = "
                   + number)
    db.close()
    assert desk.analyst.step(number, "withdraw").status == 200
    assert "It was stopped." in desk.analyst.get(f"/rules/change/{number}").text
    number = desk.analyst.propose("quads.rules", OWN)
    assert desk.analyst.step(number, "withdraw").status == 200
