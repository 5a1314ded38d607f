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


# ---- vehicles ----

def vehicles(v, plate, **more):
    return v.get("/vehicles?" + urllib.parse.urlencode({"plate": plate,
                                                        **more}))


def plain(page):
    """The words of a page, a space where a tag was."""
    text = html.unescape(re.sub(r"<[^>]*>", " ", page.text))
    return re.sub(r"\s+", " ", text)


def test_who_may_see_vehicles(desk):
    assert visitor(desk, "auditor").get("/vehicles?plate=AB12").status == 403
    assert visitor(desk, "patrol").get("/vehicles?plate=AB12").status == 200
    assert rows(desk, "SELECT actor, detail FROM audit"
                " ORDER BY id DESC LIMIT 1") == [
                    ("account:patrol", '{"page":"vehicles"}')]


def test_a_vehicle_from_half_a_plate(v):
    page = vehicles(v, "B12 CDE")
    assert page.links(r"/vehicles\?plate=AB12CDE")
    page = vehicles(v, "ab12cde")
    text = plain(page)
    assert "Plates that have it" in text
    assert "Could be the same" in text
    # What was read in part is marked where it agrees, and stays open.
    assert ("<mark>A</mark><mark>B</mark><mark>1</mark><mark>2</mark>"
            '<span class="open">?</span>') in page.text
    assert "4 characters agree; 3 not read" in text
    assert "silver estate index <mark>AB12 CDE</mark>" in page.text
    assert "Beside it: silver, estate" in text
    assert "November 2026" in text and "March 2026" in text
    assert "KX09ZZA , in 1 incident" in text
    # The partial plate's own incident is not among the sightings.
    assert "S-1" in text and "S-3" in text and "S-2" not in text
    assert plain(vehicles(v, "AB12???")).count("S-2") == 1


def test_plates_that_cannot_be(v):
    page = vehicles(v, "*")
    assert page.status == 400
    assert "at least two" in page.text
    page = vehicles(v, EVIL)
    assert page.status == 200
    assert "<script>alert" not in page.text and "<img" not in page.text
    assert "No incident has such a plate" in vehicles(v, "ZZ99ZZZ").text
    assert vehicles(v, "AB12", after="m'x").status == 200


# ---- linked incidents ----

def linked(v, ref):
    """The section of the incident with that reference, as words."""
    page = v.get(search(v, q=f'"{ref}"').links(r"/incident/\d+")[0])
    found = re.search(r'<section aria-labelledby="links">.*?</section>',
                      page.text, re.S)
    page.text = found[0]
    return plain(page)


def test_links_say_why(desk, v):
    near = {"opened_at": "2026-05-05T20:00:00Z", "lat": 51.7, "lon": 0.3}
    take_in(desk, [
        told("L-1", "van AB62 XYZ by the barn",
             {**near, "informant": {"phone": "07700 900321"}}),
        told("L-2", "partial index AB62, white van gone",
             {**near, "lat": 51.9, "opened_at": "2026-05-09T20:00:00Z"}),
        told("L-3", "rang again",
             {**near, "lat": 51.2, "opened_at": "2026-05-15T20:00:00Z",
              "informant": {"phone": "+44 7700 900321"}}),
        told("L-4", "a noise", {**near, "opened_at": "2026-06-05T20:00:00Z"}),
        told("L-5", "a light", {**near, "lat": 51.72}),
        told("L-6", "VRM AB62 XYZ again",
             {**near, "lat": 51.1, "opened_at": "2026-07-01T20:00:00Z"}),
    ], "links.ndjson")
    text = linked(v, "L-1")
    for ref, why in [
            ("L-6", "Same vehicle: AB62XYZ"),
            ("L-3", "The same telephone number rang"),
            ("L-4", "Same place"),
            ("L-2", "Could be the same vehicle: AB62XYZ here, AB62??? there;"
                    " 4 characters agree"),
            ("L-5", "Near in time and space")]:
        assert f"{ref} {why}" in text, text
    assert text.index("L-6") < text.index("L-3") < text.index("L-4") \
        < text.index("L-2") < text.index("L-5")
    assert "0 m away, 31 days later" in text
    assert "900321" not in text
    assert "L-1 Could be the same vehicle: AB62??? here" in linked(v, "L-2")
    assert "Nothing has a vehicle" in linked(v, "S-3") or \
        "AB12CDE" in linked(v, "S-3")


# ---- series ----

@pytest.fixture(name="pair", scope="module")
def make_pair(desk):
    """Two incidents with a plate in common, and nothing with the others."""
    take_in(desk, [
        told(f"T-{i}", f"call {i}, VRM TU61 NNN",
             {"lat": 50.5 - i, "lon": -3.5,
              "opened_at": f"2025-0{i}-01T00:00:00Z"}) for i in (1, 2, 3)],
        "pair.ndjson")
    return {ref: number for ref, number in rows(
        desk, "SELECT ref, id FROM incident WHERE ref LIKE 'T-%'")}


def form_of(v, number, **more):
    page = v.get(f"/incident/{number}")
    return {"form": page.field("form"), **more}


def test_a_link_is_confirmed_or_rejected(desk, pair, v):
    one, other = pair["T-1"], pair["T-2"]
    wish = form_of(v, one, other=other, kind="same-vehicle", seen=0)
    page = v.post(f"/incident/{one}/links", {**wish, "verdict": "reject"})
    assert page.status == 200
    assert "Rejected by liaison" in plain(page)
    assert "<summary>Rejected</summary>" in page.text
    # The other side says the same; somebody who saw nothing of it is told.
    assert "Rejected by liaison" in plain(v.get(f"/incident/{other}"))
    second = visitor(desk, "second")
    late = form_of(second, other, other=one, kind="same-vehicle", seen=0,
                   verdict="confirm")
    assert second.post(f"/incident/{other}/links", late).status == 412
    undo = page.links(r".*") and re.search(r'action="(/links/\d+/undo)"',
                                           page.text)[1]
    page = v.post(undo, {"form": wish["form"], "back": one})
    assert "Rejected by" not in page.text
    assert v.post(undo, {"form": wish["form"], "back": one}).status == 409
    page = v.post(f"/incident/{one}/links", {**wish, "verdict": "confirm"})
    assert "Confirmed by liaison" in plain(page)
    # Nothing was taken back out of the table.
    assert rows(desk, "SELECT verdict, undone_ms IS NULL FROM link_verdict"
                " ORDER BY id") == [(2, 0), (1, 1)]
    assert rows(desk, "SELECT count(*) FROM audit WHERE detail LIKE"
                " '%\"link\":%'") == [(3,)]


def test_a_series_is_made_and_undone(desk, pair, v):
    one, other = pair["T-1"], pair["T-2"]
    wish = form_of(v, one, series="", name=f"Autumn {EVIL}",
                   kind="same-vehicle", reason=EVIL)
    page = v.post(f"/incident/{one}/series", wish)
    assert page.status == 200
    assert "Autumn <script>" in html.unescape(page.text)
    assert "<script>alert" not in page.text and "<img" not in page.text
    number = int(page.path.rsplit("/", 1)[1])
    wish = {**wish, "series": number, "reason": "same pickup", "kind": "other"}
    assert v.post(f"/incident/{other}/series", wish).status == 200
    assert v.post(f"/incident/{other}/series", wish).status == 409
    assert "same pickup" in v.get(f"/incident/{other}").text
    listing = plain(v.get("/series"))
    assert "Autumn" in listing and "Made by people" in listing
    page = v.get(f"/series/{number}")
    assert "2 incidents" in page.text
    take_in(desk, [told("T-9", "coursing with lurchers", {})], "queued.ndjson")
    [(queued,)] = rows(desk, "SELECT id FROM incident WHERE ref = 'T-9'")
    assert v.post(f"/incident/{queued}/series",
                  {**wish, "kind": "near"}).status == 200
    assert "Series: Autumn" in plain(v.get("/"))
    undo = re.findall(r'action="(/series/member/\d+/undo)"', page.text)
    assert len(undo) == 2
    assert v.post(undo[0], {"form": wish["form"]}).status == 200
    assert v.post(undo[0], {"form": wish["form"]}).status == 409
    page = v.get(f"/series/{number}")
    assert "taken out by liaison" in plain(page)
    assert "2 incidents" in page.text
    details = [d for (d,) in rows(
        desk, "SELECT detail FROM audit WHERE detail GLOB '*series_[pt]*'"
        " ORDER BY id")]
    assert details == [f'{{"series_put_in":{number}}}'] * 3 + [
        '{"series_taken_out":1}']


def test_series_refuse_what_cannot_be(desk, pair, v):
    one = pair["T-3"]
    good = form_of(v, one, series="", name="A name", kind="near", reason="")
    for change, status in [
            ({"name": ""}, 409), ({"name": "x" * 101}, 409),
            ({"reason": "x" * 501}, 409), ({"kind": "friends"}, 409),
            ({"series": "99999"}, 412), ({"form": "wrong"}, 403)]:
        assert v.post(f"/incident/{one}/series",
                      {**good, **change}).status == status, change
    assert v.post("/incident/999999/series", good).status == 404
    assert v.get("/series/999999").status == 404
    assert v.get("/series/x'").status == 404
    link = {"form": good["form"], "other": one, "kind": "near", "seen": 0,
            "verdict": "confirm"}
    assert v.post(f"/incident/{one}/links", link).status == 409
    officer = visitor(desk, "patrol")
    assert "Put it in a series" not in officer.get(f"/incident/{one}").text
    assert officer.post(f"/incident/{one}/series", good).status == 403
    assert visitor(desk, "auditor").get("/series").status == 403
    assert rows(desk, "SELECT count(*) FROM linkset") == [(1,)]


# ---- why not ----

RULES = """\
themes hare-coursing, fly-tipping

context denied
    next 4: no, not

rule coursing "Hare coursing"
    theme hare-coursing
    give 60 when text has "coursing" | "lurchers"
    alert from 60

rule tipping "Fly-tipping"
    theme fly-tipping
    give 40 when text has "rubble"
    give 30 when text has "tipper"
    review from 60, alert from 70
"""


def test_why_not_and_what_does_not_count(tmp_path):
    rules = tmp_path / "own-rules"
    rules.mkdir()
    (rules / "own.rules").write_text(RULES, encoding="utf-8")
    config = alone(tmp_path)
    config["rules"] = str(rules)
    config["review"] = {"port": free_port()}
    with make_agent(tmp_path, config) as agent:
        add_account(agent, "liaison", "reviewer,officer")
        add_account(agent, "auditor", "auditor")
        agent.port = config["review"]["port"]
        take_in(agent, [incident("W-1", "rubble by the gate, not coursing")])
        v = visitor(agent)
        page = v.get("/incident/1")
        assert '<span class="uncounted">coursing</span>' in page.text
        assert "Not counted, denied : Hare coursing" in plain(page)
        page = v.get(page.links(r"/incident/\d+/why-not")[0])
        text = plain(page)
        assert "Fly tipping 40 of 60 points It came to 40 of the 60 points that" in text
        assert 'Enough would have been: text has "tipper" +30' in text
        assert "It would stand with: text has \"tipper\"" in text
        assert "No points at all Hare coursing" in text
        assert rows(agent, "SELECT detail, incident_id FROM audit"
                    " ORDER BY id DESC LIMIT 1") == [
                        ('{"page":"why-not"}', 1)]
        assert v.get("/incident/99/why-not").status == 404
        assert v.get("/incident/x'/why-not").status == 404
        assert visitor(agent, "auditor").get(
            "/incident/1/why-not").status == 403
        # By the rules that run now, after a reload, too.
        (rules / "own.rules").write_text(
            RULES.replace("give 40", "give 50"), encoding="utf-8")
        agent.hup()
        agent.wait_log("reloaded")
        assert "came to 50 of the 60" in plain(
            v.get("/incident/1/why-not"))


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
