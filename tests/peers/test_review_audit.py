"""Page Audit: who did what, asked for in parts, and reading that is unusual."""

import csv
import io
import re

import pytest

from support import free_port
from support.api import Client
from support.chain import read_chain
from support.desk import Visitor, add_account
from whole import alone, incident, listed, make_agent, rows

USUAL = 6


@pytest.fixture(name="desk", scope="module")
def make_desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("audit")
    config = alone(folder)
    config["review"] = {"port": free_port(), "unusual_hour": USUAL}
    with make_agent(folder, config) as agent:
        for name, roles in (("liaison", "reviewer"), ("patrol", "officer"),
                            ("auditor", "auditor"), ("taker", "officer"),
                            ("walker", "officer")):
            add_account(agent, name, roles)
        agent.port = config["review"]["port"]
        agent.drop("ten.ndjson", [incident(f"R-{i}") for i in range(1, 21)])
        agent.wait_taken("ten.ndjson")
        yield agent


def visitor(agent, name):
    v = Visitor(agent.port)
    assert v.log_in(name).status == 200
    return v


def lines(page):
    """The cells of the log's rows."""
    table = page.text.split('aria-label="Audit log"')[1]
    return [[re.sub("<[^>]*>", "", cell)
             for cell in re.findall("<td>(.*?)</td>", row)]
            for row in table.split("<tr>")[2:]]


def noticed(agent):
    return rows(agent, "SELECT detail FROM audit WHERE actor = 'watch'"
                " ORDER BY id")


def test_reading_much_and_doing_nothing_is_reported(desk):
    auditor = visitor(desk, "auditor")
    assert "None was noticed" in auditor.get("/audit").text
    assert listed(desk, "audit", "unusual") == []
    reader = visitor(desk, "patrol")
    for i in (1, 1, 2, 2, 3, 4, 5, 6):
        assert reader.get(f"/incident/{i}").status == 200
    assert noticed(desk) == []
    for i in (7, 8, 9):  # nobody is kept from reading
        assert reader.get(f"/incident/{i}").status == 200
    assert noticed(desk) == [(
        '{"unusual":"hour","who":"account:patrol","incidents":7,"limit":6}',)]
    desk.wait_log("review: unusual reading who=account:patrol over=hour"
                  " incidents=7 limit=6")
    text = auditor.get("/audit").text
    assert "read 7 in an hour; up to 6 are usual" in text
    assert 'href="/audit?account=account%3Apatrol"' in text
    [found] = listed(desk, "audit", "unusual")
    assert (found["actor"], found["over"], found["incidents"],
            found["limit"]) == ("account:patrol", "hour", 7, 6)
    client = Client(desk.port, "auditor")
    [item] = client.get("/v1/audit/unusual").json["items"]
    assert item["actor"] == "account:patrol"
    assert "unusual" not in visitor(desk, "patrol").get("/").text
    read_chain(f"{desk.state}/buzzard.db")


def test_working_through_the_queue_is_usual(desk):
    v = visitor(desk, "liaison")
    page = v.get(v.get("/").links(r"/incident/\d+")[0])
    for _ in range(USUAL + 4):
        page = v.decide(page, "confirm")
    assert len([d for d in noticed(desk) if "liaison" in d[0]]) == 0


def test_taking_many_in_a_file_is_reported(desk):
    client = Client(desk.port, "taker")
    client.get("/v1/incidents?limit=20")  # a page is no file
    client.get(f"/v1/incidents?format=csv&limit={USUAL}")
    assert len([d for d in noticed(desk) if "taker" in d[0]]) == 0
    client.get("/v1/incidents?format=geojson&limit=3")
    assert len([d for d in noticed(desk) if "taker" in d[0]]) == 1
    for _ in range(3):  # the audit log itself is for reading
        Client(desk.port, "auditor").get("/v1/audit?format=csv")
    assert len([d for d in noticed(desk) if "auditor" in d[0]]) == 0


def test_walking_through_a_list_is_reported(desk):
    """A first page is a look at a list; going on from it is reading it all."""
    walker, path, count = Client(desk.port, "walker"), "/v1/incidents", 0
    assert walker.get(path).status == 200
    path += "?limit=2"
    while path and count < 30:
        path, count = walker.get(path).json["next"], count + 1
    assert count == 10
    [found] = [d for (d,) in noticed(desk) if "account:walker" in d]
    assert '"unusual":"hour"' in found


def test_the_log_is_asked_for_in_parts(desk):
    v = visitor(desk, "auditor")
    reader = visitor(desk, "patrol")
    reader.get("/incident/3")
    everything = lines(v.get("/audit"))
    assert len(everything) > 20
    for query, column, word in (
            ("account=patrol", 2, "account:patrol"),
            ("account=account:patrol", 2, "account:patrol"),
            ("account=watch", 2, "watch"),
            ("event=alteration", 3, "alteration"),
            ("incident=3", 4, "3")):
        found = lines(v.get(f"/audit?{query}"))
        assert found, query
        assert {row[column] for row in found} == {word}, query
    both = lines(v.get("/audit?account=patrol&incident=3&event=consultation"))
    assert {tuple(row[2:5]) for row in both} == {
        ("account:patrol", "consultation", "3")}
    assert lines(v.get("/audit?since=2020-01-01&before=2020-02-01")) == []
    assert "Nothing was recorded that fits" in v.get(
        "/audit?account=nobody").text
    assert lines(v.get("/audit?since=2020-01-01&before=2100-01-01"))
    # The form keeps what was asked, and no text is more than text.
    page = v.get("/audit?account=%22%3E%3Cscript%3E&event=erasure")
    assert "<script>" not in page.text
    assert "&quot;&gt;&lt;script&gt;" in page.text
    assert "<option selected>erasure" in page.text


def test_what_cannot_be_understood_is_said(desk):
    v = visitor(desk, "auditor")
    for query, why in (("incident=R-1", "by its number here"),
                       ("incident=0", "by its number here"),
                       ("event=%3Cb%3E", "The events are"),
                       ("since=yesterday", "A date is written"),
                       ("before=2026-02-30", "A date is written")):
        page = v.get(f"/audit?{query}")
        assert page.status == 400
        assert why in page.text
        assert "<b>" not in page.text
    for after in ("x", "1", "1.x", ".", "..", "9999999999999999999.1",
                  "1.1.1", "%00.%00", "-1.-1"):
        assert v.get(f"/audit?after={after}").status == 200


def test_pages_come_to_the_whole(desk):
    reader = visitor(desk, "liaison")
    for _ in range(110):
        reader.get("/incident/20")
    v = visitor(desk, "auditor")
    path, seen = "/audit?account=liaison&incident=20", []
    for _ in range(5):
        page = v.get(path)
        seen += [row[0] for row in lines(page)]
        following = page.links(r"/audit\?.*after=.*")
        if not following:
            break
        path = following[0].replace("&amp;", "&")
        assert "account=liaison&incident=20&after=" in path
    wanted = rows(desk, "SELECT id FROM audit WHERE actor = 'account:liaison'"
                  " AND incident_id = 20 ORDER BY id DESC")
    assert seen == [str(row) for (row,) in wanted]
    [file] = v.get("/audit?account=liaison&incident=20").links(
        r"/v1/audit\?.*csv")
    text = v.get(file.replace("&amp;", "&")).text
    found = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["row"] for row in found] == seen


def test_only_auditors(desk):
    for name in ("patrol", "liaison"):
        v = visitor(desk, name)
        assert v.get("/audit").status == 403
        assert v.get("/audit?account=watch").status == 403
