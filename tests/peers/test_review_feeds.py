"""The pages Feeds and Quarantine of the real agent."""

import sqlite3
import time

import pytest

from support import free_port, wait_for
from support.desk import Visitor, add_account
from whole import alone, incident, make_agent, rows

FAULTY = [
    '{"id": "BAD-1", "opened_at": "yesterday"}',
    '{"id": "BAD-2", <script>alert(1)</script>',
    '{"id": "BAD-3", "opened_at": "tomorrow."}',
    '{"opened_at": "2026-11-14T18:00:00Z"}',
    '{"opened_at": "2026-11-14T19:00:00Z"}',
]


@pytest.fixture(name="desk")
def make_desk(tmp_path):
    config = alone(tmp_path)
    config["review"] = {"port": free_port()}
    with make_agent(tmp_path, config) as agent:
        add_account(agent, "liaison", "reviewer,officer")
        add_account(agent, "keeper", "administrator")
        agent.port = config["review"]["port"]
        yield agent


def visitor(agent, name="keeper"):
    v = Visitor(agent.port)
    assert v.log_in(name).status == 200
    return v


def bad(agent):
    agent.drop("bad.ndjson", "\n".join(FAULTY) + "\n")
    agent.wait_taken("bad.ndjson")


def send(v, number, act, **fields):
    page = v.get(f"/quarantine/{number}")
    return v.post(f"/quarantine/{number}/{act}", {
        "form": page.field("form"), "changed": page.field("changed"),
        **fields})


def state_of(agent, number):
    return rows(agent, "SELECT state FROM quarantine WHERE id = ?",
                number)[0][0]


def test_feeds(desk):
    v = visitor(desk)
    wait_for(lambda: "Nothing came from it yet" in v.get("/feeds").text, 20,
             "the agent tells how its feeds are")
    desk.drop("a.ndjson", [incident("R-1"), incident("R-2"), incident("R-1")])
    desk.wait_taken("a.ndjson")
    bad(desk)
    page = visitor(desk, "liaison").get("/feeds").text
    assert "control-room" in page and "open, nothing waits" in page
    assert "bad.ndjson" in page and "5 that could not be read" in page
    assert rows(desk, "SELECT messages, repeated, incidents, faults"
                " FROM feed_day") == [(2, 1, 2, 5)]
    for n in ("2", "1", "5"):
        assert f'<td class="number">{n}</td>' in page
    assert "/quarantine?" not in page  # which is not for this role
    assert '/quarantine?feed=control-room"' in v.get("/feeds").text


def test_who_may(desk):
    bad(desk)
    officer = visitor(desk, "liaison")
    form = officer.get("/").field("form")
    assert officer.get("/quarantine").status == 403
    assert officer.get("/quarantine/1").status == 403
    for path in ("1/replay", "1/drop", "replay"):
        assert officer.post(f"/quarantine/{path}", {
            "form": form, "changed": "1", "why": "test"}).status == 403
    v = visitor(desk)
    for form in ("", "A" * 43):
        assert v.post("/quarantine/1/drop", {"form": form, "why": "test"}
                      ).status == 403
    assert {s for (s,) in rows(desk, "SELECT state FROM quarantine")} == {0}


def test_what_stands_there_is_text(desk):
    bad(desk)
    desk.drop("<b>bold.ndjson", b'{"id": "\xff\xfe<img src=x>\x01"')
    desk.wait_taken("<b>bold.ndjson")
    v = visitor(desk)
    for path in ("/quarantine", "/quarantine/2", "/quarantine/6",
                 "/quarantine?reason=%3Cscript%3E&feed=%22%3E%3Cimg",
                 "/quarantine?state=nonsense&before=x"):
        page = v.get(path)
        assert page.status == 200
        assert "<script>alert" not in page.text and "<img" not in page.text
        assert "<b>" not in page.text
    assert "\ufffd\ufffd&lt;img" in v.get("/quarantine/6").text
    assert v.get("/quarantine/99").status == 404
    looks = rows(desk, "SELECT count(*) FROM audit WHERE event = 3 AND"
                 " detail LIKE '%quarantine%' AND actor = 'account:keeper'")
    assert looks[0][0] >= 6


def test_one_by_one(desk):
    bad(desk)
    v = visitor(desk)
    seen = v.get("/quarantine/1")
    refused = send(v, 1, "replay")
    assert refused.status == 409
    assert "It still cannot be read: opened_at is not a date" in refused.text
    assert send(v, 1, "drop", why="bored").status == 409
    assert send(v, 1, "drop", why="resent").status == 200
    assert state_of(desk, 1) == 3
    late = v.post("/quarantine/1/drop", {
        "form": seen.field("form"), "changed": seen.field("changed"),
        "why": "test"})
    assert late.status == 412
    assert "What to do" not in v.get("/quarantine/1").text
    assert "bad.ndjson" in v.get("/quarantine?state=dropped").text
    details = rows(desk, "SELECT detail FROM audit WHERE event = 2 AND"
                   " actor = 'account:keeper'")
    assert details == [('{"change":"quarantine drop","quarantine":1,'
                        '"why":"resent"}',)]


def test_all_of_a_kind_after_a_fix(desk):
    """What the program could not read it can after an upgrade."""
    bad(desk)
    v = visitor(desk)
    page = v.get("/quarantine")
    assert page.text.count("Take in again") >= 3
    # An upgrade that reads more, here: bytes that are right.
    desk.stop()

    with sqlite3.connect(f"{desk.state}/buzzard.db") as db:
        db.execute("UPDATE quarantine SET bytes = CAST(?1 AS BLOB),"
                   " size_bytes = length(?1) WHERE id = 4",
                   ('{"id": "GOOD-4", "opened_at": "2026-11-14T18:00:00Z"}',))
    desk.start()
    v = visitor(desk)
    answer = v.post("/quarantine/replay", {
        "form": v.get("/quarantine").field("form"),
        "feed": "control-room", "reason": "id is missing"})
    assert "Of 2 to be taken in again" in answer.text
    wait_for(lambda: (state_of(desk, 4), state_of(desk, 5)) == (2, 0), 20,
             "both are tried")
    assert rows(desk, "SELECT ref FROM incident") == [("GOOD-4",)]
    result = v.get(f"/quarantine?asked=2&since={int(time.time()) - 60}000")
    assert "<strong>1 taken in</strong>, 1 still cannot" in result.text
    none = v.post("/quarantine/replay", {
        "form": v.get("/quarantine").field("form"),
        "feed": "control-room", "reason": "' OR 1=1 --"})
    assert none.status == 409
