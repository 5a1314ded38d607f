"""The answers of the API about themes that do not stand."""

from api_core import listed, read
from support.api import case

WHYNOT = "/v1/incidents/{id}/why-not"


@case("GET", WHYNOT, 200)
def whynot(desk):
    answer = desk.client("figures").get("/v1/incidents/1/why-not")
    [tipping] = answer.json["items"]
    assert tipping["theme"] == "fly-tipping" and tipping["rule"] == "tipping"
    assert (tipping["points"], tipping["needs"]) == (0, 30)
    return answer


listed(WHYNOT, "figures", "chief", asked="/v1/incidents/1/why-not")
for number in ("0", "x", "99999"):
    read("GET", WHYNOT, 404, "liaison", f"/v1/incidents/{number}/why-not")
