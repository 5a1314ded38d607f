"""Saved views, of the API: a case for each answer that is promised."""

import csv
import io

from support.api import case

GOOD = {"name": "Not kept", "query": "theme=fuel"}


def made(desk, name, who="liaison", **more):
    answer = desk.client(who).change("/v1/views", {
        "name": name, "query": "theme=fuel&progress=yes", **more})
    assert answer.status == 200, answer.text
    return answer


@case("POST", "/v1/views", 200)
def add(desk):
    answer = made(desk, "North <b>", start=True)
    assert (answer.json["works"], answer.json["start"]) == (True, True)
    off = desk.client().change(f"/v1/views/{answer.json['id']}",
                               {"start": False}, answer.etag)
    assert not off.json["start"]
    return answer


@case("GET", "/v1/views", 200)
def listed(desk):
    own = made(desk, "Own").json
    shared = made(desk, "Shared", shared=True).json
    seen = desk.client("patrol").get("/v1/views").json["items"]
    assert shared["id"] in [i["id"] for i in seen]
    assert own["id"] not in [i["id"] for i in seen]
    first = desk.client().get("/v1/views?limit=1").json
    assert desk.client().get(first["next"]).json["items"][0]["id"] \
        > first["items"][0]["id"]
    lines = csv.DictReader(io.StringIO(
        desk.client().get("/v1/views?format=csv").text))
    [line] = [one for one in lines if one["id"] == str(own["id"])]
    assert (line["name"], line["query"], line["works"]) == (
        "Own", "theme=fuel&progress=yes", "true")
    return desk.client().get("/v1/views")


@case("GET", "/v1/views/{id}", 200)
def one(desk):
    number = made(desk, "Another", shared=True).json["id"]
    return desk.client("patrol").get(f"/v1/views/{number}")


@case("POST", "/v1/views/{id}", 200)
def change(desk):
    first = made(desk, "Before", shared=True)
    path = f"/v1/views/{first.json['id']}"
    done = desk.client("chief").change(path, {"name": "After"}, first.etag)
    assert (done.json["name"], done.json["shared"]) == ("After", True)
    assert desk.client().change(path, {"name": "Late"},
                                first.etag).status == 412
    other = desk.client("patrol")
    seen = other.get(path)
    assert other.change(path, {"name": "Mine"}, seen.etag).status == 422
    start = other.change(path, {"start": True}, seen.etag)
    assert start.json["start"] and not desk.client().get(path).json["start"]
    return done


@case("POST", "/v1/views/{id}/delete", 200)
def delete(desk):
    first = made(desk, "Short")
    path = f"/v1/views/{first.json['id']}"
    done = desk.client().change(path + "/delete", {}, first.etag)
    assert desk.client().get(path).status == 404
    return done


for query in ("after=1", "limit=0", "format=xml", "shared=yes"):
    @case("GET", "/v1/views", 400)
    def bad(desk, asked=query):
        return desk.client().get(f"/v1/views?{asked}")

for resource in ("/v1/views", "/v1/views/{id}"):
    path = resource.replace("{id}", "1")

    @case("GET", resource, 401)
    def nobody(desk, at=path):
        return desk.client(None).get(at)

    @case("GET", resource, 403)
    def auditor(desk, at=path):
        return desk.client("auditor").get(at)

for number in ("0", "99999999", "x"):
    @case("GET", "/v1/views/{id}", 404)
    def none(desk, n=number):
        return desk.client().get(f"/v1/views/{n}")


def refused(resource, status, body, name="liaison", seen=None, **fields):
    @case("POST", resource, status)
    def send(desk):
        path = resource.replace("{id}", "99999999")
        return desk.client(name).change(path, body, seen, fields)


for resource, body, etag in (("/v1/views", GOOD, None),
                             ("/v1/views/{id}", {"name": "x"}, '"1.1.0"'),
                             ("/v1/views/{id}/delete", {}, '"1.1.0"')):
    refused(resource, 400, "{", seen=etag)
    refused(resource, 401, body, name=None, seen=etag)
    refused(resource, 403, body, name="auditor", seen=etag)
    refused(resource, 403, body, seen=etag, **{"X-Buzzard-Form": "A" * 43})
    refused(resource, 415, body, seen=etag, **{"Content-Type": "text/plain"})
    refused(resource, 422, [], seen=etag)
    refused(resource, 422, {**body, "more": 1}, seen=etag)
    if etag:
        refused(resource, 404, body, seen=etag)
        refused(resource, 428, body)
        refused(resource, 428, body, seen="*")
for wrong in ({}, {"name": "x"}, {"query": "theme=fuel"},
              {**GOOD, "name": "x" * 81}, {**GOOD, "name": 7},
              {**GOOD, "query": "theme=badger-baiting"},
              {**GOOD, "query": "colour=red"},
              {**GOOD, "query": "progress=no"},
              {**GOOD, "query": "district=%00"},
              {**GOOD, "query": "district=" + "x" * 600},
              {**GOOD, "shared": "yes"}, {**GOOD, "start": 1}):
    refused("/v1/views", 422, wrong)
refused("/v1/views", 422, {**GOOD, "shared": True}, name="patrol")


@case("POST", "/v1/views/{id}", 412)
def changed_meanwhile(desk):
    number = made(desk, "Changed").json["id"]
    return desk.client().change(f"/v1/views/{number}", {"name": "x"}, '"0"')


@case("POST", "/v1/views/{id}/delete", 412)
def deleted_meanwhile(desk):
    number = made(desk, "Kept").json["id"]
    return desk.client().change(f"/v1/views/{number}/delete", {}, '"0"')
