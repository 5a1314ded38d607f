"""The answers of the API about retention."""

from api_core import listed, read, recorded, refused
from support.api import case
from whole import TIPPING, incident

WHOLE, ONE = "/v1/retention", "/v1/incidents/{id}/retention"
VERBS = {"hold": {"why": "a court"}, "release": {}, "keep": {"why": "case"}}


@case("GET", WHOLE, 200)
def whole(desk):
    answer = desk.client("auditor").get(WHOLE)
    assert answer.json["erases_by_itself"] is False
    classes = desk.client("chief").get(WHOLE + "/classes").json["items"]
    assert classes[-1]["name"] == "untagged"
    assert classes[-1]["incidents"] == "no-tag"
    return answer


@case("POST", "/v1/incidents/{id}/hold", 200)
def hold(desk):
    client = desk.client()
    seen = client.get("/v1/incidents/2/retention").etag
    answer = client.change("/v1/incidents/2/hold", {
        "why": "=a court", "until": "2099-12-31"}, seen)
    [held] = answer.json["holds"]
    assert held["stands"] and held["why"] == "=a court"
    late = desk.client("second").change("/v1/incidents/2/hold",
                                        {"why": "x"}, seen)
    assert late.status == 412
    assert late.json["current"]["holds"] == [held]
    assert client.change("/v1/incidents/2/hold", {"why": "x"},
                         answer.etag).status == 422
    [row] = desk.client("chief").get(WHOLE + "/holds").json["items"]
    assert row["ref"] == "R-2" and row["incident_id"] is None
    assert "why" not in row
    [row] = client.get(WHOLE + "/holds").json["items"]
    assert row["incident_id"] == 2
    return answer


@case("POST", "/v1/incidents/{id}/release", 200)
def release(desk):
    client = desk.client("second")
    seen = client.get("/v1/incidents/3/retention").etag
    held = client.change("/v1/incidents/3/hold", {"why": "an inquiry"}, seen)
    answer = client.change("/v1/incidents/3/release", {}, held.etag)
    assert not answer.json["holds"][0]["stands"]
    assert answer.json["holds"][0]["ended_by"] == "account:second"
    assert client.change("/v1/incidents/3/release", {},
                         answer.etag).status == 422
    return answer


@case("POST", "/v1/incidents/{id}/keep", 200)
def keep(desk):
    client = desk.client()
    desk.drop("old.ndjson", [incident("OLD-1", TIPPING)])
    desk.wait_taken("old.ndjson")
    [number] = [i["id"] for i in client.get("/v1/incidents").json["items"]
                if i["ref"] == "OLD-1"]
    for change in (
            "UPDATE incident SET first_ms = 5, last_ms = 5 WHERE id = ?",
            "UPDATE message SET received_ms = 5 WHERE incident_id = ?",
            "UPDATE outbox SET state = 3, done_ms = 5 WHERE incident_id = ?",
            "INSERT INTO retention_review (incident_id, class, due_ms,"
            " asked_ms, verdict) VALUES (?, 'any', 5, 5, 0)"):
        desk.change_store(change, (number,))
    [row] = client.get(WHOLE + "/reviews").json["items"]
    assert (row["incident_id"], row["ref"]) == (number, "OLD-1")
    assert desk.client("auditor").get(WHOLE + "/reviews").json["items"][0][
        "incident_id"] is None
    path = f"/v1/incidents/{number}"
    seen = client.get(path + "/retention")
    assert seen.json["state"] == "review" and seen.json["waits_for_review"]
    answer = client.change(path + "/keep", {"why": "case"}, seen.etag)
    assert answer.status == 200, answer.text
    assert answer.json["review"]["verdict"] == "keep"
    assert answer.json["review"]["by"] == "account:liaison"
    assert client.get(WHOLE + "/reviews").json["items"] == []
    assert client.change(path + "/keep", {"why": "done"},
                         seen.etag).status == 412
    assert client.change(path + "/keep", {"why": "done"},
                         answer.etag).status == 422
    return answer


for part in ("/classes", "/holds", "/reviews", "/certificates"):
    listed(WHOLE + part, "auditor", "films")
read("GET", WHOLE, 401, None)
read("GET", WHOLE, 403, "films")
recorded(ONE, "figures", "auditor", "/v1/incidents/1/retention")
for verb, body in VERBS.items():
    wrong = {"hold": [({}, "why"), ({"why": "x", "until": "soon"}, "until"),
                      ({"why": "x" * 1001}, None),
                      ({"why": "x", "until": "2001-01-01"}, None)],
             "release": [({}, None)],
             "keep": [({}, "why"), ({"why": "bored"}, "why"), (body, None)]}
    refused(f"/v1/incidents/{{id}}/{verb}", 4, body, "liaison", "patrol",
            "/v1/incidents/4/retention", wrong[verb])
