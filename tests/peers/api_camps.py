"""The answers of the API about the register of encampments."""

from api_core import read
from support.api import case

LIST, ONE = "/v1/encampments", "/v1/encampments/{id}"
FIGURES = "/v1/encampments/figures"


@case("GET", ONE, 200)
def one(desk):
    """An entry is opened on the page and read here."""
    client = desk.client()
    client.post("/incident/4/encampment", {
        "form": client.form, "place": "=Meadow", "land": "farm"})
    answer = client.get("/v1/encampments/1")
    assert answer.json["lines"][0]["fields"] == {"place": "=Meadow",
                                                 "land": "farm"}
    assert client.get(LIST).json["items"][0]["place"] == "=Meadow"
    assert "\"'=Meadow\"" in client.get(LIST + "?format=csv").text
    return answer


for query in ("", "?limit=1", "?format=csv", "?format=geojson", "?state=open",
              "?state=all&land=farm&district=nowhere", "?state=closed"):
    read("GET", LIST, 200, "liaison", LIST + query)
for query in ("?limit=0", "?after=1", "?state=gone", "?format=xml",
              "?place=x"):
    read("GET", LIST, 400, "liaison", LIST + query)
for query in ("", "?limit=3", "?format=csv"):
    read("GET", FIGURES, 200, "figures", FIGURES + query)
for query in ("?limit=0", "?after=1", "?format=geojson", "?state=open"):
    read("GET", FIGURES, 400, "figures", FIGURES + query)
for resource, asked in ((LIST, LIST), (FIGURES, FIGURES),
                        (ONE, "/v1/encampments/1")):
    read("GET", resource, 401, None, asked)
    read("GET", resource, 403, "auditor", asked)
for number in ("0", "x", "999", "-1", "%00"):
    read("GET", ONE, 404, "liaison", f"/v1/encampments/{number}")
