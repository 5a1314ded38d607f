"""The API under /v1, held to docs/openapi.yaml."""

import glob
import html
import importlib
import json
import os
import re
import sqlite3
import subprocess

import pytest

from api_core import table
from support import free_port
from support.api import CASES, Client, Document
from support.desk import add_account
from test_review import write
from whole import COURSING, TIPPING, alone, incident, make_agent, mqtt_only, rows

for found in glob.glob(f"{os.path.dirname(__file__)}/api_*.py"):
    importlib.import_module(os.path.basename(found)[:-3])

ACCOUNTS = {"liaison": "reviewer,officer", "second": "reviewer",
            "patrol": "officer", "auditor": "auditor", "chief": "administrator",
            "figures": "analyst", "checker": "approver", "films": "tracks"}

FAULTY = ['{"id": "BAD-1", "opened_at": "yesterday"}',
          '{"id": "BAD-2", <script>alert(1)</script>',
          '{"id": "BAD-3", "opened_at": "tomorrow."}',
          '{"opened_at": "2026-11-14T18:00:00Z"}',
          '{"id": "BAD-5", "opened_at": "2026-11-14"}']

FORMULA = '=HYPERLINK("http://example.org/?"&A1,"x")'


@pytest.fixture(name="desk", scope="module")
def make_desk(tmp_path_factory):
    """One agent for all, which keeps a client for each account."""
    folder = tmp_path_factory.mktemp("api")
    # A broker that is away: what is decided waits.
    config = mqtt_only(folder, None, port=free_port())
    config["review"] = {"port": free_port()}
    config["retention"] = {"erase": "no"}
    with make_agent(folder, config) as agent:
        for name, roles in ACCOUNTS.items():
            add_account(agent, name, roles)
        agent.drop("first.ndjson", [
            incident("R-1", lat=51.85, lon=0.5, status=FORMULA,
                     grade="-2", district="+44"),
            incident("R-2", TIPPING, lat=None, lon=None, status='a "quoted",\r\nword'),
            incident("R-3", TIPPING + " = café £5 \u202e"),
            incident("R-4", "a cat in a tree", lat=51.9, lon=-0.25)])
        agent.wait_taken("first.ndjson")
        agent.drop("=1+1.ndjson", "".join(f'{line}\n' for line in FAULTY))
        agent.wait_taken("=1+1.ndjson")
        clients = {}

        def client(name="liaison"):
            if name not in clients:
                clients[name] = Client(config["review"]["port"], name)
            return clients[name]

        def change_store(sql, values=()):
            with sqlite3.connect(f"{agent.state}/buzzard.db",
                                 timeout=20) as db:
                db.execute(sql, values)

        agent.client, agent.change_store = client, change_store
        yield agent


@pytest.fixture(name="document", scope="module")
def read_document():
    return Document()


# ---- the document ----

def test_the_document_is_openapi(document):
    assert document.root["openapi"].startswith("3.1.")
    names = set()
    for (method, path), operation in document.operations().items():
        assert operation["operationId"] not in names
        names.add(operation["operationId"])
        assert operation["summary"]
        in_path = {document.follow(p)["name"]
                   for p in document.root["paths"][path].get("parameters", [])}
        assert in_path == set(re.findall(r"{(\w+)}", path)), path
        assert (method == "POST") == ("requestBody" in operation)
    text = json.dumps(document.root)
    for ref in set(re.findall(r'"\$ref": "([^"]+)"', text)):
        document.follow({"$ref": ref})
    for kind in ("schemas", "responses", "parameters", "headers"):
        for name in document.root["components"][kind]:
            assert f'"#/components/{kind}/{name}"' in text, f"{name}: unused"


def test_every_route_is_in_the_document_and_the_reverse(desk, document):
    there = {(r["method"], r["path"]): r["roles"]
             for r in desk.client().get("/v1").json["resources"]}
    described = {key: operation["x-roles"]
                 for key, operation in document.operations().items()}
    assert there == described


def test_every_promise_is_tried(document):
    assert set(CASES) == document.promised()


@pytest.mark.parametrize("key", sorted(CASES), ids=lambda k: "%s %s %d" % k)
def test_what_is_promised_is_kept(desk, document, key):
    method, path, status = key
    for ask in CASES[key]:
        answer = ask(desk)
        assert answer.status == status, answer.text
        document.check(method, path, answer)
        if method == "POST" and status != 200:
            assert rows(desk, "SELECT count(*) FROM decision"
                        " WHERE incident_id = 1") == [(0,)]


def test_requests_are_as_described(document):
    """The bodies that are taken are those that the document takes."""
    body = document.operations()[
        "POST", "/v1/incidents/{id}/decisions"]["requestBody"]
    schema = body["content"]["application/json"]["schema"]
    document.validate(schema, {"decisions": [
        {"theme": "fuel", "verdict": "added"}], "note": ""})


def test_the_description_is_served(desk):
    answer = desk.client().get("/v1/openapi.yaml")
    with open(f"{os.path.dirname(__file__)}/../../docs/openapi.yaml",
              encoding="utf-8") as f:
        assert answer.text == f.read()


# ---- what holds for all of it ----

def test_no_answer_may_be_kept_or_framed(desk):
    for path in ("/v1", "/v1/queue", "/v1/nothing", "/v1/incidents/1",
                 "/v1/incidents?format=csv"):
        answer = desk.client().get(path)
        assert answer.fields["Cache-Control"] == "no-store"
        assert answer.fields["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.fields
        assert "Access-Control-Allow-Origin" not in answer.fields


def test_there_is_no_such_resource_or_method(desk):
    client = desk.client()
    for path in ("/v1/", "/v1/nothing", "/v1/incidents/1/2", "/v1/queue/"):
        answer = client.get(path)
        assert answer.status == 404
        assert answer.fields.get_content_type() == "application/problem+json"
    for answer, allow in (
            (client.change("/v1/queue", {}), "GET, HEAD"),
            (client.get("/v1/incidents/1/decisions"), "POST")):
        assert answer.status == 405
        assert answer.fields["Allow"] == allow
    assert client.get("/v1x").fields.get_content_type() == "text/html"


def test_each_account_is_told_what_it_may(desk):
    for name, path, may in (("liaison", "/v1/queue", True),
                            ("figures", "/v1/incidents", True),
                            ("chief", "/v1/incidents", False),
                            ("checker", "/v1/queue", False),
                            ("auditor", "/v1/audit", True)):
        client = desk.client(name)
        told = {r["path"]: r["allowed"]
                for r in client.get("/v1").json["resources"]}
        assert told[path] == may
        assert (client.get(path).status == 200) == may
        assert client.get("/v1/session").json["account"] == name


def test_every_look_is_recorded(desk):
    client = desk.client("patrol")
    for path, page, number in (
            ("/v1/queue", '"v1/queue"', None),
            ("/v1/incidents?format=csv&limit=2",
             '"v1/incidents","form":"csv","rows":2', None),
            ("/v1/incidents/2", '"v1/incident"', 2)):
        client.get(path)
        assert rows(desk, "SELECT event, incident_id, detail FROM audit"
                    " WHERE actor = 'account:patrol' ORDER BY id DESC"
                    " LIMIT 1") == [(3, number, f'{{"page":{page}}}')]
    before = rows(desk, "SELECT count(*) FROM audit")
    client.get("/v1/incidents/99")
    client.get("/v1/queue?after=x")
    assert rows(desk, "SELECT count(*) FROM audit") == before


# ---- lists ----

def follow(client, path):
    """All items of a list, page by page, by its Link."""
    items = []
    for _ in range(100):
        answer = client.get(path)
        assert answer.status == 200, answer.text
        items += answer.json.get("items", answer.json.get("features"))
        link = answer.fields.get("Link")
        assert (link is None) == (answer.json["next"] is None)
        if not link:
            return items
        path = re.fullmatch(r'<([^>]*)>; rel="next"', link)[1]
        assert path == answer.json["next"]
    raise AssertionError("no end")


@pytest.mark.parametrize("path, name", [
    ("/v1/queue", "liaison"), ("/v1/incidents", "liaison"),
    ("/v1/incidents?theme=fly-tipping", "liaison"),
    ("/v1/search?from=2020-01-01", "liaison"),
    ("/v1/search?level=tagged&order=best", "liaison"),
    ("/v1/incidents?format=geojson&since=2020-01-01", "liaison"),
    ("/v1/audit", "auditor")])
def test_pages_come_to_the_whole(desk, path, name):
    client = desk.client(name)
    mark = "&" if "?" in path else "?"
    items = follow(client, f"{path}{mark}limit=1" if name != "auditor"
                   else f"{path}{mark}limit=40")
    whole = follow(client, f"{path}{mark}limit=5000")
    if name == "auditor":  # each of those pages was a look
        whole = whole[-len(items):]
        assert [i["row"] for i in items] == sorted(
            {i["row"] for i in items}, reverse=True)
    for item in items + whole:  # what a look changes
        item.pop("looked_at", None)
    assert items[-2:] == whole[-2:]
    assert len(items) == len(whole) > 1


def test_a_cursor_is_of_its_list_and_whole(desk):
    client = desk.client()
    path = client.get("/v1/incidents?limit=1").json["next"]
    cursor = path.split("after=")[1]
    for other in (f"/v1/queue?after={cursor}",
                  f"/v1/incidents?after={cursor[:-1]}",
                  f"/v1/incidents?after={cursor[:-1]}g",
                  f"/v1/incidents?after=f{cursor[1:]}",
                  f"/v1/incidents?after={cursor.upper()}x"):
        answer = client.get(other)
        assert (answer.status, answer.json["field"]) == (400, "after")
    assert client.get(path).json["items"][0]["ref"] != "R-4"


def test_forms_are_asked_for_by_name_or_accept(desk):
    client = desk.client()
    for accept, query, kind in (
            ("text/csv", "", "text/csv"),
            ("application/geo+json", "", "application/geo+json"),
            ("text/csv;q=0.9, application/json", "", "text/csv"),
            ("*/*", "", "application/json"),
            ("image/png", "", "application/json"),
            ("text/csv", "?format=json", "application/json")):
        answer = client.ask("GET", f"/v1/incidents{query}",
                            fields={"Accept": accept})
        assert answer.fields.get_content_type() == kind
        assert answer.fields["Vary"] == "Accept"
    answer = client.ask("GET", "/v1/queue",
                        fields={"Accept": "application/geo+json"})
    assert answer.fields.get_content_type() == "application/json"


def test_csv_is_what_spreadsheets_take_and_runs_nothing(desk):
    answer = desk.client().get("/v1/incidents?format=csv")
    assert answer.fields["Content-Type"] == \
        "text/csv; charset=utf-8; header=present"
    assert answer.fields["Content-Disposition"] == \
        'attachment; filename="incidents.csv"'
    by_ref = {row["ref"]: row for row in table(answer)}
    assert by_ref["R-1"]["status"] == "'" + FORMULA
    assert by_ref["R-1"]["grade"] == "'-2"
    assert by_ref["R-2"]["status"] == 'a "quoted",\r\nword'
    assert by_ref["R-4"]["lon"] == "-0.25"  # a number is none
    assert by_ref["R-2"]["lat"] == ""
    json_rows = desk.client().get("/v1/incidents").json["items"]
    assert list(by_ref["R-1"]) == list(json_rows[0])
    queue = table(desk.client().get("/v1/queue?format=csv"))
    assert "hare-coursing" in {row["themes"] for row in queue}
    people = table(desk.client("auditor").get("/v1/audit?format=csv"))
    assert json.loads(people[0]["detail"]) == {
        "page": "v1/queue", "form": "csv", "rows": len(queue)}


PAGES = {
    "liaison": ["/", "/search?q=rubble", "/vehicles?plate=AB12CDE", "/series",
                "/follow-up", "/follow-up?who=mine", "/encampments",
                "/encampments?state=open", "/fly-tipping?size=van",
                "/hand-over", "/alerts?view=dead&recipient=map",
                "/alerts?view=waiting", "/feeds", "/retention",
                "/incident/2", "/map?bbox=-180,-90,180,90&days=366"],
    "chief": ["/accounts", "/quarantine", "/quarantine?state=dropped",
              "/rules", "/alerts?view=aside", "/retention"],
    "auditor": ["/audit?account=liaison", "/retention"]}


@pytest.mark.parametrize("name", PAGES)
def test_each_list_of_a_page_can_be_downloaded(desk, name):
    """Its link is named so, and leads to a file that this account may have."""
    client, without = desk.client(name), []
    for path in PAGES[name]:
        page = client.get(path).text
        links = re.findall(
            r'<p class="csv"><a href="([^"]+)">Download as CSV<', page)
        if not links:
            without.append(path)
        for link in links:
            answer = client.get(html.unescape(link))
            assert answer.status == 200, f"{path}: {link}: {answer.text}"
            assert answer.fields.get_content_type() == "text/csv"
            if not link.startswith("/v1/alerts?"):
                assert answer.text.count("\r\n") > 1, f"{link}: no rows"
    assert without in ([], ["/alerts?view=waiting"]), "no link"


def test_gis_opens_the_incidents(desk, tmp_path):
    path = tmp_path / "incidents.geojson"
    found = desk.client().get("/v1/incidents?format=geojson").json
    # Those of the cases, which bring their own, apart.
    found["features"] = [f for f in found["features"]
                         if f["properties"]["ref"].startswith("R-")]
    path.write_text(json.dumps(found), encoding="utf-8")
    done = subprocess.run(["ogrinfo", "-ro", "-al", str(path)],
                          capture_output=True, text=True, check=True)
    assert done.stderr == ""
    items = [i for i in desk.client().get("/v1/incidents").json["items"]
             if i["ref"].startswith("R-")]
    assert f"Feature Count: {len(items)}" in done.stdout
    assert "POINT (-0.25 51.9)" in done.stdout
    assert "POINT (0.5 51.85)" in done.stdout
    assert done.stdout.count("POINT") == sum(
        i["lat"] is not None for i in items) < len(items)
    assert "opened_at: DateTime" in done.stdout


def test_days_are_those_of_london(desk):
    desk.drop("summer.ndjson", [
        incident("S-1", opened_at="2026-06-30T23:30:00Z"),
        incident("S-2", opened_at="2026-06-30T22:30:00Z")])
    desk.wait_taken("summer.ndjson")
    refs = [i["ref"] for i in desk.client().get(
        "/v1/incidents?since=2026-07-01&before=2026-07-02").json["items"]]
    assert refs == ["S-1"]


def test_a_record_that_cannot_be_read_is_null(tmp_path, document):
    config = alone(tmp_path)
    config["review"] = {"port": free_port()}
    with make_agent(tmp_path, config) as agent:
        add_account(agent, "liaison", "reviewer")
        agent.drop("one.ndjson", [incident("R-1", COURSING)])
        agent.wait_taken("one.ndjson")
        agent.stop()
        write(agent, "UPDATE message SET bytes = x'00'")
        agent.start()
        answer = Client(config["review"]["port"]).get("/v1/incidents/1")
        document.check("GET", "/v1/incidents/{id}", answer)
        assert answer.json["record"] is None
        assert answer.json["tags"][0]["theme"] == "hare-coursing"
