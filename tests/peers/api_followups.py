"""The answers of the API about contact and what was promised."""

from api_core import read
from support.api import case
from support.london import day

LIST, ONE = "/v1/follow-ups", "/v1/follow-ups/{id}"
CONTACTS, TOLD = "/v1/incidents/{id}/contacts", "/v1/informants-told"


@case("GET", ONE, 200)
def one(desk):
    """A promise is made on the page and read here."""
    client = desk.client()
    client.post("/incident/2/contact", {
        "form": client.form, "way": "we-rang", "outcome": "reached",
        "advice-gates": "yes", "advice-watch": "yes", "told": "any/court",
        "note": "=1+1", "promise": "ring", "due-day": day(2),
        "falls-to": "desk", "mine": "yes"})
    items = client.get(LIST + "?who=mine").json["items"]
    assert [(i["ref"], i["kind"], i["holder"]) for i in items] == [
        ("R-2", "ring", "liaison")]
    answer = client.get(f"/v1/follow-ups/{items[0]['id']}")
    assert [n["what"] for n in answer.json["lines"]] == ["opened"]
    [entry] = client.get("/v1/incidents/2/contacts").json["items"]
    assert entry["advice"] == ["gates", "watch"]
    assert entry["told"] == "any/court"
    assert "\"'=1+1\"" in client.get(
        "/v1/incidents/2/contacts?format=csv").text
    return answer


for query in ("", "?limit=1", "?format=csv", "?who=mine"):
    read("GET", LIST, 200, "liaison", LIST + query)
for query in ("?limit=0", "?after=1", "?who=all", "?format=geojson", "?x=y"):
    read("GET", LIST, 400, "liaison", LIST + query)
for query in ("", "?limit=1", "?format=csv"):
    read("GET", CONTACTS, 200, "figures", "/v1/incidents/2/contacts" + query)
    read("GET", TOLD, 200, "figures", TOLD + query)
for query in ("?limit=0", "?after=1", "?format=geojson", "?theme=fuel"):
    read("GET", CONTACTS, 400, "liaison", "/v1/incidents/2/contacts" + query)
    read("GET", TOLD, 400, "liaison", TOLD + query)
for resource, asked in ((LIST, LIST), (TOLD, TOLD),
                        (CONTACTS, "/v1/incidents/2/contacts"),
                        (ONE, "/v1/follow-ups/1")):
    read("GET", resource, 401, None, asked)
    read("GET", resource, 403, "auditor", asked)
for number in ("0", "x", "999", "-1", "%00"):
    read("GET", ONE, 404, "liaison", f"/v1/follow-ups/{number}")
    read("GET", CONTACTS, 404, "liaison", f"/v1/incidents/{number}/contacts")
