"""Fly-tipping on its incident, its list and figures, asked over HTTP."""

import json

import pytest

from support import free_port
from support.camps import CAMP_PACK, Officer, hours_ago, report
from support.london import day
from support.desk import Visitor, add_account
from whole import make_agent, rows, small_pack

GOOD = {"size": "tipper", "waste": "tyres", "land": "farm",
        "witnessed": "no", "evidence": "found"}
BAD = "<script>alert(1)</script>'; --"


@pytest.fixture(name="desk", scope="module")
def make_desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tipping")
    config = {"rules": small_pack(f"{folder}/rules", CAMP_PACK),
              "review": {"port": free_port()}}
    with make_agent(folder, config) as agent:
        for name, roles in (("liaison", "reviewer,officer"),
                            ("patrol", "officer"), ("analyst", "analyst"),
                            ("auditor", "auditor")):
            add_account(agent, name, roles)
        agent.drop("first.ndjson", [
            *(report(f"T-{n}", "rubble in the gateway", hours=n)
              for n in range(1, 8)),
            report("C-8"), report("N-9", "a cat in a tree"),
            report(BAD, "rubble in the gateway", district=BAD)])
        agent.wait_taken("first.ndjson")
        agent.port = config["review"]["port"]
        yield agent


@pytest.fixture(name="officer", scope="module")
def make_officer(desk):
    return Officer(desk.port)


def record(officer, incident, seen=None, **fields):
    page = officer.get(f"/incident/{incident}/fly-tipping")
    return officer.post(f"/incident/{incident}/fly-tipping", {
        "form": page.field("form"), "seen": seen or page.field("seen"),
        **GOOD, **fields})


def test_who_may(desk, officer):
    record(officer, 1)
    analyst = Officer(desk.port, "analyst")
    page = analyst.get("/incident/1/fly-tipping")
    assert "Tipper lorry load" in page.text and "Save" not in page.text
    assert "What was recorded before" in analyst.get("/incident/1").text
    form = analyst.get("/fly-tipping").field("form")
    assert analyst.post("/incident/1/fly-tipping",
                        {"form": form, "seen": "1", **GOOD}).status == 403
    patrol = Officer(desk.port, "patrol")
    assert patrol.post("/incident/1/fly-tipping",
                       {"form": "A" * 43, "seen": "1", **GOOD}).status == 403
    assert record(patrol, 1, size="multi").status == 200
    auditor = Visitor(desk.port)
    auditor.log_in("auditor")
    for path in ("/fly-tipping", "/incident/1/fly-tipping"):
        assert auditor.get(path).status == 403
        assert Visitor(desk.port).get(path, follow=False).status == 303


def test_only_where_the_theme_is(officer):
    assert "Record size, waste and land" in officer.get("/incident/2").text
    for incident in (8, 9, 99):
        assert "Record size" not in officer.get(f"/incident/{incident}").text
        assert officer.get(f"/incident/{incident}/fly-tipping").status == 404
        form = officer.get("/fly-tipping").field("form")
        assert officer.post(f"/incident/{incident}/fly-tipping", {
            "form": form, "seen": "0", **GOOD}).status == 404
    # A person says it is one; another that it is not.
    officer.decide(officer.get("/incident/9"), "change", theme="fly-tipping")
    assert officer.get("/incident/9/fly-tipping").status == 200
    officer.decide(officer.get("/incident/7"), "reject")
    assert officer.get("/incident/7/fly-tipping").status == 404


def test_what_is_recorded_stands_on_the_incident(desk, officer):
    sheet = record(officer, 2, referred="district", reference="UT/4711",
                   **{"referred-at": hours_ago(1)})
    assert sheet.path == "/incident/2"
    for words in ("Tipper lorry load", "Tyres", "Agricultural",
                  "District or borough council", "UT/4711", "Referred on"):
        assert words in sheet.text
    page = officer.get("/incident/2/fly-tipping")
    assert 'value="UT/4711"' in page.text
    record(officer, 2, size="multi", **{"cleared-at": hours_ago(0)})
    page = officer.get("/incident/2/fly-tipping")
    assert "Significant, or several loads" in page.text
    assert "Tipper lorry load" in page.text  # what stood before
    assert rows(desk, "SELECT count(*), count(replaced_ms) FROM tipping"
                " WHERE incident_id = 2") == [(2, 1)]
    details = [json.loads(d[0]) for d in rows(
        desk, "SELECT detail FROM audit WHERE event = 2 AND incident_id = 2"
        " ORDER BY id")]
    assert [d["change"] for d in details] == ["fly-tipping"] * 2


def test_two_at_once(desk, officer):
    page = officer.get("/incident/3/fly-tipping")
    assert record(Officer(desk.port, "patrol"), 3).status == 200
    late = officer.post("/incident/3/fly-tipping", {
        "form": page.field("form"), "seen": page.field("seen"), **GOOD,
        "waste": "green"})
    assert late.status == 412 and "another record meanwhile" in late.text
    assert '<option value="green" selected>' in late.text
    assert rows(desk, "SELECT waste FROM tipping WHERE incident_id = 3"
                ) == [("tyres",)]
    assert officer.post("/incident/3/fly-tipping", {
        "form": late.field("form"), "seen": late.field("seen"), **GOOD,
        "waste": "green"}).status == 200


def test_bad_input_is_answered_with_a_sentence(desk, officer):
    before = rows(desk, "SELECT count(*) FROM tipping")
    for fields in ({"size": "huge"}, {"waste": ""}, {"land": BAD},
                   {"witnessed": "maybe"}, {"evidence": "x" * 9000},
                   {"referred": "district"}, {"referred": "moon"},
                   {"referred-at": hours_ago(1)},
                   {"cleared-at": hours_ago(-5)}, {"cleared-at": "today"},
                   {"referred-at": "2026-02-30T10:00"}, {"seen": "x"},
                   {"reference": "r" * 41}, {"reference": "Irish lad"}):
        page = record(officer, 4, **fields)
        assert page.status == 400, fields
        assert "There is a problem" in page.text
        assert "<script>alert" not in page.text
    assert rows(desk, "SELECT count(*) FROM tipping") == before
    hostile = record(officer, 4, referred="county", reference=BAD,
                     **{"referred-at": hours_ago(1)})
    assert hostile.status == 200
    assert record(officer, 10).status == 200  # whose feed says it, too
    for path in ("/incident/4", "/incident/4/fly-tipping", "/fly-tipping",
                 "/incident/10/fly-tipping"):
        text = officer.get(path).text
        assert "<script>alert" not in text and "&lt;script&gt;" in text
    for odd in ("size=odd", "after=x.y", "month=2026-13", "land=%27%20OR",
                "waste=%3Cscript%3E", "after=99999999999999999999.9"):
        answer = officer.get(f"/fly-tipping?{odd}")
        assert answer.status == 200 and "<script>" not in answer.text


def test_the_list_and_its_filters(desk, officer):
    record(officer, 5, size="bag", land="highway", waste="asbestos")
    month = day()[:7]
    page = officer.get("/fly-tipping?land=highway")
    assert page.links(r"/incident/\d+") == ["/incident/5"]
    assert "land=highway" in page.links(r"/v1/fly-tipping\?.*")[0]
    assert officer.get("/fly-tipping?size=boot").links(
        r"/incident/\d+") == []
    assert f'/fly-tipping?month={month}"' in page.text
    assert "Nothing is recorded that is like that" in officer.get(
        "/fly-tipping?month=1999-01").text
    listed = json.loads(officer.get("/v1/fly-tipping?waste=asbestos").text)
    assert [i["incident"] for i in listed["items"]] == [5]
    table = officer.get("/v1/fly-tipping?format=csv").text.splitlines()
    standing = rows(desk, "SELECT count(*) FROM tipping"
                    " WHERE replaced_ms IS NULL")[0][0]
    assert len(table) == standing + 1
    figures = json.loads(officer.get("/v1/fly-tipping/figures").text)
    assert sum(m["recorded"] for m in figures["items"]) == standing
    assert sum(m["bag"] for m in figures["items"]) == 1
