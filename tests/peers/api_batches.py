"""Deciding several together, of the API: a case for each answer it promises."""

from support.api import case
from whole import TIPPING, incident

NOTE = "a test of the alarm"


def waiting(desk, *refs, text="coursing"):
    """New incidents for one case: their numbers."""
    name = f"{refs[0]}.ndjson"
    desk.drop(name, [incident(ref, text) for ref in refs])
    desk.wait_taken(name)
    preview = desk.client().change("/v1/batches/preview", {
        "verdict": "confirm", "queue": {}})
    return [i["id"] for ref in refs for i in preview.json["incidents"]
            if i["ref"] == ref]


def preview(desk, ids, verdict="reject", **more):
    return desk.client().change("/v1/batches/preview", {
        "verdict": verdict, "incidents": ids, **more})


def send(desk, seen, verdict="reject", **more):
    """Do what a preview showed."""
    return desk.client().change("/v1/batches", {
        "verdict": verdict, "note": NOTE, "incidents": [
            {"id": i["id"], "if_match": i["if_match"]}
            for i in seen.json["incidents"]], **more})


for resource in ("/v1/batches", "/v1/batches/{id}"):
    url = resource.replace("{id}", "1")

    @case("GET", resource, 401)
    def nobody(desk, path=url):
        return desk.client(None).get(path)

    @case("GET", resource, 403)
    def auditor(desk, path=url):
        return desk.client("auditor").get(path)

for query in ("after=1", "limit=0", "format=xml", "verdict=reject"):
    @case("GET", "/v1/batches", 400)
    def bad(desk, asked=query):
        return desk.client().get(f"/v1/batches?{asked}")


@case("POST", "/v1/batches/preview", 200)
def what_would_change(desk):
    [light] = waiting(desk, "BA-1")
    [grave] = waiting(desk, "BA-2", text=TIPPING)
    seen = preview(desk, [light, grave, 999999], "change",
                   theme="fly-tipping")
    assert [i["outcome"] for i in seen.json["incidents"]] == [
        "decided", "decided", "gone"]
    assert seen.json["incidents"][0]["decisions"] == [
        {"theme": "hare-coursing", "level": "review", "verdict": "rejected"},
        {"theme": "fly-tipping", "level": None, "verdict": "added"}]
    seen = preview(desk, [light, grave])
    assert [i["grave"] for i in seen.json["incidents"]] == [False, True]
    etag = desk.client().get(f"/v1/incidents/{light}").etag
    assert seen.json["incidents"][0]["if_match"] == etag
    return seen


@case("POST", "/v1/batches/preview", 200)
def of_the_queue(desk):
    answer = desk.client().change("/v1/batches/preview", {
        "verdict": "confirm", "queue": {
            "theme": "fly-tipping", "district": "' OR 1=1 --",
            "in_progress": True}})
    assert answer.json == {"total": 0, "incidents": []}
    return answer


@case("POST", "/v1/batches", 200)
def several(desk):
    ids = waiting(desk, "BB-1", "BB-2", "BB-3")
    [grave] = waiting(desk, "BB-4", text=TIPPING)
    seen = preview(desk, [*ids, grave])
    client = desk.client("second")
    client.change(f"/v1/incidents/{ids[1]}/decisions", {"decisions": [
        {"theme": "equine", "verdict": "added"}]},
        seen.json["incidents"][1]["if_match"])
    done = send(desk, seen, once="0123456789abcdef")
    assert [i["outcome"] for i in done.json["incidents"]] == [
        "decided", "changed", "decided", "grave"]
    assert done.json["incidents"][0]["decided"] == ["hare-coursing rejected"]
    assert (done.json["decided"], done.json["left_out"]) == (2, 2)
    again = send(desk, seen, once="0123456789abcdef")
    assert again.json == done.json
    assert desk.client().get(f"/v1/batches/{done.json['id']}").json \
        == done.json
    first = desk.client().get("/v1/batches?limit=1").json["items"][0]
    assert first["id"] == done.json["id"]
    ticked = desk.client().change("/v1/batches", {
        "verdict": "reject", "note": NOTE, "incidents": [
            {"id": grave, "ticked": True,
             "if_match": seen.json["incidents"][3]["if_match"]}]})
    assert ticked.json["decided"] == 1
    return done


@case("POST", "/v1/batches/{id}/undo", 200)
def taken_back(desk):
    ids = waiting(desk, "BC-1", "BC-2")
    done = send(desk, preview(desk, ids))
    path = f"/v1/batches/{done.json['id']}/undo"
    desk.client().change(
        f"/v1/incidents/{ids[0]}/decisions", {"decisions": [
            {"theme": "equine", "verdict": "added"}]},
        desk.client().get(f"/v1/incidents/{ids[0]}").etag)
    back = desk.client("second").change(path, {}, done.etag)
    assert [i["back"] for i in back.json["incidents"]] == [
        "decided-since", "restored"]
    assert (back.json["restored"], back.json["undone_by"]) == (1, "second")
    assert back.etag != done.etag
    assert desk.client().change(path, {}, done.etag).status == 412
    assert desk.client().change(path, {}, back.etag).status == 422
    assert [i["id"] for i in desk.client().get("/v1/queue").json["items"]
            if i["id"] in ids] == [ids[1]]
    return back


@case("GET", "/v1/batches", 200)
def listed(desk):
    done = send(desk, preview(desk, waiting(desk, "BD-1")))
    table = desk.client("figures").get("/v1/batches?format=csv")
    assert table.text.splitlines()[1].startswith(f"{done.json['id']},")
    return desk.client("patrol").get("/v1/batches?limit=1")


@case("GET", "/v1/batches/{id}", 200)
def one(desk):
    done = send(desk, preview(desk, waiting(desk, "BE-1")))
    return desk.client("patrol").get(f"/v1/batches/{done.json['id']}")


for number in ("0", "99999999", "x"):
    @case("GET", "/v1/batches/{id}", 404)
    def none(desk, n=number):
        return desk.client().get(f"/v1/batches/{n}")

# ---- as they should not be sent ----

GOOD = {"verdict": "confirm",
        "incidents": [{"id": 1, "if_match": '"1.2.3.4.5"'}]}
SHOW = {"verdict": "confirm", "incidents": [1]}


def refused(resource, status, body, name="liaison", seen=None, **fields):
    @case("POST", resource, status)
    def send_it(desk):
        path = resource.replace("{id}", "99999999")
        return desk.client(name).change(path, body, seen, fields)


for resource, good, etag in (("/v1/batches", GOOD, None),
                             ("/v1/batches/preview", SHOW, None),
                             ("/v1/batches/{id}/undo", {}, '"1.0"')):
    refused(resource, 400, "{", seen=etag)
    refused(resource, 401, good, name=None, seen=etag)
    refused(resource, 403, good, name="patrol", seen=etag)
    refused(resource, 403, good, seen=etag, **{"X-Buzzard-Form": "A" * 43})
    refused(resource, 415, good, seen=etag,
            **{"Content-Type": "text/plain"})
    refused(resource, 422, [], seen=etag)
    refused(resource, 422, {**good, "more": 1}, seen=etag)
refused("/v1/batches/{id}/undo", 404, {}, seen='"1.0"')
refused("/v1/batches/{id}/undo", 428, {})
refused("/v1/batches/{id}/undo", 428, {}, seen="*")
for body in ({}, {"verdict": "maybe", "incidents": [1]},
             {"verdict": "change", "incidents": [1]},
             {"verdict": "change", "theme": "<b>", "incidents": [1]},
             {"verdict": "reject", "theme": "fuel", "incidents": [1]},
             {"verdict": "reject"}, {"verdict": "reject", "incidents": []},
             {"verdict": "reject", "incidents": [0]},
             {"verdict": "reject", "incidents": ["1"]},
             {"verdict": "reject", "incidents": [1] * 501},
             {"verdict": "reject", "incidents": [1], "queue": {}},
             {"verdict": "reject", "queue": []},
             {"verdict": "reject", "queue": {"seen": "new"}}):
    refused("/v1/batches/preview", 422, body)
for body in ({**GOOD, "verdict": "reject"},
             {**GOOD, "note": "x" * 1001}, {**GOOD, "once": "short"},
             {**GOOD, "incidents": [1]}, {**GOOD, "incidents": {}},
             {**GOOD, "incidents": GOOD["incidents"] * 2},
             {**GOOD, "incidents": GOOD["incidents"] * 501},
             {**GOOD, "incidents": [{"id": 0, "if_match": '"1"'}]},
             {**GOOD, "incidents": [{"id": 1, "if_match": '"1"', "x": 1}]}):
    refused("/v1/batches", 422, body)
for seen_as in ({"id": 1}, {"id": 1, "if_match": "*"},
                {"id": 1, "if_match": "1.2.3"}, {"id": 1, "if_match": 7}):
    refused("/v1/batches", 428, {**GOOD, "incidents": [seen_as]})


@case("POST", "/v1/batches", 412)
def nothing_as_it_was(desk):
    [number] = waiting(desk, "BF-1")
    answer = desk.client().change("/v1/batches", {
        "verdict": "reject", "note": NOTE, "incidents": [
            {"id": number, "if_match": '"\' OR 1=1 --"'}]})
    assert answer.json["current"]["incidents"][0]["outcome"] == "decided"
    return answer


@case("POST", "/v1/batches/{id}/undo", 412)
def undone_meanwhile(desk):
    done = send(desk, preview(desk, waiting(desk, "BG-1")))
    return desk.client().change(f"/v1/batches/{done.json['id']}/undo", {},
                                '"0.0"')
