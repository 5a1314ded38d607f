"""The answers of the API about contact and what was promised."""

import datetime

from api_core import listed, read, recorded, refused
from support.api import case
from whole import TIPPING, incident

LIST, ONE = "/v1/follow-ups", "/v1/follow-ups/{id}"
CONTACTS, TOLD = "/v1/incidents/{id}/contacts", "/v1/informants-told"
LATER = (datetime.datetime.now(datetime.timezone.utc)
         + datetime.timedelta(2)).strftime("%Y-%m-%dT12:00:00Z")
RANG = {"way": "we-rang", "outcome": "reached", "advice": ["gates", "watch"],
        "told": "any/court", "note": "=1+1", "promise": "ring",
        "due_at": LATER, "falls_to": "desk", "mine": True}


def promised(desk, ref):
    """A follow-up about an incident of that reference: its path."""
    client = desk.client()
    desk.drop(f"{ref}.ndjson", [incident(ref, TIPPING)])
    desk.wait_taken(f"{ref}.ndjson")
    [number] = [i["id"] for i in client.get("/v1/incidents").json["items"]
                if i["ref"] == ref]
    made = client.change(f"/v1/incidents/{number}/contacts", RANG)
    assert made.status == 200, made.text
    [item] = [i for i in client.get(LIST + "?who=mine").json["items"]
              if i["ref"] == ref]
    return f"{LIST}/{item['id']}", f"/v1/incidents/{number}/contacts"


@case("POST", CONTACTS, 200)
def contact(desk):
    """A promise is made, and done with the next call."""
    client = desk.client()
    path, contacts = promised(desk, "C-1")
    [entry] = client.get(contacts).json["items"]
    assert entry["advice"] == ["gates", "watch"] and entry["way"] == "we-rang"
    assert entry["told"] == "any/court" and entry["told_text"]
    assert "\"'=1+1\"" in client.get(contacts + "?format=csv").text
    seen = client.get(path)
    assert (seen.json["kind"], seen.json["due_at"]) == ("ring", LATER)
    version = seen.etag.strip('"')
    answer = client.change(contacts, {
        "way": "they-rang", "outcome": "reached", "done": [version]})
    assert client.get(path).json["ending"] == "done"
    wrong = {"way": "we-rang", "corrects": entry["id"], "outcome": "no-answer"}
    assert client.change(contacts, wrong).status == 200
    late = client.change(contacts, wrong)
    assert late.status == 412 and late.json["current"]["latest"]
    return answer


@case("POST", CONTACTS, 412)
def too_late(desk):
    """What it was done with was moved by somebody else."""
    client, other = desk.client(), desk.client("second")
    path, contacts = promised(desk, "C-2")
    seen = client.get(path).etag
    assert other.change(path + "/change", {
        "what": "moved", "due_at": LATER, "note": "they are away"},
        seen).status == 200
    said = {"way": "we-rang", "outcome": "reached", "done": [seen.strip('"')]}
    first = client.change(contacts, said)
    # Nor is one passed over that is closed by now, or of another incident.
    assert other.change(path + "/change", {"what": "closed", "ending": "done"},
                        client.get(path).etag).status == 200
    closed = client.get(path).etag.strip('"')
    assert client.change(contacts, {**said, "done": [closed]}).status == 412
    _, elsewhere = promised(desk, "C-2b")
    assert client.change(elsewhere, {**said, "done": [closed]}).status == 412
    for odd in (seen, "7", "x.y", ""):
        answer = client.change(contacts, {**said, "done": [odd]})
        assert answer.status == 422 and answer.json["field"] == "done", odd
    return first


@case("GET", ONE, 200)
def one(desk):
    path, _ = promised(desk, "C-3")
    answer = desk.client().get(path)
    assert [n["what"] for n in answer.json["lines"]] == ["opened"]
    return answer


@case("POST", ONE + "/change", 200)
def change(desk):
    client = desk.client()
    path, _ = promised(desk, "C-4")
    seen = client.get(path).etag
    given = client.change(path + "/change", {
        "what": "given", "falls_to": "team", "holder": "patrol"}, seen)
    assert (given.json["falls_to"], given.json["holder"]) == ("team", "patrol")
    late = desk.client("second").change(path + "/change", {
        "what": "closed", "ending": "done"}, seen)
    assert late.status == 412 and late.json["current"] == given.json
    closed = client.change(path + "/change", {
        "what": "closed", "ending": "not-wanted"}, given.etag)
    assert closed.json["ending"] == "not-wanted"
    return client.change(path + "/change", {
        "what": "reopened", "due_at": LATER}, closed.etag)


listed(LIST, "liaison", "auditor", ["?who=mine", "?before=2099-01-01"],
       ["?who=all", "?before=soon"])
listed(TOLD, "figures", "auditor", bad=["?theme=fuel"])
listed(CONTACTS, "figures", "auditor", bad=["?theme=fuel"],
       asked="/v1/incidents/2/contacts")
recorded(ONE, "liaison", "auditor")
for number in ("0", "x", "99999", "-1", "%00"):
    read("GET", CONTACTS, 404, "liaison", f"/v1/incidents/{number}/contacts")
refused(CONTACTS, 2, {"way": "none", "note": "nothing"}, "patrol", "figures",
        None, [({}, "way"), ({"way": "owl"}, "way"),
               ({**RANG, "outcome": "gone"}, "outcome"),
               ({**RANG, "advice": ["gates", "luck"]}, "advice"),
               ({**RANG, "told": "any/thing"}, "told"),
               ({**RANG, "at": "soon"}, "at"),
               ({**RANG, "visit": "wanted", "visit_by": "owl"}, "visit_by"),
               ({**RANG, "visit_at": "soon"}, "visit_at"),
               ({**RANG, "due_at": None}, "due_at"),
               ({**RANG, "due_at": "2001-01-01"}, "due_at"),
               ({**RANG, "promise": None}, "promise"),
               ({**RANG, "falls_to": "owl"}, "falls_to"),
               ({**RANG, "note": "x" * 4001}, None)])
refused(ONE + "/change", 1, {"what": "closed", "ending": "done"}, "patrol",
        "figures", LIST + "/1", [
            ({}, "what"), ({"what": "eaten"}, "what"),
            ({"what": "opened"}, "what"), ({"what": "moved"}, "due_at"),
            ({"what": "closed"}, "ending"),
            ({"what": "closed", "ending": "withdrawn"}, "ending"),
            ({"what": "moved", "due_at": "2001-01-01"}, "due_at"),
            ({"what": "given"}, "falls_to"),
            ({"what": "given", "falls_to": "team", "holder": "chief"},
             "holder")])
