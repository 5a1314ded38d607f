"""The page Alerts of the real agent: what waits, died and went, and acting."""

import sqlite3

import pytest

from support import Mosquitto, Subscriber, free_port, wait_for
from support.desk import Visitor, add_account
from whole import hear, incident, make_agent, mqtt_only, rows


@pytest.fixture(name="desk")
def make_desk(tmp_path):
    """An agent whose broker is away."""
    broker = Mosquitto(folder=tmp_path / "broker").start()
    broker.stop()
    config = mqtt_only(tmp_path, broker)
    config["review"] = {"port": free_port()}
    with make_agent(tmp_path, config) as agent:
        add_account(agent, "liaison", "reviewer,officer")
        add_account(agent, "keeper", "administrator")
        add_account(agent, "auditor", "auditor")
        agent.port = config["review"]["port"]
        agent.broker = broker
        yield agent
        broker.stop()


def visitor(agent, name="keeper"):
    v = Visitor(agent.port)
    assert v.log_in(name).status == 200
    return v


def die(agent, *refs):
    """Alerts about incidents that nobody could be told of for an hour."""
    agent.drop("dead.ndjson", [incident(ref) for ref in refs])
    agent.wait_taken("dead.ndjson")
    agent.stop()
    with sqlite3.connect(f"{agent.state}/buzzard.db") as db:
        db.execute("UPDATE outbox SET state = 3, done_ms = created_ms + 3600000"
                   ", last_error = 'given up: waited 60 min and the channel"
                   " was never ready'")
    agent.start()


def act(v, number, what, **fields):
    page = v.get(f"/alerts/{number}")
    return v.post(f"/alerts/{number}/{what}", {
        "form": page.field("form"), "tries": page.field("tries"), **fields})


def test_who_may(desk):
    die(desk, "R-1")
    officer, keeper = visitor(desk, "liaison"), visitor(desk)
    assert 'href="/incident/1"' in officer.get("/alerts?view=dead").text
    assert "Try again" not in officer.get("/alerts/1").text
    form = officer.get("/alerts/1").field("form")
    for path in ("/alerts/1/retry", "/alerts/1/aside", "/alerts/retry-dead"):
        assert officer.post(path, {"form": form, "tries": "0",
                                   "why": "told"}).status == 403
    # The administrator deals with it and does not read incidents.
    page = keeper.get("/alerts?view=dead").text
    assert "R-1" in page and "/incident/" not in page
    assert visitor(desk, "auditor").get("/alerts").status == 403
    assert keeper.post("/alerts/1/retry", {"form": "A" * 43, "tries": "0"}
                       ).status == 403
    assert rows(desk, "SELECT state FROM outbox") == [(3,)]


def test_what_it_says(desk):
    v = visitor(desk)
    empty = v.get("/alerts").text
    assert "Nothing waits to be delivered" in empty
    die(desk, "R-1")
    v = visitor(desk)
    page = v.get("/alerts?view=dead").text
    assert "<strong>1</strong> not delivered" in page
    assert "<strong>not ready</strong>" in page
    assert "the channel was never ready" in page
    assert "broker" in page and "map" in page
    detail = v.get("/alerts/1").text
    assert "No attempt was made yet" in detail
    sheet = visitor(desk, "liaison").get("/incident/1").text
    assert "Who was told" in sheet and "<strong>not delivered</strong>" in sheet
    assert v.get("/alerts/99").status == 404
    assert v.get("/alerts/1%2F..").status == 404
    for odd in ("view=nonsense", "after=x.y", "after=99999999999999999999.9",
                "recipient=%3Cscript%3E", "channel=%27%20OR%201=1"):
        answer = v.get(f"/alerts?{odd}")
        assert answer.status == 200 and "<script>" not in answer.text
    looks = rows(desk, "SELECT count(*) FROM audit WHERE event = 3 AND"
                 " actor = 'account:keeper' AND detail LIKE '%alert%'")
    assert looks[0][0] >= 8


def test_one_is_tried_again_and_one_set_aside(desk):
    die(desk, "R-1", "R-2")
    v, other = visitor(desk), visitor(desk)
    assert act(v, 2, "aside", why="bored").status == 409
    assert act(v, 2, "aside", why="told").status == 200
    assert "They were told in another way" in v.get("/alerts/2").text
    assert "R-2" not in v.get("/alerts?view=dead").text
    assert "R-2" in v.get("/alerts?view=aside").text
    assert act(v, 1, "aside", why="' OR 1=1").status == 409
    seen = other.get("/alerts/1")
    desk.broker.start()
    with Subscriber(desk.broker) as heard:
        assert act(v, 1, "retry").status == 200
        hear(heard, "R-1")
    wait_for(lambda: rows(desk, "SELECT state FROM outbox WHERE id = 1"
                          ) == [(2,)], 20, "it is recorded as sent")
    # Who saw it dead is too late.
    late = other.post("/alerts/1/retry", {
        "form": seen.field("form"), "tries": seen.field("tries")})
    assert late.status == 412
    assert "R-1" in v.get("/alerts?view=sent").text
    again = v.post("/alerts/retry-dead", {
        "form": v.get("/alerts/2").field("form")})
    assert "0 are tried again" in again.text
    changes = rows(desk, "SELECT detail FROM audit WHERE event = 2 AND"
                   " actor = 'account:keeper' ORDER BY id")
    assert changes == [
        ('{"change":"outbox aside","delivery":2,"why":"told"}',),
        ('{"change":"outbox retry","delivery":1}',),
        ('{"change":"outbox retry dead","delivery":0}',)]
