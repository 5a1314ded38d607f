"""The answers of the API about the hand-over."""

from api_core import listed, refused, table
from support.api import case

LISTS, NOTES = "/v1/hand-over/", "/v1/hand-over/notes"


@case("POST", NOTES, 200)
def note(desk):
    client = desk.client("patrol")
    answer = client.change(NOTES, {"note": "=R-1: the gate is open"})
    first = client.get(NOTES).json["items"][0]
    assert (first["id"], first["by"]) == (answer.json["id"], "patrol")
    assert first["note"] == "=R-1: the gate is open"
    rows = table(client.get(NOTES + "?format=csv"))
    assert rows[0]["note"] == "'=R-1: the gate is open"
    return answer


@case("GET", LISTS + "incidents", 200)
def incidents(desk):
    client = desk.client()
    answer = client.get(LISTS + "incidents")
    assert ("hare-coursing", "R-1") in [
        (i["theme"], i["ref"]) for i in answer.json["items"]]
    assert client.get(LISTS + "incidents?from=2020-01-01&to=2020-01-02"
                      ).json["items"] == []
    return answer


SPAN = ["?from=2026-11-01&to=2026-11-14", "?to=2099-01-01&from=2098-12-31"]
WRONG = ["?from=soon", "?from=2026-01-02&to=2026-01-01",
         "?from=2026-01-01&to=2026-03-01"]
listed(LISTS + "incidents", "figures", "chief", [
    *SPAN, "?progress=yes", "?progress=yes&from=2026-11-01&to=2026-11-02"],
    [*WRONG, "?progress=no"])
listed(LISTS + "decisions", "figures", "chief", SPAN, WRONG)
listed(NOTES, "figures", "chief", SPAN, WRONG)
listed(LISTS + "holders", "figures", "chief")
listed(LISTS + "standing", "figures", "chief")
refused(NOTES, 1, {"note": "nothing"}, "patrol", "figures", None,
        [({}, "note"), ({"note": " "}, "note"), ({"note": "x" * 4001}, "note")])
