"""The page Hand-over, over HTTP."""

import re

from support.chain import read_chain
from support.desk import Visitor
from support.london import day
from test_review_contact import (EVIL, Case, case_of, closed,  # noqa: F401
                                 fresh, make_desk)
from whole import TIPPING


def section(text, title):
    """What stands under a heading."""
    return re.search(f"<h2 id=\"[a-z]+\">{title}</h2>(.*?)</section>",
                     text, re.S)[1]


def page(case, query="", name="liaison"):
    answer = case.as_(name).get("/hand-over" + query)
    assert answer.status == 200
    return answer.text


def post_note(case, text, name="liaison", **more):
    answer = case.as_(name).get("/hand-over")
    return case.as_(name).post("/hand-over", {
        "form": answer.field("form"), "note": text, **more})


def test_what_happened_on_a_shift(desk):
    case = fresh(desk, log=[{"text": TIPPING}], district=EVIL)
    going = fresh(desk)
    case.as_().decide(case.page(), "confirm")
    number = going.promise("ring", 0, mine="yes")
    closed(going)
    text = page(going)
    changed = section(text, "New and changed incidents")
    assert changed.index("<h3>Fly tipping</h3>") \
        < changed.index("<h3>Hare coursing</h3>")
    for one in (case, going):
        assert f">R-{one.number}</a> <strong>New</strong>" in changed
    assert re.search(f">R-{going.number}</a>.*?, closed</li>", changed)
    assert f">R-{case.number}</a>: Fly tipping confirmed by liaison" in \
        section(text, "Decisions")
    assert "<strong>liaison</strong>: 1 follow-up, the first due" in \
        section(text, "Who has what now")
    due = section(text, "Overdue, or due by the end of the next shift")
    # Due by the end of the day: in the next shift, unless that ends before.
    assert (f"/follow-up/{number}" in due) == \
        ("Ring back" in due)
    assert "Every alert arrived." in section(text, "Alerts not delivered")
    assert "None stands in the register" in \
        section(text, "Encampments standing")
    assert "<script>" not in text and "<img" not in text
    assert going.rows("SELECT detail FROM audit WHERE event = 3"
                      " ORDER BY id DESC LIMIT 1") == [
        ('{"page":"hand-over"}',)]


def test_another_time(desk):
    case = fresh(desk)
    empty = "?from-day=2020-01-01&from-time=07:00&to-day=2020-01-02"
    text = page(case, empty)
    assert "No incident with a theme came in or changed." in text
    assert "Nothing was decided." in text
    assert 'value="2020-01-01"' in text
    whole = f"?from-day={day(-1)}&to-day={day(1)}"
    assert f">R-{case.number}</a>" in \
        section(page(case, whole), "New and changed incidents")
    assert "The next shift ends" in page(case, "?shift=last")
    # What is no time, or too long, is the present shift.
    for query in ("?from-day=x&to-day=y", "?from-day=2020-01-02&to-day="
                  "2020-01-01", "?from-day=1999-01-01&to-day=2026-01-01",
                  "?from-day=%22%3E%3Cscript%3E&to-day=%3Cimg"):
        text = page(case, query)
        assert "2020" not in section(text, "Decisions")
        assert "<script>" not in text and "<img" not in text


def test_notes_are_added_and_never_changed(case):
    answer = post_note(case, "R-1: gate is being watched " + EVIL)
    assert answer.path == "/hand-over"
    assert "gate is being watched" in answer.text
    assert "<script>alert" not in answer.text
    assert post_note(case, "second", "patrol").status == 200
    notes = section(page(case), "Notes of this shift and the one before")
    assert notes.index("second") < notes.index("gate is being watched")
    assert post_note(case, "").status == 409
    assert post_note(case, "x" * 4001).status == 409
    assert post_note(case, "x", form="A" * 43).status == 403
    assert case.as_("figures").post("/hand-over", {"note": "x"}).status == 403
    assert "Leave the note" not in page(case, name="figures")
    assert case.as_("auditor").get("/hand-over").status == 403
    assert Visitor(case.port).get("/hand-over", follow=False).status == 303
    assert case.rows("SELECT count(*) FROM handover_note") == [(2,)]
    assert case.rows("SELECT detail FROM audit WHERE event = 2"
                     " AND detail LIKE '%handover%'") == [
        ('{"handover_note":1}',), ('{"handover_note":2}',)]
    read_chain(f"{case.agent.state}/buzzard.db")


def test_shifts_that_are_none_are_refused(case):
    agent = case.agent
    agent.write_config({**agent.conf, "review": {
        **agent.conf["review"], "shifts": "7am, 3pm"}})
    done = agent.command("check", check=False)
    agent.write_config(agent.conf)
    assert done.returncode == 3
    assert 'such as "07:00, 15:00, 23:00"' in done.stderr
