"""The answers of the API about the rules in use."""

from api_core import listed, read
from support import wait_for
from support.api import case
from whole import TIPPING, incident

RULES = "/v1/rules"


@case("GET", RULES + "/set", 200)
def the_set(desk):
    client = desk.client("checker")
    wait_for(lambda: client.get(RULES + "/set").json["hash"], 20,
             "the agent tells which rules are in use")
    answer = client.get(RULES + "/set")
    assert answer.json["rules"] == 2
    [file] = client.get(RULES + "/files").json["items"]
    assert file["name"] == "small.rules" and file["bytes"] > 100
    assert file["digest"].startswith("sha256:")
    return answer


@case("GET", RULES, 200)
def rules(desk):
    """A decision of a person is what a rule is measured by."""
    client = desk.client("figures")
    desk.drop("rule.ndjson", [incident("RULE-1", TIPPING)])
    desk.wait_taken("rule.ndjson")
    [number] = [i["id"] for i in client.get("/v1/incidents").json["items"]
                if i["ref"] == "RULE-1"]
    path = f"/v1/incidents/{number}"
    made = desk.client().change(path + "/decisions", {"decisions": [
        {"theme": "fly-tipping", "verdict": "confirmed"}]},
        desk.client().get(path).etag)
    assert made.status == 200, made.text
    answer = client.get(RULES)
    by_rule = {r["rule"]: r for r in answer.json["items"]}
    tipping, coursing = by_rule["tipping"], by_rule["coursing"]
    assert tipping["tags"] >= 3 and tipping["confirmed"] >= 1
    assert 0 < tipping["precision_low"] < tipping["precision"] == 1
    assert tipping["precision_high"] == 1
    for rule in (tipping, coursing):  # others may have decided as well
        judged = rule["confirmed"] + rule["rejected"]
        assert (rule["precision"] is None) == (judged == 0)
    return answer


for part in ("", "/files"):
    listed(RULES + part, "checker", "liaison")
read("GET", RULES + "/set", 401, None)
read("GET", RULES + "/set", 403, "patrol")
