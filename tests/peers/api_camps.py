"""The answers of the API about the register of encampments."""

import datetime

from api_core import listed, read, recorded, refused
from support.api import case
from whole import incident

LIST, ONE = "/v1/encampments", "/v1/encampments/{id}"
FIGURES, DUE = "/v1/encampments/figures", "/v1/encampments/due"
OPEN = "/v1/incidents/{id}/encampment"
LATER = (datetime.datetime.now(datetime.timezone.utc)
         + datetime.timedelta(30)).strftime("%Y-%m-%dT12:00:00Z")
VISIT = {"kind": "visit", "at": "2026-11-15T09:00:00Z", "unit": "GT01",
         "caravans": 3, "seen": "=the gate is open"}


def entry(desk):
    """The entry of incident 4, opened if it is not there: path and answer."""
    client = desk.client("patrol")
    client.change("/v1/incidents/4/encampment", {
        "place": "=Meadow", "land": "farm"})
    [item] = [i for i in client.get(LIST).json["items"]
              if i["place"] == "=Meadow"]
    path = f"{LIST}/{item['id']}"
    return path, client.get(path)


@case("POST", OPEN, 200)
def begin(desk):
    client = desk.client()
    desk.drop("field.ndjson", [incident("E-1", "caravans on the field")])
    desk.wait_taken("field.ndjson")
    [number] = [i["id"] for i in client.get("/v1/incidents").json["items"]
                if i["ref"] == "E-1"]
    path = f"/v1/incidents/{number}/encampment"
    answer = client.change(path, {"place": "Field", "land": "county"})
    assert answer.json["place"] == "Field"
    assert [i["ref"] for i in answer.json["incidents"]] == ["E-1"]
    again = client.change(path, {"place": "Field", "land": "county"})
    assert again.status == 422
    return answer


@case("GET", ONE, 200)
def one(desk):
    path, answer = entry(desk)
    assert answer.json["lines"][0]["fields"] == {"place": "=Meadow",
                                                 "land": "farm"}
    assert "\"'=Meadow\"" in desk.client().get(LIST + "?format=csv").text
    return answer


@case("POST", ONE + "/lines", 200)
def day(desk):
    """From the first visit to gone, as officers enter it."""
    client = desk.client("patrol")
    path, seen = entry(desk)
    first = client.change(path + "/lines", VISIT, seen.etag)
    line = first.json["lines"][-1]
    assert line["fields"] == {"unit": "GT01", "caravans": 3,
                              "seen": "=the gate is open"}
    assert line["at"] == VISIT["at"] and line["entered_by"] == "patrol"
    late = desk.client().change(path + "/lines", VISIT, seen.etag)
    assert late.status == 412 and late.json["current"] == first.json
    put_right = client.change(path + "/lines", {
        **VISIT, "caravans": 4, "corrects": line["line"]}, first.etag)
    assert put_right.json["caravans_most"] == 4
    due = client.change(path + "/lines", {
        "kind": "deadline", "at": LATER,
        "what": "leave"}, put_right.etag)
    assert due.status == 200, due.text
    number = due.json["lines"][-1]["line"]
    [item] = [d for d in client.get(DUE).json["items"] if d["line"] == number]
    assert item["due_at"] == LATER
    taken = client.change(path + "/lines", {
        "kind": "withdrawn", "corrects": number, "reason": "mistake"},
        due.etag)
    assert taken.status == 200, taken.text
    assert number not in [d["line"] for d in client.get(DUE).json["items"]]
    return taken


@case("POST", ONE + "/join", 200)
def join(desk):
    client = desk.client("patrol")
    path, seen = entry(desk)
    if 1 in [i["id"] for i in seen.json["incidents"]
             if not i["taken_out_at"]]:
        seen = client.change(path + "/part", {"incident": 1}, seen.etag)
    answer = client.change(path + "/join", {"ref": "R-1"}, seen.etag)
    assert [i["ref"] for i in answer.json["incidents"]
            if not i["taken_out_at"]] == ["R-4", "R-1"]
    late = client.change(path + "/join", {"incident": 2}, seen.etag)
    assert late.status == 412
    assert client.change(path + "/join", {"incident": 1},
                         answer.etag).status == 422
    return answer


@case("POST", ONE + "/part", 200)
def part(desk):
    client = desk.client("patrol")
    path, seen = entry(desk)
    if 1 not in [i["id"] for i in seen.json["incidents"]
                 if not i["taken_out_at"]]:
        seen = client.change(path + "/join", {"incident": 1}, seen.etag)
    answer = client.change(path + "/part", {"incident": 1}, seen.etag)
    assert [i["ref"] for i in answer.json["incidents"]
            if not i["taken_out_at"]] == ["R-4"]
    last = client.change(path + "/part", {"incident": 4}, answer.etag)
    assert (last.status, last.json["field"]) == (422, "incident")
    return answer


for query in ("?format=geojson", "?state=open", "?state=closed",
              "?state=all&land=farm&district=nowhere"):
    read("GET", LIST, 200, "liaison", LIST + query)
for query in ("?state=gone", "?format=xml", "?place=x", "?limit=0",
              "?after=1"):
    read("GET", LIST, 400, "liaison", LIST + query)
read("GET", LIST, 401, None)
read("GET", LIST, 403, "auditor")
listed(FIGURES, "figures", "auditor", ["?limit=3"], ["?state=open"])
listed(DUE, "figures", "auditor")
recorded(ONE, "liaison", "auditor")
refused(OPEN, 3, {"place": "Lane", "land": "farm"}, "patrol", "figures", None,
        [({}, "place"), ({"place": "Lane"}, "land"),
         ({"place": "Lane", "land": "moon"}, "land"),
         ({"place": "x" * 121, "land": "farm"}, "place"),
         ({"place": "Lane", "land": "farm", "moved": "x"}, "moved"),
         ({"place": "Lane", "land": "farm", "moved": 999}, None)])
refused(ONE + "/lines", 1, VISIT, "patrol", "figures", f"{LIST}/1", [
    ({}, "kind"), ({"kind": "party"}, "kind"), ({**VISIT, "at": "x"}, "at"),
    ({**VISIT, "caravans": -1}, "caravans"),
    ({**VISIT, "power": "s61"}, "power"),
    ({**VISIT, "corrects": 9999}, "corrects"), ({**VISIT, "unit": ""}, "unit"),
    ({**VISIT, "at": "2099-01-01T00:00:00Z"}, None),
    ({"kind": "withdrawn"}, "kind")])
refused(ONE + "/join", 1, {"incident": 1}, "patrol", "figures", f"{LIST}/1",
        [({}, "incident"), ({"ref": "R-99"}, "ref"),
         ({"incident": 999}, "incident")])
refused(ONE + "/part", 1, {"incident": 1}, "patrol", "figures", f"{LIST}/1",
        [({}, "incident"), ({"incident": 3}, "incident")])
