"""Search, vehicles and links of the real agent, asked over HTTP."""

import html
import re
import sqlite3
import urllib.parse

import pytest

from support import free_port, wait_for
from support.desk import Visitor, add_account
from whole import alone, incident, make_agent, rows

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=y>&amp;"

LOGS = [
    ("S-1", "Four males coursing with lurchers, silver estate index AB12 CDE",
     {"location_text": "Mill Lane, Great Example"}),
    ("S-2", "Partial index AB12, silver estate, same males as before", {}),
    ("S-3", "Lorry tipping tyres, VRM KX09 ZZA and a van AB12 CDE",
     {"lat": 51.60, "opened_at": "2026-03-01T12:00:00Z",
      "log": None}),
    ("S-4", "Dog walker says no hare was seen", {"district": "Braintree"}),
    ("S-5", EVIL, {"location_text": EVIL, "opening_code": EVIL,
                   "district": EVIL}),
]


def take_in(agent, incidents, name="search.ndjson"):
    agent.drop(name, incidents)
    agent.wait_taken(name)


def told(ref, text, more):
    members = {k: v for k, v in more.items() if v is not None}
    made = incident(ref, text, **members)
    made["log"][0]["at"] = made["opened_at"]
    return made


@pytest.fixture(name="desk", scope="module")
def make_desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("search")
    config = alone(folder)
    config["review"] = {"port": free_port()}
    with make_agent(folder, config) as agent:
        add_account(agent, "liaison", "reviewer,officer")
        add_account(agent, "second", "reviewer")
        add_account(agent, "patrol", "officer")
        add_account(agent, "auditor", "auditor")
        agent.port = config["review"]["port"]
        take_in(agent, [told(*log) for log in LOGS])
        yield agent


@pytest.fixture(name="v")
def log_in(desk):
    return visitor(desk)


def visitor(agent, name="liaison"):
    v = Visitor(agent.port)
    assert v.log_in(name).status == 200
    return v


def search(v, **fields):
    return v.get("/search?" + urllib.parse.urlencode(fields))


def found(page):
    """The references that a page lists, in its order."""
    return re.findall(r'<p class="ref">([^<]*)</p>', page.text)


# ---- search ----

def test_who_may_search(desk):
    nobody = Visitor(desk.port).get("/search?q=hare", follow=False)
    assert (nobody.status, nobody.text) == (303, "")
    assert visitor(desk, "auditor").get("/search?q=hare").status == 403
    assert found(search(visitor(desk, "patrol"), q="hare")) == ["S-4"]


@pytest.mark.parametrize("fields, refs", [
    ({"q": "estate"}, ["S-2", "S-1"]),
    ({"q": '"silver estate" -partial'}, ["S-1"]),
    ({"q": "tyre"}, ["S-3"]),
    ({"q": "mill lane"}, ["S-1"]),
    ({"q": "s-4"}, ["S-4"]),
    ({"plate": "ab12 cde"}, ["S-3", "S-1"]),
    ({"plate": "AB12*"}, ["S-3", "S-2", "S-1"]),
    ({"plate": "?X09 ZZA"}, ["S-3"]),
    ({"plate": "*cde", "q": "coursing"}, ["S-1"]),
    ({"from": "2026-03-01", "to": "2026-03-01"}, ["S-3"]),
    ({"near": "51.6, 0.45", "km": "2"}, ["S-3"]),
    ({"near": "51.95, 0.45", "km": "2", "q": "estate"}, ["S-2", "S-1"]),
    ({"district": "braintree"}, ["S-4"]),
    ({"theme": "hare-coursing"}, ["S-1"]),
    ({"level": "alert", "q": "lurchers"}, ["S-1"]),
    ({"q": "nothing of the kind"}, []),
])
def test_what_is_found(v, fields, refs):
    page = search(v, **fields)
    assert page.status == 200
    assert found(page) == refs


def test_what_was_found_is_marked(v):
    page = search(v, q="tyres")
    assert "Lorry tipping <mark>tyres</mark>, VRM" in page.text
    assert "<mark>" not in search(v, plate="KX09*").text


def test_a_name_of_a_place(v):
    page = search(v, near="Saffron Walden", km="30")
    assert page.status == 200
    assert "Within 30.0 km of Saffron Walden" in page.text
    assert "S-1" in found(page)
    page = search(v, near="51.95, 0.45", km="5", q="hare")
    assert "0.0 km from there" in page.text


@pytest.mark.parametrize("fields, says", [
    ({"from": "yesterday"}, "not a date"),
    ({"to": "2026-02-30"}, "not a date"),
    ({"from": "2026-02-02", "to": "2026-02-01"}, "before the first day"),
    ({"plate": "*"}, "at least two"),
    ({"near": "nowhere at all"}, "No place is known"),
    ({"near": "Braintree", "km": "-1"}, "number of kilometres"),
    ({"near": "Braintree", "km": "1e9"}, "number of kilometres"),
    ({"near": "Braintree", "km": "nan"}, "number of kilometres"),
    ({"theme": "witchcraft"}, "no such theme"),
    ({"level": "9"}, "no such level"),
])
def test_a_mistake_is_said_in_the_form(v, fields, says):
    page = search(v, **fields)
    assert page.status == 400
    assert says in page.text
    assert "Nothing was searched" in page.text
    assert not found(page)


def test_nothing_that_is_typed_breaks_it(v):
    for text in ('"', "(", "*", "NEAR(", "a:b", "refs : x", "^x", "OR",
                 "'; DROP TABLE incident; --", "\x01mark\x02", "{a b}",
                 "a" * 3000, "é" * 50, "-" * 40, EVIL):
        for field in ("q", "plate", "near", "district", "after", "from"):
            page = search(v, **{field: text})
            assert page.status in (200, 400), (field, text)
            assert "<script>alert" not in page.text
            assert "<img src=x" not in page.text
    assert search(v, q="hare").status == 200


def test_what_a_feed_wrote_is_text(v):
    page = search(v, q="onerror")
    assert found(page) == ["S-5"]
    assert "<img" not in page.text
    assert "alert(1)" in html.unescape(page.text)


def test_a_search_is_recorded_without_its_words(desk, v):
    search(v, q="lurchers")
    assert rows(desk, "SELECT actor, event, detail FROM audit"
                " ORDER BY id DESC LIMIT 1") == [
                    ("account:liaison", 3, '{"page":"search"}')]


def test_pages_follow_one_another(desk, v):
    take_in(desk, [incident(f"P-{i:02}", f"sheepdip {'again ' * (i % 5)}")
                   for i in range(60)], "many.ndjson")
    for more in ({}, {"order": "best"}, {"near": "51.95,0.45", "km": "1"}):
        page, seen = search(v, q="sheepdip", **more), []
        for _ in range(5):
            seen += found(page)
            following = page.links(r"/search\?after=.*")
            if not following:
                break
            page = v.get(html.unescape(following[0]))
        assert len(seen) == len(set(seen)) == 60


def test_erased_with_its_incident(tmp_path):
    config = alone(tmp_path)
    config["review"] = {"port": free_port()}
    with make_agent(tmp_path, config) as agent:
        add_account(agent, "liaison", "reviewer")
        agent.port = config["review"]["port"]
        take_in(agent, [incident("E-1", "zebrafinch by a van, VRM ZF12 XYZ"),
                        incident("E-2", "nothing")])
        v = visitor(agent)
        assert found(search(v, q="zebrafinch")) == ["E-1"]
        with sqlite3.connect(f"{agent.state}/buzzard.db") as db:
            db.execute("PRAGMA foreign_keys = ON")
            for table in ("outbox", "attempt", "told", "message", "tag",
                          "shadow"):
                where = "incident_id = 1" if table != "attempt" else \
                    "outbox_id IN (SELECT id FROM outbox)"
                db.execute(f"DELETE FROM {table} WHERE {where}")
            db.execute("DELETE FROM incident WHERE ref = 'E-1'")
        db.close()
        assert not found(search(v, q="zebrafinch"))
        assert not found(search(v, plate="ZF12*"))
        wait_for(lambda: rows(agent, "SELECT erased FROM search_state")
                 == [(0,)], 30)
        assert rows(agent, "SELECT count(*) FROM search_terms"
                    " WHERE term = 'zebrafinch'") == [(0,)]


def test_older_incidents_are_taken_in(tmp_path):
    """A database that was there before the search."""
    config = alone(tmp_path)
    config["review"] = {"port": free_port()}
    with make_agent(tmp_path, config) as agent:
        add_account(agent, "liaison", "reviewer")
        agent.port = config["review"]["port"]
        take_in(agent, [incident(f"O-{i}", f"heronry {i}, VRM HE12 ABC")
                        for i in range(70)])
        agent.stop()
        with sqlite3.connect(f"{agent.state}/buzzard.db") as db:
            db.execute("PRAGMA foreign_keys = ON")
            for table in ("search_text", "sighting", "caller",
                          "incident_spot"):
                db.execute(f"DELETE FROM {table}")
            db.execute("UPDATE search_state SET build_id = 70, first_id = 70")
        db.close()
        agent.start()
        wait_for(lambda: rows(agent, "SELECT build_id FROM search_state")
                 == [(0,)], 30)
        v = visitor(agent)
        assert len(found(search(v, q="heronry"))) == 25
        assert len(found(search(v, plate="HE12ABC"))) == 25
        assert "are in" not in search(v, q="heronry").text
