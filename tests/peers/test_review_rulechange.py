"""Rules changed from the page by two people, at the real agent."""

import hashlib
import http.client
import json
import os
import sqlite3
import threading

import pytest

from support import free_port, wait_for
from support.chain import read_chain
from support.desk import add_account
from support.rulechange import OWN, WRONG, Author
from whole import SMALL_PACK, TIPPING, alone, incident, make_agent, rows

REFUSED = "Your account does not have the role"


@pytest.fixture(name="desk", scope="module")
def make_desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rulechange")
    config = alone(folder)
    config["review"] = {"port": free_port()}
    with make_agent(folder, config) as agent:
        for name, roles in (
                ("analyst", "analyst"), ("second", "analyst,approver"),
                ("approver", "approver"), ("other", "approver"),
                ("liaison", "reviewer,officer"), ("chief", "administrator")):
            add_account(agent, name, roles)
        agent.port = config["review"]["port"]
        agent.config = config
        agent.own = f"{agent.state}/rules.d"
        agent.drop("a.ndjson", [
            incident("R-1", TIPPING), incident("R-2", TIPPING),
            incident("R-3", "the quad bike is gone"), incident("R-4", "a cat")])
        agent.wait_taken("a.ndjson")
        people = {}

        def as_(name):
            if name not in people:
                people[name] = Author(agent.port, name)
            return people[name]
        agent.as_ = as_
        yield agent


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def state(desk, number):
    return rows(desk, f"SELECT state FROM rule_change WHERE id = {number}")[0][0]


def changes(desk, number):
    """What a form of its page would have as seen."""
    return rows(desk, "SELECT changes FROM rule_change WHERE id ="
                f" {number}")[0][0]


def clear(desk):
    """Nothing is open from another test."""
    for number, in rows(desk, "SELECT id FROM rule_change WHERE state IN"
                        " (1, 2, 6)"):
        name = rows(desk, "SELECT name FROM account JOIN rule_change c ON"
                    f" c.account_id = account.id WHERE c.id = {number}")[0][0]
        assert desk.as_(name).step(number, "withdraw").status == 200


# ---- who may ----

def test_who_may(desk):
    number = desk.as_("analyst").make("who.rules", OWN).path.split("/")[-1]
    for path in ("/rules/changes", f"/rules/change/{number}"):
        for name, status in (("analyst", 200), ("approver", 200),
                             ("chief", 200), ("liaison", 403)):
            assert desk.as_(name).get(path).status == status, (name, path)
    for name in ("approver", "chief", "liaison"):
        assert desk.as_(name).get("/rules/change/new").status == 403
        page = desk.as_(name).get("/password")
        for verb in ("new", f"{number}/text", f"{number}/propose"):
            answer = desk.as_(name).post(f"/rules/change/{verb}", {
                "form": page.field("form"), "file": "x.rules", "text": OWN,
                "reason": "x", "seen": "1"})
            assert answer.status == 403, (name, verb)
    page = desk.as_("analyst").get(f"/rules/change/{number}")
    for verb in ("approve", "send-back", "suspend"):
        answer = desk.as_("analyst").step(number, verb, page, why="x")
        assert answer.status == 403 and REFUSED in answer.text
    # Nobody writes into another's draft.
    answer = desk.as_("second").step(number, "text", page_of(desk, "second"),
                                     file="who.rules", text=OWN, reason="x",
                                     seen="1")
    assert answer.status == 409
    assert "Only analyst, who made this change" in answer.text
    clear(desk)


def page_of(desk, name):
    return desk.as_(name).get("/password")


def test_a_form_of_another_page_changes_nothing(desk):
    before = rows(desk, "SELECT count(*) FROM rule_change")
    for form in ("", "A" * 43):
        answer = desk.as_("analyst").post("/rules/change/new", {
            "form": form, "file": "x.rules", "text": OWN, "reason": "x"})
        assert answer.status == 403
    answer = desk.as_("analyst").ask("POST", "/rules/change/new", {
        "form": page_of(desk, "analyst").field("form"), "file": "x.rules",
        "text": OWN, "reason": "x"}, {"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 403
    assert rows(desk, "SELECT count(*) FROM rule_change") == before


# ---- what is refused ----

@pytest.mark.parametrize("name", [
    "../evil.rules", "/etc/passwd", "a/b.rules", "..rules", ".rules", "x.conf",
    "X.rules", "a b.rules", "x.rules\n", "x.rules;rm", "<b>.rules", "",
    "é.rules", "x" * 60 + ".rules", "x.rules.tmp", "a\\b.rules"])
def test_hostile_names(desk, name):
    before = rows(desk, "SELECT count(*) FROM rule_change")
    answer = desk.as_("analyst").make(name, OWN)
    if name == "x.rules\n":  # what surrounds a name is trimmed
        assert answer.status == 200
        clear(desk)
        return
    assert answer.status == 409
    assert "no name for a file of rules" in answer.text
    assert "<b>" not in answer.text
    assert desk.as_("analyst").get(
        "/rules/change/new?file=" + "..%2Fbuzzard.db").status == 400
    assert rows(desk, "SELECT count(*) FROM rule_change") == before


@pytest.mark.parametrize("text, words", [
    ("", "The text is empty"), ("  \r\n ", "The text is empty"),
    ("themes t\x00u\n", "NUL"), ("themes t\x1bu\n", "control character (27)"),
    ("# " + "x" * 131072, "longer than 128 KiB")])
def test_hostile_texts(desk, text, words):
    answer = desk.as_("analyst").make("hostile.rules", text)
    assert answer.status == 409 and words in answer.text


def test_a_text_that_is_not_utf8(desk):
    form = page_of(desk, "analyst").field("form")
    answer = desk.as_("analyst").ask(
        "POST", "/rules/change/new",
        f"form={form}&file=x.rules&reason=x&text=%ff%fe",
        {"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 409 and "not UTF-8" in answer.text


def test_a_megabyte_is_not_taken(desk):
    connection = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=20)
    connection.putrequest("POST", "/rules/change/new")
    connection.putheader("Content-Type", "application/x-www-form-urlencoded")
    connection.putheader("Content-Length", str(1 << 20))
    connection.putheader("Cookie", desk.as_("analyst").cookie)
    connection.endheaders()
    response = connection.getresponse()
    assert response.status == 413 and b"512 KiB" in response.read()
    connection.close()
    # Elsewhere it stays at what it was.
    answer = desk.as_("analyst").post("/password", {"old": "x" * 70000})
    assert answer.status == 413 and "64 KiB" in answer.text


def test_bombs_are_refused_in_words(desk):
    deep = OWN.replace('text has "quad bike"',
                       "(" * 300 + 'text has "quad"' + ")" * 300)
    wide = OWN.replace('text has "quad bike"',
                       " or ".join(['text has "quad"'] * 3000))
    star = OWN.replace('"quad bike"', 'q*')
    for text in (deep, wide, star):
        page = desk.as_("analyst").make("bomb.rules", text)
        assert page.status == 200
        assert "The rules with this change are wrong" in page.text
        clear(desk)


# ---- the way of one ----

def test_errors_stand_beside_the_text(desk):
    page = desk.as_("analyst").make("quads.rules", WRONG.replace("\n", "\r\n"))
    assert page.status == 200
    assert "The rules with this change are wrong: 1 error" in page.text
    line = WRONG.split("\n").index("    give 70 when text has @quods") + 1
    assert f'data-line="{line}" data-column="27"' in page.text
    assert "tabindex=\"-1\" autofocus" in page.text
    assert ("    give 70 when text has @quods\n      | "
            + " " * 26 + "^^^^^^") in page.text
    number = page.path.split("/")[-1]
    answer = desk.as_("analyst").step(number, "propose")
    assert answer.status == 409 and "mend the 1 errors first" in answer.text
    answer = desk.as_("analyst").step(number, "preview", days=30)
    assert answer.status == 409
    # What cannot be taken comes back with what was typed.
    answer = desk.as_("analyst").step(number, "text", file="quads.rules",
                                      text="# caf\x01", reason="because")
    assert answer.status == 409 and "control character" in answer.text
    assert "# caf" in answer.text and ">\nbecause" in answer.text
    # A test that fails is said, and keeps it from being proposed.
    failing = OWN.replace("expect quad-theft alert", "expect none")
    page = desk.as_("analyst").step(number, "text", file="quads.rules",
                                    text=failing, reason="r")
    assert "1 of the 1 tests in the rules fail" in page.text
    assert "a quad is gone" in page.text
    answer = desk.as_("analyst").step(number, "propose")
    assert answer.status == 409 and "mend that first" in answer.text
    clear(desk)


def test_from_draft_to_in_force_and_back(desk):
    analyst, approver = desk.as_("analyst"), desk.as_("approver")
    number = analyst.propose("quads.rules", OWN)
    assert rows(desk, "SELECT theme, kind, live, candidate FROM rule_example"
                f" WHERE change_id = {number}") == [
        ("quad-theft", "gained", "none", "alert")]
    # Who may read incidents sees which; who may not sees how many.
    assert 'href="/incident/3"' in analyst.get(f"/rules/change/{number}").text
    page = approver.get(f"/rules/change/{number}")
    assert "1 to approve" in page.text
    assert "to approve" not in analyst.get("/rules").text
    assert "/incident/" not in page.text
    assert "Quad theft" in page.text and "<strong>1</strong> would" in page.text
    assert "+ rule quads" in page.text and "Three quads went" in page.text
    answer = approver.step(number, "approve", page)
    assert answer.status == 200
    approver.wait_state(number, "in force")
    assert read(f"{desk.own}/quads.rules") == OWN
    assert os.stat(f"{desk.own}/quads.rules").st_mode & 0o777 == 0o640
    # It rules what comes from now on, and nothing that was.
    desk.drop("b.ndjson", [incident("R-5", "my quad bike is gone")])
    desk.wait_taken("b.ndjson")
    assert rows(desk, "SELECT i.ref FROM tag t JOIN incident i ON i.id ="
                " t.incident_id WHERE t.theme = 'quad-theft'") == [("R-5",)]
    # A second version, and the first put back by two people.
    later = OWN.replace("give 70", "give 35")
    later = later.replace("expect quad-theft alert", "expect quad-theft review")
    two = analyst.propose("quads.rules", later)
    page = approver.get(f"/rules/change/{two}")
    assert "−     give 70" in page.text and "+     give 35" in page.text
    assert approver.step(two, "approve", page).status == 200
    approver.wait_state(two, "in force")
    page = approver.step(number, "put-back", why="It was right as it was")
    three = page.path.split("/")[-1]
    assert state(desk, three) == 2
    answer = approver.step(three, "approve")
    assert answer.status == 409 and "You proposed this change yourself" in \
        answer.text
    assert desk.as_("other").step(three, "approve").status == 200
    approver.wait_state(three, "in force")
    assert read(f"{desk.own}/quads.rules") == OWN
    # What two took out so, one alone does not bring in again.
    assert "/suspend" not in approver.get(f"/rules/change/{three}").text
    answer = approver.step(three, "suspend", why="alone",
                           seen=changes(desk, three))
    assert answer.status == 409 and "what two took out" in answer.text
    # Left out: the folder is as it was before all.
    page = analyst.make("quads.rules", "", **{"leave-out": "yes"})
    four = page.path.split("/")[-1]
    analyst.preview(four)
    assert analyst.step(four, "propose").status == 200
    assert approver.step(four, "approve").status == 200
    approver.wait_state(four, "in force")
    assert not os.path.exists(f"{desk.own}/quads.rules")
    done = desk.command("rules", "history", "--json", "quads.rules")
    versions = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(v["version"], v["approved_by"], v["kind"]) for v in versions] == [
        (4, "approver", "text"), (3, "other", "put-back"),
        (2, "approver", "text"), (1, "approver", "text")]
    assert versions[3]["sha256"] == hashlib.sha256(OWN.encode()).hexdigest()
    assert desk.command("audit", "verify").returncode == 0
    said = [json.loads(d)["change"] for d, in rows(
        desk, "SELECT detail FROM audit WHERE event = 2 AND detail LIKE"
        f" '%\"rule_change\":{number},%' ORDER BY id")]
    assert said == ["rule change made", "rule change previewed",
                    "rule change proposed", "rule change approved",
                    "rule change in force"]
    read_chain(f"{desk.state}/buzzard.db")


def test_a_packs_file_is_replaced_and_comes_back(desk):
    analyst, approver = desk.as_("analyst"), desk.as_("approver")
    page = analyst.get("/rules/change/new?file=small.rules")
    assert "give 70 when text has &quot;rubble&quot;" in page.text
    silent = SMALL_PACK.replace('rule tipping "Fly-tipping"',
                                'rule tipping "Fly-tipping"\n    shadow')
    number = analyst.propose("small.rules", silent)
    page = approver.get(f"/rules/change/{number}")
    assert "+     shadow" in page.text and "Lost" in page.text
    assert approver.step(number, "approve", page).status == 200
    approver.wait_state(number, "in force")
    desk.drop("c.ndjson", [incident("R-6", TIPPING)])
    desk.wait_taken("c.ndjson")
    assert rows(desk, "SELECT count(*) FROM tag t JOIN incident i ON i.id ="
                " t.incident_id WHERE i.ref = 'R-6'") == [(0,)]
    assert rows(desk, "SELECT count(*) FROM tag t JOIN incident i ON i.id ="
                " t.incident_id WHERE i.ref = 'R-1' AND ended_ms IS NULL"
                ) == [(1,)]
    # A day and a moment after it that is too late for one approver alone.
    day = 24 * 3600000 + 1
    for ms in (-day, day):
        with sqlite3.connect(f"{desk.state}/buzzard.db", timeout=20) as db:
            db.execute(f"UPDATE rule_change SET effected_ms = effected_ms + {ms}"
                       f" WHERE id = {number}")
        page = approver.get(f"/rules/change/{number}")
        assert ("/suspend" in page.text) == (ms > 0)
        if ms < 0:
            answer = approver.step(number, "suspend", page, why="too late",
                                   seen=changes(desk, number))
            assert answer.status == 409 and "24 hours" in answer.text
    # In an emergency one approver takes it out again, alone, and once.
    page = approver.step(number, "suspend", why="It silences all of it")
    assert page.status == 200, page.text
    suspension = page.path.split("/")[-1]
    approver.wait_state(suspension, "in force")
    assert "Suspended by, alone" in approver.get(page.path).text
    assert not os.path.exists(f"{desk.own}/small.rules")
    answer = approver.step(suspension, "suspend", page_of(desk, "approver"),
                           why="and back", seen=changes(desk, suspension))
    assert answer.status == 409 and "cannot be suspended" in answer.text
    # An analyst cannot.
    assert desk.as_("analyst").post(f"/rules/change/{number}/suspend", {
        "form": page_of(desk, "analyst").field("form"), "seen": "1",
        "why": "x"}).status == 403


# ---- two people ----

def test_nobody_approves_their_own(desk):
    second = desk.as_("second")
    number = second.propose("self.rules", OWN)
    page = second.get(f"/rules/change/{number}")
    assert "/approve" not in page.text
    again = Author(desk.port, "second")  # another session, the same account
    for who in (second, again):
        answer = who.step(number, "approve")
        assert answer.status == 409
        assert "You proposed this change yourself" in answer.text
        answer = who.step(number, "send-back", why="x")
        assert answer.status == 409
    # The account called otherwise is the same account.
    with sqlite3.connect(f"{desk.state}/buzzard.db", timeout=20) as db:
        db.execute("UPDATE account SET name = 'renamed' WHERE name = 'second'")
    try:
        assert again.step(number, "approve").status == 409
    finally:
        with sqlite3.connect(f"{desk.state}/buzzard.db", timeout=20) as db:
            db.execute("UPDATE account SET name = 'second'"
                       " WHERE name = 'renamed'")
            # Nor does the database take it, whoever writes.
            with pytest.raises(sqlite3.IntegrityError):
                db.execute("UPDATE rule_change SET state = 3, decided_by ="
                           f" account_id WHERE id = {number}")
    assert state(desk, number) == 2
    clear(desk)


def test_two_approvers_at_once(desk):
    number = desk.as_("analyst").propose("race.rules", OWN)
    pages = {name: desk.as_(name).get(f"/rules/change/{number}")
             for name in ("approver", "other")}
    answers = {}

    def press(name, verb):
        answers[name] = desk.as_(name).step(
            number, verb, pages[name], why="not so").status

    threads = [threading.Thread(target=press, args=a) for a in
               (("approver", "approve"), ("other", "send-back"))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(answers.values()) == [200, 412]
    assert len(rows(desk, "SELECT 1 FROM audit WHERE detail LIKE"
                    f" '%\"rule_change\":{number},%' AND (detail LIKE"
                    " '%approved%' OR detail LIKE '%sent back%')")) == 1
    wait_for(lambda: state(desk, number) != 3, 20, "it is settled")
    clear(desk)
    if state(desk, number) == 4:
        page = desk.as_("approver").step(number, "suspend", why="the test's end")
        desk.as_("approver").wait_state(page.path.split("/")[-1], "in force")


def test_what_cannot_be_approved_says_why(desk):
    analyst, approver = desk.as_("analyst"), desk.as_("approver")
    # Sent back without a reason; with one.
    number = analyst.propose("why.rules", OWN)
    answer = approver.step(number, "send-back", why="  ")
    assert answer.status == 409 and "Say why it goes back" in answer.text
    assert approver.step(number, "send-back", why="<b>narrower").status == 200
    page = analyst.get(f"/rules/change/{number}")
    assert "&lt;b&gt;narrower" in page.text
    # Written again: its preview is of another text.
    text = OWN.replace("give 70", "give 80")
    assert analyst.step(number, "text", file="why.rules", text=text,
                        reason="r").status == 200
    assert analyst.step(number, "propose").status == 200
    answer = approver.step(number, "approve")
    assert answer.status == 409
    assert "no finished preview of this text" in answer.text
    approver.preview(number)
    # Other rules came into force meanwhile.
    desk_rules = desk.config["rules"] + "/small.rules"
    with open(desk_rules, "a", encoding="utf-8") as f:
        f.write("# a remark\n")
    answer = approver.step(number, "approve")
    assert answer.status == 409
    assert "The preview is older than the rules" in answer.text
    # The very file came there in another way.
    os.makedirs(desk.own, exist_ok=True)
    with open(f"{desk.own}/why.rules", "w", encoding="utf-8") as f:
        f.write("# by hand\n")
    answer = approver.step(number, "approve")
    assert answer.status == 409
    assert "why.rules has changed since this change was made" in answer.text
    page = approver.get("/rules").text
    assert "why.rules</strong> was approved by nobody" in page
    desk.hup()
    desk.wait_log("reloaded rules=")
    assert "a file of rules was approved by nobody" in desk.log()
    approver.wait_state(number, "awaits an approver")  # it is served again
    done = desk.command("rules", "history", check=False)
    assert done.returncode == 1 and "why.rules was approved by nobody" in \
        done.stderr
    os.remove(f"{desk.own}/why.rules")
    # It no longer goes with the other rules.
    with open(desk_rules, "a", encoding="utf-8") as f:
        f.write(OWN)
    answer = approver.step(number, "approve")
    assert answer.status == 409 and "are wrong" in answer.text
    with open(desk_rules, "w", encoding="utf-8") as f:
        f.write(SMALL_PACK)
    assert state(desk, number) == 2
    clear(desk)


def test_what_was_tampered_with_is_said(desk):
    number = desk.as_("analyst").propose("kept.rules", OWN)
    approver = desk.as_("approver")
    assert approver.step(number, "approve").status == 200
    approver.wait_state(number, "in force")
    assert desk.command("rules", "history").returncode == 0
    with open(f"{desk.own}/kept.rules", "a", encoding="utf-8") as f:
        f.write("# one more line\n")
    assert "kept.rules</strong> is not as it was approved" in \
        approver.get("/rules").text
    done = desk.command("rules", "history", check=False)
    assert done.returncode == 1 and "not as it was approved" in done.stderr
    os.remove(f"{desk.own}/kept.rules")
    assert "kept.rules</strong> is not there" in approver.get("/rules").text
    with open(f"{desk.own}/kept.rules", "w", encoding="utf-8") as f:
        f.write(OWN)
    page = approver.step(number, "suspend", why="the test's end")
    approver.wait_state(page.path.split("/")[-1], "in force")


def test_a_preview_is_stopped(desk):
    analyst = desk.as_("analyst")
    number = analyst.make("stop.rules", OWN).path.split("/")[-1]
    page = analyst.get(f"/rules/change/{number}")
    assert analyst.step(number, "preview", page, days=0).status == 409
    assert analyst.step(number, "preview", page, days=367).status == 409
    answer = analyst.step(number, "stop", page)
    assert answer.status == 412
    # One that is asked for and not taken yet, as between two starts.
    with sqlite3.connect(f"{desk.state}/buzzard.db", timeout=20) as db:
        db.execute("UPDATE rule_change SET preview_state = 2 WHERE id = "
                   + number)
    page = analyst.get(f"/rules/change/{number}")
    assert "<progress" in page.text
    assert analyst.step(number, "stop", page).status == 200
    assert "It was stopped." in analyst.get(f"/rules/change/{number}").text
    clear(desk)


def test_precision_before_and_after(desk):
    """2 decisions about fly-tipping; the change loses the rejected one."""
    liaison = desk.as_("liaison")
    for number, verdict in ((1, "confirm"), (2, "reject")):
        answer = liaison.decide(liaison.get(f"/incident/{number}"), verdict)
        assert answer.status == 200
    text = SMALL_PACK.replace('"rubble"', '"gravel"')
    page = desk.as_("analyst").make("small.rules", text)
    number = page.path.split("/")[-1]
    page = desk.as_("analyst").preview(number).text.replace("&nbsp;", " ")
    assert "50 % (9 to 91 %), 1 of 2</td><td>nothing decided" in page
    assert '<th scope="row">tipping</th>' in page
    clear(desk)


def test_lists_page_by_page(desk):
    analyst = desk.as_("analyst")
    number = analyst.make("listed.rules", OWN).path.split("/")[-1]
    clear(desk)
    assert analyst.get("/rules/changes?state=nonsense").status == 400
    page = analyst.get("/rules/changes?state=withdrawn")
    assert f"/rules/change/{number}\"" in page.text
    assert f"/rules/change/{number}\"" not in analyst.get(
        f"/rules/changes?before={number}").text
    assert f"/rules/change/{number}\"" not in analyst.get(
        "/rules/changes?state=draft").text
    assert "/v1/rule-changes?format=csv" in page.text
    missing = analyst.get("/rules/change/9999")
    assert missing.status == 404
