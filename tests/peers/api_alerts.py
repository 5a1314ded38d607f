"""The answers of the API about the outbox."""

from api_core import listed, read, recorded, refused
from support.api import case

LIST, ONE = "/v1/alerts", "/v1/alerts/{id}"


def dead(desk, name="chief"):
    """What waits for the broker, as if it had been given up."""
    desk.change_store(
        "UPDATE outbox SET state = 3, done_ms = created_ms + 3600000,"
        " last_error = 'given up: the channel was never ready'"
        " WHERE state = 0")
    return desk.client(name).get(LIST + "?view=dead").json["items"]


@case("GET", ONE, 200)
def one(desk):
    items = dead(desk, "liaison")
    assert items[0]["incident_id"] in (1, 2, 3)
    assert dead(desk)[0]["incident_id"] is None  # reads no incidents
    assert items[0]["recipient"] == "map" and items[0]["channel"] == "broker"
    answer = desk.client("liaison").get(f"/v1/alerts/{items[0]['id']}")
    assert answer.json["attempts"] == []
    assert "given up" in answer.json["last_reply"]
    return answer


@case("POST", ONE + "/aside", 200)
def aside(desk):
    chief = desk.client("chief")
    number = dead(desk)[0]["id"]
    path = f"/v1/alerts/{number}"
    seen = chief.get(path).etag
    answer = chief.change(path + "/aside", {"why": "told"}, seen)
    assert answer.json["state"] == "aside"
    assert answer.json["set_aside_since"] == "told"
    late = chief.change(path + "/aside", {"why": "past"}, seen)
    assert late.status == 412
    assert late.json["current"]["set_aside_since"] == "told"
    again = chief.change(path + "/aside", {"why": "past"}, answer.etag)
    assert again.status == 422 and "once" in again.json["detail"]
    assert number in [i["id"] for i in chief.get(
        LIST + "?view=aside").json["items"]]
    return answer


@case("POST", ONE + "/retry", 200)
def retry(desk):
    chief = desk.client("chief")
    path = f"/v1/alerts/{dead(desk)[0]['id']}"
    seen = chief.get(path).etag
    answer = chief.change(path + "/retry", {}, seen)
    assert answer.json["state"] == "waiting"
    assert chief.change(path + "/retry", {}, seen).status == 412
    return answer


@case("POST", LIST + "/retry-dead", 200)
def retry_dead(desk):
    count = len(dead(desk))
    answer = desk.client("chief").change(LIST + "/retry-dead", {})
    assert answer.json["count"] == count
    return answer


listed(LIST, "liaison", "auditor",
       ["?view=dead", "?view=sent", "?view=aside", "?view=waiting&limit=1",
        "?recipient=map&channel=broker", "?channel=%27%20OR%201=1"],
       ["?view=gone", "?after=" + "0" * 40])
listed(LIST + "/recipients", "chief", "auditor")
listed("/v1/channels", "figures", "auditor")
listed("/v1/incidents/{id}/alerts", "figures", "chief",
       asked="/v1/incidents/1/alerts")
for unknown in ("0", "x", "99999"):
    read("GET", "/v1/incidents/{id}/alerts", 404, "liaison",
         f"/v1/incidents/{unknown}/alerts")
recorded(ONE, "chief", "auditor")
refused(ONE + "/retry", 1, {}, "chief", "liaison", "/v1/alerts/1")
refused(ONE + "/aside", 1, {"why": "told"}, "chief", "liaison",
        "/v1/alerts/1", [({}, "why"), ({"why": "bored"}, "why"),
                         ({"why": 1}, "why"), ({"why": ["told"]}, "why")])
refused(LIST + "/retry-dead", 1, {}, "chief", "liaison")
