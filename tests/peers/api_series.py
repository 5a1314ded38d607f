"""The answers of the API about links between incidents, and series."""

from api_core import listed, recorded, refused
from support.api import case
from whole import incident

FOUND, ONE = "/v1/series/found", "/v1/series/{id}"
OF, LINKS = "/v1/incidents/{id}/series", "/v1/incidents/{id}/links"
WISH = {"name": "Lane", "kind": "same-place", "reason": "=the same gate"}


@case("POST", OF, 200)
def put(desk):
    client = desk.client()
    seen = client.get("/v1/incidents/2/series").etag
    answer = client.change("/v1/incidents/2/series", WISH, seen)
    [member] = answer.json["series"]
    assert (member["name"], member["kind"]) == ("Lane", "same-place")
    assert member["reason"] == "=the same gate" and member["by"] == "liaison"
    late = desk.client("second").change("/v1/incidents/2/series", WISH, seen)
    assert late.status == 412 and late.json["current"] == answer.json
    number = member["series"]
    twice = client.change("/v1/incidents/2/series", {
        "series": number, "kind": "near"}, answer.etag)
    assert twice.status == 422
    other = client.get("/v1/incidents/3/series").etag
    assert client.change("/v1/incidents/3/series", {
        "series": number, "kind": "near"}, other).status == 200
    whole = client.get(f"/v1/series/{number}")
    assert [m["incident_id"] for m in whole.json["members"]] == [2, 3]
    assert number in [s["id"] for s in client.get("/v1/series").json["items"]]
    return answer


@case("GET", ONE, 200)
def one(desk):
    client = desk.client()
    seen = client.get("/v1/incidents/1/series").etag
    made = client.change("/v1/incidents/1/series", {
        "name": "<b>", "kind": "other"}, seen)
    number = made.json["series"][-1]["series"]
    answer = client.get(f"/v1/series/{number}")
    assert answer.json["name"] == "<b>" and answer.json["incidents"] == 1
    return answer


@case("POST", OF + "/undo", 200)
def take(desk):
    client = desk.client("second")
    seen = client.get("/v1/incidents/1/series").etag
    made = client.change("/v1/incidents/1/series", {
        "name": "For a while", "kind": "near"}, seen)
    member = made.json["series"][-1]
    whole = f"/v1/series/{member['series']}"
    before = client.get(whole).etag
    path = "/v1/incidents/1/series/undo"
    other = client.get("/v1/incidents/4/series").etag
    assert client.change("/v1/incidents/4/series/undo", {
        "member": member["member"]}, other).json["field"] == "member"
    answer = client.change(path, {"member": member["member"]}, made.etag)
    assert member not in answer.json["series"]
    assert client.change(path, {"member": member["member"]},
                         made.etag).status == 412
    after = client.get(whole)
    assert after.etag != before
    assert after.json["members"][0]["taken_out_by"] == "second"
    return answer


def near(desk):
    """The record of incident 3's links, and the strongest of them."""
    if "N-1" not in desk.client().get("/v1/incidents?format=csv").text:
        desk.drop("near.ndjson", [incident("N-1", "coursing with lurchers")])
        desk.wait_taken("near.ndjson")
    answer = desk.client().get("/v1/incidents/3/links")
    [link] = [k for k in answer.json["links"] if k["ref"] == "N-1"]
    return answer, link


@case("POST", LINKS, 200)
def judge(desk):
    client = desk.client()
    seen, link = near(desk)
    wish = {"other": link["incident_id"], "kind": link["reasons"][0]["kind"],
            "verdict": "reject"}
    answer = client.change("/v1/incidents/3/links", wish, seen.etag)
    assert near(desk)[1]["reasons"][0]["judged"]["verdict"] == "rejected"
    late = desk.client("second").change("/v1/incidents/3/links", {
        **wish, "verdict": "confirm"}, seen.etag)
    assert late.status == 412 and late.json["current"] == answer.json
    again = client.change("/v1/incidents/3/links", {
        **wish, "verdict": "confirm"}, answer.etag)
    assert near(desk)[1]["reasons"][0]["judged"]["verdict"] == "confirmed"
    return again


@case("POST", LINKS + "/undo", 200)
def undo(desk):
    client = desk.client()
    seen, link = near(desk)
    made = client.change("/v1/incidents/3/links", {
        "other": link["incident_id"], "kind": link["reasons"][0]["kind"],
        "verdict": "confirm"}, seen.etag)
    wish = {"verdict": near(desk)[1]["reasons"][0]["judged"]["id"]}
    other = client.get("/v1/incidents/4/links").etag
    assert client.change("/v1/incidents/4/links/undo", wish,
                         other).json["field"] == "verdict"
    answer = client.change("/v1/incidents/3/links/undo", wish, made.etag)
    assert near(desk)[1]["reasons"][0]["judged"] is None
    return answer


listed(FOUND, "figures", "chief")
listed("/v1/series", "figures", "chief")
recorded(ONE, "figures", "chief")
recorded(OF, "figures", "chief", "/v1/incidents/4/series")
recorded(LINKS, "figures", "chief", "/v1/incidents/4/links")
refused(OF, 4, WISH, "liaison", "patrol", "/v1/incidents/4/series", [
    ({}, "kind"), ({**WISH, "kind": "friends"}, "kind"),
    ({"kind": "near"}, "name"), ({**WISH, "name": "x" * 101}, "name"),
    ({"kind": "near", "series": 9999}, "series"),
    ({**WISH, "reason": "x" * 501}, None)])
refused(OF + "/undo", 4, {"member": 1}, "liaison", "patrol",
        "/v1/incidents/4/series",
        [({}, "member"), ({"member": "x"}, "member")])
refused(LINKS, 4, {"other": 1, "kind": "near", "verdict": "confirm"},
        "liaison", "patrol", "/v1/incidents/4/links", [
            ({}, "kind"), ({"kind": "near"}, "verdict"),
            ({"other": 99, "kind": "near", "verdict": "confirm"}, "other"),
            ({"other": 4, "kind": "near", "verdict": "confirm"}, "other"),
            ({"other": 1, "kind": "near", "verdict": "maybe"}, "verdict")])
refused(LINKS + "/undo", 4, {"verdict": 1}, "liaison", "patrol",
        "/v1/incidents/4/links",
        [({}, "verdict"), ({"verdict": 0}, "verdict")])
