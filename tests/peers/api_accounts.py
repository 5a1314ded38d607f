"""The answers of the API about accounts."""

from api_core import listed, recorded, refused
from support.api import Client, case

LIST, ONE = "/v1/accounts", "/v1/accounts/{id}"
NEW = {"name": "newcomer", "roles": ["officer", "tracks"]}


def number_of(desk, name):
    return [a["id"] for a in desk.client("chief").get(LIST).json["items"]
            if a["name"] == name][0]


def added(desk, name):
    """An account of that name, made if need be: its path and its ETag."""
    chief = desk.client("chief")
    made = chief.change(LIST, {**NEW, "name": name})
    number = made.json["id"] if made.status == 200 else number_of(desk, name)
    path = f"/v1/accounts/{number}"
    return path, chief.get(path).etag


@case("POST", LIST, 200)
def add(desk):
    chief = desk.client("chief")
    answer = chief.change(LIST, NEW)
    assert answer.json["roles"] == ["officer", "tracks"]
    assert answer.json["must_change"]
    newcomer = Client(chief.port, None)
    assert newcomer.log_in("newcomer", answer.json["password"]).status == 303
    refusal = newcomer.get("/v1/queue")
    assert refusal.status == 403 and "/password" in refusal.json["detail"]
    again = chief.change(LIST, NEW)
    assert (again.status, again.json["field"]) == (422, "name")
    path = f"/v1/accounts/{answer.json['id']}"
    assert "password" not in chief.get(path).json
    assert chief.get(path).etag == answer.etag
    return answer


@case("POST", ONE + "/roles", 200)
def roles(desk):
    chief = desk.client("chief")
    path, seen = added(desk, "roled")
    answer = chief.change(path + "/roles", {"roles": ["auditor"]}, seen)
    assert answer.json["roles"] == ["auditor"]
    late = chief.change(path + "/roles", {"roles": ["tracks"]}, seen)
    assert late.status == 412 and late.json["current"] == answer.json
    own = f"/v1/accounts/{number_of(desk, 'chief')}"
    mine = chief.change(own + "/roles", {"roles": ["officer"]},
                        chief.get(own).etag)
    assert mine.status == 422
    return answer


@case("POST", ONE + "/close", 200)
def close(desk):
    path, seen = added(desk, "closed")
    answer = desk.client("chief").change(path + "/close", {}, seen)
    assert answer.json["closed_at"]
    return answer


@case("POST", ONE + "/open", 200)
def reopen(desk):
    chief = desk.client("chief")
    path, seen = added(desk, "opened")
    closed = chief.change(path + "/close", {}, seen)
    assert chief.change(path + "/open", {}, seen).status == 412
    answer = chief.change(path + "/open", {}, closed.etag)
    assert answer.json["closed_at"] is None
    return answer


@case("POST", ONE + "/password", 200)
def password(desk):
    chief = desk.client("chief")
    path, seen = added(desk, "forgetful")
    answer = chief.change(path + "/password", {}, seen)
    other = Client(chief.port, None)
    assert other.log_in("forgetful", answer.json["password"]).status == 303
    late = chief.change(path + "/password", {}, seen)
    assert late.status == 412
    assert "password" not in late.json["current"]
    own = f"/v1/accounts/{number_of(desk, 'chief')}"
    assert chief.change(own + "/password", {},
                        chief.get(own).etag).status == 422
    return answer


listed(LIST, "chief", "liaison", bad=["?role=officer"])
recorded(ONE, "chief", "auditor", "/v1/accounts/1")
refused(LIST, 1, {"name": "fresh", "roles": ["officer"]}, "chief", "liaison",
        None, [({}, "name"), ({"name": "fresh"}, "roles"),
               ({"name": "A B", "roles": ["officer"]}, "name"),
               ({"name": "fresh", "roles": []}, "roles"),
               ({"name": "fresh", "roles": ["king"]}, "roles"),
               ({"name": "fresh", "roles": "officer"}, "roles"),
               ({"name": "chief", "roles": ["officer"]}, "name")])
refused(ONE + "/roles", 2, {"roles": ["officer"]}, "chief", "liaison",
        "/v1/accounts/2", [({}, "roles"), ({"roles": ["king"]}, "roles")])
for verb in ("close", "open", "password"):
    refused(f"{ONE}/{verb}", 2, {}, "chief", "auditor", "/v1/accounts/2")
