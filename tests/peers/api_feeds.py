"""The answers of the API about feeds and quarantine."""

from api_core import listed, read, recorded, refused, table
from support import wait_for
from support.api import case

FEEDS, LIST, ONE = "/v1/feeds", "/v1/quarantine", "/v1/quarantine/{id}"


@case("GET", FEEDS, 200)
def feeds(desk):
    client = desk.client()
    wait_for(lambda: client.get(FEEDS).json["items"], 20,
             "the agent tells how its feeds are")
    answer = client.get(FEEDS)
    [feed] = answer.json["items"]
    assert feed["name"] == "control-room" and feed["in_quarantine"] >= 3
    assert feed["last_file"]
    days = client.get(FEEDS + "/days").json["items"]
    assert days[0]["feed"] == "control-room" and days[0]["messages"] >= 4
    assert client.get(FEEDS + "/days?feed=other").json["items"] == []
    return answer


@case("GET", ONE, 200)
def one(desk):
    chief = desk.client("chief")
    kinds = chief.get(LIST + "/kinds").json["items"]
    assert sum(k["held"] for k in kinds) == len(
        chief.get(LIST).json["items"]) >= 3
    [row] = [r for r in table(chief.get(LIST + "?format=csv"))
             if r["id"] == "2"]
    assert row["file"] == "'=1+1.ndjson"
    answer = chief.get("/v1/quarantine/2")
    assert answer.json["begins"].startswith('{"id": "BAD-2"')
    return answer


@case("POST", ONE + "/drop", 200)
def drop(desk):
    chief = desk.client("chief")
    seen = chief.get("/v1/quarantine/3").etag
    answer = chief.change("/v1/quarantine/3/drop", {"why": "test"}, seen)
    assert answer.json["state"] == "dropped"
    late = chief.change("/v1/quarantine/3/drop", {"why": "test"}, seen)
    assert late.status == 412 and late.json["current"]["state"] == "dropped"
    assert chief.change("/v1/quarantine/3/drop", {"why": "test"},
                        answer.etag).status == 422
    return answer


def mend(desk, number):
    """What an older program could not read: the bytes as they should be."""
    desk.change_store(
        "UPDATE quarantine SET size_bytes = length(?1), bytes = ?1"
        " WHERE id = ?2",
        (b'{"id": "Q-%d", "opened_at": "2026-11-14T18:00:00Z"}' % number,
         number))


@case("POST", ONE + "/replay", 200)
def replay(desk):
    chief = desk.client("chief")
    seen = chief.get("/v1/quarantine/4").etag
    refusal = chief.change("/v1/quarantine/4/replay", {}, seen)
    assert refusal.status == 422
    assert "still cannot be read" in refusal.json["detail"]
    mend(desk, 4)
    answer = chief.change("/v1/quarantine/4/replay", {}, seen)
    assert answer.json["state"] in ("asked", "replayed")
    wait_for(lambda: chief.get("/v1/quarantine/4").json["state"] == "replayed",
             20, "it is taken in")
    return answer


@case("POST", LIST + "/replay", 200)
def replay_kind(desk):
    chief = desk.client("chief")
    mend(desk, 5)
    reason = chief.get("/v1/quarantine/5").json["reason"]
    answer = chief.change(LIST + "/replay", {
        "feed": "control-room", "reason": reason})
    assert answer.json["count"] >= 1
    wait_for(lambda: chief.get("/v1/quarantine/5").json["state"] == "replayed",
             20, "it is taken in")
    return answer


listed(FEEDS, "chief", "auditor")
listed(FEEDS + "/days", "chief", "auditor", ["?feed=control-room"])
listed(LIST, "chief", "liaison",
       ["?state=held", "?state=dropped", "?feed=control-room&reason=%3Cb%3E"],
       ["?state=gone"])
listed(LIST + "/kinds", "chief", "liaison")
recorded(ONE, "chief", "liaison")
for status, name in ((401, None), (403, "auditor")):
    read("GET", ONE, status, name, "/v1/quarantine/1")
refused(ONE + "/replay", 1, {}, "chief", "liaison", "/v1/quarantine/1",
        [({}, None)])
refused(ONE + "/drop", 1, {"why": "test"}, "chief", "liaison",
        "/v1/quarantine/1", [({}, "why"), ({"why": "bored"}, "why")])
refused(LIST + "/replay", 1, {"feed": "control-room", "reason": "none"},
        "chief", "liaison", None,
        [({"reason": "x"}, "feed"), ({"feed": "x"}, "reason"),
         ({"feed": "x", "reason": "y"}, None)])
