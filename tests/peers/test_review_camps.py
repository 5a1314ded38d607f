"""The register of encampments of the real agent, asked over HTTP."""

import json
import sqlite3

import pytest

from support import free_port
from support.camps import CAMP_PACK, Officer, hours_ago, report
from support.desk import Visitor, add_account
from whole import make_agent, rows, small_pack

BAD = "<script>alert(1)</script>\"'; DROP TABLE camp; --"


@pytest.fixture(name="desk", scope="module")
def make_desk(tmp_path_factory):
    """An agent with a reviewer, an officer, an analyst and an auditor."""
    folder = tmp_path_factory.mktemp("camps")
    config = {"rules": small_pack(f"{folder}/rules", CAMP_PACK),
              "review": {"port": free_port()},
              "encampments": {"return_within": "9d", "move_within": 300,
                              "prohibited_months": 3}}
    with make_agent(folder, config) as agent:
        for name, roles in (("liaison", "reviewer,officer"),
                            ("patrol", "officer"), ("analyst", "analyst"),
                            ("auditor", "auditor")):
            add_account(agent, name, roles)
        agent.drop("first.ndjson", [
            *(report(f"C-{n}", lat=51 + n / 10) for n in range(1, 13)),
            report("T-13", "rubble in the gateway"),
            report("N-14", lat=51.5001),
            report(BAD, lat=52.5, district=BAD)])
        agent.wait_taken("first.ndjson")
        agent.port = config["review"]["port"]
        yield agent


@pytest.fixture(name="officer", scope="module")
def make_officer(desk):
    return Officer(desk.port)


def number(page):
    """The entry's number."""
    assert page.status == 200, page.text
    return int(page.path.rsplit("/", 1)[1])


# ---- who may ----

def test_who_may(desk, officer):
    camp = number(officer.begin(1))
    patrol, analyst = Officer(desk.port, "patrol"), Officer(desk.port,
                                                            "analyst")
    assert "Add a visit" in patrol.get(f"/encampments/{camp}").text
    page = analyst.get(f"/encampments/{camp}").text
    assert "Add a visit" not in page and "Join it" not in page
    assert "Open an entry" not in analyst.get("/incident/2").text
    for path in (f"/encampments/{camp}/line?kind=visit",
                 "/incident/2/encampment"):
        assert analyst.get(path).status == 403
    form = analyst.get("/encampments").field("form")
    for path in (f"/encampments/{camp}/line", f"/encampments/{camp}/join",
                 f"/encampments/{camp}/part", "/incident/2/encampment"):
        assert analyst.post(path, {"form": form, "turns": "1",
                                   "kind": "visit", "unit": "RC21"}
                            ).status == 403
        # Not from a page of this session.
        assert patrol.post(path, {"form": "A" * 43, "turns": "1"}
                           ).status == 403
    auditor = Visitor(desk.port)
    auditor.log_in("auditor")
    for path in ("/encampments", f"/encampments/{camp}"):
        assert auditor.get(path).status == 403
        assert Visitor(desk.port).get(path, follow=False).status == 303
    assert rows(desk, "SELECT count(*) FROM camp_line WHERE kind <> 1"
                ) == [(0,)]


# ---- opening ----

def test_an_entry_is_opened_from_an_incident(desk, officer):
    sheet = officer.get("/incident/2")
    assert "It is in no entry of the register" in sheet.text
    # Not of other themes.
    assert "Encampment register" not in officer.get("/incident/13").text
    form = officer.get("/incident/2/encampment")
    assert "within 9 days" in form.text and "300 metres" in form.text
    page = officer.begin(2, "Stubble at Example Farm")
    camp = number(page)
    assert "Encampment " in page.text and "Private: farm land" in page.text
    assert "within 9 days of leaving" in page.text
    assert f"/encampments/{camp}" in officer.get("/incident/2").text
    # One encampment is counted once.
    again = officer.begin(2)
    assert again.status == 409
    assert f"belongs to entry {camp} already" in again.text
    assert officer.get("/incident/2/encampment").path.endswith(f"/{camp}")
    assert officer.begin(99).status == 404
    assert officer.begin(3, moved="99").status == 409
    assert officer.begin(3, moved="x").status == 400
    assert officer.begin(3, land="moon").status == 400
    assert officer.begin(3, place="").status == 400
    kept = officer.begin(3, place="x" * 121)
    assert kept.status == 400 and "1 characters too long" in kept.text
    assert "x" * 121 in kept.text
    moved = officer.begin(3, moved=str(camp))
    assert f'href="/encampments/{camp}">entry {camp}' in moved.text


def test_what_is_near_is_offered(desk, officer):
    camp = number(officer.begin(5, "By the brook"))
    page = officer.get("/incident/14/encampment")
    assert "By the brook" in page.text
    assert f"Join this incident to entry {camp}" in page.text
    assert "By the brook" not in officer.get("/incident/6/encampment").text
    joined = officer.change(camp, "join", incident="14")
    assert "Incident N-14" in joined.text
    officer.line(camp, "closed", outcome="left", site="clear")
    assert officer.change(camp, "part", incident="14").status == 200
    # It ended within the days of the rule.
    page = officer.get("/incident/14/encampment")
    assert "if they came back to the same land, reopen it" in page.text


# ---- what is entered ----

def test_a_whole_story(desk, officer):
    camp = number(officer.begin(4))
    page = officer.line(camp, "visit", 90, unit="RC21", caravans="8",
                        vans="3", cars="2", dogs="4", waste="none",
                        damage="entry", access="partly",
                        seen="Gate chain cut, track still open to tractors")
    assert "Gate, lock or barrier" in page.text
    officer.line(camp, "visit", 60, unit="RC21", caravans="6", vans="1")
    page = officer.line(camp, "step", 89, who="owner", what="asked",
                        reference="EX/12", note="Asked at the gate")
    assert "Asked them to leave" in page.text and "EX/12" in page.text
    officer.line(camp, "welfare", 88, made="yes", by="together", passed="no")
    page = officer.line(camp, "power", 87, power="s61", stage="considered",
                        role="inspector")
    assert page.text.count("No evidence entered") == 13
    assert "Evidence is entered for 0 of 7" in page.text
    page = officer.line(camp, "evidence", 87, test="s61-six", side="for",
                        source="seen", text="Thirteen counted at 06:40")
    assert "Evidence is entered for 1 of 7" in page.text
    # It shows and never decides, nor says when land may be entered again.
    low = page.text.lower()
    for verdict in ("you may", "you can", "is met.", "lawful", "satisfied",
                    "offence committed"):
        assert verdict not in low
    used = officer.line(camp, "power", 80, power="s61", stage="used",
                        role="inspector", given="both")
    assert "3 months from the direction, as configured; check with legal" \
        in used.text
    officer.line(camp, "decision", 80, what="direct", role="inspector",
                 text="Crop lost daily; talks failed twice", given="both")
    page = officer.line(camp, "deadline", 30, what="leave", note="by noon")
    assert "Overdue: " in page.text
    listed = officer.get("/encampments").text
    assert "<strong>1</strong> is overdue" in listed
    assert f"/encampments/{camp}#due" in listed
    handed = officer.get("/hand-over").text.split("<h2")
    due = next(h for h in handed if h.startswith(' id="due"'))
    assert f"encampment {camp}: " in due and "Overdue</strong>" in due
    standing = next(h for h in handed if h.startswith(' id="standing"'))
    assert "next deadline" in standing and "Overdue</strong>" in standing
    line = page.links(r"/encampments/\d+/line\?kind=met&amp;of=\d+")[0]
    page = officer.send(officer.get(line.replace("&amp;", "&")), "met", 28,
                        outcome="late")
    assert "Nothing is due" in page.text
    assert f"encampment {camp}: " not in officer.get("/hand-over").text
    page = officer.line(camp, "closed", 28, outcome="direction", site="waste")
    assert "<strong>Closed</strong> after 3 days" in page.text
    assert "Direction of the police complied with" in page.text
    kept = rows(desk, "SELECT caravans_most, vehicles_most, visits FROM camp"
                f" WHERE id = {camp}")
    assert kept == [(8, 13, 2)]
    late = officer.line(camp, "visit", unit="RC21")
    assert late.status == 409 and "The entry is closed" in late.text
    again = officer.line(camp, "reopened", 20, reason="returned")
    assert "<strong>Open</strong>, day 4" in again.text
    assert officer.line(camp, "reopened", 19, reason="some").status == 409


def test_nothing_is_changed_but_corrected(desk, officer):
    camp = number(officer.begin(6))
    page = officer.line(camp, "visit", 50, unit="RC21", caravans="80")
    way = page.links(r"/encampments/\d+/line\?line=\d+")[0]
    form = officer.get(way)
    assert 'value="80"' in form.text and "Or take it out" in form.text
    page = officer.send(form, hours=50, unit="RC21", caravans="8")
    assert "Corrected by" in page.text and "<dd>80</dd>" in page.text
    assert rows(desk, f"SELECT caravans_most FROM camp WHERE id = {camp}"
                ) == [(8,)]
    # What was corrected is corrected once.
    late = officer.send(form, hours=50, unit="RC21", caravans="9")
    assert late.status == 412
    line = int(way.rsplit("=", 1)[1])
    stale = officer.post(f"/encampments/{camp}/line", {
        "form": form.field("form"), "turns": officer.turns(camp),
        "line": line, "at": hours_ago(50), "kind": "visit", "unit": "RC21"})
    assert stale.status == 409 and "does not stand any more" in stale.text
    page = officer.line(camp, "step", who="owner", what="informed",
                        note="words that may not stand")
    line = max(int(w.rsplit("=", 1)[1]) for w in
               page.links(r"/encampments/\d+/line\?line=\d+"))
    page = officer.post(f"/encampments/{camp}/line", {
        "form": form.field("form"), "turns": officer.turns(camp),
        "line": line, "kind": "withdrawn", "reason": "words"})
    assert "Taken out by" in page.text
    assert "words that may not stand" not in page.text
    for kind, reason in (("withdrawn", "bored"), ("step", "words")):
        assert officer.post(f"/encampments/{camp}/line", {
            "form": form.field("form"), "turns": officer.turns(camp),
            "line": line, "kind": kind, "reason": reason,
            "at": hours_ago(1)}).status in (400, 409)
    with sqlite3.connect(f"{desk.state}/buzzard.db") as db:
        kept = [json.loads(b)["caravans"] for b, in db.execute(
            f"SELECT body FROM camp_line WHERE camp_id = {camp} AND kind = 2"
            " ORDER BY id")]
    assert kept == [80, 8]


def test_two_at_once(desk, officer):
    camp = number(officer.begin(7))
    patrol = Officer(desk.port, "patrol")
    mine = officer.get(f"/encampments/{camp}/line?kind=visit")
    theirs = patrol.get(f"/encampments/{camp}/line?kind=welfare")
    assert officer.send(mine, unit="RC21").status == 200
    late = patrol.send(theirs, made="yes", by="council")
    assert late.status == 412 and "changed meanwhile" in late.text
    # They see what the other one did, and what they filled in is not lost.
    assert "Visit, by liaison" in late.text
    assert '<option value="council" selected>' in late.text
    assert patrol.change(camp, "join", turns="1", incident="8").status == 412
    assert patrol.change(camp, "part", turns="1", incident="7").status == 412
    assert rows(desk, "SELECT count(*) FROM camp_line"
                f" WHERE camp_id = {camp} AND kind = 4") == [(0,)]
    again = patrol.post(f"/encampments/{camp}/line", {
        "form": late.field("form"), "turns": late.field("turns"),
        "kind": "welfare", "made": "yes", "at": hours_ago(1)})
    assert again.status == 200


def test_incidents_are_joined_and_taken_out(desk, officer):
    camp = number(officer.begin(8))
    other = number(officer.begin(9))
    taken = officer.change(camp, "join", ref="C-9")
    assert taken.status == 409
    assert f"belongs to entry {other} already" in taken.text
    only = officer.change(camp, "part", incident="8")
    assert only.status == 409 and "only incident" in only.text
    for ref in ("nowhere", "", "' OR 1=1 --"):
        assert officer.change(camp, "join", ref=ref).status == 409
    assert officer.change(camp, "join", incident="999").status == 409
    form = officer.get(f"/encampments/{camp}").field("form")
    for what in ("join", "part"):
        assert officer.post(f"/encampments/999/{what}", {
            "form": form, "turns": "1", "incident": "8"}).status == 404
    page = officer.change(camp, "join", ref="C-10")
    assert "Incident C-10" in page.text
    page = officer.change(camp, "part", incident="8")
    assert "<strong>taken out</strong>" in page.text
    assert "in no entry" in officer.get("/incident/8").text


# ---- what may not stand there ----

@pytest.mark.parametrize("word", ["Irish", "gypsies", "trave11ers",
                                  "Romanian men", "IC1 male", "muslim"])
def test_words_for_who_people_are(desk, officer, word):
    camp = 1
    before = rows(desk, "SELECT count(*) FROM camp_line")
    page = officer.line(camp, "visit", unit="RC21",
                        seen=f"Said to be {word} on the field")
    assert page.status == 400
    assert "says who people are" in page.text
    assert "“The land, in words” holds the word" in page.text
    # What was written is not lost.
    assert f"Said to be {word} on the field" in page.text
    assert officer.line(camp, "evidence", test="s61-six", side="for",
                        source="seen", text=word).status == 400
    assert officer.begin(10, place=word).status == 400
    assert rows(desk, "SELECT count(*) FROM camp_line") == before


def test_bad_input_is_answered_with_a_sentence(desk, officer):
    camp = number(officer.begin(11, place=BAD))
    page = officer.get(f"/encampments/{camp}")
    assert "<script>alert" not in page.text and "&lt;script&gt;" in page.text
    for path in ("/encampments", "/incident/11",
                 f"/encampments/{camp}/line?kind=visit"):
        assert "<script>alert" not in officer.get(path).text
    good = {"unit": "RC21", "caravans": "1"}
    for field, value in (("caravans", "-1"), ("caravans", "1000"),
                         ("caravans", "8.5"), ("caravans", "many"),
                         ("caravans", "9" * 40), ("unit", ""),
                         ("unit", "a" * 41), ("waste", "gold"),
                         ("at", "yesterday"), ("at", ""),
                         ("at", "2026-02-30T10:00"), ("seen", "\x07bell"),
                         ("at", "2999-01-01T00:00\x00")):
        page = officer.line(camp, "visit", **{**good, field: value})
        assert page.status == 400, (field, value)
        assert "There is a problem" in page.text
    for hours in (-2, 24 * 400):
        assert officer.line(camp, "visit", hours, **good).status == 409
    assert officer.line(camp, "deadline", -24 * 800, what="visit"
                        ).status == 409
    assert officer.line(camp, "closed", 200, outcome="left", site="clear"
                        ).status == 409
    for query in ("kind=", "kind=nothing", "kind=withdrawn", "line=1",
                  "line=x&kind=", "line=999999"):
        assert officer.get(f"/encampments/{camp}/line?{query}").status == 404
    assert officer.line(camp, "met", outcome="met", asked="&of=1"
                        ).status == 409
    for path in ("0", "99999", "x", "-1", "1%2F.."):
        assert officer.get(f"/encampments/{path}").status == 404
    hostile = officer.line(camp, "visit", unit=BAD[:40], caravans="1",
                           seen=BAD)
    assert hostile.status == 200 and "<script>alert" not in hostile.text
    for odd in ("state=odd", "after=x.y", "district=%27%20OR%201=1",
                "land=%3Cscript%3E", "after=99999999999999999999.9"):
        answer = officer.get(f"/encampments?{odd}")
        assert answer.status == 200 and "<script>" not in answer.text


def test_what_a_feed_says_is_text(officer):
    form = officer.get("/incident/15/encampment")
    camp = number(officer.begin(15))
    join = officer.change(1, "join", ref=BAD)
    assert join.status == 409
    for answer in (form, join, officer.get("/incident/15"),
                   officer.get(f"/encampments/{camp}"),
                   officer.get("/encampments?state=all")):
        assert "<script>alert" not in answer.text
        assert answer is join or "&lt;script&gt;" in answer.text


# ---- what is recorded ----

def test_looks_and_changes_are_recorded(desk, officer):
    camp = number(officer.begin(12))
    officer.get(f"/encampments/{camp}")
    officer.line(camp, "welfare", made="no")
    changes = rows(desk, "SELECT detail, incident_id FROM audit"
                   " WHERE event = 2 AND actor = 'account:liaison'"
                   f" AND detail LIKE '%\"encampment\":{camp}%' ORDER BY id")
    assert changes[0] == (
        f'{{"change":"encampment opened","encampment":{camp}}}', 12)
    assert changes[1][0].startswith('{"change":"encampment welfare",')
    looks = rows(desk, "SELECT detail FROM audit WHERE event = 3"
                 f" AND detail LIKE '%\"encampment\":{camp}%'")
    assert len(looks) >= 3
    assert desk.command("audit", "verify").returncode == 0


def test_an_entry_goes_with_its_last_incident(desk, officer):
    camp = rows(desk, "SELECT camp_id FROM camp_incident"
                " WHERE incident_id = 12")[0][0]
    with sqlite3.connect(f"{desk.state}/buzzard.db") as db:
        db.execute("PRAGMA foreign_keys = ON")
        for table in ("shadow", "tag", "message", "attempt", "outbox"):
            db.execute(f"DELETE FROM {table}" + (
                " WHERE incident_id = 12" if table != "attempt" else ""))
        db.execute("DELETE FROM incident WHERE id = 12")
    assert officer.get(f"/encampments/{camp}").status == 404
    assert rows(desk, "SELECT count(*) FROM camp_line"
                f" WHERE camp_id = {camp}") == [(0,)]
